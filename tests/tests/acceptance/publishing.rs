//! Changes are published when a handle is dropped or saved, or at once by
//! `update`, which is atomic; a panic publishes nothing.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Barrier;
use std::thread;
use std::time::Duration;

use iron_session::session::Commit;
use iron_session_tests::fixtures::{clock, content, options};
use iron_session_tests::site::{ok, text};
use iron_session_tests::{AppSession, Framework, Jar, Log, RequestSession, Shop, on_every_framework};
use serde_json::json;

use crate::line_above;

on_every_framework![
    dropping_a_handle_publishes,
    saving_publishes,
    update_publishes_at_once,
    update_keeps_what_the_handle_had_written,
    a_handle_dropped_by_a_panic_publishes_nothing,
    an_update_that_panics_publishes_nothing,
    what_was_published_before_a_panic_stays,
];

async fn dropping_a_handle_publishes(framework: Framework) {
    let clock = clock();
    let site = Shop::new(options(&clock)).route_with_two("/", |mut first, second| async move {
        first.set_visits(1);
        drop(first);
        text(second.visits())
    });
    let mut browser = framework.browse(site, &clock).await;

    let response = browser.get("/").await;
    assert_eq!((response.status, response.body.as_str()), (200, "1"));
    assert_eq!(content(&clock, browser.jar.value("sid").unwrap()), json!({"visits":1}));
}

async fn saving_publishes(framework: Framework) {
    let clock = clock();
    let site = Shop::new(options(&clock)).route_with_two("/", |mut first, second| async move {
        first.set_visits(1);
        first.save().unwrap();
        let seen = *second.visits();
        first.set_visits(2);
        drop(first);
        text(seen)
    });
    let mut browser = framework.browse(site, &clock).await;

    let response = browser.get("/").await;
    assert_eq!((response.status, response.body.as_str()), (200, "1"));
    assert_eq!(content(&clock, browser.jar.value("sid").unwrap()), json!({"visits":2}));
}

async fn update_publishes_at_once(framework: Framework) {
    let clock = clock();
    let site = Shop::new(options(&clock)).route_with_two("/", |mut first, mut second| async move {
        let mut seen = Vec::new();
        for _ in 0..2 {
            first.update(|s| s.set_visits(s.visits() + 1));
            seen.push(second.update(|s| {
                s.set_visits(s.visits() * 10);
                *s.visits()
            }));
        }
        text(format!("{seen:?}"))
    });
    let mut browser = framework.browse(site, &clock).await;

    let response = browser.get("/").await;
    assert_eq!((response.status, response.body.as_str()), (200, "[10, 110]"));
    assert_eq!(content(&clock, browser.jar.value("sid").unwrap()), json!({"visits":110}));
}

async fn update_keeps_what_the_handle_had_written(framework: Framework) {
    let clock = clock();
    let site = Shop::new(options(&clock)).route_with_two("/", |mut first, second| async move {
        first.set_user_id("ada");
        first.update(|s| s.set_visits(s.visits() + 1));
        text(format!("{:?} {}", second.user_id(), second.visits()))
    });
    let mut browser = framework.browse(site, &clock).await;

    assert_eq!(browser.get("/").await.body, r#"Some("ada") 1"#);
}

async fn a_handle_dropped_by_a_panic_publishes_nothing(framework: Framework) {
    let clock = clock();
    let site = Shop::new(options(&clock)).catching_panics().route("/", |mut session| async move {
        session.set_user_id("half way");
        panic!("the handler fails")
    });
    let mut browser = framework.browse(site, &clock).await;
    let log = Log::capture();

    let response = browser.get("/").await;
    assert_eq!((response.status, response.body.as_str()), (200, "recovered"));
    assert_eq!(response.all("set-cookie"), [""; 0]);
    log.assert_silent();
}

async fn an_update_that_panics_publishes_nothing(framework: Framework) {
    let clock = clock();
    let site = Shop::new(options(&clock)).catching_panics().route("/", |mut session| async move {
        session.update(|s| {
            s.set_user_id("half way");
            panic!("the closure fails")
        })
    });
    let mut browser = framework.browse(site, &clock).await;
    let log = Log::capture();

    let response = browser.get("/").await;
    assert_eq!((response.status, response.body.as_str()), (200, "recovered"));
    assert_eq!(response.all("set-cookie"), [""; 0]);
    log.assert_silent();
}

async fn what_was_published_before_a_panic_stays(framework: Framework) {
    let clock = clock();
    let site = Shop::new(options(&clock))
        .catching_panics()
        .middleware(|mut session| {
            session.update(|s| s.set_visits(s.visits() + 1));
            Ok(Box::new(|| {}))
        })
        .route("/", |mut session| async move {
            session.set_visits(100);
            panic!("the handler fails")
        })
        .route("/fine", |_session| async { ok() });
    let mut browser = framework.browse(site, &clock).await;

    assert_eq!(browser.get("/").await.status, 200);
    assert_eq!(content(&clock, browser.jar.value("sid").unwrap()), json!({"visits":1}));
    browser.get("/fine").await;
    assert_eq!(content(&clock, browser.jar.value("sid").unwrap()), json!({"visits":2}));
}

fn request() -> RequestSession<AppSession> {
    RequestSession::new(options(&clock()).build().unwrap())
}

#[test]
fn updates_of_several_threads_lose_nothing() {
    const THREADS: u32 = 8;
    const UPDATES: u32 = 50;

    let request = request();
    thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| {
                let mut session = request.handle([""; 0]).unwrap();
                for _ in 0..UPDATES {
                    session.update(|s| {
                        let visits = *s.visits();
                        thread::yield_now();
                        s.set_visits(visits + 1);
                    });
                }
            });
        }
    });
    assert_eq!(*request.handle([""; 0]).unwrap().visits(), THREADS * UPDATES);
    assert!(!request.commit(200).replace_response);
}

#[test]
fn an_update_that_panics_lets_the_others_go_on() {
    let request = request();
    let mut session = request.handle([""; 0]).unwrap();
    let panicked = catch_unwind(AssertUnwindSafe(|| {
        session.update(|s| {
            s.set_visits(100);
            panic!("the closure fails")
        });
    }));
    assert!(panicked.is_err());

    assert_eq!(*session.visits(), 0);
    let mut other = request.handle([""; 0]).unwrap();
    other.update(|s| s.set_visits(s.visits() + 1));
    session.update(|s| s.set_visits(s.visits() + 1));
    drop((session, other));
    assert_eq!(*request.handle([""; 0]).unwrap().visits(), 2);
    assert!(!request.commit(200).replace_response);
}

#[test]
fn an_update_that_panics_leaves_what_the_handle_had_written() {
    let request = request();
    let mut session = request.handle([""; 0]).unwrap();
    session.set_user_id("ada");
    let writer = line_above();
    let panicked = catch_unwind(AssertUnwindSafe(|| {
        session.update(|s| {
            s.set_visits(100);
            panic!("the closure fails")
        });
    }));
    assert!(panicked.is_err());
    assert_eq!((session.user_id(), *session.visits()), (Some("ada"), 0), "nothing of the closure's");
    let conflict = request.handle([""; 0]).unwrap_err().to_string();
    assert!(conflict.contains(&writer), "it is unpublished still: {conflict}");

    let request = self::request();
    let mut session = request.handle([""; 0]).unwrap();
    session.set_user_id("ada");
    let panicked = catch_unwind(AssertUnwindSafe(|| session.update(|_| panic!("the closure fails"))));
    assert!(panicked.is_err());
    session.update(|s| s.set_visits(1));
    session.set_language("en".to_owned());
    drop(session);
    let commit = request.commit(200);
    assert!(!commit.replace_response);
    let jar = stored(&commit);
    assert_eq!(content(&clock(), jar.value("sid").unwrap()), json!({"userId":"ada","visits":1,"lang":"en"}));
}

/// A caught panic in a thread beside must not undo what waits for the closure.
#[test]
fn an_update_that_panics_wakes_who_waits_for_it() {
    let request = request();
    let barrier = Barrier::new(2);
    thread::scope(|scope| {
        scope.spawn(|| {
            let mut session = request.handle([""; 0]).unwrap();
            session.set_user_id("ada");
            let panicked = catch_unwind(AssertUnwindSafe(|| {
                session.update(|_| {
                    barrier.wait();
                    thread::sleep(Duration::from_millis(50));
                    panic!("the closure fails")
                });
            }));
            assert!(panicked.is_err());
            barrier.wait();
        });
        scope.spawn(|| {
            barrier.wait();
            let extracted = request.handle([""; 0]);
            barrier.wait();
            assert!(extracted.is_err(), "the handle has unpublished changes again");
        });
    });
}

/// A response does not leave in the middle of a change.
#[test]
fn a_response_waits_for_an_update_on_another_thread() {
    for round in 0..500 {
        let request = request();
        let barrier = Barrier::new(2);
        thread::scope(|scope| {
            scope.spawn(|| {
                let mut session = request.handle([""; 0]).unwrap();
                barrier.wait();
                for _ in 0..20 {
                    session.update(|s| s.set_visits(s.visits() + 1));
                }
            });
            barrier.wait();
            // At another moment in each round.
            for _ in 0..round {
                std::hint::spin_loop();
            }
            assert!(!request.commit(200).replace_response, "round {round}");
        });
    }

    let request = request();
    let barrier = Barrier::new(2);
    thread::scope(|scope| {
        scope.spawn(|| {
            request.handle([""; 0]).unwrap().update(|s| {
                barrier.wait();
                thread::sleep(Duration::from_millis(50));
                s.set_visits(7);
            });
        });
        barrier.wait();
        let commit = request.commit(200);
        assert!(!commit.replace_response);
        assert_eq!(content(&clock(), stored(&commit).value("sid").unwrap()), json!({"visits":7}));
    });
}

/// What a browser keeps of a response.
fn stored(commit: &Commit) -> Jar {
    let mut jar = Jar::new("shop.example", &clock());
    jar.store_all(commit.set_cookies.iter().map(String::as_str));
    jar
}

#[test]
fn the_closures_result_is_returned() {
    let request = request();
    let mut session = request.handle([""; 0]).unwrap();
    let length = session.update(|s| {
        s.set_user_id("ada");
        s.user_id().map(str::len)
    });
    assert_eq!(length, Some(3));
    assert_eq!(session.user_id(), Some("ada"), "the handle sees its own update");
}
