//! A build without traces.

use super::{Failure, Tracing, Url};

/// No traces.
pub(in crate::cli) struct Traces;

impl Traces {
    /// Refuses what this build cannot do, rather than to ignore it.
    pub(in crate::cli) fn start(
        endpoint: Option<&Url>,
    ) -> Result<(Self, Option<Tracing>), Failure> {
        match endpoint {
            Some(_) => Err(
                "log.otlp_endpoint is set, and this rekey was built without traces; \
                            build it with --features otlp, or leave the setting empty"
                    .into(),
            ),
            None => Ok((Self, None)),
        }
    }

    /// Nothing is left to send.
    pub(in crate::cli) fn end(self) -> std::future::Ready<()> {
        let Self = self;
        std::future::ready(())
    }
}
