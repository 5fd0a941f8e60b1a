//! Members that end by themselves.

use std::time::Duration;

use iron_session::{Expiring, IronSession};
use serde_json::{Value, json};

use crate::Site;

#[derive(IronSession, Clone, Debug, PartialEq)]
struct Ends {
    #[session(expires_in = "15m", alias = "su")]
    sudo: Expiring<String>,
    #[session(flash(expires_in = "1m30s"))]
    notice: Option<String>,
    #[session(flash(expires_in = "10m"))]
    queue: Vec<u8>,
    other: Option<u8>,
}

fn json_of(site: &Site, cookies: &str) -> Value {
    serde_json::from_str(&site.text(cookies)).unwrap()
}

#[test]
fn an_expiring_value_has_the_accessors_of_an_option() {
    let mut session = Ends::empty();
    assert_eq!(session.sudo(), None);
    session.set_sudo("ada");
    let sudo: Option<&str> = session.sudo();
    assert_eq!(sudo, Some("ada"));
    assert_eq!(session.take_sudo(), Some("ada".to_owned()));
    session.set_sudo(String::from("eve"));
    session.clear_sudo();
    assert_eq!(session.sudo(), None);
}

#[test]
fn a_value_is_stamped_by_the_clock_of_the_request_that_sets_it() {
    let site = Site::new();
    let cookies = site.request::<Ends>("", |session| {
        session.set_sudo("ada");
        session.set_notice("hi");
        session.push_queue(1);
    });
    assert_eq!(
        json_of(&site, &cookies),
        json!({
            "sudo": { "value": "ada", "until_ms": 1_763_650_900_000_u64 },
            "notice": { "value": "hi", "until_ms": 1_763_650_090_000_u64 },
            "queue": { "value": [1], "until_ms": 1_763_650_600_000_u64 },
        })
    );
}

#[test]
fn a_value_is_there_until_its_time_has_passed() {
    let site = Site::new();
    let cookies = site.request::<Ends>("", |session| {
        session.set_sudo("ada");
        session.set_notice("hi");
        session.push_queue(1);
    });
    site.clock.advance(Duration::from_millis(89_999));
    let session: Ends = site.read(&cookies);
    assert_eq!(
        (session.sudo(), session.peek_notice(), session.peek_queue()),
        (Some("ada"), Some("hi"), &[1][..])
    );
    site.clock.advance(Duration::from_millis(1));
    let session: Ends = site.read(&cookies);
    assert_eq!((session.sudo(), session.peek_notice(), session.peek_queue()), (Some("ada"), None, &[1][..]));
    site.clock.advance(Duration::from_secs(900));
    let session: Ends = site.read(&cookies);
    assert_eq!(session, Ends::empty());
}

#[test]
fn a_deadline_stays_when_something_else_changes() {
    let site = Site::new();
    let first = site.request::<Ends>("", |session| {
        session.set_sudo("ada");
        session.set_notice("hi");
        session.push_queue(1);
    });
    site.clock.advance(Duration::from_secs(60));
    let second = site.request::<Ends>(&first, |session| session.set_other(1));
    let (mut expected, found) = (json_of(&site, &first), json_of(&site, &second));
    expected["other"] = json!(1);
    assert_eq!(found, expected);
}

#[test]
fn a_deadline_begins_anew_when_its_own_value_is_set() {
    let site = Site::new();
    let first = site.request::<Ends>("", |session| {
        session.set_sudo("ada");
        session.push_queue(1);
    });
    site.clock.advance(Duration::from_secs(60));
    let second = site.request::<Ends>(&first, |session| {
        // The same value, set again: a password was typed in again.
        session.set_sudo("ada");
        session.push_queue(2);
    });
    assert_eq!(
        json_of(&site, &second),
        json!({
            "sudo": { "value": "ada", "until_ms": 1_763_650_960_000_u64 },
            "queue": { "value": [1, 2], "until_ms": 1_763_650_660_000_u64 },
        })
    );
}

#[test]
fn what_has_ended_goes_with_the_next_write() {
    let site = Site::new();
    let first = site.request::<Ends>("", |session| {
        session.set_sudo("ada");
        session.set_other(1);
    });
    site.clock.advance(Duration::from_secs(900));
    let second = site.request::<Ends>(&first, |session| assert_eq!(session.sudo(), None));
    assert_eq!(json_of(&site, &second), json!({ "other": 1 }));
    // It is gone, whatever the clock says.
    site.clock.set(iron_session::clock::Timestamp::from_unix_ms(1_763_650_000_000));
    assert_eq!(site.read::<Ends>(&second).sudo(), None);
}

#[test]
fn without_a_valid_deadline_there_is_no_value() {
    let site = Site::new();
    for sudo in [
        r#""ada""#,
        r#"{"value":"ada"}"#,
        r#"{"value":"ada","until_ms":null}"#,
        r#"{"value":"ada","until_ms":"1863650900000"}"#,
        r#"{"value":"ada","until_ms":1.8e12}"#,
        r#"{"value":"ada","until_ms":-1}"#,
        r#"{"until_ms":1863650900000}"#,
        "null",
        "[]",
    ] {
        let cookies = site.cookies(&format!(r#"{{"sudo":{sudo},"notice":{sudo},"queue":{sudo},"other":1}}"#));
        let session: Ends = site.read(&cookies);
        assert_eq!((session.sudo(), session.peek_notice()), (None, None), "{sudo}");
        assert_eq!((session.peek_queue(), session.other()), (&[][..], Some(&1)), "{sudo}");
    }
}

#[test]
fn what_javascript_wrote_is_read_too() {
    let site = Site::new();
    let cookies = site.cookies(r#"{"su":{"until_ms":1763650000001,"theirs":1,"value":"ada"}}"#);
    let next = site.request::<Ends>(&cookies, |session| {
        assert_eq!(session.sudo(), Some("ada"));
        session.set_other(1);
    });
    assert_eq!(site.text(&next), r#"{"su":{"until_ms":1763650000001,"theirs":1,"value":"ada"},"other":1}"#);
}
