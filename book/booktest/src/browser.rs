//! The parts of a browser that the samples need.

use std::collections::BTreeMap;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::header::{CONTENT_TYPE, COOKIE, LOCATION, SET_COOKIE, USER_AGENT};
use axum::http::{HeaderMap, Method, Request};
use tower::ServiceExt as _;

/// A browser that visits an axum application without a network.
#[derive(Debug)]
pub struct Browser {
    app: Router,
    user_agent: &'static str,
    cookies: BTreeMap<String, String>,
}

/// A response, as the browser received it.
#[derive(Debug)]
pub struct Response {
    /// The status code.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body, as text.
    pub body: String,
}

impl Browser {
    /// Opens a browser without cookies.
    pub fn new(app: Router) -> Self {
        Self::with_user_agent(app, "booktest")
    }

    /// Opens a browser without cookies that calls itself so.
    pub fn with_user_agent(app: Router, user_agent: &'static str) -> Self {
        Self { app, user_agent, cookies: BTreeMap::new() }
    }

    /// Requests a page.
    pub async fn get(&mut self, path: &str) -> Response {
        self.send(Method::GET, path, "").await
    }

    /// Sends a form, and follows the redirect of the response.
    pub async fn post(&mut self, path: &str, form: &str) -> Response {
        let response = self.send(Method::POST, path, form).await;
        match response.headers.get(LOCATION).and_then(|location| location.to_str().ok()) {
            Some(location) => self.get(location).await,
            None => response,
        }
    }

    /// Returns the names of the cookies that the browser holds.
    pub fn cookies(&self) -> Vec<&str> {
        self.cookies.keys().map(String::as_str).collect()
    }

    async fn send(&mut self, method: Method, path: &str, form: &str) -> Response {
        let cookies: Vec<_> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header("sec-fetch-mode", "navigate")
            .header(USER_AGENT, self.user_agent)
            .header(COOKIE, cookies.join("; "))
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from(form.to_owned()))
            .expect("a request");
        let Ok(response) = self.app.clone().oneshot(request).await;

        let (parts, body) = response.into_parts();
        for line in parts.headers.get_all(SET_COOKIE) {
            self.keep(line.to_str().expect("visible ASCII"));
        }
        let body = to_bytes(body, usize::MAX).await.expect("a body");
        let body = String::from_utf8_lossy(&body).into_owned();
        Response { status: parts.status.as_u16(), headers: parts.headers, body }
    }

    fn keep(&mut self, line: &str) {
        let (pair, attributes) = line.split_once(';').unwrap_or((line, ""));
        let (name, value) = pair.split_once('=').expect("a name and a value");
        if attributes.contains("Max-Age=0") {
            self.cookies.remove(name);
        } else {
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
    }
}
