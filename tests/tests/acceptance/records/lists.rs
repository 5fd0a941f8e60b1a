//! The sessions of a user are listed, and one of them is ended.

use super::*;
use iron_session::Passwords;
use iron_session_tests::fixtures::{OTHER_PASSWORD, PASSWORD, TTL};
use iron_session_tests::on_every_framework;

on_every_framework![sessions_are_listed_and_ended, sessions_are_found_after_a_rotation];

async fn sessions_are_listed_and_ended(framework: Framework) {
    let servers = Servers::new();
    let (mut phone, mut laptop) = (servers.start(framework).await, servers.start(framework).await);
    let issued_at = servers.now();
    phone.browser.get("/ada").await;
    laptop.browser.get("/ada").await;
    let mut bob = servers.start(framework).await;
    bob.browser.get("/bob").await;
    servers.clock.advance(Duration::from_secs(600));
    phone.browser.get("/dark").await;

    let state = &laptop.state;
    let found = state.sessions_of("sid", "ada@example.com").await.unwrap();
    let ids: Vec<_> = found.iter().map(|session| session.id.to_string()).collect();
    assert_eq!(ids, [servers.key(&phone.copy()), servers.key(&laptop.copy())]);
    assert_eq!(found[0].issued_at, Some(issued_at));
    assert_eq!([found[0].written_at, found[1].written_at], [servers.now(), issued_at]);
    for (cookie, subject) in [("sid", "eve@example.com"), ("admin", "ada@example.com")] {
        assert_eq!(state.sessions_of(cookie, subject).await.unwrap(), []);
    }

    state.revoke_session(found[0].id).await.unwrap();
    assert_eq!(state.sessions_of("sid", "ada@example.com").await.unwrap(), [found[1]]);
    assert_eq!(phone.browser.get("/who").await.body, "nobody");
    assert_eq!(laptop.browser.get("/who").await.body, "ada@example.com");

    state.revoke_subject("sid", "ada@example.com").await.unwrap();
    assert_eq!(state.sessions_of("sid", "ada@example.com").await.unwrap(), []);
    servers.clock.advance(TTL + Duration::from_secs(121));
    assert_eq!(state.sessions_of("sid", "bob@example.com").await.unwrap(), []);
}

async fn sessions_are_found_after_a_rotation(framework: Framework) {
    let servers = Servers::new();
    let mut before = servers.start(framework).await;
    before.browser.get("/ada").await;
    let both = Passwords::builder().password("1", PASSWORD).password("2", OTHER_PASSWORD).build().unwrap();
    let state = ServerState::builder(servers.store.clone(), both).clock(servers.clock.clone());
    let state = state.start().await.unwrap();
    assert_eq!(state.sessions_of("sid", "ada@example.com").await.unwrap().len(), 1);
}
