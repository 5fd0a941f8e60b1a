//! A cookie that a newer release wrote, met by an older server.

use iron_session::error::SaveError;
use iron_session::{IronSession, Session};
use iron_session_tests::Log;
use tracing::Level;

use super::{change, payload, with_payload};

#[derive(IronSession, Clone)]
#[session(json_schema, version = 2, untagged = 1, readable_by = 1)]
struct Older {
    user: Option<String>,
    visits: u32,
}

const NEWER: &str = r#"{"$":{"v":3},"account":"ada"}"#;

#[test]
fn what_this_server_may_read_keeps_its_tag_and_its_members() {
    let received = r#"{"$":{"v":12,"r":2},"theme":"dark","user":"ada","visits":1,"nested":{"n":1.0}}"#;
    let written = change::<Older>(received, |session| session.visits += 1);
    assert_eq!(written, received.replace(r#""visits":1"#, r#""visits":2"#));
}

#[test]
fn another_is_left_untouched_whatever_the_handler_changes() {
    let (mut visitor, options, clock) = with_payload(NEWER);
    let log = Log::capture();
    let visits = visitor.visit::<Older, _>(&options, |session| {
        session.visits += 1;
        session.visits
    });
    assert_eq!(visits, 1, "an empty session for the request");
    assert_eq!(visitor.unreadable(), Some("newer_schema"));
    assert_eq!(payload(&visitor, &clock), NEWER);

    let events = log.take();
    let reasons: Vec<_> = events.iter().map(|event| (event.level, event.field("reason"))).collect();
    assert_eq!(
        reasons,
        [(Level::WARN, Some("newer_schema")); 2],
        "one for the cookie, one for the lost change"
    );
}

#[test]
fn a_tag_is_read_however_it_is_spelled() {
    let read = |metadata: &str| {
        let payload = format!(r#"{{"$":{metadata},"user":"ada"}}"#);
        let (mut visitor, options, clock) = with_payload(&payload);
        let user = visitor.visit::<Older, _>(&options, |session| {
            session.visits += 1;
            session.user.clone()
        });
        assert_eq!(visitor.unreadable().is_some(), user.is_none());
        assert_eq!(self::payload(&visitor, &clock) == payload, user.is_none(), "{metadata}");
        visitor.unreadable()
    };
    for newer in [
        r#"{"v":3}"#,
        r#"{"v":4294967295}"#,
        r#"{"v":4294967296}"#,
        r#"{"v":99999999999999999999999}"#,
        r#"{"v":4,"r":3}"#,
        r#"{"v":4,"r":4294967296}"#,
        r#"{"v":1,"v":3}"#,
        r#"{"\u0076":3}"#,
    ] {
        assert_eq!(read(newer), Some("newer_schema"), "{newer}");
    }
    // What is no number of a version is no tag.
    for other in [
        "null",
        "7",
        "[]",
        "{}",
        r#"{"v":null}"#,
        r#"{"v":"3"}"#,
        r#"{"v":-1}"#,
        r#"{"v":2.5}"#,
        r#"{"v":1,"r":9}"#,
        r#"{"v":9,"r":0}"#,
        r#"{"v":9,"r":2}"#,
        r#"{"r":9}"#,
    ] {
        assert_eq!(read(other), None, "{other}");
    }
}

#[test]
fn save_tells_that_it_can_not() {
    let (mut visitor, options, clock) = with_payload(NEWER);
    visitor.visit::<Older, _>(&options, |session| {
        session.set_user("ada");
        let error = session.save().unwrap_err();
        assert!(matches!(error, SaveError::Unreadable { reason: "newer_schema", .. }), "{error}");
        assert!(error.to_string().contains("call `restart()` first"), "{error}");
    });
    assert_eq!(payload(&visitor, &clock), NEWER);
}

#[test]
fn a_login_or_a_logout_takes_its_place() {
    let (mut visitor, options, clock) = with_payload(NEWER);
    visitor.visit::<Older, _>(&options, |session| {
        session.restart();
        session.set_user("grace");
        session.save().unwrap();
    });
    assert_eq!(payload(&visitor, &clock), r#"{"$":{"v":2,"r":1},"user":"grace","visits":0}"#);

    let (mut visitor, options, _) = with_payload(NEWER);
    visitor.visit::<Older, _>(&options, Session::destroy);
    assert_eq!(visitor.cookie_header(), "");
}

#[test]
fn looking_changes_nothing() {
    let (mut visitor, options, clock) = with_payload(NEWER);
    let user = visitor.visit::<Older, _>(&options, |session| session.user.clone());
    assert_eq!(user, None);
    assert_eq!(payload(&visitor, &clock), NEWER);
}

/// A login that an older server ended must not come back on a newer one.
#[test]
fn beginning_another_session_ends_it_also_if_nothing_is_set() {
    for end in [Session::<Older>::restart, Session::clear] {
        let (mut visitor, options, _clock) = with_payload(NEWER);
        visitor.visit::<Older, _>(&options, end);
        assert_eq!(visitor.cookie_header(), "");
    }
}
