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
    let filter = EnvFilter::try_new(&log.level)?;
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
