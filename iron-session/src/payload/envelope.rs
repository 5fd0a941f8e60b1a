//! h3's object around a session: `{"id":"…","createdAt":1763650000000,"data":{…}}`.
//!
//! The source is h3 2.0.8 (`utils/session`); h3 1.15.11 has the same object, without `lastSeenAt`. h3
//! reads `createdAt` if it has a `maxAge`, and `lastSeenAt` if it has an `idleTimeout`. It keeps
//! every other member.

use super::members::{Member, Members};
use super::merge::ObjectWriter;
use super::text::Text;
use crate::error::UnsealError;
use crate::scratch::Scratch;

const ID: &str = "id";
const CREATED_AT: &str = "createdAt";
const LAST_SEEN_AT: &str = "lastSeenAt";
const DATA: &str = "data";

/// The most bytes that the object adds to a session: with a UUID, as h3 writes it, and times of
/// fourteen digits.
pub(crate) const ENVELOPE_BYTES: usize =
    r#"{"id":"00000000-0000-0000-0000-000000000000","createdAt":00000000000000,"lastSeenAt":00000000000000,"data":}"#
        .len();

/// The object as it was received.
pub(crate) struct Envelope(Members);

/// The values of the members that a session has or gets.
pub(crate) struct Stamp {
    /// The id of a session that has none.
    pub(crate) id: String,
    /// When a session without a date was created, in Unix milliseconds.
    pub(crate) created_at_ms: u64,
    pub(crate) now_ms: u64,
    /// Whether the time of the last use is written. It is always written over a received one.
    pub(crate) dates_use: bool,
}

impl Envelope {
    /// Splits a plaintext into the object and the session in it. An object without `data` holds an
    /// empty session, as in h3.
    pub(crate) fn open(plaintext: Scratch) -> Result<(Self, Scratch), UnsealError> {
        let members = Members::parse(Text::from_plaintext(plaintext)?)?;
        let data = members.iter().find(|member| member.name == DATA);
        let session = Scratch::from(data.map_or("{}", |data| data.received).as_bytes());
        Ok((Self(members), session))
    }

    /// Returns when the session was created, in Unix milliseconds.
    pub(crate) fn created_at_ms(&self) -> Option<u64> {
        self.find(CREATED_AT)?.readable.parse().ok()
    }

    /// Finds a member with a value that counts as one to h3.
    fn find(&self, name: &str) -> Option<Member<'_>> {
        let is_value = |member: &Member<'_>| !matches!(member.received, r#""""# | "0" | "null");
        self.0.iter().find(|member| member.name == name).filter(is_value)
    }

    /// Writes the object around a session, over the received one if there is one.
    pub(crate) fn write(received: Option<&Self>, stamp: &Stamp, session: &str) -> Scratch {
        let find = |name| received.and_then(|received| received.find(name));
        let mut object = ObjectWriter::new();
        let mut push = |name: &str, value: &str| {
            object.push_named(name, value);
        };
        match find(ID) {
            Some(id) => push(ID, id.received),
            None => push(ID, &format!("\"{}\"", stamp.id)),
        }
        match find(CREATED_AT) {
            Some(created_at) => push(CREATED_AT, created_at.received),
            None => push(CREATED_AT, &stamp.created_at_ms.to_string()),
        }
        if stamp.dates_use || find(LAST_SEEN_AT).is_some() {
            push(LAST_SEEN_AT, &stamp.now_ms.to_string());
        }
        for member in received.iter().flat_map(|received| received.0.iter()) {
            if ![ID, CREATED_AT, LAST_SEEN_AT, DATA].contains(&&*member.name) {
                object.push(member.received_name, member.received);
            }
        }
        object.push_named(DATA, session);
        object.finish()
    }
}
