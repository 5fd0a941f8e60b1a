//! The attributes of a `Set-Cookie` line (RFC 6265 §4.1, and its successor's
//! `SameSite`, `Partitioned` and `Priority` as browsers have them).

use std::fmt::Write as _;
use std::time::SystemTime;

/// When a browser sends the cookie along with a request from another site.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SameSite {
    /// Never.
    Strict,
    /// Only when the user follows a link: the default, as in iron-session.
    #[default]
    Lax,
    /// Always. Browsers ask for `Secure` then.
    None,
}

impl SameSite {
    fn as_str(self) -> &'static str {
        match self {
            Self::Strict => "Strict",
            Self::Lax => "Lax",
            Self::None => "None",
        }
    }
}

/// Which cookies Chromium drops first when a host has too many.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Priority {
    /// First.
    Low,
    /// As cookies without a priority.
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

/// All attributes but `Max-Age`, which each line has of its own.
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
        }
    }
}

impl Attributes {
    /// Writes `; Max-Age=…; …` in the order in which npm's `cookie`, and so
    /// iron-session, writes them.
    pub(crate) fn write(&self, max_age_secs: Option<u64>) -> String {
        let mut line = String::with_capacity(64);
        let mut attribute = |name: &str, value: &str| {
            line.push_str("; ");
            line.push_str(name);
            line.push_str(value);
        };
        if let Some(secs) = max_age_secs {
            attribute("Max-Age=", &secs.to_string());
        }
        if let Some(domain) = &self.domain {
            attribute("Domain=", domain);
        }
        attribute("Path=", &self.path);
        if let Some(expires) = self.expires {
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
        attribute("SameSite=", self.same_site.as_str());
        line
    }
}

/// Writes one line.
pub(super) fn line(name: &str, value: &str, attributes: &str) -> String {
    let mut line = String::with_capacity(name.len() + 1 + value.len() + attributes.len());
    // Writing to a `String` does not fail.
    let _ = write!(line, "{name}={value}{attributes}");
    line
}
