//! `discard()` forgets what a request changed, but nothing that `save()` accepted.

use std::time::Duration;

use iron_session_tests::fixtures::{ALL_NAMES, clock, content, cookie, options};
use iron_session_tests::site::{ok, text};
use iron_session_tests::{Framework, Log, Request, Shop, on_every_framework};
use serde_json::json;

use crate::line_above;

on_every_framework![
    a_handle_forgets_its_own_changes,
    published_changes_are_forgotten,
    what_save_accepted_stays,
    a_restart_is_forgotten,
    a_session_that_was_not_used_stays_unused,
    destroy_stays_final,
    a_conflict_stays_a_conflict,
    unpublished_changes_of_another_handle_are_a_conflict,
    another_handle_that_read_the_changes_is_stale,
];

const RECEIVED: &str = r#"{"userId":"ada","visits":7,"notice":"Hi","theirs":[1,2]}"#;

async fn a_handle_forgets_its_own_changes(framework: Framework) {
    let clock = clock();
    let site = Shop::new(options(&clock)).route("/", |mut session| async move {
        session.visits += 1;
        session.take_notice();
        session.clear_user_id();
        session.cookie().set_ttl(Duration::from_secs(3600));
        session.discard();
        assert_eq!((session.user_id(), session.visits), (Some("ada"), 7));
        text(session.peek_notice().unwrap())
    });
    let mut browser = framework.browse(site, &clock).await;
    browser.jar.store(&cookie(&clock, RECEIVED));

    let response = browser.get("/").await;
    assert_eq!(response.body, "Hi");
    assert_eq!(response.set_cookies(), []);
}

async fn published_changes_are_forgotten(framework: Framework) {
    let clock = clock();
    let site = Shop::new(options(&clock))
        .middleware(|mut session| {
            session.update(|session| session.visits += 1);
            session.set_user_id("eve");
            Ok(Box::new(|| {}))
        })
        .route("/", |mut session| async move {
            session.discard();
            session.set_language("en");
            text(session.visits)
        });
    let mut browser = framework.browse(site, &clock).await;
    browser.jar.store(&cookie(&clock, RECEIVED));

    assert_eq!(browser.get("/").await.body, "7");
    let expected = json!({"userId":"ada","visits":7,"notice":"Hi","theirs":[1,2],"lang":"en"});
    assert_eq!(content(&clock, browser.jar.value("sid").unwrap()), expected);
}

async fn what_save_accepted_stays(framework: Framework) {
    let clock = clock();
    let site = Shop::new(options(&clock)).route("/", |mut session| async move {
        session.visits = 8;
        session.save().unwrap();
        session.visits = 9;
        session.update(|session| session.set_language("en"));
        session.discard();
        text(session.visits)
    });
    let mut browser = framework.browse(site, &clock).await;
    browser.jar.store(&cookie(&clock, RECEIVED));

    assert_eq!(browser.get("/").await.body, "8");
    let expected = json!({"userId":"ada","visits":8,"notice":"Hi","theirs":[1,2]});
    assert_eq!(content(&clock, browser.jar.value("sid").unwrap()), expected);
}

async fn a_restart_is_forgotten(framework: Framework) {
    let clock = clock();
    let site = Shop::new(options(&clock))
        .route("/restart", |mut session| async move {
            session.restart();
            session.discard();
            ok()
        })
        .route("/clear", |mut session| async move {
            session.clear();
            session.update(|session| session.visits = 1);
            session.discard();
            ok()
        });
    let mut browser = framework.browse(site, &clock).await;
    browser.jar.store(&cookie(&clock, RECEIVED));

    for path in ["/restart", "/clear"] {
        assert_eq!(browser.get(path).await.set_cookies(), [], "{path}");
    }
}

async fn a_session_that_was_not_used_stays_unused(framework: Framework) {
    let clock = clock();
    let site = Shop::new(options(&clock)).route("/", |mut session| async move {
        session.discard();
        ok()
    });
    let mut browser = framework.browse(site, &clock).await;
    browser.jar.store(&cookie(&clock, RECEIVED));

    let response = browser.get("/").await;
    assert_eq!((response.set_cookies().len(), response.one("vary")), (0, None));
}

async fn destroy_stays_final(framework: Framework) {
    let clock = clock();
    let site = Shop::new(options(&clock)).route("/", |mut session| async move {
        session.destroy();
        session.discard();
        assert_eq!(session.user_id(), None);
        ok()
    });
    let mut browser = framework.browse(site, &clock).await;
    browser.jar.store(&cookie(&clock, RECEIVED));

    let (set, expired) = browser.get("/").await.set_and_expired();
    assert_eq!((set.len(), expired.as_slice()), (0, ALL_NAMES.map(str::to_owned).as_slice()));
}

async fn a_conflict_stays_a_conflict(framework: Framework) {
    let clock = clock();
    let site = Shop::new(options(&clock)).route_with_two("/", |mut first, mut second| async move {
        first.visits = 8;
        second.visits = 9;
        second.discard();
        first.discard();
        ok()
    });
    let mut browser = framework.browse(site, &clock).await;
    browser.jar.store(&cookie(&clock, RECEIVED));

    let response = browser.get("/").await;
    assert_eq!((response.status, response.set_cookies().len()), (500, 0));
}

async fn unpublished_changes_of_another_handle_are_a_conflict(framework: Framework) {
    let clock = clock();
    let site = Shop::new(options(&clock)).route_with_two("/", |mut first, mut second| async move {
        first.visits = 8;
        second.discard();
        text(line_above())
    });
    let browser = framework.browse(site, &clock).await;

    let log = Log::capture();
    let request = Request::get("/").header("cookie", cookie(&clock, RECEIVED));
    assert_eq!(browser.send_as_is(request).await.status, 500);
    let event = log.take_one().to_string();
    assert!(event.contains("the session was discarded at tests/tests/acceptance/discard.rs:"), "{event}");
}

async fn another_handle_that_read_the_changes_is_stale(framework: Framework) {
    let clock = clock();
    let site = Shop::new(options(&clock))
        .route_with_two("/stale", |mut first, mut second| async move {
            first.update(|session| session.visits = 8);
            assert_eq!(second.visits, 8);
            first.discard();
            second.visits += 1;
            ok()
        })
        .route_with_two("/reloaded", |mut first, mut second| async move {
            first.update(|session| session.visits = 8);
            assert_eq!(second.visits, 8);
            first.discard();
            second.reload();
            second.visits += 10;
            ok()
        })
        .route_with_two("/unchanged", |mut first, mut second| async move {
            assert_eq!(second.visits, 7);
            first.discard();
            second.visits += 10;
            ok()
        });
    let browser = framework.browse(site, &clock).await;

    for (path, status) in [("/stale", 500), ("/reloaded", 200), ("/unchanged", 200)] {
        let request = Request::get(path).header("cookie", cookie(&clock, RECEIVED));
        let response = browser.send_as_is(request).await;
        assert_eq!(response.status, status, "{path}");
        if status == 200 {
            assert_eq!(content(&clock, &response.set_cookies()[0].value)["visits"], 17, "{path}");
        }
    }
}
