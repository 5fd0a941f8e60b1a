//! Every variant of every public error with its source chain, as a file that is reviewed
//! as a whole. `IRON_SESSION_ERRORS=overwrite` writes the file.

use std::error::Error;
use std::fmt::Write as _;
use std::panic::Location;
use std::path::Path;

use iron_session::clock::Timestamp;
use iron_session::error::{
    Conflict, CrossOriginError, DecodeError, EncodeError, ExtractError, FieldTooLarge, Misread, OptionsError,
    PasswordError, SaveError, SealError, TrustedOriginError, UnsealError,
};

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

fn place() -> &'static Location<'static> {
    #[track_caller]
    fn caller() -> &'static Location<'static> {
        Location::caller()
    }
    caller()
}

fn text(text: &str) -> String {
    text.to_owned()
}

fn too_large(largest_is_unknown: bool) -> SaveError {
    let largest = vec![(text("history"), 5013), (text("user"), 13)];
    SaveError::TooLarge { needed_bytes: 6921, limit_bytes: 4035, max_cookies: 1, largest, largest_is_unknown }
}

fn catalogue() -> Vec<Entry> {
    let one = || text("1");
    let cart = || Some(text("cart"));
    let field = FieldTooLarge { field: text("cart"), unit: "items", found: 57, limit: 56 };
    let mut entries = entries! {
        PasswordError::Missing { variable: text("SESSION_SECRET") };
        PasswordError::NotUnicode { variable: text("SESSION_SECRET") };
        PasswordError::InEnvironment {
            variable: text("SESSION_SECRET"),
            reason: Box::new(PasswordError::TooShort { id: one(), found: 9 })
        };
        PasswordError::NotAPasswordMap { what: "every id must be followed by a password in quotes" };
        PasswordError::TooShort { id: one(), found: 9 };
        PasswordError::ContainsNul { id: one() };
        PasswordError::SurroundedBySpace { id: one() };
        PasswordError::Pasted { id: one(), what: "is in quotes, which would be part of it; remove them" };
        PasswordError::Guessable { id: one() };
        PasswordError::Repetitive { id: one() };
        PasswordError::KeyTooShort { id: one(), found: 16 };
        PasswordError::InvalidId { id: text("a*b") };
        PasswordError::DuplicateId { id: one() };
        PasswordError::CannotSeal { id: text("a-b") };
        PasswordError::Empty;

        SealError::NoSealingPassword;
        SealError::Payload(EncodeError::Reserved);
        SealError::Randomness("the system call failed".into());
        SealError::NoKeys;

        UnsealError::Malformed("it has fewer than eight components");
        UnsealError::MissingChunk { index: 1 };
        UnsealError::UnknownPassword { id: text("9") };
        UnsealError::Forged;
        UnsealError::OtherPurpose { id: text("1_reset"), purpose: "a purpose, but the reader has none" };
        UnsealError::Expired { expired_at: Timestamp::from_unix_ms(1_763_650_000_000) };
        UnsealError::Undecodable(DecodeError::Syntax { offset: 11 });
        UnsealError::NewerSchema { found: 3, known: 1 };
        UnsealError::OlderSchema { found: 4, oldest: 5 };
        UnsealError::Migration { from: 1, to: 2, message: text("invalid digit found in string") };
        UnsealError::Unsupported { form: 2 };

        DecodeError::Syntax { offset: 11 };
        DecodeError::TooDeep;
        DecodeError::NumberTooLarge { offset: 5 };
        DecodeError::Inflate;
        DecodeError::NotAnObject { found: "a number" };
        DecodeError::Member { member: text("theme"), found: "a string" };
        DecodeError::Type { found: "an array" };

        EncodeError::Serialize { member: cart(), message: text("the value could not be serialized") };
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
        OptionsError::Path { path: text("app") };
        OptionsError::Domain { domain: text("https://example.com") };
        OptionsError::Expires;
        OptionsError::Refused { what: "a `__Host-` cookie that has a `Domain` attribute" };
        OptionsError::Ttl;
        OptionsError::MaxAge;
        OptionsError::RefreshAfter;
        OptionsError::Contradiction { what: "`expires` contradicts `until_browser_closes`; remove one of them" };
        OptionsError::MaxCookies { found: 5 };
        OptionsError::NoSealingPassword;
        OptionsError::NoRoom;
        OptionsError::Overhead { session: "AppSession", needed: 165, reserved: 128 };

        SaveError::Seal(SealError::Payload(EncodeError::TooDeep { member: cart() }));
        SaveError::NewerSchema { reason: "newer_schema" };
        SaveError::ResponseStarted;
        SaveError::Conflict(Conflict::Destroyed { at: place() });

        Conflict::Unpublished { action: "extracted", at: place(), writer: place() };
        Conflict::Stale { at: place(), changed: place() };
        Conflict::Destroyed { at: place() };
        Conflict::StillWriting { writer: place() };
        Conflict::InsideUpdate { action: "read", at: place() };
        Conflict::NestedOptions {
            session: "AppSession",
            outer: text("sid"),
            inner: text("admin"),
            differs: "the cookie name differs"
        };
        Conflict::SharedCookie { cookie: text("sid"), first: "AppSession", second: "OtherSession" };

        ExtractError::NoLayer { session: "AppSession", layer: "SessionLayer" };
        ExtractError::Conflict(Conflict::Destroyed { at: place() });

        TrustedOriginError::NoScheme;
        TrustedOriginError::Scheme;
        TrustedOriginError::NoHost;
        TrustedOriginError::Host;
        TrustedOriginError::Port;
        TrustedOriginError::DefaultPort;
        TrustedOriginError::NotOnlyOrigin;

        CrossOriginError::FetchSite { site: text("cross-site"), origin: Some(text("https://evil.example")) };
        CrossOriginError::Origin { origin: text("null") };
    };
    entries.push(entry("FieldTooLarge", &field));
    entries.push(entry("SaveError::TooLarge", &too_large(false)));
    entries.push(entry("SaveError::TooLarge, no field reads the largest", &too_large(true)));
    entries.sort_by_key(|entry| entry.name.split_once("::").map_or(entry.name, |(error, _)| error));
    entries
}

#[test]
fn the_messages_are_those_that_were_reviewed() {
    let mut printed = String::new();
    for Entry { name, chain } in catalogue() {
        writeln!(printed, "{name}\n    {}", chain.join("\n    caused by: ")).unwrap();
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/diagnostics/errors.txt");
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
#[test]
fn every_variant_is_listed() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../iron-session/src/error");
    let files = std::fs::read_dir(folder).unwrap();
    let source: String = files.map(|file| std::fs::read_to_string(file.unwrap().path()).unwrap()).collect();
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
