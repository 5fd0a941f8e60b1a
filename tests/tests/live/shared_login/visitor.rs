//! Somebody who visits a Rust server and a JavaScript server on one host.

use std::path::PathBuf;
use std::process::Command;
use std::sync::OnceLock;

use iron_session::clock::{ManualClock, Timestamp};
use iron_session_tests::Jar;
use iron_session_tests::node::{self, Server};
use serde_json::Value;
use ureq::Agent;
use ureq::http::Response;

use super::server::JavaScript;

const SECRET: &str = r#"{"1":"kX2vQ9mZ4tR7wL1pB6nH3sJ8dF5gY0cA","2":"T7uJ1eW9xM3zN5qV8rC2bK6aS4hD0gLf"}"#;

/// A browser on 127.0.0.1, where cookies don't tell ports apart.
pub(crate) struct Visitor {
    pub(crate) rust: Server,
    node: Server,
    pub(crate) jar: Jar,
    pub(crate) agent: Agent,
}

impl Visitor {
    /// Visits the demo.
    pub(crate) fn arrive(javascript: JavaScript) -> Self {
        static DEMO: OnceLock<PathBuf> = OnceLock::new();
        let mut demo = Command::new(DEMO.get_or_init(|| node::build("demo")));
        demo.args(["--port", "0"]).env("SESSION_SECRET", SECRET);
        Self::visit(&mut demo, javascript.command().env("SESSION_SECRET", SECRET))
    }

    /// Visits the example of the book.
    pub(crate) fn arrive_at_example(javascript: JavaScript) -> Self {
        static EXAMPLE: OnceLock<PathBuf> = OnceLock::new();
        // h3 and hapi have one password.
        let secret = ("SESSION_SECRET", "kX2vQ9mZ4tR7wL1pB6nH3sJ8dF5gY0cA");
        let mut example = Command::new(EXAMPLE.get_or_init(|| node::build("one-login")));
        example.envs([secret, ("PORT", "0"), ("SESSION_PROFILE", javascript.profile())]);
        Self::visit(&mut example, javascript.command().envs([secret]))
    }

    fn visit(rust: &mut Command, javascript: &mut Command) -> Self {
        let (rust, node) = (Server::start(rust), Server::start(javascript));
        let clock = ManualClock::at(Timestamp::from_unix_ms(0));
        // A server may close an idle connection at the moment in which the client uses it again.
        let agent = Agent::config_builder().max_idle_connections(0);
        let agent = agent.max_redirects(0).http_status_as_error(false).build().into();
        Self { rust, node, jar: Jar::new("127.0.0.1", &clock), agent }
    }

    /// Posts a form to the demo, with the token that its forms have, and returns the status.
    pub(crate) fn post(&mut self, path: &str, form: &[(&str, &str)]) -> u16 {
        let page = self.page("/login");
        let token = page.split("name=\"csrf_token\" value=\"").nth(1).and_then(|rest| rest.split('"').next());
        let csrf = [("csrf_token", token.unwrap_or_else(|| panic!("no token: {page}")))];
        self.send(path, &[form, &csrf].concat())
    }

    /// Posts a form to the demo as it is, and returns the status.
    pub(crate) fn send(&mut self, path: &str, form: &[(&str, &str)]) -> u16 {
        let mut request = self.agent.post(format!("{}{path}", self.rust.address));
        if let Some(cookies) = self.jar.header(path) {
            request = request.header("cookie", cookies);
        }
        let response = request.send_form(form.iter().copied()).unwrap();
        self.take(&response);
        response.status().as_u16()
    }

    /// Opens a page of the demo.
    pub(crate) fn page(&mut self, path: &str) -> String {
        let address = format!("{}{path}", self.rust.address);
        self.text(&address)
    }

    /// Asks the demo who is signed in.
    pub(crate) fn whoami(&mut self) -> Value {
        let address = format!("{}/whoami", self.rust.address);
        self.get(&address)
    }

    /// Asks the example who is signed in.
    pub(crate) fn api_whoami(&mut self) -> Value {
        let address = format!("{}/api/whoami", self.rust.address);
        self.get(&address)
    }

    /// Posts JSON to the example.
    pub(crate) fn api_post(&mut self, path: &str, body: &Value) {
        let address = format!("{}/api{path}", self.rust.address);
        self.post_json(&address, body);
    }

    /// Asks the Node server for the whole session.
    pub(crate) fn node_session(&mut self) -> Value {
        let address = format!("{}/session", self.node.address.trim_end_matches('/'));
        self.get(&address)
    }

    fn get(&mut self, address: &str) -> Value {
        serde_json::from_str(&self.text(address)).unwrap()
    }

    fn text(&mut self, address: &str) -> String {
        let mut request = self.agent.get(address);
        if let Some(cookies) = self.jar.header("/") {
            request = request.header("cookie", cookies);
        }
        self.read(request.call().unwrap())
    }

    /// Lets the Node server merge members into the session.
    pub(crate) fn node_post(&mut self, path: &str, body: &Value) -> Value {
        let address = format!("{}{path}", self.node.address.trim_end_matches('/'));
        serde_json::from_str(&self.post_json(&address, body)).unwrap()
    }

    fn post_json(&mut self, address: &str, body: &Value) -> String {
        let mut request = self.agent.post(address);
        if let Some(cookies) = self.jar.header("/") {
            request = request.header("cookie", cookies);
        }
        let response = request.header("content-type", "application/json").send(body.to_string()).unwrap();
        self.read(response)
    }

    fn read(&mut self, mut response: Response<ureq::Body>) -> String {
        self.take(&response);
        assert_eq!(response.status(), 200);
        response.body_mut().read_to_string().unwrap()
    }

    fn take<B>(&mut self, response: &Response<B>) {
        let lines = response.headers().get_all("set-cookie");
        self.jar.store_all(lines.iter().map(|line| line.to_str().unwrap()));
    }

    pub(crate) fn sign_in(&mut self) {
        let form = [("name", "Ada"), ("password", "blotting-paper"), ("remember", "on")];
        assert_eq!(self.post("/login", &form), 303);
    }
}
