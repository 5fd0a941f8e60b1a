//! The page that Chromium shows when it is redirected to a path to return to.

use axum::extract::RawQuery;
use axum::http::header::LOCATION;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use iron_session::{IronSession, ReturnTo};
use iron_session_tests::page;
use iron_session_tests::paths::{HOSTILE, LOCAL};
use serde_json::json;
use url::form_urlencoded;

const PAGE: &str = include_str!("../../node/browser/pages/returns.html");

#[derive(IronSession, Clone)]
struct Visitor {
    return_to: ReturnTo,
}

/// Redirects to a text; a text that can't be in a header is no redirect.
fn redirect(text: &str) -> Response {
    match HeaderValue::try_from(text) {
        Ok(location) => (StatusCode::SEE_OTHER, [(LOCATION, location)]).into_response(),
        Err(_) => StatusCode::OK.into_response(),
    }
}

fn text(query: Option<String>) -> String {
    let query = query.unwrap_or_default();
    form_urlencoded::parse(query.as_bytes()).next().map(|(text, _)| text.into_owned()).unwrap_or_default()
}

#[test]
fn no_path_to_return_to_leaves_the_site() {
    let checked = async |RawQuery(query): RawQuery| {
        let mut session = Visitor::empty();
        session.set_return_to(ReturnTo::parse(&text(query)).unwrap_or_default());
        redirect(&session.take_return_to_or("/"))
    };
    let long = format!("/{}", "a".repeat(8 * 1024));
    let hostile: Vec<_> = HOSTILE.iter().map(|(text, _)| *text).chain([&*long]).collect();
    let texts = Json(json!({ "local": LOCAL, "hostile": hostile }));
    let routes = Router::new()
        .route("/texts", get(async move || texts))
        .route("/checked", get(checked))
        .route("/unchecked", get(async |RawQuery(query): RawQuery| redirect(&text(query))))
        .fallback(async || "here");
    page::visit(PAGE, routes);
}
