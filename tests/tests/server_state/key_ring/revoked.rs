//! Passwords that have leaked.

use std::time::Duration;

use iron_session::Passwords;
use iron_session::error::KeyRingError;
use iron_session::server_state::RingPasswordState::{Revoked, Waiting};
use iron_session::server_state::{MemoryStore, Store as _};
use iron_session_tests::fixtures::OTHER_PASSWORD;
use iron_session_tests::log::Log;
use tracing::Level;

use super::servers::{DAY, HOUR, KEY, Link, SESSION, Server, assert_agree, builder, clock_ahead};

const MINUTE: Duration = Duration::from_secs(60);

#[tokio::test]
async fn a_revoked_password_opens_nothing_and_a_new_one_seals_at_once() {
    let store = MemoryStore::new();
    let (one, other) = (Server::start(&store).await, Server::start(&store).await);
    let (leaked, seal) = (one.sealing(), other.seal());
    let log = Log::capture();
    one.ring.revoke(leaked).await.unwrap();
    let events = log.take();
    let event = events.iter().find(|event| event.message.contains("revoked")).unwrap();
    assert_eq!((event.level, event.field("id")), (Level::WARN, Some(leaked.to_string().as_str())));
    assert_eq!(one.sealing(), leaked + 1);
    assert_eq!(one.open(&seal).unwrap_err().reason(), "unknown_password");

    other.ring.refresh().await.unwrap();
    assert_eq!(other.open(&seal).unwrap_err().reason(), "unknown_password");
    assert_eq!((other.sealing(), other.ids(Revoked)), (leaked + 1, vec![leaked]));
    assert_agree(&[&one, &other]);

    for id in [leaked, 0, leaked + 2] {
        let error = one.ring.revoke(id).await.unwrap_err();
        assert!(matches!(error, KeyRingError::UnknownId { id: told, .. } if told == id), "{error}");
    }
    assert!(!one.ring.export().contains(&format!("\"{leaked}\"")));
    // It is remembered until its last seal would have ended.
    one.wait(90 * DAY + SESSION).await;
    assert_eq!(one.ids(Revoked), [leaked]);
    one.wait(3 * DAY).await;
    assert!(one.ids(Revoked).is_empty());
}

/// The other servers learn of it within a minute, and can open everything that is sealed until then.
#[tokio::test]
async fn an_older_password_seals_until_every_server_has_the_new_one() {
    let store = MemoryStore::new();
    let (one, other) = (Server::start(&store).await, Server::start(&store).await);
    let first = one.sealing();
    for days in [88, 3] {
        one.wait(days * DAY).await;
        other.wait(days * DAY).await;
    }
    assert_eq!(one.sealing(), first + 1);
    one.ring.revoke(first + 1).await.unwrap();
    assert_eq!(one.sealing(), first);
    let session = one.seal();
    assert_eq!(other.open(&session).unwrap(), 7);
    for server in [&one, &other] {
        server.wait(MINUTE).await;
        assert_eq!(server.sealing(), first + 2);
    }
    // Although its own time was over, the older password opens what it sealed to the end.
    one.wait(13 * DAY + Duration::from_secs(86_340)).await;
    assert_eq!(one.open(&session).unwrap(), 7);
}

#[tokio::test]
async fn a_password_that_waits_takes_the_place_of_a_revoked_one() {
    let store = MemoryStore::new();
    let one = Server::start(&store).await;
    let first = one.sealing();
    one.wait(89 * DAY).await;
    assert_eq!(one.ids(Waiting), [first + 1]);
    one.ring.revoke(first).await.unwrap();
    assert_eq!((one.sealing(), one.ring.list().len()), (first + 1, 2));
}

#[tokio::test]
async fn the_password_that_seals_stays_when_another_one_is_revoked() {
    let store = MemoryStore::new();
    let one = Server::start(&store).await;
    let first = one.sealing();
    one.wait(89 * DAY).await;
    // One that waits: the next one waits for two days, too.
    one.ring.revoke(first + 1).await.unwrap();
    assert_eq!((one.sealing(), one.ids(Waiting)), (first, vec![first + 2]));
    // One that only opens.
    one.wait(3 * DAY).await;
    assert_eq!(one.sealing(), first + 2);
    one.ring.revoke(first).await.unwrap();
    assert_eq!((one.sealing(), one.ids(Waiting)), (first + 2, vec![]));
}

/// The store is emptied, and a server that has not heard of it publishes its ring first.
#[tokio::test]
async fn a_server_that_is_behind_does_not_bring_a_revoked_password_back() {
    let store = MemoryStore::new();
    let (one, behind) = (Server::start(&store).await, Server::start(&store).await);
    let leaked = one.sealing();
    one.ring.revoke(leaked).await.unwrap();
    let list = one.ring.list();
    store.delete_record(KEY).await.unwrap();
    behind.ring.refresh().await.unwrap();
    assert!(behind.knows(leaked));
    for server in [&one, &behind] {
        server.ring.refresh().await.unwrap();
        assert!(!server.knows(leaked));
        assert_eq!(server.ids(Revoked), [leaked]);
        assert_eq!(server.sealing(), list[1].id());
    }
}

/// The ring that takes the place of a server's own has a password that the server had revoked.
#[tokio::test]
async fn a_server_that_takes_another_ring_keeps_what_was_revoked() {
    let store = MemoryStore::new();
    // Their ids are above those of the other ring, and must not be used again for other passwords.
    let start = async || Server::start_later(&store, Duration::ZERO).await;
    let (one, behind) = (start().await, start().await);
    let leaked = one.sealing();
    behind.link.cut(true);
    one.ring.revoke(leaked).await.unwrap();
    one.link.cut(true);
    store.delete_record(KEY).await.unwrap();
    let (link, clock) = (Link::new(&store), clock_ahead(HOUR));
    let new = Server::start_with(builder(&link, &clock), link, clock).await.unwrap();
    behind.link.cut(false);
    for server in [&behind, &new] {
        server.ring.refresh().await.unwrap();
        assert!(server.knows(leaked));
        server.wait(4 * DAY).await;
    }
    one.clock.advance(4 * DAY);
    one.link.cut(false);
    for server in [&one, &behind, &new] {
        server.ring.refresh().await.unwrap();
        assert!(!server.knows(leaked));
        assert_eq!(server.ids(Revoked), [leaked]);
    }
    assert_agree(&[&one, &behind, &new]);
}

/// A former password was added later, with an id that the ring gives to its next one, because a backup
/// of the store has taken back that its id is in use.
#[tokio::test]
async fn a_server_that_goes_on_using_a_revoked_password_says_so() {
    let store = MemoryStore::new();
    let one = Server::start(&store).await;
    let leaked = one.sealing();
    let backup = store.record(KEY).await.unwrap().unwrap();
    let (link, clock) = (Link::new(&store), clock_ahead(Duration::ZERO));
    let former = Passwords::builder().password((leaked + 1).to_string(), OTHER_PASSWORD).build().unwrap();
    let stuck = Server::start_with(builder(&link, &clock).former(former), link, clock).await.unwrap();
    stuck.wait(MINUTE).await;
    let (seal, list) = (stuck.seal(), stuck.ring.list());
    store.delete_record(KEY).await.unwrap();
    assert!(store.put_record(KEY, None, backup).await.unwrap());
    one.ring.rotate().await.unwrap();

    let log = Log::capture();
    // Again, too: it is not unknown, because it is still in use here.
    for _ in 0..2 {
        let error = stuck.ring.revoke(leaked).await.unwrap_err();
        let KeyRingError::NotInUse { cause, .. } = &error else { panic!("{error}") };
        assert!(matches!(**cause, KeyRingError::FormerId { .. }), "{cause}");
        assert!(error.to_string().contains("restart it"), "{error}");
        assert!(matches!(stuck.ring.refresh().await, Err(KeyRingError::NotInUse { .. })));
        assert!(matches!(stuck.ring.rotate().await, Err(KeyRingError::NotInUse { .. })));
        // What it lists is what it does.
        assert_eq!((stuck.ring.list(), stuck.sealing()), (list.clone(), leaked));
        assert_eq!(stuck.open(&seal).unwrap(), 7);
        assert!(stuck.ring.export().contains(&format!("\"{leaked}\"")));
    }
    let refused = log.take().into_iter().filter(|event| event.message.contains("can't be used"));
    assert_eq!(refused.map(|event| event.level).collect::<Vec<_>>(), [Level::ERROR]);

    // The revocation is in the store all the same, and this server does not take it back there.
    store.delete_record(KEY).await.unwrap();
    stuck.ring.refresh().await.unwrap_err();
    one.ring.refresh().await.unwrap();
    assert!(one.open(&seal).is_err() && !one.knows(leaked));
    assert!(!Server::start_later(&store, MINUTE).await.knows(leaked));
}
