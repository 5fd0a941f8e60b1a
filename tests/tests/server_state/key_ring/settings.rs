//! The settings of a ring, the task that keeps it up to date, and what it leaves to session options.

use std::pin::Pin;
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

use iron_session::error::{KeyRingError, OptionsError};
use iron_session::server_state::{KeyRing, KeyRingBuilder, MemoryStore};
use iron_session::{IronSession, Passwords, SessionOptions};
use iron_session_tests::fixtures::OTHER_PASSWORD;

use super::servers::{DAY, HOUR, Link, SESSION, Server, builder, clock_ahead, master};

const MINUTE: Duration = Duration::from_secs(60);

#[tokio::test]
async fn durations_that_do_not_suit_each_other_are_refused() {
    let refused: [fn(KeyRingBuilder) -> KeyRingBuilder; 5] = [
        |ring| ring.activation_delay(Duration::from_millis(599_999)).poll_every(MINUTE),
        |ring| ring.poll_every(DAY),
        |ring| ring.poll_every(Duration::ZERO),
        |ring| ring.rotate_every(3 * DAY + 23 * HOUR),
        |ring| ring.seals_last(Duration::ZERO),
    ];
    for (index, set) in refused.into_iter().enumerate() {
        let error = set(KeyRing::builder(MemoryStore::new(), master())).start().await.unwrap_err();
        assert!(matches!(error, KeyRingError::Durations { .. }), "{index}: {error}");
    }
    let least =
        KeyRing::builder(MemoryStore::new(), master()).activation_delay(10 * MINUTE).rotate_every(HOUR);
    least.start().await.unwrap();
}

#[test]
fn without_a_runtime_there_is_an_error() {
    async fn error<T>(call: impl Future<Output = Result<T, KeyRingError>>) -> Option<KeyRingError> {
        call.await.err()
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    let ring = runtime.block_on(KeyRing::start(MemoryStore::new(), master())).unwrap();
    let calls: [Pin<Box<dyn Future<Output = Option<KeyRingError>> + '_>>; 3] = [
        Box::pin(error(KeyRing::start(MemoryStore::new(), master()))),
        Box::pin(error(KeyRing::builder(MemoryStore::new(), master()).open())),
        Box::pin(error(ring.refresh())),
    ];
    for mut call in calls {
        let mut context = Context::from_waker(Waker::noop());
        let Poll::Ready(error) = call.as_mut().poll(&mut context) else { panic!() };
        assert!(matches!(error, Some(KeyRingError::NoRuntime)), "{error:?}");
    }
}

/// A release lets its sessions last longer: the password that already seals is kept for as long.
#[tokio::test]
async fn longer_sessions_keep_the_password_that_seals_for_longer() {
    let store = MemoryStore::new();
    let before = Server::start(&store).await;
    let forget_at = before.ring.list()[0].forget_at();
    let (link, clock) = (Link::new(&store), clock_ahead(Duration::ZERO));
    let after = builder(&link, &clock).seals_last(3 * SESSION);
    let after = Server::start_with(after, link, clock).await.unwrap();
    let later = forget_at.saturating_add(2 * SESSION);
    assert_eq!(after.ring.list()[0].forget_at(), later);
    before.ring.refresh().await.unwrap();
    assert_eq!(before.ring.list()[0].forget_at(), later);
}

#[tokio::test]
async fn a_tool_creates_nothing_and_goes_by_the_durations_of_the_servers() {
    let store = MemoryStore::new();
    let (link, clock) = (Link::new(&store), clock_ahead(Duration::ZERO));
    let open = async || KeyRing::builder(link.clone(), master()).clock(clock.clone()).open().await;
    assert!(matches!(open().await.unwrap_err(), KeyRingError::Missing));
    let ring =
        builder(&link, &clock).activation_delay(6 * HOUR).rotate_every(10 * DAY).start().await.unwrap();
    let tool = open().await.unwrap();
    assert_eq!(tool.list(), ring.list());
    assert_eq!(tool.export(), ring.export());
    tool.rotate().await.unwrap();
    let new = &tool.list()[1];
    assert_eq!(new.seals_from(), new.created().saturating_add(6 * HOUR));
    assert_eq!(new.forget_at(), new.seals_from().saturating_add(10 * DAY + SESSION + 6 * HOUR));
}

/// A session that reserves few bytes for the cookie's name, its attributes and the id.
#[derive(IronSession, Clone, Debug, Default)]
#[session(overhead = 75)]
struct Tight {
    user: Option<u32>,
}

/// The error comes when the layer is built, not when the first long id would seal.
#[tokio::test]
async fn options_must_have_room_for_the_ids_that_will_come() {
    let check = |ring: &KeyRing, name: &str| {
        let options = SessionOptions::builder(name, ring.passwords()).build().unwrap();
        options.check::<Tight>().map(drop)
    };
    let ring = KeyRing::start(MemoryStore::new(), master()).await.unwrap();
    let longest = (1..100).find(|len| check(&ring, &"n".repeat(*len)).is_err()).unwrap() - 1;
    let room = |id: &str| {
        let fixed = Passwords::builder().password(id, OTHER_PASSWORD).build().unwrap();
        let options = SessionOptions::builder("n".repeat(longest), fixed).build().unwrap();
        options.check::<Tight>().is_ok()
    };
    assert!(room("1000") && !room("10000"));
    let long = KeyRing::start(MemoryStore::new(), master()).await.unwrap();
    assert!(matches!(check(&long, &"n".repeat(longest + 1)), Err(OptionsError::Overhead { .. })));
}

#[tokio::test]
async fn the_task_learns_what_other_servers_did() {
    let store = MemoryStore::new();
    let other = KeyRing::builder(store.clone(), master()).poll_every(HOUR).start().await.unwrap();
    let ring = KeyRing::builder(store, master()).poll_every(Duration::from_millis(20)).start().await.unwrap();
    let id = other.rotate().await.unwrap();
    let deadline = Instant::now() + Duration::from_secs(30);
    while ring.list().iter().all(|password| password.id() != id) {
        assert!(Instant::now() < deadline, "{ring:?}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// The task would keep the store, and on a runtime of its own, the process.
#[test]
fn the_task_ends_with_the_last_clone_of_the_ring() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    let ring = runtime.block_on(KeyRing::start(MemoryStore::new(), master())).unwrap();
    let clone = ring.clone();
    drop(ring);
    let metrics = runtime.metrics();
    runtime.block_on(tokio::task::yield_now());
    assert_eq!(metrics.num_alive_tasks(), 1);
    drop(clone);
    runtime.block_on(tokio::task::yield_now());
    assert_eq!(metrics.num_alive_tasks(), 0);
}
