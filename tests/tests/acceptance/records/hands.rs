//! Who can write to the store can forge nothing, and can't give a session the content of another one.

use super::*;
use iron_session::Sealer;
use iron_session_tests::fixtures::OTHER_PASSWORD;
use iron_session_tests::on_every_store;

on_every_store![
    a_record_that_was_cut_or_forged_is_refused,
    the_record_of_another_session_is_refused,
    an_older_record_is_refused,
    what_else_the_passwords_seal_is_no_record,
];

/// Sends a session whose record has this text, and returns why it is refused.
async fn refusal<S: Store + Clone>(
    servers: &Servers<S>,
    server: &Server<S>,
    copy: &str,
    text: &str,
) -> String {
    servers.plant(copy, text).await;
    let log = Log::capture();
    // Another reason is logged once a minute.
    servers.clock.advance(Duration::from_secs(61));
    let response = server.with(copy, "/who").await;
    assert_eq!((response.status, response.body.as_str()), (200, "nobody"));
    assert_eq!(response.set_cookies(), [], "the cookie is left alone");
    reason(&log)
}

async fn a_record_that_was_cut_or_forged_is_refused(framework: Framework, kind: StoreKind) {
    let servers = Servers::new(kind);
    let mut server = servers.start(framework).await;
    server.browser.get("/ada").await;
    let copy = server.copy();
    let good = servers.record(&copy).await.text;
    let cut = good[..good.len() - 100].to_owned();
    let flipped = {
        let middle = good.len() / 2;
        let other = if &good[middle..=middle] == "A" { "B" } else { "A" };
        format!("{}{other}{}", &good[..middle], &good[middle + 1..])
    };
    let others = iron_session::Passwords::new(OTHER_PASSWORD).unwrap();
    let foreign = Sealer::new(others).with_purpose("record").seal(&"x").unwrap();
    for text in [&cut, &flipped, &foreign, "", "x", &"y".repeat(1_000_000)] {
        assert_eq!(refusal(&servers, &server, &copy, text).await, "record_unreadable");
    }
    servers.plant(&copy, &good).await;
    assert_eq!(server.with(&copy, "/who").await.body, "ada@example.com");
}

async fn the_record_of_another_session_is_refused(framework: Framework, kind: StoreKind) {
    let servers = Servers::new(kind);
    let (mut ada, mut eve) = (servers.start(framework).await, servers.start(framework).await);
    ada.browser.get("/ada").await;
    eve.browser.get("/bob").await;
    let stolen = servers.record(&ada.copy()).await.text;
    assert_eq!(refusal(&servers, &eve, &eve.copy(), &stolen).await, "record_swapped");
}

async fn an_older_record_is_refused(framework: Framework, kind: StoreKind) {
    let servers = Servers::new(kind);
    let mut server = servers.start(framework).await;
    server.browser.get("/ada").await;
    let old = servers.record(&server.copy()).await.text;
    server.browser.get("/dark").await;
    assert_eq!(refusal(&servers, &server, &server.copy(), &old).await, "record_rolled_back");
}

/// Neither a cookie nor a seal of the application opens as a record.
async fn what_else_the_passwords_seal_is_no_record(framework: Framework, kind: StoreKind) {
    let servers = Servers::new(kind);
    let mut server = servers.start(framework).await;
    server.browser.get("/ada").await;
    let copy = server.copy();
    assert_eq!(refusal(&servers, &server, &copy, &copy).await, "record_unreadable");
    // Who can make the application seal a text with this purpose can't make a head either.
    let sealer = Sealer::new(passwords()).with_clock(servers.clock.clone()).with_purpose("record");
    for text in ["{}", "[]", "\n", "{\"key\":1}\n{}"] {
        let text = sealer.seal(text).unwrap();
        assert_eq!(refusal(&servers, &server, &copy, &text).await, "record_unreadable");
    }
}
