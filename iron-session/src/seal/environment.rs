//! Passwords from an environment variable.

use std::env::{self, VarError};

use serde::Deserialize;
use zeroize::Zeroizing;

use super::password::shown;
use super::passwords::{FIRST_ID, Passwords};
use super::pasted::is_json;
use crate::error::PasswordError;

impl Passwords {
    /// Reads the passwords from an environment variable: one secret, a JSON map
    /// `{"1":"…","2":"…"}`, or the array form `[{"id":2,"password":"…"},…]`.
    ///
    /// # Errors
    ///
    /// [`PasswordError`] if the variable is not set, its JSON is not one of those forms, or
    /// [`Passwords::new`] would reject a password.
    pub fn from_env(variable: &str) -> Result<Self, PasswordError> {
        read(variable)
    }

    /// Reads the same forms from a text that comes from another source, such as a file or a
    /// secret store.
    ///
    /// # Errors
    ///
    /// The errors of [`Passwords::from_env`], except the one for a missing variable.
    pub fn parse(text: &str) -> Result<Self, PasswordError> {
        build(text)
    }

    /// Reads the same forms for passwords that only unseal and whose strength no longer
    /// matters, as with [`PasswordsBuilder::retired`]. Use it to inspect the seals of another
    /// program.
    ///
    /// # Errors
    ///
    /// [`PasswordError`] if the text is not one of those forms, or a password has fewer than
    /// 32 characters, because no program ever sealed with such a password.
    ///
    /// # Example
    ///
    /// ```
    /// use iron_session::Passwords;
    ///
    /// let sample = "complex_password_at_least_32_characters_long";
    /// assert!(Passwords::parse(sample).is_err());
    /// assert!(Passwords::parse_retired(sample).unwrap().sealing_id().is_none());
    /// ```
    #[cfg(feature = "inspect")]
    pub fn parse_retired(text: &str) -> Result<Self, PasswordError> {
        build_retired(text)
    }
}

fn read(variable: &str) -> Result<Passwords, PasswordError> {
    let value = env::var(variable).map(Zeroizing::new).map_err(|error| match error {
        VarError::NotPresent => PasswordError::Missing { variable: variable.to_owned() },
        VarError::NotUnicode(_) => PasswordError::NotUnicode { variable: variable.to_owned() },
    })?;
    if value.trim().is_empty() {
        return Err(PasswordError::Missing { variable: variable.to_owned() });
    }

    build(&value).map_err(|cause| PasswordError::InEnvironment {
        variable: variable.to_owned(),
        cause: Box::new(cause),
    })
}

fn build(value: &str) -> Result<Passwords, PasswordError> {
    let mut builder = Passwords::builder();
    for (id, password) in parse(value)? {
        if OWN_SAMPLES.contains(&password.as_str()) {
            return Err(PasswordError::Guessable { id: shown(&id) });
        }
        builder = builder.password(id, password.as_str());
    }
    builder.build()
}

#[cfg(feature = "inspect")]
fn build_retired(value: &str) -> Result<Passwords, PasswordError> {
    let entries = parse(value)?.into_iter();
    entries
        .fold(Passwords::builder(), |builder, (id, password)| builder.retired(id, password.as_str()))
        .build()
}

/// The passwords in this crate's documentation, whose samples must run.
const OWN_SAMPLES: &[&str] = &["mHDzKfIaYBUWpcyn3zvZkVWzJCt6SgVX", "wTnSEkfCyLXmFBdRvJ9MQ8aHzN5GoVYu"];

/// One element of the array form; an id may be a number or a text.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Element {
    id: Id,
    password: Zeroizing<String>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Id {
    Number(u64),
    Text(String),
}

type Entries = Vec<(String, Zeroizing<String>)>;

fn parse(value: &str) -> Result<Entries, PasswordError> {
    let json = value.trim_ascii_start();
    if !is_json(json) {
        Ok(vec![(FIRST_ID.to_owned(), Zeroizing::new(value.to_owned()))])
    } else if json.starts_with('{') {
        parse_map(json)
    } else {
        parse_array(json)
    }
}

fn parse_map(value: &str) -> Result<Entries, PasswordError> {
    let map: MapEntries = serde_json::from_str(value).map_err(|_| PasswordError::NotAPasswordMap {
        what: "every id must be followed by a password in quotes",
    })?;
    Ok(map.0)
}

fn parse_array(value: &str) -> Result<Entries, PasswordError> {
    let elements: Vec<Element> = serde_json::from_str(value).map_err(|_| PasswordError::NotAPasswordMap {
        what: "every element needs an `id` and a `password` and nothing else",
    })?;
    let entries = elements.into_iter().map(|element| {
        let id = match element.id {
            Id::Number(number) => number.to_string(),
            Id::Text(text) => text,
        };
        (id, element.password)
    });
    Ok(entries.collect())
}

/// A JSON map in its own order, so that a duplicate id is noticed.
struct MapEntries(Entries);

impl<'de> Deserialize<'de> for MapEntries {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;

        impl<'de> serde::de::Visitor<'de> for Visitor {
            type Value = MapEntries;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a map of password ids")
            }

            fn visit_map<A: serde::de::MapAccess<'de>>(self, mut map: A) -> Result<MapEntries, A::Error> {
                let mut entries = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    entries.push(entry);
                }
                Ok(MapEntries(entries))
            }
        }

        deserializer.deserialize_map(Visitor)
    }
}
