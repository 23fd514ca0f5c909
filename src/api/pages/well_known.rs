//! `/.well-known/change-password`: where password managers lead people to.

use std::sync::Arc;

use axum::extract::Extension;
use axum::response::Response;

use super::lead::to;
use super::site::Site;

pub(super) async fn show(Extension(site): Extension<Arc<Site>>) -> Response {
    to(&site.base)
}
