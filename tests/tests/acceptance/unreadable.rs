//! A cookie that can't be opened gives an empty session and an event with its
//! reason: never a 500, and never the reason's text in a response.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use iron_session::clock::ManualClock;
use iron_session::{Passwords, Sealer};
use iron_session_tests::fixtures::{
    OTHER_PASSWORD, PASSWORD, clock, content, cookie, options, passwords, seal, seal_with, unseal,
};
use iron_session_tests::site::{ok, text};
use iron_session_tests::{Framework, Log, Request, Shop, on_every_framework};
use serde_json::json;
use tracing::Level;

on_every_framework![
    every_reason_gives_an_empty_session_and_an_event,
    every_reason_is_told_to_the_hook,
    an_unreadable_cookie_is_left_alone,
    who_logs_in_over_an_unreadable_cookie_is_logged_in,
    an_event_names_the_member_but_not_its_content,
    no_cookie_is_no_event,
    null_is_an_empty_session,
    a_newer_schema_that_this_one_may_read_is_read,
];

/// A cookie for each reason why one can't be opened.
fn unreadable(clock: &ManualClock) -> Vec<(&'static str, String)> {
    let before =
        ManualClock::at(iron_session::clock::Clock::now(clock).saturating_sub(Duration::from_secs(3660)));
    let expired = Sealer::new(passwords()).clock(before).ttl(Duration::from_secs(3600));
    let other = Sealer::new(Passwords::new(OTHER_PASSWORD).unwrap()).clock(clock.clone());
    let rotated = Passwords::builder().password("2", PASSWORD).build().unwrap();
    let unknown = Sealer::new(rotated).clock(clock.clone());
    let content = r#"{"userId":"ada"}"#;
    vec![
        ("expired", seal_with(&expired, content)),
        ("unknown_password", seal_with(&unknown, content)),
        ("forged", seal_with(&other, content)),
        ("malformed", "Fe26.2*1*".to_owned()),
        ("undecodable", seal(clock, r#"{"userId":{"name":"ada"}}"#)),
        ("undecodable", seal(clock, r#"["ada"]"#)),
        ("undecodable", seal(clock, "ada")),
        ("newer_schema", seal(clock, r#"{"$":{"v":2},"userId":"ada"}"#)),
        ("unsupported", seal(clock, "\u{2}ada")),
    ]
}

async fn every_reason_gives_an_empty_session_and_an_event(framework: Framework) {
    let clock = clock();
    let site = Shop::new(options(&clock))
        .route("/", |session| async move { text(format!("{:?} {:?}", session.user_id(), session.visits())) });
    let browser = framework.browse(site, &clock).await;
    let log = Log::capture();

    for (reason, seal) in unreadable(&clock) {
        let request = Request::get("/").header("cookie", format!("sid={seal}"));
        let response = browser.send_as_is(request).await;
        assert_eq!((response.status, response.body.as_str()), (200, "None 0"), "{reason}");
        assert!(!format!("{:?}", response.headers).contains(reason), "{reason}: {:?}", response.headers);

        let event = log.take_one();
        assert_eq!(event.level, Level::WARN, "{reason}");
        assert_eq!(event.field("reason"), Some(reason), "{event}");
        assert_eq!(event.field("cookie"), Some("sid"), "{event}");
        assert!(!event.to_string().contains(&seal), "a log line holds no seal: {event}");
    }
}

async fn every_reason_is_told_to_the_hook(framework: Framework) {
    let told = Arc::new(Mutex::new(Vec::new()));
    let tells = Arc::clone(&told);
    let clock = clock();
    let hooked = options(&clock).on_unseal_error(move |error| tells.lock().unwrap().push(error.reason()));
    let site = Shop::new(hooked)
        .route_with_two("/", |first, second| async move { text(first.visits() + second.visits()) })
        .route("/ignores", |_session| async { ok() });
    let browser = framework.browse(site, &clock).await;

    for (reason, seal) in unreadable(&clock) {
        let header = format!("sid={seal}");
        browser.send_as_is(Request::get("/ignores").header("cookie", header.as_str())).await;
        assert_eq!(*told.lock().unwrap(), [""; 0], "{reason}");
        browser.send_as_is(Request::get("/").header("cookie", header.as_str())).await;
        assert_eq!(std::mem::take(&mut *told.lock().unwrap()), [reason]);
    }
}

async fn an_unreadable_cookie_is_left_alone(framework: Framework) {
    let clock = clock();
    let site = Shop::new(options(&clock)).route("/", |mut session| async move {
        session.clear_user_id();
        text(session.visits())
    });
    let browser = framework.browse(site, &clock).await;

    for (reason, seal) in unreadable(&clock) {
        let request = Request::get("/").header("cookie", format!("sid={seal}"));
        let response = browser.send_as_is(request).await;
        assert_eq!(response.all("set-cookie"), [""; 0], "{reason}");
    }
}

async fn who_logs_in_over_an_unreadable_cookie_is_logged_in(framework: Framework) {
    let clock = clock();
    let site = Shop::new(options(&clock)).route("/login", |mut session| async move {
        session.renew();
        session.set_user_id("ada");
        ok()
    });
    let mut browser = framework.browse(site, &clock).await;

    for (reason, seal) in unreadable(&clock) {
        browser.jar.store(&format!("sid={seal}"));
        browser.get("/login").await;
        let written = content(&clock, browser.jar.value("sid").unwrap());
        assert_eq!(written, json!({"userId":"ada"}), "{reason}");
    }
}

async fn an_event_names_the_member_but_not_its_content(framework: Framework) {
    let clock = clock();
    let site = Shop::new(options(&clock)).route("/", |session| async move { text(session.visits()) });
    let browser = framework.browse(site, &clock).await;
    let log = Log::capture();

    let header = cookie(&clock, r#"{"userId":"ada","cart":[{"sku":"sensitive","quantity":"sensitive"}]}"#);
    browser.send_as_is(Request::get("/").header("cookie", header)).await;
    let event = log.take_one().to_string();
    assert!(event.contains("`cart`") && event.contains("an array"), "{event}");
    assert!(!event.contains("sensitive"), "{event}");
}

async fn no_cookie_is_no_event(framework: Framework) {
    let clock = clock();
    let site = Shop::new(options(&clock)).route("/", |session| async move { text(session.visits()) });
    let browser = framework.browse(site, &clock).await;
    let log = Log::capture();

    for header in ["", "theme=dark", "sid", "sid=", "sid.0=", "sid.4=x", "sidd=x", "=sid", "xsid=x; SID=x"] {
        let response = browser.send_as_is(Request::get("/").header("cookie", header)).await;
        assert_eq!((response.status, response.body.as_str()), (200, "0"), "{header}");
        log.assert_silent();
    }
}

async fn null_is_an_empty_session(framework: Framework) {
    let clock = clock();
    let site = Shop::new(options(&clock)).route("/", |session| async move { text(session.visits()) });
    let browser = framework.browse(site, &clock).await;
    let log = Log::capture();

    let response = browser.send_as_is(Request::get("/").header("cookie", cookie(&clock, "null"))).await;
    assert_eq!((response.status, response.body.as_str()), (200, "0"));
    log.assert_silent();
}

async fn a_newer_schema_that_this_one_may_read_is_read(framework: Framework) {
    let clock = clock();
    let site = Shop::new(options(&clock)).route("/", |mut session| async move {
        session.visits += 1;
        ok()
    });
    let mut browser = framework.browse(site, &clock).await;
    browser.jar.store(&cookie(&clock, r#"{"$":{"v":2,"r":1},"visits":7,"new":true}"#));

    browser.get("/").await;
    let written = unseal(&clock, browser.jar.value("sid").unwrap());
    assert_eq!(written, r#"{"$":{"v":2,"r":1},"visits":8,"new":true}"#);
}
