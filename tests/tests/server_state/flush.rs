//! A program that ends waits until the store knows what it has revoked.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use iron_session::IronSession;
use iron_session::clock::{ManualClock, Timestamp};
use iron_session::error::{RevokeError, StoreError};
use iron_session::server_state::{LogEntry, LogPage, LogPosition, MemoryStore, Record, ServerState, Store};
use iron_session::session::RequestSession;
use iron_session_tests::Partition;
use iron_session_tests::fixtures::{COOKIE, clock, options, passwords};
use iron_session_tests::message::SetCookie;

const LIMIT: Duration = Duration::from_secs(10);

#[derive(IronSession, Clone)]
#[session(revocable)]
struct Account {
    #[session(subject)]
    user: Option<String>,
}

struct Server {
    way: Partition<MemoryStore>,
    state: ServerState,
    clock: ManualClock,
}

impl Server {
    async fn start(store: &MemoryStore, clock: &ManualClock) -> Self {
        let way = Partition::new(store.clone());
        let state = ServerState::builder(way.clone(), passwords()).clock(clock.clone());
        Self { state: state.start().await.unwrap(), way, clock: clock.clone() }
    }

    fn request(&self) -> RequestSession<Account> {
        let options = options(&self.clock).server_state(self.state.clone()).build().unwrap();
        RequestSession::new(options.check().unwrap())
    }

    fn sign_in(&self) -> String {
        let request = self.request();
        request.handle([""; 0]).unwrap().sign_in("ada".to_owned());
        SetCookie::parse(&request.commit(200).set_cookies[0]).value
    }

    fn who(&self, seal: &str) -> Option<String> {
        self.request().handle([format!("{COOKIE}={seal}")]).unwrap().user().map(str::to_owned)
    }
}

fn is_unconfirmed(result: &Result<(), RevokeError>) -> bool {
    matches!(result, Err(RevokeError::Unconfirmed))
}

#[tokio::test(start_paused = true)]
async fn what_was_revoked_while_the_store_was_away_is_not_lost() {
    let clock = clock();
    let store = MemoryStore::with_clock(clock.clone());
    let server = Server::start(&store, &clock).await;
    let seals = [server.sign_in(), server.sign_in()];
    server.state.flush(Duration::ZERO).await.unwrap();

    server.way.cut(true);
    // Nobody waits for this one: the browser has closed the connection.
    let request = server.request();
    request.handle([format!("{COOKIE}={}", seals[0])]).unwrap().destroy();
    drop(request);
    assert!(is_unconfirmed(&server.state.revoke_subject(COOKIE, "bob").await));
    assert!(is_unconfirmed(&server.state.flush(LIMIT).await));

    let way = server.way.clone();
    let back = tokio::spawn(async move {
        tokio::time::sleep(LIMIT / 2).await;
        way.cut(false);
    });
    server.state.flush(LIMIT).await.unwrap();
    assert!(back.is_finished());
    // The process ends, and another one starts.
    drop(server);
    let next = Server::start(&store, &clock).await;
    assert_eq!(next.state.revocations(), 2);
    assert_eq!([next.who(&seals[0]), next.who(&seals[1])], [None, Some("ada".to_owned())]);
}

/// A store whose content can be lost.
#[derive(Clone)]
struct Forgetful(Arc<Mutex<MemoryStore>>);

impl Forgetful {
    fn store(&self) -> MemoryStore {
        self.0.lock().unwrap().clone()
    }
}

impl Store for Forgetful {
    async fn append(&self, entry: LogEntry) -> Result<(), StoreError> {
        tokio::time::sleep(Duration::from_millis(100)).await;
        self.store().append(entry).await
    }

    async fn read_log(&self, after: Option<&LogPosition>, wait: Duration) -> Result<LogPage, StoreError> {
        self.store().read_log(after, wait).await
    }

    async fn record(&self, key: &str) -> Result<Option<Record>, StoreError> {
        self.store().record(key).await
    }

    async fn put_record(&self, key: &str, replaces: Option<u64>, record: Record) -> Result<bool, StoreError> {
        self.store().put_record(key, replaces, record).await
    }

    async fn delete_record(&self, key: &str) -> Result<(), StoreError> {
        self.store().delete_record(key).await
    }

    async fn records_of(&self, owner: &str) -> Result<Vec<(String, Record)>, StoreError> {
        self.store().records_of(owner).await
    }

    async fn claim(&self, key: &str, until: Timestamp) -> Result<bool, StoreError> {
        self.store().claim(key, until).await
    }
}

/// A store that lost its content gets all of it back from a server that ends.
#[tokio::test(start_paused = true)]
async fn what_the_store_has_lost_is_appended_first() {
    const REVOCATIONS: usize = 20;
    let clock = clock();
    let start = |store| ServerState::builder(store, passwords()).clock(clock.clone()).start();
    let store = Forgetful(Arc::new(Mutex::new(MemoryStore::with_clock(clock.clone()))));
    let state = start(store.clone()).await.unwrap();
    for user in 0..REVOCATIONS {
        state.revoke_subject(COOKIE, &user).await.unwrap();
    }
    *store.0.lock().unwrap() = MemoryStore::with_clock(clock.clone());
    let revocations = async || start(store.clone()).await.unwrap().revocations();
    // The server has noticed it, and has begun.
    let mut polls = 0;
    while revocations().await == 0 {
        polls += 1;
        assert!(polls < 2000, "the server appends nothing");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert!(revocations().await < REVOCATIONS);
    state.flush(LIMIT).await.unwrap();
    assert_eq!(revocations().await, REVOCATIONS);
}

/// A revocation is of the time of its call. Whoever signs in meanwhile stays signed in.
#[tokio::test(start_paused = true)]
async fn a_late_revocation_ends_what_was_issued_before_its_call() {
    let clock = clock();
    let store = MemoryStore::with_clock(clock.clone());
    let [one, two] = [Server::start(&store, &clock).await, Server::start(&store, &clock).await];
    let before = two.sign_in();
    one.way.cut(true);
    assert!(is_unconfirmed(&one.state.revoke_subject(COOKIE, "ada").await));
    clock.advance(Duration::from_secs(600));
    let meanwhile = two.sign_in();
    one.way.cut(false);
    one.state.flush(LIMIT).await.unwrap();
    // The other server follows the log.
    tokio::time::sleep(Duration::from_secs(1)).await;
    for server in [&one, &two] {
        assert_eq!([server.who(&before), server.who(&meanwhile)], [None, Some("ada".to_owned())]);
    }
    // Another call ends these as well.
    one.state.revoke_subject(COOKIE, "ada").await.unwrap();
    assert_eq!(one.who(&meanwhile), None);
}
