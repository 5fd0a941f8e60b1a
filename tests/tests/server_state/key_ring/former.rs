//! An application that had passwords before it had a ring.

use std::time::Duration;

use iron_session::error::KeyRingError;
use iron_session::server_state::MemoryStore;
use iron_session::server_state::RingPasswordState::Waiting;
use iron_session::{Passwords, Sealer};
use iron_session_tests::fixtures::{OTHER_PASSWORD, PASSWORD};

use super::servers::{DAY, Link, SESSION, Server, builder, clock_ahead, id_of};

async fn start(store: &MemoryStore, former: &Passwords) -> Result<Server, KeyRingError> {
    let (link, clock) = (Link::new(store), clock_ahead(Duration::ZERO));
    Server::start_with(builder(&link, &clock).former(former.clone()), link, clock).await
}

fn one(id: &str) -> Passwords {
    Passwords::builder().password(id, OTHER_PASSWORD).build().unwrap()
}

/// While the release with the ring is deployed, servers without it open everything.
#[tokio::test]
async fn a_former_password_seals_until_the_ring_was_published_for_two_days() {
    let store = MemoryStore::new();
    let former = one("7");
    let server = start(&store, &former).await.unwrap();
    let before = Sealer::new(former.clone()).with_clock(server.clock.clone()).with_ttl(SESSION);
    let old = before.seal(&7).unwrap();
    assert_eq!(server.open(&old).unwrap(), 7);
    let seal = server.seal();
    assert_eq!(id_of(&seal), 7);
    assert_eq!(before.unseal::<u32>(&seal).unwrap(), 7);

    let [waiting] = server.ids(Waiting)[..] else { panic!("{:?}", server.ring.list()) };
    assert!(waiting > 7, "{waiting}");
    // Another server of the new release finds the ring, and does the same.
    let other = start(&store, &former).await.unwrap();
    assert_eq!((id_of(&other.seal()), other.ids(Waiting)), (7, vec![waiting]));
    // One that was given no former passwords can only use those of the ring.
    let without = Server::start(&store).await;
    assert_eq!(server.open(&without.seal()).unwrap(), 7);

    server.wait(2 * DAY + Duration::from_secs(60)).await;
    assert_eq!(server.sealing(), waiting);
    assert_eq!(server.open(&old).unwrap(), 7);
    // When the leaked password of a ring is revoked, the former ones don't come back.
    server.ring.revoke(waiting).await.unwrap();
    assert_eq!(server.sealing(), waiting + 1);
}

#[tokio::test]
async fn retired_passwords_only_open_so_the_ring_seals_at_once() {
    let sample = "complex_password_at_least_32_characters_long";
    let former = Passwords::builder().retired("1", sample).build().unwrap();
    let server = start(&MemoryStore::new(), &former).await.unwrap();
    assert!(server.sealing() > 1);
    // Only texts under a number are for JavaScript.
    assert!(server.ring.export().contains(&format!("\"1\":\"{sample}\"")));
}

#[tokio::test]
async fn former_keys_and_former_names_open() {
    let former = Passwords::builder()
        .password("default", OTHER_PASSWORD)
        .password("2026a", PASSWORD)
        .password("5", [7; 32])
        .build()
        .unwrap();
    let server = start(&MemoryStore::new(), &former).await.unwrap();
    let of = |id: &str, password: &str| {
        let set = Passwords::builder().password(id, password).seal_with(id).build().unwrap();
        Sealer::new(set).with_clock(server.clock.clone()).seal(&7).unwrap()
    };
    for seal in [of("default", OTHER_PASSWORD), of("2026a", PASSWORD), server.seal()] {
        assert_eq!(server.open(&seal).unwrap(), 7);
    }
    let exported: serde_json::Value = serde_json::from_str(&server.ring.export()).unwrap();
    assert_eq!(exported.as_object().unwrap().len(), 1, "{exported}");

    let key = start(&MemoryStore::new(), &Passwords::from_raw_key([9; 32])).await.unwrap();
    let seal = Sealer::new(Passwords::from_raw_key([9; 32])).with_clock(key.clock.clone()).seal(&7).unwrap();
    assert_eq!(key.open(&seal).unwrap(), 7);
    assert!(key.seal().starts_with("Fe26.2**"));
}

#[tokio::test]
async fn the_ids_of_the_ring_and_the_former_ones_do_not_meet() {
    let store = MemoryStore::new();
    let id = Server::start(&store).await.sealing();
    let error = start(&store, &one(&id.to_string())).await.unwrap_err();
    assert!(matches!(&error, KeyRingError::FormerId { id: told, .. } if *told == id.to_string()), "{error}");

    for id in ["1000000000000000", "99999999999999999999999999"] {
        let error = start(&MemoryStore::new(), &one(id)).await.unwrap_err();
        assert!(matches!(error, KeyRingError::FormerIdTooHigh { .. }), "{error}");
    }
    let high = start(&MemoryStore::new(), &one("999999999999999")).await.unwrap();
    assert!(high.ids(Waiting)[0] > 999_999_999_999_999);
}

/// It was used before the ring, but is given to it only later.
#[tokio::test]
async fn a_former_id_above_those_of_the_ring_is_not_given_again() {
    let store = MemoryStore::new();
    let above = Server::start(&store).await.sealing() + 1;
    let former = Passwords::builder().retired(above.to_string(), OTHER_PASSWORD).build().unwrap();
    let server = start(&store, &former).await.unwrap();
    server.ring.rotate().await.unwrap();
    let [waiting] = server.ids(Waiting)[..] else { panic!("{:?}", server.ring.list()) };
    assert!(waiting > above, "{waiting}");
    start(&store, &former).await.unwrap();
}
