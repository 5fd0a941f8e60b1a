//! Requests without their session's token.

use std::time::Duration;

use ::axum::extract::Form;
use ::axum::routing::{any, post};
use ::poem::EndpointExt as _;
use ::rocket::http::Method;
use actix_web::{HttpResponse, web};
use iron_session::SessionMiddleware;
use iron_session::clock::ManualClock;
use iron_session::guard::{CsrfVerified, HasCsrfToken, NoBody};
use iron_session::{
    CsrfToken, IronSession, PoemSession, Session, SessionFairing, SessionHoop, SessionLayer,
    SessionOptionsBuilder,
};
use iron_session_tests::fixtures::{clock, options};
use iron_session_tests::on_rocket::{self, any_method, handler};
use iron_session_tests::{Browser, Framework, Log, Request, on_every_framework};
use tracing::Level;

on_every_framework![
    the_token_is_found_in_the_header_or_in_a_form,
    the_body_is_given_back_unchanged,
    what_the_body_extractor_rejects_gets_its_response,
    a_form_that_is_too_large_gets_the_frameworks_response,
    a_refused_request_changes_nothing,
    a_refused_request_keeps_no_idle_user_signed_in,
    a_token_of_another_session_is_refused,
    without_a_session_layer_it_is_a_500,
    a_refusal_is_logged_once_a_minute_for_each_reason,
];

const IDLE: Duration = Duration::from_secs(30 * 60);

#[derive(IronSession, Clone)]
struct Member {
    visits: u32,
    csrf: CsrfToken,
}

use order::Order;

// Rocket's derive takes a module `rocket` next to it for the crate.
mod order {
    #[derive(serde::Deserialize, rocket::FromForm)]
    pub(super) struct Order {
        pub(super) item: String,
    }
}

fn masked(session: &mut Session<Member>) -> String {
    session.csrf_mut().masked().unwrap()
}

fn count(session: &mut Session<Member>) -> String {
    let visits = session.visits() + 1;
    session.set_visits(visits);
    visits.to_string()
}

fn axum_routes() -> ::axum::Router {
    ::axum::Router::new()
        .route("/form", any(async |mut session: Session<Member>| masked(&mut session)))
        .route(
            "/count",
            any(async |mut session: Session<Member>, _: CsrfVerified<Member>| count(&mut session)),
        )
        .route(
            "/order",
            post(async |CsrfVerified { body: Form(order), .. }: CsrfVerified<Member, Form<Order>>| {
                order.item
            }),
        )
        .route("/echo", post(async |verified: CsrfVerified<Member, String>| verified.body))
}

fn actix_routes(config: &mut web::ServiceConfig) {
    config
        .route("/form", web::route().to(async |mut session: Session<Member>| masked(&mut session)))
        .route(
            "/count",
            web::route()
                .to(async |mut session: Session<Member>, _: CsrfVerified<Member>| count(&mut session)),
        )
        .route(
            "/order",
            web::post()
                .to(async |order: CsrfVerified<Member, web::Form<Order>>| order.body.into_inner().item),
        )
        .route(
            "/echo",
            web::post()
                .to(async |verified: CsrfVerified<Member, String>| HttpResponse::Ok().body(verified.body)),
        );
}

mod on_poem {
    use poem::web::Form;
    use poem::{Route, handler, post};

    use super::{CsrfVerified, Member, Order, Session, count, masked};

    #[handler]
    fn form(mut session: Session<Member>) -> String {
        masked(&mut session)
    }

    #[handler]
    fn count_visit(mut session: Session<Member>, _: CsrfVerified<Member>) -> String {
        count(&mut session)
    }

    #[handler]
    fn order(CsrfVerified { body: Form(order), .. }: CsrfVerified<Member, Form<Order>>) -> String {
        order.item
    }

    #[handler]
    fn echo(verified: CsrfVerified<Member, String>) -> String {
        verified.body
    }

    pub(super) fn routes() -> Route {
        Route::new()
            .at("/form", form)
            .at("/count", count_visit)
            .at("/order", post(order))
            .at("/echo", post(echo))
    }
}

fn rocket_app() -> ::rocket::Rocket<::rocket::Build> {
    type Form = ::rocket::form::Form<Order>;
    let form = handler(|mut session: Session<Member>, _: NoBody| masked(&mut session));
    let counted = handler(|mut session: Session<Member>, _: CsrfVerified<Member>| count(&mut session));
    let order = handler(|_: Method, order: CsrfVerified<Member, Form>| order.body.into_inner().item);
    let echo = handler(|_: Method, verified: CsrfVerified<Member, String>| verified.body);
    let in_header = handler(|_: CsrfVerified<Member>, body: String| body);
    on_rocket::build()
        .mount("/", any_method("/form", form))
        .mount("/", any_method("/count", counted))
        .mount("/", any_method("/order", order))
        .mount("/", any_method("/echo", echo))
        .mount("/", any_method("/in-header", in_header))
}

mod on_salvo {
    use iron_session::Session;
    use iron_session::guard::CsrfVerified;
    use salvo::extract::FormBody;
    use salvo::http::request::SecureMaxSize;
    use salvo::{Request, Router, Writer, handler};

    use super::{Member, Order};

    #[handler]
    async fn masked(mut session: Session<Member>) -> String {
        super::masked(&mut session)
    }

    #[handler]
    async fn count(mut session: Session<Member>, _csrf: CsrfVerified<Member>) -> String {
        super::count(&mut session)
    }

    #[handler]
    async fn order(verified: CsrfVerified<Member, FormBody<Order>>) -> String {
        verified.body.into_inner().item
    }

    /// Here the body's extractor comes first.
    #[handler]
    async fn order_first(body: FormBody<Order>, _csrf: CsrfVerified<Member>) -> String {
        body.into_inner().item
    }

    /// Takes the body's stream, as a proxy does.
    #[handler]
    async fn echo(_csrf: CsrfVerified<Member>, request: &mut Request) -> String {
        let mut taken = Request::new();
        taken.replace_body(request.take_body());
        String::from_utf8(taken.payload_with_max_size(1 << 20).await.unwrap().to_vec()).unwrap()
    }

    pub(super) fn routes() -> Router {
        Router::new()
            .hoop(SecureMaxSize::new(1 << 20))
            .push(Router::with_path("form").goal(masked))
            .push(Router::with_path("count").goal(count))
            .push(Router::with_path("order").post(order))
            .push(Router::with_path("order-first").post(order_first))
            .push(Router::with_path("echo").post(echo))
    }
}

async fn start(framework: Framework, clock: &ManualClock) -> Browser {
    let options = options(clock).idle_timeout(IDLE).build().unwrap();
    match framework {
        Framework::Axum => {
            let layer = SessionLayer::<Member>::new(options).unwrap();
            Browser::on_axum(axum_routes().layer(layer), clock)
        }
        Framework::Actix => {
            let middleware = SessionMiddleware::<Member>::new(options).unwrap();
            Browser::on_actix(actix_web::App::new().configure(actix_routes).wrap(middleware), clock).await
        }
        Framework::Poem => {
            let middleware = PoemSession::<Member>::new(options).unwrap();
            Browser::on_poem(on_poem::routes().with(middleware), clock)
        }
        Framework::Salvo => {
            let hoop = SessionHoop::<Member>::new(options).unwrap();
            Browser::on_salvo(::salvo::Router::new().hoop(hoop).push(on_salvo::routes()), clock)
        }
        Framework::Rocket => {
            let fairing = SessionFairing::<Member>::new(options).unwrap();
            Browser::on_rocket(rocket_app().attach(fairing), clock).await
        }
    }
}

fn post_to(path: &str) -> Request {
    Request::new("POST", path)
}

async fn the_token_is_found_in_the_header_or_in_a_form(framework: Framework) {
    let mut browser = start(framework, &clock()).await;
    let token = browser.get("/form").await.body;
    let (ok, wrong) = (format!("csrf_token={token}"), "csrf_token=guess");
    let json = |request: Request| request.header("content-type", "application/json");
    for (name, request, status) in [
        ("nothing", post_to("/count"), 403),
        ("an empty form", post_to("/count").form(""), 403),
        ("a form", post_to("/count").form(&*ok), 200),
        ("a form with other fields", post_to("/count").form(format!("a=1&{ok}&b=%20+")), 200),
        ("a form with an escaped name", post_to("/count").form(format!("csrf%5Ftoken={token}")), 200),
        ("a form with another name", post_to("/count").form(format!("csrf={token}")), 403),
        ("a wrong form", post_to("/count").form(wrong), 403),
        ("two fields, the first right", post_to("/count").form(format!("{ok}&{wrong}")), 200),
        ("two fields, the second right", post_to("/count").form(format!("{wrong}&{ok}")), 403),
        ("an empty field", post_to("/count").form("csrf_token="), 403),
        ("a header", post_to("/count").header("x-csrf-token", &*token), 200),
        ("a wrong header", post_to("/count").header("X-CSRF-Token", "guess"), 403),
        ("an empty header", post_to("/count").header("X-CSRF-Token", ""), 403),
        ("a header that is not text", post_to("/count").header("X-CSRF-Token", b"\xff".to_vec()), 403),
        ("a wrong header and a form", post_to("/count").form(&*ok).header("X-CSRF-Token", "guess"), 403),
        ("a header and a wrong form", post_to("/count").form(wrong).header("X-CSRF-Token", &*token), 200),
        ("JSON and a header", json(post_to("/count").header("X-CSRF-Token", &*token)), 200),
        ("JSON", json(post_to("/count")), 403),
        ("a GET", Request::get("/count"), 403),
        ("a GET and a header", Request::get("/count").header("X-CSRF-Token", &*token), 200),
        ("the token in the address", post_to(&format!("/count?{ok}")), 403),
    ] {
        assert_eq!(browser.send(request).await.status, status, "{name}");
    }
    for (content_type, status) in [
        ("Application/X-WWW-Form-URLencoded; charset=UTF-8", 200),
        ("application/x-www-form-urlencoded ;x", 200),
        ("application/x-www-form-urlencodedx", 403),
        ("multipart/form-data; boundary=x", 403),
        ("text/plain", 403),
        ("", 403),
    ] {
        let request = Request { body: ok.clone(), ..post_to("/count") }.header("content-type", content_type);
        assert_eq!(browser.send(request).await.status, status, "{content_type}");
    }
    let compressed = post_to("/count").form(&*ok).header("content-encoding", "identity");
    let expected = if framework == Framework::Actix { 403 } else { 200 };
    assert_eq!(browser.send(compressed).await.status, expected);
}

async fn the_body_is_given_back_unchanged(framework: Framework) {
    let mut browser = start(framework, &clock()).await;
    let token = browser.get("/form").await.body;
    for body in [
        format!("csrf_token={token}"),
        format!("&&a=%2B+\u{e9}=&csrf_token={token}&csrf_token=2&%zz&"),
        format!("{}&csrf_token={token}", "a=1&".repeat(20_000)),
    ] {
        let response = browser.send(post_to("/echo").form(&*body)).await;
        assert_eq!((response.status, response.body), (200, body));
    }
    let multipart = Request { body: "--x".to_owned(), ..post_to("/echo") }
        .header("content-type", "multipart/form-data; boundary=x")
        .header("x-csrf-token", &*token);
    assert_eq!(browser.send(multipart).await.body, "--x");
    let order = browser.send(post_to("/order").form(format!("csrf_token={token}&item=pens+%26+ink"))).await;
    assert_eq!((order.status, &*order.body), (200, "pens & ink"));
}

async fn what_the_body_extractor_rejects_gets_its_response(framework: Framework) {
    let mut browser = start(framework, &clock()).await;
    let token = browser.get("/form").await.body;
    let response = browser.send(post_to("/order").form(format!("csrf_token={token}"))).await;
    let expected = if matches!(framework, Framework::Axum | Framework::Rocket) { 422 } else { 400 };
    assert_eq!(response.status, expected);
    // In Rocket, the body is that of a catcher.
    let text = if framework == Framework::Salvo { "parse http data failed" } else { "item" };
    assert!(response.body.contains(text) || framework == Framework::Rocket, "{}", response.body);
}

async fn a_form_that_is_too_large_gets_the_frameworks_response(framework: Framework) {
    let mut browser = start(framework, &clock()).await;
    let token = browser.get("/form").await.body;
    let form = format!("csrf_token={token}&a={}", "x".repeat(3 << 20));
    assert_eq!(browser.send(post_to("/count").form(form)).await.status, 413);
}

/// Salvo keeps the form that an extractor before the token's has read.
#[test]
fn a_form_that_was_read_before_is_verified_on_salvo() {
    Framework::Salvo.run(|framework| async move {
        let mut browser = start(framework, &clock()).await;
        let token = browser.get("/form").await.body;
        for (token, status, body) in [(&*token, 200, "pens"), ("guess", 403, "")] {
            let form = format!("item=pens&csrf_token={token}");
            let response = browser.send(post_to("/order-first").form(form)).await;
            assert_eq!((response.status, &*response.body), (status, body));
        }
        assert_eq!(browser.send(post_to("/order-first").form("item=pens")).await.status, 403);
    });
}

async fn a_refused_request_changes_nothing(framework: Framework) {
    let mut browser = start(framework, &clock()).await;
    for _ in 0..2 {
        let response = browser.send(post_to("/count").form("csrf_token=guess")).await;
        assert_eq!((response.status, &*response.body, response.one("set-cookie")), (403, "", None));
        browser.get("/form").await;
    }
    let token = browser.get("/form").await.body;
    assert_eq!(browser.send(post_to("/count").form(format!("csrf_token={token}"))).await.body, "1");
}

async fn a_refused_request_keeps_no_idle_user_signed_in(framework: Framework) {
    let clock = clock();
    let mut browser = start(framework, &clock).await;
    let token = browser.get("/form").await.body;
    clock.advance(IDLE * 2 / 3);
    let refused = post_to("/count").header("x-csrf-token", "guess");
    assert_eq!(browser.send(refused).await.one("set-cookie"), None);
    let verified = browser.send(post_to("/echo").header("x-csrf-token", token)).await;
    assert!(verified.one("set-cookie").is_some(), "the user's own request");
}

async fn a_token_of_another_session_is_refused(framework: Framework) {
    let clock = clock();
    let mut browser = start(framework, &clock).await;
    let mut other = start(framework, &clock).await;
    let (own, others) = (browser.get("/form").await.body, other.get("/form").await.body);
    for (token, status) in [(own, 200), (others, 403)] {
        let request = post_to("/count").header("x-csrf-token", token);
        assert_eq!(browser.send(request).await.status, status);
    }
}

async fn without_a_session_layer_it_is_a_500(framework: Framework) {
    let clock = clock();
    let mut browser = match framework {
        Framework::Axum => Browser::on_axum(axum_routes(), &clock),
        Framework::Actix => Browser::on_actix(actix_web::App::new().configure(actix_routes), &clock).await,
        Framework::Poem => Browser::on_poem(on_poem::routes(), &clock),
        Framework::Salvo => Browser::on_salvo(on_salvo::routes(), &clock),
        Framework::Rocket => Browser::on_rocket(rocket_app(), &clock).await,
    };
    let log = Log::capture();
    let response = browser.send(post_to("/count").header("x-csrf-token", "guess")).await;
    assert_eq!((response.status, &*response.body), (500, ""));
    assert_eq!(log.take_one().level, Level::ERROR);
}

async fn a_refusal_is_logged_once_a_minute_for_each_reason(framework: Framework) {
    let clock = clock();
    let mut browser = start(framework, &clock).await;
    let log = Log::capture();
    for round in 0..2 {
        for _ in 0..2 {
            browser.send(post_to("/count")).await;
            browser.send_as_is(post_to("/count").header("x-csrf-token", "guess")).await;
        }
        browser.get("/form").await;
        browser.send(post_to("/count").header("x-csrf-token", "guess")).await;
        let events = log.take();
        let reasons: Vec<_> = events.iter().map(|event| event.field("reason").unwrap()).collect();
        assert_eq!(reasons, ["csrf_missing", "csrf_not_issued", "csrf_different"]);
        for event in &events {
            let expected = "request without the session's CSRF token refused";
            assert_eq!((event.level, &*event.message), (Level::WARN, expected));
            assert!(!event.to_string().contains("guess"), "{event}");
        }
        assert_eq!(events[0].field("repeats"), (round == 1).then_some("1"));
        clock.advance(Duration::from_secs(60));
    }
}

/// As a request guard, it leaves the body to any data guard, and looks only into the header.
#[test]
fn a_request_guard_of_rocket_takes_the_token_from_the_header() {
    Framework::Rocket.run(|framework| async move {
        let mut browser = start(framework, &clock()).await;
        let token = browser.get("/form").await.body;
        let form = format!("csrf_token={token}");
        assert_eq!(browser.send(post_to("/in-header").form(&*form)).await.status, 403);
        assert_eq!(browser.send(post_to("/in-header")).await.status, 403);
        let verified = post_to("/in-header").form(&*form).header("x-csrf-token", token);
        let response = browser.send(verified).await;
        assert_eq!((response.status, response.body), (200, form));
    });
}

/// A struct with two tokens says which one belongs to its forms.
#[derive(IronSession, Clone)]
struct TwoTokens {
    csrf: CsrfToken,
    invitation: CsrfToken,
}

impl HasCsrfToken for TwoTokens {
    fn csrf_token(&self) -> &CsrfToken {
        &self.csrf
    }
}

/// A type parameter does not matter, nor does an accessor of the method's name.
#[derive(IronSession, Clone)]
struct Generic<
    T: Clone
        + Default
        + serde::Serialize
        + serde::de::DeserializeOwned
        + iron_session::MaxSize
        + Send
        + Sync
        + 'static,
> {
    csrf_token: CsrfToken,
    #[session(transient)]
    #[expect(dead_code, reason = "not the one that counts")]
    transient: CsrfToken,
    value: T,
}

#[test]
fn a_struct_with_one_token_has_it() {
    fn token<T: HasCsrfToken>(session: &T) -> &CsrfToken {
        session.csrf_token()
    }
    let mut generic = Generic::<u8>::empty();
    let masked = generic.csrf_token_mut().masked().unwrap();
    assert!(token(&generic).verify(&masked));
    assert!(token(&TwoTokens::empty()).is_empty());
}

/// The core decides it, so one framework shows it.
#[test]
fn a_session_in_a_header_needs_no_token() {
    Framework::Axum.run(|_| async {
        let clock = clock();
        let browse = |options: SessionOptionsBuilder| {
            let layer = SessionLayer::<Member>::new(options.build().unwrap()).unwrap();
            Browser::on_axum(axum_routes().layer(layer), &clock)
        };
        let count = Request::new("POST", "/count");
        let in_header = browse(options(&clock).header("x-session")).send_as_is(count.clone()).await;
        assert_eq!((in_header.status, in_header.body.as_str()), (200, "1"));
        assert_eq!(browse(options(&clock)).send_as_is(count).await.status, 403);
    });
}
