//! Layers: one in another, two session types, options by request, and none.

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use ::axum::Router;
use ::axum::body::{Body, HttpBody as _, to_bytes};
use ::axum::routing::get;
use actix_web::test::TestRequest;
use actix_web::{App, HttpRequest, guard, web};
use iron_session::SessionOptionsBuilder;
use iron_session::adapter::tower::SessionBody;
use iron_session::{Passwords, Session, SessionLayer, SessionMiddleware, SessionOptions};
use iron_session_tests::fixtures::{
    COOKIE, OTHER_PASSWORD, PASSWORD, clock, content, cookie, options, passwords, seal, unseal,
};
use iron_session_tests::site::{ok, text};
use iron_session_tests::{AppSession, Framework, Log, Request, Shop, SiteResponse, on_every_framework};
use serde_json::json;
use tower::{ServiceBuilder, ServiceExt as _};
use tower_http::classify::{NeverClassifyEos, ServerErrorsFailureClass};
use tower_http::trace::TraceLayer;
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
    a_middleware_that_responds_itself_commits,
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

/// Without this error, a login on the site would also be a login in the admin area.
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
    assert!(!ran.load(Ordering::SeqCst), "the handler runs for a response that nobody gets");
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
        Framework::Poem => "PoemSession",
        Framework::Salvo => "SessionHoop",
        Framework::Rocket => "SessionFairing",
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

async fn a_middleware_that_responds_itself_commits(framework: Framework) {
    let clock = clock();
    let site = Shop::new(options(&clock))
        .middleware(|mut session| {
            if session.user_id().is_some() {
                return Ok(Box::new(|| {}));
            }
            session.set_notice("Please log in");
            Err(SiteResponse::status(303).header("location", "/login"))
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
            Err(SiteResponse::status(503))
        })
        .route("/", |_session| async { ok() });
    let mut browser = framework.browse(site, &clock).await;

    let response = browser.get("/").await;
    assert_eq!((response.status, response.all("set-cookie").len()), (503, 0));
}

/// `TraceLayer`'s response body can't be created empty.
type Traced = http::Response<
    SessionBody<tower_http::trace::ResponseBody<Body, NeverClassifyEos<ServerErrorsFailureClass>>>,
>;

/// Sends a request through one `ServiceBuilder` that has the session outside of a `TraceLayer`.
async fn send_traced(act: fn(&mut Session<AppSession>)) -> Traced {
    let layer = SessionLayer::<AppSession>::new(options(&clock()).build().unwrap()).unwrap();
    let service = ServiceBuilder::new().layer(layer).layer(TraceLayer::new_for_http()).service_fn(
        move |request: http::Request<Body>| async move {
            let mut session = Session::from_http_request(&request).unwrap();
            act(&mut session);
            Ok::<_, Infallible>(http::Response::new(Body::from("fine")))
        },
    );
    service.oneshot(http::Request::default()).await.unwrap()
}

#[test]
fn a_session_layer_around_a_trace_layer_keeps_the_body() {
    Framework::Axum.run(|_| async {
        let response = send_traced(|session| session.set_visits(1)).await;
        assert!(response.headers().contains_key("set-cookie"));
        assert_eq!(response.body().size_hint().exact(), Some(4));
        let body = to_bytes(Body::new(response.into_body()), usize::MAX).await.unwrap();
        assert_eq!(body, "fine");
    });
}

#[test]
fn a_session_layer_around_a_trace_layer_can_replace_the_body() {
    Framework::Axum.run(|_| async {
        let response = send_traced(|session| {
            let mut kept = session.clone();
            kept.set_visits(1);
            std::mem::forget(kept);
        })
        .await;
        assert_eq!(response.status(), 500);
        assert!(response.body().is_end_stream());
        assert!(response.into_body().into_inner().is_none());
    });
}

/// In a `Router`, between layers of its own.
#[test]
fn a_session_layer_and_a_trace_layer_fit_in_a_router() {
    Framework::Axum.run(|_| async {
        let layer = SessionLayer::<AppSession>::new(options(&clock()).build().unwrap()).unwrap();
        let layers = ServiceBuilder::new()
            .layer(TraceLayer::new_for_http())
            .layer(layer)
            .layer(TraceLayer::new_for_http());
        let page = |mut session: Session<AppSession>| async move { session.set_visits(1) };
        let router = Router::new().route("/", get(page)).layer(layers);
        let response = router.oneshot(http::Request::<Body>::default()).await.unwrap();
        assert!(response.headers().contains_key("set-cookie"));
    });
}

/// A guard decides by the session, which a handle in one call gives it.
#[test]
fn a_guard_of_actix_web_reads_the_session() {
    Framework::Actix.run(|_| async {
        let clock = clock();
        let middleware = SessionMiddleware::<AppSession>::new(options(&clock).build().unwrap()).unwrap();
        let is_signed_in = guard::fn_guard(|context| {
            Session::<AppSession>::from_http_request(context).is_ok_and(|session| session.user_id().is_some())
        });
        let account = web::get().guard(is_signed_in).to(async || "the account");
        let app = App::new().wrap(middleware).service(web::resource("/").route(account).route(
            web::get().to(async |request: HttpRequest| {
                let session = Session::<AppSession>::from_http_request(&request).unwrap();
                format!("log in, visitor {}", session.visits())
            }),
        ));
        let app = actix_web::test::init_service(app).await;
        for (payload, body) in
            [(r#"{"userId":"ada"}"#, "the account"), (r#"{"visits":3}"#, "log in, visitor 3")]
        {
            let request =
                TestRequest::get().insert_header(("cookie", format!("sid={}", seal(&clock, payload))));
            let response = actix_web::test::call_and_read_body(&app, request.to_request()).await;
            assert_eq!(response, body);
        }
    });
}
