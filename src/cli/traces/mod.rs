//! Traces, for whoever built Rekey with the feature `otlp` and collects them.

#[cfg_attr(feature = "otlp", path = "otlp.rs")]
#[cfg_attr(not(feature = "otlp"), path = "none.rs")]
mod exporter;

use tracing_subscriber::{Layer, Registry};
use url::Url;

pub(super) use self::exporter::Traces;
use super::Failure;

/// What makes traces of spans.
type Tracing = Box<dyn Layer<Registry> + Send + Sync>;
