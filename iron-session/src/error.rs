//! Defines the errors: one enum for each operation.
//!
//! No error carries a password, a seal or a payload's content, so that every
//! one of them may be logged. An application's own errors are passed on: those of
//! its `Serialize` and `TryFrom`. Whatever others have chosen (these texts, and
//! the names of members) is escaped and cut, so that a log line stays one line.
//! None of the errors belongs in a response.

use std::error::Error as StdError;

use crate::clock::Timestamp;

type Source = Box<dyn StdError + Send + Sync>;

/// Why a password or a set of passwords is refused.
///
/// Prints its message for `Debug` too, since that is what a `main` that returns
/// it shows. A password's id is shown only if it can't be a secret by mistake.
#[derive(thiserror::Error)]
#[non_exhaustive]
pub enum PasswordError {
    /// The environment variable is not set, or is empty.
    #[error(
        "the environment variable `{variable}` is not set or is empty; generate a password \
         with `openssl rand -base64 32` and use the same one on every server"
    )]
    Missing {
        /// The variable's name.
        variable: String,
    },
    /// The environment variable's value is not UTF-8.
    #[error(
        "the environment variable `{variable}` is not UTF-8; generate a password with `openssl rand -base64 32`"
    )]
    NotUnicode {
        /// The variable's name.
        variable: String,
    },
    /// A password in an environment variable is refused.
    #[error("invalid passwords in the environment variable `{variable}`: {reason}")]
    InEnvironment {
        /// The variable's name.
        variable: String,
        /// Why.
        reason: Box<PasswordError>,
    },
    /// The value begins like JSON, but is neither a map of ids nor the array form.
    #[error(
        "the passwords look like JSON but have neither the form `{{\"1\":\"…\",\"2\":\"…\"}}` nor \
         `[{{\"id\":2,\"password\":\"…\"}},…]`: {what}"
    )]
    NotAPasswordMap {
        /// What is wrong, without the value.
        what: &'static str,
    },
    /// Fewer than 32 characters, counted as JavaScript does (UTF-16 units).
    #[error(
        "password {id} has {found} characters but needs at least 32; generate one with `openssl rand -base64 32`"
    )]
    TooShort {
        /// The password's id.
        id: String,
        /// Its length in UTF-16 units.
        found: usize,
    },
    /// A NUL character: HMAC pads keys with NULs, so `pw` and `pw\0` would be the same.
    #[error("password {id} contains a NUL character; generate one with `openssl rand -base64 32`")]
    ContainsNul {
        /// The password's id.
        id: String,
    },
    /// White space at the beginning or the end, as files and shells leave it there.
    #[error(
        "password {id} starts or ends with white space, which would be part of it; remove the white space \
         (files often end with a newline), or keep it with `Password::from_verbatim_text`"
    )]
    SurroundedBySpace {
        /// The password's id.
        id: String,
    },
    /// JSON, quotes, a variable that was not replaced, a name: what stands around a password,
    /// or in its place, where it was copied from.
    #[error("password {id} {what}; if this really is the password, use `Password::from_verbatim_text`")]
    Pasted {
        /// The password's id.
        id: String,
        /// What it is, and what to do, without the text.
        what: &'static str,
    },
    /// A password out of some documentation.
    #[error(
        "password {id} is a well-known sample that anyone can look up; generate one with \
         `openssl rand -base64 32`; to rotate away from the sample, add it with `PasswordsBuilder::retired`"
    )]
    Guessable {
        /// The password's id.
        id: String,
    },
    /// A password of fewer than eight different characters.
    #[error(
        "password {id} has fewer than 8 different characters; generate one with \
         `openssl rand -base64 32`; to rotate away from the old one, add it with `PasswordsBuilder::retired`"
    )]
    Repetitive {
        /// The password's id.
        id: String,
    },
    /// A raw integrity key of fewer than 32 bytes.
    #[error(
        "the integrity key of password {id} has {found} bytes but needs at least 32; generate a longer one"
    )]
    KeyTooShort {
        /// The password's id.
        id: String,
        /// Its length in bytes.
        found: usize,
    },
    /// An id that could not be told apart inside a token.
    #[error("`{id}` is not a valid password id: an id must not be empty or contain `*` or `~`")]
    InvalidId {
        /// The id.
        id: String,
    },
    /// Two passwords with the same id.
    #[error("two passwords have the id `{id}`; when you rotate, give the new password a new, higher id")]
    DuplicateId {
        /// The id.
        id: String,
    },
    /// The id chosen for sealing is not in the set, may not seal, or can't be written.
    #[error(
        "password `{id}` can't be used to seal; choose one that is in the set, is not retired, and has an id of \
         letters, digits and underscores"
    )]
    CannotSeal {
        /// The id.
        id: String,
    },
    /// No password at all.
    #[error("the set of passwords is empty; add at least one password")]
    Empty,
}

impl std::fmt::Debug for PasswordError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        std::fmt::Display::fmt(self, f)
    }
}

impl std::fmt::Debug for OptionsError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        std::fmt::Display::fmt(self, f)
    }
}

/// Why a value could not be sealed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SealError {
    /// No password of the set may seal.
    #[error(
        "no password can be used to seal: all are retired or have an id that is not a number; use a numeric id, \
         or choose a password with `PasswordsBuilder::seal_with`"
    )]
    NoSealingPassword,
    /// The value can't be written as JSON that every reader accepts.
    #[error("the payload could not be encoded")]
    Payload(#[from] EncodeError),
    /// The operating system gave no random bytes.
    #[error("the system's random number generator failed")]
    Randomness(#[source] Source),
    /// The password gave no keys for the seal's salts.
    #[error("no keys could be derived for the seal; this is a bug in iron-session, please report it")]
    NoKeys,
}

impl SealError {
    /// Keeps the generator's error as text, so that its crate is no part of the public interface.
    pub(crate) fn randomness(error: getrandom::Error) -> Self {
        Self::Randomness(error.to_string().into())
    }
}

/// Why a seal did not open: the reason that events and hooks are given.
///
/// # Security
///
/// For logs and metrics. A response must not tell these apart.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum UnsealError {
    /// The text is not a token.
    #[error("not a seal: {0}")]
    Malformed(&'static str),
    /// One of the cookies that a session was cut into did not arrive.
    #[error(
        "chunk {index} of the session is missing (the cookie whose name ends with `.{index}`): something \
         between the browser and this server drops cookies or truncates long headers; raise its limits, or \
         store less in the session"
    )]
    MissingChunk {
        /// Which, beginning with 0: the first that is missing.
        index: usize,
    },
    /// The token names a password id that is not in the set.
    #[error("sealed with password id `{id}`, which is not in the set")]
    UnknownPassword {
        /// The id, escaped, and cut to 32 characters.
        id: String,
    },
    /// The MAC does not fit: another password, or somebody changed the text.
    #[error("the MAC does not match: the seal was made with another password, or its text was changed")]
    Forged,
    /// The token names one of the passwords, for another [purpose](crate::Sealer::purpose)
    /// than the reader's.
    #[error("sealed for another purpose: password id `{id}` names {purpose}")]
    OtherPurpose {
        /// The id, escaped, and cut to 32 characters.
        id: String,
        /// How the purposes differ; an id may also have an underscore of its own.
        purpose: &'static str,
    },
    /// The seal was authentic, but its time has passed.
    #[error("expired at {}", .expired_at.to_rfc3339())]
    Expired {
        /// When it ended. It was accepted for 60 s more.
        expired_at: Timestamp,
    },
    /// The seal is authentic, but its content is not what this type reads.
    #[error("the payload could not be decoded")]
    Undecodable(#[from] DecodeError),
    /// A newer release wrote it, and did not say that this one may read it.
    #[error("written with schema version {found}, which this server (version {known}) can't read")]
    NewerSchema {
        /// The version in the payload.
        found: u32,
        /// The version of the type that was to read it.
        known: u32,
    },
    /// An older release wrote it, whose version this one has given up.
    #[error("written with schema version {found}, but this server only reads version {oldest} and later")]
    OlderSchema {
        /// The version in the payload, or the one that payloads without any have.
        found: u32,
        /// The oldest version that can be read.
        oldest: u32,
    },
    /// A session of an older version could not be made one of the next.
    #[error("the session could not be migrated from schema version {from} to {to}: {}", Foreign(.message))]
    Migration {
        /// The version before the step that failed.
        from: u32,
        /// The version after it.
        to: u32,
        /// What the error of `TryFrom` says; escaped where this error is printed.
        message: String,
    },
    /// The payload is in a compressed form that this build can't read.
    #[error("the compressed form {form:#04x} is not supported by this build")]
    Unsupported {
        /// The payload's first byte.
        form: u8,
    },
}

impl UnsealError {
    /// Returns the reason as one word, for metrics and log fields.
    ///
    /// # Example
    ///
    /// ```
    /// use iron_session::error::UnsealError;
    /// assert_eq!(UnsealError::Forged.reason(), "forged");
    /// ```
    pub fn reason(&self) -> &'static str {
        match self {
            Self::Malformed(_) => "malformed",
            Self::MissingChunk { .. } => "missing_chunk",
            Self::UnknownPassword { .. } => "unknown_password",
            Self::Forged => "forged",
            Self::OtherPurpose { .. } => "other_purpose",
            Self::Expired { .. } => "expired",
            Self::Undecodable(_) => "undecodable",
            Self::NewerSchema { .. } => "newer_schema",
            Self::OlderSchema { .. } => "older_schema",
            Self::Migration { .. } => "migration",
            Self::Unsupported { .. } => "unsupported",
        }
    }

    /// Tells whether a newer release reads what this one does not, so that it
    /// must not be overwritten in passing.
    pub(crate) fn is_of_newer_release(&self) -> bool {
        matches!(self, Self::NewerSchema { .. } | Self::Unsupported { .. })
    }
}

/// Why a payload could not be read. Names members, never their content.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DecodeError {
    /// Not JSON text that `JSON.parse` accepts.
    #[error("not JSON: unexpected byte at offset {offset}")]
    Syntax {
        /// Where, in bytes of the payload.
        offset: usize,
    },
    /// Nested deeper than 128 levels.
    #[error("nested more than 128 levels deep")]
    TooDeep,
    /// A number that no `f64` holds (JavaScript would read `Infinity`).
    #[error("the number at offset {offset} is too large for an `f64`")]
    NumberTooLarge {
        /// Where, in bytes of the payload.
        offset: usize,
    },
    /// Not a compressed payload that can be inflated within its bound, 64 KiB.
    #[error("the compressed payload is damaged or inflates to more than 64 KiB")]
    Inflate,
    /// The payload is not an object, so it is no session.
    #[error("a session must be a JSON object, but this is {found}")]
    NotAnObject {
        /// The kind of JSON value found.
        found: &'static str,
    },
    /// A member of another type than the field's.
    #[error("member `{}` is {found} that does not fit the field's type", Foreign(.member))]
    Member {
        /// The member's name on the wire.
        member: String,
        /// The kind of JSON value found.
        found: &'static str,
    },
    /// The payload as a whole does not fit the type asked for.
    #[error("the payload is {found} that does not fit the requested type")]
    Type {
        /// The kind of JSON value found.
        found: &'static str,
    },
}

/// Why a value could not be written as JSON.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EncodeError {
    /// The field's own `Serialize` failed.
    #[error("{} could not be serialized: {}", Field(.member.as_deref()), Foreign(.message))]
    Serialize {
        /// The member's name on the wire; `None` for a whole value.
        member: Option<String>,
        /// What serde said; escaped where this error is printed.
        message: String,
    },
    /// The next request would not read the value as it was set.
    #[error("{} would not be read back as it was set: {cause}", Field(.member.as_deref()))]
    Misread {
        /// The member's name on the wire; `None` for a whole value.
        member: Option<String>,
        /// What would go wrong.
        cause: Misread,
    },
    /// A member under the name that the session's metadata has.
    #[error("`$` is reserved for the session's metadata; give the member another name")]
    Reserved,
    /// A value larger than its field allows.
    #[error(transparent)]
    FieldTooLarge(#[from] FieldTooLarge),
    /// An integer that JavaScript would round, in a session that it reads.
    #[error(
        "member `{}` holds an integer that JavaScript would round; \
         store it as text with `#[session(with = \"iron_session::with::text\")]`", Foreign(.member)
    )]
    RoundedByJavaScript {
        /// The member's name on the wire.
        member: String,
    },
    /// Nested deeper than 128 levels: no reader of ours would accept it back.
    #[error("{} is nested more than 128 levels deep; store a flatter value", Field(.member.as_deref()))]
    TooDeep {
        /// The member's name on the wire; `None` for a whole value.
        member: Option<String>,
    },
}

/// Why the next request would not read a value as it was set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Misread {
    /// The type's `Deserialize` refuses what its `Serialize` writes.
    #[error(
        "its type can't deserialize its own output; a field with `skip_serializing_if` needs \
         `#[serde(default)]`, and a map inside `flatten` or a tagged enum needs strings as keys"
    )]
    Undecodable,
    /// A NaN or an infinity, which JSON has no number for.
    #[error("JSON writes NaN and infinity as `null`; check the number before you set it")]
    NotFinite,
    /// A value that is there is written as `null`, and `null` is read as `None`.
    #[error(
        "it contains a value that is written as `null`, which is read back as `None`; use a `bool` or an enum"
    )]
    Null,
    /// The type's `Deserialize` makes another value of what its `Serialize` writes.
    #[error(
        "its type deserializes its own output to a different value; an untagged enum takes its first variant \
         that fits, and a field that is only serialized or only deserialized is lost"
    )]
    Different,
}

/// A value larger than its field's `max_bytes` or `max_items`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{field}` has {found} {unit}, but at most {limit} are allowed")]
pub struct FieldTooLarge {
    /// The field's name; on the wire where it is saving that failed.
    pub field: String,
    /// What was counted: `bytes` of JSON (of text: between the quotes, after
    /// escaping) or `items`.
    pub unit: &'static str,
    /// How many there are.
    pub found: usize,
    /// How many are allowed.
    pub limit: usize,
}

struct Field<'a>(Option<&'a str>);

impl std::fmt::Display for Field<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.0 {
            Some(member) => write!(f, "member `{}`", Foreign(member)),
            None => f.write_str("the value"),
        }
    }
}

/// A text that somebody else has chosen: it can neither begin a line of its own in
/// a log, nor fill it.
struct Foreign<'a>(&'a str);

impl std::fmt::Display for Foreign<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        use std::fmt::Write as _;

        const MAX_CHARS: usize = 256;

        for c in self.0.chars().take(MAX_CHARS) {
            // Quotes are harmless, and common in messages.
            match c {
                '\'' | '"' => f.write_char(c)?,
                _ => write!(f, "{}", c.escape_debug())?,
            }
        }
        f.write_str(if self.0.chars().nth(MAX_CHARS).is_some() { "…" } else { "" })
    }
}

/// Why a set of options is refused.
///
/// Prints its message for `Debug` too, since that is what a `main` that returns
/// it shows.
#[derive(thiserror::Error)]
#[non_exhaustive]
pub enum OptionsError {
    /// The cookie's name is empty or has a character that cookies can't carry.
    #[error("`{name}` is not a valid cookie name: use visible ASCII characters other than `;` and `=`")]
    CookieName {
        /// The name.
        name: String,
    },
    /// The name is that of a chunk of another session.
    #[error(
        "`{name}` is not a valid session cookie name: it is also the name of a chunk of the session \
         `{session}`, which would read and expire it; choose a name that does not end with `.0` to `.3`"
    )]
    ChunkName {
        /// The name.
        name: String,
        /// The session whose chunk it would be.
        session: String,
    },
    /// The path is not one.
    #[error(
        "`{path}` is not a valid cookie path: it must start with `/`, have at most 1024 bytes \
         (browsers ignore a longer one), and contain only printable ASCII characters other than `;`"
    )]
    Path {
        /// The path.
        path: String,
    },
    /// The domain is not a host name.
    #[error(
        "`{domain}` is not a valid cookie domain: use a host name such as `example.com`, without scheme, \
         port or path"
    )]
    Domain {
        /// The domain.
        domain: String,
    },
    /// An `Expires` that deletes the cookie, or that an HTTP date can't tell.
    #[error(
        "`expires` must be in the future, otherwise the browser deletes the cookie at once, and \
         before the year 10000, because an HTTP date has a year of four digits"
    )]
    Expires,
    /// A combination that browsers reject: they would drop the cookie silently.
    #[error("browsers reject {what}")]
    Refused {
        /// The cookie that browsers reject.
        what: &'static str,
    },
    /// A ttl of less than a second.
    #[error("the ttl must be at least one second; for a session that never expires, use `Ttl::Unlimited`")]
    Ttl,
    /// A `Max-Age` of less than a second, which deletes the cookie at once.
    #[error(
        "`max_age` must be at least one second, because a shorter one deletes the cookie; for a cookie that \
         lasts until the browser closes, use `until_browser_closes`"
    )]
    MaxAge,
    /// A refresh that would never come.
    #[error("`refresh_after` must be shorter than the ttl, because an older seal has expired")]
    RefreshAfter,
    /// Settings that contradict each other.
    #[error("{what}")]
    Contradiction {
        /// Which, and what to do.
        what: &'static str,
    },
    /// More cookies than iron-session reads, or none.
    #[error("`max_cookies` is {found} but must be 1 to 4, because iron-session reads at most 4")]
    MaxCookies {
        /// The number.
        found: usize,
    },
    /// The passwords can only unseal.
    #[error(
        "no password can be used to seal: all are retired or have an id that is not a number; use a numeric id, \
         or choose a password with `PasswordsBuilder::seal_with`"
    )]
    NoSealingPassword,
    /// Name and attributes leave no room for a seal.
    #[error(
        "the cookie's name and attributes leave no room for a value within 4096 bytes; shorten the name, path or domain"
    )]
    NoRoom,
    /// Name and attributes need more than the session type reserves for them.
    #[error(
        "the cookie's name, its attributes and the password id need {needed} bytes of each cookie, but \
         `{session}` reserves {reserved}; shorten them, or raise `#[session(overhead = …)]` on `{session}`"
    )]
    Overhead {
        /// The session type.
        session: &'static str,
        /// The bytes needed.
        needed: usize,
        /// The bytes reserved.
        reserved: usize,
    },
}

/// Why a session was not saved. The browser keeps the one it had.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SaveError {
    /// It does not fit the cookies it may use.
    #[error(
        "the session needs a seal of {needed_bytes} bytes, but only {limit_bytes} fit in \
         {max_cookies} cookie(s); largest members: {}{}", Largest(.largest), Unknown(.largest, *.largest_is_unknown)
    )]
    TooLarge {
        /// The seal's length.
        needed_bytes: usize,
        /// The longest seal that fits.
        limit_bytes: usize,
        /// How many cookies it may use.
        max_cookies: usize,
        /// The largest members and their bytes of JSON, largest first.
        largest: Vec<(String, usize)>,
        /// Whether no field reads the largest: another program's, or one of a field that
        /// was removed. `#[session(forget("…"))]` drops it.
        largest_is_unknown: bool,
    },
    /// A field can't be encoded, or the seal can't be made.
    #[error("the session could not be sealed")]
    Seal(#[from] SealError),
    /// A newer release reads the session that the request brought, this one does not.
    #[error(
        "the session in the cookie was written by a newer version ({reason}) and is not overwritten; \
         to start a new session in its place, call `restart()` first"
    )]
    NewerSchema {
        /// The [reason](UnsealError::reason) why it did not open.
        reason: &'static str,
    },
    /// The response has started, so its headers can no longer carry a cookie.
    #[error(
        "the response has started, so its cookies can no longer change; save before you return the response"
    )]
    ResponseStarted,
    /// Handles of this request's session conflict.
    #[error(transparent)]
    Conflict(#[from] Conflict),
}

struct Largest<'a>(&'a [(String, usize)]);

struct Unknown<'a>(&'a [(String, usize)], bool);

impl std::fmt::Display for Unknown<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.0.first() {
            Some((member, _)) if self.1 => {
                let name = Foreign(member);
                write!(
                    f,
                    "; no field reads `{name}`: if no other program needs it, \
                     add `#[session(forget(\"{name}\"))]` to the struct"
                )
            }
            _ => Ok(()),
        }
    }
}

impl std::fmt::Display for Largest<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (index, (member, bytes)) in self.0.iter().enumerate() {
            let separator = if index == 0 { "" } else { ", " };
            write!(f, "{separator}`{}` ({bytes} bytes)", Foreign(member))?;
        }
        Ok(())
    }
}

/// A programming error: handles of one session conflict.
///
/// The response is a 500 and nothing is saved, because saving either handle's state
/// would lose the other's change.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Conflict {
    /// A handle was used while another one held changes that it had not published.
    #[error(
        "the session was {action} at {at} while the handle written to at {writer} held unpublished \
         changes; make the change with `session.update(…)`, or drop that handle first \
         (in middleware: before `next.run`)"
    )]
    Unpublished {
        /// What was done through the second handle.
        action: &'static str,
        /// Where.
        at: &'static std::panic::Location<'static>,
        /// Where the first handle was first written to.
        writer: &'static std::panic::Location<'static>,
    },
    /// A handle was written to after it had read a state that has changed since.
    #[error(
        "the session was written to at {at} through a handle that had read it before the change at \
         {changed}; call `session.reload()` first, or make the change with `session.update(…)`"
    )]
    Stale {
        /// Where it was written to.
        at: &'static std::panic::Location<'static>,
        /// Where it was changed in between.
        changed: &'static std::panic::Location<'static>,
    },
    /// A handle was written to after the session had been destroyed.
    #[error(
        "the session was written to at {at} after `destroy()`; to continue with an empty session, \
         call `clear()` or `restart()` instead of `destroy()`"
    )]
    Destroyed {
        /// Where it was written to.
        at: &'static std::panic::Location<'static>,
    },
    /// A handle with unpublished changes was alive when the response was returned.
    #[error(
        "the response was returned while the handle written to at {writer} held unpublished changes; \
         drop the handle before you return the response, and do not move it into a body or a task"
    )]
    StillWriting {
        /// Where the handle was first written to.
        writer: &'static std::panic::Location<'static>,
    },
    /// A handle was used inside a closure passed to `update` on the same session.
    #[error(
        "the session was {action} at {at} inside a closure passed to `update`; use the closure's argument instead"
    )]
    InsideUpdate {
        /// What was done.
        action: &'static str,
        /// Where.
        at: &'static std::panic::Location<'static>,
    },
    /// A layer is nested in another for the same session type with other options.
    #[error(
        "a layer for `{session}` with the cookie `{inner}` is inside one with the cookie `{outer}` and \
         would use its session despite different options ({differs}); give it its own session type, or \
         clone one `SessionOptions` for both"
    )]
    NestedOptions {
        /// The session type.
        session: &'static str,
        /// The outer layer's cookie.
        outer: String,
        /// The inner layer's cookie.
        inner: String,
        /// The difference, such as *the ttl differs*.
        differs: &'static str,
    },
    /// Two session types share one cookie.
    #[error(
        "the cookie `{cookie}` is used by two session types, `{first}` and `{second}`; \
         give each its own cookie name"
    )]
    SharedCookie {
        /// The cookie's name.
        cookie: String,
        /// The type of the outer layer.
        first: &'static str,
        /// The type of the inner layer.
        second: &'static str,
    },
}

/// Why a handler could not get its session: a mistake of the application.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ExtractError {
    /// No layer started a session of this type for the request.
    #[error(
        "no session of type `{session}` was started for this request; add `{layer}::<{session}>` around the handler"
    )]
    NoLayer {
        /// The session type.
        session: &'static str,
        /// The layer that starts one.
        layer: &'static str,
    },
    /// Another handle holds unpublished changes.
    #[error(transparent)]
    Conflict(#[from] Conflict),
}

impl ExtractError {
    #[cfg(any(feature = "tower", feature = "actix-web"))]
    pub(crate) fn missing<T: crate::IronSession>(layer: &'static str) -> Self {
        let error = Self::NoLayer { session: T::SCHEMA.name(), layer };
        crate::event::no_session(&error);
        error
    }
}
