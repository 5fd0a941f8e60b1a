//! A chain of four versions, each of which changed something else.

use std::cell::RefCell;
use std::sync::{Arc, Mutex};

use iron_session::IronSession;
use iron_session_tests::fixtures::{clock, cookie, options};
use iron_session_tests::{Log, Visitor, cookie_header};

use super::{change, read};

thread_local! {
    /// The steps that were taken.
    static STEPS: RefCell<Vec<&'static str>> = const { RefCell::new(Vec::new()) };
}

fn step(name: &'static str) {
    STEPS.with_borrow_mut(|steps| steps.push(name));
}

fn steps() -> Vec<&'static str> {
    STEPS.take()
}

mod v1 {
    #[derive(iron_session::IronSession, Clone)]
    #[session(json_schema)]
    pub(super) struct AppSession {
        pub(super) name: Option<String>,
        pub(super) visits: String,
    }
}

mod v2 {
    /// `visits` is a number.
    #[derive(iron_session::IronSession, Clone)]
    #[session(json_schema, version = 2, untagged = 1, previous = super::v1::AppSession)]
    pub(super) struct AppSession {
        pub(super) name: Option<String>,
        pub(super) visits: u32,
    }

    impl TryFrom<super::v1::AppSession> for AppSession {
        type Error = std::num::ParseIntError;

        fn try_from(old: super::v1::AppSession) -> Result<Self, Self::Error> {
            super::step("1 to 2");
            Ok(Self { name: old.name, visits: old.visits.parse()? })
        }
    }
}

mod v3 {
    /// `name` is called `userName`.
    #[derive(iron_session::IronSession, Clone)]
    #[session(json_schema, version = 3, untagged = 1, previous = super::v2::AppSession, rename_all = "camelCase")]
    pub(super) struct AppSession {
        pub(super) user_name: Option<String>,
        pub(super) visits: u32,
    }

    impl From<super::v2::AppSession> for AppSession {
        fn from(old: super::v2::AppSession) -> Self {
            super::step("2 to 3");
            Self { user_name: old.name, visits: old.visits }
        }
    }
}

/// `visits` is gone, `regular` is new.
#[derive(IronSession, Clone, Debug, PartialEq)]
#[session(json_schema, version = 4, untagged = 1, previous = v3::AppSession, rename_all = "camelCase")]
struct AppSession {
    user_name: Option<String>,
    regular: bool,
}

impl From<v3::AppSession> for AppSession {
    fn from(old: v3::AppSession) -> Self {
        step("3 to 4");
        Self { user_name: old.user_name, regular: old.visits > 10 }
    }
}

const OLD_COOKIES: [(&str, &[&str]); 5] = [
    (r#"{"name":"ada","visits":"12"}"#, &["1 to 2", "2 to 3", "3 to 4"]),
    (r#"{"$":{"v":1},"name":"ada","visits":"12"}"#, &["1 to 2", "2 to 3", "3 to 4"]),
    (r#"{"$":{"v":2},"name":"ada","visits":12}"#, &["2 to 3", "3 to 4"]),
    (r#"{"$":{"v":3},"userName":"ada","visits":12}"#, &["3 to 4"]),
    (r#"{"$":{"v":4},"userName":"ada","regular":true}"#, &[]),
];

#[test]
fn each_step_is_taken_once() {
    for (cookie, expected) in OLD_COOKIES {
        let session: AppSession = read(cookie);
        assert_eq!(session, AppSession { user_name: Some("ada".to_owned()), regular: true }, "{cookie}");
        assert_eq!(steps(), expected, "{cookie}");
    }
}

#[test]
fn a_change_writes_the_newest_version_and_nothing_of_the_older() {
    for (cookie, _) in OLD_COOKIES {
        let written = change::<AppSession>(cookie, |session| session.set_user_name("grace"));
        assert_eq!(written, r#"{"$":{"v":4},"userName":"grace","regular":true}"#, "{cookie}");
    }
}

#[test]
fn the_cookies_that_older_releases_write_are_read() {
    let clock = clock();
    let options = options(&clock).build().unwrap();
    let ada = || Some("ada".to_owned());
    let headers = [
        cookie_header(&options, &v1::AppSession { name: ada(), visits: "12".into() }),
        cookie_header(&options, &v2::AppSession { name: ada(), visits: 12 }),
        cookie_header(&options, &v3::AppSession { user_name: ada(), visits: 12 }),
    ];
    for header in headers {
        let mut visitor = Visitor::with_cookies(&header);
        let session = visitor.visit::<AppSession, _>(&options, |session| AppSession::clone(session));
        assert_eq!(session, AppSession { user_name: ada(), regular: true });
        // What was read is written with the next change, and then needs no step.
        visitor.visit::<AppSession, _>(&options, |session| session.set_regular(false));
        steps();
        assert!(!visitor.visit::<AppSession, _>(&options, |session| *session.regular()));
        assert_eq!(steps(), [""; 0]);
    }
}

#[test]
fn a_step_that_fails_gives_an_empty_session_and_an_event() {
    let clock = clock();
    let told = Arc::new(Mutex::new(Vec::new()));
    let tells = Arc::clone(&told);
    let options = options(&clock)
        .on_unseal_error(move |error| tells.lock().unwrap().push(error.to_string()))
        .build()
        .unwrap();
    let mut visitor = Visitor::with_cookies(&cookie(&clock, r#"{"name":"ada","visits":"many"}"#));
    let before = visitor.cookie_header();
    let log = Log::capture();

    let session = visitor.visit::<AppSession, _>(&options, |session| AppSession::clone(session));
    assert_eq!(session, AppSession::empty());
    let event = log.take_one();
    assert_eq!(event.field("reason"), Some("migration"), "{event}");
    let message = "the session could not be migrated from schema version 1 to 2";
    assert_eq!(*told.lock().unwrap(), [message]);
    assert!(event.field("error").unwrap().ends_with("to 2: invalid digit found in string"), "{event}");

    assert_eq!(visitor.cookie_header(), before, "left alone until something is saved");
    visitor.visit::<AppSession, _>(&options, |session| session.set_user_name("grace"));
    assert_ne!(visitor.cookie_header(), before);
    let name = visitor.visit::<AppSession, _>(&options, |session| session.user_name.clone());
    assert_eq!(name.as_deref(), Some("grace"));
}

#[test]
fn a_version_that_was_given_up_is_told() {
    #[derive(IronSession, Clone)]
    #[session(json_schema, version = 5, untagged = 5)]
    struct Later {
        user: Option<String>,
    }

    let (mut visitor, options, _) = super::with_payload(r#"{"$":{"v":4},"user":"ada"}"#);
    let log = Log::capture();
    assert_eq!(visitor.visit::<Later, _>(&options, |session| session.user.clone()), None);
    assert_eq!(visitor.unreadable(), Some("older_schema"));
    let event = log.take_one().to_string();
    assert!(
        event.contains("written with schema version 4, but this server only reads version 5 and later"),
        "{event}"
    );
}

/// Versions 2 to 4 were never released.
#[derive(IronSession, Clone)]
#[session(json_schema, version = 5, untagged = 1, previous = v1::AppSession, gap)]
struct AfterGap {
    user_name: Option<String>,
}

impl From<v1::AppSession> for AfterGap {
    fn from(old: v1::AppSession) -> Self {
        Self { user_name: old.name }
    }
}

#[test]
fn a_gap_is_stepped_over() {
    for old in [r#"{"name":"ada","visits":"12"}"#, r#"{"$":{"v":1},"name":"ada","visits":"12"}"#] {
        let written = change::<AfterGap>(old, |session| session.user_name.as_mut().unwrap().push('!'));
        assert_eq!(written, r#"{"$":{"v":5},"user_name":"ada!"}"#);
    }
}

#[test]
fn a_version_in_a_gap_is_read_as_no_other() {
    for version in 2..=4 {
        let payload = format!(r#"{{"$":{{"v":{version}}},"name":"ada","visits":"12","user_name":"eve"}}"#);
        let (mut visitor, options, _) = super::with_payload(&payload);
        assert_eq!(visitor.visit::<AfterGap, _>(&options, |session| session.user_name.clone()), None);
        assert_eq!(visitor.unreadable(), Some("older_schema"), "{version}");
    }
}
