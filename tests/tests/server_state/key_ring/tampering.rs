//! A ring in the wrong hands: whoever can write to the store has no influence on the passwords.

use std::time::Duration;

use iron_session::error::{KeyRingError, UnsealError};
use iron_session::server_state::{MemoryStore, Record, RingPassword, Store as _};
use iron_session::{Passwords, Sealer, Ttl};
use iron_session_tests::fixtures::OTHER_PASSWORD;
use iron_session_tests::log::{Log, with_sources};
use tracing::Level;

use super::servers::{DAY, HOUR, KEY, Link, Server, assert_agree, builder, clock_ahead, master};

async fn record(store: &MemoryStore) -> Record {
    store.record(KEY).await.unwrap().unwrap()
}

/// Puts a record in the place of the ring.
async fn put(store: &MemoryStore, text: String, revision: u64) {
    store.delete_record(KEY).await.unwrap();
    let record = Record { text, revision, owner: None, until: None };
    assert!(store.put_record(KEY, None, record).await.unwrap());
}

/// Texts that are not the ring, with the reason for which they are refused.
async fn wrong_records(good: &Record) -> Vec<(String, u64, &'static str)> {
    let others = MemoryStore::new();
    let (link, clock) = (Link::new(&others), clock_ahead(Duration::ZERO));
    let other_master = Passwords::new(OTHER_PASSWORD).unwrap();
    let other = iron_session::server_state::KeyRing::builder(link, other_master).clock(clock);
    other.start().await.unwrap();
    let sealer = Sealer::new(master()).with_ttl(Ttl::Unlimited);
    let purpose = sealer.clone().with_purpose("key_ring");
    let Record { text, revision, .. } = good.clone();
    vec![
        (record(&others).await.text, revision, "forged"),
        (text[..text.len() / 2].to_owned(), revision, "malformed"),
        (String::new(), revision, "malformed"),
        (text.replacen("Fe26.2*1_key_ring*", "Fe26.2*2_key_ring*", 1), revision, "unknown_password"),
        (text.replacen('*', "*x", 1), revision, "unknown_password"),
        (sealer.seal(&"a session").unwrap(), revision, "other_purpose"),
        // Nobody else has the master, but a mistake must not end in a panic.
        (purpose.seal(&7).unwrap(), revision, "undecodable"),
        (purpose.seal(&serde_json::json!({ "revision": 9 })).unwrap(), revision, "undecodable"),
        (text.clone(), revision + 1, "tampered"),
        (text, 0, "tampered"),
    ]
}

#[tokio::test]
async fn a_wrong_record_is_refused_and_the_passwords_stay() {
    let store = MemoryStore::new();
    let server = Server::start(&store).await;
    server.wait(89 * DAY).await;
    let (list, good) = (server.ring.list(), record(&store).await);
    for (text, revision, reason) in wrong_records(&good).await {
        let log = Log::capture();
        put(&store, text.clone(), revision).await;
        for _ in 0..3 {
            let error = server.ring.refresh().await.unwrap_err();
            let found = match &error {
                KeyRingError::Unreadable(cause) => UnsealError::reason(cause),
                KeyRingError::TamperedWith { .. } => "tampered",
                error => panic!("{error}"),
            };
            assert_eq!(found, reason, "{}", with_sources(&error));
        }
        let event = log.take_one();
        assert_eq!(event.level, Level::ERROR);
        assert!(event.message.starts_with("the key ring in the store was refused"), "{event}");
        assert_eq!(server.ring.list(), list);
        // It may be the ring of servers with a newer master, so it is not overwritten.
        assert_eq!((record(&store).await.text, record(&store).await.revision), (text, revision));

        let (link, clock) = (Link::new(&store), clock_ahead(89 * DAY));
        let error = builder(&link, &clock).start().await.unwrap_err();
        let is_refusal = matches!(error, KeyRingError::Unreadable(_) | KeyRingError::TamperedWith { .. });
        assert!(is_refusal, "{error}");

        put(&store, good.text.clone(), good.revision).await;
        server.ring.refresh().await.unwrap();
        assert_eq!(log.take_one().message, "the key ring can be read again");
    }
}

#[tokio::test]
async fn an_older_ring_is_replaced_by_the_newer_one() {
    let store = MemoryStore::new();
    let (one, other) = (Server::start(&store).await, Server::start(&store).await);
    let old = record(&store).await;
    let leaked = one.sealing();
    one.ring.revoke(leaked).await.unwrap();
    other.ring.refresh().await.unwrap();
    let list = one.ring.list();

    let log = Log::capture();
    put(&store, old.text, old.revision).await;
    one.ring.refresh().await.unwrap();
    let event = log.take_one();
    assert_eq!(event.level, Level::ERROR);
    assert!(event.message.starts_with("the store had an older key ring"), "{event}");
    other.ring.refresh().await.unwrap();
    log.assert_silent();
    let ids = |list: Vec<RingPassword>| list.iter().map(RingPassword::id).collect::<Vec<_>>();
    assert_eq!((one.ring.list(), other.ring.list()), (list.clone(), list.clone()));
    let new = Server::start(&store).await;
    assert_eq!(ids(new.ring.list()), ids(list));
    assert!(!new.knows(leaked));
}

/// All servers were stopped and the ring was deleted, because its passwords had leaked.
#[tokio::test]
async fn a_deleted_ring_that_is_put_back_adds_no_password() {
    for revision in [1, 4] {
        let store = MemoryStore::new();
        let before = Server::start(&store).await;
        while record(&store).await.revision < revision {
            before.ring.revoke(before.sealing()).await.unwrap();
        }
        let (leaked, old) = (before.sealing(), record(&store).await);
        let seal = before.seal();
        drop(before);
        store.delete_record(KEY).await.unwrap();

        let new = Server::start_later(&store, HOUR).await;
        let list = new.ring.list();
        for _ in 0..3 {
            let log = Log::capture();
            put(&store, old.text.clone(), old.revision).await;
            new.ring.refresh().await.unwrap();
            let event = log.take_one();
            assert!(event.message.starts_with("the store had an older key ring"), "{event}");
            assert!(!new.knows(leaked), "{:?} {leaked}", new.ring.list());
            assert!(new.open(&seal).is_err());
            assert_eq!(new.ring.list(), list);
            assert_eq!(Server::start_later(&store, HOUR).await.ring.list(), list);
            new.wait(DAY).await;
        }

        // A server that starts while the old ring is there has only the store to go by, until another
        // server has put the ring back.
        put(&store, old.text.clone(), old.revision).await;
        let misled = Server::start_later(&store, HOUR + 3 * DAY).await;
        assert!(misled.knows(leaked));
        for server in [&new, &misled, &new] {
            server.ring.refresh().await.unwrap();
        }
        for server in [&new, &misled] {
            assert!(server.open(&seal).is_err() && !server.knows(leaked));
            assert_eq!(server.ring.list(), list);
        }
    }
}

/// The ring of a server that started on an emptied store, from before it was joined.
#[tokio::test]
async fn a_copy_of_a_ring_that_was_joined_is_replaced() {
    let store = MemoryStore::new();
    let one = Server::start(&store).await;
    store.delete_record(KEY).await.unwrap();
    let new = Server::start_later(&store, HOUR).await;
    let copy = record(&store).await;
    one.ring.refresh().await.unwrap();
    new.ring.refresh().await.unwrap();
    let list = new.ring.list();
    for server in [&one, &new] {
        server.wait(3 * DAY).await;
        put(&store, copy.text.clone(), copy.revision).await;
        server.ring.refresh().await.unwrap();
        assert_eq!(server.ring.list(), list);
    }
    assert_agree(&[&one, &new]);
}

#[tokio::test]
async fn nothing_shows_a_password() {
    let log = Log::capture();
    let store = MemoryStore::new();
    let server = Server::start(&store).await;
    server.wait(89 * DAY).await;
    let exported: std::collections::BTreeMap<String, String> =
        serde_json::from_str(&server.ring.export()).unwrap();
    assert_eq!(exported.len(), 2);
    let events: Vec<_> = log.take().iter().map(ToString::to_string).collect();
    let shown = format!("{:?} {:?} {events:?} {:?}", server.ring, server.ring.list(), record(&store).await);
    let text = record(&store).await.text;
    for (id, password) in &exported {
        assert!(shown.contains(id) && !shown.contains(password) && !text.contains(password), "{shown}");
    }
}
