//! Adapters: each a thin layer over [`RequestSession`](crate::session::RequestSession).

#[cfg(feature = "actix-web")]
pub mod actix;
#[cfg(feature = "axum")]
mod axum;
#[cfg(feature = "tower")]
pub mod tower;

/// Tells whether a `Vary` header's value covers the `Cookie` header.
#[cfg(any(feature = "tower", feature = "actix-web"))]
fn varies_on_cookie(vary: &str) -> bool {
    vary.split(',').map(str::trim).any(|name| name == "*" || name.eq_ignore_ascii_case("cookie"))
}
