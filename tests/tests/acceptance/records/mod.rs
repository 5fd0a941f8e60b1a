//! A session that outgrows its cookies, or that is never in them, is kept in a record of the store.

mod both;
mod dumps;
mod ends;
mod expiring;
mod hands;
mod kinds;
mod limit;
mod lists;
mod middleware;
mod moves;
mod shapes;

use std::collections::BTreeMap;
use std::time::Duration;

use iron_session::clock::{Clock as _, ManualClock, SystemClock, Timestamp};
use iron_session::server_state::{Record, ServerState, Store};
use iron_session::{IronSession, Session, SessionOptionsBuilder};
use iron_session_tests::directory::Directory;
use iron_session_tests::fixtures::{noise, options, passwords, unseal};
use iron_session_tests::log::{Event, Log};
use iron_session_tests::redis::Redis;
use iron_session_tests::site::{ok, text};
use iron_session_tests::stores::{AnyStore, StoreKind, StoreOf};
use iron_session_tests::{Browser, Framework, Partition, Request, Site, Slow};
use serde_json::Value;

/// A session that moves to a record when it does not fit its cookie.
#[derive(IronSession, Clone, Debug)]
#[session(storage = "overflow", json_schema, max_record_bytes = 20_000)]
struct Shop {
    #[session(subject)]
    user: Option<String>,
    note: Option<String>,
    theme: Option<String>,
    #[session(flash)]
    notice: Option<String>,
    #[session(keep)]
    cart: Vec<String>,
    tags: BTreeMap<String, String>,
    #[session(counter)]
    visits: u64,
}

/// A store with servers on it.
struct Servers<S> {
    clock: ManualClock,
    store: S,
    redis: Option<Redis>,
    directory: Option<Directory>,
}

struct Server<S> {
    state: ServerState,
    way: Partition<S>,
    browser: Browser,
}

impl Servers<AnyStore> {
    /// The clock begins with the time of this machine, because Redis has no other.
    fn new(kind: StoreKind) -> Self {
        let StoreOf { store, redis, directory } = kind.create();
        // In whole seconds, as the times of sessions are.
        let now = SystemClock.now().as_unix_ms() / 1000 * 1000;
        Self { clock: ManualClock::at(Timestamp::from_unix_ms(now)), store, redis, directory }
    }

    fn slow(kind: StoreKind) -> Servers<Slow<AnyStore>> {
        let Self { clock, store, redis, directory } = Self::new(kind);
        Servers { clock, store: Slow(store), redis, directory }
    }
}

impl<S: Store + Clone> Servers<S> {
    async fn start(&self, framework: Framework) -> Server<S> {
        self.start_with(framework, site).await
    }

    /// Starts a server with another site, and opens a browser on it.
    async fn start_with<T: iron_session::json_schema::HasJsonSchema>(
        &self,
        framework: Framework,
        site: impl FnOnce(SessionOptionsBuilder) -> Site<T>,
    ) -> Server<S> {
        let way = Partition::new(self.store.clone());
        let builder = ServerState::builder(way.clone(), passwords()).clock(self.clock.clone());
        let state = builder.start().await.unwrap();
        let site = site(options(&self.clock).server_state(state.clone()));
        Server { state, way, browser: framework.browse(site, &self.clock).await }
    }

    fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Returns what a copy of a cookie holds.
    fn held(&self, copy: &str) -> Value {
        serde_json::from_str(&unseal(&self.clock, copy)).unwrap()
    }

    /// Returns the key of the record that a copy of a cookie refers to.
    fn key(&self, copy: &str) -> String {
        let held = self.held(copy);
        assert!(held["$"]["rev"].is_u64(), "{held}");
        held["$"]["id"].as_str().unwrap().to_owned()
    }

    async fn record(&self, copy: &str) -> Record {
        self.store.record(&self.key(copy)).await.unwrap().unwrap()
    }

    /// Puts a record into the store, as who can write to it could.
    async fn plant(&self, copy: &str, text: &str) {
        let key = self.key(copy);
        let record = self.store.record(&key).await.unwrap().unwrap();
        let revision = record.revision;
        let planted = Record { text: text.to_owned(), ..record };
        assert!(self.store.put_record(&key, Some(revision), planted).await.unwrap());
    }
}

impl<S> Server<S> {
    fn copy(&self) -> String {
        self.browser.jar.value("sid").unwrap().to_owned()
    }

    /// Sends a copy of a cookie.
    async fn with(&self, copy: &str, path: &str) -> iron_session_tests::Response {
        self.browser.send_as_is(Request::get(path).header("cookie", format!("sid={copy}"))).await
    }
}

/// Returns the one event with this message.
fn only(log: &Log, message: &str) -> Event {
    let mut events = log.take();
    events.retain(|event| event.message == message);
    assert_eq!(events.len(), 1, "{events:#?}");
    events.remove(0)
}

/// Returns the reason of the one unreadable session.
fn reason(log: &Log) -> String {
    only(log, "session cookie not readable").field("reason").unwrap().to_owned()
}

fn site(options: SessionOptionsBuilder) -> Site<Shop> {
    let signed_in = |user: &'static str| {
        move |mut session: Session<Shop>| async move {
            session.sign_in(user.to_owned());
            session.set_note(noise(6000));
            ok()
        }
    };
    let noted = |bytes: usize| {
        move |mut session: Session<Shop>| async move {
            session.set_note(noise(bytes));
            ok()
        }
    };
    Site::<Shop>::new(options)
        .route("/ada", signed_in("ada@example.com"))
        .route("/bob", signed_in("bob@example.com"))
        .route("/who", |session| async move { text(session.user().unwrap_or("nobody")) })
        .route("/why", |session| async move { text(format!("{:?}", session.meta().unreadable())) })
        .route("/note", |session| async move { text(session.note().map_or(0, str::len)) })
        .route("/grow", noted(6000))
        .route("/grow-more", noted(19_000))
        .route("/grow-too-far", noted(21_000))
        .route("/shrink", |mut session| async move {
            session.clear_note();
            ok()
        })
        .route("/dark", |mut session| async move {
            session.set_theme("dark");
            ok()
        })
        .route("/theme", |session| async move { text(session.theme().unwrap_or("none")) })
        .route("/notify", |mut session| async move {
            session.set_notice("saved");
            ok()
        })
        .route("/notice", |mut session| async move { text(session.take_notice().unwrap_or_default()) })
        .route("/count", |mut session| async move {
            session.update(|session| session.set_visits(session.visits() + 1));
            text(session.visits())
        })
        .route("/destroy", |mut session| async move {
            session.destroy();
            ok()
        })
        .route("/restart", |mut session| async move {
            session.restart();
            session.set_note(noise(6000));
            ok()
        })
}

const DAY: Duration = Duration::from_secs(24 * 60 * 60);
