//! Compressed sessions: when, how they are read back, and what is never compressed.

use std::collections::BTreeSet;

use iron_session::clock::ManualClock;
use iron_session::error::SaveError;
use iron_session::json_schema::HasJsonSchema;
use iron_session::session::Usage;
use iron_session::{__vectors, CsrfToken, IronSession, Sealer, Secret, SessionOptions, Untyped};
use iron_session_tests::fixtures::{clock, known_salts, noise, options, sealer};
use iron_session_tests::{Log, RequestSession, Visitor};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

#[derive(IronSession, Clone)]
#[session(json_schema, compress)]
struct OneCookie {
    text: String,
}

#[derive(IronSession, Clone)]
#[session(json_schema, compress, max_cookies = 4)]
struct FourCookies {
    text: String,
    more: String,
}

#[derive(IronSession, Clone)]
#[session(json_schema, compress, max_cookies = 4)]
struct WithToken {
    text: String,
    #[session(compress = false)]
    csrf: CsrfToken,
}

fn fixed() -> (SessionOptions, ManualClock) {
    let clock = clock();
    (options(&clock).build().unwrap(), clock)
}

/// Text of so many bytes that gets much shorter.
fn lines(bytes: usize) -> String {
    "SKU-12345 a thing; ".chars().cycle().take(bytes).collect()
}

fn form_of<T: HasJsonSchema>(visitor: &mut Visitor, options: &SessionOptions) -> (usize, bool) {
    let usage = visitor.visit::<T, _>(options, |session| Usage::measure(session).unwrap());
    (usage.cookies, usage.compressed)
}

#[test]
fn what_fits_stays_plain_and_what_does_not_is_compressed() {
    let (options, _) = fixed();
    let mut visitor = Visitor::new();
    for (bytes, compressed) in [(100, false), (2500, false), (3000, true), (60_000, true), (2500, false)] {
        visitor.visit::<OneCookie, _>(&options, |session| session.set_text(lines(bytes)));
        assert_eq!(form_of::<OneCookie>(&mut visitor, &options), (1, compressed), "{bytes}");
        let text = visitor.visit::<OneCookie, _>(&options, |session| session.text().to_owned());
        assert_eq!(text, lines(bytes));
    }
}

#[test]
fn the_form_with_the_fewest_cookies_is_chosen() {
    let (options, _) = fixed();
    let mut visitor = Visitor::new();
    for (noisy, text, cookies, compressed) in [
        // Nothing to be spared: two chunks either way.
        (5000, 10, 2, false),
        (5000, 4000, 2, true),
        (10, 10_000, 1, true),
        (10, 10, 1, false),
    ] {
        visitor.visit::<FourCookies, _>(&options, |session| {
            session.set_more(noise(noisy));
            session.set_text(lines(text));
        });
        assert_eq!(form_of::<FourCookies>(&mut visitor, &options), (cookies, compressed), "{noisy} {text}");
        let sent = visitor.cookie_header().split("; ").count();
        assert_eq!(sent, cookies, "{}", visitor.cookie_header());
        let read =
            visitor.visit::<FourCookies, _>(&options, |session| (session.more.clone(), session.text.clone()));
        assert_eq!(read, (noise(noisy), lines(text)));
    }
}

#[test]
fn a_session_is_plain_while_a_marked_field_is_in_it() {
    let (options, _) = fixed();
    let mut visitor = Visitor::new();
    visitor.visit::<WithToken, _>(&options, |session| session.set_text(lines(4000)));
    assert_eq!(form_of::<WithToken>(&mut visitor, &options), (1, true));
    visitor.visit::<WithToken, _>(&options, |session| session.csrf_mut().issue().unwrap().to_owned());
    assert_eq!(form_of::<WithToken>(&mut visitor, &options), (2, false));
    visitor.visit::<WithToken, _>(&options, |session| session.csrf = CsrfToken::default());
    assert_eq!(form_of::<WithToken>(&mut visitor, &options), (1, true));
}

/// A type that says nothing about what it holds.
#[derive(Clone, Default, Serialize, Deserialize, JsonSchema)]
struct Account {
    token: Option<Secret<String>>,
}

#[derive(IronSession, Clone)]
#[session(json_schema, compress, max_cookies = 4)]
struct WithAccount {
    text: String,
    account: Account,
    #[session(compress = true)]
    waived: Account,
}

#[test]
fn a_session_is_plain_while_a_secret_is_in_it_wherever_it_is() {
    let (options, _) = fixed();
    let mut visitor = Visitor::new();
    let account = || Account { token: Some(Secret::new("ya29.a0Af".to_owned())) };
    visitor.visit::<WithAccount, _>(&options, |session| {
        session.set_text(lines(4000));
        session.set_waived(account());
    });
    assert_eq!(form_of::<WithAccount>(&mut visitor, &options), (1, true));
    visitor.visit::<WithAccount, _>(&options, |session| session.set_account(account()));
    assert_eq!(form_of::<WithAccount>(&mut visitor, &options), (2, false));
    // Also with a change beside it.
    visitor.visit::<WithAccount, _>(&options, |session| session.text.push('!'));
    assert_eq!(form_of::<WithAccount>(&mut visitor, &options), (2, false));
    visitor.visit::<WithAccount, _>(&options, |session| session.account_mut().token = None);
    assert_eq!(form_of::<WithAccount>(&mut visitor, &options), (1, true));
}

#[test]
fn what_does_not_fit_compressed_either_is_an_error_and_nothing_is_written() {
    let (options, _) = fixed();
    let mut visitor = Visitor::new();
    visitor.visit::<OneCookie, _>(&options, |session| session.set_text("before"));
    let before = visitor.cookie_header();
    let error = visitor.visit::<OneCookie, _>(&options, |session| {
        session.set_text(noise(6000));
        session.save().unwrap_err()
    });
    let SaveError::TooLarge { largest, .. } = &error else { panic!("{error}") };
    assert_eq!(largest[0].name, "text", "{error}");
    assert_eq!(largest[0].bytes, 6000 + r#""text":"","#.len(), "{error}");
    assert_eq!(visitor.cookie_header(), before);
}

#[test]
fn any_type_reads_what_another_compressed() {
    let (_, clock) = fixed();
    let plain = options(&clock).max_cookies(4).build().unwrap();
    let compressing = options(&clock).max_cookies(4).compress(true).build().unwrap();
    let mut visitor = Visitor::new();
    visitor.visit::<Untyped, _>(&compressing, |session| session.insert("text", &lines(9000)).unwrap());
    assert!(!visitor.cookie_header().contains("sid.0"));

    // A struct, or options, that never compress.
    let read = visitor.visit::<Untyped, _>(&plain, |session| session.get::<String>("text").unwrap());
    assert_eq!(read, lines(9000));
    visitor.visit::<Untyped, _>(&plain, |session| session.insert("more", &1).unwrap());
    assert!(visitor.cookie_header().contains("sid.3"), "{}", visitor.cookie_header().len());
}

/// Seals a plaintext that is no text.
fn seal_bytes(sealer: &Sealer, plaintext: &[u8]) -> String {
    __vectors::seal_bytes(sealer, plaintext, &known_salts()).unwrap()
}

#[test]
fn a_damaged_compressed_payload_is_undecodable() {
    let (options, clock) = fixed();
    for plaintext in [&[1][..], &[1, 0], &[1, 0, 0], &[1, 0, 9, 1, 2], &[1, 0, 2, 0xff, 0xff, 0, 0]] {
        let seal = seal_bytes(&sealer(&clock), plaintext);
        let mut visitor = Visitor::with_cookies(&format!("sid={seal}"));
        visitor.visit::<OneCookie, _>(&options, |session| assert_eq!(session.text(), ""));
        assert_eq!(visitor.unreadable(), Some("undecodable"), "{plaintext:?}");
    }
}

#[test]
fn an_unknown_form_is_left_alone() {
    let (options, clock) = fixed();
    for form in [0, 2, 8] {
        let header = format!("sid={}", seal_bytes(&sealer(&clock), &[form, 1, 2, 3]));
        let mut visitor = Visitor::with_cookies(&header);
        visitor.visit::<OneCookie, _>(&options, |session| session.set_text("lost"));
        assert_eq!(visitor.unreadable(), Some("unsupported"), "{form}");
        assert_eq!(visitor.cookie_header(), header, "{form}");
    }
}

/// One byte that an attacker chose must not show whether it was right, but where
/// the session happens to end beside the edge of a bucket.
#[test]
fn a_guess_does_not_show_in_the_length() {
    let (options, _) = fixed();
    let secret = "user=ada;token=7f3a9c0d1e";
    let len_with = |noisy: usize, guess: &str| {
        let request = RequestSession::<FourCookies>::new(options.clone());
        let mut session = request.handle([""]).unwrap();
        session.set_more(format!("{}{secret}{guess}", noise(noisy)));
        session.set_text(lines(2000));
        assert!(Usage::measure(&session).unwrap().compressed);
        drop(session);
        request.commit(200).set_cookies[0].len()
    };
    // Less than a bucket, compressed, so that one edge is in it at most; and many
    // blocks of AES, whose edges would tell the guesses apart all along.
    let (mut lens, mut showing) = (BTreeSet::new(), Vec::new());
    for noisy in 2400..2600 {
        let guesses = ["token=7f3a9c0d1e", "token=0000000000", "token=7f3a9c0000", "token=zzzzzzzzzz"];
        let seen = guesses.map(|guess| len_with(noisy, guess));
        if seen.iter().any(|len| *len != seen[0]) {
            showing.push(noisy);
        }
        lens.extend(seen);
    }
    assert!(lens.len() <= 2, "{lens:?}");
    let span = showing.last().unwrap_or(&0) - showing.first().unwrap_or(&0);
    assert!(span < 24, "{showing:?}");
}

#[test]
fn a_header_that_proxies_refuse_is_told_once() {
    let clock = clock();
    let options = options(&clock).max_cookies(4).build().unwrap();
    let log = Log::capture();
    let mut visitor = Visitor::new();
    visitor.visit::<Untyped, _>(&options, |session| session.insert("text", &"x".repeat(5000)).unwrap());
    log.assert_silent();
    for bytes in [7000, 8000] {
        visitor.visit::<Untyped, _>(&options, |session| session.insert("text", &"x".repeat(bytes)).unwrap());
    }
    let event = log.take_one();
    assert_eq!(event.level, tracing::Level::WARN);
    assert_eq!(event.field("limit_bytes"), Some("8182"));
    let header_bytes: usize = event.field("header_bytes").unwrap().parse().unwrap();
    assert!((9000..10_000).contains(&header_bytes), "{event}");
}
