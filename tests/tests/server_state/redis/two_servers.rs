//! Two servers on one Redis.

use std::time::Duration;

use iron_session::server_state::{RedisStore, Store};
use iron_session_tests::redis::Redis;

use super::{LATER, append, entry, in_time, record, rest};

#[tokio::test(flavor = "multi_thread")]
async fn no_write_of_a_record_is_lost() {
    let redis = Redis::start("counter");
    let stores = [(); 2].map(|()| RedisStore::new(&redis.url()).unwrap());
    let tasks: Vec<_> = (0..8).map(|task| tokio::spawn(count(stores[task % 2].clone(), 25))).collect();
    for task in tasks {
        in_time(task).await.unwrap();
    }
    let counter = stores[0].record("counter").await.unwrap().unwrap();
    assert_eq!((counter.text.as_str(), counter.revision), ("200", 200));
}

async fn count(store: RedisStore, times: u32) {
    for _ in 0..times {
        loop {
            let stored = store.record("counter").await.unwrap();
            let revision = stored.as_ref().map(|record| record.revision);
            let number: u64 = stored.map_or(0, |record| record.text.parse().unwrap());
            let new = record(&(number + 1).to_string(), revision.unwrap_or(0) + 1);
            if store.put_record("counter", revision, new).await.unwrap() {
                break;
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_of_many_claims_wins() {
    let redis = Redis::start("claims");
    let stores = [(); 2].map(|()| RedisStore::new(&redis.url()).unwrap());
    for link in 0..10 {
        let claims = (0..50).map(|claim| {
            let store = stores[claim % 2].clone();
            tokio::spawn(async move { store.claim(&format!("link-{link}"), LATER).await.unwrap() })
        });
        let mut won = 0;
        for claim in claims.collect::<Vec<_>>() {
            won += u32::from(in_time(claim).await.unwrap());
        }
        assert_eq!(won, 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_entry_reaches_the_other_server() {
    let redis = Redis::start("arrives");
    let [writer, reader] = [(); 2].map(|()| RedisStore::new(&redis.url()).unwrap());
    let (_, mut position, _) = rest(&reader, None).await;
    for number in 0..20 {
        let waiting = reader.clone();
        // It waits for longer than the test does.
        let waits =
            tokio::spawn(async move { waiting.read_log(Some(&position), Duration::from_secs(3600)).await });
        if number % 2 == 0 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        let text = format!("entry-{number}");
        writer.append(entry(&text)).await.unwrap();
        let page = in_time(waits).await.unwrap().unwrap();
        assert_eq!(page.entries, [text]);
        position = page.next;
    }
}

/// Several readers of one store wait at once, and none waits for another's connection.
#[tokio::test(flavor = "multi_thread")]
async fn readers_wait_at_the_same_time() {
    let redis = Redis::start("readers");
    let store = RedisStore::new(&redis.url()).unwrap();
    let (_, position, _) = rest(&store, None).await;
    let readers: Vec<_> = (0..5)
        .map(|_| {
            let (store, position) = (store.clone(), position.clone());
            tokio::spawn(async move { store.read_log(Some(&position), Duration::from_secs(3600)).await })
        })
        .collect();
    append(&store, &["news"]).await;
    for reader in readers {
        assert_eq!(in_time(reader).await.unwrap().unwrap().entries, ["news"]);
    }
}
