//! Bad input of every class: each ends in an empty session and an event with
//! its reason; nothing panics.
//!
//! Each test is a class of attack or accident that some session library has
//! fallen to. What fills in a class is a table; what no table can hold is made
//! up by proptest, in as many cases as `IRON_SESSION_CASES` says, from the seed
//! in `IRON_SESSION_SEED` or from one that a failure prints.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a test fails by panicking, and prints what led to it"
)]

#[path = "hostile/fuzz.rs"]
mod fuzz;
#[path = "hostile/headers.rs"]
mod headers;
#[path = "hostile/payloads.rs"]
mod payloads;
#[path = "hostile/seals.rs"]
mod seals;
#[path = "hostile/secrets.rs"]
mod secrets;

use iron_session::session::RequestSession;
use iron_session::{SessionOptions, Untyped};
use iron_session_tests::Log;

/// The reason of a cookie that opens, in the tables.
const OPENS: &str = "opens";

/// The reason of a header that has no session's cookie, in the tables.
const NONE: &str = "none";

/// What a session was, and why: read by way of the whole request.
#[track_caller]
fn read(options: &SessionOptions, header: &str) -> (String, String) {
    let log = Log::capture();
    let request = RequestSession::<Untyped>::new(options.clone());
    let session = request.session([header]).unwrap();
    let content = session.to_json();
    drop(session);

    let commit = request.commit(200);
    assert!(!commit.replace_answer, "a bad cookie is never a 500");
    assert_eq!(commit.set_cookies, [""; 0], "a cookie that was only read is left alone");

    let events = log.take();
    assert!(events.len() <= 1, "{events:#?}");
    let reason = match events.first() {
        Some(event) => {
            assert_eq!(content, "{}", "{event}");
            assert_eq!(event.message, "session cookie not readable");
            event.field("reason").unwrap()
        }
        None if content == "{}" => NONE,
        None => OPENS,
    };
    (content, reason.to_owned())
}

#[track_caller]
fn assert_reason(options: &SessionOptions, name: &str, header: &str, expected: &str) {
    let (content, reason) = read(options, header);
    let start: String = header.chars().take(200).collect();
    assert_eq!(reason, expected, "{name}: {content}\n{start}");
}
