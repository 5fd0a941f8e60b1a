//! The requests that Chromium sends from a page of one origin to others, and the guard's decisions.

use std::collections::BTreeMap;
use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex};

use axum::extract::{Path, Request, State};
use axum::http::HeaderMap;
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{Html, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use iron_session::guard::CrossOriginGuard;
use iron_session_tests::page;
use tokio::net::TcpListener;

const PAGE: &str = include_str!("../../node/browser/pages/origins.html");

/// By the request's path: the header `Sec-Fetch-Site`, and the status of the response.
type Seen = Arc<Mutex<BTreeMap<String, (Option<String>, u16)>>>;

fn guarded(guard: CrossOriginGuard, seen: &Seen) -> Router {
    let take = async |Path(_): Path<(String, String)>| Html("taken");
    let routes = Router::new().route("/take/{name}/{how}", post(take)).layer(guard);
    routes.route_layer(from_fn_with_state(Arc::clone(seen), record))
}

async fn record(State(seen): State<Seen>, headers: HeaderMap, request: Request, next: Next) -> Response {
    let path = request.uri().path().to_owned();
    let site = headers.get("sec-fetch-site").map(|site| site.to_str().unwrap().to_owned());
    let response = next.run(request).await;
    seen.lock().unwrap().insert(path, (site, response.status().as_u16()));
    response
}

#[test]
fn a_page_posts_to_other_origins_and_to_its_own() {
    let seen = Seen::default();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let (own, other, trusting) = (bind(&runtime), bind(&runtime), bind(&runtime));
    let [own_port, other_port, trusting_port] =
        [&own, &other, &trusting].map(|listener| listener.local_addr().unwrap().port());

    let targets = Json([
        ("other-port", format!("http://127.0.0.1:{other_port}")),
        ("other-host", format!("http://localhost:{other_port}")),
        ("plain-http", format!("http://shop.example:{other_port}")),
        ("trusting", format!("http://localhost:{trusting_port}")),
        ("trusting-plain-http", format!("http://shop.example:{trusting_port}")),
    ]);
    let own_app = guarded(CrossOriginGuard::new(), &seen)
        .route("/targets", get(async move || targets))
        .route("/", get(async || Html(PAGE)));
    let trust = CrossOriginGuard::new().trust(&format!("http://127.0.0.1:{own_port}")).unwrap();
    for (listener, app) in
        [(own, own_app), (other, guarded(CrossOriginGuard::new(), &seen)), (trusting, guarded(trust, &seen))]
    {
        runtime.spawn(async { axum::serve(listener, app).await });
    }

    page::open(&format!("http://127.0.0.1:{own_port}/"));
    // Chromium sends `Sec-Fetch-Site` over plain http to loopback names only.
    assert_seen(
        &seen,
        &[
            ("other-host", Some("cross-site"), 403),
            ("other-port", Some("same-site"), 403),
            ("own", Some("same-origin"), 200),
            ("plain-http", None, 403),
            ("trusting", Some("cross-site"), 200),
            ("trusting-plain-http", None, 200),
        ],
    );

    page::open(&format!("http://shop.example:{own_port}/"));
    assert_seen(
        &seen,
        &[
            ("other-host", Some("cross-site"), 403),
            ("other-port", Some("cross-site"), 403),
            ("own", None, 200),
            ("plain-http", None, 403),
            ("trusting", Some("cross-site"), 403),
            ("trusting-plain-http", None, 403),
        ],
    );
    runtime.shutdown_background();
}

/// Compares what the servers saw of a page's forms and scripts, and forgets it.
#[track_caller]
fn assert_seen(seen: &Seen, expected: &[(&str, Option<&str>, u16)]) {
    let seen = std::mem::take(&mut *seen.lock().unwrap());
    let expected = expected.iter().flat_map(|(name, site, status)| {
        let seen = (site.map(str::to_owned), *status);
        ["form", "script"].map(|how| (format!("/take/{name}/{how}"), seen.clone()))
    });
    assert_eq!(seen, expected.collect());
}

fn bind(runtime: &tokio::runtime::Runtime) -> TcpListener {
    runtime.block_on(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))).unwrap()
}
