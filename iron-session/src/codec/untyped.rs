//! A session without a struct.

use std::fmt;
use std::str::FromStr;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use super::decoder::Decoder;
use super::encoder::Encoder;
use super::payload::decode_object;
use super::session_type::IronSession;
use crate::error::{DecodeError, EncodeError, Misread};
use crate::limits::METADATA_NAME;
use crate::payload::holds_no_number;
use crate::schema::Schema;

/// Holds any JSON object as a session: for tools, tests, and the first steps of a migration
/// from JavaScript.
///
/// Members keep their order and their text. The metadata member `$` is not one of them.
/// [`SessionOptionsBuilder::max_cookies`](crate::SessionOptionsBuilder::max_cookies)
/// sets the number of cookies for such a session, and `storage` whether it is kept in a store.
///
/// # Example
///
/// ```
/// use iron_session::{IronSession, Untyped};
///
/// let mut session = Untyped::empty();
/// session.insert("user", "ada")?;
/// assert_eq!(session.get::<String>("user"), Some("ada".to_owned()));
///
/// let session: Untyped = r#"{"user":"ada","visits":1e2}"#.parse()?;
/// assert_eq!(session.keys().collect::<Vec<_>>(), ["user", "visits"]);
/// assert_eq!(session.to_json(), r#"{"user":"ada","visits":1e2}"#);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Default)]
pub struct Untyped {
    members: Vec<(String, Box<RawValue>)>,
}

impl Untyped {
    /// Returns a member, if it exists and fits the type.
    ///
    /// [`Box<RawValue>`](RawValue) fits every member and holds its text.
    pub fn get<T: DeserializeOwned>(&self, name: &str) -> Option<T> {
        let (_, value) = self.members.iter().find(|(found, _)| found == name)?;
        serde_json::from_str(value.get()).ok()
    }

    /// Inserts a member. An existing one keeps its place, and a new one is added at the end.
    ///
    /// # Errors
    ///
    /// - [`EncodeError::Serialize`] if the value can't be written as JSON.
    /// - [`EncodeError::Misread`] if it holds a NaN or an infinity, which would become
    ///   `null`.
    /// - [`EncodeError::Reserved`] for the name `$`.
    pub fn insert<T: Serialize + ?Sized>(&mut self, name: &str, value: &T) -> Result<(), EncodeError> {
        if name == METADATA_NAME {
            return Err(EncodeError::Reserved);
        }
        let member = || Some(name.to_owned());
        let raw = serde_json::value::to_raw_value(value);
        let raw = raw.map_err(|error| EncodeError::serialize(member(), &error))?;
        if holds_no_number(value) {
            return Err(EncodeError::Misread { member: member(), cause: Misread::NotFinite });
        }
        match self.members.iter_mut().find(|(found, _)| found == name) {
            Some((_, old)) => *old = raw,
            None => self.members.push((name.to_owned(), raw)),
        }
        Ok(())
    }

    /// Removes a member and returns whether it existed.
    pub fn remove(&mut self, name: &str) -> bool {
        let len = self.members.len();
        self.members.retain(|(found, _)| found != name);
        self.members.len() < len
    }

    /// Returns the names of the members, in their order.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.members.iter().map(|(name, _)| name.as_str())
    }

    /// Writes the session as JSON text.
    pub fn to_json(&self) -> String {
        let members = self
            .members
            .iter()
            .map(|(name, value)| format!("{}:{}", serde_json::Value::from(name.as_str()), value.get()));
        format!("{{{}}}", members.collect::<Vec<_>>().join(","))
    }
}

/// Reads a session from JSON text.
///
/// # Errors
///
/// [`DecodeError`] if the text is not a JSON object within the limits of a payload.
impl FromStr for Untyped {
    type Err = DecodeError;

    fn from_str(text: &str) -> Result<Self, DecodeError> {
        decode_object(text)
    }
}

/// Shows the names, not the values.
impl fmt::Debug for Untyped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.keys()).finish()
    }
}

impl IronSession for Untyped {
    const SCHEMA: Schema = Schema::new("Untyped").untyped();

    fn empty() -> Self {
        Self::default()
    }

    fn decode(&mut self, name: &str, decoder: &mut Decoder<'_>) -> Result<(), DecodeError> {
        if Self::canonical(name).is_none() {
            return Ok(());
        }
        // As a field of its own, after those that a single pass can track.
        decoder.claim(usize::MAX)?;
        let text = decoder.scan()?.to_owned();
        // The text was checked before. If serde_json still rejects it, there is no value.
        let value =
            RawValue::from_string(text).map_err(|error| DecodeError::Syntax { offset: error.column() })?;
        self.members.push((name.to_owned(), value));
        Ok(())
    }

    fn encode(&self, encoder: &mut Encoder) -> Result<(), EncodeError> {
        self.members.iter().try_for_each(|(name, value)| encoder.member(name.clone(), value))
    }

    fn canonical(name: &str) -> Option<&str> {
        (name != METADATA_NAME).then_some(name)
    }
}
