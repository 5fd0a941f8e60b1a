//! Bad input of every class: each ends in an empty session and an event with
//! its reason; nothing panics.
//!
//! Each test is a class of attack or accident that some session library has
//! fallen to. What fills in a class is a table; what no table can hold is made
//! up by proptest, in as many cases as `IRON_SESSION_CASES` says, from the seed
//! in `IRON_SESSION_SEED` or from one that a failure prints.

mod fuzz;
mod headers;
mod payloads;
mod seals;
mod secrets;

use std::cell::RefCell;

use iron_session::SessionOptionsBuilder;
use iron_session::clock::ManualClock;
use iron_session::session::RequestSession;
use iron_session::{SessionOptions, Untyped};
use iron_session_tests::{Log, fixtures};

/// The reason of a cookie that opens, in the tables.
const OPENS: &str = "opens";

/// The reason of a header that has no session's cookie, in the tables.
const NONE: &str = "none";

thread_local! {
    /// The reasons that the hook was told; the log has one event a minute for each.
    static REASONS: RefCell<Vec<&'static str>> = const { RefCell::new(Vec::new()) };
}

/// Has the hook remember why a cookie does not open.
fn watched(options: SessionOptionsBuilder) -> SessionOptionsBuilder {
    options.on_unseal_error(|error| REASONS.with_borrow_mut(|reasons| reasons.push(error.reason())))
}

/// The options of these tests' session.
fn options(clock: &ManualClock) -> SessionOptionsBuilder {
    watched(fixtures::options(clock))
}

/// What a session was, and why: read by way of the whole request.
#[track_caller]
fn read(options: &SessionOptions, header: &str) -> (String, String) {
    let log = Log::capture();
    REASONS.take();
    let request = RequestSession::<Untyped>::new(options.check().unwrap());
    let session = request.handle([header]).unwrap();
    let content = session.to_json();
    drop(session);

    let commit = request.commit(200);
    assert!(!commit.replace_response, "a bad cookie is never a 500");
    let events = log.take();
    assert!(events.len() <= 1, "{events:#?}");
    // A damaged header may hold one session twice.
    let is_expected = |message: &str| {
        message == "session cookie not readable" || message.starts_with("the browser sent several sessions")
    };
    assert!(events.iter().all(|event| is_expected(&event.message)), "{events:#?}");
    let reason = match REASONS.take().as_slice() {
        [] if content == "{}" => NONE,
        [] => OPENS,
        [reason] => {
            assert_eq!(content, "{}", "{reason}");
            reason
        }
        several => panic!("{several:?}"),
    };
    assert_left_alone_unless_dead(&commit.set_cookies, reason);
    (content, reason.to_owned())
}

/// A cookie that was only read is left alone, but for one that nobody can ever read again.
#[track_caller]
fn assert_left_alone_unless_dead(set_cookies: &[String], reason: &str) {
    let may_expire = matches!(reason, "expired" | "malformed");
    let expires =
        |line: &String| line.split_once('=').is_some_and(|(_, rest)| rest.starts_with("; Max-Age=0;"));
    assert!(set_cookies.iter().all(|line| may_expire && expires(line)), "{reason}: {set_cookies:?}");
}

#[track_caller]
fn assert_reason(options: &SessionOptions, name: &str, header: &str, expected: &str) {
    let (content, reason) = read(options, header);
    let start: String = header.chars().take(200).collect();
    assert_eq!(reason, expected, "{name}: {content}\n{start}");
}
