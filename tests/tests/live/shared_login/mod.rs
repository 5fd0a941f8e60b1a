//! One login for two servers on one host: the demo, and a JavaScript server with iron-session 9 in
//! each framework. Each side also keeps members in the session that only it knows.
//!
//! `programs` has a shorter conversation, with h3 and hapi too.

mod programs;
mod server;
mod visitor;

use serde_json::{Value, json};

use self::server::{JavaScript, on_every_server};
use self::visitor::Visitor;

on_every_server! {
    signing_in_and_out_counts_on_both_servers,
    a_sign_in_on_the_other_server_still_has_to_be_confirmed_on_this_one,
    members_that_only_the_other_side_knows_survive,
    sessions_past_one_cookie_pass_between_both_servers,
}

fn signing_in_and_out_counts_on_both_servers(javascript: JavaScript) {
    let mut visitor = Visitor::arrive(javascript);
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

fn a_sign_in_on_the_other_server_still_has_to_be_confirmed_on_this_one(javascript: JavaScript) {
    let mut visitor = Visitor::arrive(javascript);
    visitor.node_post("/merge", &json!({ "userName": "Grace" }));
    assert_eq!(visitor.post("/cart/add", &[("product", "ink"), ("printed", "")]), 303);
    assert_eq!(visitor.post("/checkout", &[]), 303);
    assert_eq!(visitor.whoami()["piecesInCart"], 1, "not ordered yet");
    assert_eq!(visitor.node_session()["returnTo"], "/checkout");

    assert_eq!(visitor.post("/confirm", &[("password", "blotting-paper")]), 303);
    let session = visitor.node_session();
    assert_eq!((&session["sudo"]["value"], &session["returnTo"]), (&json!("password"), &Value::Null));
    assert_eq!(visitor.post("/checkout", &[]), 303);
    assert_eq!(visitor.whoami()["piecesInCart"], 0);

    // The other server may also end it.
    assert!(visitor.page("/account").contains("data-testid=\"customer-number\""));
    visitor.node_post("/merge", &json!({ "sudo": { "until_ms": 1 } }));
    assert_eq!(visitor.post("/cart/add", &[("product", "ink"), ("printed", "")]), 303);
    assert_eq!(visitor.post("/checkout", &[]), 303);
    assert_eq!(visitor.whoami()["piecesInCart"], 1, "not ordered");
}

#[test]
fn a_form_without_the_token_changes_nothing() {
    let mut visitor = Visitor::arrive(JavaScript::Express);
    visitor.sign_in();
    // Its forms give the session a token.
    visitor.page("/account");
    let before = visitor.node_session();
    for csrf in [None, Some(("csrf_token", "")), Some(("csrf_token", "a"))] {
        assert_eq!(visitor.send("/logout", csrf.as_slice()), 403);
    }
    assert_eq!(visitor.node_session(), before);
    assert!(before["csrf"].is_string());
    assert_eq!(visitor.post("/logout", &[]), 303);
    assert_eq!(visitor.node_session()["userName"], Value::Null);
}

fn members_that_only_the_other_side_knows_survive(javascript: JavaScript) {
    let mut visitor = Visitor::arrive(javascript);
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
    assert_eq!(session["$"]["t"], 60 * 60, "the remember-me is kept by a server that does not know it");
}

fn sessions_past_one_cookie_pass_between_both_servers(javascript: JavaScript) {
    let mut visitor = Visitor::arrive(javascript);
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
