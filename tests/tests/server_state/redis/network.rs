//! The network between a server and Redis fails.

use std::time::Duration;

use iron_session::server_state::{RedisStore, Store};
use iron_session_tests::proxy::{Network, Proxy};
use iron_session_tests::redis::Redis;

use super::{LATER, append, entry, every_call, in_time, record, rest, set};

#[tokio::test]
async fn a_slow_network_only_takes_time() {
    let redis = Redis::start("slow");
    let proxy = Proxy::start(redis.port()).await;
    proxy.set(Network::Delays(Duration::from_millis(50)));
    let store = RedisStore::new(&proxy.redis_url()).unwrap();
    for result in every_call(&store).await {
        result.unwrap();
    }
}

/// A call that finds its connection closed connects again.
#[tokio::test]
async fn a_connection_that_was_cut_is_replaced() {
    let redis = Redis::start("cut");
    let proxy = Proxy::start(redis.port()).await;
    let store = RedisStore::new(&proxy.redis_url()).unwrap();
    for number in 0..5 {
        assert!(store.claim(&format!("link-{number}"), LATER).await.unwrap());
        proxy.cut();
    }
}

/// If the reply to a write is lost, the second attempt does not take the first one for another's.
#[tokio::test]
async fn a_lost_reply_changes_no_result() {
    let redis = Redis::start("lost-reply");
    let proxy = Proxy::start(redis.port()).await;
    let store = RedisStore::new(&proxy.redis_url()).unwrap();
    // Loads the scripts.
    for result in every_call(&store).await {
        result.unwrap();
    }
    proxy.set(Network::LosesReply);
    assert!(store.claim("link", LATER).await.unwrap(), "the claim succeeds");
    proxy.set(Network::LosesReply);
    assert!(!store.claim("link", LATER).await.unwrap(), "a later claim fails");
    proxy.set(Network::LosesReply);
    assert!(store.put_record("new", None, record("text", 1)).await.unwrap(), "the record is written");
    proxy.set(Network::LosesReply);
    assert!(!store.put_record("new", None, record("text", 1)).await.unwrap(), "it is not created again");
    proxy.set(Network::LosesReply);
    store.append(entry("once-or-twice")).await.unwrap();
    let (entries, _, _) = rest(&store, None).await;
    assert_eq!(entries, set(&["entry", "once-or-twice"]));
}

/// A network that swallows everything looks alive. Calls give up, and work again afterwards.
#[tokio::test]
async fn calls_on_a_silent_network_give_up() {
    let redis = Redis::start("silent");
    let proxy = Proxy::start(redis.port()).await;
    let store = RedisStore::new(&proxy.redis_url()).unwrap();
    append(&store, &["1"]).await;
    let (_, position, _) = rest(&store, None).await;

    // A reader waits when it happens, and for longer than the test would.
    let reader = store.clone();
    let waits = tokio::spawn(async move {
        let page = reader.read_log(Some(&position), Duration::from_secs(3600)).await;
        (page.is_err(), position)
    });
    tokio::time::sleep(Duration::from_millis(200)).await;
    proxy.set(Network::Swallows);
    let calls = [
        tokio::spawn(in_time(claim(store.clone(), "a"))),
        tokio::spawn(in_time(claim(store.clone(), "b"))),
        tokio::spawn(in_time(claim(store.clone(), "c"))),
    ];
    for call in calls {
        assert!(!call.await.unwrap(), "a call without a reply fails");
    }
    let (has_failed, position) = in_time(waits).await.unwrap();
    assert!(has_failed, "a reader notices that nothing comes");

    append(&RedisStore::new(&redis.url()).unwrap(), &["2"]).await;
    proxy.set(Network::Works);
    assert!(store.claim("later", LATER).await.unwrap());
    let (entries, _, restarted) = rest(&store, Some(&position)).await;
    assert!(!restarted && entries == set(&["2"]), "the reader continues");
}

/// Returns whether the claim was confirmed.
async fn claim(store: RedisStore, key: &'static str) -> bool {
    store.claim(key, LATER).await.is_ok()
}

/// After a failover, the former primary is a replica: it refuses writes. The store connects again,
/// because the name of the primary may lead elsewhere by then.
#[tokio::test]
async fn a_replica_refuses_writes() {
    let [former, new] = ["former", "new"].map(Redis::start);
    let proxy = Proxy::start(former.port()).await;
    let store = RedisStore::new(&proxy.redis_url()).unwrap();
    append(&store, &["1"]).await;
    former.command(&["REPLICAOF", "127.0.0.1", &new.port().to_string()]);
    store.append(entry("2")).await.unwrap_err();
    former.command(&["REPLICAOF", "NO", "ONE"]);
    store.append(entry("3")).await.unwrap();
}
