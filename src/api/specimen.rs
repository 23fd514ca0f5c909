//! What the documents show as an example: the families write it, and `docs` puts it in its place.

use axum::response::Response;

/// An answer as the family really gives it, and what it is an example of.
pub(super) type Specimen = (&'static str, Response);
