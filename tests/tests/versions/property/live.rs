//! The same, where the JavaScript server is a real one: iron-session 9 under Node.

use std::cell::RefCell;

use iron_session_tests::fixtures::{COOKIE, NOW_MS, PASSWORD, cookie, unseal};
use iron_session_tests::node::Peers;
use iron_session_tests::{SetCookie, fixtures};
use serde_json::{Value, json};

use super::Servers;
use super::values::Random;
use super::written::normal;

#[test]
fn with_a_real_javascript_server() {
    super::pairs::play_all(&RefCell::new(Node { peers: Peers::start() }));
}

struct Node {
    peers: Peers,
}

impl Servers for Node {
    fn javascript(&mut self, payload: &str, random: &mut Random) -> String {
        let clock = fixtures::clock();
        let header = cookie(&clock, payload);
        let options = json!({ "cookieName": COOKIE, "passwords": { "string": PASSWORD } });
        let data = json!({ format!("js{}", random.next()): { "ratio": 0.1, "seen": [1e21, "\u{2028}"] } });
        let steps = json!([{ "op": "merge", "data": data }, { "op": "save" }]);
        let (read, lines) = self.peers.cookie(&header, &options, &steps, NOW_MS);
        let expected: Value = serde_json::from_str(payload).unwrap();
        assert_eq!(normal(read), normal(expected), "iron-session reads it");
        let line = SetCookie::parse(&lines[0]);
        unseal(&clock, &line.value)
    }
}
