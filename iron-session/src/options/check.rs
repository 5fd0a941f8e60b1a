//! Rejects settings that a browser would reject or ignore, or that contradict each other.

use std::time::{Duration, SystemTime};

use super::cookie_lifetime::CookieLifetime;
use crate::clock::{Clock, Timestamp};
use crate::cookie::Carrier;
use crate::cookie::{AttributeText, Attributes, SameSite};
use crate::error::{OptionsError, Reason};
use crate::field::{CsrfToken, ReturnTo};
use crate::limits::{CHUNK_SUFFIXES, MAX_LINE_BYTES};
use crate::profile::Profile;
use crate::schema::{Schema, Storage};
use crate::seal::{CLOCK_SKEW, Ttl};

/// The time from which the year has five digits, which an HTTP date can't hold.
const YEAR_10000: Timestamp = Timestamp::from_unix_ms(253_402_300_800_000);

/// Browsers ignore a longer attribute.
const MAX_ATTRIBUTE_BYTES: usize = 1024;

/// The attributes that have a setter.
const OWN_ATTRIBUTES: [&str; 9] =
    ["Max-Age", "Domain", "Path", "Expires", "HttpOnly", "Secure", "Partitioned", "Priority", "SameSite"];

/// The characters of a name that browsers and npm's `cookie` accept: RFC 6265's token and a
/// few more. A session's name must not be the name of another session's chunk.
pub(super) fn name(name: &str) -> Result<(), OptionsError> {
    let valid = |b: u8| matches!(b, 0x21..=0x7e) && !matches!(b, b';' | b'=');
    if name.is_empty() || !name.bytes().all(valid) {
        return Err(OptionsError::CookieName { name: name.to_owned() });
    }
    if let Some(session) = CHUNK_SUFFIXES.iter().find_map(|suffix| name.strip_suffix(suffix)) {
        return Err(OptionsError::ChunkName { name: name.to_owned(), session: session.to_owned() });
    }
    Ok(())
}

/// Headers that mean something else, or that HTTP itself needs.
const TAKEN_HEADERS: [&str; 16] = [
    "authorization",
    "cache-control",
    "connection",
    "content-length",
    "content-type",
    "cookie",
    "date",
    "host",
    "location",
    "set-cookie",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "vary",
    CsrfToken::HEADER,
];

/// A session's header must reach the client, and must not replace a header that has a meaning.
pub(super) fn carrier(carrier: Carrier, profile: Profile) -> Result<(), OptionsError> {
    let Some(name) = carrier.response_header() else { return Ok(()) };
    if profile.has_envelope() {
        return Err(OptionsError::Contradiction {
            what: Reason::new(
                "h3 can't read a session in the header that `header` or `bearer` names; remove that call, or \
                   remove `profile`",
            ),
        });
    }
    let is_valid = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b"!#$%&'*+-.^_`|~".contains(&b);
    if name.is_empty()
        || !name.bytes().all(is_valid)
        || TAKEN_HEADERS.iter().any(|taken| taken.eq_ignore_ascii_case(name))
    {
        return Err(OptionsError::Header { name });
    }
    Ok(())
}

/// A redirect to the sign-in page must stay on this site.
pub(super) fn sign_in_page(path: Option<&str>) -> Result<(), OptionsError> {
    let Some(path) = path else { return Ok(()) };
    match ReturnTo::parse(path) {
        Ok(_) => Ok(()),
        Err(cause) => Err(OptionsError::SignInPage { path: path.to_owned(), cause }),
    }
}

/// Rejects settings that browsers silently reject or ignore.
pub(super) fn attributes(name: &str, attributes: &Attributes) -> Result<(), OptionsError> {
    let rejected = |what| Err(OptionsError::Refused { what: Reason::new(what) });

    let path = &attributes.path;
    let is_visible = |b: u8| matches!(b, 0x20..=0x7e) && b != b';';
    if !path.starts_with('/') || path.len() > MAX_ATTRIBUTE_BYTES || !path.bytes().all(is_visible) {
        return Err(OptionsError::Path { path: path.clone() });
    }
    if let Some(domain) = &attributes.domain
        && !is_domain(domain)
    {
        return Err(OptionsError::Domain { domain: domain.clone() });
    }
    if !attributes.secure {
        if attributes.same_site == SameSite::None {
            return rejected(
                "a `SameSite=None` cookie without `Secure`; remove `insecure_development` or `insecure_development_over_http`, or use another `SameSite`",
            );
        }
        if attributes.partitioned {
            return rejected(
                "a `Partitioned` cookie without `Secure`; remove `insecure_development` or `insecure_development_over_http`, or remove `partitioned`",
            );
        }
    }

    // Browsers ignore case in the prefixes (RFC 6265bis §4.1.3).
    let has_prefix =
        |prefix: &str| name.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix));
    let (host, http) = (has_prefix("__Host-"), has_prefix("__Http-") || has_prefix("__Host-Http-"));
    if (host || http || has_prefix("__Secure-")) && !attributes.secure {
        return rejected(
            "a `__Host-`, `__Http-` or `__Secure-` cookie without `Secure`; remove `insecure_development` or `insecure_development_over_http`, or remove the prefix from the name",
        );
    }
    if http && !attributes.http_only {
        return rejected(
            "a `__Http-` or `__Host-Http-` cookie without `HttpOnly`; keep `http_only`, or remove the prefix from the name",
        );
    }
    if host && attributes.domain.is_some() {
        return rejected(
            "a `__Host-` cookie that has a `Domain` attribute; remove the domain, or the prefix from the name",
        );
    }
    if host && path != "/" {
        return rejected(
            "a `__Host-` cookie whose `Path` is not `/`; use the path `/`, or remove the prefix from the name",
        );
    }
    Ok(())
}

const FEWER_COOKIES: Reason = Reason::new(
    "h3 1 and hapi keep a session in one cookie, but this one may use several; set `max_cookies` to 1, or use \
     `Profile::H3V2` with h3 2",
);

/// Rejects what the other library could not read.
pub(super) fn profile(profile: Profile, max_cookies: usize, has_purpose: bool) -> Result<(), OptionsError> {
    if profile != Profile::IronSession && has_purpose {
        return Err(OptionsError::Contradiction {
            what: Reason::new(
                "`purpose` changes the password, so the library that `profile` names could not read the \
                 session; remove one of them",
            ),
        });
    }
    cookies_of_profile(profile, max_cookies)
}

/// Rejects more cookies than the other library reads.
fn cookies_of_profile(profile: Profile, max_cookies: usize) -> Result<(), OptionsError> {
    if profile != Profile::IronSession && max_cookies > profile.max_cookies() {
        return Err(OptionsError::Contradiction { what: FEWER_COOKIES });
    }
    Ok(())
}

/// Rejects session types that the other library could not read.
pub(super) fn type_of_profile(
    profile: Profile,
    schema: &Schema,
    storage: Storage,
) -> Result<(), OptionsError> {
    if profile == Profile::IronSession {
        return Ok(());
    }
    if storage.may_be_record() {
        return Err(OptionsError::Contradiction {
            what: Reason::new(
                "the library that `profile` names can't read records; keep the session in its cookie, or remove \
                 `profile`",
            ),
        });
    }
    if schema.may_compress() {
        return Err(OptionsError::Contradiction {
            what: Reason::new(
                "the library that `profile` names can't read a compressed session; remove `compress` from the \
                 session struct, or remove `profile`",
            ),
        });
    }
    cookies_of_profile(profile, schema.max_cookies().unwrap_or(1))
}

/// Rejects two settings for the cookie's domain.
pub(super) fn domains(domains: &[String], domain: Option<&str>) -> Result<(), OptionsError> {
    if domain.is_some() && !domains.is_empty() {
        return Err(OptionsError::Contradiction {
            what: Reason::new(
                "`domain` sets one domain for all hosts, which contradicts `domains`; remove one of them",
            ),
        });
    }
    Ok(())
}

/// Rejects further attributes that would not reach the browser as they are, or that the builder
/// sets itself.
pub(super) fn other_attributes(others: &[(String, Option<String>)]) -> Result<(), OptionsError> {
    let is_token = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b);
    let is_visible = |b: u8| matches!(b, 0x20..=0x7e) && b != b';';
    for (index, (name, value)) in others.iter().enumerate() {
        let is_same = |other: &str| other.eq_ignore_ascii_case(name);
        let value = value.as_deref().unwrap_or_default();
        let what = if name.is_empty() || !name.bytes().all(is_token) {
            "its name must be ASCII letters, digits and ``!#$%&'*+-.^_`|~``"
        } else if OWN_ATTRIBUTES.into_iter().any(is_same) {
            "`SessionOptionsBuilder` has a method for it; call that one"
        } else if others.iter().take(index).any(|(other, _)| is_same(other)) {
            "it was added before; remove one of them"
        } else if !value.bytes().all(is_visible) || value.trim_matches(' ').len() != value.len() {
            "its value must be printable ASCII other than `;`, without spaces at its ends"
        } else if value.len() > MAX_ATTRIBUTE_BYTES {
            "its value must have at most 1024 bytes, because browsers ignore a longer one"
        } else {
            continue;
        };
        return Err(OptionsError::Attribute { name: name.clone(), what: Reason::new(what) });
    }
    Ok(())
}

/// Rejects lifetimes that no session can have.
pub(super) fn lifetimes(
    ttl: Ttl,
    cookie_lifetime: CookieLifetime,
    refresh_after: Option<Duration>,
    absolute_timeout: Option<Duration>,
    expires: Option<SystemTime>,
    clock: &dyn Clock,
) -> Result<(), OptionsError> {
    let ttl = match ttl {
        Ttl::After(ttl) => Some(ttl),
        Ttl::Unlimited => None,
    };
    if ttl.is_some_and(|ttl| ttl < Duration::from_secs(1)) {
        return Err(OptionsError::Ttl);
    }
    if matches!(cookie_lifetime, CookieLifetime::MaxAge(max_age) if max_age.as_secs() == 0) {
        return Err(OptionsError::MaxAge);
    }
    if let Some(expires) = expires {
        let expires = Timestamp::from(expires);
        if expires <= clock.now() || expires >= YEAR_10000 {
            return Err(OptionsError::Expires);
        }
        if cookie_lifetime == CookieLifetime::BrowserSession {
            return Err(OptionsError::Contradiction {
                what: Reason::new(
                    "`expires` would keep the cookie after the browser closes, which contradicts \
                       `until_browser_closes`; remove one of them",
                ),
            });
        }
    }
    if absolute_timeout.is_some_and(|timeout| timeout < Duration::from_secs(1)) {
        return Err(OptionsError::AbsoluteTimeout);
    }
    // The absolute timeout hides the age of a seal whose ttl is longer, and the cookie would be gone
    // before the seal is found to be old.
    if let (Some(_), Some(_), CookieLifetime::MaxAge(max_age)) =
        (refresh_after, absolute_timeout, cookie_lifetime)
        && ttl.is_some_and(|ttl| max_age.saturating_add(CLOCK_SKEW) < ttl)
    {
        return Err(OptionsError::Contradiction {
            what: Reason::new(
                "`refresh_after` needs the age of a seal, which `absolute_timeout` hides if the ttl is \
                   longer than `max_age`; lower the ttl to `max_age`, or remove `max_age`",
            ),
        });
    }
    match (refresh_after, ttl) {
        (Some(age), Some(ttl)) if age >= ttl => Err(OptionsError::RefreshAfter),
        (Some(_), None) if matches!(cookie_lifetime, CookieLifetime::MaxAge(_)) => {
            Err(OptionsError::Contradiction {
                what: Reason::new(
                    "`refresh_after` needs the age of a seal, which a seal with `Ttl::Unlimited` does not \
                       record, so the cookie would expire after `max_age`; set a ttl, or remove `max_age`",
                ),
            })
        }
        _ => Ok(()),
    }
}

/// Builds the attributes of cookies that former releases may have left in browsers, from
/// their domains and paths.
pub(super) fn former(
    name: &str,
    options: &Attributes,
    scopes: &[(Option<String>, String)],
) -> Result<Vec<AttributeText>, OptionsError> {
    let mut texts = Vec::with_capacity(scopes.len());
    for (domain, path) in scopes {
        let mut former = Attributes { domain: domain.clone(), path: path.clone(), ..options.clone() };
        if is_same_domain(domain.as_deref(), options.domain.as_deref()) && *path == options.path {
            former.partitioned = !options.partitioned;
            // There is none without `Secure`.
            if former.partitioned && !options.secure {
                continue;
            }
        }
        attributes(name, &former)?;
        let text = former.write();
        if name.len() + CHUNK_SUFFIXES[0].len() + "=".len() + text.len(Some(0)) > MAX_LINE_BYTES {
            return Err(OptionsError::NoRoom);
        }
        texts.push(text);
    }
    Ok(texts)
}

/// Returns whether browsers treat two domains as the same. A missing domain differs from
/// every domain.
fn is_same_domain(one: Option<&str>, other: Option<&str>) -> bool {
    let host = |domain: &str| domain.strip_prefix('.').unwrap_or(domain).to_ascii_lowercase();
    one.map(host) == other.map(host)
}

/// Accepts a host name, not an address with a scheme, a port or a path. RFC 1123 does not
/// allow an underscore in a host name, but DNS and browsers accept it.
fn is_domain(domain: &str) -> bool {
    let domain = domain.strip_prefix('.').unwrap_or(domain);
    let is_label = |label: &str| {
        let valid = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_');
        let edges = !label.starts_with('-') && !label.ends_with('-');
        (1..=63).contains(&label.len()) && label.bytes().all(valid) && edges
    };
    domain.len() <= 253 && domain.split('.').all(is_label)
}
