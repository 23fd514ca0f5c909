//! What the server says about itself, and how.

use std::io::IsTerminal as _;

use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{EnvFilter, Layer as _, fmt, registry};

use super::Failure;
use super::traces::Traces;
use crate::config::{Format, Log};

/// Starts the log, on standard error, since standard output belongs to answers; and the traces, where
/// somebody collects them.
pub(super) fn start(log: &Log) -> Result<Traces, Failure> {
    let filter = filter(&log.level)?;
    let lines = fmt::layer().with_writer(std::io::stderr);
    let is_pretty = match log.format {
        Format::Pretty => true,
        Format::Json => false,
        Format::Auto => std::io::stderr().is_terminal(),
    };
    let lines = if is_pretty {
        lines.with_ansi(std::io::stderr().is_terminal()).boxed()
    } else {
        lines.json().flatten_event(true).boxed()
    };
    let (traces, layer) = Traces::start(log.otlp_endpoint.as_ref())?;
    let layers = [Some(lines.with_filter(filter).boxed()), layer];
    let layers: Vec<_> = layers.into_iter().flatten().collect();
    registry().with(layers).try_init()?;
    Ok(traces)
}

/// What is logged, as the setting has it; but nothing of the library that reads phone numbers, which says them at
/// level trace.
fn filter(level: &str) -> Result<EnvFilter, Failure> {
    let silent = "rlibphonenumber=off".parse()?;
    Ok(EnvFilter::try_new(level)?.add_directive(silent))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_level_has_phone_numbers_logged() {
        for level in ["trace", "info", "rekey=debug,rlibphonenumber=trace"] {
            let shown = filter(level).unwrap().to_string();
            assert!(shown.contains("rlibphonenumber=off"), "{shown}");
            assert!(!shown.contains("rlibphonenumber=trace"), "{shown}");
        }
    }
}
