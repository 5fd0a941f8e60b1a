//! Sessions that were read through a step: what refreshes them, and what of an older struct
//! may fail alone.

use std::cell::Cell;
use std::time::Duration;

use iron_session::IronSession;
use iron_session_tests::Visitor;
use iron_session_tests::fixtures::{clock, cookie, options};

use super::{payload, read};

thread_local! {
    static STEPS: Cell<u32> = const { Cell::new(0) };
}

/// A theme that isn't known costs the theme, not the login.
#[derive(IronSession, Clone)]
#[session(json_schema)]
struct First {
    user: Option<String>,
    #[session(on_error = "default", default = "one")]
    theme: u8,
}

fn one() -> u8 {
    1
}

#[derive(IronSession, Clone, Debug, PartialEq)]
#[session(json_schema, version = 2, untagged = 1, previous = First)]
struct Second {
    name: Option<String>,
    theme: String,
}

impl From<First> for Second {
    fn from(old: First) -> Self {
        STEPS.set(STEPS.get() + 1);
        Self { name: old.user, theme: format!("theme {}", old.theme) }
    }
}

#[test]
fn a_refresh_writes_the_new_form_once() {
    let clock = clock();
    let hour = Duration::from_secs(60 * 60);
    let options = options(&clock).refresh_after(hour).build().unwrap();
    let mut visitor = Visitor::with_cookies(&cookie(&clock, r#"{"user":"ada","theme":3,"js":1.50}"#));
    let arrived = visitor.cookie_header();
    let look = |visitor: &mut Visitor| visitor.visit::<Second, _>(&options, |session| session.theme.clone());

    assert_eq!(look(&mut visitor), "theme 3");
    assert_eq!(visitor.cookie_header(), arrived, "before the hour nothing is written");

    clock.advance(hour);
    STEPS.set(0);
    assert_eq!(look(&mut visitor), "theme 3");
    assert_eq!(STEPS.get(), 1);
    let refreshed = visitor.cookie_header();
    assert_eq!(payload(&visitor, &clock), r#"{"$":{"v":2},"js":1.50,"name":"ada","theme":"theme 3"}"#);

    STEPS.set(0);
    assert_eq!(look(&mut visitor), "theme 3");
    assert_eq!(STEPS.get(), 0, "it is of the new version");
    assert_eq!(visitor.cookie_header(), refreshed, "and was sealed just now");

    clock.advance(hour);
    assert_eq!(look(&mut visitor), "theme 3");
    assert_ne!(visitor.cookie_header(), refreshed);
    assert_eq!(STEPS.get(), 0);
}

#[test]
fn a_field_of_an_older_version_may_fail_alone() {
    for theme in [r#""dark""#, "256", "null", "{}", "[3]"] {
        let session: Second = read(&format!(r#"{{"user":"ada","theme":{theme}}}"#));
        assert_eq!(session, Second { name: Some("ada".to_owned()), theme: "theme 1".to_owned() }, "{theme}");
    }
    // A field that may not fail costs the session, in an older version as in this one.
    let (mut visitor, options, _) = super::with_payload(r#"{"user":7,"theme":3}"#);
    assert_eq!(visitor.visit::<Second, _>(&options, |session| session.name.clone()), None);
    assert_eq!(visitor.unreadable(), Some("undecodable"));
}
