//! Adapters, each a thin layer over [`RequestSession`](crate::session::RequestSession).

#[cfg(any(feature = "tower", feature = "actix-web"))]
use crate::{codec::IronSession, error::ExtractError, event, options::SessionOptions};

#[cfg(feature = "actix-web")]
pub mod actix;
#[cfg(feature = "axum")]
mod axum;
#[cfg(feature = "tower")]
pub mod tower;

/// The request header by which browsers distinguish requests for a page from requests of its
/// scripts (W3C Fetch Metadata).
#[cfg(any(feature = "tower", feature = "actix-web"))]
const FETCH_MODE: &str = "sec-fetch-mode";

/// Logs that no layer started a session for the handler, and returns it as an error.
#[cfg(any(feature = "tower", feature = "actix-web"))]
fn no_layer<T: IronSession>(layer: &'static str) -> ExtractError {
    let error = ExtractError::NoLayer { session: T::SCHEMA.name(), layer };
    event::no_session(&error);
    error
}

/// Reports a response that sets cookies if its head is longer than proxies accept: its status
/// line, its headers, and the headers that the server adds.
#[cfg(any(feature = "tower", feature = "actix-web"))]
fn report_response(
    options: &SessionOptions,
    reason: Option<&str>,
    headers: impl Iterator<Item = (usize, usize)>,
) {
    let status_line = "HTTP/1.1 200 \r\n".len() + reason.map_or(0, str::len);
    let added = "date: Sun, 06 Nov 1994 08:49:37 GMT\r\ncontent-length: 12345\r\n\r\n".len();
    let lines = headers.map(|(name_bytes, value_bytes)| name_bytes + ": \r\n".len() + value_bytes);
    options.report_response(status_line + added + lines.sum::<usize>());
}

/// Returns whether a `Vary` header's value covers the `Cookie` header.
#[cfg(any(feature = "tower", feature = "actix-web"))]
fn varies_on_cookie(vary: &str) -> bool {
    vary.split(',').map(str::trim).any(|name| name == "*" || name.eq_ignore_ascii_case("cookie"))
}
