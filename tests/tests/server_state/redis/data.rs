//! What is in Redis: what has ended goes, and what is strange does no harm.

use iron_session::clock::Timestamp;
use iron_session::server_state::{LogEntry, Record, RedisStore, Store};
use iron_session_tests::redis::Redis;

use super::{LATER, append, entry, page, record, rest, set};

const LIVE: &str = "{iron-session:}log:live";
const STREAM: &str = "{iron-session:}log:stream";

/// A stream that has forgotten what a reader needs restarts the log from the live entries.
#[tokio::test]
async fn a_trimmed_stream_restarts_the_log() {
    let redis = Redis::start("trimmed");
    let store = RedisStore::new(&redis.url()).unwrap();
    append(&store, &["1"]).await;
    let (_, at_one, _) = rest(&store, None).await;
    append(&store, &["2", "3"]).await;
    let (_, at_three, _) = rest(&store, Some(&at_one)).await;
    for left in ["1", "0"] {
        redis.command(&["XTRIM", STREAM, "MAXLEN", left]);
        let (entries, _, restarted) = rest(&store, Some(&at_one)).await;
        assert!(restarted, "the entry 2 is gone from the stream");
        assert_eq!(entries, set(&["1", "2", "3"]));
        let (entries, _, restarted) = rest(&store, Some(&at_three)).await;
        assert!(entries.is_empty() && !restarted, "a reader that has read everything continues");
    }
    let (_, after_trim, _) = rest(&store, None).await;
    append(&store, &["4"]).await;
    for position in [&at_three, &after_trim] {
        let (entries, _, restarted) = rest(&store, Some(position)).await;
        assert!(entries == set(&["4"]) && !restarted);
    }
}

/// The stream does not grow without limit.
#[tokio::test]
async fn the_stream_is_trimmed() {
    let redis = Redis::start("stream");
    let store = RedisStore::new(&redis.url()).unwrap();
    redis.command(&["CONFIG", "SET", "appendfsync", "no"]);
    for _ in 0..22 {
        let appends: Vec<_> = (0..500)
            .map(|_| {
                let store = store.clone();
                tokio::spawn(async move { store.append(entry("the-same")).await.unwrap() })
            })
            .collect();
        for append in appends {
            append.await.unwrap();
        }
    }
    let len: u32 = redis.command(&["XLEN", STREAM]).trim_start_matches(':').trim().parse().unwrap();
    assert!((10_000..10_300).contains(&len), "{len} entries");
    assert_eq!(redis.command(&["ZCARD", LIVE]), ":1\r\n");
}

/// The live entries are read in pages, while those that were read end.
#[tokio::test]
async fn entries_end_while_a_reader_starts() {
    let redis = Redis::start("pages");
    let store = RedisStore::new(&redis.url()).unwrap();
    append(&store, &["the-end-of-the-stream"]).await;
    // In Redis alone, because it is faster.
    let script = "for i = 0, 2499 do redis.call('ZADD', KEYS[1], 4102444800000 + math.floor(i / 10), 'entry-' .. i) end";
    redis.command(&["EVAL", script, "1", LIVE]);
    for removed in ["3", "999", "1000", "1400"] {
        let first = page(&store, None).await;
        assert_eq!((first.entries.len(), first.is_last), (1000, false));
        redis.command(&["ZREMRANGEBYRANK", LIVE, "0", removed]);
        let (live, _, restarted) = rest(&store, Some(&first.next)).await;
        assert!(!restarted);
        let read: Vec<_> = first.entries.iter().chain(&live).cloned().collect();
        let (now_live, _, _) = rest(&store, None).await;
        assert!(now_live.iter().all(|entry| read.contains(entry)), "after {removed} were removed");
        redis.command(&["EVAL", script, "1", LIVE]);
    }
    // What is appended meanwhile comes too, wherever it is in the order of the live entries.
    let first = page(&store, None).await;
    let soon = Timestamp::from_unix_ms(LATER.as_unix_ms() - 1000);
    store.append(LogEntry { text: "news".to_owned(), until: Some(soon) }).await.unwrap();
    let (live, _, _) = rest(&store, Some(&first.next)).await;
    assert!(live.contains("news"));
}

#[tokio::test]
async fn what_has_ended_is_removed() {
    let redis = Redis::start("ended");
    let store = RedisStore::new(&redis.url()).unwrap();
    let ended = Timestamp::from_unix_ms(1_763_650_000_000);
    store.append(LogEntry { text: "ended".to_owned(), until: Some(ended) }).await.unwrap();
    append(&store, &["live"]).await;
    assert_eq!(redis.command(&["ZCARD", LIVE]), ":1\r\n");
    assert!(
        store.put_record("ended", None, Record { until: Some(ended), ..record("text", 1) }).await.unwrap()
    );
    assert!(store.claim("ended", ended).await.unwrap());
    assert!(store.put_record("live", None, record("text", 1)).await.unwrap());
    assert!(store.claim("live", LATER).await.unwrap());
    for key in ["record:live", "claim:live", "owner:owner"] {
        let expires = redis.command(&["PEXPIRETIME", &format!("{{iron-session:}}{key}")]);
        assert_eq!(expires, format!(":{LATER}\r\n"), "{key}");
    }
    for key in ["record:ended", "claim:ended"] {
        assert_eq!(redis.command(&["EXISTS", &format!("{{iron-session:}}{key}")]), ":0\r\n", "{key}");
    }
    assert_eq!(redis.command(&["ZCARD", "{iron-session:}owner:owner"]), ":1\r\n");

    let for_ever = Record { until: None, ..record("text", 1) };
    assert!(store.put_record("for-ever", None, for_ever).await.unwrap());
    assert_eq!(redis.command(&["PEXPIRETIME", "{iron-session:}owner:owner"]), ":-1\r\n");
}

/// A record that Redis alone has deleted leaves its owner's list.
#[tokio::test]
async fn a_list_of_records_forgets_dead_keys() {
    let redis = Redis::start("dead");
    let store = RedisStore::new(&redis.url()).unwrap();
    for key in ["a", "b"] {
        assert!(store.put_record(key, None, record("text", 1)).await.unwrap());
    }
    redis.command(&["DEL", "{iron-session:}record:a"]);
    assert_eq!(store.records_of("owner").await.unwrap(), [("b".to_owned(), record("text", 1))]);
    assert_eq!(redis.command(&["ZCARD", "{iron-session:}owner:owner"]), ":1\r\n");
}

/// Texts that the library has not written are skipped or refused.
#[tokio::test]
async fn strange_texts_do_no_harm() {
    let redis = Redis::start("strange");
    let store = RedisStore::new(&redis.url()).unwrap();
    append(&store, &["1"]).await;
    let (_, position, _) = rest(&store, None).await;
    let long = "x".repeat(LogEntry::MAX_BYTES + 1);
    for (number, strange) in [&long, "two words", "caf\u{e9}"].into_iter().enumerate() {
        redis.command(&["ZADD", LIVE, "4102444800000", strange]);
        let number = (number + 2).to_string();
        redis.command(&["XADD", STREAM, "*", "number", &number, "entry", strange]);
        redis.command(&["HSET", "{iron-session:}log", "number", &number]);
    }
    append(&store, &["last"]).await;
    let (entries, _, restarted) = rest(&store, Some(&position)).await;
    assert!(!restarted);
    assert_eq!(entries, set(&["last"]));
    assert_eq!(rest(&store, None).await.0, set(&["1", "last"]));

    // Many of them, so that each page ends with one.
    let script = "for i = 0, 2499 do redis.call('ZADD', KEYS[1], i, string.rep(ARGV[1], 30) .. i) end";
    for strange in ["\u{e9} ", &"x".repeat(200)] {
        redis.command(&["EVAL", script, "1", LIVE, strange]);
        assert_eq!(rest(&store, None).await.0, set(&["1", "last"]));
    }

    redis.command(&["HSET", "{iron-session:}record:key", "text", "text", "revision", "no number"]);
    store.record("key").await.unwrap_err();
    redis.command(&["SET", "{iron-session:}record:other", "no hash"]);
    store.record("other").await.unwrap_err();
    let too_long = "17000000";
    redis.command(&[
        "EVAL",
        "redis.call('HSET', KEYS[1], 'revision', 1, 'text', string.rep('x', ARGV[1]))",
        "1",
        "{iron-session:}record:long",
        too_long,
    ]);
    let error = store.record("long").await.unwrap_err();
    assert!(std::error::Error::source(&error).unwrap().to_string().contains(too_long), "{error:?}");
    let long = record(&"x".repeat(RedisStore::MAX_RECORD_BYTES + 1), 1);
    store.put_record("long", Some(1), long).await.unwrap_err();
}
