//! A 5xx response commits nothing but a `destroy()` and what `save()` accepted;
//! a payload that can't be written replaces the response.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use iron_session::error::SaveError;
use iron_session::options::OnSaveError;
use iron_session::{IronSession, Untyped};
use iron_session_tests::fixtures::{ALL_NAMES, clock, content, cookie, noise, options, unseal};
use iron_session_tests::site::{ok, text};
use iron_session_tests::{Framework, Log, Request, Shop, Site, SiteResponse, User, on_every_framework};
use serde_json::json;
use tracing::Level;

on_every_framework![
    a_5xx_commits_no_change,
    a_408_commits_as_a_5xx_does,
    a_5xx_that_drops_a_change_is_logged,
    a_5xx_that_drops_nothing_is_silent,
    a_handler_that_is_cancelled_half_way_commits_nothing,
    a_4xx_and_a_redirect_commit,
    a_5xx_commits_a_destroy,
    a_5xx_commits_what_save_accepted_and_nothing_later,
    a_5xx_refreshes_nothing,
    an_error_response_is_treated_by_its_status,
    a_session_that_does_not_fit_replaces_the_response,
    a_field_that_cant_be_encoded_replaces_the_response,
    a_field_nested_too_deep_replaces_the_response,
    a_hook_can_let_the_response_pass,
];

async fn a_5xx_commits_no_change(framework: Framework) {
    let clock = clock();
    let site = Shop::new(options(&clock))
        .route("/500", |mut session| async move {
            session.set_visits(1);
            Ok(SiteResponse { status: 500, ..SiteResponse::text("the application's own page") })
        })
        .route("/503", |mut session| async move {
            session.update(|s| s.set_visits(1));
            Ok(SiteResponse::status(503))
        });
    let mut browser = framework.browse(site, &clock).await;
    let log = Log::capture();

    let response = browser.get("/500").await;
    assert_eq!((response.status, response.body.as_str()), (500, "the application's own page"));
    assert_eq!(response.all("set-cookie"), [""; 0]);
    assert_eq!(browser.get("/503").await.all("set-cookie"), [""; 0]);
    assert_eq!(log.take().len(), 2);
}

/// A timeout inside the layer cancels the handler, and says 408.
async fn a_408_commits_as_a_5xx_does(framework: Framework) {
    let clock = clock();
    let site = Shop::new(options(&clock))
        .route("/change", |mut session| async move {
            session.set_visits(8);
            Ok(SiteResponse::status(408))
        })
        .route("/save", |mut session| async move {
            session.set_visits(9);
            session.save().unwrap();
            session.set_visits(10);
            Ok(SiteResponse::status(408))
        })
        .route("/logout", |mut session| async move {
            session.destroy();
            Ok(SiteResponse::status(408))
        });
    let mut browser = framework.browse(site, &clock).await;
    browser.jar.store(&cookie(&clock, r#"{"visits":7}"#));
    let log = Log::capture();

    let response = browser.get("/change").await;
    assert_eq!((response.status, response.all("set-cookie").len()), (408, 0));
    assert_eq!(log.take_one().field("status"), Some("408"));
    browser.get("/save").await;
    assert_eq!(content(&clock, browser.jar.value("sid").unwrap()), json!({"visits":9}));
    assert_eq!(log.take_one().level, Level::WARN);
    browser.get("/logout").await;
    assert_eq!(browser.jar.names(), [""; 0]);
    log.assert_silent();
}

async fn a_handler_that_is_cancelled_half_way_commits_nothing(framework: Framework) {
    let clock = clock();
    let site = Shop::new(options(&clock)).route("/login", |mut session| async move {
        let handler = async move {
            session.restart();
            session.set_user_id("ada");
            let second_factor: bool = std::future::pending().await;
            session.set_visits(u32::from(second_factor));
            ok()
        };
        let limit = std::time::Duration::from_millis(20);
        tokio::time::timeout(limit, handler).await.unwrap_or(Ok(SiteResponse::status(408)))
    });
    let mut browser = framework.browse(site, &clock).await;

    assert_eq!(browser.get("/login").await.status, 408);
    assert_eq!(browser.jar.names(), [""; 0], "nobody is signed in without the second factor");
}

async fn a_5xx_that_drops_a_change_is_logged(framework: Framework) {
    let clock = clock();
    let site = Shop::new(options(&clock))
        .route("/change", |mut session| async move {
            session.set_visits(8);
            Ok(SiteResponse::status(500))
        })
        .route("/lifetime", |mut session| async move {
            session.cookie().until_browser_closes();
            Ok(SiteResponse::status(500))
        })
        .route("/clear", |mut session| async move {
            session.clear();
            Ok(SiteResponse::status(500))
        })
        .route("/restart", |mut session| async move {
            session.restart();
            session.set_visits(7);
            Ok(SiteResponse::status(500))
        })
        .route("/later", |mut session| async move {
            session.set_visits(8);
            session.save().unwrap();
            session.clear_user_id();
            Ok(SiteResponse::status(500))
        });
    let browser = framework.browse(site, &clock).await;
    let log = Log::capture();

    for path in ["/change", "/lifetime", "/clear", "/restart", "/later"] {
        let request = Request::get(path).header("cookie", cookie(&clock, r#"{"visits":7,"userId":"ada"}"#));
        assert_eq!(browser.send_as_is(request).await.status, 500);
        let event = log.take_one();
        assert_eq!(event.level, Level::WARN, "{path}");
        assert_eq!((event.field("cookie"), event.field("status")), (Some("sid"), Some("500")), "{path}");
        assert!(event.to_string().contains("`save()`"), "what to do: {event}");
    }
}

async fn a_5xx_that_drops_nothing_is_silent(framework: Framework) {
    let clock = clock();
    let site = Shop::new(options(&clock))
        .route("/nothing", |_session| async { Ok(SiteResponse::status(500)) })
        .route("/reads", |session| async move {
            Ok(SiteResponse { status: 500, ..SiteResponse::text(session.visits()) })
        })
        .route("/back", |mut session| async move {
            session.set_visits(8);
            session.set_visits(7);
            Ok(SiteResponse::status(500))
        })
        .route("/transient", |mut session| async move {
            session.set_current_user(Arc::new(User { name: "ada".to_owned() }));
            Ok(SiteResponse::status(500))
        })
        .route("/saves", |mut session| async move {
            session.set_visits(8);
            session.save().unwrap();
            session.set_visits(8);
            Ok(SiteResponse::status(500))
        })
        .route("/logout", |mut session| async move {
            session.set_visits(8);
            session.destroy();
            Ok(SiteResponse::status(500))
        });
    let browser = framework.browse(site, &clock).await;
    let log = Log::capture();

    // Complete: what a payload lacks is written once a handler has written.
    let header = cookie(&clock, r#"{"visits":7,"cart":[],"balance":0}"#);
    for path in ["/nothing", "/reads", "/back", "/transient", "/saves", "/logout"] {
        let request = Request::get(path).header("cookie", header.as_str());
        assert_eq!(browser.send_as_is(request).await.status, 500);
        let events = log.take();
        assert!(events.is_empty(), "{path}: {events:?}");
    }
}

async fn a_4xx_and_a_redirect_commit(framework: Framework) {
    let clock = clock();
    let site = Shop::new(options(&clock))
        .route("/redirect", |mut session| async move {
            session.set_notice("Welcome");
            Ok(SiteResponse::status(303).header("location", "/"))
        })
        .route("/404", |mut session| async move {
            session.set_visits(1);
            Ok(SiteResponse::status(404))
        });
    let mut browser = framework.browse(site, &clock).await;

    assert_eq!(browser.get("/redirect").await.status, 303);
    assert_eq!(browser.get("/404").await.status, 404);
    assert_eq!(content(&clock, browser.jar.value("sid").unwrap()), json!({"notice":"Welcome","visits":1}));
}

async fn a_5xx_commits_a_destroy(framework: Framework) {
    let clock = clock();
    let site = Shop::new(options(&clock)).route("/", |mut session| async move {
        session.destroy();
        Ok(SiteResponse::status(500))
    });
    let mut browser = framework.browse(site, &clock).await;
    browser.jar.store(&cookie(&clock, r#"{"visits":7}"#));

    let response = browser.get("/").await;
    assert_eq!(response.status, 500);
    assert_eq!(response.set_and_expired().1, ALL_NAMES);
    assert_eq!(browser.jar.names(), [""; 0]);
}

async fn a_5xx_commits_what_save_accepted_and_nothing_later(framework: Framework) {
    let clock = clock();
    let site = Shop::new(options(&clock)).route("/", |mut session| async move {
        session.set_visits(1);
        session.save().unwrap();
        session.set_visits(2);
        Ok(SiteResponse::status(500))
    });
    let mut browser = framework.browse(site, &clock).await;

    assert_eq!(browser.get("/").await.status, 500);
    assert_eq!(content(&clock, browser.jar.value("sid").unwrap()), json!({"visits":1}));
}

async fn a_5xx_refreshes_nothing(framework: Framework) {
    let clock = clock();
    let always = std::time::Duration::ZERO;
    let site = Shop::new(options(&clock).refresh_after(always))
        .route("/", |session| async move { text(session.visits()) })
        .route("/500", |session| async move {
            Ok(SiteResponse { status: 500, ..SiteResponse::text(session.visits()) })
        });
    let mut browser = framework.browse(site, &clock).await;
    browser.jar.store(&cookie(&clock, r#"{"visits":7}"#));

    assert_eq!(browser.get("/500").await.all("set-cookie"), [""; 0]);
    assert_eq!(browser.get("/").await.set_and_expired().0, ["sid"]);
}

async fn an_error_response_is_treated_by_its_status(framework: Framework) {
    let clock = clock();
    let site = Shop::new(options(&clock))
        .route("/303", |mut session| async move {
            session.set_notice("Please log in");
            Err(SiteResponse::status(303).header("location", "/login"))
        })
        .route("/500", |mut session| async move {
            session.set_visits(1);
            Err(SiteResponse::status(500))
        });
    let mut browser = framework.browse(site, &clock).await;

    assert_eq!(browser.get("/303").await.status, 303);
    assert_eq!(browser.get("/500").await.status, 500);
    assert_eq!(content(&clock, browser.jar.value("sid").unwrap()), json!({"notice":"Please log in"}));
}

async fn a_session_that_does_not_fit_replaces_the_response(framework: Framework) {
    let clock = clock();
    let site = Site::<Untyped>::new(options(&clock)).route("/", |mut session| async move {
        session.insert("history", &noise(5000)).unwrap();
        session.insert("user", "ada").unwrap();
        Ok(SiteResponse::text("saved!").header("x-saved", "yes"))
    });
    let mut browser = framework.browse(site, &clock).await;
    browser.jar.store(&cookie(&clock, r#"{"user":"ada"}"#));
    let log = Log::capture();

    let response = browser.get("/").await;
    assert_eq!((response.status, response.body.as_str()), (500, ""));
    assert_eq!(response.one("x-saved"), None);
    assert_eq!(response.all("set-cookie"), [""; 0]);
    let event = log.take_one();
    assert_eq!(event.level, Level::ERROR);
    assert_eq!(event.field("cookie"), Some("sid"));
    assert!(
        event.to_string().contains("largest members: `history` (5013 bytes), `user` (13 bytes)"),
        "{event}"
    );
    assert!(!event.to_string().contains(&noise(20)), "a log line holds no content: {event}");
    assert_eq!(unseal(&clock, browser.jar.value("sid").unwrap()), r#"{"user":"ada"}"#);
}

/// JSON has no such map keys.
#[derive(IronSession, Clone)]
#[session(json_schema)]
struct Grid {
    cells: BTreeMap<(u8, u8), u8>,
}

async fn a_field_that_cant_be_encoded_replaces_the_response(framework: Framework) {
    let clock = clock();
    let site = Site::<Grid>::new(options(&clock)).route("/", |mut session| async move {
        session.cells_mut().insert((1, 2), 3);
        let saved = session.save();
        assert!(matches!(saved, Err(SaveError::Seal(_))), "{saved:?}");
        session.cells_mut().insert((1, 2), 3);
        ok()
    });
    let mut browser = framework.browse(site, &clock).await;
    let log = Log::capture();

    let response = browser.get("/").await;
    assert_eq!((response.status, response.all("set-cookie").len()), (500, 0));
    let event = log.take_one().to_string();
    assert!(event.contains("member `cells`"), "{event}");
}

async fn a_field_nested_too_deep_replaces_the_response(framework: Framework) {
    let clock = clock();
    let site = Site::<Untyped>::new(options(&clock)).route("/", |mut session| async move {
        let deep = (0..200).fold(serde_json::Value::Null, |value, _| serde_json::Value::Array(vec![value]));
        session.insert("deep", &deep).unwrap();
        ok()
    });
    let mut browser = framework.browse(site, &clock).await;
    let log = Log::capture();

    let response = browser.get("/").await;
    assert_eq!((response.status, response.all("set-cookie").len()), (500, 0));
    let event = log.take_one().to_string();
    assert!(event.contains("member `deep` is nested more than 128 levels deep"), "{event}");
}

async fn a_hook_can_let_the_response_pass(framework: Framework) {
    let told = Arc::new(Mutex::new(Vec::new()));
    let tells = Arc::clone(&told);
    let clock = clock();
    let hooked = options(&clock).on_save_error(move |error| {
        tells.lock().unwrap().push(error.to_string());
        OnSaveError::SendResponse
    });
    let site = Site::<Untyped>::new(hooked).route("/", |mut session| async move {
        session.insert("history", &noise(5000)).unwrap();
        text("the session was not saved")
    });
    let browser = framework.browse(site, &clock).await;
    let log = Log::capture();

    let response = browser.send_as_is(Request::get("/")).await;
    assert_eq!((response.status, response.body.as_str()), (200, "the session was not saved"));
    assert_eq!(response.all("set-cookie"), [""; 0]);
    log.take_one();
    let told = told.lock().unwrap();
    assert_eq!(told.len(), 1);
    assert!(told[0].contains("`history` (5013 bytes)"), "{told:?}");
}
