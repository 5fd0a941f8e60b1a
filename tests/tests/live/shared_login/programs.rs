//! The programs of the book: the example `one-login`, and the same JavaScript servers.

use serde_json::{Value, json};

use super::server::{JavaScript, on_every_server};
use super::visitor::Visitor;

on_every_server! { with_other_libraries: one_login }

fn one_login(javascript: JavaScript) {
    let mut visitor = Visitor::arrive_at_example(javascript);
    assert_eq!(visitor.node_session(), json!({}));

    // Rust signs in, JavaScript signs out.
    visitor.api_post("/login", &json!({ "userName": "Ada" }));
    assert_eq!(visitor.node_session()["userName"], "Ada");
    visitor.node_post("/logout", &json!({}));
    assert_eq!(visitor.api_whoami()["userName"], Value::Null);

    // JavaScript signs in, Rust signs out.
    visitor.node_post("/merge", &json!({ "userName": "Grace", "theme": { "dark": true } }));
    assert_eq!(visitor.api_whoami(), json!({ "userName": "Grace", "visits": 0 }));
    visitor.api_post("/visit", &json!({}));
    visitor.node_post("/merge", &json!({ "cart": ["ink"] }));
    visitor.api_post("/visit", &json!({}));
    let session = visitor.node_session();
    assert_eq!((&session["visits"], &session["userName"]), (&json!(2), &json!("Grace")));
    assert_eq!((&session["theme"], &session["cart"]), (&json!({ "dark": true }), &json!(["ink"])));
    visitor.api_post("/logout", &json!({}));
    assert_eq!(visitor.node_session(), json!({}));
    assert_eq!(visitor.api_whoami(), json!({ "userName": null, "visits": 0 }));
}
