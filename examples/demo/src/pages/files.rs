//! The style sheet and the script, for which no session is opened.

use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::IntoResponse;

pub(crate) async fn style() -> impl IntoResponse {
    file("text/css; charset=utf-8", include_str!("../style.css"))
}

pub(crate) async fn countdown() -> impl IntoResponse {
    file("text/javascript; charset=utf-8", include_str!("../countdown.js"))
}

fn file(content_type: &'static str, content: &'static str) -> impl IntoResponse {
    ([(CONTENT_TYPE, content_type), (CACHE_CONTROL, "no-cache")], content)
}
