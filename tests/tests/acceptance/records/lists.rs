//! The sessions of a user are listed, and one of them is ended.

use super::*;
use iron_session::Passwords;
use iron_session_tests::fixtures::{OTHER_PASSWORD, PASSWORD, TTL};
use iron_session_tests::on_every_store;

on_every_store![sessions_are_listed_and_ended, sessions_are_found_after_a_rotation];

async fn sessions_are_listed_and_ended(framework: Framework, kind: StoreKind) {
    let servers = Servers::new(kind);
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

    // With their content.
    let checked =
        options(&servers.clock).server_state(state.clone()).build().unwrap().check::<Shop>().unwrap();
    let read = checked.sessions_of(&"ada@example.com".to_owned()).await.unwrap();
    let themes = read
        .iter()
        .map(|(session, content)| (*session, content.as_ref().unwrap().theme().map(str::to_owned)));
    let themes: Vec<_> = themes.collect();
    assert_eq!(themes, [(found[0], Some("dark".to_owned())), (found[1], None)]);
    assert!(checked.sessions_of(&"eve@example.com".to_owned()).await.unwrap().is_empty());

    state.revoke_session(found[0].id).await.unwrap();
    assert_eq!(state.sessions_of("sid", "ada@example.com").await.unwrap(), [found[1]]);
    assert_eq!(phone.browser.get("/who").await.body, "nobody");
    assert_eq!(laptop.browser.get("/who").await.body, "ada@example.com");

    state.revoke_subject("sid", "ada@example.com").await.unwrap();
    assert_eq!(state.sessions_of("sid", "ada@example.com").await.unwrap(), []);
    servers.clock.advance(TTL + Duration::from_secs(121));
    assert_eq!(state.sessions_of("sid", "bob@example.com").await.unwrap(), []);
}

async fn sessions_are_found_after_a_rotation(framework: Framework, kind: StoreKind) {
    let servers = Servers::new(kind);
    let mut before = servers.start(framework).await;
    before.browser.get("/ada").await;
    let both = Passwords::builder().password("1", PASSWORD).password("2", OTHER_PASSWORD).build().unwrap();
    let state = ServerState::builder(servers.store.clone(), both).clock(servers.clock.clone());
    let state = state.start().await.unwrap();
    assert_eq!(state.sessions_of("sid", "ada@example.com").await.unwrap().len(), 1);
}
