//! Compares every error and its causes with a committed file, so that all messages can be
//! read together. `IRON_SESSION_ERRORS=overwrite` writes the file.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::error::Error;
use std::fmt::Write as _;
use std::path::Path;
use std::time::Duration;

#[cfg(feature = "file-store")]
use super::FileStoreError;
#[cfg(feature = "redis-store")]
use super::RedisStoreError;
use super::text::ForeignError;
use super::{
    AccessError, Action, Cause, ClaimError, Conflict, CrossOriginError, CsrfError, DecodeError, EncodeError,
    ExtractError, FieldTooLarge, KeyRingError, LargeMember, Misread, OptionsError, PasswordError, Place,
    Reason, ReturnToError, RevokeError, SaveError, SealError, ServerStateError, SignInError, StoreError,
    TrustedOriginError, Unit, UnsealError,
};
use crate::clock::Timestamp;

const VARIABLE: &str = "IRON_SESSION_ERRORS";

struct Entry {
    name: &'static str,
    /// The error's text and those of its causes.
    chain: Vec<String>,
}

/// Lists errors with their names; the fields in braces or brackets follow the variant.
macro_rules! entries {
    ($($error:ident :: $variant:ident $({ $($fields:tt)* })? $(( $($content:tt)* ))?;)*) => {
        vec![$(entry(
            concat!(stringify!($error), "::", stringify!($variant)),
            &$error::$variant $({ $($fields)* })? $(( $($content)* ))?,
        )),*]
    };
}

fn entry(name: &'static str, error: &dyn Error) -> Entry {
    let chain = std::iter::successors(Some(error), |&error| error.source());
    // The place in this file changes with every edit.
    let texts = chain.map(|error| error.to_string().replace(&place().to_string(), "src/main.rs:7:6"));
    Entry { name, chain: texts.collect() }
}

fn place() -> Place {
    Place::caller()
}

fn text(text: &str) -> String {
    text.to_owned()
}

fn foreign(text: &str) -> Cause {
    Box::new(ForeignError::new(&text))
}

fn too_large(largest_is_unknown: bool) -> SaveError {
    let largest = vec![
        LargeMember { name: text("history"), bytes: 5013, is_unknown: largest_is_unknown },
        LargeMember { name: text("user"), bytes: 13, is_unknown: false },
    ];
    SaveError::TooLarge { needed_bytes: 6921, limit_bytes: 4035, max_cookies: 1, largest }
}

#[expect(clippy::too_many_lines, reason = "a list with one entry for an error")]
fn catalogue() -> Vec<Entry> {
    let one = || text("1");
    let cart = || Some(text("cart"));
    let field = FieldTooLarge { field: text("cart"), unit: Unit::Items, found: 57, limit: 56 };
    let mut entries = entries! {
        PasswordError::Missing { variable: text("SESSION_SECRET") };
        PasswordError::NotUnicode { variable: text("SESSION_SECRET") };
        PasswordError::InEnvironment {
            variable: text("SESSION_SECRET"),
            cause: Box::new(PasswordError::TooShort { id: one(), found: 9 })
        };
        PasswordError::Ambiguous { variable: text("SESSION_SECRET") };
        PasswordError::Unreadable {
            path: text("/run/secrets/session"),
            cause: Box::new(std::io::Error::from(std::io::ErrorKind::NotFound))
        };
        PasswordError::InFile { path: text("/run/secrets/session"), cause: Box::new(PasswordError::Empty) };
        PasswordError::NotAPasswordMap { what: Reason::new("every id must be followed by a password in quotes") };
        PasswordError::TooShort { id: one(), found: 9 };
        PasswordError::ContainsNul { id: one() };
        PasswordError::SurroundedBySpace { id: one() };
        PasswordError::Pasted { id: one(), what: Reason::new("is in quotes, which would be part of it; remove them") };
        PasswordError::Guessable { id: one() };
        PasswordError::Repetitive { id: one() };
        PasswordError::KeyTooShort { id: one(), found: 16 };
        PasswordError::InvalidId { id: text("a*b") };
        PasswordError::DuplicateId { id: one() };
        PasswordError::CannotSeal { id: text("a-b") };
        PasswordError::IdInUse { id: one() };
        PasswordError::IdTooLong { id: text("2026_11"), max_bytes: 3 };
        PasswordError::NoSealingPassword;
        PasswordError::NotFromFile;
        PasswordError::Randomness(foreign("the system call failed"));
        PasswordError::Empty;

        SealError::NoSealingPassword;
        SealError::Payload(EncodeError::Reserved);
        SealError::Randomness(foreign("the system call failed"));
        SealError::NoKeys;

        UnsealError::Malformed(Reason::new("it has fewer than eight components"));
        UnsealError::MissingChunk { index: 1 };
        UnsealError::UnknownPassword { id: text("9") };
        UnsealError::Forged;
        UnsealError::OtherPurpose { id: text("1_reset"), purpose: Reason::new("a purpose, but the reader has none") };
        UnsealError::Expired { expired_at: Timestamp::from_unix_ms(1_763_650_000_000) };
        UnsealError::TooOld {
            sealed_at: Timestamp::from_unix_ms(1_763_650_000_000),
            max_age: Duration::from_secs(600)
        };
        UnsealError::UnknownAge;
        UnsealError::Revoked;
        UnsealError::InRecord;
        UnsealError::Ended;
        UnsealError::RecordUnreadable(Box::new(UnsealError::Forged));
        UnsealError::RecordSwapped;
        UnsealError::RecordRolledBack { found: 3, expected: 5 };
        UnsealError::Undecodable(DecodeError::Syntax { offset: 11 });
        UnsealError::NewerSchema { found: 3, known: 1 };
        UnsealError::OlderSchema { found: 4, oldest: 5 };
        UnsealError::Migration { from: 1, to: 2, cause: foreign("invalid digit found in string") };
        UnsealError::Unsupported { form: 2 };

        DecodeError::Syntax { offset: 11 };
        DecodeError::TooDeep;
        DecodeError::NumberTooLarge { offset: 5 };
        DecodeError::Inflate;
        DecodeError::NotAnObject { found: "a number" };
        DecodeError::Member { member: text("theme"), found: "a string" };
        DecodeError::Type { found: "an array" };

        EncodeError::Serialize { member: cart(), cause: foreign("a map needs strings as keys") };
        EncodeError::Misread { member: cart(), cause: Misread::NotFinite };
        EncodeError::Reserved;
        EncodeError::FieldTooLarge(field.clone());
        EncodeError::RoundedByJavaScript { member: text("userId") };
        EncodeError::TooDeep { member: None };

        Misread::Undecodable;
        Misread::NotFinite;
        Misread::Null;
        Misread::Different;

        OptionsError::CookieName { name: text("a b") };
        OptionsError::ChunkName { name: text("app.0"), session: text("app") };
        OptionsError::Header { name: "cookie" };
        OptionsError::Path { path: text("app") };
        OptionsError::Domain { domain: text("https://example.com") };
        OptionsError::Attribute { name: text("path"), what: Reason::new("`SessionOptionsBuilder` has a method for it; call that one") };
        OptionsError::SignInPage { path: text("//evil.example"), cause: ReturnToError::DoubleSlash };
        OptionsError::Expires;
        OptionsError::Refused { what: Reason::new("a `__Host-` cookie that has a `Domain` attribute; remove the domain, or the prefix from the name") };
        OptionsError::Ttl;
        OptionsError::MaxAge;
        OptionsError::RefreshAfter;
        OptionsError::AbsoluteTimeout;
        OptionsError::Contradiction { what: Reason::new("`expires` contradicts `until_browser_closes`; remove one of them") };
        OptionsError::MaxCookies { found: 5 };
        OptionsError::PadToMultipleOf;
        OptionsError::NoSealingPassword;
        OptionsError::NoRoom;
        OptionsError::Overhead { session: "AppSession", needed: 165, reserved: 128 };
        OptionsError::NotRevocable { session: "AppSession" };
        OptionsError::RememberFor { remember_for: Duration::from_secs(86_400) };
        OptionsError::Budget { session: "AppSession", needed: 2809, limit: 2799 };
        OptionsError::NoServerState { session: "AppSession" };
        OptionsError::MaxSessions;
        OptionsError::NotCounted { session: "AppSession" };

        SaveError::Seal(SealError::Payload(EncodeError::TooDeep { member: cart() }));
        SaveError::RecordTooLarge {
            needed_bytes: 70_000,
            limit_bytes: 65_536,
            largest: vec![LargeMember { name: text("history"), bytes: 69_000, is_unknown: false }]
        };
        SaveError::Store(StoreError::new("connection refused"));
        SaveError::Overtaken { attempts: 16 };
        SaveError::Record(UnsealError::RecordSwapped);
        SaveError::TooManySessions { limit: 3 };
        SaveError::Unreadable { reason: "newer_schema" };
        SaveError::ResponseStarted;
        SaveError::Conflict(Conflict::Destroyed { at: place() });

        Conflict::Unpublished { action: Action::Extracted, at: place(), writer: place() };
        Conflict::Unpublished { action: Action::Extracted, at: Place::EXTRACTOR, writer: place() };
        Conflict::Stale { at: place(), changed: place() };
        Conflict::Destroyed { at: place() };
        Conflict::StillWriting { writer: place() };
        Conflict::InsideUpdate { action: Action::Read, at: place() };
        Conflict::NestedOptions {
            session: "AppSession",
            outer: text("sid"),
            inner: text("admin"),
            differs: Reason::new("the cookie name differs")
        };
        Conflict::SharedCookie { cookie: text("sid"), first: "AppSession", second: "OtherSession" };

        ExtractError::NoLayer { session: "AppSession", layer: "SessionLayer" };
        ExtractError::Conflict(Conflict::Destroyed { at: place() });
        ExtractError::Stale;
        ExtractError::NotLoaded;
        ExtractError::Unavailable(StoreError::new("connection refused"));

        ServerStateError::NoRuntime;
        ServerStateError::NoSealingPassword;
        ClaimError::Unseal(UnsealError::Expired { expired_at: Timestamp::from_unix_ms(1_763_650_000_000) });
        ClaimError::Used;
        ClaimError::NeverExpires;
        ClaimError::Store(StoreError::new("connection refused"));
        SignInError::TooManySessions { limit: 3 };
        SignInError::Store(StoreError::new("connection refused"));
        SignInError::Seal(SealError::Payload(EncodeError::TooDeep { member: cart() }));
        RevokeError::Unconfirmed;
        RevokeError::NoId;
        RevokeError::NoServerState;
        RevokeError::Subject(foreign("a map's key is no text"));

        TrustedOriginError::NoScheme;
        TrustedOriginError::Scheme;
        TrustedOriginError::NoHost;
        TrustedOriginError::Host;
        TrustedOriginError::Port;
        TrustedOriginError::DefaultPort;
        TrustedOriginError::NotOnlyOrigin;

        CrossOriginError::FetchSite { site: text("cross-site"), origin: Some(text("https://evil.example")) };
        CrossOriginError::Origin { origin: text("null") };

        AccessError::Session(ExtractError::NoLayer { session: "AppSession", layer: "SessionLayer" });
        AccessError::SignIn { sign_in_page: text("/login") };
        AccessError::NotSignedIn;
        AccessError::Forbidden;
        CsrfError::Missing;
        CsrfError::NotIssued;
        CsrfError::Different;

        ReturnToError::NotLocal;
        ReturnToError::DoubleSlash;
        ReturnToError::Character;
        ReturnToError::TooLong;
    };
    entries.push(entry("FieldTooLarge", &field));
    entries.push(entry("StoreError", &StoreError::new("connection refused")));
    entries.extend(key_ring());
    #[cfg(feature = "file-store")]
    entries.extend(entries! {
        FileStoreError::InUse { path: text("/var/lib/app/state.redb") };
        FileStoreError::Unusable { path: text("/var/lib/app/state.redb"), cause: foreign("the disk is full") };
    });
    #[cfg(feature = "redis-store")]
    entries.extend(entries! {
        RedisStoreError::Url;
        RedisStoreError::TlsDisabled;
    });
    entries.push(entry("SaveError::TooLarge", &too_large(false)));
    entries.push(entry("SaveError::TooLarge, no field reads the largest", &too_large(true)));
    entries.sort_by_key(|entry| entry.name.split_once("::").map_or(entry.name, |(error, _)| error));
    entries
}

fn key_ring() -> Vec<Entry> {
    entries! {
        KeyRingError::Store(StoreError::new("connection refused"));
        KeyRingError::Missing;
        KeyRingError::Unreadable(UnsealError::Forged);
        KeyRingError::TamperedWith { what: Reason::new("its number is not the one that is sealed inside it") };
        KeyRingError::Durations { what: Reason::new("`rotate_every` must be at least twice `activation_delay`") };
        KeyRingError::FormerId { id: text("417") };
        KeyRingError::FormerIdTooHigh { id: text("1000000000000000") };
        KeyRingError::UnknownId { id: 417 };
        KeyRingError::Busy;
        KeyRingError::NotInUse { cause: Box::new(KeyRingError::FormerId { id: text("417") }) };
        KeyRingError::NoRuntime;
        KeyRingError::Passwords(PasswordError::Randomness(foreign("the system call failed")));
        KeyRingError::Seal(SealError::NoSealingPassword);
    }
}

// Some errors exist only with a feature. The tests of the workspace turn all of them on.
#[cfg(all(feature = "file-store", feature = "redis-store"))]
#[test]
fn the_messages_are_those_that_were_reviewed() {
    let mut printed = String::new();
    for Entry { name, chain } in catalogue() {
        writeln!(printed, "{name}\n    {}", chain.join("\n    caused by: ")).unwrap();
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/error/catalogue.txt");
    if std::env::var_os(VARIABLE).is_some_and(|value| value == "overwrite") {
        std::fs::write(&path, &printed).unwrap();
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    for (committed, printed) in committed.lines().zip(printed.lines()) {
        assert_eq!(committed, printed, "to accept the new text, run the test with {VARIABLE}=overwrite");
    }
    assert_eq!(committed.lines().count(), printed.lines().count(), "run the test with {VARIABLE}=overwrite");
}

/// The enums are `#[non_exhaustive]`, so the compiler does not find a variant that is missing here.
#[cfg(all(feature = "file-store", feature = "redis-store"))]
#[test]
fn every_variant_is_listed() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/error");
    let paths = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
    let source: String = paths
        .filter(|path| !path.ends_with("catalogue.rs"))
        .map(|path| std::fs::read_to_string(path).unwrap())
        .collect();
    let mut names: Vec<_> = catalogue().iter().map(|entry| entry.name).collect();
    names.retain(|name| !name.contains(' '));
    names.sort_unstable();
    names.dedup();
    assert_eq!(source.matches("#[error(").count(), names.len(), "{names:#?}");
}

#[test]
fn each_message_keeps_to_its_own_layer_and_to_the_style() {
    for Entry { name, chain } in catalogue() {
        for text in &chain {
            let is_capital = text.starts_with(char::is_uppercase) && !text.starts_with("JSON");
            assert!(!is_capital && !text.ends_with('.') && !text.contains("  "), "{name}: {text}");
        }
        for (error, cause) in chain.iter().zip(chain.iter().skip(1)) {
            assert!(!error.contains(cause.as_str()), "{name} prints its cause twice: {error}");
        }
    }
}

/// Lists every error that holds text which somebody else has chosen.
#[test]
fn a_foreign_text_stays_on_its_line() {
    let foreign_text = format!("line\nbreak\u{1b}[31m\u{202e} \"said\" {}", "x".repeat(3000));
    let name = || foreign_text.clone();
    let largest = vec![LargeMember { name: name(), bytes: 2, is_unknown: true }];
    let errors: [Box<dyn Error>; 7] = [
        Box::new(EncodeError::Serialize { member: Some(name()), cause: foreign(&name()) }),
        Box::new(EncodeError::TooDeep { member: Some(name()) }),
        Box::new(EncodeError::RoundedByJavaScript { member: name() }),
        Box::new(EncodeError::Misread { member: Some(name()), cause: Misread::Null }),
        Box::new(DecodeError::Member { member: name(), found: "a number" }),
        Box::new(UnsealError::migration(1, 2, &name())),
        Box::new(SaveError::TooLarge { needed_bytes: 2, limit_bytes: 1, max_cookies: 1, largest }),
    ];
    for error in errors {
        let chain = std::iter::successors(Some(&*error), |&error| error.source());
        let line: Vec<_> = chain.map(ToString::to_string).collect();
        let line = line.join(": ");
        assert!(line.chars().all(|c| !c.is_control() && c != '\u{202e}'), "{line:?}");
        assert!(line.contains(r#"line\nbreak\u{1b}[31m\u{202e} "said""#), "{line}");
        assert!(line.len() < 1200, "{line}");
        assert!(!format!("{error:?}").contains(['\n', '\u{1b}', '\u{202e}']), "{error:?}");
    }
}

/// A `main` that returns an error shows its `Debug`.
#[test]
fn debug_of_a_password_error_has_its_cause() {
    let cause = Box::new(PasswordError::TooShort { id: text("1"), found: 9 });
    let error = PasswordError::InEnvironment { variable: text("SESSION_SECRET"), cause };
    let shown = format!("{error:?}");
    assert!(shown.contains("`SESSION_SECRET`") && shown.contains("has 9 characters"), "{shown}");
}
