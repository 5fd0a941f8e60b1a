//! What adapters share if their framework has the types of `http` 1.

use std::borrow::Cow;

use http::uri::Authority;
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri};

use crate::guard::{CrossOriginGuard, RequestOrigin};
use crate::session::Commit;

/// Returns a function that finds the first value of a header.
pub(super) fn first<'h>(headers: &'h HeaderMap) -> impl Fn(&'static str) -> Option<&'h [u8]> {
    |name| headers.get(name).map(HeaderValue::as_bytes)
}

/// Asks the guard about a request.
pub(super) fn is_allowed(guard: &CrossOriginGuard, method: &Method, uri: &Uri, headers: &HeaderMap) -> bool {
    let authority = uri.authority().map(Authority::as_str);
    guard.check(RequestOrigin::new(method.as_str(), authority, first(headers))).is_ok()
}

/// Appends a commit's headers to a response with this status.
pub(super) fn append(commit: Commit, status: StatusCode, headers: &mut HeaderMap) {
    let present = headers.iter().map(|(name, value)| (name.as_str(), value.as_bytes()));
    for header in commit.headers(status.canonical_reason(), present) {
        let value = match header.value {
            Cow::Borrowed(value) => Ok(HeaderValue::from_static(value)),
            Cow::Owned(value) => HeaderValue::try_from(value),
        };
        // Every value is visible ASCII.
        if let Ok(mut value) = value {
            value.set_sensitive(header.is_sensitive);
            headers.append(HeaderName::from_static(header.name), value);
        }
    }
}

/// Returns the status and the headers of the response to a request that a guard has refused.
#[cfg(any(feature = "axum", feature = "poem", feature = "salvo"))]
pub(super) fn refusal(error: &crate::error::AccessError) -> (StatusCode, HeaderMap) {
    let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::FORBIDDEN);
    let mut headers = HeaderMap::new();
    headers.insert(http::header::CACHE_CONTROL, HeaderValue::from_static(super::NO_STORE));
    if let Some(location) = error.location().and_then(|location| location.parse().ok()) {
        headers.insert(http::header::LOCATION, location);
    }
    (status, headers)
}
