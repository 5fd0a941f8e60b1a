//! The attributes of a `Set-Cookie` line (RFC 6265 §4.1; `SameSite`, `Partitioned` and
//! `Priority` as browsers implement them).

use crate::limits::digits;
use std::time::SystemTime;

/// Selects when a browser sends the cookie with a request from another site.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum SameSite {
    /// Never.
    Strict,
    /// Only if the user follows a link. This is the default, as in iron-session.
    #[default]
    Lax,
    /// Always. Browsers then require `Secure`.
    None,
    /// Writes no `SameSite` attribute, so that the browser decides: Chromium treats the cookie
    /// like [`Lax`](Self::Lax), but sends it with a POST from another site during its first two
    /// minutes; Firefox and Safari send it with every request.
    Unset,
}

impl SameSite {
    /// Returns the attribute's value; `None` if there is no attribute.
    fn value(self) -> Option<&'static str> {
        match self {
            Self::Strict => Some("Strict"),
            Self::Lax => Some("Lax"),
            Self::None => Some("None"),
            Self::Unset => None,
        }
    }
}

/// Selects which cookies Chromium removes first if a host has too many.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Priority {
    /// First.
    Low,
    /// Like cookies without a priority.
    Medium,
    /// Last.
    High,
}

impl Priority {
    fn as_str(self) -> &'static str {
        match self {
            Self::Low => "Low",
            Self::Medium => "Medium",
            Self::High => "High",
        }
    }
}

/// All attributes except `Max-Age`, which differs from line to line.
#[derive(Clone, Debug)]
pub(crate) struct Attributes {
    pub(crate) domain: Option<String>,
    pub(crate) path: String,
    pub(crate) expires: Option<SystemTime>,
    pub(crate) http_only: bool,
    pub(crate) secure: bool,
    pub(crate) partitioned: bool,
    pub(crate) priority: Option<Priority>,
    pub(crate) same_site: SameSite,
    /// Attributes that this library does not know.
    pub(crate) others: Vec<(String, Option<String>)>,
}

impl Default for Attributes {
    fn default() -> Self {
        Self {
            domain: None,
            path: "/".to_owned(),
            expires: None,
            http_only: true,
            secure: true,
            partitioned: false,
            priority: None,
            same_site: SameSite::default(),
            others: Vec::new(),
        }
    }
}

impl Attributes {
    /// Writes `; Domain=…; Path=…; …` in the order of npm's `cookie`, which iron-session
    /// uses.
    pub(crate) fn write(&self) -> AttributeText {
        AttributeText {
            lasting: self.text(self.expires),
            // A browser would keep it until the date.
            browser_session: self.text(None),
        }
    }

    fn text(&self, expires: Option<SystemTime>) -> String {
        let mut text = String::with_capacity(64);
        let mut attribute = |name: &str, value: &str| text.extend(["; ", name, value]);
        if let Some(domain) = &self.domain {
            attribute("Domain=", domain);
        }
        attribute("Path=", &self.path);
        if let Some(expires) = expires {
            attribute("Expires=", &httpdate::fmt_http_date(expires));
        }
        if self.http_only {
            attribute("HttpOnly", "");
        }
        if self.secure {
            attribute("Secure", "");
        }
        if self.partitioned {
            attribute("Partitioned", "");
        }
        if let Some(priority) = self.priority {
            attribute("Priority=", priority.as_str());
        }
        if let Some(value) = self.same_site.value() {
            attribute("SameSite=", value);
        }
        for (name, value) in &self.others {
            let value = value.as_ref().map(|value| format!("={value}"));
            attribute(name, value.as_deref().unwrap_or_default());
        }
        text
    }
}

/// The attributes as they appear in a line, after its `Max-Age` if it has one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct AttributeText {
    /// For a cookie that outlives the browser, or is expired.
    lasting: String,
    /// For a cookie without `Max-Age`: no `Expires`.
    browser_session: String,
}

impl AttributeText {
    const MAX_AGE: &str = "; Max-Age=";

    /// Returns the length of the attributes with this `Max-Age`.
    pub(crate) fn len(&self, max_age_secs: Option<u64>) -> usize {
        let max_age = max_age_secs.map_or(0, |secs| Self::MAX_AGE.len() + digits(secs));
        max_age + self.others(max_age_secs).len()
    }

    fn others(&self, max_age_secs: Option<u64>) -> &str {
        if max_age_secs.is_some() { &self.lasting } else { &self.browser_session }
    }

    /// Writes a line for a session's name or the name of one of its chunks.
    pub(super) fn line(&self, name: &str, suffix: &str, value: &str, max_age_secs: Option<u64>) -> String {
        let len = name.len() + suffix.len() + "=".len() + value.len() + self.len(max_age_secs);
        let mut line = String::with_capacity(len);
        for part in [name, suffix, "=", value] {
            line.push_str(part);
        }
        if let Some(secs) = max_age_secs {
            line.push_str(Self::MAX_AGE);
            line.push_str(itoa::Buffer::new().format(secs));
        }
        line.push_str(self.others(max_age_secs));
        line
    }
}
