//! A URL has no largest text: `max_bytes` bounds it, as it does text, and the budget
//! is reached and never exceeded.

use std::time::Duration;

use iron_session::clock::{ManualClock, Timestamp};
use iron_session::session::RequestSession;
use iron_session::{Expiring, IronSession, MaxSize, Session};
use iron_session_tests::cases;
use iron_session_tests::fixtures::{options, unseal};
use proptest::prelude::*;
use serde::{Deserialize, Serialize};
use url::Url;

#[derive(IronSession, Clone)]
#[session(budget = "strict")]
struct Visitor {
    #[session(max_bytes = 40)]
    return_to: Option<Url>,
    #[session(max_bytes = 40, default = "home")]
    home: Url,
    #[session(flash, max_bytes = 40)]
    once: Option<Url>,
    #[session(expires_in = "15m", max_bytes = 40)]
    callback: Expiring<Url>,
    #[session(max_bytes = 40)]
    seen: Vec<Url>,
    link: Option<Link>,
}

#[derive(Clone, Serialize, Deserialize, MaxSize)]
struct Link {
    #[session(max_bytes = 40)]
    to: Option<Url>,
}

fn home() -> Url {
    url("https://shop.example/")
}

fn url(text: &str) -> Url {
    text.parse().unwrap()
}

/// Returns how long the payload is after a change to an empty session, with the longest
/// metadata that it can have.
fn payload_bytes(change: impl FnOnce(&mut Session<Visitor>)) -> usize {
    let clock = ManualClock::at(Timestamp::from_unix_ms(90_000_000_000_000));
    let request = RequestSession::<Visitor>::new(options(&clock).build().unwrap().check().unwrap());
    let mut session = request.handle([""]).unwrap();
    change(&mut session);
    session.cookie().set_ttl(Duration::from_secs(9_999_999_999));
    drop(session);
    let lines = request.commit(200).set_cookies;
    let [line] = lines.as_slice() else { panic!("one cookie, not {lines:?}") };
    let seal = line.split(';').next().and_then(|pair| pair.split_once('=')).unwrap().1;
    unseal(&clock, seal).len()
}

/// A URL whose JSON has so many bytes between the quotes.
type Filled = fn(usize) -> Url;

fn plain(bytes: usize) -> Url {
    url(&format!("data:,{}", "x".repeat(bytes - "data:,".len())))
}

/// Of characters that a URL may keep as they are, and JSON escapes.
fn escaped(bytes: usize) -> Url {
    url(&format!("data:,{}", "\"".repeat((bytes - "data:,".len()) / 2)))
}

#[test]
fn urls_reach_the_budget_whatever_they_are_made_of() {
    for filled in [plain as Filled, escaped] {
        let bytes = payload_bytes(|session| {
            session.set_return_to(filled(40));
            session.set_home(filled(40));
            session.set_once(filled(40));
            session.set_callback(filled(40));
            // Of a list all of the JSON counts: `["…"]`.
            session.set_seen(vec![filled(36)]);
            session.set_link(Link { to: Some(filled(40)) });
        });
        assert_eq!(Some(bytes), Visitor::budget().max_payload_bytes());
    }
}

#[test]
fn a_byte_more_is_refused_by_name() {
    let mut session = Visitor::empty();
    assert_eq!(session.try_set_return_to(plain(40)), Ok(()));
    let refusal = session.try_set_return_to(plain(41)).unwrap_err();
    assert_eq!(refusal.to_string(), "`return_to` has 41 bytes, but at most 40 are allowed");
    let refusal = session.try_set_home(escaped(42)).unwrap_err();
    assert_eq!(refusal.to_string(), "`home` has 42 bytes, but at most 40 are allowed");
    assert_eq!(session.return_to(), Some(&plain(40)));
}

/// URLs of every kind, with what they encode and what they leave.
fn urls() -> impl Strategy<Value = Url> {
    let start = prop::sample::select(vec![
        "https://a.example/",
        "https://a.example/?",
        "https://a.example/#",
        "https://a:b@[::1]:8080/",
        "https://é.example/",
        "data:",
        "mailto:a?",
        "x://\"/",
        "x:/",
    ]);
    let rest = prop::collection::vec(
        prop::sample::select(vec!['a', '"', '\\', '%', ' ', '\n', '\u{1}', '\u{7f}', 'é', '😀', '?', '#']),
        0..30,
    );
    (start, rest)
        .prop_filter_map("a URL", |(start, rest)| format!("{start}{}", String::from_iter(rest)).parse().ok())
}

#[test]
fn what_is_let_in_stays_within_the_budget() {
    cases::check(&(urls(), urls(), urls()), |(return_to, home, seen)| {
        let bytes = payload_bytes(|session| {
            let fits = |url: &Url| serde_json::to_string(url).unwrap().len() - "\"\"".len() <= 40;
            assert_eq!(session.try_set_return_to(return_to.clone()).is_ok(), fits(&return_to), "{return_to}");
            assert_eq!(session.try_set_home(home.clone()).is_ok(), fits(&home), "{home}");
            let _ = session.try_set_seen(vec![seen]);
            session.set_callback(plain(20));
        });
        prop_assert!(Some(bytes) <= Visitor::budget().max_payload_bytes());
        Ok(())
    });
}
