//! Links and codes that work once, on any number of servers.

use std::time::Duration;

use iron_session::clock::ManualClock;
use iron_session::error::{ClaimError, UnsealError};
use iron_session::server_state::{MemoryStore, ServerState, Store};
use iron_session::{Passwords, Sealer, Ttl};
use iron_session_tests::Partition;
use iron_session_tests::fixtures::{OTHER_PASSWORD, PASSWORD, clock, passwords};

const TEN_MINUTES: Duration = Duration::from_secs(600);

async fn server(store: impl Store, clock: &ManualClock) -> ServerState {
    ServerState::builder(store, passwords()).clock(clock.clone()).start().await.unwrap()
}

fn links(clock: &ManualClock) -> Sealer {
    Sealer::new(passwords()).with_purpose("magic link").with_clock(clock.clone()).with_ttl(TEN_MINUTES)
}

fn is_used(result: &Result<String, ClaimError>) -> bool {
    matches!(result, Err(ClaimError::Used))
}

#[tokio::test]
async fn of_fifty_requests_on_two_servers_one_gets_in() {
    let clock = clock();
    let store = MemoryStore::with_clock(clock.clone());
    let servers = [server(store.clone(), &clock).await, server(store, &clock).await];
    let seal = links(&clock).seal("ada").unwrap();
    let requests: Vec<_> = (0..50)
        .map(|request| {
            let (server, links, seal) = (servers[request % 2].clone(), links(&clock), seal.clone());
            tokio::spawn(async move { server.unseal_once::<String>(&links, &seal).await })
        })
        .collect();
    let mut results = Vec::new();
    for request in requests {
        results.push(request.await.unwrap());
    }
    assert_eq!(results.iter().filter(|result| result.as_deref().is_ok_and(|user| user == "ada")).count(), 1);
    assert_eq!(results.iter().filter(|result| is_used(result)).count(), 49);
}

/// Everything about a seal that can be changed so that it still opens.
#[tokio::test]
async fn a_seal_that_is_spelled_differently_is_the_same() {
    let clock = clock();
    let server = server(MemoryStore::with_clock(clock.clone()), &clock).await;
    let links = links(&clock);
    let seal = links.seal("ada").unwrap();
    assert_eq!(server.unseal_once::<String>(&links, &seal).await.unwrap(), "ada");
    let bare = seal.strip_suffix("~2").unwrap();
    for spelled in [seal.clone(), bare.to_owned(), format!("{bare}~3"), format!("{seal}~anything")] {
        assert_eq!(links.unseal::<String>(&spelled).unwrap(), "ada");
        assert!(is_used(&server.unseal_once(&links, &spelled).await), "{spelled}");
    }
    // Another seal of the same value is another one.
    let other = links.seal("ada").unwrap();
    assert_eq!(server.unseal_once::<String>(&links, &other).await.unwrap(), "ada");
}

#[tokio::test]
async fn a_rotation_does_not_make_it_work_again() {
    let clock = clock();
    let store = MemoryStore::with_clock(clock.clone());
    let old = server(store.clone(), &clock).await;
    let seal = links(&clock).seal("ada").unwrap();
    assert!(old.unseal_once::<String>(&links(&clock), &seal).await.is_ok());

    let both = Passwords::builder().password("1", PASSWORD).password("2", OTHER_PASSWORD).build().unwrap();
    let new = ServerState::builder(store, both.clone()).clock(clock.clone()).start().await.unwrap();
    let links = Sealer::new(both).with_purpose("magic link").with_clock(clock.clone());
    assert!(is_used(&new.unseal_once(&links, &seal).await));
}

#[tokio::test]
async fn it_is_remembered_for_as_long_as_it_opens() {
    let clock = clock();
    let server = server(MemoryStore::with_clock(clock.clone()), &clock).await;
    let (links, ttl) = (links(&clock), TEN_MINUTES);
    let seal = links.seal("ada").unwrap();
    assert!(server.unseal_once::<String>(&links, &seal).await.is_ok());
    // A seal opens for 60 s after its expiry.
    for later in [ttl, Duration::from_millis(59_999)] {
        clock.advance(later);
        assert!(is_used(&server.unseal_once(&links, &seal).await));
    }
    clock.advance(Duration::from_millis(1));
    let expired = server.unseal_once::<String>(&links, &seal).await;
    assert!(matches!(expired, Err(ClaimError::Unseal(UnsealError::Expired { .. }))), "{expired:?}");
}

#[tokio::test]
async fn what_does_not_open_is_not_used_up() {
    let clock = clock();
    let way = Partition::new(MemoryStore::with_clock(clock.clone()));
    let server = server(way.clone(), &clock).await;
    let (links, seal) = (links(&clock), links(&clock).seal("ada").unwrap());
    // For another purpose, as another type, and changed.
    let others = Sealer::new(passwords()).with_purpose("reset").with_clock(clock.clone());
    assert!(matches!(server.unseal_once::<String>(&others, &seal).await, Err(ClaimError::Unseal(_))));
    assert!(matches!(server.unseal_once::<u32>(&links, &seal).await, Err(ClaimError::Unseal(_))));
    assert!(matches!(server.unseal_once::<String>(&links, &seal[1..]).await, Err(ClaimError::Unseal(_))));
    // Without the store, nobody knows.
    way.cut(true);
    assert!(matches!(server.unseal_once::<String>(&links, &seal).await, Err(ClaimError::Store(_))));
    way.cut(false);
    assert!(server.unseal_once::<String>(&links, &seal).await.is_ok());

    let unlimited = links.clone().with_ttl(Ttl::Unlimited);
    let forever = unlimited.seal("ada").unwrap();
    let refused = server.unseal_once::<String>(&unlimited, &forever).await;
    assert!(matches!(refused, Err(ClaimError::NeverExpires)), "{refused:?}");
}

#[tokio::test]
async fn an_id_is_claimed_once_and_for_its_time() {
    let clock = clock();
    let store = MemoryStore::with_clock(clock.clone());
    let (one, two) = (server(store.clone(), &clock).await, server(store, &clock).await);
    assert!(one.claim("code of ada", TEN_MINUTES).await.unwrap());
    assert!(!two.claim("code of ada", TEN_MINUTES).await.unwrap());
    assert!(two.claim("code of bob", TEN_MINUTES).await.unwrap());
    clock.advance(TEN_MINUTES + Duration::from_secs(121));
    assert!(two.claim("code of ada", TEN_MINUTES).await.unwrap());
}
