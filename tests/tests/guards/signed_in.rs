//! Requests for which nobody is signed in, and signed-in users whom a rule refuses.

use ::axum::response::IntoResponse as _;
use ::axum::routing::any;
use ::poem::EndpointExt as _;
use ::rocket::http::Header;
use actix_web::{HttpResponse, web};
use iron_session::SessionMiddleware;
use iron_session::clock::ManualClock;
use iron_session::error::OptionsError;
use iron_session::guard::{NoBody, Require, Rule, SignedIn};
use iron_session::{
    IronSession, PoemSession, ReturnTo, SameSite, Session, SessionFairing, SessionHoop, SessionLayer,
    SessionOptionsBuilder,
};
use iron_session_tests::fixtures::{clock, cookie, options, unseal};
use iron_session_tests::on_rocket::{self, any_method, handler};
use iron_session_tests::paths::HOSTILE;
use iron_session_tests::{Browser, Framework, Request, on_every_framework};

on_every_framework![
    a_browser_is_sent_to_the_sign_in_page_and_back,
    only_a_browser_that_opens_a_page_is_redirected,
    without_a_sign_in_page_it_is_a_401,
    the_sign_in_page_is_never_sent_to_itself,
    a_post_stores_no_way_back,
    a_way_back_replaces_no_session_that_another_server_reads,
    a_way_back_replaces_no_cookie_that_the_browser_held_back,
    a_hostile_path_is_no_way_back,
    an_older_way_back_does_not_lead_to_another_page,
    the_way_back_of_a_nested_router_is_the_whole_path,
    a_rule_refuses_with_a_403,
    refusals_are_not_stored,
    a_struct_without_a_way_back_gets_no_cookie,
    without_a_session_layer_it_is_a_500,
];

#[derive(IronSession, Clone)]
struct Member {
    #[session(subject)]
    user: Option<u64>,
    is_admin: bool,
    return_to: ReturnTo,
}

#[derive(IronSession, Clone)]
struct Plain {
    #[session(subject)]
    user: Option<u64>,
    visits: u32,
}

struct Admin;

impl Rule<Member> for Admin {
    fn allows(session: &Member) -> bool {
        *session.is_admin()
    }
}

/// Signs in, and returns where to.
fn sign_in(session: &mut Session<Member>) -> String {
    session.sign_in(7);
    session.take_return_to_or("/home")
}

fn account(mut user: SignedIn<Member>) -> String {
    // It derefs to the session, and can write to it.
    let subject = user.subject;
    user.set_is_admin(false);
    format!("{subject} {:?}", user.user())
}

fn admin(user: &Require<Member, Admin>) -> String {
    format!("{} {}", user.subject, user.is_admin())
}

fn axum_routes() -> ::axum::Router {
    let inner = ::axum::Router::new().route("/page", any(async |user: SignedIn<Member>| account(user)));
    ::axum::Router::new()
        .route("/account", any(async |user: SignedIn<Member>| account(user)))
        .route("/admin", any(async |user: Require<Member, Admin>| admin(&user)))
        .route("/login", any(async |user: SignedIn<Member>| account(user)))
        .route(
            "/sign-in",
            any(async |mut session: Session<Member>| {
                (::axum::http::StatusCode::SEE_OTHER, [("location", sign_in(&mut session))]).into_response()
            }),
        )
        .route("/plain", any(async |user: SignedIn<Plain>| user.subject.to_string()))
        .nest("/nested", inner)
        .fallback(any(async |user: SignedIn<Member>| account(user)))
}

fn actix_routes(config: &mut web::ServiceConfig) {
    let guarded = || web::route().to(async |user: SignedIn<Member>| account(user));
    config
        .route("/account", guarded())
        .route("/admin", web::route().to(async |user: Require<Member, Admin>| admin(&user)))
        .route("/login", guarded())
        .route(
            "/sign-in",
            web::route().to(async |mut session: Session<Member>| {
                let location = sign_in(&mut session);
                HttpResponse::SeeOther().insert_header(("location", location)).finish()
            }),
        )
        .route("/plain", web::route().to(async |user: SignedIn<Plain>| user.subject.to_string()))
        .service(web::scope("/nested").route("/page", guarded()))
        .default_service(guarded());
}

#[expect(clippy::needless_pass_by_value, reason = "extractors are values")]
mod on_poem {
    use poem::http::StatusCode;
    use poem::{IntoResponse as _, Response, Route, handler};

    use super::{Admin, Member, Plain, Require, Session, SignedIn};

    #[handler]
    fn account(user: SignedIn<Member>) -> String {
        super::account(user)
    }

    #[handler]
    fn admin(user: Require<Member, Admin>) -> String {
        super::admin(&user)
    }

    #[handler]
    fn sign_in(mut session: Session<Member>) -> Response {
        StatusCode::SEE_OTHER.with_header("location", super::sign_in(&mut session)).into_response()
    }

    #[handler]
    fn plain(user: SignedIn<Plain>) -> String {
        user.subject.to_string()
    }

    pub(super) fn routes() -> Route {
        Route::new()
            .at("/account", account)
            .at("/admin", admin)
            .at("/login", account)
            .at("/sign-in", sign_in)
            .at("/plain", plain)
            .nest("/nested", Route::new().at("/page", account))
            .at("*", account)
    }
}

// Rocket's derive takes a module `rocket` next to it for the crate.
mod redirect {
    #[derive(rocket::Responder)]
    #[response(status = 303)]
    pub(super) struct To(pub(super) (), pub(super) rocket::http::Header<'static>);
}

fn rocket_app() -> ::rocket::Rocket<::rocket::Build> {
    let guarded = || handler(|user: SignedIn<Member>, _: NoBody| account(user));
    let admins = handler(|user: Require<Member, Admin>, _: NoBody| admin(&user));
    let sign_in = handler(|mut session: Session<Member>, _: NoBody| {
        redirect::To((), Header::new("location", sign_in(&mut session)))
    });
    let plain = handler(|user: SignedIn<Plain>, _: NoBody| user.subject.to_string());
    let mut fallback = any_method("/<..>", guarded());
    for route in &mut fallback {
        route.rank = 100;
    }
    on_rocket::build()
        .mount("/", any_method("/account", guarded()))
        .mount("/", any_method("/admin", admins))
        .mount("/", any_method("/login", guarded()))
        .mount("/", any_method("/sign-in", sign_in))
        .mount("/", any_method("/plain", plain))
        .mount("/nested", any_method("/page", guarded()))
        .mount("/", fallback)
}

mod on_salvo {
    use iron_session::Session;
    use iron_session::guard::{Require, SignedIn};
    use salvo::writing::Redirect;
    use salvo::{Router, Writer, handler};

    use super::{Admin, Member, Plain};

    #[handler]
    async fn account(user: SignedIn<Member>) -> String {
        super::account(user)
    }

    #[handler]
    async fn admin(user: Require<Member, Admin>) -> String {
        super::admin(&user)
    }

    #[handler]
    async fn sign_in(mut session: Session<Member>) -> Redirect {
        Redirect::other(super::sign_in(&mut session))
    }

    #[handler]
    async fn plain(user: SignedIn<Plain>) -> String {
        user.subject.to_string()
    }

    pub(super) fn routes() -> Router {
        Router::new()
            .push(Router::with_path("account").goal(account))
            .push(Router::with_path("admin").goal(admin))
            .push(Router::with_path("login").goal(account))
            .push(Router::with_path("sign-in").goal(sign_in))
            .push(Router::with_path("plain").goal(plain))
            .push(Router::with_path("nested").push(Router::with_path("page").goal(account)))
            .push(Router::with_path("{**rest}").goal(account))
    }
}

async fn start<T: IronSession>(
    framework: Framework,
    clock: &ManualClock,
    options: SessionOptionsBuilder,
) -> Browser {
    let options = options.build().unwrap();
    match framework {
        Framework::Axum => {
            let layer = SessionLayer::<T>::new(options).unwrap();
            Browser::on_axum(axum_routes().layer(layer), clock)
        }
        Framework::Actix => {
            let middleware = SessionMiddleware::<T>::new(options).unwrap();
            Browser::on_actix(actix_web::App::new().configure(actix_routes).wrap(middleware), clock).await
        }
        Framework::Poem => {
            let middleware = PoemSession::<T>::new(options).unwrap();
            Browser::on_poem(on_poem::routes().with(middleware), clock)
        }
        Framework::Salvo => {
            let hoop = SessionHoop::<T>::new(options).unwrap();
            Browser::on_salvo(::salvo::Router::new().hoop(hoop).push(on_salvo::routes()), clock)
        }
        Framework::Rocket => {
            let fairing = SessionFairing::<T>::new(options).unwrap();
            Browser::on_rocket(rocket_app().attach(fairing), clock).await
        }
    }
}

async fn site(framework: Framework, clock: &ManualClock) -> Browser {
    start::<Member>(framework, clock, options(clock).sign_in_page("/login?from=guard")).await
}

fn navigation(method: &'static str, path: &str) -> Request {
    Request::new(method, path).header("sec-fetch-mode", "navigate")
}

async fn a_browser_is_sent_to_the_sign_in_page_and_back(framework: Framework) {
    let mut browser = site(framework, &clock()).await;
    let response = browser.send(navigation("GET", "/account?page=2&q=%2F")).await;
    assert_eq!((response.status, response.body.as_str()), (303, ""));
    assert_eq!(response.one("location"), Some("/login?from=guard"));

    let response = browser.get("/sign-in").await;
    assert_eq!(response.one("location"), Some("/account?page=2&q=%2F"));
    let response = browser.send(navigation("GET", "/account?page=2&q=%2F")).await;
    assert_eq!((response.status, response.body.as_str()), (200, "7 Some(7)"));
    assert_eq!(browser.get("/sign-in").await.one("location"), Some("/home"), "the way back is read once");
}

async fn only_a_browser_that_opens_a_page_is_redirected(framework: Framework) {
    let browser = site(framework, &clock()).await;
    let get = || Request::get("/account");
    for (name, request, status) in [
        ("a navigation", navigation("GET", "/account"), 303),
        ("a form", navigation("POST", "/account"), 303),
        ("a script", get().header("sec-fetch-mode", "cors").header("accept", "text/html"), 401),
        ("an image", get().header("sec-fetch-mode", "no-cors"), 401),
        ("an old browser", get().header("accept", "text/html,application/xhtml+xml,*/*;q=0.8"), 303),
        ("other spelling", get().header("accept", "application/json, Text/HTML ;q=0.1"), 303),
        ("an old browser's form", Request::new("POST", "/account").header("accept", "text/html"), 401),
        ("an API client", get().header("accept", "application/json"), 401),
        ("any type", get().header("accept", "*/*"), 401),
        ("a similar type", get().header("accept", "text/html5"), 401),
        ("no header", get(), 401),
        ("no text", get().header("accept", b"\xff".to_vec()), 401),
        ("no text as the mode", get().header("sec-fetch-mode", b"\xff".to_vec()), 401),
    ] {
        let response = browser.send_as_is(request).await;
        assert_eq!((response.status, response.one("location").is_some()), (status, status == 303), "{name}");
        assert_eq!(response.body, "", "{name}");
        assert_eq!(response.one("vary"), Some("Cookie"), "{name}");
    }
}

async fn without_a_sign_in_page_it_is_a_401(framework: Framework) {
    let clock = clock();
    let browser = start::<Member>(framework, &clock, options(&clock)).await;
    for path in ["/account", "/admin"] {
        let response = browser.send_as_is(navigation("GET", path)).await;
        assert_eq!((response.status, response.set_cookies().len()), (401, 0), "{path}");
    }
}

async fn the_sign_in_page_is_never_sent_to_itself(framework: Framework) {
    let browser = site(framework, &clock()).await;
    for path in ["/login", "/login?from=guard", "/login?again"] {
        let response = browser.send_as_is(navigation("GET", path)).await;
        assert_eq!((response.status, response.one("location")), (401, None), "{path}");
        assert_eq!(response.set_cookies(), [], "{path}");
    }
}

async fn a_post_stores_no_way_back(framework: Framework) {
    let mut browser = site(framework, &clock()).await;
    let response = browser.send(navigation("POST", "/account")).await;
    assert_eq!((response.status, response.set_cookies().len()), (303, 0));
    assert_eq!(browser.get("/sign-in").await.one("location"), Some("/home"));
}

async fn a_way_back_replaces_no_session_that_another_server_reads(framework: Framework) {
    let clock = clock();
    let browser = site(framework, &clock).await;
    let newer = cookie(&clock, r#"{"$":{"v":2},"user":7}"#);
    // Not yet known here: a rotation is under way.
    let other_password = newer.replacen("Fe26.2*1*", "Fe26.2*2*", 1);
    assert!(other_password != newer);
    for (cookie, is_kept) in [(newer, true), (other_password, true), ("sid=none".to_owned(), false)] {
        let request = navigation("GET", "/account").header("cookie", cookie.as_str());
        let response = browser.send_as_is(request).await;
        assert_eq!(response.status, 303);
        assert_eq!(response.set_cookies().is_empty(), is_kept, "{cookie}");
    }
}

async fn a_way_back_replaces_no_cookie_that_the_browser_held_back(framework: Framework) {
    let clock = clock();
    for (same_site, from, is_stored) in [
        (SameSite::Strict, Some("cross-site"), false),
        (SameSite::Strict, Some("same-origin"), true),
        (SameSite::Strict, Some("none"), true),
        (SameSite::Strict, None, true),
        (SameSite::Lax, Some("cross-site"), true),
    ] {
        let settings = options(&clock).same_site(same_site).sign_in_page("/login");
        let browser = start::<Member>(framework, &clock, settings).await;
        let request = navigation("GET", "/account");
        let request = from.into_iter().fold(request, |request, site| request.header("sec-fetch-site", site));
        let response = browser.send_as_is(request).await;
        assert_eq!(response.status, 303);
        assert_eq!(!response.set_cookies().is_empty(), is_stored, "{same_site:?} {from:?}");
    }
}

async fn a_hostile_path_is_no_way_back(framework: Framework) {
    let long = format!("/{}", "a".repeat(8 * 1024));
    let hostile = ["//evil.example", "//evil.example/%2F..", "/a//evil.example", &long];
    // Those that a request can have, which is a valid URI.
    let others = HOSTILE.iter().map(|(text, _)| *text).filter(|text| {
        text.starts_with('/') && text.is_ascii() && !text.contains('#') && text.parse::<http::Uri>().is_ok()
    });
    for path in hostile.into_iter().chain(others) {
        let mut browser = site(framework, &clock()).await;
        let response = browser.send(navigation("GET", path)).await;
        assert_eq!((response.status, response.one("location")), (303, Some("/login?from=guard")), "{path}");
        assert_eq!(browser.get("/sign-in").await.one("location"), Some("/home"), "{path}");
    }
    for path in ["/%2Fevil.example", "/%2F/evil.example", "/%5Cevil.example", "/%0d%0aSet-Cookie:a=b"] {
        let mut browser = site(framework, &clock()).await;
        browser.send(navigation("GET", path)).await;
        assert_eq!(browser.get("/sign-in").await.one("location"), Some(path), "it is a page of this site");
    }
}

async fn an_older_way_back_does_not_lead_to_another_page(framework: Framework) {
    let mut browser = site(framework, &clock()).await;
    browser.send(navigation("GET", "/account?page=1")).await;
    browser.send(navigation("GET", "/admin?page=2")).await;
    assert_eq!(browser.get("/sign-in").await.one("location"), Some("/admin?page=2"));

    let mut browser = site(framework, &clock()).await;
    browser.send(navigation("GET", "/account")).await;
    browser.send(navigation("GET", &format!("/account?{}", "a".repeat(1024)))).await;
    assert_eq!(browser.get("/sign-in").await.one("location"), Some("/home"));
}

async fn the_way_back_of_a_nested_router_is_the_whole_path(framework: Framework) {
    let mut browser = site(framework, &clock()).await;
    assert_eq!(browser.send(navigation("GET", "/nested/page?a=1")).await.status, 303);
    assert_eq!(browser.get("/sign-in").await.one("location"), Some("/nested/page?a=1"));
    assert_eq!(browser.get("/nested/page").await.body, "7 Some(7)");
}

async fn a_rule_refuses_with_a_403(framework: Framework) {
    let clock = clock();
    let mut browser = site(framework, &clock).await;
    assert_eq!(browser.send(navigation("GET", "/admin")).await.status, 303, "nobody is signed in");
    for (payload, status, body) in [
        (r#"{"user":7,"is_admin":false}"#, 403, ""),
        (r#"{"user":7,"is_admin":true}"#, 200, "7 true"),
        (r#"{"is_admin":true}"#, 401, ""),
    ] {
        browser.jar.store(&cookie(&clock, payload));
        let response = browser.get("/admin").await;
        assert_eq!((response.status, response.body.as_str()), (status, body), "{payload}");
        assert_eq!(response.set_cookies(), [], "{payload}");
    }
}

async fn refusals_are_not_stored(framework: Framework) {
    let clock = clock();
    let browser = site(framework, &clock).await;
    let user = cookie(&clock, r#"{"user":7}"#);
    for (request, status) in [
        (navigation("GET", "/account"), 303),
        (Request::get("/account"), 401),
        (Request::get("/admin").header("cookie", user.as_str()), 403),
    ] {
        let response = browser.send_as_is(request).await;
        assert_eq!((response.status, response.one("cache-control")), (status, Some("private, no-store")));
    }
}

async fn a_struct_without_a_way_back_gets_no_cookie(framework: Framework) {
    let clock = clock();
    let mut browser = start::<Plain>(framework, &clock, options(&clock).sign_in_page("/login")).await;
    let response = browser.send(navigation("GET", "/plain")).await;
    assert_eq!((response.status, response.set_cookies().len()), (303, 0));
    browser.jar.store(&cookie(&clock, r#"{"theirs":1}"#));
    let response = browser.send(navigation("GET", "/plain")).await;
    assert_eq!((response.status, response.set_cookies().len()), (303, 0));
    assert_eq!(unseal(&clock, browser.jar.value("sid").unwrap()), r#"{"theirs":1}"#);
}

async fn without_a_session_layer_it_is_a_500(framework: Framework) {
    let clock = clock();
    let browser = start::<Plain>(framework, &clock, options(&clock)).await;
    assert_eq!(browser.send_as_is(navigation("GET", "/account")).await.status, 500);
}

#[test]
fn a_sign_in_page_is_on_this_site() {
    for path in ["", "login", "https://login.example", "//login.example", "/a b", "/\n"] {
        let built = options(&clock()).sign_in_page(path).build();
        assert!(matches!(built, Err(OptionsError::SignInPage { .. })), "{path:?}");
    }
    let built = options(&clock()).sign_in_page("/login?lang=en").build().unwrap();
    assert_eq!(built.sign_in_page(), Some("/login?lang=en"));
    assert_eq!(options(&clock()).build().unwrap().sign_in_page(), None);
}
