//! Unpublished changes and a second handle never mix silently, also between a middleware and a
//! handler: the response is a 500, nothing is committed, and the log names both places and the fix.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use iron_session_tests::fixtures::{clock, content, cookie, options};
use iron_session_tests::site::{ok, text};
use iron_session_tests::{Framework, Log, Request, Response, Shop, on_every_framework};
use serde_json::json;

use crate::line_above;

on_every_framework![
    extracting_beside_a_writer_is_rejected_before_the_handler_runs,
    a_middleware_that_updates_is_fine,
    a_middleware_that_drops_its_handle_is_fine,
    a_middleware_that_only_reads_is_fine,
    reading_beside_a_writer_is_an_error,
    writing_beside_a_writer_is_an_error,
    the_handler_that_wrote_last_writes_to_a_scratch_copy,
    writing_what_was_read_before_a_change_is_an_error,
    refreshing_before_writing_is_fine,
    updating_after_having_read_is_fine,
    an_error_of_the_application_also_takes_back_what_save_accepted,
    handles_that_only_read_never_conflict,
];

/// The response to an error of the application: a 500 that tells nothing.
#[track_caller]
fn assert_refused(response: &Response) {
    assert_eq!(response.status, 500);
    assert_eq!(response.all("set-cookie"), [""; 0], "nothing is committed");
    assert_eq!(response.body, "");
}

/// Where the two handles were used, noted by the handlers themselves.
#[derive(Clone, Default)]
struct Places {
    first: Place,
    second: Place,
}

#[derive(Clone, Default)]
struct Place(Arc<Mutex<String>>);

impl Place {
    #[track_caller]
    fn is_above(&self) {
        *self.0.lock().unwrap() = line_above();
    }

    fn is_in(&self, line: &str) -> bool {
        line.contains(self.0.lock().unwrap().as_str())
    }
}

async fn extracting_beside_a_writer_is_rejected_before_the_handler_runs(framework: Framework) {
    let ran = Arc::new(AtomicBool::new(false));
    let runs = Arc::clone(&ran);
    let writer = Place::default();
    let noted = writer.clone();
    let clock = clock();
    let site = Shop::new(options(&clock))
        .middleware(move |mut session| {
            session.set_visits(1);
            noted.is_above();
            Ok(Box::new(move || drop(session)))
        })
        .route("/", move |_session| {
            runs.store(true, Ordering::SeqCst);
            async { text("the handler ran") }
        });
    let mut browser = framework.browse(site, &clock).await;
    let log = Log::capture();

    assert_refused(&browser.get("/").await);
    assert!(!ran.load(Ordering::SeqCst));
    let line = log.take_one().to_string();
    assert!(line.starts_with("ERROR "), "{line}");
    assert!(line.contains("extracted by the handler's extractor while"), "{line}");
    assert!(writer.is_in(&line), "{line}");
    assert!(line.contains("session.update("), "{line}");
    assert!(line.contains("before `next.run`"), "{line}");
}

async fn a_middleware_that_updates_is_fine(framework: Framework) {
    let clock = clock();
    let site = Shop::new(options(&clock))
        .middleware(|mut session| {
            session.update(|s| s.set_visits(s.visits() + 1));
            Ok(Box::new(move || session.update(|s| s.set_visits(s.visits() + 1))))
        })
        .route("/", |mut session| async move {
            session.visits += 10;
            text(session.visits())
        });
    let mut browser = framework.browse(site, &clock).await;
    let log = Log::capture();

    assert_eq!(browser.get("/").await.body, "11");
    assert_eq!(browser.get("/").await.body, "23");
    log.assert_silent();
}

async fn a_middleware_that_drops_its_handle_is_fine(framework: Framework) {
    let clock = clock();
    let site = Shop::new(options(&clock))
        .middleware(|mut session| {
            session.set_visits(1);
            Ok(Box::new(|| {}))
        })
        .route("/", |mut session| async move {
            session.visits += 1;
            text(session.visits())
        });
    let mut browser = framework.browse(site, &clock).await;
    let log = Log::capture();

    assert_eq!(browser.get("/").await.body, "2");
    log.assert_silent();
}

async fn a_middleware_that_only_reads_is_fine(framework: Framework) {
    let clock = clock();
    let site = Shop::new(options(&clock))
        .middleware(|session| {
            let before = *session.visits();
            // What a handle has read it goes on reading.
            Ok(Box::new(move || assert_eq!(*session.visits(), before)))
        })
        .route("/", |mut session| async move {
            session.visits += 1;
            text(session.visits())
        });
    let mut browser = framework.browse(site, &clock).await;
    let log = Log::capture();

    assert_eq!(browser.get("/").await.body, "1");
    assert_eq!(browser.get("/").await.body, "2");
    log.assert_silent();
}

async fn reading_beside_a_writer_is_an_error(framework: Framework) {
    let places = Places::default();
    let noted = places.clone();
    let clock = clock();
    let site = Shop::new(options(&clock)).route_with_two("/", move |mut first, second| {
        let noted = noted.clone();
        async move {
            first.set_visits(1);
            noted.first.is_above();
            let seen = *second.visits();
            noted.second.is_above();
            text(seen)
        }
    });
    let mut browser = framework.browse(site, &clock).await;
    let log = Log::capture();

    assert_refused(&browser.get("/").await);
    let line = log.take_one().to_string();
    assert!(places.first.is_in(&line) && places.second.is_in(&line), "{line}");
    assert!(line.contains("session.update("), "{line}");
}

async fn writing_beside_a_writer_is_an_error(framework: Framework) {
    let places = Places::default();
    let noted = places.clone();
    let clock = clock();
    let site = Shop::new(options(&clock)).route_with_two("/", move |mut first, mut second| {
        let noted = noted.clone();
        async move {
            first.set_visits(1);
            noted.first.is_above();
            second.set_visits(2);
            noted.second.is_above();
            ok()
        }
    });
    let mut browser = framework.browse(site, &clock).await;
    let log = Log::capture();

    assert_refused(&browser.get("/").await);
    let line = log.take_one().to_string();
    assert!(places.first.is_in(&line) && places.second.is_in(&line), "{line}");
    assert!(line.contains("session.update("), "{line}");
}

async fn the_handler_that_wrote_last_writes_to_a_scratch_copy(framework: Framework) {
    let visits = Arc::new(Mutex::new(Vec::new()));
    let noted = Arc::clone(&visits);
    let clock = clock();
    let site = Shop::new(options(&clock)).route_with_two("/", move |mut first, mut second| {
        let noted = Arc::clone(&noted);
        async move {
            first.set_visits(1);
            second.set_visits(2);
            second.update(|s| s.set_visits(s.visits() + 10));
            noted.lock().unwrap().extend([*first.visits(), *second.visits()]);
            ok()
        }
    });
    let mut browser = framework.browse(site, &clock).await;

    assert_refused(&browser.get("/").await);
    assert_eq!(*visits.lock().unwrap(), [1, 12], "neither overwrites the other");
}

async fn writing_what_was_read_before_a_change_is_an_error(framework: Framework) {
    let places = Places::default();
    let (before, after) = (places.clone(), places.clone());
    let clock = clock();
    let site = Shop::new(options(&clock))
        .middleware(move |mut session| {
            let noted = after.clone();
            let visits = *session.visits();
            Ok(Box::new(move || {
                session.set_visits(visits + 1);
                noted.second.is_above();
            }))
        })
        .route("/", move |mut session| {
            let noted = before.clone();
            async move {
                session.set_visits(100);
                noted.first.is_above();
                ok()
            }
        });
    let mut browser = framework.browse(site, &clock).await;
    let log = Log::capture();

    assert_refused(&browser.get("/").await);
    let line = log.take_one().to_string();
    assert!(line.contains("session.reload()") && line.contains("session.update("), "{line}");
    assert!(places.second.is_in(&line), "where it was overwritten: {line}");
    assert!(places.first.is_in(&line), "what it would have overwritten: {line}");
}

async fn refreshing_before_writing_is_fine(framework: Framework) {
    let clock = clock();
    let site = Shop::new(options(&clock))
        .middleware(|mut session| {
            assert_eq!(*session.visits(), 0);
            Ok(Box::new(move || {
                session.reload();
                session.visits += 1;
            }))
        })
        .route("/", |mut session| async move {
            session.set_visits(100);
            ok()
        });
    let mut browser = framework.browse(site, &clock).await;
    let log = Log::capture();

    assert_eq!(browser.get("/").await.status, 200);
    assert_eq!(content(&clock, browser.jar.value("sid").unwrap()), json!({"visits":101}));
    log.assert_silent();
}

async fn updating_after_having_read_is_fine(framework: Framework) {
    let clock = clock();
    let site = Shop::new(options(&clock))
        .middleware(|mut session| {
            assert_eq!(*session.visits(), 0);
            Ok(Box::new(move || session.update(|s| s.set_visits(s.visits() + 1))))
        })
        .route("/", |mut session| async move {
            session.set_visits(100);
            ok()
        });
    let mut browser = framework.browse(site, &clock).await;
    let log = Log::capture();

    assert_eq!(browser.get("/").await.status, 200);
    assert_eq!(content(&clock, browser.jar.value("sid").unwrap()), json!({"visits":101}));
    log.assert_silent();
}

async fn an_error_of_the_application_also_takes_back_what_save_accepted(framework: Framework) {
    let clock = clock();
    let site = Shop::new(options(&clock)).route_with_two("/", |mut first, second| async move {
        first.set_visits(1);
        first.save().unwrap();
        first.set_visits(2);
        text(second.visits())
    });
    let mut browser = framework.browse(site, &clock).await;

    assert_refused(&browser.get("/").await);
}

async fn handles_that_only_read_never_conflict(framework: Framework) {
    let clock = clock();
    let site = Shop::new(options(&clock)).route_with_two("/", |first, second| async move {
        text(first.visits() + second.visits() + first.visits())
    });
    let browser = framework.browse(site, &clock).await;
    let log = Log::capture();

    let request = Request::get("/").header("cookie", cookie(&clock, r#"{"visits":7}"#));
    assert_eq!(browser.send_as_is(request).await.body, "21");
    log.assert_silent();
}
