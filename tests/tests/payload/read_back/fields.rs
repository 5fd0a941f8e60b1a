//! Fields of every kind, and sessions of every origin.

use std::time::Duration;

use iron_session::clock::{ManualClock, Timestamp};
use iron_session::error::Misread::{self, Different, NotFinite, Null, Undecodable};
use iron_session::error::{EncodeError, SaveError};
use iron_session::session::{RequestSession, Usage};
use iron_session::{Expiring, IronSession, Passwords, Sealer, Secret, SessionOptions, Untyped};
use serde::{Deserialize, Serialize};

use super::{changed, cookie, header, options, payload, read, saved};

#[derive(Serialize, Deserialize, Clone, Debug, Default, PartialEq)]
struct Settings {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    items: Vec<u8>,
}

#[derive(IronSession, Clone)]
struct AppSession {
    user_id: Option<u64>,
    settings: Option<Settings>,
    ratio: f64,
    #[session(default = "nan")]
    unknown: f64,
    #[session(on_error = "default")]
    kind: Option<Settings>,
    #[session(on_error = "default")]
    level: f64,
    #[session(flash)]
    seen: Option<()>,
    #[session(flash)]
    queue: Vec<Option<()>>,
    #[session(flash(expires_in = "10m"))]
    soon: Option<f64>,
    #[session(flash(expires_in = "10m"))]
    done: Option<()>,
    #[session(expires_in = "10m")]
    sudo: Expiring<Option<()>>,
    #[session(expires_in = "10m")]
    mark: Expiring<()>,
    #[session(with = "hex")]
    token: u32,
    secret: Option<Secret<Box<[u8]>>>,
    #[session(transient)]
    here: Option<f64>,
}

fn nan() -> f64 {
    f64::NAN
}

/// Writes what it does not read.
mod hex {
    use serde::{Deserialize, Deserializer, Serializer};

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes each value by reference")]
    pub(super) fn serialize<S: Serializer>(value: &u32, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&format_args!("{value:x}"))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u32, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

#[track_caller]
fn assert_refused(member: &str, cause: Misread, change: fn(&mut AppSession)) {
    for received in
        ["", r#"{"user_id":7,"settings":{"items":[1],"theirs":1},"ratio":1,"kind":{"items":[2]}}"#]
    {
        let header = if received.is_empty() { String::new() } else { header(received) };
        let error = saved::<AppSession>(&header, change).expect_err(member);
        assert_eq!(error, (member.to_owned(), cause));

        // Without `save`, the response is replaced and the old cookie stays.
        let commit = changed::<AppSession>(&header, |session| {
            session.set_user_id(8);
            change(session);
        });
        assert!(commit.replace_response && commit.set_cookies.is_empty(), "{member}");
    }
}

#[track_caller]
fn assert_back<R: PartialEq + std::fmt::Debug>(
    change: fn(&mut AppSession),
    look: fn(&AppSession) -> R,
    expected: &R,
) {
    for received in ["", r#"{"user_id":7,"ratio":1e0}"#] {
        let header = if received.is_empty() { String::new() } else { header(received) };
        let cookie = saved::<AppSession>(&header, change).unwrap();
        assert_eq!(&read::<AppSession, _>(&cookie, look), expected, "{}", payload(&cookie));
    }
}

#[test]
fn each_kind_of_field_is_read_back() {
    assert_refused("settings", Undecodable, |s| s.set_settings(Settings::default()));
    assert_refused("ratio", NotFinite, |s| s.set_ratio(f64::NAN));
    assert_refused("kind", Undecodable, |s| s.set_kind(Settings::default()));
    assert_refused("level", NotFinite, |s| s.set_level(f64::INFINITY));
    assert_refused("seen", Null, |s| s.set_seen(()));
    assert_refused("queue", Null, |s| s.push_queue(Some(())));
    assert_refused("soon", NotFinite, |s| s.set_soon(f64::NAN));
    assert_refused("sudo", Null, |s| s.set_sudo(Some(())));
    assert_refused("token", Undecodable, |s| s.set_token(0xabc_u32));
    assert_refused("token", Different, |s| s.set_token(0x10_u32));

    assert_back(|s| s.set_token(9_u32), |s| *s.token(), &9);
    assert_back(|s| s.set_mark(()), |s| s.mark().copied(), &Some(()));
    assert_back(|s| s.set_done(()), |s| s.peek_done().copied(), &Some(()));
    assert_back(|s| s.push_queue(None), |s| s.peek_queue().to_vec(), &vec![None]);
    assert_back(
        |s| s.set_secret(Box::from([1])),
        |s| s.secret().map(|s| s.expose_secret().to_vec()),
        &Some(vec![1]),
    );
    assert_back(|s| s.set_ratio(-0.0), |s| s.ratio().to_bits(), &(-0.0_f64).to_bits());
}

#[test]
fn a_default_that_is_written_as_null_may_stay() {
    assert_back(|s| s.set_user_id(9_u64), |s| s.unknown().is_nan(), &true);
    assert_refused("unknown", NotFinite, |s| s.set_unknown(f64::INFINITY));
}

#[test]
fn a_transient_field_can_hold_anything() {
    let commit = changed::<AppSession>("", |session| {
        session.set_user_id(7);
        session.set_here(f64::NAN);
    });
    assert_eq!(commit.set_cookies.len(), 1);
}

#[test]
fn what_changed_only_where_json_does_not_show_it_is_noticed() {
    #[derive(Serialize, Deserialize, Clone, Debug, Default)]
    struct Letter {
        read: Option<()>,
    }

    #[derive(IronSession, Clone)]
    struct AppSession {
        user_id: Option<u64>,
        letter: Letter,
    }

    for header in
        ["", &header(r#"{"user_id":7,"letter":{"read":null}}"#), &header(r#"{"letter":{"theirs":1}}"#)]
    {
        let commit = changed::<AppSession>(header, |session| session.letter_mut().read = Some(()));
        assert!(commit.replace_response && commit.set_cookies.is_empty());
        let commit = changed::<AppSession>(header, |session| session.letter_mut().read = None);
        assert!(!commit.replace_response);
    }
}

#[test]
fn what_another_program_wrote_and_nobody_touched_is_not_judged() {
    let received = r#"{"user_id":7,"settings":{"items":[]},"level":"high"}"#;
    let cookie = saved::<AppSession>(&header(received), |session| session.set_user_id(8)).unwrap();
    assert!(payload(&cookie).starts_with(r#"{"user_id":8,"settings":{"items":[]},"level":"high""#));
}

#[test]
fn what_a_migration_makes_is_read_back() {
    mod v1 {
        #[derive(iron_session::IronSession, Clone)]
        pub(super) struct AppSession {
            pub(super) user_id: Option<u64>,
        }
    }

    #[derive(IronSession, Clone)]
    #[session(version = 2, untagged = 1, previous = v1::AppSession)]
    struct AppSession {
        user: Option<u64>,
        settings: Option<Settings>,
    }

    impl From<v1::AppSession> for AppSession {
        fn from(old: v1::AppSession) -> Self {
            Self { user: old.user_id, settings: Some(Settings::default()) }
        }
    }

    let header = header(r#"{"user_id":7}"#);
    let (member, cause) = saved::<AppSession>(&header, |session| session.set_user(8)).unwrap_err();
    assert_eq!((member.as_str(), cause), ("settings", Undecodable));
    let cookie = saved::<AppSession>(&header, AppSession::clear_settings).unwrap();
    assert_eq!(payload(&cookie), r#"{"user":7}"#);
}

#[test]
fn a_deadline_that_has_passed_meanwhile_is_no_mistake() {
    let clock = ManualClock::at(Timestamp::from_unix_ms(1_700_000_000_000));
    let passwords = Passwords::new("kX2vQ9mZ4tR7wL1pB6nH3sJ8dF5gY0cA").unwrap();
    let options = SessionOptions::builder("sid", passwords).clock(clock.clone()).build().unwrap();
    let first = RequestSession::<AppSession>::new(options.check().unwrap());
    first.handle([""]).unwrap().set_mark(());
    let header = cookie(&first.commit(200)).unwrap();

    let request = RequestSession::<AppSession>::new(options.check().unwrap());
    let mut session = request.handle([header.as_str()]).unwrap();
    let mark = session.mark.clone();
    clock.advance(Duration::from_secs(601));
    session.mark.set(());
    session.update(|session| session.mark = mark);
    session.set_user_id(7);
    session.save().unwrap();
}

#[test]
fn usage_tells_too() {
    let request = RequestSession::<AppSession>::new(options().check().unwrap());
    let mut session = request.handle([""]).unwrap();
    session.set_ratio(f64::NAN);
    assert!(matches!(Usage::measure(&session), Err(SaveError::Seal(_))));
    session.set_ratio(1.0);
    assert!(Usage::measure(&session).is_ok());
}

#[test]
fn a_value_without_a_session_is_not_sealed_with_a_nan() {
    let sealer = Sealer::new(Passwords::new("kX2vQ9mZ4tR7wL1pB6nH3sJ8dF5gY0cA").unwrap());
    for value in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        let error = sealer.seal(&vec![Some(value)]).unwrap_err();
        let error = std::error::Error::source(&error).unwrap().to_string();
        assert!(error.starts_with("the value would not be read back as it was set"), "{error}");

        let error = Untyped::empty().insert("ratio", &[value]).unwrap_err();
        assert!(matches!(error, EncodeError::Misread { member: Some(_), cause: NotFinite, .. }), "{error}");
    }
    assert!(sealer.seal(&(None::<f64>, ())).is_ok());
}

#[test]
fn the_cause_says_what_to_change() {
    let messages = [
        (
            Undecodable,
            "can't deserialize its own output; a field with `skip_serializing_if` needs `#[serde(default)]`",
        ),
        (NotFinite, "JSON writes NaN and infinity as `null`"),
        (Null, "use a `bool` or an enum"),
        (Different, "untagged enums, which take the first variant that fits"),
    ];
    for (cause, part) in messages {
        assert!(cause.to_string().contains(part), "{cause}");
    }
}
