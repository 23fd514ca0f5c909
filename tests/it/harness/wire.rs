//! Calls and replies, without a socket.

use std::net::SocketAddr;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{HeaderMap, Request, StatusCode};
use http_body_util::BodyExt as _;
use serde_json::Value;
use tower::ServiceExt as _;

use super::world::World;

/// Where calls come from unless they say otherwise.
pub const PEER: &str = "192.0.2.1:50000";

/// A request in the making.
pub struct Call {
    pub method: &'static str,
    pub path: String,
    pub headers: Vec<(&'static str, String)>,
    pub body: Vec<u8>,
    pub peer: SocketAddr,
}

/// What came back.
#[derive(Debug)]
pub struct Reply {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: String,
}

impl Call {
    pub fn new(method: &'static str, path: impl Into<String>) -> Self {
        let peer = PEER.parse().unwrap();
        Self {
            method,
            path: path.into(),
            headers: Vec::new(),
            body: Vec::new(),
            peer,
        }
    }

    pub fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    pub fn body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self
    }

    pub fn json(self, body: &Value) -> Self {
        self.header("content-type", "application/json")
            .body(body.to_string())
    }

    pub fn from(mut self, peer: &str) -> Self {
        self.peer = peer.parse().unwrap();
        self
    }
}

impl Reply {
    /// Status and body, for a snapshot or a comparison.
    pub fn said(&self) -> (u16, &str) {
        (self.status.as_u16(), &self.body)
    }

    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }
}

impl World {
    /// Sends a call through the whole router.
    pub async fn send(&self, call: Call) -> Reply {
        call.send(&self.router).await
    }
}

impl Call {
    /// Sends it through a router.
    pub async fn send(self, router: &Router) -> Reply {
        let call = self;
        let mut request = Request::builder().method(call.method).uri(&call.path);
        for (name, value) in &call.headers {
            request = request.header(*name, value);
        }
        // As every client does, whether or not a test cares.
        if !call.headers.iter().any(|(name, _)| *name == "host") {
            request = request.header("host", "rekey.localhost");
        }
        let request = request
            .extension(ConnectInfo(call.peer))
            .body(Body::from(call.body));
        let response = router.clone().oneshot(request.unwrap()).await.unwrap();
        let (status, headers) = (response.status(), response.headers().clone());
        let bytes = response.into_body().collect().await.unwrap().to_bytes();
        Reply {
            status,
            headers,
            body: String::from_utf8(bytes.to_vec()).unwrap(),
        }
    }
}
