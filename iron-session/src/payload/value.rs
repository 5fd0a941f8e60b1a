//! Encodes and decodes a whole value for the `Sealer`.

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::encode_json::write_json;
use super::hidden::Hidden;
use super::members::{Members, elements_of, has_distinct_members, members_of};
use super::merge::ObjectWriter;
use super::scan::{Scanner, kind};
use super::text::Text;
use crate::error::{DecodeError, EncodeError, Misread, UnsealError};
use crate::scratch::Scratch;

/// Encodes a whole value for [`Sealer::seal`](crate::Sealer::seal).
///
/// The type that will read it is not known. But no type reads back a number that was written as
/// `null`, so such a number is rejected.
pub(crate) fn encode_value<T: Serialize + ?Sized>(value: &T) -> Result<Scratch, EncodeError> {
    let mut buffer = Scratch::new();
    let hidden = write_json(&mut buffer, value, 0).map_err(|reason| reason.into_error(None))?;
    if hidden.has_numbers() {
        return Err(EncodeError::Misread { member: None, cause: Misread::NotFinite });
    }
    Ok(buffer)
}

/// Decodes a whole value for [`Sealer::unseal`](crate::Sealer::unseal).
pub(crate) fn decode_value<T: DeserializeOwned>(plaintext: &[u8]) -> Result<T, UnsealError> {
    if let Ok(text) = std::str::from_utf8(plaintext)
        && reads_as_it_stands(text)
    {
        return Ok(decode_text(text)?);
    }
    let mut text = Text::from_plaintext(plaintext.into())?;
    text.check(|scanner| scanner.value(0).map(drop))?;

    if kind(text.received()) != "an object" {
        return Ok(decode_text(text.readable())?);
    }
    // serde's derive rejects duplicate members, whereas JavaScript uses the last one.
    let members = Members::parse(text)?;
    if members.has_shadowed() {
        let mut object = ObjectWriter::new();
        for member in members.iter() {
            object.push(member.readable_name, member.readable);
        }
        return Ok(decode_text(object.finish().as_text())?);
    }
    Ok(decode_text(members.readable())?)
}

/// Tells whether serde can read a text unchanged: nothing must be replaced or left out.
fn reads_as_it_stands(text: &str) -> bool {
    let mut scanner = Scanner::new(text);
    let sound = match scanner.next_token() {
        Some(b'{') => has_distinct_members(&mut scanner),
        _ => scanner.value(0).is_ok(),
    };
    sound && scanner.end().is_ok() && scanner.into_lone_surrogates().is_empty()
}

fn decode_text<T: DeserializeOwned>(text: &str) -> Result<T, DecodeError> {
    let mut deserializer = serde_json::Deserializer::from_str(text);
    // The scan has limited the depth, to one level more than serde_json's own limit.
    deserializer.disable_recursion_limit();
    T::deserialize(&mut deserializer).map_err(|_| DecodeError::Type { found: kind(text) })
}

/// Counts the elements of an array's text, or the members of an object's.
pub(crate) fn count_items(text: &str) -> usize {
    let elements = elements_of(text).map(|elements| elements.len());
    elements.or_else(|_| members_of(text).map(|members| members.len())).unwrap_or_default()
}

/// Tells whether a value holds a NaN or an infinity, which JSON can't write.
pub(crate) fn holds_no_number<T: Serialize + ?Sized>(value: &T) -> bool {
    Hidden::from_value(value).has_numbers()
}
