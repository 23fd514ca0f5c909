//! Texts posted to the operator's own gateway.
//!
//! One POST of `{"to":"+15145550100","text":"…"}` for a text. Its status is the whole answer: the
//! body is read only to let the gateway finish its sentence, and redirects are not followed, since
//! a text is for the configured address alone.

mod settings;
mod signer;
mod trust;
mod verdict;

use std::time::Duration;

use async_trait::async_trait;
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::body::Bytes;
use hyper::header::{CONTENT_TYPE, HeaderValue, USER_AGENT};
use hyper::{Method, Request, Uri};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use secrecy::ExposeSecret as _;
use serde::Serialize;
use tokio::time::{Instant, timeout, timeout_at};
use tower::ServiceExt as _;
use zeroize::Zeroizing;

use self::signer::Signer;
use super::{Oddity, Text, Texter, Unsent};

pub use settings::{Unfit, WebhookSettings};

/// What we call ourselves.
const AGENT: HeaderValue = HeaderValue::from_static(concat!("Rekey/", env!("CARGO_PKG_VERSION")));
const JSON: HeaderValue = HeaderValue::from_static("application/json");
/// The header of a signature.
const SIGNATURE: &str = "rekey-signature";
/// How much of an answer's head and of its body is taken in.
const ANSWER_MAX: usize = 16 * 1024;

/// Posts texts to a URL. Answers within the configured time, whatever is behind that URL.
pub struct Webhook {
    client: Client<HttpsConnector<HttpConnector>, Full<Bytes>>,
    connector: HttpsConnector<HttpConnector>,
    url: Uri,
    signer: Option<Signer>,
    timeout: Duration,
}

/// What is posted.
#[derive(Serialize)]
struct Body<'a> {
    to: &'a str,
    text: &'a str,
}

impl Webhook {
    /// Checks the settings and reads the certificates. Nothing is connected yet.
    pub fn new(settings: &WebhookSettings) -> Result<Self, Unfit> {
        let url: Uri = settings.url.expose_secret().parse()?;
        let mut tcp = HttpConnector::new();
        tcp.enforce_http(false);
        tcp.set_nodelay(true);
        // Dead addresses must leave time for the answer.
        tcp.set_connect_timeout(Some(settings.timeout / 2));
        let connector = HttpsConnectorBuilder::new()
            .with_tls_config(trust::config(&url, settings.extra_root.as_deref())?)
            .https_or_http()
            .enable_http1()
            .wrap_connector(tcp);
        // A connection for each text: there are few, and one that was kept may have been closed by
        // the time it is needed, which cannot be told from a gateway that breaks off. Nor does
        // anything here post a text twice.
        let client = Client::builder(TokioExecutor::new())
            .pool_max_idle_per_host(0)
            .retry_canceled_requests(false)
            .http1_max_buf_size(ANSWER_MAX)
            .build(connector.clone());
        let secret = settings.secret.as_ref();
        Ok(Self {
            client,
            connector,
            url,
            signer: secret.map(Signer::new).transpose()?,
            timeout: settings.timeout,
        })
    }

    /// Connects, and encrypts where the URL says so, as for a text, and posts none.
    pub async fn check(&self) -> Result<(), Unsent> {
        let connected = self.connector.clone().oneshot(self.url.clone());
        match timeout(self.timeout, connected).await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(error)) => Err(verdict::on_connection(&*error)),
            Err(_) => Err(Unsent::TimedOut),
        }
    }

    fn request(&self, text: &Text) -> Result<Request<Full<Bytes>>, Unsent> {
        let unwritable = Unsent::Unexpected(Oddity::Request);
        let body = Body {
            to: text.to.as_str(),
            text: &text.text,
        };
        let body = serde_json::to_vec(&body).map_err(|_| unwritable)?;
        let body = Zeroizing::new(body);
        let signature = self
            .signer
            .as_ref()
            .map(|signer| HeaderValue::try_from(signer.sign(text.at, &body)))
            .transpose()
            .map_err(|_| unwritable)?;
        let mut request = Request::new(Full::new(Bytes::from_owner(body)));
        *request.method_mut() = Method::POST;
        *request.uri_mut() = self.url.clone();
        let headers = request.headers_mut();
        headers.insert(USER_AGENT, AGENT);
        headers.insert(CONTENT_TYPE, JSON);
        if let Some(signature) = signature {
            headers.insert(SIGNATURE, signature);
        }
        Ok(request)
    }
}

#[async_trait]
impl Texter for Webhook {
    async fn send(&self, text: &Text) -> Result<(), Unsent> {
        let request = self.request(text)?;
        let deadline = Instant::now() + self.timeout;
        let response = timeout_at(deadline, self.client.request(request))
            .await
            .map_err(|_| Unsent::TimedOut)?
            .map_err(|error| verdict::on_failure(&error))?;
        let (head, body) = response.into_parts();
        // What becomes of the body changes nothing: whether the text was taken is in the head.
        let body = Limited::new(body, ANSWER_MAX).collect();
        let _ = timeout_at(deadline, body).await;
        verdict::on_answer(head.status)
    }
}
