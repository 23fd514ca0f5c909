//! Traces by OTLP over HTTP.
//!
//! Only spans and events of our own are sent: those of libraries may hold what ours must not, such
//! as statements. `OTEL_TRACES_SAMPLER`, `OTEL_RESOURCE_ATTRIBUTES` and
//! `OTEL_EXPORTER_OTLP_HEADERS` mean what OpenTelemetry says they do.

use std::time::Duration;

use hyper_rustls::HttpsConnectorBuilder;
use opentelemetry::trace::TracerProvider as _;
use opentelemetry_http::hyper::HyperClient;
use opentelemetry_otlp::{SpanExporter, WithExportConfig as _, WithHttpConfig as _};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::runtime::Tokio;
use opentelemetry_sdk::trace::SdkTracerProvider;
use opentelemetry_sdk::trace::span_processor_with_async_runtime::BatchSpanProcessor;
use rustls::{ClientConfig, RootCertStore};
use tracing_subscriber::Layer as _;
use tracing_subscriber::filter::{LevelFilter, Targets};

use super::{Failure, Tracing, Url};

/// How long the collector may take for a batch.
const PATIENCE: Duration = Duration::from_secs(5);
/// How long the last batch may take: stopping has to end.
const LAST_BATCH: Duration = Duration::from_secs(1);

/// The traces that are under way to a collector, if there is one.
pub(in crate::cli) struct Traces(Option<SdkTracerProvider>);

impl Traces {
    /// Begins to send what is traced. A collector that cannot be reached costs the traces, and
    /// nothing else.
    pub(in crate::cli) fn start(
        endpoint: Option<&Url>,
    ) -> Result<(Self, Option<Tracing>), Failure> {
        let Some(endpoint) = endpoint else {
            return Ok((Self(None), None));
        };
        let exporter = SpanExporter::builder()
            .with_http()
            .with_http_client(client()?)
            .with_endpoint(whole(endpoint))
            .with_timeout(PATIENCE)
            .build()?;
        let processor = BatchSpanProcessor::builder(exporter, Tokio).build();
        let provider = SdkTracerProvider::builder()
            .with_resource(Resource::builder().with_service_name("rekey").build())
            .with_span_processor(processor)
            .build();
        let ours = Targets::new().with_target("rekey", LevelFilter::INFO);
        let layer = tracing_opentelemetry::layer()
            .with_tracer(provider.tracer("rekey"))
            .with_location(false)
            .with_threads(false)
            .with_filter(ours)
            .boxed();
        Ok((Self(Some(provider)), Some(layer)))
    }

    /// Sends what is left.
    pub(in crate::cli) async fn end(self) {
        let Some(provider) = self.0 else { return };
        let ended = tokio::task::spawn_blocking(move || provider.shutdown_with_timeout(LAST_BATCH));
        if !matches!(ended.await, Ok(Ok(()))) {
            tracing::warn!("the last traces were not sent");
        }
    }
}

/// Where spans are posted: a collector's usual path, unless another is written.
fn whole(endpoint: &Url) -> String {
    let mut endpoint = endpoint.clone();
    if endpoint.path() == "/" {
        endpoint.set_path("/v1/traces");
    }
    endpoint.into()
}

fn client() -> Result<
    HyperClient<
        impl hyper_util::client::legacy::connect::Connect
        + Clone
        + Send
        + Sync
        + std::fmt::Debug
        + 'static,
    >,
    Failure,
> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    let provider = rustls::crypto::ring::default_provider();
    let tls = ClientConfig::builder_with_provider(provider.into())
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth();
    let connector = HttpsConnectorBuilder::new()
        .with_tls_config(tls)
        .https_or_http()
        .enable_http1()
        .build();
    Ok(HyperClient::new(connector, PATIENCE, None))
}
