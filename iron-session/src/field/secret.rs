//! A value that is never printed.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use zeroize::Zeroize;

use crate::schema::max_size::MaxSize;
use crate::schema::secret::{HoldsSecret, Secrets};

/// Holds a value that `Debug` does not print, and whose memory is overwritten when it is
/// dropped: an access token, a code.
///
/// On the wire it is the value itself. Like the whole session, it can be read by every
/// program that has the password.
///
/// # Example
///
/// ```
/// use iron_session::Secret;
///
/// let token = Secret::new("ya29.a0Af".to_owned());
/// assert_eq!(format!("{token:?}"), "Secret(..)");
/// assert_eq!(token.expose_secret(), "ya29.a0Af");
/// ```
#[derive(Clone, Default)]
pub struct Secret<T: Zeroize>(T);

impl<T: Zeroize> Secret<T> {
    /// Wraps a value.
    pub fn new(value: T) -> Self {
        Self(value)
    }

    /// Returns the value.
    pub fn expose_secret(&self) -> &T {
        &self.0
    }
}

impl<T: Zeroize> From<T> for Secret<T> {
    fn from(value: T) -> Self {
        Self(value)
    }
}

impl From<&str> for Secret<String> {
    fn from(value: &str) -> Self {
        Self(value.to_owned())
    }
}

impl<T: Zeroize> Drop for Secret<T> {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl<T: Zeroize> fmt::Debug for Secret<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}

impl<T: Zeroize + Serialize> Serialize for Secret<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[cfg(feature = "compress")]
        crate::codec::note_secret();
        self.0.serialize(serializer)
    }
}

impl<'de, T: Zeroize + Deserialize<'de>> Deserialize<'de> for Secret<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        T::deserialize(deserializer).map(Self)
    }
}

/// The schema of the value, marked as secret.
#[cfg(feature = "json-schema")]
impl<T: Zeroize + schemars::JsonSchema> schemars::JsonSchema for Secret<T> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        format!("Secret_{}", T::schema_name()).into()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let mut schema = generator.subschema_for::<T>();
        schema.insert(crate::json_schema::EXTENSION.to_owned(), serde_json::json!({ "secret": true }));
        schema
    }
}

impl<T: Zeroize + MaxSize> MaxSize for Secret<T> {
    const MAX_BYTES: usize = T::MAX_BYTES;
}

impl<T: Zeroize> HoldsSecret for Secret<T> {
    const SECRETS: Secrets = Secrets::SECRET;
}
