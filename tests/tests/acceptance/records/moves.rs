//! A session moves to a record when it outgrows its cookie, and back when it fits again.

use super::*;
use iron_session_tests::on_every_store;

on_every_store![
    a_session_moves_to_a_record_and_back,
    every_server_reads_the_record,
    only_changes_touch_the_store,
    a_refresh_extends_the_record,
    a_session_is_as_large_as_its_record_may_be,
    a_record_holds_no_name,
];

async fn a_session_moves_to_a_record_and_back(framework: Framework, kind: StoreKind) {
    let servers = Servers::new(kind);
    let mut server = servers.start(framework).await;
    server.browser.get("/dark").await;
    assert_eq!(servers.held(&server.copy())["theme"], "dark");

    server.browser.get("/grow").await;
    let held = servers.held(&server.copy());
    // JavaScript sees an empty session.
    assert_eq!(held.as_object().unwrap().keys().collect::<Vec<_>>(), ["$"]);
    let members: Vec<_> = held["$"].as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(members, ["iat", "id", "rev"]);
    let large = server.copy();
    assert_eq!(server.browser.get("/note").await.body, "6000");
    assert_eq!(server.browser.get("/theme").await.body, "dark");

    server.browser.get("/shrink").await;
    let held = servers.held(&server.copy());
    assert_eq!((&held["theme"], &held["$"]["rev"]), (&"dark".into(), &Value::Null), "{held}");
    // A request that was under way still finds the session, with its last content.
    assert_eq!(server.with(&large, "/theme").await.body, "dark");
    assert_eq!(server.with(&large, "/note").await.body, "0");

    // What the cookie has learnt meanwhile is newer than the record.
    server.browser.get("/grow").await;
    assert_eq!(server.browser.get("/note").await.body, "6000");
    assert_eq!(server.browser.get("/theme").await.body, "dark");
}

async fn every_server_reads_the_record(framework: Framework, kind: StoreKind) {
    let servers = Servers::new(kind);
    let (mut one, two) = (servers.start(framework).await, servers.start(framework).await);
    one.browser.get("/ada").await;
    let first = one.copy();
    assert_eq!(two.with(&first, "/who").await.body, "ada@example.com");
    let dark = two.with(&first, "/dark").await.set_cookies()[0].value.clone();
    assert_eq!(servers.held(&dark)["$"]["rev"], 2);
    // An older copy of the cookie refers to the same session.
    assert_eq!(one.with(&first, "/theme").await.body, "dark");
}

async fn only_changes_touch_the_store(framework: Framework, kind: StoreKind) {
    let servers = Servers::new(kind);
    let mut server = servers.start(framework).await;
    server.browser.get("/ada").await;
    let record = servers.record(&server.copy()).await;
    let response = server.browser.get("/who").await;
    assert_eq!(response.set_cookies(), []);
    assert_eq!(servers.record(&server.copy()).await, record);
    // Requests without a session, or without a record, don't ask the store.
    server.way.cut(true);
    let fresh = server.browser.send_as_is(Request::get("/who")).await;
    assert_eq!((fresh.status, fresh.body.as_str()), (200, "nobody"));
}

async fn a_refresh_extends_the_record(framework: Framework, kind: StoreKind) {
    let servers = Servers::new(kind);
    let mut server = servers.start_with(framework, |options| site(options.refresh_after(DAY))).await;
    server.browser.get("/ada").await;
    let until = servers.record(&server.copy()).await.until.unwrap();
    servers.clock.advance(DAY);
    assert_eq!(server.browser.get("/who").await.set_cookies().len(), 1);
    assert_eq!(servers.record(&server.copy()).await.until, Some(until.saturating_add(DAY)));
    // After the first one would have ended.
    servers.clock.advance(DAY * 13 + DAY / 2);
    assert_eq!(server.browser.get("/who").await.body, "ada@example.com");
}

async fn a_session_is_as_large_as_its_record_may_be(framework: Framework, kind: StoreKind) {
    let servers = Servers::new(kind);
    let mut server = servers.start(framework).await;
    server.browser.get("/grow-more").await;
    assert_eq!(server.browser.get("/note").await.body, "19000");
    let log = Log::capture();
    let refused = server.browser.get("/grow-too-far").await;
    assert_eq!((refused.status, refused.set_cookies().len()), (500, 0));
    let error = only(&log, "session not saved");
    let error = error.field("error").unwrap();
    assert!(error.contains("may hold only 20000") && error.contains("`note` (21010"), "{error}");
    assert_eq!(server.browser.get("/note").await.body, "19000");
}

/// Who reads the store learns nothing.
async fn a_record_holds_no_name(framework: Framework, kind: StoreKind) {
    let servers = Servers::new(kind);
    let mut server = servers.start(framework).await;
    server.browser.get("/ada").await;
    let record = servers.record(&server.copy()).await;
    assert!(record.text.starts_with("Fe26.2*1_record*"), "{}", record.text);
    let owner = record.owner.clone().unwrap();
    assert_eq!(owner.len(), 43);
    let dump = format!("{} {} {owner}", servers.key(&server.copy()), record.text);
    for name in ["ada@", "example.com"] {
        assert!(!dump.contains(name), "{name}");
    }
    // The same subject has one owner, and other subjects have others.
    let mut again = servers.start(framework).await;
    again.browser.get("/ada").await;
    assert_eq!(servers.record(&again.copy()).await.owner, Some(owner.clone()));
    again.browser.get("/bob").await;
    assert_ne!(servers.record(&again.copy()).await.owner, Some(owner));
}
