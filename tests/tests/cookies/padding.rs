//! A payload that is padded, so that its length shows less about the content.

use std::time::Duration;

use iron_session::error::{OptionsError, SaveError};
use iron_session::session::{RequestSession, Usage};
use iron_session::{__vectors, Session, SessionOptionsBuilder, Untyped};
use iron_session_tests::fixtures::{clock, noise, options, sealer, unseal};
use iron_session_tests::{AppSession, Jar};

const NAME: &str = "user";

fn padded(multiple: usize) -> SessionOptionsBuilder {
    options(&clock()).pad_to_multiple_of(multiple)
}

/// Saves a text of this many bytes, and returns the seal.
fn save(options: SessionOptionsBuilder, text: &str) -> Result<(String, Usage), SaveError> {
    let request = RequestSession::<Untyped>::new(options.build().unwrap().check().unwrap());
    let mut session = request.handle([""; 0]).unwrap();
    session.insert(NAME, text).unwrap();
    let usage = Usage::measure(&session)?;
    session.save()?;
    drop(session);
    let lines = request.commit(200).set_cookies;
    let mut jar = Jar::new("shop.example", &clock());
    jar.store_all(lines.iter().map(String::as_str));
    assert_eq!(usage.cookies, jar.names().len());
    let header = jar.header("/").unwrap();
    let values = header.split("; ").map(|pair| pair.split_once('=').unwrap().1);
    let seal = values.collect::<String>();
    assert_eq!(usage.seal_bytes, seal.len());
    Ok((seal, usage))
}

#[test]
fn sessions_of_one_step_have_one_length() {
    let len = |options, bytes| save(options, &noise(bytes)).unwrap().0.len();
    let first = len(padded(256), 0);
    // Around the text are `{"user":""}`.
    for bytes in [1, 15, 16, 17, 100, 256 - 11] {
        assert_eq!(len(padded(256), bytes), first, "{bytes}");
    }
    assert!(len(options(&clock()), 100) < first);
    // Twice the payload, in base64.
    let longer = len(padded(256), 256 - 11 + 1);
    assert_eq!(longer - first, 256 * 4 / 3);
}

#[test]
fn the_padding_is_white_space_that_javascript_ignores() {
    let (seal, _) = save(padded(64), "ada").unwrap();
    assert_eq!(__vectors::open(&sealer(&clock()), &seal).unwrap(), 64);
    assert_eq!(unseal(&clock(), &seal), r#"{"user":"ada"}"#);
}

#[test]
fn a_padded_session_that_is_only_read_is_not_written() {
    let clock = clock();
    let options =
        options(&clock).pad_to_multiple_of(200).refresh_after(Duration::from_secs(60)).build().unwrap();
    let mut jar = Jar::new("shop.example", &clock);
    let mut visit = |change: fn(&mut Session<AppSession>)| {
        let request = RequestSession::<AppSession>::new(options.check().unwrap());
        let mut session = request.handle(jar.header("/").as_deref()).unwrap();
        change(&mut session);
        drop(session);
        let lines = request.commit(200).set_cookies;
        jar.store_all(lines.iter().map(String::as_str));
        lines.first().map(String::len)
    };
    let written = visit(|session| session.set_user_id("ada"));
    assert!(written.is_some());
    assert_eq!(visit(|session| assert_eq!(session.user_id().unwrap(), "ada")), None);
    assert_eq!(visit(|session| session.set_user_id("ada")), None);
    assert_eq!(visit(|session| session.set_user_id("grace")), written);
    clock.advance(Duration::from_secs(61));
    assert_eq!(visit(|session| assert_eq!(session.user_id().unwrap(), "grace")), written, "a refresh");
    let longer = visit(|session| session.set_user_id("a".repeat(200)));
    assert!(longer > written);
    assert_eq!(visit(|session| session.set_user_id("ada")), written, "it shrinks again");
}

#[test]
fn padding_never_makes_a_session_too_large() {
    for max_cookies in 1..=4 {
        let fits = |pad: Option<usize>, bytes: usize| {
            let options = options(&clock()).max_cookies(max_cookies);
            let options = match pad {
                Some(multiple) => options.pad_to_multiple_of(multiple),
                None => options,
            };
            save(options, &noise(bytes)).map(|(seal, _)| seal.len())
        };
        let (mut longest, mut too_long) = (0, 16 * 1024);
        while longest + 1 < too_long {
            let bytes = usize::midpoint(longest, too_long);
            if fits(None, bytes).is_ok() { longest = bytes } else { too_long = bytes }
        }
        let most = fits(None, longest).unwrap();
        for multiple in [1, 100, 256, 1000, 4096, usize::MAX] {
            assert_eq!(fits(Some(multiple), longest).unwrap(), most, "{multiple}");
            assert!(matches!(fits(Some(multiple), too_long), Err(SaveError::TooLarge { .. })), "{multiple}");
        }
        // A step that no cookie reaches makes all sessions as long as the longest.
        assert_eq!(fits(Some(usize::MAX), 0).unwrap(), most);
        assert_eq!(fits(Some(20_000), 1000).unwrap(), most);
    }
}

/// The compressed form has steps of its own.
#[test]
fn a_compressed_session_is_not_padded_again() {
    let text = "all alike ".repeat(1000);
    let compressed = |options: SessionOptionsBuilder, text: &str| {
        let (seal, usage) = save(options.max_cookies(4).compress(true), text).unwrap();
        (usage.compressed, seal.len())
    };
    let plain = compressed(options(&clock()), &text);
    assert!(plain.0);
    assert_eq!(compressed(padded(4096), &text), plain);
    // One that is not worth compressing is padded.
    let small = compressed(padded(1024), "ada");
    assert_eq!(small, compressed(padded(1024), "grace hopper"));
    assert!(!small.0 && small.1 > 1024 * 4 / 3);
}

#[test]
fn no_length_is_a_multiple_of_zero() {
    let error = padded(0).build().unwrap_err();
    assert!(matches!(error, OptionsError::PadToMultipleOf), "{error}");
}
