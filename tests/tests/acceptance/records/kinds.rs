//! Kinds of fields, budgets and helpers for tests that know nothing of records.

use super::*;
use iron_session::Expiring;
use iron_session::testing::{RollingDeploy, cookie_header};
use iron_session_tests::{Visitor, on_every_framework};

on_every_framework![
    an_expiring_value_ends_in_a_record,
    a_limit_of_a_field_may_exceed_the_cookies,
    a_rolling_deploy_goes_through_records,
];

#[derive(IronSession, Clone)]
#[session(storage = "server", json_schema)]
struct Offers {
    #[session(expires_in = "10m")]
    offer: Expiring<String>,
    /// More than four cookies hold.
    #[session(max_bytes = 30_000)]
    note: Option<String>,
}

fn offers(options: SessionOptionsBuilder) -> Site<Offers> {
    let noted = |bytes: usize| {
        move |mut session: Session<Offers>| async move {
            session.set_note(noise(bytes));
            ok()
        }
    };
    Site::<Offers>::new(options)
        .route("/offer", |mut session: Session<Offers>| async move {
            session.offer.set("half price".to_owned());
            ok()
        })
        .route("/see", |session: Session<Offers>| async move {
            text(session.offer.get().map_or("none", String::as_str))
        })
        .route("/fits", noted(29_000))
        .route("/too-long", noted(31_000))
        .route("/length", |session: Session<Offers>| async move { text(session.note().map_or(0, str::len)) })
}

async fn an_expiring_value_ends_in_a_record(framework: Framework) {
    let servers = Servers::new(StoreKind::Memory);
    let mut server = servers.start_with(framework, offers).await;
    server.browser.get("/offer").await;
    // The record holds it, not the cookie.
    servers.key(&server.copy());
    assert_eq!(server.browser.get("/see").await.body, "half price");
    servers.clock.advance(Duration::from_secs(601));
    assert_eq!(server.browser.get("/see").await.body, "none");
}

async fn a_limit_of_a_field_may_exceed_the_cookies(framework: Framework) {
    let servers = Servers::new(StoreKind::Memory);
    let mut server = servers.start_with(framework, offers).await;
    assert_eq!(server.browser.get("/fits").await.status, 200);
    assert_eq!(server.browser.get("/too-long").await.status, 500);
    assert_eq!(server.browser.get("/length").await.body, "29000");
}

/// The old version of a session that is in the store.
#[derive(IronSession, Clone)]
#[session(storage = "server", json_schema)]
struct Old {
    note: Option<String>,
}

#[derive(IronSession, Clone)]
#[session(storage = "server", json_schema, version = 2, untagged = 1, readable_by = 1)]
struct New {
    note: Option<String>,
    theme: Option<String>,
}

async fn a_rolling_deploy_goes_through_records(_: Framework) {
    let servers = Servers::new(StoreKind::Memory);
    let state = ServerState::builder(servers.store.clone(), passwords()).clock(servers.clock.clone());
    let options = options(&servers.clock).server_state(state.start().await.unwrap()).build().unwrap();
    let large = Old { note: Some(noise(6000)) };
    RollingDeploy::<Old, New>::new(options.clone()).play(
        &large,
        |session| assert_eq!(session.note().map(str::len), Some(6000)),
        |session| {
            assert_eq!(session.note().map(str::len), Some(6000));
            session.set_theme("dark");
        },
    );

    let mut visitor = Visitor::with_cookies(&cookie_header(&options, &large));
    let seen = visitor.visit::<Old, _>(&options, |session| session.note().map(str::len));
    assert_eq!(seen, Some(6000));
}
