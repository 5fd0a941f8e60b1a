//! Translates the options of a case to this library's.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use iron_session::SessionOptionsBuilder;
use iron_session::{Priority, SameSite, SessionOptions, Ttl};
use serde_json::Value;

use crate::file::{self, CookieOptions, MaxAge, Options};
use crate::passwords;

/// Gives the options to the builder. Returns an error for options that Rust's types can't
/// express.
pub(crate) fn builder(case: &Options, now_ms: f64) -> Result<SessionOptionsBuilder, String> {
    let cookie = &case.cookie;
    let passwords = passwords::build_strictly(&case.passwords)?;
    let mut builder = SessionOptions::builder(&case.cookie_name, passwords)
        .clock(file::clock(now_ms))
        .max_cookies(max_cookies(case))
        .http_only(cookie.http_only.unwrap_or(true))
        .partitioned(cookie.partitioned.unwrap_or(false));
    if let Some(secs) = case.ttl {
        builder = builder.ttl(if secs == 0.0 { Ttl::Unlimited } else { duration(secs).into() });
    }
    builder = match cookie.max_age {
        MaxAge::FollowsTtl => builder,
        MaxAge::Undefined => builder.until_browser_closes(),
        MaxAge::Secs(secs) => builder.max_age(duration(secs)),
    };
    if let Some(same_site) = same_site(cookie)? {
        builder = builder.same_site(same_site);
    }
    if let Some(priority) = priority(cookie)? {
        builder = builder.priority(priority);
    }
    if let Some(domain) = &cookie.domain {
        builder = builder.domain(domain);
    }
    if let Some(path) = &cookie.path {
        builder = builder.path(path);
    }
    if cookie.secure == Some(false) {
        builder = builder.insecure_development();
    }
    if let Some(expires) = &cookie.expires {
        builder = builder.expires(system_time(instant(expires).ok_or("an `expires` that is not a date")?));
    }
    Ok(builder)
}

/// Returns how many cookies the session may use.
pub(crate) fn max_cookies(case: &Options) -> usize {
    if case.chunk { 4 } else { 1 }
}

/// Negative numbers are rejected like zero.
fn duration(secs: f64) -> Duration {
    Duration::try_from_secs_f64(secs).unwrap_or_default()
}

/// Returns the `SameSite` of the case; an unknown one is an error.
pub(crate) fn same_site(cookie: &CookieOptions) -> Result<Option<SameSite>, String> {
    let Some(value) = &cookie.same_site else { return Ok(None) };
    if is_falsy(value) {
        return Ok(Some(SameSite::Unset));
    }
    let text = if *value == Value::Bool(true) { Some("strict") } else { value.as_str() };
    match text.map(str::to_ascii_lowercase).as_deref() {
        Some("strict") => Ok(Some(SameSite::Strict)),
        Some("lax") => Ok(Some(SameSite::Lax)),
        Some("none") => Ok(Some(SameSite::None)),
        _ => Err(format!("unknown `SameSite` {value}")),
    }
}

/// Returns the priority of the case; an unknown one is an error.
pub(crate) fn priority(cookie: &CookieOptions) -> Result<Option<Priority>, String> {
    let Some(value) = cookie.priority.as_ref().filter(|value| !is_falsy(value)) else { return Ok(None) };
    match value.as_str().map(str::to_ascii_lowercase).as_deref() {
        Some("low") => Ok(Some(Priority::Low)),
        Some("medium") => Ok(Some(Priority::Medium)),
        Some("high") => Ok(Some(Priority::High)),
        _ => Err(format!("unknown priority {value}")),
    }
}

/// Tells whether JavaScript treats the value as missing.
fn is_falsy(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Bool(bool) => !bool,
        Value::Number(number) => number.as_f64() == Some(0.0),
        Value::String(text) => text.is_empty(),
        Value::Array(_) | Value::Object(_) => false,
    }
}

/// Parses `2025-11-21T14:46:40.000Z` to Unix seconds. Outside 0000–9999, JavaScript writes
/// signed years with six digits.
pub(crate) fn instant(iso: &str) -> Option<i64> {
    let (date, time) = iso.strip_suffix('Z')?.split_once('T')?;
    let (is_before_christ, date) = match date.strip_prefix('-') {
        Some(date) => (true, date),
        None => (false, date.strip_prefix('+').unwrap_or(date)),
    };
    let mut date = date.splitn(3, '-').map(|part| part.parse::<i64>().ok());
    let (year, month, day) = (date.next()??, date.next()??, date.next()??);
    let mut time = time.split([':', '.']).map(|part| part.parse::<i64>().ok());
    let (hours, minutes, seconds) = (time.next()??, time.next()??, time.next()??);
    if year > 999_999 || !(1..=12).contains(&month) {
        return None;
    }

    // Days from the civil calendar: years start in March, so that the leap day is the last
    // day.
    let year = if is_before_christ { -year } else { year };
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let leap_days = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    let days_to_epoch = 719_468;
    let days = year * 365 + leap_days + (153 * month + 2) / 5 + day - 1 - days_to_epoch;
    days.checked_mul(86_400)?.checked_add(hours * 3_600 + minutes * 60 + seconds)
}

fn system_time(unix_secs: i64) -> SystemTime {
    let distance = Duration::from_secs(unix_secs.unsigned_abs());
    let time =
        if unix_secs < 0 { UNIX_EPOCH.checked_sub(distance) } else { UNIX_EPOCH.checked_add(distance) };
    // A time that no platform can represent is rejected like one in the distant past.
    time.unwrap_or(UNIX_EPOCH)
}

#[cfg(test)]
mod tests {
    use super::instant;

    #[test]
    fn instants_of_any_year_are_read() {
        assert_eq!(instant("1970-01-01T00:00:00.000Z"), Some(0));
        assert_eq!(instant("1969-12-31T23:59:59.000Z"), Some(-1));
        assert_eq!(instant("2028-02-29T12:34:56.789Z"), Some(1_835_440_496));
        assert_eq!(instant("0000-01-01T00:00:00.000Z"), Some(-62_167_219_200));
        assert_eq!(instant("-000001-12-31T23:59:59.000Z"), Some(-62_167_219_201));
        assert_eq!(instant("+275760-09-13T00:00:00.000Z"), Some(8_640_000_000_000));
        assert_eq!(instant("2028-13-01T00:00:00.000Z"), None);
    }
}
