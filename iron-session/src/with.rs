//! Other spellings for the wire: `#[session(with = "iron_session::with::text")]`.

/// Writes a value as text: what a 64-bit integer needs that JavaScript must not
/// round.
///
/// Works for every type with `Display` and `FromStr`.
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
    /// Those of the serializer.
    pub fn serialize<T: Display, S: Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(value)
    }

    /// Deserializes a value from text.
    ///
    /// # Errors
    ///
    /// When the text is not one that the type reads.
    pub fn deserialize<'de, T, D>(deserializer: D) -> Result<T, D::Error>
    where
        T: FromStr<Err: Display>,
        D: Deserializer<'de>,
    {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}
