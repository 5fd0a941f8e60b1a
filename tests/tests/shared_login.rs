//! One login for two servers on one host: the demo, and a Node server with
//! iron-session 9. Each also keeps members in the session that only it knows.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

use std::process::Command;

use iron_session::clock::{ManualClock, Timestamp};
use iron_session_tests::Jar;
use iron_session_tests::node::{self, Server};
use serde_json::{Value, json};
use ureq::Agent;
use ureq::http::Response;

const SECRET: &str = r#"{"1":"kX2vQ9mZ4tR7wL1pB6nH3sJ8dF5gY0cA","2":"T7uJ1eW9xM3zN5qV8rC2bK6aS4hD0gLf"}"#;

/// A browser on 127.0.0.1, where cookies don't tell ports apart.
struct Visitor {
    rust: Server,
    node: Server,
    jar: Jar,
    agent: Agent,
}

impl Visitor {
    fn arrive() -> Self {
        let demo = node::build("demo");
        let rust = Server::start(Command::new(demo).args(["--port", "0"]).env("SESSION_SECRET", SECRET));
        let node = Server::start(node::node("shared-login.mjs").env("SESSION_SECRET", SECRET));
        let clock = ManualClock::at(Timestamp::from_unix_ms(0));
        let agent = Agent::config_builder().max_redirects(0).http_status_as_error(false).build().into();
        Self { rust, node, jar: Jar::new("127.0.0.1", &clock), agent }
    }

    /// Posts a form to the demo, and returns the status.
    fn post(&mut self, path: &str, form: &[(&str, &str)]) -> u16 {
        let mut request = self.agent.post(format!("{}{path}", self.rust.address));
        if let Some(cookies) = self.jar.header(path) {
            request = request.header("cookie", cookies);
        }
        let answer = request.send_form(form.iter().copied()).unwrap();
        self.take(&answer);
        answer.status().as_u16()
    }

    /// Asks the demo who is signed in.
    fn whoami(&mut self) -> Value {
        let address = format!("{}/whoami", self.rust.address);
        self.get(&address)
    }

    /// Asks the Node server for the whole session.
    fn node_session(&mut self) -> Value {
        let address = format!("{}/session", self.node.address);
        self.get(&address)
    }

    fn get(&mut self, address: &str) -> Value {
        let mut request = self.agent.get(address);
        if let Some(cookies) = self.jar.header("/") {
            request = request.header("cookie", cookies);
        }
        self.read(request.call().unwrap())
    }

    /// Lets the Node server merge members into the session.
    fn node_post(&mut self, path: &str, body: &Value) -> Value {
        let mut request = self.agent.post(format!("{}{path}", self.node.address));
        if let Some(cookies) = self.jar.header("/") {
            request = request.header("cookie", cookies);
        }
        let answer = request.header("content-type", "application/json").send(body.to_string()).unwrap();
        self.read(answer)
    }

    fn read(&mut self, mut answer: Response<ureq::Body>) -> Value {
        self.take(&answer);
        assert_eq!(answer.status(), 200);
        serde_json::from_str(&answer.body_mut().read_to_string().unwrap()).unwrap()
    }

    fn take<B>(&mut self, answer: &Response<B>) {
        let lines = answer.headers().get_all("set-cookie");
        self.jar.store_all(lines.iter().map(|line| line.to_str().unwrap()));
    }

    fn sign_in(&mut self) {
        let form = [("name", "Ada"), ("password", "blotting-paper"), ("remember", "on")];
        assert_eq!(self.post("/login", &form), 303);
    }
}

#[test]
fn signing_in_and_out_counts_on_both_servers() {
    let mut visitor = Visitor::arrive();
    assert_eq!(visitor.node_session(), json!({}));

    visitor.sign_in();
    assert_eq!(visitor.node_session()["userName"], "Ada");
    visitor.node_post("/logout", &json!({}));
    assert!(visitor.jar.names().is_empty());
    assert_eq!(visitor.whoami()["userName"], Value::Null);

    visitor.node_post("/merge", &json!({ "userName": "Grace" }));
    assert_eq!(visitor.whoami()["userName"], "Grace");
    assert_eq!(visitor.post("/logout", &[]), 303);
    assert_eq!(visitor.node_session(), json!({}));
    assert!(visitor.jar.names().is_empty());
}

#[test]
fn members_that_only_the_other_side_knows_survive() {
    let mut visitor = Visitor::arrive();
    visitor.sign_in();
    for product in products(&mut visitor) {
        assert_eq!(visitor.post("/cart/add", &[("product", &product), ("printed", "")]), 303);
    }

    // At the top, and inside the elements of a list.
    let cart = visitor.node_session()["cart"].clone();
    let mut wrapped = cart.clone();
    for (index, line) in wrapped.as_array_mut().unwrap().iter_mut().enumerate() {
        line["giftWrap"] = json!({ "paper": index, "ratio": 0.1 });
    }
    visitor.node_post("/merge", &json!({ "theme": "dark", "seen": [1e21, "\u{fffd}"], "cart": wrapped }));

    // One line changes, one goes, one comes; the others are as they were.
    let ids: Vec<&str> =
        cart.as_array().unwrap().iter().map(|line| line["product"].as_str().unwrap()).collect();
    assert_eq!(
        visitor.post("/cart/quantity", &[("product", ids[0]), ("printed", ""), ("quantity", "7")]),
        303
    );
    assert_eq!(
        visitor.post("/cart/quantity", &[("product", ids[1]), ("printed", ""), ("quantity", "0")]),
        303
    );
    assert_eq!(visitor.post("/cart/add", &[("product", ids[2]), ("printed", "Ada")]), 303);

    let session = visitor.node_session();
    assert_eq!(session["theme"], "dark");
    assert_eq!(session["seen"], json!([1e21, "\u{fffd}"]));
    let lines = session["cart"].as_array().unwrap();
    assert_eq!(lines.len(), ids.len());
    assert_eq!((&lines[0]["quantity"], &lines[0]["giftWrap"]["paper"]), (&json!(7), &json!(0)));
    for line in &lines[1..lines.len() - 1] {
        let index = ids.iter().position(|id| line["product"] == *id).unwrap();
        assert_eq!(line["giftWrap"], json!({ "paper": index, "ratio": 0.1 }), "{line}");
    }
    assert_eq!(lines.last().unwrap()["giftWrap"], Value::Null);
    assert_eq!(
        session["$"]["t"],
        30 * 24 * 60 * 60,
        "the remember-me is kept by a server that does not know it"
    );
}

#[test]
fn sessions_past_one_cookie_pass_between_both_servers() {
    let mut visitor = Visitor::arrive();
    visitor.sign_in();
    assert_eq!(visitor.post("/cart/team", &[]), 303);
    let pieces = visitor.whoami()["piecesInCart"].clone();
    assert!(visitor.jar.names().len() > 1, "{:?}", visitor.jar.names());
    assert_eq!(Some(visitor.node_session()["cart"].as_array().unwrap().len() as u64), pieces.as_u64());

    visitor.node_post("/merge", &json!({ "note": "x".repeat(1000) }));
    assert!(visitor.jar.names().iter().all(|name| name.starts_with("app_session.")));
    assert_eq!(visitor.whoami()["piecesInCart"], pieces);

    assert_eq!(visitor.post("/cart/clear", &[]), 303);
    assert_eq!(visitor.jar.names(), ["app_session"], "back to one cookie");
    assert_eq!(visitor.node_session()["note"], "x".repeat(1000));
}

/// The ids of the demo's products, as its first page shows them.
fn products(visitor: &mut Visitor) -> Vec<String> {
    let mut page = visitor.agent.get(visitor.rust.address.clone()).call().unwrap();
    let page = page.body_mut().read_to_string().unwrap();
    let fields = page.split("name=\"product\" value=\"").skip(1);
    let ids: Vec<String> = fields.map(|rest| rest.split('"').next().unwrap().to_owned()).collect();
    assert!(ids.len() > 3, "{page}");
    ids
}
