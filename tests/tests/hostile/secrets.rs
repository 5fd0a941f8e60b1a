//! Secrets: no password, no seal and no content in any `Debug`, error or log
//! line; and what is written of an attacker's text is escaped.

use std::fmt::Debug;

use iron_session::session::{self, RequestSessions};
use iron_session::{IronSession, Password, Passwords, Session, SessionOptions, Untyped};
use iron_session_tests::fixtures::{
    OTHER_PASSWORD, PASSWORD, clock, cookie, noise, options, passwords, seal, sealer,
};
use iron_session_tests::log::with_sources;
use iron_session_tests::{AppSession, Log, OtherSession, RequestSession};

/// A text in the sessions of these tests, and nowhere else.
const CONTENT: &str = "kontonummer-4711";

#[track_caller]
fn assert_no_secret(text: &str) {
    let seal = seal(&clock(), &format!(r#"{{"user":"{CONTENT}"}}"#));
    let secrets = [PASSWORD, OTHER_PASSWORD, CONTENT, &seal, &seal[20..60], "\\a\\a\\a", "7, 7, 7"];
    for secret in secrets {
        assert!(!text.contains(secret), "{secret}\nis in {text}");
    }
}

#[track_caller]
fn assert_debug_has_no_secret(value: &impl Debug) {
    assert_no_secret(&format!("{value:?} {value:#?}"));
}

#[test]
fn debug_prints_no_secret() {
    assert_debug_has_no_secret(&Password::from_text(PASSWORD));
    assert_debug_has_no_secret(&Password::from_halves(PASSWORD, OTHER_PASSWORD));
    assert_debug_has_no_secret(&Password::from_key([7; 32]).with_integrity_key(&[7; 64]));
    let builder = Passwords::builder().password("1", PASSWORD).retired("2", OTHER_PASSWORD);
    assert_debug_has_no_secret(&builder);
    let passwords = builder.build().unwrap();
    assert_debug_has_no_secret(&passwords);
    assert_eq!(format!("{passwords:?}"), r#"{PasswordId("1"), PasswordId("2")}"#);
    assert_debug_has_no_secret(&sealer(&clock()).with_purpose("reset"));
    assert_debug_has_no_secret(&options(&clock()).purpose("session"));

    let options = options(&clock()).build().unwrap();
    assert_debug_has_no_secret(&options);
    let request = RequestSession::<Untyped>::new(options);
    let header = cookie(&clock(), &format!(r#"{{"user":"{CONTENT}"}}"#));
    let mut session: Session<Untyped> = request.handle([header.as_str()]).unwrap();
    assert_eq!(session.get::<String>("user").as_deref(), Some(CONTENT));
    assert_debug_has_no_secret(&request);
    assert_debug_has_no_secret(&session.cookie());
}

#[test]
fn unsealing_tells_no_secret() {
    let clock = clock();
    let seal = |text: &str| seal(&clock, text);
    let good = seal(&format!(r#"{{"user":"{CONTENT}"}}"#));
    for value in [
        good.replace("*1*", "*2*"),
        good.replace("Fe26.2", "Fe26.1"),
        good[..good.len() - 4].to_owned(),
        format!("{}AAAA~2", &good[..good.len() - 6]),
        seal(CONTENT),
        seal(&format!(r#"{{"userId":{{"name":"{CONTENT}"}}}}"#)),
        seal(&format!(r#"{{"cart":["{CONTENT}"]}}"#)),
        seal(&format!(r#"{{"visits":"{CONTENT}"}}"#)),
        seal(&format!(r#"["{CONTENT}"]"#)),
        seal(&format!(r#"{{"$":{{"v":2}},"user":"{CONTENT}"}}"#)),
        seal(&format!("\u{1}{CONTENT}")),
        PASSWORD.to_owned(),
    ] {
        let log = Log::capture();
        let request = RequestSession::<AppSession>::new(options(&clock).build().unwrap());
        let session = request.handle([format!("sid={value}").as_str()]).unwrap();
        assert_eq!(session.user_id(), None);
        let event = log.take_one();
        assert_no_secret(&event.to_string());
        assert!(!event.to_string().contains(&value), "{event}");

        let error = sealer(&clock).unseal::<(u8, u8)>(&value).unwrap_err();
        assert_no_secret(&format!("{} {error:?}", with_sources(&error)));
    }
}

#[test]
fn saving_tells_no_secret() {
    let log = Log::capture();
    let request = RequestSession::<Untyped>::new(options(&clock()).build().unwrap());
    let mut session = request.handle([""; 0]).unwrap();
    session.insert("history", &format!("{CONTENT}{}", noise(5000))).unwrap();
    let error = session.save().unwrap_err();
    assert_no_secret(&format!("{} {error:?}", with_sources(&error)));
    session.insert("history", &format!("{CONTENT}{}", noise(5000))).unwrap();
    drop(session);
    assert!(request.commit(200).replace_response);
    assert_no_secret(&log.take_one().to_string());
}

#[test]
fn conflicts_tell_no_secret() {
    let log = Log::capture();
    let options = options(&clock()).build().unwrap();
    let request = RequestSession::<AppSession>::new(options.clone());
    let mut session = request.handle([""; 0]).unwrap();
    session.set_user_id(CONTENT);
    let error = request.handle([""; 0]).unwrap_err();
    assert_no_secret(&format!("{error} {error:?}"));
    drop(session);
    assert!(request.commit(200).replace_response);
    let mut sessions = RequestSessions::default();
    sessions.begin::<AppSession>(options.check().unwrap(), None, |_| None).unwrap();
    let error = sessions.begin::<OtherSession>(options.check().unwrap(), None, |_| None).unwrap_err();
    assert_no_secret(&format!("{error} {error:?} {sessions:?}"));
    for event in log.take() {
        assert_no_secret(&event.to_string());
    }
}

#[test]
fn options_tell_no_secret() {
    let refused = SessionOptions::builder("a b", passwords()).build().unwrap_err();
    assert_no_secret(&format!("{refused} {refused:?}"));
}

/// A log line is one line, whatever a cookie says.
#[test]
fn what_is_logged_of_an_attackers_text_is_escaped_and_short() {
    let clock = clock();
    let thousands = "9".repeat(3000);
    for id in [
        "1%0A2026-01-01 ERROR all is lost",
        "%1b[31mred",
        "%00",
        "\u{202e}right to left",
        "a\"b\\c",
        &thousands,
    ] {
        let log = Log::capture();
        let request = RequestSession::<AppSession>::new(options(&clock).build().unwrap());
        let value = seal(&clock, "{}").replacen("*1*", &format!("*{id}*"), 1);
        let session = request.handle([format!("sid={value}").as_str()]).unwrap();
        assert_eq!(*session.visits(), 0);
        let line = log.take_one().to_string();
        assert!(line.chars().all(|c| !c.is_control() && c != '\u{202e}'), "{line:?}");
        assert!(line.len() < 400, "{line}");
    }
}

/// A name inside a payload is another program's text as well.
#[test]
fn what_is_logged_of_a_members_name_is_one_line() {
    let clock = clock();
    let log = Log::capture();
    let request = RequestSession::<Untyped>::new(options(&clock).build().unwrap());
    let mut session = request.handle([""; 0]).unwrap();
    session.insert("line\nbreak\u{1b}[31m", &noise(5000)).unwrap();
    let error = session.save().unwrap_err();
    assert!(error.to_string().chars().all(|c| !c.is_control()), "{error}");
    log.assert_silent();
}

/// A step to the next version that can't be taken says why, and no more than a line.
#[test]
fn what_is_logged_of_a_migration_is_one_line() {
    #[derive(IronSession, Clone)]
    struct Old {
        name: String,
    }

    #[derive(IronSession, Clone)]
    #[session(version = 2, untagged = 1, previous = Old)]
    struct New {
        #[allow(dead_code, reason = "no session gets that far")]
        name: String,
    }

    impl TryFrom<Old> for New {
        type Error = String;

        fn try_from(old: Old) -> Result<Self, String> {
            Err(format!("no such name: {}", old.name))
        }
    }

    let clock = clock();
    let log = Log::capture();
    let request = session::RequestSession::<New>::new(options(&clock).build().unwrap().check().unwrap());
    let header = cookie(&clock, r#"{"name":"a\n2026-01-01 ERROR all is lost\u001b[31m"}"#);
    assert_eq!(request.handle([header.as_str()]).unwrap().name(), "");
    let line = log.take_one().to_string();
    assert!(line.contains("no such name: a\\n2026"), "{line}");
    assert!(line.chars().all(|c| !c.is_control()), "{line:?}");
}
