//! Somebody who can write to the store, but does not have the passwords; and somebody who reads it.

use std::fs;
use std::time::{Duration, SystemTime};

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use iron_session::clock::{ManualClock, Timestamp};
use iron_session::server_state::{FileStore, LogEntry, MemoryStore, RedisStore, ServerState, Store};
use iron_session::testing::Visitor;
use iron_session::{IronSession, Passwords, Sealer, SessionOptions};
use iron_session_tests::Log;
use iron_session_tests::directory::Directory;
use iron_session_tests::fixtures::{OTHER_PASSWORD, options, passwords};
use iron_session_tests::log::Event;
use iron_session_tests::random::Random;
use iron_session_tests::redis::Redis;
use serde_json::json;
use tracing::Level;

const ADA: &str = "ada.lovelace@analytical.example";
const BOB: &str = "bob@analytical.example";

#[derive(IronSession, Clone)]
#[session(revocable)]
struct Account {
    #[session(subject)]
    email: Option<String>,
    name: Option<String>,
}

/// A server, as far as sessions are concerned.
struct Server {
    state: ServerState,
    options: SessionOptions,
}

impl Server {
    async fn start(store: impl Store, clock: &ManualClock) -> Self {
        let state = ServerState::builder(store, passwords()).clock(clock.clone()).start().await.unwrap();
        let options = options(clock).server_state(state.clone()).build().unwrap();
        Self { state, options }
    }

    /// Signs somebody in, and returns the cookie and the id.
    fn sign_in(&self, email: &str) -> (String, String) {
        let mut visitor = Visitor::new();
        visitor.visit::<Account, _>(&self.options, |session| {
            session.set_name("Ada Lovelace".to_owned());
            session.sign_in(email.to_owned());
        });
        let id =
            visitor.visit::<Account, _>(&self.options, |session| session.meta().id().unwrap().to_string());
        (visitor.cookie_header(), id)
    }

    fn accepts(&self, cookie: &str) -> bool {
        let mut visitor = Visitor::with_cookies(cookie);
        visitor.visit::<Account, _>(&self.options, |session| session.email().is_some())
    }

    /// Waits until a cookie is refused.
    async fn refuses(&self, cookie: &str) {
        for _ in 0..3000 {
            if !self.accepts(cookie) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("the revocation does not arrive");
    }
}

/// The time of this computer, because Redis removes what has ended.
fn clock() -> ManualClock {
    ManualClock::at(SystemTime::now().into())
}

/// Returns the entries of a log with these revocations.
async fn entries(
    passwords: Passwords,
    clock: &ManualClock,
    revoke: impl AsyncFn(&ServerState),
) -> Vec<String> {
    let store = MemoryStore::with_clock(clock.clone());
    let state = ServerState::builder(store.clone(), passwords).clock(clock.clone()).start().await.unwrap();
    revoke(&state).await;
    store.read_log(None, Duration::ZERO).await.unwrap().entries
}

async fn revoke_everything(state: &ServerState) {
    state.revoke_subject("sid", ADA).await.unwrap();
    state.revoke_all_before(SystemTime::now()).await.unwrap();
}

/// Returns what must not end a session, although it looks like an entry.
async fn forgeries(clock: &ManualClock, cookie: &str) -> Vec<String> {
    let mut forgeries = Vec::new();
    // Of another store: another application's, or one with a password that this server does not have.
    let ring = format!(r#"{{"1":"{}","9":"{OTHER_PASSWORD}"}}"#, iron_session_tests::fixtures::PASSWORD);
    for passwords in [Passwords::new(OTHER_PASSWORD).unwrap(), Passwords::parse(&ring).unwrap()] {
        forgeries.extend(entries(passwords, clock, revoke_everything).await);
    }
    // Something else that the passwords have sealed.
    let everything = json!({ "before": 4_000_000_000_u32 });
    let sealer = Sealer::new(passwords()).with_clock(clock.clone());
    forgeries.push(sealer.seal(&everything).unwrap());
    forgeries.push(sealer.with_purpose("magic link").seal(&everything).unwrap());
    forgeries.push(cookie.split_once('=').unwrap().1.to_owned());
    // Parts of two entries, cut entries, and entries with another character.
    let genuine = entries(passwords(), clock, revoke_everything).await;
    let [one, other] = [0, 1].map(|entry| genuine[entry].split('*').collect::<Vec<_>>());
    for part in 2..one.len() {
        let mut mixed = one.clone();
        mixed[part] = other[part];
        if mixed != one {
            forgeries.push(mixed.join("*"));
        }
    }
    let mut random = Random::printed();
    for entry in &genuine {
        let len = u64::try_from(entry.len()).unwrap();
        for _ in 0..40 {
            let at = usize::try_from(random.below(len - 2)).unwrap();
            forgeries.push(entry[..at].to_owned());
            let mut replaced = entry.clone();
            replaced.replace_range(at..=at, if &entry[at..=at] == "A" { "B" } else { "A" });
            forgeries.push(replaced);
        }
    }
    forgeries.retain(|forgery| !forgery.is_empty());
    forgeries
}

const UNREADABLE: &str = "revocation not readable, so the sessions that it ends are accepted; give every server \
                          the same passwords and release";

/// Returns the events about entries that can't be read. There must be no error of another kind.
fn unreadable(log: &Log) -> Vec<Event> {
    let events = log.take();
    for event in &events {
        assert!(event.level != Level::ERROR || event.message == UNREADABLE, "{event}");
    }
    events.into_iter().filter(|event| event.message == UNREADABLE).collect()
}

async fn forgeries_end_no_session(store: impl Store + Clone) {
    let clock = clock();
    let append = async |text: &str| {
        let until = Some(Timestamp::from(SystemTime::now() + Duration::from_secs(3600)));
        store.append(LogEntry { text: text.to_owned(), until }).await.unwrap();
    };
    let log = Log::capture();
    let server = Server::start(store.clone(), &clock).await;
    let [(ada, _), (bob, _)] = [server.sign_in(ADA), server.sign_in(BOB)];
    let forgeries = forgeries(&clock, &ada).await;
    unreadable(&log);
    for forgery in &forgeries {
        append(forgery).await;
    }
    // An entry about the same person in another cookie is genuine, and ends nothing here.
    for entry in
        entries(passwords(), &clock, async |state| state.revoke_subject("admin", ADA).await.unwrap()).await
    {
        append(&entry).await;
    }
    let genuine =
        entries(passwords(), &clock, async |state| state.revoke_subject("sid", BOB).await.unwrap()).await;
    append(&genuine[0]).await;
    server.refuses(&bob).await;
    assert!(server.accepts(&ada), "no forgery has ended a session");
    assert_eq!(server.state.revocations(), 2, "the two genuine entries");

    // Once a minute, with the number of those that were not logged.
    let events = unreadable(&log);
    assert_eq!((events.len(), events[0].level), (1, Level::ERROR), "{events:#?}");
    clock.advance(Duration::from_secs(61));
    append(&forgeries[0]).await;
    append(&forgeries[1]).await;
    // The genuine one comes again, too: it ends what it has ended, and nothing newer.
    let (bob_again, _) = server.sign_in(BOB);
    append(&genuine[0]).await;
    let (grace, id) = server.sign_in("grace@analytical.example");
    let last =
        entries(passwords(), &clock, async |state| state.revoke_session(id.parse().unwrap()).await.unwrap())
            .await;
    append(&last[0]).await;
    server.refuses(&grace).await;
    assert_eq!([server.accepts(&ada), server.accepts(&bob), server.accepts(&bob_again)], [true, false, true]);
    let events = unreadable(&log);
    assert_eq!(events.len(), 1, "{events:#?}");
    println!("{} forgeries: {}", forgeries.len(), events[0]);
    let repeats: usize = events[0].field("repeats").unwrap().parse().unwrap();
    assert!(repeats > 100 && repeats < forgeries.len(), "{repeats}");

    // A server that starts reads them all.
    let started = Server::start(store.clone(), &clock).await;
    assert_eq!(
        [started.accepts(&ada), started.accepts(&bob), started.accepts(&bob_again)],
        [true, false, true]
    );
}

#[tokio::test]
async fn forgeries_in_memory_end_no_session() {
    forgeries_end_no_session(MemoryStore::new()).await;
}

#[tokio::test]
async fn forgeries_in_a_file_end_no_session() {
    let directory = Directory::new("forgeries");
    forgeries_end_no_session(FileStore::open(directory.path().join("state.redb")).unwrap()).await;
}

#[tokio::test]
async fn forgeries_on_redis_end_no_session() {
    let redis = Redis::start("forgeries");
    forgeries_end_no_session(RedisStore::new(&redis.url()).unwrap()).await;
}

/// Uses everything that a server state has. Returns texts that the store must not show, in all the
/// forms in which it could.
async fn secrets_of_a_day(store: impl Store) -> Vec<Vec<u8>> {
    let clock = clock();
    let server = Server::start(store, &clock).await;
    let [(ada, ada_id), (_, bob_id)] = [server.sign_in(ADA), server.sign_in(BOB)];
    server.state.revoke_session(bob_id.parse().unwrap()).await.unwrap();
    server.state.revoke_subject("sid", ADA).await.unwrap();
    server.state.revoke_all_before(SystemTime::now()).await.unwrap();
    let links = Sealer::new(passwords()).with_purpose("link").with_clock(clock.clone());
    let link = links.seal(&ADA).unwrap();
    assert_eq!(server.state.unseal_once::<String>(&links, &link).await.unwrap(), ADA);
    assert!(server.state.claim(BOB, Duration::from_secs(600)).await.unwrap());

    let mut secrets = Vec::new();
    for text in [ADA, BOB, "Lovelace", "analytical", &ada_id, &bob_id, &ada, &link] {
        let bytes = text.as_bytes();
        // Base64 depends on where a text begins. The last characters depend on what follows.
        for shift in 0..3 {
            let shifted: Vec<u8> = vec![0; shift].into_iter().chain(bytes.iter().copied()).collect();
            for encoded in [STANDARD.encode(&shifted), URL_SAFE_NO_PAD.encode(&shifted)] {
                secrets.push(encoded.as_bytes()[4..encoded.trim_end_matches('=').len() - 2].to_vec());
            }
        }
        secrets.push(bytes.iter().flat_map(|byte| format!("{byte:02x}").into_bytes()).collect());
        secrets.push(bytes.to_vec());
    }
    for id in [ada_id, bob_id] {
        let bits = URL_SAFE_NO_PAD.decode(&id).unwrap();
        secrets.push(bits.iter().flat_map(|byte| format!("{byte:02x}").into_bytes()).collect());
        secrets.push(bits);
    }
    secrets
}

#[track_caller]
fn assert_unreadable(dump: &[u8], secrets: &[Vec<u8>]) {
    let has = |text: &[u8]| dump.windows(text.len()).any(|window| window == text);
    assert!(has(b"Fe26.2*"), "the dump holds the entries, which are sealed");
    for secret in secrets {
        assert!(secret.len() >= 4);
        assert!(!has(secret), "the store shows {}", String::from_utf8_lossy(secret));
    }
}

#[tokio::test]
async fn who_reads_the_file_learns_nobodys_name() {
    let directory = Directory::new("readers");
    let path = directory.path().join("state.redb");
    let secrets = secrets_of_a_day(FileStore::open(&path).unwrap()).await;
    assert_unreadable(&fs::read(&path).unwrap(), &secrets);
}

/// The file to which Redis appends holds every command with its arguments.
#[tokio::test]
async fn who_reads_redis_learns_nobodys_name() {
    let mut redis = Redis::start("readers");
    let secrets = secrets_of_a_day(RedisStore::new(&redis.url()).unwrap()).await;
    redis.kill();
    let dump: Vec<u8> = redis.data().into_iter().flat_map(|(_, content)| content).collect();
    assert_unreadable(&dump, &secrets);
}
