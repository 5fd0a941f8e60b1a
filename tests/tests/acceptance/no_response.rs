//! A request that gets no response: nothing can carry its cookies, which is logged where
//! the application was told that they were safe.

use std::convert::Infallible;
use std::future::{Ready, pending, ready};
use std::sync::Arc;

use ::axum::body::Body;
use ::axum::error_handling::HandleError;
use http::StatusCode;
use iron_session::{Session, SessionLayer};
use iron_session_tests::fixtures::{ALL_NAMES, clock, options};
use iron_session_tests::site::ok;
use iron_session_tests::{AppSession, Framework, Log, Shop, on_every_framework};
use tokio::sync::watch;
use tower::{Layer as _, ServiceExt as _, service_fn};
use tracing::Level;

on_every_framework![
    a_logout_of_a_request_that_is_dropped_is_logged,
    a_save_of_a_request_that_is_dropped_is_logged,
    a_request_that_is_dropped_half_way_is_silent,
];

/// Sends a request whose handler never ends, and closes the connection. Returns once the server has
/// dropped the request. Rocket never does: it runs the handler to its end.
async fn drop_request(framework: Framework, act: fn(&mut Session<AppSession>)) -> Log {
    let (acted, mut has_acted) = watch::channel(false);
    let alive = Arc::new(());
    let held = Arc::downgrade(&alive);
    let clock = clock();
    let site = Shop::new(options(&clock)).route("/", move |mut session| {
        let (acted, alive) = (acted.clone(), held.upgrade());
        async move {
            act(&mut session);
            acted.send_replace(true);
            pending::<()>().await;
            drop(alive);
            ok()
        }
    });
    let mut browser = framework.browse(site, &clock).await;
    let log = Log::capture();
    tokio::select! {
        response = browser.get("/") => panic!("{response:?}"),
        has_acted = has_acted.wait_for(|has_acted| *has_acted) => assert!(*has_acted.unwrap()),
    }
    if framework == Framework::Rocket {
        for _ in 0..100 {
            tokio::task::yield_now().await;
        }
        assert_eq!(Arc::strong_count(&alive), 2);
        log.assert_silent();
    } else {
        while Arc::strong_count(&alive) > 1 {
            tokio::task::yield_now().await;
        }
    }
    log
}

async fn a_logout_of_a_request_that_is_dropped_is_logged(framework: Framework) {
    let log = drop_request(framework, |session| session.destroy()).await;
    if framework == Framework::Rocket {
        return;
    }
    let event = log.take_one();
    assert_eq!((event.level, event.field("cookie")), (Level::WARN, Some("sid")));
    assert!(event.to_string().contains("`destroy()`"), "{event}");
}

async fn a_save_of_a_request_that_is_dropped_is_logged(framework: Framework) {
    let save = |session: &mut Session<AppSession>| {
        session.set_visits(1);
        session.save().unwrap();
    };
    let log = drop_request(framework, save).await;
    if framework == Framework::Rocket {
        return;
    }
    let event = log.take_one();
    assert_eq!((event.level, event.field("cookie")), (Level::WARN, Some("sid")));
    assert!(event.to_string().contains("`save()`"), "{event}");
}

/// Browsers go away all the time, and the handler had not finished.
async fn a_request_that_is_dropped_half_way_is_silent(framework: Framework) {
    drop_request(framework, |session| assert_eq!(*session.visits(), 0)).await.assert_silent();
    drop_request(framework, |session| session.set_visits(1)).await.assert_silent();
    drop_request(framework, |session| session.update(|s| s.set_visits(1))).await.assert_silent();
}

type Request = http::Request<Body>;

/// A tower service that uses the session and fails.
fn fail(
    request: &Request,
    act: fn(&mut Session<AppSession>),
) -> Ready<Result<http::Response<Body>, &'static str>> {
    let mut session = Session::from_http_request(request).unwrap();
    act(&mut session);
    ready(Err("the connection to the backend broke"))
}

fn layer() -> SessionLayer<AppSession> {
    SessionLayer::new(options(&clock()).build().unwrap()).unwrap()
}

#[test]
fn what_an_error_of_a_tower_service_loses_is_logged() {
    Framework::Axum.run(|_| async {
        type Act = fn(&mut Session<AppSession>);
        let acts: [(Act, Option<(Level, &str)>); 5] = [
            (|session| session.destroy(), Some((Level::ERROR, "`destroy()`"))),
            (
                |session| {
                    session.set_visits(1);
                    session.save().unwrap();
                    session.set_visits(2);
                },
                Some((Level::ERROR, "`save()`")),
            ),
            (|session| session.set_visits(1), Some((Level::WARN, "changes"))),
            (|session| assert_eq!(*session.visits(), 0), None),
            (|_session| {}, None),
        ];
        for (act, expected) in acts {
            let log = Log::capture();
            let service = layer().layer(service_fn(move |request: Request| fail(&request, act)));
            let failed = service.oneshot(Request::default()).await;
            assert_eq!(failed.unwrap_err(), "the connection to the backend broke");

            let Some((level, lost)) = expected else {
                log.assert_silent();
                continue;
            };
            let event = log.take_one();
            assert_eq!((event.level, event.field("cookie")), (level, Some("sid")), "{event}");
            assert!(event.to_string().contains(lost), "{event}");
            assert!(event.to_string().contains("inside the session layer"), "what to do: {event}");
        }
    });
}

/// What the log proposes.
#[test]
fn an_error_handler_inside_the_layer_keeps_the_logout() {
    Framework::Axum.run(|_| async {
        let log = Log::capture();
        let failing = service_fn(|request: Request| fail(&request, |session| session.destroy()));
        let handled =
            HandleError::new(failing, |error: &'static str| ready((StatusCode::BAD_GATEWAY, error)));
        let response: Result<_, Infallible> = layer().layer(handled).oneshot(Request::default()).await;
        let response = response.unwrap();
        assert_eq!(response.status(), StatusCode::BAD_GATEWAY);
        assert_eq!(response.headers().get_all("set-cookie").iter().count(), ALL_NAMES.len());
        log.assert_silent();
    });
}

/// A task that goes on with the session is told what it is told after any response.
#[test]
fn writing_after_an_error_of_a_tower_service_is_logged() {
    Framework::Axum.run(|_| async {
        let kept = Arc::new(std::sync::Mutex::new(None));
        let keeps = Arc::clone(&kept);
        let service = layer().layer(service_fn(move |request: Request| {
            *keeps.lock().unwrap() = Some(Session::<AppSession>::from_http_request(&request).unwrap());
            ready(Err::<http::Response<Body>, _>("broke"))
        }));
        assert!(service.oneshot(Request::default()).await.is_err());
        let log = Log::capture();
        let mut session = kept.lock().unwrap().take().unwrap();
        session.set_visits(1);
        assert!(session.save().is_err());
        drop(session);
        assert_eq!(log.take_one().level, Level::ERROR);
    });
}
