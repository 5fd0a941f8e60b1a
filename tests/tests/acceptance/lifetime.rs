//! A session's own lifetime, behind `session.cookie()`, travels inside the seal
//! and later saves keep it; and refreshing by age.

use std::time::{Duration, SystemTime};

use iron_session::Ttl;
use iron_session_tests::fixtures::{NOW_MS, clock, content, cookie, options, unseal};
use iron_session_tests::message::SetCookie;
use iron_session_tests::site::{ok, text};
use iron_session_tests::{Framework, Shop, on_every_framework};
use serde_json::json;

on_every_framework![
    remember_me_travels_and_later_saves_keep_it,
    a_browser_session_travels_and_later_saves_keep_it,
    a_browser_session_has_no_date_either,
    a_session_can_follow_the_options_again,
    the_lifetime_alone_is_a_change,
    a_lifetime_does_not_make_an_empty_session_worth_a_cookie,
    a_lifetime_is_whole_seconds_and_at_least_one,
    a_seal_outlives_the_browser_by_the_options_ttl_only,
    a_session_is_refreshed_when_its_seal_is_old_enough,
    a_session_is_not_refreshed_by_default,
    a_session_that_nobody_looked_at_is_not_refreshed,
    an_own_lifetime_is_refreshed_as_its_own,
    a_seal_that_never_expires_is_not_refreshed,
];

/// The expiry written in a seal, as milliseconds from the tests' beginning.
fn expiry_ms(cookie: &SetCookie) -> u64 {
    let expires = cookie.value.split('*').nth(5).unwrap();
    expires.parse::<u64>().unwrap() - NOW_MS
}

async fn remember_me_travels_and_later_saves_keep_it(framework: Framework) {
    let clock = clock();
    let site = Shop::new(options(&clock))
        .route("/login", |mut session| async move {
            session.cookie().set_ttl(Duration::from_secs(90 * 24 * 3600));
            session.set_user_id("ada");
            ok()
        })
        .route("/visit", |mut session| async move {
            session.update(|s| s.set_visits(s.visits() + 1));
            ok()
        });
    let mut browser = framework.browse(site, &clock).await;

    let login = browser.get("/login").await.set_cookies().remove(0);
    assert_eq!(login.max_age(), Some(7_775_940));
    assert_eq!(expiry_ms(&login), 7_776_000_000);
    assert_eq!(content(&clock, &login.value), json!({"$":{"t":7_776_000},"userId":"ada"}));

    clock.advance(Duration::from_secs(30 * 24 * 3600));
    let visit = browser.get("/visit").await.set_cookies().remove(0);
    assert_eq!(visit.max_age(), Some(7_775_940));
    assert_eq!(expiry_ms(&visit), 7_776_000_000 + 2_592_000_000);
    assert_eq!(content(&clock, &visit.value), json!({"$":{"t":7_776_000},"userId":"ada","visits":1}));
}

async fn a_browser_session_travels_and_later_saves_keep_it(framework: Framework) {
    let clock = clock();
    let site = Shop::new(options(&clock))
        .route("/login", |mut session| async move {
            session.cookie().until_browser_closes();
            session.set_user_id("ada");
            ok()
        })
        .route("/visit", |mut session| async move {
            session.update(|s| s.set_visits(s.visits() + 1));
            ok()
        });
    let mut browser = framework.browse(site, &clock).await;

    let login = browser.get("/login").await.set_cookies().remove(0);
    assert_eq!(login.max_age(), None);
    assert_eq!(expiry_ms(&login), 1_209_600_000, "the seal keeps the options' ttl");
    assert_eq!(content(&clock, &login.value), json!({"$":{"t":0},"userId":"ada"}));

    let visit = browser.get("/visit").await.set_cookies().remove(0);
    assert_eq!(visit.max_age(), None);
    assert_eq!(browser.jar.names(), ["sid"]);
    browser.jar.close();
    assert_eq!(browser.jar.names(), [""; 0]);
}

async fn a_browser_session_has_no_date_either(framework: Framework) {
    let clock = clock();
    let date = SystemTime::UNIX_EPOCH + Duration::from_millis(NOW_MS) + Duration::from_secs(30 * 24 * 3600);
    let site = Shop::new(options(&clock).expires(date))
        .route("/login", |mut session| async move {
            session.cookie().until_browser_closes();
            session.set_user_id("ada");
            ok()
        })
        .route("/follow", |mut session| async move {
            session.cookie().follow_options();
            ok()
        });
    let mut browser = framework.browse(site, &clock).await;

    let login = browser.get("/login").await.set_cookies().remove(0);
    assert_eq!((login.max_age(), login.attribute("expires")), (None, None));
    let follow = browser.get("/follow").await.set_cookies().remove(0);
    assert_eq!(follow.attribute("expires"), Some("Sat, 20 Dec 2025 14:46:40 GMT"));
}

async fn a_session_can_follow_the_options_again(framework: Framework) {
    let clock = clock();
    let site = Shop::new(options(&clock)).route("/", |mut session| async move {
        session.cookie().follow_options();
        ok()
    });
    let mut browser = framework.browse(site, &clock).await;
    browser.jar.store(&cookie(&clock, r#"{"$":{"t":0,"theirs":1},"visits":7}"#));

    let written = browser.get("/").await.set_cookies().remove(0);
    assert_eq!(written.max_age(), Some(1_209_540));
    assert_eq!(unseal(&clock, &written.value), r#"{"$":{"theirs":1},"visits":7,"cart":[],"balance":0.0}"#);
}

async fn the_lifetime_alone_is_a_change(framework: Framework) {
    let clock = clock();
    let site = Shop::new(options(&clock)).route("/", |mut session| async move {
        session.cookie().set_ttl(Duration::from_secs(3600));
        ok()
    });
    let mut browser = framework.browse(site, &clock).await;
    browser.jar.store(&cookie(&clock, r#"{"visits":7}"#));

    assert_eq!(browser.get("/").await.set_cookies()[0].max_age(), Some(3540));
    assert_eq!(browser.get("/").await.all("set-cookie"), [""; 0], "the second time it is none");
}

async fn a_lifetime_does_not_make_an_empty_session_worth_a_cookie(framework: Framework) {
    let clock = clock();
    let site = Shop::new(options(&clock)).route("/", |mut session| async move {
        session.cookie().set_ttl(Duration::from_secs(3600));
        ok()
    });
    let mut browser = framework.browse(site, &clock).await;

    assert_eq!(browser.get("/").await.all("set-cookie"), [""; 0]);
}

async fn a_lifetime_is_whole_seconds_and_at_least_one(framework: Framework) {
    let clock = clock();
    let site = Shop::new(options(&clock))
        .route("/zero", |mut session| async move {
            session.cookie().set_ttl(Duration::ZERO);
            session.set_visits(1);
            ok()
        })
        .route("/part", |mut session| async move {
            session.cookie().set_ttl(Duration::from_millis(90_999));
            session.set_visits(1);
            ok()
        });
    let mut browser = framework.browse(site, &clock).await;

    let zero = browser.get("/zero").await.set_cookies().remove(0);
    assert_eq!((zero.max_age(), expiry_ms(&zero)), (Some(1), 1000));
    let part = browser.get("/part").await.set_cookies().remove(0);
    assert_eq!((part.max_age(), expiry_ms(&part)), (Some(60), 90_000));
}

async fn a_seal_outlives_the_browser_by_the_options_ttl_only(framework: Framework) {
    let clock = clock();
    let site = Shop::new(options(&clock).ttl(Duration::from_secs(3600)).until_browser_closes())
        .route("/login", |mut session| async move {
            session.set_user_id("ada");
            ok()
        })
        .route("/", |session| async move { text(format!("{:?}", session.user_id())) });
    let mut browser = framework.browse(site, &clock).await;

    let login = browser.get("/login").await.set_cookies().remove(0);
    assert_eq!((login.max_age(), expiry_ms(&login)), (None, 3_600_000));
    assert_eq!(content(&clock, &login.value), json!({"userId":"ada"}), "nothing of its own");
    // A browser that restores its tabs still has the cookie.
    clock.advance(Duration::from_secs(3659));
    assert_eq!(browser.get("/").await.body, r#"Some("ada")"#);
    clock.advance(Duration::from_secs(1));
    assert_eq!(browser.get("/").await.body, "None");
}

async fn a_session_is_refreshed_when_its_seal_is_old_enough(framework: Framework) {
    let clock = clock();
    let site = Shop::new(options(&clock).refresh_after(Duration::from_secs(86_400)))
        .route("/", |session| async move { text(session.visits()) });
    let mut browser = framework.browse(site, &clock).await;
    browser.jar.store(&cookie(&clock, r#"{"visits":7}"#));

    clock.advance(Duration::from_millis(86_399_999));
    assert_eq!(browser.get("/").await.all("set-cookie"), [""; 0]);
    clock.advance(Duration::from_millis(1));
    let refreshed = browser.get("/").await.set_cookies().remove(0);
    assert_eq!(expiry_ms(&refreshed), 86_400_000 + 1_209_600_000);
    assert_eq!(unseal(&clock, &refreshed.value), r#"{"visits":7}"#);
    assert_eq!(browser.get("/").await.all("set-cookie"), [""; 0]);
}

async fn a_session_is_not_refreshed_by_default(framework: Framework) {
    let clock = clock();
    let site = Shop::new(options(&clock)).route("/", |session| async move { text(session.visits()) });
    let mut browser = framework.browse(site, &clock).await;
    browser.jar.store(&cookie(&clock, r#"{"visits":7}"#));

    clock.advance(Duration::from_secs(1_209_600));
    let response = browser.get("/").await;
    assert_eq!((response.body.as_str(), response.all("set-cookie").len()), ("7", 0));
}

async fn a_session_that_nobody_looked_at_is_not_refreshed(framework: Framework) {
    let clock = clock();
    let site = Shop::new(options(&clock).refresh_after(Duration::ZERO)).route("/", |_session| async { ok() });
    let mut browser = framework.browse(site, &clock).await;
    browser.jar.store(&cookie(&clock, r#"{"visits":7}"#));

    assert_eq!(browser.get("/").await.all("set-cookie"), [""; 0]);
}

async fn an_own_lifetime_is_refreshed_as_its_own(framework: Framework) {
    let clock = clock();
    let site = Shop::new(options(&clock).refresh_after(Duration::from_secs(600)))
        .route("/login", |mut session| async move {
            session.cookie().set_ttl(Duration::from_secs(3600));
            session.set_visits(1);
            ok()
        })
        .route("/", |session| async move { text(session.visits()) });
    let mut browser = framework.browse(site, &clock).await;

    browser.get("/login").await;
    clock.advance(Duration::from_secs(599));
    assert_eq!(browser.get("/").await.all("set-cookie"), [""; 0]);
    clock.advance(Duration::from_secs(1));
    let refreshed = browser.get("/").await.set_cookies().remove(0);
    assert_eq!((refreshed.max_age(), expiry_ms(&refreshed)), (Some(3540), 4_200_000));
}

async fn a_seal_that_never_expires_is_not_refreshed(framework: Framework) {
    let clock = clock();
    let site = Shop::new(options(&clock).ttl(Ttl::Unlimited).refresh_after(Duration::ZERO))
        .route("/login", |mut session| async move {
            session.set_visits(1);
            ok()
        })
        .route("/", |session| async move { text(session.visits()) });
    let mut browser = framework.browse(site, &clock).await;

    let login = browser.get("/login").await.set_cookies().remove(0);
    assert_eq!(login.max_age(), Some(2_147_483_647));
    assert_eq!(login.value.split('*').nth(5), Some(""));
    clock.advance(Duration::from_secs(2_000_000_000));
    let response = browser.get("/").await;
    assert_eq!((response.body.as_str(), response.all("set-cookie").len()), ("1", 0));
}
