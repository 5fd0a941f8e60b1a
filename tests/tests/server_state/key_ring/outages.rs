//! A store that is away, or comes back empty.

use std::time::Duration;

use iron_session::error::KeyRingError;
use iron_session::server_state::RingPasswordState::{Opens, Waiting};
use iron_session::server_state::{MemoryStore, Store as _};
use iron_session_tests::log::{Log, with_sources};
use tracing::Level;

use super::servers::{DAY, HOUR, KEY, Link, Server, assert_agree, builder, clock_ahead};

#[tokio::test]
async fn a_server_does_not_start_without_the_store() {
    let (link, clock) = (Link::new(&MemoryStore::new()), clock_ahead(Duration::ZERO));
    link.cut(true);
    let error = builder(&link, &clock).start().await.unwrap_err();
    assert!(matches!(error, KeyRingError::Store(_)));
    let text = with_sources(&error);
    assert!(text.contains("check that the store is running") && text.contains("the link is cut"), "{text}");
    link.cut(false);
    builder(&link, &clock).start().await.unwrap();
}

#[tokio::test]
async fn a_server_keeps_its_passwords_without_the_store() {
    let store = MemoryStore::new();
    let (one, other) = (Server::start(&store).await, Server::start(&store).await);
    one.wait(88 * DAY).await;
    other.wait(88 * DAY).await;
    let waiting = one.ids(Waiting);
    let log = Log::capture();

    one.link.cut(true);
    for hours in 1..=24 {
        one.clock.advance(HOUR);
        assert!(matches!(one.ring.refresh().await, Err(KeyRingError::Store(_))), "{hours}");
    }
    let event = log.take_one();
    assert_eq!(event.level, Level::WARN);
    assert!(event.message.starts_with("the store with the key ring can't be reached"), "{event}");
    assert!(event.field("error").unwrap().ends_with("the link is cut"), "{event}");

    // For longer than half of the two days.
    for _ in 0..5 {
        one.clock.advance(HOUR);
        one.ring.refresh().await.unwrap_err();
    }
    let event = log.take_one();
    assert_eq!(event.level, Level::ERROR);
    assert!(event.message.starts_with("the key ring could not be read for more than half"), "{event}");
    assert_eq!(event.field("since"), Some("2026-02-16T14:46:40Z"));

    // The next password seals on time: it was published before.
    one.clock.advance(DAY);
    one.ring.refresh().await.unwrap_err();
    assert_eq!(vec![one.sealing()], waiting);
    log.take();

    one.link.cut(false);
    one.ring.refresh().await.unwrap();
    one.ring.refresh().await.unwrap();
    let event = log.take_one();
    assert_eq!((event.level, event.message.as_str()), (Level::INFO, "the key ring can be read again"));
    assert_agree(&[&one, &other]);
}

#[tokio::test]
async fn a_store_that_lost_the_ring_gets_it_back() {
    let store = MemoryStore::new();
    let (one, other) = (Server::start(&store).await, Server::start(&store).await);
    one.wait(89 * DAY).await;
    other.wait(89 * DAY).await;
    let list = one.ring.list();

    let log = Log::capture();
    store.delete_record(KEY).await.unwrap();
    other.ring.refresh().await.unwrap();
    one.ring.refresh().await.unwrap();
    let event = log.take_one();
    assert_eq!(event.level, Level::WARN);
    assert!(event.message.starts_with("the store had lost the key ring"), "{event}");
    assert_eq!((one.ring.list(), other.ring.list()), (list.clone(), list.clone()));
    assert_eq!(Server::start(&store).await.ring.list(), list);
}

/// A server starts on the emptied store before another one has published its ring again.
#[tokio::test]
async fn a_server_that_starts_on_an_emptied_store_joins_the_ring_of_the_others() {
    let store = MemoryStore::new();
    let (one, other) = (Server::start(&store).await, Server::start(&store).await);
    for server in [&one, &other] {
        server.wait(HOUR).await;
    }
    let old = one.seal();
    store.delete_record(KEY).await.unwrap();
    let new = Server::start_later(&store, HOUR).await;
    let apart = new.seal();
    assert!(new.open(&old).is_err() && one.open(&apart).is_err());

    let log = Log::capture();
    for server in [&one, &other, &new, &one] {
        server.ring.refresh().await.unwrap();
    }
    let again = log.take().into_iter().filter(|event| event.message.contains("published again"));
    assert_eq!(again.count(), 1);
    for server in [&one, &other, &new] {
        assert_eq!(server.open(&old).unwrap() + server.open(&apart).unwrap(), 14);
        // Those that did not know it yet do not seal with the password of the new server.
        assert_eq!((server.sealing(), server.ids(Opens).len()), (one.sealing(), 1));
    }
    assert_agree(&[&one, &other, &new]);

    // The joined ring lives on, without further writes.
    let revision = store.record(KEY).await.unwrap().unwrap().revision;
    for server in [&one, &other, &new] {
        server.wait(DAY).await;
    }
    assert_eq!(store.record(KEY).await.unwrap().unwrap().revision, revision);
    for server in [&one, &other, &new] {
        server.wait(88 * DAY).await;
        server.wait(2 * DAY).await;
    }
    assert_agree(&[&one, &other, &new]);
}

/// The same, when the one with the older ring was cut off and comes back a day later.
#[tokio::test]
async fn a_server_that_was_cut_off_adds_its_passwords() {
    let store = MemoryStore::new();
    let one = Server::start(&store).await;
    let old = one.seal();
    one.link.cut(true);
    store.delete_record(KEY).await.unwrap();
    let new = Server::start_later(&store, HOUR).await;
    new.ring.rotate().await.unwrap();
    new.wait(DAY).await;
    let apart = new.seal();
    one.clock.advance(DAY);
    one.link.cut(false);
    for server in [&one, &new] {
        server.ring.refresh().await.unwrap();
    }
    for server in [&one, &new] {
        assert_eq!(server.open(&old).unwrap() + server.open(&apart).unwrap(), 14);
    }
    assert_agree(&[&one, &new]);
}

/// After the activation delay, the ring of the others has taken the place of its own.
#[tokio::test]
async fn a_server_that_was_cut_off_for_too_long_takes_the_ring_of_the_others() {
    let store = MemoryStore::new();
    let one = Server::start(&store).await;
    let old = one.seal();
    one.link.cut(true);
    store.delete_record(KEY).await.unwrap();
    let new = Server::start_later(&store, HOUR).await;
    for _ in 0..3 {
        new.ring.rotate().await.unwrap();
        new.wait(3 * DAY).await;
    }
    let (apart, list) = (new.seal(), new.ring.list());
    one.clock.advance(9 * DAY);
    one.link.cut(false);
    let log = Log::capture();
    one.ring.refresh().await.unwrap();
    let taken = log.take().into_iter().find(|event| event.message.contains("created later")).unwrap();
    assert_eq!(taken.level, Level::ERROR);
    new.ring.refresh().await.unwrap();
    one.ring.refresh().await.unwrap();
    log.assert_silent();
    for server in [&one, &new] {
        assert_eq!(server.ring.list(), list);
        assert!(server.open(&old).is_err() && server.open(&apart).is_ok());
    }
    assert_agree(&[&one, &new]);
}

/// The ring that was created first is published again before the other one.
#[tokio::test]
async fn two_rings_are_joined_if_the_store_is_emptied_twice() {
    let store = MemoryStore::new();
    let one = Server::start(&store).await;
    store.delete_record(KEY).await.unwrap();
    let new = Server::start_later(&store, HOUR).await;
    one.clock.advance(HOUR);
    let (old, apart) = (one.seal(), new.seal());
    store.delete_record(KEY).await.unwrap();
    for server in [&one, &new, &one, &new] {
        server.ring.refresh().await.unwrap();
    }
    for server in [&one, &new] {
        assert_eq!(server.open(&old).unwrap() + server.open(&apart).unwrap(), 14);
    }
    assert_agree(&[&one, &new]);
}

/// A call that takes for ever must not keep all later ones waiting.
#[tokio::test(start_paused = true)]
async fn a_store_that_never_responds_counts_as_away() {
    let store = MemoryStore::new();
    let server = Server::start(&store).await;
    server.wait(89 * DAY).await;
    let (id, waiting) = (server.sealing(), server.ids(Waiting));
    let log = Log::capture();
    server.link.silence(true);
    let ring = &server.ring;
    let calls = async {
        let results = tokio::join!(ring.refresh(), ring.rotate(), ring.revoke(id));
        let start = builder(&server.link, &server.clock).start().await;
        server.clock.advance(3 * DAY);
        [results.0.err(), results.1.err(), results.2.err(), start.err(), ring.refresh().await.err()]
    };
    let errors = tokio::time::timeout(Duration::from_secs(60), calls).await.expect("a call hangs");
    for error in errors {
        let Some(error @ KeyRingError::Store(_)) = error else { panic!("{error:?}") };
        assert!(with_sources(&error).ends_with("it did not respond in time"), "{}", with_sources(&error));
    }
    let away = log.take().into_iter().find(|event| event.message.contains("can't be reached")).unwrap();
    assert_eq!(away.level, Level::WARN);
    // The next password was due, and sealed.
    assert_eq!(vec![server.sealing()], waiting);

    server.link.silence(false);
    server.ring.refresh().await.unwrap();
    assert_eq!(server.ring.rotate().await.unwrap(), waiting[0] + 1);
}
