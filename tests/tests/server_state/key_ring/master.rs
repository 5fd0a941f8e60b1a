//! The master secret, which can be rotated, too.

use std::time::Duration;

use iron_session::error::KeyRingError;
use iron_session::server_state::{KeyRing, MemoryStore, Store as _};
use iron_session::{Passwords, RotatingPasswords};
use iron_session_tests::fixtures::{OTHER_PASSWORD, PASSWORD};

use super::servers::{HOUR, KEY, Link, clock_ahead};

fn both(seal_with: &str) -> Passwords {
    let both = Passwords::builder().password("1", PASSWORD).password("2", OTHER_PASSWORD);
    both.seal_with(seal_with).build().unwrap()
}

fn one(id: &str, password: &str) -> Passwords {
    Passwords::builder().password(id, password).build().unwrap()
}

async fn start(store: &MemoryStore, master: RotatingPasswords) -> Result<KeyRing, KeyRingError> {
    let builder = KeyRing::builder(Link::new(store), master).poll_every(HOUR);
    builder.clock(clock_ahead(Duration::ZERO)).start().await
}

async fn sealed_with(store: &MemoryStore) -> String {
    let text = store.record(KEY).await.unwrap().unwrap().text;
    text.split('*').nth(1).unwrap().to_owned()
}

#[tokio::test]
async fn the_ring_is_sealed_again_under_a_newer_master() {
    let store = MemoryStore::new();
    let masters = [0, 1].map(|_| RotatingPasswords::new(one("1", PASSWORD)));
    let [a, b] =
        [start(&store, masters[0].clone()).await.unwrap(), start(&store, masters[1].clone()).await.unwrap()];
    let list = a.list();
    let step = async |server: usize, set: Passwords| {
        masters[server].replace(set).unwrap();
        a.refresh().await.unwrap();
        b.refresh().await.unwrap();
        assert_eq!((a.list(), b.list()), (list.clone(), list.clone()));
        sealed_with(&store).await
    };
    assert_eq!(step(0, both("1")).await, "1_key_ring");
    assert_eq!(step(1, both("1")).await, "1_key_ring");
    assert_eq!(step(0, both("2")).await, "2_key_ring");
    // The other one still seals with the first, and does not turn it back at each poll.
    a.refresh().await.unwrap();
    b.refresh().await.unwrap();
    assert_eq!(sealed_with(&store).await, "2_key_ring");
    assert_eq!(step(1, both("2")).await, "2_key_ring");
    assert_eq!(step(0, one("2", OTHER_PASSWORD)).await, "2_key_ring");
    assert_eq!(step(1, one("2", OTHER_PASSWORD)).await, "2_key_ring");

    let error = start(&store, RotatingPasswords::new(one("1", PASSWORD))).await.unwrap_err();
    assert!(matches!(error, KeyRingError::Unreadable(_)), "{error}");
}

#[tokio::test]
async fn a_master_that_can_not_seal_is_refused() {
    let master = Passwords::builder().retired("1", PASSWORD).build().unwrap();
    let error = start(&MemoryStore::new(), RotatingPasswords::new(master)).await.unwrap_err();
    assert!(matches!(error, KeyRingError::Seal(_)), "{error}");
}

#[tokio::test]
async fn a_dropped_ring_leaves_its_passwords() {
    let ring = start(&MemoryStore::new(), RotatingPasswords::new(one("1", PASSWORD))).await.unwrap();
    let (passwords, id) = (ring.passwords(), ring.list()[0].id().to_string());
    drop(ring);
    assert_eq!(passwords.current().sealing_id().unwrap().as_str(), id);
}
