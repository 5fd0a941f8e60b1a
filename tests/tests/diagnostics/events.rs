//! The events that operators see in the log: each with its level, its message and its fields, once,
//! and nothing else.

use std::time::Duration;

use iron_session::SessionOptionsBuilder;
use iron_session::json_schema::HasJsonSchema;
use iron_session::session::RequestSessions;
use iron_session::{Session, SessionOptions, Untyped};
use iron_session_tests::fixtures::{clock, cookie, noise, options, passwords, seal, seal_with, sealer};
use iron_session_tests::log::Event;
use iron_session_tests::site::text;
use iron_session_tests::{AppSession, Framework, Log, OtherSession, RequestSession, Shop};
use tracing::Level;

fn request() -> RequestSession<AppSession> {
    RequestSession::new(options(&clock()).build().unwrap())
}

/// Level, message and the names of the fields.
fn shape(event: &Event) -> (Level, &str, Vec<&str>) {
    let names = event.fields.iter().map(|(name, _)| name.as_str());
    (event.level, event.message.as_str(), names.collect())
}

#[test]
fn a_healthy_conversation_is_silent() {
    let log = Log::capture();
    let request = request();
    let header = cookie(&clock(), r#"{"visits":1,"theirs":1e2}"#);
    let mut session: Session<AppSession> = request.handle([header.as_str()]).unwrap();
    session.visits += 1;
    session.save().unwrap();
    session.cookie().until_browser_closes();
    drop(session);
    assert_eq!(request.commit(200).set_cookies.len(), 2);
    log.assert_silent();
}

#[test]
fn a_cookie_that_does_not_open_is_a_warning_with_its_reason() {
    let log = Log::capture();
    let session = request().handle(["sid=Fe26.2*9*a*b*c**d*e~2"]).unwrap();
    assert_eq!(*session.visits(), 0);
    assert_eq!(*session.visits(), 0);

    let event = log.take_one();
    let expected = (Level::WARN, "session cookie not readable", vec!["cookie", "reason", "error"]);
    assert_eq!(shape(&event), expected);
    assert_eq!(event.field("cookie"), Some("sid"));
    assert_eq!(event.field("reason"), Some("unknown_password"));
    let error = event.field("error").unwrap();
    assert!(error.starts_with("sealed with password id `9`, which is not in the set; add that"), "{error}");
}

#[test]
fn a_session_that_has_ended_is_no_warning() {
    let clock = clock();
    let options = options(&clock).build().unwrap();
    let header = cookie(&clock, r#"{"visits":1}"#);
    clock.advance(Duration::from_secs(1_209_600 + 60));
    let log = Log::capture();
    let session = RequestSession::<AppSession>::new(options).handle([header.as_str()]).unwrap();
    assert_eq!(*session.visits(), 0);

    let event = log.take_one();
    let expected = (Level::INFO, "session cookie not readable", vec!["cookie", "reason", "error"]);
    assert_eq!(shape(&event), expected);
    assert_eq!(event.field("reason"), Some("expired"));
    assert_eq!(
        event.field("error"),
        Some(
            "the seal expired at 2025-12-04T14:46:40Z; if that is too early, raise the ttl, or the absolute timeout of the session"
        )
    );
}

/// Opens a cookie with the options, as one request does.
fn open<T: HasJsonSchema>(options: &SessionOptions, value: &str) {
    let session = RequestSession::<T>::new(options.clone()).handle([format!("sid={value}").as_str()]);
    let _: &T = &session.unwrap();
}

#[test]
fn what_comes_with_every_request_is_logged_once_a_minute_with_its_count() {
    let clock = clock();
    let (build, log) = (|| options(&clock).build().unwrap(), Log::capture());
    let (shop, other) = (build(), build());

    for _ in 0..42 {
        open::<AppSession>(&shop, "junk");
    }
    assert_eq!(log.take_one().field("reason"), Some("malformed"));
    // Each reason, and each cookie's options, for itself.
    open::<AppSession>(&shop, &seal(&clock, "7"));
    assert_eq!(log.take_one().field("reason"), Some("undecodable"));
    open::<AppSession>(&other, "junk");
    assert_eq!(log.take_one().field("repeats"), None);
    open::<AppSession>(&shop.clone(), "junk");
    clock.advance(Duration::from_millis(59_999));
    open::<AppSession>(&shop, "junk");
    log.assert_silent();

    clock.advance(Duration::from_millis(1));
    open::<AppSession>(&shop, "junk");
    let event = log.take_one();
    let expected =
        (Level::WARN, "session cookie not readable", vec!["cookie", "reason", "error", "repeats", "since"]);
    assert_eq!(shape(&event), expected);
    assert_eq!(event.field("repeats"), Some("43"));
    assert_eq!(event.field("since"), Some("2025-11-20T14:46:40Z"));
    // The count begins again.
    clock.advance(Duration::from_secs(3600));
    open::<AppSession>(&shop, "junk");
    assert_eq!(log.take_one().field("repeats"), None);
}

#[test]
fn a_member_that_gives_way_with_every_request_is_logged_once_a_minute() {
    let clock = clock();
    let options = options(&clock).build().unwrap();
    let log = Log::capture();
    for _ in 0..3 {
        open::<Lenient>(&options, &seal(&clock, r#"{"theme":"dark","name":"ada"}"#));
    }
    assert_eq!(log.take().len(), 1);
    clock.advance(Duration::from_secs(60));
    open::<Lenient>(&options, &seal(&clock, r#"{"theme":"dark","name":"ada"}"#));
    assert_eq!(log.take_one().field("repeats"), Some("2"));
}

#[test]
fn a_purpose_that_differs_is_told_from_an_unknown_password() {
    let clock = clock();
    let plain = sealer(&clock);
    let reset = plain.clone().with_purpose("reset");
    for (reader, seal, text) in [
        (None, &reset, "password id `1_reset` names a purpose, but the reader has none"),
        (Some("session"), &plain, "password id `1` names no purpose, but the reader has one"),
        (Some("session"), &reset, "password id `1_reset` names a different purpose than the reader's"),
    ] {
        let options = options(&clock);
        let options = reader.into_iter().fold(options, SessionOptionsBuilder::purpose).build().unwrap();
        let log = Log::capture();
        open::<AppSession>(&options, &seal_with(seal, "{}"));
        let event = log.take_one();
        assert_eq!((event.level, event.field("reason")), (Level::WARN, Some("other_purpose")), "{event}");
        let expected = format!("sealed for another purpose: {text}; unseal it with the purpose");
        assert!(event.field("error").unwrap().starts_with(&expected), "{event}");
    }
    // A password that is not there, with a purpose or without.
    for id in ["2", "2_reset", "10", "1reset", ""] {
        let log = Log::capture();
        let other = seal_with(&plain, "{}").replacen("*1*", &format!("*{id}*"), 1);
        open::<AppSession>(&options(&clock).build().unwrap(), &other);
        assert_eq!(log.take_one().field("reason"), Some("unknown_password"), "{id}");
    }
}

#[test]
fn each_reason_has_its_text() {
    let clock = clock();
    let broken = seal(&clock, "{}").replace("Fe26.2*1*", "Fe26.1*1*");
    for (value, reason, text) in [
        (seal(&clock, r#"{"visits":{}}"#), "undecodable", "member `visits` is an object"),
        (seal(&clock, r#"{"visits":-1}"#), "undecodable", "member `visits` is a number"),
        (seal(&clock, r#"{"visits":1"#), "undecodable", "not JSON: unexpected byte at offset 11"),
        (seal(&clock, "7"), "undecodable", "a session must be a JSON object, but this is a number"),
        (seal(&clock, r#"{"a":1e999}"#), "undecodable", "the number at offset 5 is too large for an `f64`"),
        (
            seal(&clock, r#"{"$":{"v":3,"r":2}}"#),
            "newer_schema",
            "written with schema version 3, which this server (version 1) can't read; update this server",
        ),
        (seal(&clock, "\u{2}"), "unsupported", "the compressed form 0x02 is not supported"),
        (broken, "malformed", "the prefix is not `Fe26.2`"),
    ] {
        let log = Log::capture();
        let session = request().handle([format!("sid={value}").as_str()]).unwrap();
        assert_eq!(*session.visits(), 0);
        let event = log.take_one();
        assert_eq!(event.field("reason"), Some(reason), "{event}");
        assert!(event.field("error").unwrap().contains(text), "{event}\nshould contain {text}");
    }
}

#[test]
fn a_session_that_is_not_saved_is_an_error() {
    let log = Log::capture();
    let request = RequestSession::<Untyped>::new(options(&clock()).build().unwrap());
    request.handle([""; 0]).unwrap().insert("history", &noise(5000)).unwrap();
    assert!(request.commit(200).replace_response);

    let event = log.take_one();
    assert_eq!(shape(&event), (Level::ERROR, "session not saved", vec!["cookie", "error"]));
    assert_eq!(
        event.field("error"),
        Some(
            "the session needs a seal of 6921 bytes, but only 4035 fit in 1 cookie(s); \
             store less, or raise `max_cookies` up to 4; largest members: `history` (5013 bytes)"
        )
    );
}

#[test]
fn handles_in_conflict_are_an_error() {
    let log = Log::capture();
    let request = request();
    let mut first = request.handle([""; 0]).unwrap();
    first.visits = 1;
    let second = request.handle([""; 0]);
    assert!(second.is_err());
    drop(first);
    log.assert_silent();
    assert!(request.commit(200).replace_response);

    let event = log.take_one();
    let expected = (Level::ERROR, "session handles in conflict; nothing was saved", vec!["cookie", "error"]);
    assert_eq!(shape(&event), expected);
    assert_eq!(event.field("cookie"), Some("sid"));
}

#[test]
fn writing_after_the_response_is_an_error() {
    let request = request();
    let mut session = request.handle([""; 0]).unwrap();
    assert!(!request.commit(200).replace_response);
    let log = Log::capture();
    session.visits = 1;
    session.visits = 2;
    drop(session);

    let event = log.take_one();
    let message = "session change discarded: it was made after the response was returned";
    assert_eq!(shape(&event), (Level::ERROR, message, vec!["cookie", "at"]));
    assert!(event.field("at").unwrap().starts_with(file!()), "{event}");
}

#[test]
fn two_types_in_one_cookie_are_an_error() {
    let options = options(&clock()).build().unwrap();
    let mut sessions = RequestSessions::default();
    sessions.begin::<AppSession>(options.check().unwrap(), None, |_| None).unwrap();
    let log = Log::capture();
    assert!(sessions.begin::<OtherSession>(options.check().unwrap(), None, |_| None).is_err());

    let event = log.take_one();
    assert_eq!((event.level, event.field("cookie")), (Level::ERROR, Some("sid")));
    let told = "the cookie `sid` is used by two session types, `AppSession` and `OtherSession`; \
                give each its own cookie name";
    assert_eq!(event.field("error"), Some(told));
}

#[test]
fn a_nested_layer_with_other_options_is_an_error() {
    let log = Log::capture();
    let admin = SessionOptions::builder("admin", passwords()).build().unwrap();
    let mut sessions = RequestSessions::default();
    let outer = options(&clock()).build().unwrap();
    sessions.begin::<AppSession>(outer.check().unwrap(), None, |_| None).unwrap();
    let conflict = sessions.begin::<AppSession>(admin.check().unwrap(), None, |_| None).unwrap_err();

    let event = log.take_one();
    let expected = (Level::ERROR, "session handles in conflict; nothing was saved", vec!["cookie", "error"]);
    assert_eq!(shape(&event), expected);
    let told = "a layer for `AppSession` with the cookie `admin` is inside one with the cookie `sid` and \
                would use its session despite different options (the cookie name differs); \
                give it its own session type, or clone one `SessionOptions` for both";
    assert_eq!((event.field("cookie"), event.field("error")), (Some("sid"), Some(told)));
    assert_eq!(conflict.to_string(), told);
}

#[test]
fn changes_that_a_5xx_drops_are_a_warning() {
    let log = Log::capture();
    let request = request();
    request.handle([""; 0]).unwrap().visits = 1;
    assert_eq!(request.commit(502).set_cookies, [""; 0]);

    let event = log.take_one();
    let message = "session changes discarded: a response with this status does not save them; \
                   call `save()` to keep them";
    assert_eq!(shape(&event), (Level::WARN, message, vec!["cookie", "status"]));
    assert_eq!((event.field("cookie"), event.field("status")), (Some("sid"), Some("502")));
}

#[test]
fn an_error_in_place_of_a_response_is_an_error_where_more_than_a_change_is_lost() {
    let log = Log::capture();
    let destroyed = request();
    destroyed.handle([""; 0]).unwrap().destroy();
    destroyed.end_without_response();
    let event = log.take_one();
    let message = "the service failed without a response, so the session's cookies were not sent; \
                   turn its errors into responses inside the session layer";
    assert_eq!(shape(&event), (Level::ERROR, message, vec!["cookie", "lost"]));
    assert_eq!(event.field("lost"), Some("`destroy()`"));

    let changed = request();
    changed.handle([""; 0]).unwrap().visits = 1;
    changed.end_without_response();
    let event = log.take_one();
    let message = "session changes discarded: the service failed without a response; \
                   turn its errors into responses inside the session layer";
    assert_eq!(shape(&event), (Level::WARN, message, vec!["cookie"]));

    let conflicting = request();
    let mut first = conflicting.handle([""; 0]).unwrap();
    first.visits = 1;
    assert!(conflicting.handle([""; 0]).is_err());
    drop(first);
    conflicting.end_without_response();
    conflicting.end_without_response();
    drop((destroyed, changed, conflicting));
    assert_eq!(log.take_one().message, "session handles in conflict; nothing was saved");
}

#[test]
fn a_dropped_request_is_a_warning_where_more_than_a_change_is_lost() {
    let log = Log::capture();
    let request = request();
    let mut session = request.handle([""; 0]).unwrap();
    session.visits = 1;
    session.save().unwrap();
    drop(request);
    log.assert_silent();
    drop(session);

    let event = log.take_one();
    let message = "the request was dropped before its response, so the session's cookies were not sent; \
                   if a timeout dropped it, put the timeout inside the session layer";
    assert_eq!(shape(&event), (Level::WARN, message, vec!["cookie", "lost"]));
    assert_eq!(event.field("lost"), Some("`save()`"));
}

#[test]
fn a_missing_layer_is_an_error() {
    for framework in Framework::ALL {
        framework.run(|framework| async move {
            let site = Shop::without_layer().route("/", |session| async move { text(session.visits()) });
            let mut browser = framework.browse(site, &clock()).await;
            let log = Log::capture();
            assert_eq!(browser.get("/").await.status, 500);

            let event = log.take_one();
            assert_eq!((event.level, event.message.as_str()), (Level::ERROR, "no session for the handler"));
            assert!(event.field("error").is_some_and(|error| error.contains("::<AppSession>`")));
        });
    }
}

#[test]
fn a_rejected_extraction_is_told_once() {
    for framework in Framework::ALL {
        framework.run(|framework| async move {
            let clock = clock();
            let site = Shop::new(options(&clock))
                .middleware(|mut session| {
                    session.visits = 1;
                    Ok(Box::new(move || drop(session)))
                })
                .route("/", |session| async move { text(session.visits()) });
            let mut browser = framework.browse(site, &clock).await;
            let log = Log::capture();
            assert_eq!(browser.get("/").await.status, 500);

            let event = log.take_one();
            assert_eq!(event.message, "session handles in conflict; nothing was saved");
        });
    }
}

#[derive(iron_session::IronSession, Clone)]
#[session(json_schema)]
struct Lenient {
    #[session(on_error = "default")]
    theme: u8,
    name: String,
}

#[test]
fn a_member_that_gave_way_to_its_default_is_a_warning() {
    let log = Log::capture();
    let request = RequestSession::<Lenient>::new(options(&clock()).build().unwrap());
    let header = cookie(&clock(), r#"{"theme":"dark","name":"ada"}"#);
    let session = request.handle([header.as_str()]).unwrap();
    assert_eq!((session.theme(), session.name()), (&0, "ada"));

    let event = log.take_one();
    assert_eq!(
        shape(&event),
        (Level::WARN, "session member not readable, using its default", vec!["cookie", "error"])
    );
    let told = "member `theme` is a string that does not fit the field's type";
    assert_eq!(event.field("error"), Some(told));
}
