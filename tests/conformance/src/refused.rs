//! The options that this library rejects when they are built.

use crate::file::{CookieOptions, MaxAge, Options};
use crate::options::{instant, priority, same_site};
use crate::{header, passwords, room};

use iron_session::SameSite;

/// 9999-12-31T23:59:59Z; an HTTP date has four digits for the year.
const LAST_SECOND: i64 = 253_402_300_799;

/// The smallest session that is not empty.
const SMALLEST_PAYLOAD: &str = r#"{"a":1}"#;

/// Tells whether a browser would reject the options or delete the cookie that they set, whether
/// the options contradict each other or make sealing impossible, or whether Rust's types can't
/// express them.
pub(crate) fn refuses(case: &Options, now_ms: f64) -> bool {
    let cookie = &case.cookie;
    !is_name(&case.cookie_name)
        || cookie.path.as_deref().is_some_and(|path| !is_path(path))
        || cookie.domain.as_deref().is_some_and(|domain| !is_domain(domain))
        || same_site(cookie).is_err()
        || priority(cookie).is_err()
        || breaks_a_promise(case)
        || matches!(cookie.max_age, MaxAge::Secs(secs) if secs < 1.0)
        || case.ttl.is_some_and(|secs| secs != 0.0 && secs < 1.0)
        || has_expired(cookie, now_ms)
        || cookie.max_age == MaxAge::Undefined && cookie.expires.is_some()
        || !passwords::are_strong(&case.passwords)
        || passwords::sealing_id(&case.passwords).is_none()
        || !room::Room::of(case, now_ms).fits(SMALLEST_PAYLOAD.len())
}

fn is_name(name: &str) -> bool {
    let is_chunk = (0..header::CHUNKS).any(|index| name.ends_with(&header::chunk_name("", index)));
    !name.is_empty() && !is_chunk && name.bytes().all(|b| matches!(b, 0x21..=0x7e) && b != b';' && b != b'=')
}

fn is_path(path: &str) -> bool {
    let is_visible = |b: u8| matches!(b, 0x20..=0x7e) && b != b';';
    path.starts_with('/') && path.len() <= 1024 && path.bytes().all(is_visible)
}

/// At most one leading dot, then labels: the rule of npm's `cookie`, plus underscores.
fn is_domain(domain: &str) -> bool {
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let domain = domain.strip_prefix('.').unwrap_or(domain);
    domain.len() <= 253 && domain.split('.').all(is_label)
}

/// Checks the requirements of the name's prefix, of `SameSite=None` and of `Partitioned`.
fn breaks_a_promise(case: &Options) -> bool {
    let cookie = &case.cookie;
    let name = case.cookie_name.to_ascii_lowercase();
    let is_host = name.starts_with("__host-");
    let is_http = name.starts_with("__http-") || name.starts_with("__host-http-");
    let is_secure = is_host || is_http || name.starts_with("__secure-");
    let is_sent_everywhere = matches!(same_site(cookie), Ok(Some(SameSite::None)));

    let needs_secure = is_secure || is_sent_everywhere || cookie.partitioned == Some(true);
    let host_is_shared = cookie.domain.is_some() || cookie.path.as_deref().is_some_and(|path| path != "/");
    needs_secure && cookie.secure == Some(false)
        || is_http && cookie.http_only == Some(false)
        || is_host && host_is_shared
}

/// A browser deletes such a cookie at once; an HTTP date cannot express a later time.
fn has_expired(cookie: &CookieOptions, now_ms: f64) -> bool {
    let Some(secs) = cookie.expires.as_deref().and_then(instant) else { return false };
    #[expect(clippy::cast_precision_loss, reason = "a year of six digits has 13 digits of seconds")]
    let expires_ms = secs as f64 * 1e3;
    expires_ms <= now_ms || secs > LAST_SECOND
}
