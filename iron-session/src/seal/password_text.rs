//! The texts that hold passwords: one secret, or one of the JSON forms.

use serde::Deserialize;
use zeroize::Zeroizing;

use super::passwords::FIRST_ID;
use super::pasted::is_json;
use crate::error::{PasswordError, Reason};

/// The ids and passwords of a text, before they are checked.
pub(super) struct PasswordText {
    pub(super) entries: Entries,
    /// The id that the text chooses for sealing.
    pub(super) seal_with: Option<String>,
}

type Entries = Vec<(String, Zeroizing<String>)>;

impl PasswordText {
    pub(super) fn parse(text: &str) -> Result<Self, PasswordError> {
        let json = text.trim_ascii_start();
        if !is_json(json) {
            let entry = (FIRST_ID.to_owned(), Zeroizing::new(text.to_owned()));
            Ok(Self { entries: vec![entry], seal_with: None })
        } else if json.starts_with('{') {
            parse_map(json)
        } else {
            parse_array(json)
        }
    }
}

/// A map of passwords, and the id that seals.
///
/// The id stands beside the map, because JavaScript takes every member of the map for a
/// password: iron-session would seal with the id `NaN`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ChosenInMap {
    #[serde(default)]
    seal_with: Option<Id>,
    passwords: MapEntries,
}

/// One element of the array form; an id may be a number or a text.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Element {
    id: Id,
    password: Zeroizing<String>,
    /// Chooses the password that seals. next-iron-session ignores it.
    #[serde(default)]
    seals: bool,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Id {
    Number(u64),
    Text(String),
}

impl Id {
    fn into_text(self) -> String {
        match self {
            Self::Number(number) => number.to_string(),
            Self::Text(text) => text,
        }
    }
}

fn parse_map(json: &str) -> Result<PasswordText, PasswordError> {
    if let Ok(chosen) = serde_json::from_str::<ChosenInMap>(json) {
        let seal_with = chosen.seal_with.map(Id::into_text);
        return Ok(PasswordText { entries: chosen.passwords.0, seal_with });
    }
    let Ok(MapEntries(entries)) = serde_json::from_str(json) else {
        return Err(PasswordError::NotAPasswordMap {
            what: Reason::new("every id must be followed by a password in quotes"),
        });
    };
    if entries.iter().any(|(id, _)| id == "seal_with") {
        return Err(PasswordError::NotAPasswordMap {
            what: Reason::new(
                "`seal_with` must not be inside the map of passwords, where JavaScript would take it for a \
                   password; use `{\"seal_with\":\"1\",\"passwords\":{…}}`",
            ),
        });
    }
    Ok(PasswordText { entries, seal_with: None })
}

fn parse_array(json: &str) -> Result<PasswordText, PasswordError> {
    let elements: Vec<Element> = serde_json::from_str(json).map_err(|_| PasswordError::NotAPasswordMap {
        what: Reason::new(
            "every element needs an `id` and a `password`, and may have `\"seals\":true`, and nothing else",
        ),
    })?;
    let mut text = PasswordText { entries: Vec::with_capacity(elements.len()), seal_with: None };
    for element in elements {
        let id = element.id.into_text();
        if element.seals && text.seal_with.replace(id.clone()).is_some() {
            return Err(PasswordError::NotAPasswordMap {
                what: Reason::new("only one element may have `\"seals\":true`"),
            });
        }
        text.entries.push((id, element.password));
    }
    Ok(text)
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
