//! Makes the changes of one request to a session that another request has changed meanwhile.

use super::encoder::{Encoder, Encoding, Encodings};
use super::session_type::IronSession;
use super::source::Source;
use crate::clock::Timestamp;
use crate::error::{EncodeError, Misread};
use crate::payload::{Fragment, Identity, Members, ObjectWriter, Text, add_both, merge_both};
use crate::schema::field_budget::FieldBudget;

/// Returns the session that another request has stored (`theirs`), with the changes that this request
/// made: from the session that it has `read` to `mine`.
///
/// # Errors
///
/// [`EncodeError`] if a field can't be encoded, or if its type does not read what both have stored.
pub(crate) fn rebase<T: IronSession>(
    read: &T,
    mine: &T,
    theirs: &T,
    now: Timestamp,
) -> Result<T, EncodeError> {
    let encodings = |session: &T| Encoder::new(now).encode(session).map(Encoder::finish);
    let (read, mine, theirs) = (encodings(read)?, encodings(mine)?, encodings(theirs)?);
    let decode = |adds| {
        let merged = merge::<T>([&read, &mine, &theirs], adds);
        let members = Members::parse(Text::new(merged.as_str())).ok()?;
        Source::new(&members, now).decode::<T>().ok()
    };
    // The sum may be too large for a counter.
    decode(true)
        .or_else(|| decode(false))
        .ok_or(EncodeError::Misread { member: None, cause: Misread::Undecodable })
}

/// Writes the members of the merged session. If it `adds`, counters are added up.
fn merge<T: IronSession>([read, mine, theirs]: [&Encodings; 3], adds: bool) -> Fragment<'static> {
    let mut object = ObjectWriter::new();
    for name in theirs.names() {
        let Some(stored) = theirs.find(name) else { continue };
        match (read.find(name), mine.find(name)) {
            (Some(_), None) => {}
            (None, None) => drop(object.push_named(name, stored.own_text().as_str())),
            (before, Some(mine)) => {
                let merged = merge_member::<T>(before, mine, stored, adds);
                object.push_named(name, merged.as_str());
            }
        }
    }
    for name in mine.names().filter(|name| theirs.find(name).is_none()) {
        let Some(mine) = mine.find(name) else { continue };
        // Otherwise the other request has removed it.
        if read.find(name).is_none_or(|before| !before.says_the_same(&mine)) {
            object.push_named(name, mine.own_text().as_str());
        }
    }
    Fragment::New(object.finish())
}

fn merge_member<'a, T: IronSession>(
    read: Option<Encoding<'_>>,
    mine: Encoding<'a>,
    theirs: Encoding<'a>,
    adds: bool,
) -> Fragment<'a> {
    let Some(read) = read else { return mine.own_text() };
    if read.says_the_same(&mine) {
        return theirs.own_text();
    }
    if mine.deadline.is_some() {
        return mine.own_text();
    }
    let field = T::FIELDS.iter().find(|field| field.name() == mine.name);
    if adds
        && field.is_some_and(FieldBudget::is_counter)
        && let Some(sum) = add_both(read.text, mine.text, theirs.text)
    {
        return Fragment::New(sum.as_bytes().into());
    }
    let identity = field.map_or(Identity::Alike, FieldBudget::identity);
    merge_both(read.text, mine.text, theirs.text, identity)
}
