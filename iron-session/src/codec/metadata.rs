//! The reserved member `"$"`, which holds the metadata of a session.
//!
//! | member | meaning |
//! | --- | --- |
//! | `v` | schema version |
//! | `r` | oldest schema version that may read it |
//! | `t` | the session's own lifetime: seconds, or `0` for a browser-session cookie |
//! | `iat` | when the session was issued: Unix seconds |
//! | `id` | the session's id |
//! | `rev` | only in a cookie whose session is in a record: the record's revision |
//!
//! Each is written only if it is needed. Members that are not in this table are kept. So is a
//! `"$"` that is not an object, because a JavaScript program may use that name for itself.

use std::num::{IntErrorKind, ParseIntError};
use std::time::Duration;

use super::session_id::SessionId;
use crate::clock::Timestamp;
use crate::limits::MAX_LIFETIME_SECS;
#[cfg(feature = "server-state")]
use crate::limits::METADATA_NAME;
use crate::payload::{Member, ObjectWriter, kind, members_of};
use crate::schema::Schema;
use crate::seal::{CLOCK_SKEW, Ttl};

const VERSION: &str = "v";
const READABLE_BY: &str = "r";
const LIFETIME: &str = "t";
const ISSUED_AT: &str = "iat";
const ID: &str = "id";
const REVISION: &str = "rev";

/// The known members, in the order in which they are written.
const KNOWN: [&str; 6] = [VERSION, READABLE_BY, LIFETIME, ISSUED_AT, ID, REVISION];

/// The own lifetime of a session, which replaces the ttl of the options.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Lifetime {
    /// "Remember me": seal and cookie last this long, in whole seconds.
    For(Duration),
    /// The browser deletes the cookie when it closes. The seal keeps the ttl of the options.
    BrowserSession,
}

impl Lifetime {
    /// Creates a lifetime from seconds. It is limited to [`MAX_LIFETIME_SECS`].
    pub(crate) fn lasting(secs: u64) -> Self {
        match secs {
            0 => Self::BrowserSession,
            secs => Self::For(Duration::from_secs(secs.min(MAX_LIFETIME_SECS))),
        }
    }

    /// Returns how long the seal is valid, for a session with or without a lifetime of its own.
    pub(crate) fn seal_ttl(own: Option<Self>, ttl: Ttl) -> Ttl {
        match own {
            Some(Self::For(duration)) => Ttl::After(duration),
            Some(Self::BrowserSession) | None => ttl,
        }
    }

    fn as_secs(self) -> u64 {
        match self {
            Self::For(duration) => duration.as_secs(),
            Self::BrowserSession => 0,
        }
    }
}

/// The known members of `"$"`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Metadata {
    pub(crate) version: Option<u32>,
    pub(crate) readable_by: Option<u32>,
    pub(crate) lifetime: Option<Lifetime>,
    /// When the session was issued, in Unix seconds.
    pub(crate) issued_at: Option<u64>,
    pub(crate) id: Option<SessionId>,
    /// The revision of the record that holds the session. Then this is all that the cookie holds.
    pub(crate) revision: Option<u64>,
}

impl Metadata {
    /// Returns the schema version that the session was written with. A session without a tag has
    /// the version that `schema` names for it.
    #[inline]
    pub(super) fn version_for(self, schema: &Schema) -> u32 {
        self.version.unwrap_or(schema.untagged())
    }

    /// Tags it with the version of `schema`. The tag of a newer version stays.
    pub(crate) fn tagged(self, schema: &Schema) -> Self {
        let is_newer = self.version.is_some_and(|version| version > schema.version());
        match schema.tag() {
            Some((version, readable_by)) if !is_newer => Self { version: Some(version), readable_by, ..self },
            _ => self,
        }
    }

    /// Reads the member's text.
    ///
    /// A time of issue in the future counts as missing, because it would let the session live for
    /// longer than it may: another server's clock is wrong, or a program wrote milliseconds. Four
    /// minutes are accepted: a revocation dates a new session up to two minutes ahead, by the clock of
    /// the server that revokes, and that clock and the one of a third server may each differ by a minute.
    pub(crate) fn parse(text: &str, now: Timestamp) -> Self {
        let spelled = Self::spelled(text);
        Self { issued_at: spelled.issued_at.filter(|secs| *secs <= latest_issue(now)), ..spelled }
    }

    /// Adds the time of issue if it is missing.
    pub(super) fn dated(self, issued_at_secs: u64, now: Timestamp) -> Self {
        let other = Some(issued_at_secs).filter(|secs| *secs <= latest_issue(now));
        Self { issued_at: self.issued_at.or(other), ..self }
    }

    /// Reads the metadata of a payload that only refers to a record. `None` for any other payload.
    #[cfg(feature = "server-state")]
    pub(crate) fn of_reference(plaintext: &[u8], now: Timestamp) -> Option<Self> {
        // It is always written first.
        if !plaintext.starts_with(br#"{"$":{"#)
            || !plaintext.windows(6).take(512).any(|it| it == br#""rev":"#)
        {
            return None;
        }
        let members = members_of(std::str::from_utf8(plaintext).ok()?).ok()?;
        let member = members.iter().find(|member| member.name == METADATA_NAME)?;
        Some(Self::parse(member.readable, now)).filter(|it| it.revision.is_some() && it.id.is_some())
    }

    /// Writes the payload of a cookie whose session is in a record.
    #[cfg(feature = "server-state")]
    pub(crate) fn write_reference(self, revision: u64) -> String {
        let Self { lifetime, issued_at, id, .. } = self;
        let reference =
            Self { version: None, readable_by: None, lifetime, issued_at, id, revision: Some(revision) };
        format!("{{\"{METADATA_NAME}\":{}}}", reference.write(None).unwrap_or_default())
    }

    /// Reads the member's text, with a time of issue that may be in the future.
    fn spelled(text: &str) -> Self {
        let mut metadata = Self::default();
        for member in members(text) {
            let value = member.readable;
            match member.name.as_ref() {
                VERSION => metadata.version = parse_version(value),
                READABLE_BY => metadata.readable_by = parse_version(value),
                LIFETIME => metadata.lifetime = parse_secs(value).map(Lifetime::lasting),
                ISSUED_AT => metadata.issued_at = value.parse().ok(),
                ID => metadata.id = SessionId::from_json(value),
                REVISION => metadata.revision = value.parse().ok(),
                _ => {}
            }
        }
        metadata
    }

    /// Writes the member's text. Returns `None` if there is nothing to write.
    pub(crate) fn write(self, received: Option<&str>) -> Option<String> {
        if received.is_none() && self == Self::default() {
            return None;
        }
        let received = received.unwrap_or("{}");
        if kind(received) != "an object" {
            // It belongs to another program. It is replaced only if there is something to write.
            return if self == Self::default() { Some(received.to_owned()) } else { self.write(None) };
        }
        // A time of issue in the future must not stay, because it would count once it has passed.
        if Self::spelled(received) == self && received != "{}" {
            return Some(received.to_owned());
        }

        let number = |number: u64| number.to_string();
        let values = [
            self.version.map(u64::from).map(number),
            self.readable_by.map(u64::from).map(number),
            self.lifetime.map(Lifetime::as_secs).map(number),
            self.issued_at.map(number),
            self.id.map(|id| format!("\"{id}\"")),
            self.revision.map(number),
        ];
        let mut object = ObjectWriter::new();
        for (name, value) in KNOWN.into_iter().zip(values) {
            if let Some(value) = value {
                object.push_named(name, &value);
            }
        }
        for member in members(received) {
            if !KNOWN.contains(&member.name.as_ref()) {
                object.push(member.received_name, member.received);
            }
        }
        Some(object.finish().as_text().to_owned()).filter(|text| text != "{}")
    }
}

/// Returns the latest time of issue that is accepted, in Unix seconds.
fn latest_issue(now: Timestamp) -> u64 {
    now.saturating_add(CLOCK_SKEW * 4).as_unix_ms() / 1000
}

/// Tells whether the member's text holds anything of another program.
pub(super) fn is_of_others(text: &str) -> bool {
    let is_ours = |member: &Member<'_>| KNOWN.contains(&member.name.as_ref());
    kind(text) != "an object" || !members(text).iter().all(is_ours)
}

/// Reads a version. If it exceeds every number, it is newer than all known versions.
fn parse_version(text: &str) -> Option<u32> {
    text.parse().or_else(|error| if_too_large(&error, u32::MAX)).ok()
}

/// Reads a lifetime. If it exceeds every number, it is the longest one.
fn parse_secs(text: &str) -> Option<u64> {
    text.parse().or_else(|error| if_too_large(&error, u64::MAX)).ok()
}

/// Returns the largest number in place of one that is larger.
fn if_too_large<N>(error: &ParseIntError, largest: N) -> Result<N, ()> {
    if *error.kind() == IntErrorKind::PosOverflow { Ok(largest) } else { Err(()) }
}

fn members(text: &str) -> Vec<Member<'_>> {
    // A value that is not an object has no members.
    members_of(text).unwrap_or_default()
}
