//! A path on this site to which a user returns, for example after a login.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::error::ReturnToError;
use crate::schema::max_size::MaxSize;

/// The longest path. Longer addresses are rarely worth returning to.
const MAX_BYTES: usize = 1024;

/// Stores the path, with its query, to which a user returns: after a login, for example.
///
/// It can hold nothing but a path on this site, so a redirect to it never leaves the site
/// (*open redirect*). It starts empty, and is left out of the payload while it is empty.
///
/// A session struct gets these accessors for a field of this type: `f()`, `set_f(ReturnTo)`,
/// `take_f_or("/")`, which returns the path and removes it, and `clear_f()`.
///
/// # Example
///
/// ```
/// use iron_session::ReturnTo;
///
/// assert_eq!(ReturnTo::parse("/orders?page=2")?.as_str(), "/orders?page=2");
/// assert!(ReturnTo::parse("//evil.example").is_err());
/// assert!(ReturnTo::parse("/\\evil.example").is_err());
/// # Ok::<(), iron_session::error::ReturnToError>(())
/// ```
///
/// # Security
///
/// The path may come from the user, and from a link that an attacker made. It says where a page
/// is, not that the user may see it.
#[derive(Clone, Default, PartialEq, Eq, Hash)]
pub struct ReturnTo(String);

impl ReturnTo {
    /// Checks a path, which may have a query.
    ///
    /// It starts with one `/`, contains no `//` before the query, has at most 1024 bytes, and
    /// only visible ASCII characters other than `\`, `"`, `<`, `>` and `#`. Browsers write
    /// request paths like this. Percent-encode any other path first.
    ///
    /// # Errors
    ///
    /// - [`ReturnToError::NotLocal`] if it does not start with `/`.
    /// - [`ReturnToError::DoubleSlash`] if it contains `//`, which browsers take for the start of
    ///   a host.
    /// - [`ReturnToError::Character`] if it contains any other character. Browsers read `\` as
    ///   `/`, and remove tabs and line breaks.
    /// - [`ReturnToError::TooLong`] if it has more than 1024 bytes.
    pub fn parse(path: &str) -> Result<Self, ReturnToError> {
        if !path.starts_with('/') {
            return Err(ReturnToError::NotLocal);
        }
        if path.len() > MAX_BYTES {
            return Err(ReturnToError::TooLong);
        }
        // Without `"` and `\`, the JSON text is as long as the path.
        let is_allowed =
            |byte| matches!(byte, b'!'..=b'~') && !matches!(byte, b'"' | b'#' | b'<' | b'>' | b'\\');
        if !path.bytes().all(is_allowed) {
            return Err(ReturnToError::Character);
        }
        let before_query = path.split('?').next().unwrap_or_default();
        if before_query.contains("//") {
            return Err(ReturnToError::DoubleSlash);
        }
        Ok(Self(path.to_owned()))
    }

    /// Returns the path; an empty text if there is none.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns whether there is no path.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns the path, or `default` without one, and removes it.
    pub(crate) fn take_or(&mut self, default: &str) -> String {
        let path = std::mem::take(&mut self.0);
        if path.is_empty() { default.to_owned() } else { path }
    }
}

impl fmt::Debug for ReturnTo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("ReturnTo").field(&self.0).finish()
    }
}

impl Serialize for ReturnTo {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for ReturnTo {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // Another program may have written any text; nobody is redirected to it.
        Ok(Self::parse(&String::deserialize(deserializer)?).unwrap_or_default())
    }
}

#[cfg(feature = "json-schema")]
impl schemars::JsonSchema for ReturnTo {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "ReturnTo".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string", "maxLength": MAX_BYTES })
    }
}

impl MaxSize for ReturnTo {
    const MAX_BYTES: usize = "\"\"".len() + MAX_BYTES;
}
