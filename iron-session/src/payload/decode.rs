//! Decoding a session: each field from the text of its own member.

use serde::de::DeserializeOwned;
use zeroize::Zeroizing;

use super::members::Members;
use super::scan::kind;
use super::text::Text;
use crate::error::{DecodeError, UnsealError};

/// Decodes a whole value for [`Sealer::unseal`](crate::Sealer::unseal).
pub(crate) fn decode_value<T: DeserializeOwned>(plaintext: &[u8]) -> Result<T, UnsealError> {
    let mut text = Text::from_plaintext(plaintext)?;
    text.check(|scanner| scanner.value(0).map(drop))?;

    if kind(text.received()) != "an object" {
        return Ok(decode_text(text.readable())?);
    }
    // serde's derive refuses duplicate members, JavaScript takes the last.
    let members = Members::parse(text)?;
    if members.has_shadowed() {
        let list = members.iter().map(|m| format!("{}:{}", m.readable_name, m.readable));
        let text = Zeroizing::new(format!("{{{}}}", list.collect::<Vec<_>>().join(",")));
        return Ok(decode_text(&text)?);
    }
    Ok(decode_text(members.readable())?)
}

fn decode_text<T: DeserializeOwned>(text: &str) -> Result<T, DecodeError> {
    let mut deserializer = serde_json::Deserializer::from_str(text);
    // The scan has bounded the depth, one level beyond serde_json's own limit.
    deserializer.disable_recursion_limit();
    T::deserialize(&mut deserializer).map_err(|_| DecodeError::Type { found: kind(text) })
}

/// Hands out the members of a received session to the fields of a type.
#[derive(Clone)]
pub struct Decoder<'a> {
    members: &'a Members,
    /// Where to look first: members mostly come in the order of the fields.
    cursor: usize,
}

impl<'a> Decoder<'a> {
    pub(crate) fn new(members: &'a Members) -> Self {
        Self { members, cursor: 0 }
    }

    /// Decodes the field that goes by one of `names` on the wire.
    ///
    /// A member that is missing or `null` reads as the default. Of several
    /// members for one field (a name and an alias) the last counts.
    ///
    /// # Errors
    ///
    /// [`DecodeError::Member`] when the value does not fit the field's type.
    pub fn field<T: DeserializeOwned>(
        &mut self,
        names: &[&str],
        default: impl FnOnce() -> T,
    ) -> Result<T, DecodeError> {
        let Some(member) = self.find(names) else { return Ok(default()) };
        if kind(member.readable) == "null" {
            return Ok(default());
        }
        serde_json::from_str(member.readable).map_err(|_| DecodeError::Member {
            member: member.name.into_owned(),
            found: kind(member.readable),
        })
    }

    fn find(&mut self, names: &[&str]) -> Option<super::members::Member<'a>> {
        let (index, member) = match names {
            [name] => {
                let next = self.members.get(self.cursor).filter(|member| member.name == *name);
                match next {
                    Some(member) => (self.cursor, member),
                    None => (0..).zip(self.members.iter()).find(|(_, member)| member.name == *name)?,
                }
            }
            _ => (0..).zip(self.members.iter()).filter(|(_, m)| names.contains(&m.name.as_ref())).last()?,
        };
        self.cursor = index + 1;
        Some(member)
    }

    /// Returns every member's name and text, for types that know no names.
    pub(crate) fn members(&self) -> impl Iterator<Item = super::members::Member<'a>> {
        self.members.iter()
    }
}

impl std::fmt::Debug for Decoder<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.members.iter().map(|member| member.name)).finish()
    }
}
