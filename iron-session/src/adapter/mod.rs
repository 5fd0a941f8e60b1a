//! Adapters, each the types of a framework around the core in [`session`](crate::session).

#[cfg(feature = "actix-web")]
pub mod actix;
#[cfg(feature = "axum")]
pub mod axum;
#[cfg(any(feature = "tower", feature = "poem", feature = "salvo"))]
mod http_types;
#[cfg(feature = "poem")]
pub mod poem;
#[cfg(feature = "rocket")]
pub mod rocket;
#[cfg(feature = "salvo")]
pub mod salvo;
#[cfg(feature = "tower")]
pub mod tower;

/// The header `Cache-Control` of a refusal, which depends on who is signed in.
#[cfg(feature = "__extractors")]
const NO_STORE: &str = "private, no-store";
