//! Layers: one in another, two session types, options by request, and none.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use iron_session::options::SessionOptionsBuilder;
use iron_session::{Passwords, SessionOptions};
use iron_session_tests::fixtures::{
    COOKIE, OTHER_PASSWORD, PASSWORD, clock, content, cookie, options, passwords, seal, unseal,
};
use iron_session_tests::site::{ok, text};
use iron_session_tests::{Answer, Framework, Log, Request, Shop, on_every_framework};
use serde_json::json;
use tracing::Level;

on_every_framework![
    a_layer_inside_another_of_its_type_uses_its_session,
    a_layer_inside_another_of_its_type_with_other_options_is_an_error,
    nested_layers_whose_options_depend_on_the_request_are_compared_by_request,
    one_cookie_for_two_types_is_an_error,
    two_types_with_a_cookie_each_are_fine,
    options_can_depend_on_the_request,
    a_missing_layer_is_told_with_what_to_do,
    a_handler_that_asks_for_no_session_needs_no_layer,
    a_middleware_that_answers_itself_commits,
    a_middleware_that_fails_commits_by_its_status,
];

async fn a_layer_inside_another_of_its_type_uses_its_session(framework: Framework) {
    let clock = clock();
    let site = Shop::new(options(&clock)).layered_twice().route("/", |mut session| async move {
        session.visits += 1;
        ok()
    });
    let mut browser = framework.browse(site, &clock).await;
    browser.jar.store("sid=not-a-seal");
    let log = Log::capture();

    let response = browser.get("/").await;
    log.take_one();
    assert_eq!(response.set_and_expired().0, ["sid"]);
    assert_eq!(response.all("vary"), ["Cookie"]);
    assert_eq!(content(&clock, browser.jar.value("sid").unwrap()), json!({"visits":1}));
}

/// Or a login on the site would be one in the admin area.
async fn a_layer_inside_another_of_its_type_with_other_options_is_an_error(framework: Framework) {
    type Change = fn(SessionOptionsBuilder) -> SessionOptionsBuilder;
    let clock = clock();
    let same: [(Change, &str); 5] = [
        (|admin| admin.purpose("admin"), "the purpose or the passwords"),
        (|admin| admin.path("/admin"), "the cookie attributes differ"),
        (|admin| admin.ttl(Duration::from_secs(600)), "the ttl"),
        (|admin| admin.max_cookies(4), "`max_cookies`"),
        // With hooks and clocks, what was built twice can't be seen to be the same.
        (|admin| admin, "built separately"),
    ];
    let admin = SessionOptions::builder("admin", passwords()).clock(clock.clone());
    let mut cases = vec![(admin, "`admin`")];
    cases.extend(same.map(|(change, differs)| (change(options(&clock)), differs)));
    for (inner, differs) in cases {
        let ran = Arc::new(AtomicBool::new(false));
        let runs = Arc::clone(&ran);
        let site = Shop::new(inner).inside(options(&clock)).route_without_session("/", move || {
            runs.store(true, Ordering::SeqCst);
            async { text("the handler ran") }
        });
        let mut browser = framework.browse(site, &clock).await;
        let log = Log::capture();

        let response = browser.get("/").await;
        assert_eq!((response.status, response.body.as_str()), (500, ""), "{differs}");
        assert_eq!(response.all("set-cookie"), [""; 0], "{differs}");
        let event = log.take_one();
        assert_eq!((event.level, event.field("cookie")), (Level::ERROR, Some("sid")), "{event}");
        for part in ["`sid`", "`AppSession`", differs, "its own session type"] {
            assert!(event.to_string().contains(part), "{part}: {event}");
        }
        assert!(!ran.load(Ordering::SeqCst), "the handler runs for a response that nobody gets");
    }
}

async fn nested_layers_whose_options_depend_on_the_request_are_compared_by_request(framework: Framework) {
    let clock = clock();
    let outer = options(&clock).build().unwrap();
    let admin = SessionOptions::builder("admin", passwords()).clock(clock.clone()).build().unwrap();
    let same = outer.clone();
    let site = Shop::by_host(move |host| if host == "admin.example" { admin.clone() } else { same.clone() })
        .inside_built(outer)
        .route("/", |mut session| async move {
            session.visits += 1;
            text(session.visits())
        });
    let browser = framework.browse(site, &clock).await;
    let log = Log::capture();

    let visit = |host: &str| Request::get("/").header("host", host);
    assert_eq!(browser.send_as_is(visit("shop.example")).await.body, "1");
    log.assert_silent();
    assert_eq!(browser.send_as_is(visit("admin.example")).await.status, 500);
    assert_eq!(log.take_one().level, Level::ERROR);
}

async fn one_cookie_for_two_types_is_an_error(framework: Framework) {
    let ran = Arc::new(AtomicBool::new(false));
    let runs = Arc::clone(&ran);
    let clock = clock();
    let site =
        Shop::new(options(&clock)).inside_other(options(&clock)).route_without_session("/", move || {
            runs.store(true, Ordering::SeqCst);
            async { text("the handler ran") }
        });
    let mut browser = framework.browse(site, &clock).await;
    let log = Log::capture();

    let response = browser.get("/").await;
    assert_eq!((response.status, response.body.as_str()), (500, ""));
    let event = log.take_one();
    assert_eq!(event.level, Level::ERROR);
    for part in ["`sid`", "`OtherSession`", "`AppSession`", "give each its own cookie name"] {
        assert!(event.to_string().contains(part), "{part}: {event}");
    }
    assert!(!ran.load(Ordering::SeqCst), "the handler runs for an answer that nobody gets");
}

async fn two_types_with_a_cookie_each_are_fine(framework: Framework) {
    let clock = clock();
    let other = SessionOptions::builder("other", passwords()).clock(clock.clone());
    let site = Shop::new(options(&clock)).inside_other(other).route_with_other(
        "/",
        |mut session, mut other| async move {
            session.visits += 1;
            other.set_theme("dark");
            text(session.visits())
        },
    );
    let mut browser = framework.browse(site, &clock).await;
    let log = Log::capture();

    assert_eq!(browser.get("/").await.body, "1");
    let response = browser.get("/").await;
    assert_eq!((response.body.as_str(), response.set_and_expired().0), ("2", vec!["sid".to_owned()]));
    assert_eq!(response.all("vary"), ["Cookie"]);
    assert_eq!(browser.jar.names(), ["other", "sid"]);
    assert_eq!(unseal(&clock, browser.jar.value("other").unwrap()), r#"{"theme":"dark"}"#);
    log.assert_silent();
}

async fn options_can_depend_on_the_request(framework: Framework) {
    let clock = clock();
    let tenant = |password: &str| {
        let passwords = Passwords::new(password).unwrap();
        SessionOptions::builder(COOKIE, passwords).clock(clock.clone()).build().unwrap()
    };
    let (ours, theirs) = (tenant(PASSWORD), tenant(OTHER_PASSWORD));
    let site =
        Shop::by_host(move |host| if host == "theirs.example" { theirs.clone() } else { ours.clone() })
            .route("/", |mut session| async move {
                session.visits += 1;
                text(session.visits())
            });
    let browser = framework.browse(site, &clock).await;
    let log = Log::capture();

    let visit = |host: &str| {
        Request::get("/").header("host", host).header("cookie", cookie(&clock, r#"{"visits":7}"#))
    };
    assert_eq!(browser.send_as_is(visit("ours.example")).await.body, "8");
    log.assert_silent();
    assert_eq!(browser.send_as_is(visit("theirs.example")).await.body, "1");
    assert_eq!(log.take_one().field("reason"), Some("forged"));
}

async fn a_missing_layer_is_told_with_what_to_do(framework: Framework) {
    let clock = clock();
    let site = Shop::without_layer().route("/", |session| async move { text(session.visits()) });
    let mut browser = framework.browse(site, &clock).await;
    let log = Log::capture();

    let response = browser.get("/").await;
    assert_eq!((response.status, response.body.as_str()), (500, ""));
    let event = log.take_one();
    assert_eq!(event.level, Level::ERROR);
    let layer = match framework {
        Framework::Axum => "SessionLayer",
        Framework::Actix => "SessionMiddleware",
    };
    assert!(event.to_string().contains(layer), "what to add: {event}");
    assert!(event.to_string().contains("AppSession"), "for which type: {event}");
}

async fn a_handler_that_asks_for_no_session_needs_no_layer(framework: Framework) {
    let clock = clock();
    let site = Shop::without_layer().route_without_session("/", || async { text("fine") });
    let mut browser = framework.browse(site, &clock).await;
    let log = Log::capture();

    assert_eq!(browser.get("/").await.body, "fine");
    log.assert_silent();
}

async fn a_middleware_that_answers_itself_commits(framework: Framework) {
    let clock = clock();
    let site = Shop::new(options(&clock))
        .middleware(|mut session| {
            if session.user_id().is_some() {
                return Ok(Box::new(|| {}));
            }
            session.set_notice("Please log in");
            Err(Answer::status(303).header("location", "/login"))
        })
        .route("/", |_session| async { text("secret") });
    let mut browser = framework.browse(site, &clock).await;

    let response = browser.get("/").await;
    assert_eq!((response.status, response.one("location")), (303, Some("/login")));
    assert_eq!(response.all("vary"), ["Cookie"]);
    assert_eq!(response.one("cache-control"), Some("private, no-store"));
    assert_eq!(content(&clock, browser.jar.value("sid").unwrap()), json!({"notice":"Please log in"}));

    let request = Request::get("/").header("cookie", format!("sid={}", seal(&clock, r#"{"userId":"ada"}"#)));
    assert_eq!(browser.send_as_is(request).await.body, "secret");
}

async fn a_middleware_that_fails_commits_by_its_status(framework: Framework) {
    let clock = clock();
    let site = Shop::new(options(&clock))
        .middleware(|mut session| {
            session.set_visits(1);
            Err(Answer::status(503))
        })
        .route("/", |_session| async { ok() });
    let mut browser = framework.browse(site, &clock).await;

    let response = browser.get("/").await;
    assert_eq!((response.status, response.all("set-cookie").len()), (503, 0));
}
