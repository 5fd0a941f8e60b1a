//! A browser's cookie store: the parts of RFC 6265 §5.3 and §5.4 that sessions need, and
//! Chromium's size rule.

use std::collections::BTreeMap;
use std::time::Duration;

use iron_session::clock::{Clock, ManualClock, Timestamp};

use crate::message::SetCookie;

/// The limit for name and value together. A longer pair is dropped silently, and the cookie
/// that it would have replaced stays.
pub const MAX_PAIR_BYTES: usize = 4096;

/// The cookies of one browser that visits one host over https.
#[derive(Clone, Debug)]
pub struct Jar {
    host: String,
    clock: ManualClock,
    cookies: BTreeMap<Key, Stored>,
    /// Counts stored cookies: the order of creation.
    created: u64,
}

/// The properties that identify a cookie.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    name: String,
    /// `None`: only for the host itself.
    domain: Option<String>,
    path: String,
    /// Chromium keeps such a cookie apart, and sends it along in its own site as well.
    partitioned: bool,
}

#[derive(Clone, Debug)]
struct Stored {
    value: String,
    /// `None`: until the browser closes.
    until: Option<Timestamp>,
    created: u64,
}

impl Jar {
    /// Creates an empty jar for a host.
    pub fn new(host: &str, clock: &ManualClock) -> Self {
        Self { host: host.to_owned(), clock: clock.clone(), cookies: BTreeMap::new(), created: 0 }
    }

    /// Stores the `Set-Cookie` lines of one response, in their order.
    pub fn store_all<'a>(&mut self, lines: impl IntoIterator<Item = &'a str>) {
        for line in lines {
            self.store(line);
        }
    }

    /// Stores one `Set-Cookie` line; returns whether the browser accepted it.
    pub fn store(&mut self, line: &str) -> bool {
        let cookie = SetCookie::parse(line);
        if cookie.name.len() + cookie.value.len() > MAX_PAIR_BYTES {
            return false;
        }
        let domain = cookie.attribute("domain").map(|domain| domain.trim_start_matches('.').to_lowercase());
        let is_foreign =
            |domain: &String| *domain != self.host && !self.host.ends_with(&format!(".{domain}"));
        if domain.as_ref().is_some_and(is_foreign) {
            return false;
        }
        let path = cookie.attribute("path").filter(|path| path.starts_with('/')).unwrap_or("/").to_owned();
        let secure = cookie.attribute("secure").is_some();
        if cookie.name.starts_with("__Host-") && (!secure || domain.is_some() || path != "/") {
            return false;
        }
        if cookie.name.starts_with("__Secure-") && !secure {
            return false;
        }

        let partitioned = cookie.attribute("partitioned").is_some();
        let key = Key { name: cookie.name.clone(), domain, path, partitioned };
        let until = cookie.max_age().map(|secs| self.clock.now().saturating_add(Duration::from_secs(secs)));
        if cookie.expires() {
            self.cookies.remove(&key);
            return true;
        }
        self.created += 1;
        let created = self.cookies.get(&key).map_or(self.created, |old| old.created);
        self.cookies.insert(key, Stored { value: cookie.value, until, created });
        true
    }

    /// Returns the value of the `Cookie` header for a request; `None` if there is no
    /// cookie.
    ///
    /// Longer paths come first, then older cookies.
    pub fn header(&self, path: &str) -> Option<String> {
        let mut sent: Vec<_> = self.alive().filter(|(key, _)| path_matches(path, &key.path)).collect();
        sent.sort_by_key(|(key, stored)| (std::cmp::Reverse(key.path.len()), stored.created));
        let pairs: Vec<_> =
            sent.iter().map(|(key, stored)| format!("{}={}", key.name, stored.value)).collect();
        (!pairs.is_empty()).then(|| pairs.join("; "))
    }

    /// Returns the names of the cookies in the jar, sorted.
    pub fn names(&self) -> Vec<&str> {
        self.alive().map(|(key, _)| key.name.as_str()).collect()
    }

    /// Returns the value of the only cookie of this name.
    pub fn value(&self, name: &str) -> Option<&str> {
        let mut found = self.alive().filter(|(key, _)| key.name == name);
        let value = found.next().map(|(_, stored)| stored.value.as_str());
        assert!(found.next().is_none(), "several cookies are called `{name}`");
        value
    }

    /// Ends the browser session: removes cookies without `Max-Age`.
    pub fn close(&mut self) {
        self.cookies.retain(|_, stored| stored.until.is_some());
    }

    fn alive(&self) -> impl Iterator<Item = (&Key, &Stored)> {
        let now = self.clock.now();
        self.cookies.iter().filter(move |(_, stored)| stored.until.is_none_or(|until| until > now))
    }
}

/// RFC 6265 §5.1.4.
fn path_matches(request: &str, cookie: &str) -> bool {
    let request = request.split('?').next().unwrap_or(request);
    request == cookie
        || request.strip_prefix(cookie).is_some_and(|rest| cookie.ends_with('/') || rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures;

    fn jar() -> Jar {
        Jar::new("shop.example", &fixtures::clock())
    }

    #[test]
    fn keeps_the_old_cookie_when_the_new_one_is_too_long() {
        let mut jar = jar();
        assert!(jar.store("sid=old; Path=/"));
        assert!(!jar.store(&format!("sid={}; Path=/", "x".repeat(MAX_PAIR_BYTES - 2))));
        assert!(jar.store(&format!("other={}; Path=/", "x".repeat(MAX_PAIR_BYTES - 5))));
        assert_eq!(jar.value("sid"), Some("old"));
    }

    #[test]
    fn tells_cookies_apart_by_name_domain_and_path() {
        let mut jar = jar();
        jar.store_all(["sid=a; Path=/", "sid=b; Path=/account", "sid=c; Domain=.example; Path=/"]);
        assert_eq!(jar.header("/account/cart").as_deref(), Some("sid=b; sid=a; sid=c"));
        assert_eq!(jar.header("/accounts").as_deref(), Some("sid=a; sid=c"));
        jar.store("sid=; Path=/; Max-Age=0");
        assert_eq!(jar.header("/").as_deref(), Some("sid=c"));
    }

    #[test]
    fn forgets_by_max_age_and_when_the_browser_closes() {
        let clock = fixtures::clock();
        let mut jar = Jar::new("shop.example", &clock);
        jar.store_all(["short=1; Max-Age=10", "long=1; Max-Age=100", "tab=1"]);
        clock.advance(Duration::from_secs(10));
        assert_eq!(jar.names(), ["long", "tab"]);
        jar.close();
        assert_eq!(jar.names(), ["long"]);
    }

    #[test]
    fn refuses_what_browsers_refuse() {
        let mut jar = jar();
        assert!(!jar.store("sid=a; Domain=elsewhere.example"));
        assert!(!jar.store("__Host-sid=a; Path=/; Secure; Domain=shop.example"));
        assert!(!jar.store("__Host-sid=a; Path=/"));
        assert!(!jar.store("__Secure-sid=a; Path=/"));
        assert!(jar.store("__Host-sid=a; Path=/; Secure"));
        assert_eq!(jar.names(), ["__Host-sid"]);
    }
}
