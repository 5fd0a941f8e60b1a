//! `destroy()` is terminal for the request; `clear()` empties and goes on;
//! `restart()` begins anew.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use iron_session::Session;
use iron_session_tests::fixtures::{ALL_NAMES, clock, content, cookie, noise, options};
use iron_session_tests::site::{ok, text};
use iron_session_tests::{
    AppSession, Framework, Jar, Log, Request, RequestSession, Shop, User, on_every_framework,
};
use serde_json::json;

use crate::line_above;

on_every_framework![
    destroy_expires_all_five_names,
    destroy_uses_the_path_and_domain_of_the_cookie,
    a_bare_save_after_destroy_does_nothing,
    writing_after_destroy_is_an_error_and_the_session_stays_ended,
    destroy_takes_back_what_was_written_and_saved_before,
    a_large_save_and_destroy_in_one_response_sign_the_user_out,
    a_destroyed_session_reads_as_empty,
    clear_empties_and_goes_on,
    clear_leaves_the_sessions_own_lifetime,
    clear_alone_expires_the_cookies,
    restart_leaves_nothing_of_what_was_there,
    restart_drops_the_sessions_own_lifetime,
    restarting_to_the_same_content_is_a_new_seal,
];

async fn destroy_expires_all_five_names(framework: Framework) {
    let clock = clock();
    let site = Shop::new(options(&clock)).route("/logout", |mut session| async move {
        session.destroy();
        ok()
    });
    let browser = framework.browse(site, &clock).await;

    // Whatever was sent: a response on its way may just be writing another shape.
    for header in [None, Some(cookie(&clock, r#"{"visits":7}"#)), Some("sid.2=tail".to_owned())] {
        let request = Request::get("/logout");
        let request = match &header {
            Some(header) => request.header("cookie", header.as_str()),
            None => request,
        };
        let response = browser.send_as_is(request).await;
        assert_eq!(response.status, 200);
        let (set, expired) = response.set_and_expired();
        assert_eq!((set.len(), expired.as_slice()), (0, ALL_NAMES.map(str::to_owned).as_slice()));
    }
}

async fn destroy_uses_the_path_and_domain_of_the_cookie(framework: Framework) {
    let clock = clock();
    let site = Shop::new(options(&clock).path("/app").domain("example"))
        .route("/app/login", |mut session| async move {
            session.set_user_id(noise(6000));
            ok()
        })
        .route("/app/logout", |mut session| async move {
            session.destroy();
            ok()
        });
    let mut browser = framework.browse(site, &clock).await;

    browser.get("/app/login").await;
    assert_eq!(browser.jar.names(), ["sid.0", "sid.1", "sid.2"]);
    browser.get("/app/logout").await;
    assert_eq!(browser.jar.names(), [""; 0]);
}

async fn a_bare_save_after_destroy_does_nothing(framework: Framework) {
    let clock = clock();
    let site = Shop::new(options(&clock)).route("/logout", |mut session| async move {
        session.destroy();
        session.save().unwrap();
        ok()
    });
    let mut browser = framework.browse(site, &clock).await;
    browser.jar.store(&cookie(&clock, r#"{"visits":7}"#));
    let log = Log::capture();

    let response = browser.get("/logout").await;
    assert_eq!((response.status, response.set_and_expired().0.len()), (200, 0));
    assert_eq!(browser.jar.names(), [""; 0]);
    log.assert_silent();
}

async fn writing_after_destroy_is_an_error_and_the_session_stays_ended(framework: Framework) {
    static LINE: AtomicU64 = AtomicU64::new(0);
    let clock = clock();
    let site = Shop::new(options(&clock)).route("/logout", |mut session| async move {
        session.destroy();
        session.set_visits(1);
        LINE.store(u64::from(line!() - 1), Ordering::SeqCst);
        ok()
    });
    let mut browser = framework.browse(site, &clock).await;
    browser.jar.store(&cookie(&clock, r#"{"visits":7}"#));
    let log = Log::capture();

    let response = browser.get("/logout").await;
    assert_eq!((response.status, response.body.as_str()), (500, ""));
    assert_eq!(response.set_and_expired().1, ALL_NAMES);
    assert_eq!(browser.jar.names(), [""; 0]);
    let event = log.take_one().to_string();
    let place = format!("{}:{}:", file!(), LINE.load(Ordering::SeqCst));
    assert!(event.contains(&place), "{event}");
    assert!(event.contains("`clear()` or `restart()` instead of `destroy()`"), "{event}");
}

async fn destroy_takes_back_what_was_written_and_saved_before(framework: Framework) {
    let clock = clock();
    let site = Shop::new(options(&clock)).route("/logout", |mut session| async move {
        session.set_user_id("ada");
        session.save().unwrap();
        session.set_visits(100);
        session.destroy();
        ok()
    });
    let mut browser = framework.browse(site, &clock).await;
    browser.jar.store(&cookie(&clock, r#"{"visits":7}"#));
    let log = Log::capture();

    let response = browser.get("/logout").await;
    assert_eq!((response.status, response.set_and_expired().0.len()), (200, 0));
    assert_eq!(browser.jar.names(), [""; 0]);
    log.assert_silent();
}

async fn a_large_save_and_destroy_in_one_response_sign_the_user_out(framework: Framework) {
    let clock = clock();
    let site = Shop::new(options(&clock)).route("/logout", |mut session| async move {
        session.set_user_id(noise(9000));
        session.save().unwrap();
        session.destroy();
        session.save().unwrap();
        ok()
    });
    let mut browser = framework.browse(site, &clock).await;
    browser.jar.store(&cookie(&clock, r#"{"userId":"ada"}"#));

    assert_eq!(browser.get("/logout").await.status, 200);
    assert_eq!(browser.jar.names(), [""; 0]);
}

async fn a_destroyed_session_reads_as_empty(framework: Framework) {
    let clock = clock();
    let site = Shop::new(options(&clock)).route_with_two("/logout", |mut first, second| async move {
        first.destroy();
        text(format!("{} {}", first.visits(), second.visits()))
    });
    let browser = framework.browse(site, &clock).await;

    let request = Request::get("/logout").header("cookie", cookie(&clock, r#"{"visits":7}"#));
    let response = browser.send_as_is(request).await;
    assert_eq!((response.status, response.body.as_str()), (200, "0 0"));
}

async fn clear_empties_and_goes_on(framework: Framework) {
    let clock = clock();
    let site = Shop::new(options(&clock)).route("/", |mut session| async move {
        session.clear();
        assert_eq!((session.user_id(), *session.visits()), (None, 0));
        session.set_language("en".to_owned());
        ok()
    });
    let mut browser = framework.browse(site, &clock).await;
    browser.jar.store(&cookie(&clock, r#"{"visits":7,"userId":"ada","theirs":[1,2]}"#));

    assert_eq!(browser.get("/").await.status, 200);
    let written = content(&clock, browser.jar.value("sid").unwrap());
    assert_eq!(written, json!({"lang":"en"}), "members that only other programs know go as well");
}

async fn clear_leaves_the_sessions_own_lifetime(framework: Framework) {
    let clock = clock();
    let site = Shop::new(options(&clock)).route("/", |mut session| async move {
        session.clear();
        session.set_visits(1);
        ok()
    });
    let mut browser = framework.browse(site, &clock).await;
    browser.jar.store(&cookie(&clock, r#"{"$":{"t":3600},"visits":7}"#));

    let response = browser.get("/").await;
    assert_eq!(response.set_cookies()[0].max_age(), Some(3540));
    assert_eq!(content(&clock, browser.jar.value("sid").unwrap()), json!({"$":{"t":3600},"visits":1}));
}

async fn clear_alone_expires_the_cookies(framework: Framework) {
    let clock = clock();
    let site = Shop::new(options(&clock)).route("/", |mut session| async move {
        session.clear();
        ok()
    });
    let mut browser = framework.browse(site, &clock).await;
    browser.jar.store(&cookie(&clock, r#"{"$":{"t":3600},"theirs":1}"#));

    let (set, expired) = browser.get("/").await.set_and_expired();
    assert_eq!((set.len(), expired.as_slice()), (0, ALL_NAMES.map(str::to_owned).as_slice()));
}

async fn restart_leaves_nothing_of_what_was_there(framework: Framework) {
    let clock = clock();
    let site = Shop::new(options(&clock)).route("/login", |mut session| async move {
        session.restart();
        session.set_user_id("ada");
        ok()
    });
    let mut browser = framework.browse(site, &clock).await;
    let planted = r#"{"visits":7,"cart":[{"sku":"theirs","quantity":1}],"theirs":{"admin":true}}"#;
    browser.jar.store(&cookie(&clock, planted));

    assert_eq!(browser.get("/login").await.status, 200);
    assert_eq!(content(&clock, browser.jar.value("sid").unwrap()), json!({"userId":"ada"}));
}

async fn restart_drops_the_sessions_own_lifetime(framework: Framework) {
    let clock = clock();
    let site = Shop::new(options(&clock)).route("/login", |mut session| async move {
        session.cookie().set_ttl(Duration::from_secs(7200));
        session.restart();
        session.set_user_id("ada");
        ok()
    });
    let mut browser = framework.browse(site, &clock).await;
    browser.jar.store(&cookie(&clock, r#"{"$":{"t":0,"x":1},"visits":7}"#));

    let response = browser.get("/login").await;
    assert_eq!(response.set_cookies()[0].max_age(), Some(1_209_540));
    assert_eq!(content(&clock, browser.jar.value("sid").unwrap()), json!({"userId":"ada"}));
}

async fn restarting_to_the_same_content_is_a_new_seal(framework: Framework) {
    let clock = clock();
    let site = Shop::new(options(&clock)).route("/login", |mut session| async move {
        let user = session.user_id().map(str::to_owned);
        session.restart();
        session.set_user_id(user.unwrap());
        ok()
    });
    let mut browser = framework.browse(site, &clock).await;
    browser.jar.store(&cookie(&clock, r#"{"userId":"ada"}"#));
    let before = browser.jar.value("sid").unwrap().to_owned();

    browser.get("/login").await;
    let after = browser.jar.value("sid").unwrap();
    assert_ne!(after, before);
    assert_eq!(content(&clock, after), json!({"userId":"ada"}));
}

#[test]
fn every_way_of_writing_after_destroy_is_an_error() {
    type Write = fn(&mut Session<AppSession>) -> String;
    let ways: [(&str, Write); 6] = [
        ("a field", |s| {
            s.visits = 2;
            line_above()
        }),
        ("an accessor", |s| {
            s.set_user_id("ada");
            line_above()
        }),
        ("update", |s| {
            s.update(|s| s.set_visits(2));
            line_above()
        }),
        ("clear", |s| {
            s.clear();
            line_above()
        }),
        ("restart", |s| {
            s.restart();
            line_above()
        }),
        ("cookie settings", |s| {
            s.cookie().until_browser_closes();
            line_above()
        }),
    ];
    let clock = clock();
    for (way, write) in ways {
        for by_other_handle in [false, true] {
            let request = RequestSession::<AppSession>::new(options(&clock).build().unwrap());
            let header = cookie(&clock, r#"{"visits":7}"#);
            let mut session = request.handle([header.as_str()]).unwrap();
            let mut other = request.handle([header.as_str()]).unwrap();
            session.destroy();
            let place = write(if by_other_handle { &mut other } else { &mut session });
            assert!(session.save().is_err(), "{way}: not a bare save");
            drop((session, other));

            let log = Log::capture();
            let commit = request.commit(200);
            assert!(commit.replace_response, "{way}");
            assert_eq!(commit.set_cookies.len(), ALL_NAMES.len(), "{way}");
            assert!(commit.set_cookies.iter().all(|line| line.contains("=; Max-Age=0;")), "{way}");
            let event = log.take_one().to_string();
            assert!(event.contains(&place), "{way}: {event}");
        }
    }
}

/// What a stateless session can't do: a response that was sealed before the
/// logout and arrives after it brings the session back. `destroy` documents it.
#[test]
fn a_response_sealed_before_the_logout_is_still_a_session() {
    let clock = clock();
    let options = options(&clock).build().unwrap();
    let header = cookie(&clock, r#"{"visits":7}"#);
    let slow = RequestSession::<AppSession>::new(options.clone());
    let logout = RequestSession::<AppSession>::new(options);

    slow.handle([header.as_str()]).unwrap().set_visits(8);
    let late = slow.commit(200).set_cookies;
    logout.handle([header.as_str()]).unwrap().destroy();
    let mut jar = Jar::new("shop.example", &clock);
    jar.store_all(logout.commit(200).set_cookies.iter().map(String::as_str));
    assert_eq!(jar.names(), [""; 0]);
    jar.store_all(late.iter().map(String::as_str));
    assert_eq!(jar.names(), ["sid"]);
}

#[test]
fn a_destroyed_session_drops_what_it_held() {
    let request = RequestSession::<AppSession>::new(options(&clock()).build().unwrap());
    let user = Arc::new(User { name: "ada".to_owned() });
    let mut session = request.handle([""; 0]).unwrap();
    session.set_current_user(Arc::clone(&user));
    session.save().unwrap();
    session.destroy();
    assert_eq!(session.current_user().map(|user| user.name.as_str()), None);
}
