//! Servers that decide at the same moment, and what a password goes through.

use std::sync::Arc;
use std::time::Duration;

use iron_session::clock::Clock as _;
use iron_session::server_state::RingPasswordState::{Opens, Seals, Waiting};
use iron_session::server_state::{KeyRing, MemoryStore};
use iron_session_tests::log::Log;
use tracing::Level;

use super::servers::{DAY, Dice, HOUR, Link, SESSION, Server, assert_agree, builder, clock_ahead, master};

const MINUTE: Duration = Duration::from_secs(60);

/// Starts a server whose calls to the store take a random time.
async fn slow(store: &MemoryStore, dice: &Arc<Dice>) -> Server {
    let (link, clock) = (Link::slow(store, dice), clock_ahead(Duration::ZERO));
    Server::start_with(builder(&link, &clock), link, clock).await.unwrap()
}

#[tokio::test]
async fn servers_that_decide_at_the_same_moment_agree() {
    for seed in 0..100 {
        println!("seed {seed}");
        let (store, dice) = (MemoryStore::new(), Arc::new(Dice::new(seed)));
        let (a, b, other) = tokio::join!(slow(&store, &dice), slow(&store, &dice), slow(&store, &dice));
        let servers = [&a, &b, &other];
        assert_agree(&servers);

        for server in servers {
            server.clock.advance(89 * DAY);
        }
        let results = tokio::join!(a.ring.refresh(), b.ring.refresh(), other.ring.refresh());
        assert!(matches!(results, (Ok(()), Ok(()), Ok(()))), "{results:?}");
        // All of them have the one password that one of them made.
        let waiting = a.ids(Waiting);
        assert_eq!(waiting.len(), 1);
        assert!(b.knows(waiting[0]) && other.knows(waiting[0]));
        assert_eq!(store_ids(&a).await, 2);

        for server in servers {
            server.wait(2 * DAY + 2 * MINUTE).await;
            assert_eq!(server.sealing(), waiting[0]);
        }
        assert_agree(&servers);

        // By hand, on two servers at once.
        let ids = tokio::join!(a.ring.rotate(), b.ring.rotate());
        assert_eq!(ids.0.unwrap(), ids.1.unwrap());
    }
}

/// The number of passwords in the store.
async fn store_ids(server: &Server) -> usize {
    let clock = server.clock.clone();
    let tool = KeyRing::builder(server.link.clone(), master()).clock(clock).open().await.unwrap();
    tool.list().len()
}

#[tokio::test]
async fn a_password_waits_seals_opens_and_is_forgotten() {
    let log = Log::capture();
    let (store, start) = (MemoryStore::new(), clock_ahead(Duration::ZERO).now());
    let server = Server::start(&store).await;
    let first = server.sealing();
    let event = log.take_one();
    assert_eq!((event.level, event.message.as_str()), (Level::INFO, "password published in the key ring"));
    assert_eq!(event.field("id"), Some(first.to_string().as_str()));

    server.wait(87 * DAY + 23 * HOUR + 59 * MINUTE).await;
    assert_eq!(server.ring.list().len(), 1);
    log.assert_silent();
    server.wait(MINUTE).await;
    assert_eq!((server.sealing(), server.ids(Waiting)), (first, vec![first + 1]));
    let [old, new] = &server.ring.list()[..] else { panic!() };
    let at = |after: Duration| start.saturating_add(after);
    assert_eq!([old.created(), old.seals_from(), old.seals_until()], [start, start, at(90 * DAY)]);
    assert_eq!(
        [new.created(), new.seals_from(), new.seals_until()],
        [at(88 * DAY), at(90 * DAY), at(180 * DAY)]
    );
    assert_eq!(old.forget_at(), at(90 * DAY + SESSION + 2 * DAY));
    let messages: Vec<_> = log.take().into_iter().map(|event| event.message).collect();
    assert_eq!(messages, ["password published in the key ring", "passwords replaced"]);

    // One that is a minute behind has the same time.
    server.wait(2 * DAY + Duration::from_millis(59_999)).await;
    assert_eq!(server.sealing(), first);
    server.wait(Duration::from_millis(1)).await;
    assert_eq!((server.sealing(), server.ids(Opens)), (first + 1, vec![first]));
    let messages: Vec<_> = log.take().into_iter().map(|event| event.message).collect();
    assert_eq!(messages, ["passwords replaced", "password of the key ring seals now"]);

    server.wait(15 * DAY + 23 * HOUR + 58 * MINUTE).await;
    assert!(server.knows(first));
    server.wait(MINUTE).await;
    assert!(!server.knows(first) && server.ring.list().len() == 1);
    let messages: Vec<_> = log.take().into_iter().map(|event| event.message).collect();
    assert_eq!(messages, ["password of the key ring forgotten", "passwords replaced"]);
}

#[tokio::test]
async fn a_rotation_by_hand_waits_too() {
    let store = MemoryStore::new();
    let (one, other) = (Server::start(&store).await, Server::start(&store).await);
    let first = one.sealing();
    let second = one.ring.rotate().await.unwrap();
    assert_eq!((one.sealing(), second), (first, first + 1));
    // While one waits, there is no need for another.
    other.wait(HOUR).await;
    assert_eq!(other.ring.rotate().await.unwrap(), second);
    one.wait(2 * DAY + MINUTE).await;
    assert_eq!(one.sealing(), second);
    // The next period counts from then.
    let list = one.ring.list();
    assert_eq!(list[1].seals_until(), list[1].seals_from().saturating_add(90 * DAY));
    assert_eq!(list[0].seals_until(), list[1].seals_from());
    assert_agree(&[&one, &other]);
}

/// The clock of one server is set back by a week, just after a rotation.
#[tokio::test]
async fn a_clock_that_is_set_back_brings_no_password_back() {
    let store = MemoryStore::new();
    let (one, other) = (Server::start(&store).await, Server::start(&store).await);
    let first = one.sealing();
    for days in [88, 3] {
        one.wait(days * DAY).await;
        other.wait(days * DAY).await;
    }
    assert_eq!(one.sealing(), first + 1);
    one.clock.set(one.now().saturating_sub(7 * DAY));
    one.ring.refresh().await.unwrap();
    assert_eq!(one.sealing(), first + 1);
    other.ring.refresh().await.unwrap();
    assert_agree(&[&one, &other]);
    assert_eq!(other.ids(Seals), [first + 1]);
}

/// All servers were stopped for a year: the last password goes on until the next one may seal.
#[tokio::test]
async fn a_ring_that_nobody_rotated_goes_on() {
    let store = MemoryStore::new();
    let first = Server::start(&store).await.sealing();
    let start = async || {
        let (link, clock) = (Link::new(&store), clock_ahead(365 * DAY));
        Server::start_with(builder(&link, &clock), link, clock).await.unwrap()
    };
    let (one, other) = (start().await, start().await);
    assert_eq!((one.sealing(), one.ids(Waiting)), (first, vec![first + 1]));
    let seal = one.seal();
    for server in [&one, &other] {
        server.wait(2 * DAY + MINUTE).await;
        assert_eq!(server.sealing(), first + 1);
        server.wait(11 * DAY + 23 * HOUR + 58 * MINUTE).await;
        assert_eq!(server.open(&seal).unwrap(), 7);
    }
}
