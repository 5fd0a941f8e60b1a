//! A writer that is still alive when the response leaves is an error of the
//! application; writing after that is told, and lost.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use iron_session::Session;
use iron_session::error::SaveError;
use iron_session_tests::fixtures::{clock, cookie, options};
use iron_session_tests::site::{ok, text};
use iron_session_tests::{
    AppSession, Framework, Log, Request, RequestSession, Shop, SiteResponse, on_every_framework,
};
use tracing::Level;

use crate::line_above;

on_every_framework![
    a_writer_in_a_streaming_body_is_an_error,
    a_writer_in_a_spawned_task_is_an_error,
    a_reader_in_a_streaming_body_is_fine,
    a_spawned_task_that_is_done_in_time_is_fine,
    writing_from_a_task_after_the_response_is_told_and_lost,
];

type Place = Arc<Mutex<String>>;

async fn a_writer_in_a_streaming_body_is_an_error(framework: Framework) {
    let place = Place::default();
    let writer = Arc::clone(&place);
    let clock = clock();
    let site = Shop::new(options(&clock)).route("/", move |mut session| {
        let writer = Arc::clone(&writer);
        async move {
            session.set_visits(1);
            *writer.lock().unwrap() = line_above();
            Ok(SiteResponse::text("streamed").streaming(session))
        }
    });
    let mut browser = framework.browse(site, &clock).await;
    let log = Log::capture();

    let response = browser.get("/").await;
    assert_eq!((response.status, response.body.as_str()), (500, ""));
    assert_eq!(response.all("set-cookie"), [""; 0]);
    let event = log.take().remove(0);
    assert_eq!(event.level, Level::ERROR);
    assert!(event.to_string().contains(place.lock().unwrap().as_str()), "{event}");
    assert!(event.to_string().contains("drop the handle before you return the response"), "{event}");
}

async fn a_writer_in_a_spawned_task_is_an_error(framework: Framework) {
    let (responded, done) = (Flag::default(), Flag::default());
    let (waits, finishes) = (responded.clone(), done.clone());
    let clock = clock();
    let site = Shop::new(options(&clock)).route("/", move |mut session| {
        let (waits, finishes) = (waits.clone(), finishes.clone());
        async move {
            session.set_visits(1);
            tokio::spawn(async move {
                waits.raised().await;
                drop(session);
                finishes.raise();
            });
            text("spawned")
        }
    });
    let mut browser = framework.browse(site, &clock).await;
    let log = Log::capture();

    let response = browser.get("/").await;
    assert_eq!((response.status, response.body.as_str()), (500, ""));
    assert_eq!(response.all("set-cookie"), [""; 0]);
    assert_eq!(log.take_one().level, Level::ERROR);

    responded.raise();
    done.raised().await;
    let event = log.take_one();
    assert_eq!(event.level, Level::ERROR);
    assert!(event.message.contains("after the response was returned"), "{event}");
}

async fn a_reader_in_a_streaming_body_is_fine(framework: Framework) {
    let clock = clock();
    let site = Shop::new(options(&clock))
        .route("/", |session| async move { Ok(SiteResponse::text(session.visits()).streaming(session)) });
    let browser = framework.browse(site, &clock).await;
    let log = Log::capture();

    let request = Request::get("/").header("cookie", cookie(&clock, r#"{"visits":7}"#));
    let response = browser.send_as_is(request).await;
    assert_eq!((response.status, response.body.as_str()), (200, "7"));
    log.assert_silent();
}

async fn a_spawned_task_that_is_done_in_time_is_fine(framework: Framework) {
    let clock = clock();
    let site = Shop::new(options(&clock)).route("/", |mut session| async move {
        let task = tokio::spawn(async move { session.set_visits(1) });
        task.await.unwrap();
        ok()
    });
    let mut browser = framework.browse(site, &clock).await;
    let log = Log::capture();

    let response = browser.get("/").await;
    assert_eq!((response.status, response.set_cookies().len()), (200, 2));
    log.assert_silent();
}

async fn writing_from_a_task_after_the_response_is_told_and_lost(framework: Framework) {
    let place = Place::default();
    let (responded, done) = (Flag::default(), Flag::default());
    let (writer, waits, finishes) = (Arc::clone(&place), responded.clone(), done.clone());
    let clock = clock();
    let site = Shop::new(options(&clock)).route("/", move |mut session| {
        let (writer, waits, finishes) = (Arc::clone(&writer), waits.clone(), finishes.clone());
        async move {
            let visits = *session.visits();
            tokio::spawn(async move {
                waits.raised().await;
                session.set_visits(100);
                *writer.lock().unwrap() = line_above();
                let saved = session.save();
                assert!(matches!(saved, Err(SaveError::ResponseStarted)), "{saved:?}");
                finishes.raise();
            });
            text(visits)
        }
    });
    let browser = framework.browse(site, &clock).await;
    let log = Log::capture();

    let request = Request::get("/").header("cookie", cookie(&clock, r#"{"visits":7}"#));
    let response = browser.send_as_is(request).await;
    assert_eq!((response.status, response.body.as_str()), (200, "7"));
    log.assert_silent();

    responded.raise();
    done.raised().await;
    let event = log.take_one();
    assert_eq!(event.level, Level::ERROR);
    assert!(event.to_string().contains(place.lock().unwrap().as_str()), "{event}");
}

/// Something that tasks of one thread wait for.
#[derive(Clone, Default)]
struct Flag(Arc<AtomicBool>);

impl Flag {
    fn raise(&self) {
        self.0.store(true, Ordering::SeqCst);
    }

    async fn raised(&self) {
        while !self.0.load(Ordering::SeqCst) {
            tokio::task::yield_now().await;
        }
    }
}

fn committed() -> (Session<AppSession>, Log) {
    let clock = clock();
    let request = RequestSession::<AppSession>::new(options(&clock).build().unwrap());
    let session = request.handle([cookie(&clock, r#"{"visits":7}"#).as_str()]).unwrap();
    assert_eq!(*session.visits(), 7);
    let log = Log::capture();
    assert_eq!(request.commit(200).set_cookies, [""; 0]);
    log.assert_silent();
    (session, log)
}

#[test]
fn every_way_of_writing_after_the_response_is_told_with_its_place() {
    type Write = fn(&mut Session<AppSession>) -> String;
    let ways: [(&str, Write); 7] = [
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
        ("destroy", |s| {
            s.destroy();
            line_above()
        }),
        ("cookie settings", |s| {
            s.cookie().until_browser_closes();
            line_above()
        }),
    ];
    for (way, write) in ways {
        let (mut session, log) = committed();
        let place = write(&mut session);
        drop(session);
        let event = log.take_one();
        assert_eq!(event.level, Level::ERROR, "{way}");
        assert!(event.to_string().contains(&place), "{way}: {event}");
    }
}

#[test]
fn saving_after_the_response_tells_so() {
    let (mut session, log) = committed();
    assert!(matches!(session.save(), Err(SaveError::ResponseStarted)));
    log.assert_silent();
}

#[test]
fn saving_after_the_response_tells_so_to_who_wrote_before_it() {
    let request = RequestSession::<AppSession>::new(options(&clock()).build().unwrap());
    let mut session = request.handle([""; 0]).unwrap();
    session.set_visits(1);
    assert!(request.commit(200).replace_response);

    let saved = session.save();
    assert!(matches!(saved, Err(SaveError::ResponseStarted)), "{saved:?}");
}

#[test]
fn reading_after_the_response_is_fine() {
    let (session, log) = committed();
    assert_eq!(*session.visits(), 7);
    log.assert_silent();
}
