//! Alternative encodings of a field: `#[session(with = "iron_session::with::text")]`.

/// Writes a value as text. Use it for 64-bit integers, because JavaScript would round them.
///
/// It works for every type that implements `Display` and `FromStr`.
///
/// # Example
///
/// ```
/// # #[cfg(feature = "derive")] {
/// use iron_session::IronSession;
///
/// #[derive(IronSession, Clone)]
/// #[session(javascript)]
/// struct AppSession {
///     #[session(with = "iron_session::with::text")]
///     user_id: u64,
/// }
/// # }
/// ```
pub mod text {
    use std::fmt::Display;
    use std::str::FromStr;

    use serde::{Deserialize, Deserializer, Serializer, de};

    /// Serializes a value as text.
    ///
    /// # Errors
    ///
    /// Returns the errors of the serializer.
    pub fn serialize<T: Display, S: Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(value)
    }

    /// Deserializes a value from text.
    ///
    /// # Errors
    ///
    /// Returns an error if the type cannot parse the text.
    pub fn deserialize<'de, T, D>(deserializer: D) -> Result<T, D::Error>
    where
        T: FromStr<Err: Display>,
        D: Deserializer<'de>,
    {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}
