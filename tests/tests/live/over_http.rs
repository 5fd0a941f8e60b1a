//! What Chromium sends to its own computer and to another one over plain http, and which cookies it
//! keeps from them.

use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::{Request, State};
use axum::http::header::SET_COOKIE;
use axum::http::{HeaderValue, StatusCode};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{Html, Redirect, Response};
use axum::routing::{get, post};
use iron_session::{IronSession, Passwords, Session, SessionLayer, SessionOptions, SessionOptionsBuilder};
use iron_session_tests::fixtures::PASSWORD;
use iron_session_tests::page;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;

/// A page that sends a form, which leads to `/account`.
const SIGN_IN_PAGE: &str = r#"<!doctype html><title>signs in</title><form method="post" action="/sign-in"></form>
<script>document.forms[0].submit()</script>"#;

#[derive(IronSession, Clone)]
struct Member {
    user: Option<u32>,
}

/// What a server saw of a request, and its response.
#[derive(Debug, PartialEq)]
struct Seen {
    path: String,
    /// The header `Sec-Fetch-Mode`.
    fetch_mode: Option<String>,
    status: u16,
    /// Whether the cookie is `Secure`, if the response sets one.
    is_secure: Option<bool>,
}

type AllSeen = Arc<Mutex<Vec<Seen>>>;

async fn sign_in(mut session: Session<Member>) -> Redirect {
    session.set_user(7);
    Redirect::to("/account")
}

async fn account(session: Session<Member>) -> (StatusCode, Html<&'static str>) {
    let status = if session.user().is_some() { StatusCode::OK } else { StatusCode::UNAUTHORIZED };
    (status, Html("<!doctype html><title>done</title>"))
}

async fn record(State(all): State<AllSeen>, request: Request, next: Next) -> Response {
    let path = request.uri().path().to_owned();
    let text = |value: &HeaderValue| value.to_str().unwrap().to_owned();
    let fetch_mode = request.headers().get("sec-fetch-mode").map(text);
    let response = next.run(request).await;
    let cookie = response.headers().get(SET_COOKIE).map(text);
    let is_secure = cookie.map(|line| line.split("; ").any(|attribute| attribute == "Secure"));
    all.lock().unwrap().push(Seen { path, fetch_mode, status: response.status().as_u16(), is_secure });
    response
}

/// Signs in with Chromium on this host, and returns what the server saw.
fn visit(host: &str, options: SessionOptionsBuilder) -> Vec<Seen> {
    let all = AllSeen::default();
    let app = Router::new()
        .route("/", get(async || Html(SIGN_IN_PAGE)))
        .route("/sign-in", post(sign_in))
        .route("/account", get(account))
        .route_layer(SessionLayer::<Member>::new(options.build().unwrap()).unwrap())
        .route_layer(from_fn_with_state(Arc::clone(&all), record));
    let runtime = Runtime::new().unwrap();
    let listener = runtime.block_on(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))).unwrap();
    let port = listener.local_addr().unwrap().port();
    runtime.spawn(async { axum::serve(listener, app).await });
    page::open(&format!("http://{host}:{port}/"));
    runtime.shutdown_background();
    std::mem::take(&mut *all.lock().unwrap())
}

/// What is seen of the page, of the form and of the page to which it leads.
fn walk(fetch_mode: Option<&str>, is_secure: bool, status: u16) -> [Seen; 3] {
    [("/", 200, None), ("/sign-in", 303, Some(is_secure)), ("/account", status, None)].map(
        |(path, status, is_secure)| Seen {
            path: path.to_owned(),
            fetch_mode: fetch_mode.map(str::to_owned),
            status,
            is_secure,
        },
    )
}

fn options() -> SessionOptionsBuilder {
    SessionOptions::builder("sid", Passwords::new(PASSWORD).unwrap())
}

#[test]
fn its_own_computer_gets_the_header_and_sets_a_secure_cookie() {
    for host in ["127.0.0.1", "localhost"] {
        let seen = visit(host, options().insecure_development_over_http());
        assert_eq!(seen, walk(Some("navigate"), true, 200), "{host}");
    }
}

#[test]
fn another_computer_gets_no_header_and_sets_a_cookie_that_is_not_secure() {
    let seen = visit("shop.example", options().insecure_development_over_http());
    assert_eq!(seen, walk(None, false, 200));
}

#[test]
fn a_secure_cookie_of_another_computer_is_not_kept() {
    assert_eq!(visit("shop.example", options()), walk(None, true, 401));
}
