//! Somebody who visits the demo and the Node server.

use std::process::Command;

use iron_session::clock::{ManualClock, Timestamp};
use iron_session_tests::Jar;
use iron_session_tests::node::{self, Server};
use serde_json::Value;
use ureq::Agent;
use ureq::http::Response;

const SECRET: &str = r#"{"1":"kX2vQ9mZ4tR7wL1pB6nH3sJ8dF5gY0cA","2":"T7uJ1eW9xM3zN5qV8rC2bK6aS4hD0gLf"}"#;

/// A browser on 127.0.0.1, where cookies don't tell ports apart.
pub(crate) struct Visitor {
    pub(crate) rust: Server,
    node: Server,
    pub(crate) jar: Jar,
    pub(crate) agent: Agent,
}

impl Visitor {
    pub(crate) fn arrive() -> Self {
        let demo = node::build("demo");
        let rust = Server::start(Command::new(demo).args(["--port", "0"]).env("SESSION_SECRET", SECRET));
        let node = Server::start(node::node("shared-login.mjs").env("SESSION_SECRET", SECRET));
        let clock = ManualClock::at(Timestamp::from_unix_ms(0));
        let agent = Agent::config_builder().max_redirects(0).http_status_as_error(false).build().into();
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

    /// Asks the Node server for the whole session.
    pub(crate) fn node_session(&mut self) -> Value {
        let address = format!("{}/session", self.node.address);
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
        let mut request = self.agent.post(format!("{}{path}", self.node.address));
        if let Some(cookies) = self.jar.header("/") {
            request = request.header("cookie", cookies);
        }
        let response = request.header("content-type", "application/json").send(body.to_string()).unwrap();
        serde_json::from_str(&self.read(response)).unwrap()
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
