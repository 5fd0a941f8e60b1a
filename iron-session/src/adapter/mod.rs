//! Adapters, each the types of a framework around the core in [`session`](crate::session).

#[cfg(feature = "actix-web")]
pub mod actix;
#[cfg(feature = "axum")]
pub mod axum;
#[cfg(feature = "tower")]
pub mod tower;

/// The request header by which browsers distinguish requests for a page from requests of its
/// scripts (W3C Fetch Metadata).
#[cfg(any(feature = "tower", feature = "actix-web"))]
const FETCH_MODE: &str = "sec-fetch-mode";

/// The header `Cache-Control` of a refusal, which depends on who is signed in.
#[cfg(any(feature = "axum", feature = "actix-web"))]
const NO_STORE: &str = "private, no-store";
