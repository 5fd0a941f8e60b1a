//! Schema versions: payloads of older and newer releases, read by this one.

mod chain;
mod deploys;
mod generic;
mod members;
mod migrated;
mod newer;
mod property;
mod untagged;

use iron_session::clock::ManualClock;
use iron_session::json_schema::HasJsonSchema;
use iron_session_tests::Visitor;
use iron_session_tests::fixtures::{clock, cookie, options, unseal};

/// Somebody whose cookie holds this payload, and the options of the servers.
fn with_payload(payload: &str) -> (Visitor, iron_session::SessionOptions, ManualClock) {
    let clock = clock();
    let options = options(&clock).max_cookies(1).build().unwrap();
    (Visitor::with_cookies(&cookie(&clock, payload)), options, clock)
}

/// The payload that a visitor's cookie holds.
fn payload(visitor: &Visitor, clock: &ManualClock) -> String {
    let header = visitor.cookie_header();
    unseal(clock, header.strip_prefix("sid=").unwrap())
}

/// Reads a payload as `T`, changes it, and returns what was written.
fn change<T: HasJsonSchema>(received: &str, change: impl FnOnce(&mut T)) -> String {
    let (mut visitor, options, clock) = with_payload(received);
    visitor.visit::<T, _>(&options, |session| change(session));
    assert_eq!(visitor.unreadable(), None, "{received}");
    payload(&visitor, &clock)
}

/// Reads a payload as `T` and changes nothing, which must write nothing.
fn read<T: HasJsonSchema>(received: &str) -> T {
    let (mut visitor, options, _) = with_payload(received);
    let before = visitor.cookie_header();
    let value = visitor.visit::<T, _>(&options, |session| T::clone(session));
    assert_eq!(visitor.unreadable(), None, "{received}");
    assert_eq!(visitor.cookie_header(), before, "reading wrote the cookie anew");
    value
}
