//! A value that was set is stored, even if it equals today's default.

use std::time::Duration;

use iron_session::clock::{ManualClock, Timestamp};
use iron_session::session::RequestSession;
use iron_session::{IronSession, Passwords, Sealer, SessionOptions, Untyped};
use serde::{Deserialize, Serialize};

use super::{changed, cookie, header, options, payload, read, saved};

#[derive(Serialize, Deserialize, Clone, Debug, PartialEq)]
struct Preferences {
    #[serde(rename = "language", alias = "lang")]
    language: String,
    #[serde(default = "comfortable")]
    density: String,
}

fn comfortable() -> String {
    "comfortable".to_owned()
}

#[derive(IronSession, Clone)]
struct AppSession {
    uid: Option<u32>,
    #[session(default = "light")]
    theme: String,
    preferences: Option<Preferences>,
    #[session(flash)]
    notice: Option<String>,
}

fn light() -> String {
    "light".to_owned()
}

/// Returns what a change leaves in the browser.
#[track_caller]
fn assert_written(received: &str, change: impl FnOnce(&mut AppSession), expected: Option<&str>) {
    let commit = changed::<AppSession>(&header(received), |session| change(session));
    assert!(!commit.replace_response);
    assert_eq!(cookie(&commit).as_deref().map(payload).as_deref(), expected);
}

#[test]
fn a_choice_survives_a_release_with_another_default() {
    #[derive(IronSession, Clone)]
    struct NextRelease {
        #[session(default = "dark")]
        theme: String,
    }

    fn dark() -> String {
        "dark".to_owned()
    }

    let cookie = saved::<AppSession>(&header(r#"{"uid":1}"#), |session| session.set_theme("light")).unwrap();
    assert_eq!(read::<NextRelease, _>(&cookie, |session| session.theme().to_owned()), "light");
    assert_written(r#"{"uid":1}"#, |s| s.set_theme("light"), Some(r#"{"uid":1,"theme":"light"}"#));
    assert_written(
        r#"{"uid":1,"theme":null}"#,
        |s| s.set_theme("light"),
        Some(r#"{"uid":1,"theme":"light"}"#),
    );
}

#[test]
fn a_default_that_does_not_fit_is_left_out() {
    #[derive(IronSession, Clone)]
    struct Wide {
        uid: Option<u32>,
        #[session(default = "wide")]
        layout: String,
    }

    fn wide() -> String {
        "w".repeat(100)
    }

    // Another program has left room for the change, but not for the default.
    let notes = (0..4000).rev().map(|len| format!(r#"{{"uid":1,"notes":"{}"}}"#, "n".repeat(len)));
    let request = || RequestSession::<Untyped>::new(options().check().unwrap());
    let fits = |payload: &String| {
        let request = request();
        *request.handle([""]).unwrap() = payload.parse::<Untyped>().unwrap();
        !request.commit(200).replace_response
    };
    let longest = notes.into_iter().find(fits).unwrap();

    let commit = changed::<Wide>(&header(&longest), |session| session.set_uid(2_u32));
    assert!(!commit.replace_response);
    assert_eq!(payload(&cookie(&commit).unwrap()), longest.replace(r#""uid":1"#, r#""uid":2"#));
    let only_looked_at = changed::<Wide>(&header(&longest), |session| session.layout_mut().truncate(100));
    assert!(!only_looked_at.replace_response && only_looked_at.set_cookies.is_empty());
}

#[test]
fn a_choice_inside_a_field_is_stored_as_well() {
    for unchanged in [true, false] {
        let uid = if unchanged { 1 } else { 2 };
        assert_written(
            r#"{"uid":1,"theme":"light","preferences":{"language":"de","theirs":1e0}}"#,
            |session| {
                session.set_uid(uid);
                let mut preferences = session.preferences().unwrap().clone();
                preferences.density = "comfortable".to_owned();
                session.set_preferences(preferences);
            },
            Some(&format!(
                r#"{{"uid":{uid},"theme":"light","preferences":{{"language":"de","theirs":1e0,"density":"comfortable"}}}}"#
            )),
        );
    }
    // Where adding would make another value of it, it stays as it came.
    let received = r#"{"uid":1,"theme":"light","preferences":{"lang":"de","theirs":1}}"#;
    assert_written(received, |session| session.set_theme("light"), None);
    assert_written(
        received,
        |session| {
            let mut preferences = session.preferences().unwrap().clone();
            preferences.density = "compact".to_owned();
            session.set_preferences(preferences);
        },
        Some(r#"{"uid":1,"theme":"light","preferences":{"lang":"de","theirs":1,"density":"compact"}}"#),
    );
}

#[test]
fn who_only_reads_writes_nothing() {
    const RECEIVED: &str = r#"{"uid":1,"preferences":{"language":"de"}}"#;

    let clock = ManualClock::at(Timestamp::from_unix_ms(1_700_000_000_000));
    let passwords = Passwords::new("kX2vQ9mZ4tR7wL1pB6nH3sJ8dF5gY0cA").unwrap();
    let refreshing = SessionOptions::builder("sid", passwords)
        .clock(clock.clone())
        .ttl(Duration::from_secs(3600))
        .refresh_after(Duration::from_secs(60))
        .build()
        .unwrap();
    let other = RequestSession::<Untyped>::new(refreshing.check().unwrap());
    *other.handle([""]).unwrap() = RECEIVED.parse::<Untyped>().unwrap();
    let header = cookie(&other.commit(200)).unwrap();

    let request = RequestSession::<AppSession>::new(refreshing.check().unwrap());
    assert_eq!(request.handle([header.as_str()]).unwrap().theme(), "light");
    assert_eq!(request.commit(200).set_cookies, [""; 0]);

    clock.advance(Duration::from_secs(600));
    let request = RequestSession::<AppSession>::new(refreshing.check().unwrap());
    assert_eq!(request.handle([header.as_str()]).unwrap().theme(), "light");
    let refreshed = cookie(&request.commit(200)).unwrap();
    let request = RequestSession::<Untyped>::new(refreshing.check().unwrap());
    assert_eq!(request.handle([refreshed.as_str()]).unwrap().to_json(), RECEIVED);

    let request = RequestSession::<AppSession>::new(refreshing.check().unwrap());
    request.handle([header.as_str()]).unwrap().save().unwrap();
    let written = cookie(&request.commit(200)).unwrap();
    let request = RequestSession::<Untyped>::new(refreshing.check().unwrap());
    assert_eq!(request.handle([written.as_str()]).unwrap().to_json(), RECEIVED);
}

#[test]
fn who_may_have_written_writes_once() {
    let commit = changed::<AppSession>(&header(r#"{"uid":1}"#), |session| drop(session.take_notice()));
    let header = cookie(&commit).unwrap();
    assert_eq!(payload(&header), r#"{"uid":1,"theme":"light"}"#);
    let commit = changed::<AppSession>(&header, |session| drop(session.take_notice()));
    assert_eq!(commit.set_cookies, [""; 0]);
}

#[test]
fn a_visitor_who_has_nothing_gets_no_cookie() {
    let passwords = Passwords::new("kX2vQ9mZ4tR7wL1pB6nH3sJ8dF5gY0cA").unwrap();
    let nothing = format!("sid={}", Sealer::new(passwords).seal(&serde_json::json!({})).unwrap());
    for received in ["", &nothing] {
        let commit = changed::<AppSession>(received, |session| {
            session.take_notice();
            session.set_theme("light");
        });
        assert_eq!(commit.set_cookies, [""; 0], "{received}");
    }
    let request = RequestSession::<AppSession>::new(options().check().unwrap());
    request.handle([""]).unwrap().set_theme("dark");
    assert_eq!(payload(&cookie(&request.commit(200)).unwrap()), r#"{"theme":"dark"}"#);
}

#[test]
fn a_default_that_cannot_be_read_is_left_out() {
    #[derive(Serialize, Deserialize, Clone, Default)]
    struct Settings {
        #[serde(skip_serializing_if = "Vec::is_empty")]
        items: Vec<u8>,
    }

    #[derive(IronSession, Clone)]
    struct AppSession {
        uid: Option<u32>,
        settings: Settings,
    }

    for received in ["", &header(r#"{"uid":1}"#), &header(r#"{"uid":1,"settings":null}"#)] {
        let cookie = saved::<AppSession>(received, |session| session.set_uid(7_u32)).unwrap();
        read::<AppSession, _>(&cookie, |session| {
            assert_eq!((session.uid(), session.settings().items.len()), (Some(&7), 0), "{received}");
        });
    }
}
