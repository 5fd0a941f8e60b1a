//! Several sessions in one browser, since the cookie's scope (`Domain`, `Path`,
//! `Partitioned`) is not what it was before a release: it sends both, and which comes
//! first has nothing to do with which is newer.

use std::time::Duration;

use iron_session::SessionOptionsBuilder;
use iron_session::clock::ManualClock;
use iron_session::{Sealer, Ttl};
use iron_session_tests::browser::Browser;
use iron_session_tests::fixtures::{clock, noise, options, passwords, seal_with};
use iron_session_tests::site::{ok, text};
use iron_session_tests::{AppSession, Framework, Log, Request, RequestSession, Shop, on_every_framework};
use tracing::Level;

on_every_framework![
    what_was_sealed_last_counts_whatever_scope_it_has,
    a_login_in_the_former_scope_goes_on_in_the_new_one,
    also_expire_clears_the_former_scopes,
    a_logout_clears_the_former_scopes,
    the_former_scopes_chunks_are_cleared_as_well,
    several_sessions_are_told_once_with_the_cure,
    a_session_that_a_newer_release_wrote_last_counts,
];

type Scope = fn(SessionOptionsBuilder) -> SessionOptionsBuilder;

/// What changes from a release to the next: the scopes, and the new one that also
/// expires the former.
const CHANGES: [(Scope, Scope, Scope); 6] = [
    (|o| o, |o| o.domain("example"), |o| o.also_expire(None, "/")),
    (|o| o.domain("example"), |o| o, |o| o.also_expire(Some("example"), "/")),
    (|o| o.path("/app"), |o| o, |o| o.also_expire(None, "/app")),
    (|o| o, |o| o.path("/app"), |o| o.also_expire(None, "/")),
    (|o| o, |o| o.partitioned(true), |o| o.also_expire(None, "/")),
    (|o| o.partitioned(true), |o| o, |o| o.also_expire(None, "/")),
];

/// A release of the application.
async fn release(framework: Framework, options: SessionOptionsBuilder, clock: &ManualClock) -> Browser {
    let site = Shop::new(options)
        .route("/app/visit", |mut session| async move {
            session.visits += 1;
            text(session.visits())
        })
        .route("/app/login", |mut session| async move {
            session.set_user_id("ada");
            ok()
        })
        .route("/app/grow", |mut session| async move {
            session.set_user_id(noise(6000));
            ok()
        })
        .route("/app/logout", |mut session| async move {
            session.destroy();
            ok()
        })
        .route("/app", |session| async move {
            text(format!("{} {}", session.user_id().map_or(0, str::len), session.visits()))
        });
    framework.browse(site, clock).await
}

/// Puts the next release in a release's place, before the same browser.
async fn deploy(
    framework: Framework,
    before: Browser,
    next: SessionOptionsBuilder,
    clock: &ManualClock,
) -> Browser {
    let mut browser = release(framework, next, clock).await;
    browser.jar = before.jar;
    browser
}

async fn what_was_sealed_last_counts_whatever_scope_it_has(framework: Framework) {
    for (index, (former, new, _)) in CHANGES.into_iter().enumerate() {
        let clock = clock();
        let mut browser = release(framework, former(options(&clock)), &clock).await;
        browser.get("/app/login").await;
        browser.get("/app/visit").await;

        let mut browser = deploy(framework, browser, new(options(&clock)), &clock).await;
        for visits in 2..5 {
            clock.advance(Duration::from_secs(1));
            assert_eq!(browser.get("/app/visit").await.body, visits.to_string(), "change {index}");
            assert_eq!(browser.get("/app").await.body, format!("3 {visits}"), "change {index}");
        }
        // Back again, as in a rolling deploy.
        let mut browser = deploy(framework, browser, former(options(&clock)), &clock).await;
        clock.advance(Duration::from_secs(1));
        assert_eq!(browser.get("/app/visit").await.body, "5", "change {index}");
    }
}

async fn a_login_in_the_former_scope_goes_on_in_the_new_one(framework: Framework) {
    for (former, new, _) in CHANGES {
        let clock = clock();
        let mut browser = release(framework, former(options(&clock)), &clock).await;
        browser.get("/app/grow").await;
        let mut browser = deploy(framework, browser, new(options(&clock)), &clock).await;
        assert_eq!(browser.get("/app").await.body, "6000 0");

        // The new one is whole, the former in chunks; and the other way about.
        for (path, len) in [("/app/login", 3), ("/app/grow", 6000)] {
            clock.advance(Duration::from_secs(1));
            browser.get(path).await;
            assert_eq!(browser.get("/app").await.body, format!("{len} 0"));
        }
    }
}

async fn also_expire_clears_the_former_scopes(framework: Framework) {
    for (index, (former, new, also_expire)) in CHANGES.into_iter().enumerate() {
        let clock = clock();
        let mut browser = release(framework, former(options(&clock)), &clock).await;
        browser.get("/app/login").await;
        let mut browser = deploy(framework, browser, also_expire(new(options(&clock))), &clock).await;
        let log = Log::capture();

        assert_eq!(browser.get("/app/visit").await.body, "1");
        assert_eq!(browser.jar.names(), ["sid"], "change {index}");
        assert_eq!(browser.get("/app").await.body, "3 1", "change {index}");
        log.assert_silent();
    }
}

async fn a_logout_clears_the_former_scopes(framework: Framework) {
    for (index, (former, new, also_expire)) in CHANGES.into_iter().enumerate() {
        let clock = clock();
        let mut browser = release(framework, former(options(&clock)), &clock).await;
        browser.get("/app/grow").await;
        let mut browser = deploy(framework, browser, also_expire(new(options(&clock))), &clock).await;

        browser.get("/app/logout").await;
        assert_eq!(browser.jar.names(), [""; 0], "change {index}");
        assert_eq!(browser.get("/app").await.body, "0 0", "change {index}");
    }
}

async fn the_former_scopes_chunks_are_cleared_as_well(framework: Framework) {
    for (index, (former, new, also_expire)) in CHANGES.into_iter().enumerate() {
        let clock = clock();
        let mut browser = release(framework, former(options(&clock)), &clock).await;
        browser.get("/app/grow").await;
        let mut browser = deploy(framework, browser, also_expire(new(options(&clock))), &clock).await;
        browser.get("/app/visit").await;
        assert_eq!(browser.jar.names(), ["sid.0", "sid.1", "sid.2"], "change {index}");
        assert_eq!(browser.get("/app").await.body, "6000 1", "change {index}");
    }
}

async fn several_sessions_are_told_once_with_the_cure(framework: Framework) {
    let clock = clock();
    let mut browser = release(framework, options(&clock), &clock).await;
    browser.get("/app/login").await;
    let mut browser = deploy(framework, browser, options(&clock).domain("example"), &clock).await;
    browser.get("/app/visit").await;
    let log = Log::capture();

    browser.get("/app").await;
    let event = log.take_one();
    assert_eq!((event.level, event.field("cookie")), (Level::WARN, Some("sid")), "{event}");
    for part in
        ["several sessions", "sealed last is used", "`Domain`", "`Path`", "also_expire`", "logged once"]
    {
        assert!(event.message.contains(part), "{part}: {event}");
    }
    browser.get("/app").await;
    browser.get("/app/visit").await;
    log.assert_silent();
}

async fn a_session_that_a_newer_release_wrote_last_counts(framework: Framework) {
    let clock = clock();
    let browser = release(framework, options(&clock), &clock).await;
    let sealer = Sealer::new(passwords()).with_clock(clock.clone());
    let ours = seal_with(&sealer, r#"{"visits":7}"#);
    clock.advance(Duration::from_secs(1));
    let newer = seal_with(&sealer, r#"{"$":{"v":2},"visits":8}"#);
    clock.advance(Duration::from_secs(1));
    let last = seal_with(&sealer, r#"{"visits":9}"#);

    for (header, visits, reason) in [
        (format!("sid={ours}; sid={newer}"), 0, Some("newer_schema")),
        (format!("sid={newer}; sid={ours}"), 0, Some("newer_schema")),
        (format!("sid={ours}; sid.0={newer}"), 0, Some("newer_schema")),
        (format!("sid={newer}; sid={last}"), 9, None),
        (format!("sid={newer}; sid.0={last}; sid={ours}"), 9, None),
    ] {
        let log = Log::capture();
        // One event of a reason is logged a minute.
        clock.advance(Duration::from_secs(60));
        let response = browser.send_as_is(Request::get("/app").header("cookie", header.as_str())).await;
        assert_eq!(response.body, format!("0 {visits}"), "{header}");
        let told = log.take();
        let told = told.iter().find_map(|event| event.field("reason"));
        assert_eq!(told, reason, "{header}");
        // A newer release's is not written over in passing.
        let response = browser.send_as_is(Request::get("/app/visit").header("cookie", header.as_str())).await;
        assert_eq!(response.all("set-cookie").is_empty(), reason.is_some(), "{header}");
    }
}

/// Seals a count of visits, which may have a lifetime of its own.
fn visits(clock: &ManualClock, ttl: impl Into<Ttl>, visits: u32, own_secs: Option<u64>) -> String {
    let own = own_secs.map_or_else(String::new, |secs| format!(r#""$":{{"t":{secs}}},"#));
    let sealer = Sealer::new(passwords()).with_clock(clock.clone()).with_ttl(ttl);
    seal_with(&sealer, &format!(r#"{{{own}"visits":{visits}}}"#))
}

/// The seal that counts, of two of which the second was made an hour after the first.
#[track_caller]
fn assert_later(
    options: SessionOptionsBuilder,
    clock: &ManualClock,
    former: (Ttl, Option<u64>),
    latter: (Ttl, Option<u64>),
) {
    let former = visits(clock, former.0, 1, former.1);
    clock.advance(Duration::from_secs(3600));
    let latter = visits(clock, latter.0, 2, latter.1);
    clock.advance(Duration::from_secs(60));
    let options = options.build().unwrap();
    for header in [format!("sid={former}; sid={latter}"), format!("sid={latter}; sid={former}")] {
        let request = RequestSession::<AppSession>::new(options.clone());
        let session = request.handle([header.as_str()]).unwrap();
        assert_eq!(*session.visits(), 2);
    }
}

#[test]
fn when_a_seal_was_made_is_told_by_its_end_and_its_lifetime() {
    const DAY: u64 = 24 * 3600;
    let days = |days: u64| Ttl::After(Duration::from_secs(days * DAY));
    for (ttl, former, latter) in [
        (days(14), (days(14), None), (days(14), None)),
        // A session's own lifetime, shorter or longer.
        (days(14), (days(14), None), (days(1), Some(DAY))),
        (days(14), (days(90), Some(90 * DAY)), (days(14), None)),
        (days(14), (days(14), Some(0)), (days(14), Some(0))),
        // The ttl was lowered, raised, given or dropped with the scope.
        (days(1), (days(14), None), (days(1), None)),
        (days(14), (days(1), None), (days(14), None)),
        (days(14), (Ttl::Unlimited, None), (days(14), None)),
        (Ttl::Unlimited, (days(14), None), (Ttl::Unlimited, None)),
    ] {
        let clock = clock();
        assert_later(options(&clock).ttl(ttl), &clock, former, latter);
    }
}

#[test]
fn of_equals_the_first_counts() {
    let clock = clock();
    let (one, two) = (visits(&clock, Ttl::Unlimited, 1, None), visits(&clock, Ttl::Unlimited, 2, None));
    let options = options(&clock).ttl(Ttl::Unlimited).build().unwrap();
    for (header, expected) in [(format!("sid={one}; sid={two}"), 1), (format!("sid={two}; sid={one}"), 2)] {
        let request = RequestSession::<AppSession>::new(options.clone());
        assert_eq!(*request.handle([header.as_str()]).unwrap().visits(), expected);
    }
}
