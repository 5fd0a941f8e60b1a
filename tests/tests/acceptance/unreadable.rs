//! A cookie that can't be opened gives an empty session and an event with its
//! reason: never a 500, and never the reason's text in a response.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use iron_session::clock::ManualClock;
use iron_session::{Password, Passwords, Sealer};
use iron_session_tests::fixtures::{
    ALL_NAMES, OTHER_PASSWORD, PASSWORD, clock, content, cookie, noise, options, passwords, seal, seal_with,
    sealer, unseal,
};
use iron_session_tests::site::{ok, text};
use iron_session_tests::{Framework, Log, Request, Shop, SiteResponse, on_every_framework};
use serde_json::json;
use tracing::Level;

on_every_framework![
    every_reason_gives_an_empty_session_and_an_event,
    every_reason_is_told_to_the_hook,
    a_cookie_that_another_server_may_read_is_left_alone,
    a_cookie_that_nobody_can_read_is_expired,
    a_script_of_a_page_expires_nothing,
    of_several_cookies_none_is_expired,
    chunks_are_expired_by_their_end_alone,
    a_server_error_expires_nothing,
    who_logs_in_over_an_unreadable_cookie_is_logged_in,
    clear_and_restart_take_the_place_of_an_unreadable_cookie,
    an_event_names_the_member_but_not_its_content,
    no_cookie_is_no_event,
    a_lost_chunk_is_told_by_its_name,
    null_is_an_empty_session,
    a_newer_schema_that_this_one_may_read_is_read,
];

/// A cookie for each reason why one can't be opened.
fn unreadable(clock: &ManualClock) -> Vec<(&'static str, String)> {
    let before =
        ManualClock::at(iron_session::clock::Clock::now(clock).saturating_sub(Duration::from_secs(3660)));
    let expired = Sealer::new(passwords()).with_clock(before).with_ttl(Duration::from_secs(3600));
    let other = Sealer::new(Passwords::new(OTHER_PASSWORD).unwrap()).with_clock(clock.clone());
    let rotated = Passwords::builder().password("2", PASSWORD).build().unwrap();
    let unknown = Sealer::new(rotated).with_clock(clock.clone());
    let purposed = sealer(clock).with_purpose("reset");
    let content = r#"{"userId":"ada"}"#;
    vec![
        ("expired", seal_with(&expired, content)),
        ("unknown_password", seal_with(&unknown, content)),
        ("forged", seal_with(&other, content)),
        ("other_purpose", seal_with(&purposed, content)),
        ("malformed", "Fe26.2*1*".to_owned()),
        ("missing_chunk", "; sid.1=x".to_owned()),
        ("undecodable", seal(clock, r#"{"userId":{"name":"ada"}}"#)),
        ("undecodable", seal(clock, r#"["ada"]"#)),
        ("undecodable", seal(clock, "ada")),
        ("newer_schema", seal(clock, r#"{"$":{"v":2},"userId":"ada"}"#)),
        ("unsupported", seal(clock, "\u{2}ada")),
    ]
}

/// Whether nobody can ever read such a cookie again.
fn is_dead(reason: &str) -> bool {
    matches!(reason, "expired" | "malformed")
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
        let level = if reason == "expired" { Level::INFO } else { Level::WARN };
        assert_eq!(event.level, level, "{reason}");
        assert_eq!(event.field("reason"), Some(reason), "{event}");
        assert_eq!(event.field("cookie"), Some("sid"), "{event}");
        assert!(!event.to_string().contains(&seal), "a log line holds no seal: {event}");
        // Of each reason one event is logged a minute.
        clock.advance(Duration::from_secs(60));
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

    // Each of them, while the log has one a minute.
    for (reason, seal) in unreadable(&clock).into_iter().chain(unreadable(&clock)) {
        let header = format!("sid={seal}");
        browser.send_as_is(Request::get("/ignores").header("cookie", header.as_str())).await;
        assert_eq!(*told.lock().unwrap(), [""; 0], "{reason}");
        browser.send_as_is(Request::get("/").header("cookie", header.as_str())).await;
        assert_eq!(std::mem::take(&mut *told.lock().unwrap()), [reason]);
    }
}

/// A site whose handler clears what is not there, and reads; or does not look.
fn reading(clock: &ManualClock) -> Shop {
    Shop::new(options(clock))
        .route("/", |mut session| async move {
            session.clear_user_id();
            text(session.visits())
        })
        .route("/ignores", |_session| async { ok() })
        .route("/fails", |session| async move {
            assert_eq!(*session.visits(), 0);
            Ok(SiteResponse::status(503))
        })
}

fn get(path: &str, cookies: &str) -> Request {
    Request::get(path).header("cookie", cookies)
}

const EXPIRED: &str = "sid=; Max-Age=0; Path=/; HttpOnly; Secure; SameSite=Lax";

async fn a_cookie_that_another_server_may_read_is_left_alone(framework: Framework) {
    let clock = clock();
    let browser = framework.browse(reading(&clock), &clock).await;

    for (reason, seal) in unreadable(&clock).into_iter().filter(|(reason, _)| !is_dead(reason)) {
        let response = browser.send_as_is(get("/", &format!("sid={seal}"))).await;
        assert_eq!(response.all("set-cookie"), [""; 0], "{reason}");
    }

    // A seal for which this server has the wrong kind of password under the right id.
    let raw_key = Password::from_key([7; 32]);
    let other_half = Password::from_halves(OTHER_PASSWORD, PASSWORD);
    for password in [raw_key, other_half] {
        let sealer = Sealer::new(Passwords::new(password).unwrap()).with_clock(clock.clone());
        let seal = seal_with(&sealer, r#"{"userId":"ada"}"#);
        let response = browser.send_as_is(get("/", &format!("sid={seal}"))).await;
        assert_eq!(response.all("set-cookie"), [""; 0], "{seal}");
    }
}

async fn a_cookie_that_nobody_can_read_is_expired(framework: Framework) {
    let clock = clock();
    let browser = framework.browse(reading(&clock), &clock).await;

    for (reason, seal) in unreadable(&clock).into_iter().filter(|(reason, _)| is_dead(reason)) {
        let cookies = format!("theme=dark; sid={seal}");
        let response = browser.send_as_is(get("/", &cookies)).await;
        assert_eq!(response.all("set-cookie"), [EXPIRED], "{reason}");
        assert_eq!(response.all("cache-control"), ["private, no-store"], "{reason}");
        let page = get("/", &cookies).header("sec-fetch-mode", "navigate");
        assert_eq!(browser.send_as_is(page).await.all("set-cookie"), [EXPIRED], "{reason}");
        // Who does not look can't know.
        let response = browser.send_as_is(get("/ignores", &cookies)).await;
        assert_eq!(response.all("set-cookie"), [""; 0], "{reason}");
    }
}

/// A page that finds its user signed out may ask who that is and sign the user in again, at
/// once: whichever response comes last, the user is signed in.
async fn a_script_of_a_page_expires_nothing(framework: Framework) {
    let clock = clock();
    let browser = framework.browse(reading(&clock), &clock).await;

    for (reason, seal) in unreadable(&clock) {
        for mode in ["cors", "same-origin", "no-cors"] {
            let request = get("/", &format!("sid={seal}")).header("sec-fetch-mode", mode);
            assert_eq!(browser.send_as_is(request).await.all("set-cookie"), [""; 0], "{reason} {mode}");
        }
    }
}

/// They differ in their scope, which the request does not tell.
async fn of_several_cookies_none_is_expired(framework: Framework) {
    let clock = clock();
    let browser = framework.browse(reading(&clock), &clock).await;
    let expired = unreadable(&clock).remove(0).1;
    let good = seal(&clock, r#"{"visits":7,"cart":[],"balance":0}"#);
    let forged = unreadable(&clock).remove(2).1;

    for (cookies, visits) in [
        (format!("sid=junk; sid={good}"), "7"),
        ("sid=junk; sid=other".to_owned(), "0"),
        (format!("sid={expired}; sid={expired}"), "0"),
        (format!("sid={expired}; sid={forged}"), "0"),
        (format!("sid=a; sid=b; sid=c; sid=d; sid={good}"), "7"),
        (format!("sid={expired}; sid.0={}; sid.1={}", &good[..100], &good[100..]), "7"),
        (format!("sid=junk; sid.0={}; sid.1={}", &forged[..100], &forged[100..]), "0"),
    ] {
        let response = browser.send_as_is(get("/", &cookies)).await;
        let count = (response.body.as_str(), response.all("set-cookie").len());
        // What opens is written as one cookie when it changes, and not before.
        assert_eq!(count, (visits, 0), "{cookies}");
    }
}

async fn chunks_are_expired_by_their_end_alone(framework: Framework) {
    let clock = clock();
    let browser = framework.browse(reading(&clock), &clock).await;
    let expired = unreadable(&clock).remove(0).1;

    let cookies = format!("sid.0={}; sid.1={}; sid.3=x", &expired[..100], &expired[100..]);
    let response = browser.send_as_is(get("/", &cookies)).await;
    let chunk = |index: u8| EXPIRED.replacen("sid=", &format!("sid.{index}="), 1);
    assert_eq!(response.all("set-cookie"), [chunk(0), chunk(1), chunk(3)]);
    // One that is missing may only be missing here.
    let response = browser.send_as_is(get("/", &format!("sid.0={}", &expired[..100]))).await;
    assert_eq!(response.all("set-cookie"), [""; 0]);
}

async fn a_server_error_expires_nothing(framework: Framework) {
    let clock = clock();
    let browser = framework.browse(reading(&clock), &clock).await;

    let response = browser.send_as_is(get("/fails", "sid=junk")).await;
    assert_eq!((response.status, response.all("set-cookie").len()), (503, 0));
}

async fn who_logs_in_over_an_unreadable_cookie_is_logged_in(framework: Framework) {
    let clock = clock();
    let site = Shop::new(options(&clock)).route("/login", |mut session| async move {
        session.restart();
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

/// A logout by `clear()` on an older server must not leave the login to a newer one.
async fn clear_and_restart_take_the_place_of_an_unreadable_cookie(framework: Framework) {
    let clock = clock();
    let site = Shop::new(options(&clock))
        .route("/clear", |mut session| async move {
            session.clear();
            ok()
        })
        .route("/restart", |mut session| async move {
            session.restart();
            ok()
        })
        .route("/save", |mut session| async move {
            session.clear();
            session.save().unwrap();
            ok()
        });
    let mut browser = framework.browse(site, &clock).await;

    for path in ["/clear", "/restart", "/save"] {
        for (reason, seal) in unreadable(&clock) {
            for name in ["sid", "sid.0"] {
                browser.jar.store(&format!("{name}={seal}"));
                let (set, expired) = browser.get(path).await.set_and_expired();
                assert_eq!(
                    (set.len(), expired.as_slice()),
                    (0, &ALL_NAMES.map(str::to_owned)[..]),
                    "{reason}"
                );
                assert_eq!(browser.jar.names(), [""; 0], "{path}: {reason}");
            }
        }
        let response = browser.get(path).await;
        assert_eq!(
            response.all("set-cookie"),
            [""; 0],
            "{path}: a visitor without a cookie has nothing to lose"
        );
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

async fn a_lost_chunk_is_told_by_its_name(framework: Framework) {
    let clock = clock();
    let site = Shop::new(options(&clock))
        .route("/login", |mut session| async move {
            session.set_user_id(noise(11_000));
            ok()
        })
        .route("/", |session| async move { text(session.user_id().map_or(0, str::len)) });
    let mut browser = framework.browse(site, &clock).await;
    browser.get("/login").await;
    let sent = browser.jar.header("/").unwrap();
    let log = Log::capture();

    for lost in 0..4 {
        let arrived: Vec<_> =
            sent.split("; ").filter(|pair| !pair.starts_with(&format!("sid.{lost}="))).collect();
        assert_eq!(arrived.len(), 3);
        let request = Request::get("/").header("cookie", arrived.join("; "));
        // One event of a reason is logged a minute.
        clock.advance(Duration::from_secs(60));
        assert_eq!(browser.send_as_is(request).await.body, "0");
        let event = log.take_one();
        assert_eq!((event.level, event.field("reason")), (Level::WARN, Some("missing_chunk")), "{event}");
        let told =
            format!("chunk {lost} of the session is missing (the cookie whose name ends with `.{lost}`)");
        assert!(event.field("error").is_some_and(|error| error.starts_with(&told)), "{event}");
    }
    // What an older seal left behind is not missed by a session that opens.
    let header = format!("{}; sid.1=x; sid.3=x", cookie(&clock, "{}"));
    browser.send_as_is(Request::get("/").header("cookie", header)).await;
    log.assert_silent();
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
    assert_eq!(written, r#"{"$":{"v":2,"r":1},"visits":8,"new":true,"cart":[],"balance":0.0}"#);
}
