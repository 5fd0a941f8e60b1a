//! The seal is opened at the first use of a handle, and any number of handles
//! may be alive.

use iron_session::Session;
use iron_session::error::SaveError;
use iron_session_tests::fixtures::{clock, content, cookie, options};
use iron_session_tests::site::{ok, text};
use iron_session_tests::{AppSession, Framework, Log, Request, RequestSession, Shop, on_every_framework};

use serde_json::json;

use crate::line_above;

on_every_framework![
    a_session_that_nobody_looks_at_is_never_opened,
    several_handles_open_it_once,
    a_session_is_always_there_if_an_empty_one,
    a_clone_is_a_second_handle,
];

async fn a_session_that_nobody_looks_at_is_never_opened(framework: Framework) {
    let clock = clock();
    let site = Shop::new(options(&clock))
        .route_without_session("/static", || async { ok() })
        .route("/ignores", |_session| async { ok() })
        .route("/looks", |session| async move { text(session.visits()) });
    let browser = framework.browse(site, &clock).await;
    let log = Log::capture();

    for path in ["/static", "/ignores"] {
        let response = browser.send_as_is(Request::get(path).header("cookie", "sid=not-a-seal")).await;
        assert_eq!(response.status, 200);
        log.assert_silent();
        assert_eq!(response.one("vary"), None, "the response does not depend on the cookie");
        assert_eq!(response.one("set-cookie"), None);
    }

    browser.send_as_is(Request::get("/looks").header("cookie", "sid=not-a-seal")).await;
    assert_eq!(log.take_one().field("reason"), Some("malformed"));
}

async fn several_handles_open_it_once(framework: Framework) {
    let clock = clock();
    let site = Shop::new(options(&clock)).route_with_two("/", |first, second| async move {
        text(format!("{} {}", first.visits(), second.visits()))
    });
    let browser = framework.browse(site, &clock).await;
    let log = Log::capture();

    let response = browser.send_as_is(Request::get("/").header("cookie", "sid=not-a-seal")).await;
    assert_eq!(response.body, "0 0");
    log.take_one();
}

async fn a_session_is_always_there_if_an_empty_one(framework: Framework) {
    let clock = clock();
    let site = Shop::new(options(&clock))
        .route("/", |session| async move { text(format!("{:?} {}", session.user_id(), session.visits())) });
    let mut browser = framework.browse(site, &clock).await;
    let log = Log::capture();

    assert_eq!(browser.get("/").await.body, "None 0");
    log.assert_silent();
}

async fn a_clone_is_a_second_handle(framework: Framework) {
    let clock = clock();
    let site = Shop::new(options(&clock)).route("/", |session| async move {
        let mut second = session.clone();
        second.set_visits(1);
        drop(second);
        ok()
    });
    let mut browser = framework.browse(site, &clock).await;
    let log = Log::capture();

    assert_eq!(browser.get("/").await.status, 200);
    assert_eq!(content(&clock, browser.jar.value("sid").unwrap()), json!({"visits":1}));
    log.assert_silent();
}

fn request() -> RequestSession<AppSession> {
    RequestSession::new(options(&clock()).build().unwrap())
}

#[test]
fn reads_share_one_value() {
    let request = request();
    let header = cookie(&clock(), r#"{"visits":3}"#);
    let first = request.handle([header.as_str()]).unwrap();
    let second = request.handle([header.as_str()]).unwrap();
    assert!(std::ptr::eq(&raw const *first, &raw const *second));
}

#[test]
fn the_first_write_clones_what_was_read() {
    let request = request();
    let header = cookie(&clock(), r#"{"visits":3}"#);
    let reader = request.handle([header.as_str()]).unwrap();
    let mut writer = request.handle([header.as_str()]).unwrap();

    let read: &u32 = reader.visits();
    writer.set_visits(4);
    drop(writer);
    assert_eq!(*read, 3, "a handle keeps what it has read");
    assert_eq!(*reader.visits(), 3);
    assert_eq!(request.commit(200).set_cookies.len(), 2);
}

#[test]
fn a_handle_sees_what_others_published_when_it_refreshes() {
    let request = request();
    let mut reader = request.handle([""; 0]).unwrap();
    let mut writer = request.handle([""; 0]).unwrap();

    assert_eq!(*reader.visits(), 0);
    writer.set_visits(4);
    drop(writer);
    reader.reload();
    assert_eq!(*reader.visits(), 4);
}

#[test]
fn cloning_opens_nothing() {
    let log = Log::capture();
    let request = request();
    let session = request.handle(["sid=not-a-seal"]).unwrap();
    drop(session.clone());
    log.assert_silent();
    assert!(!request.commit(200).varies);
}

#[test]
fn a_clone_is_in_conflict_as_any_second_handle_is() {
    let request = request();
    let mut session = request.handle([""; 0]).unwrap();
    let before = Session::clone(&session);
    session.set_visits(1);
    let writer = line_above();
    let mut during = Session::clone(&session);
    let error = during.save().unwrap_err();
    assert!(matches!(error, SaveError::Conflict(_)), "{error:?}");
    assert!(error.to_string().contains(&writer), "{error}");
    assert_eq!((*before.visits(), *during.visits()), (0, 0), "unpublished");
    drop(session);
    assert!(request.commit(200).replace_response);
}

#[test]
fn a_clone_of_a_handle_with_changes_sees_them_once_they_are_published() {
    let request = request();
    let mut session = request.handle([""; 0]).unwrap();
    assert_eq!(*session.visits(), 0);
    session.set_visits(1);
    let mut second = Session::clone(&session);
    drop(session);
    assert_eq!(*second.visits(), 1);
    second.visits += 1;
    drop(second);
    assert_eq!(*request.handle([""; 0]).unwrap().visits(), 2);
    assert!(!request.commit(200).replace_response);
}

#[test]
fn a_clone_has_read_what_its_handle_had_read() {
    let log = Log::capture();
    let request = request();
    let session = request.handle([""; 0]).unwrap();
    let visits = *session.visits();
    request.handle([""; 0]).unwrap().update(|s| s.set_visits(100));
    let mut second = Session::clone(&session);
    assert_eq!(*second.visits(), visits);
    // Without this rule, the 100 would be lost.
    second.set_visits(visits + 1);
    drop((session, second));
    assert!(request.commit(200).replace_response);
    let event = log.take_one().to_string();
    assert!(event.contains("session.reload()"), "{event}");
}

#[test]
fn cloning_inside_an_update_is_no_deadlock() {
    let request = request();
    let (mut session, other) = (request.handle([""; 0]).unwrap(), request.handle([""; 0]).unwrap());
    let second = session.update(|_| Session::clone(&other));
    drop((session, other));
    assert_eq!(*second.visits(), 0);
    assert!(!request.commit(200).replace_response);
}
