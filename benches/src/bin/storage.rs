//! Measures what it costs to keep a session in its cookie, to make it revocable, and to keep it in a record
//! of the store: the bytes that the browser sends, the calls of the store, and the processor's time of a
//! request, whose store is in memory.
//!
//! ```text
//! cargo run --release -p benches --bin storage [-- --quick] [--json FILE]
//! ```

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use benches::figures::{Figure, publish};
use benches::measure::{Effort, Race};
use benches::samples::{COOKIE, passwords};
use iron_session::clock::Timestamp;
use iron_session::error::StoreError;
use iron_session::options::{CheckedOptions, OnMaxSessions};
use iron_session::server_state::{LogEntry, LogPage, LogPosition, MemoryStore, Record, ServerState, Store};
use iron_session::session::{RequestSession, SignIn};
use iron_session::{IronSession, Session, SessionOptions, SessionOptionsBuilder};
use tokio::runtime::Runtime;

/// The payload of a login, and one that fits no cookie.
const SIZES: [(usize, &str); 2] = [(300, "300 B"), (10_000, "10 kB")];

/// A session that can be kept in several ways.
trait Kept: SignIn<Subject = u64> {
    fn write(&mut self, text: String);
    fn visit(&mut self);
    fn is_signed_in(&self) -> bool;

    fn visit_in(session: &mut Session<Self>) {
        Self::visit(session);
    }
}

macro_rules! kept {
    ($($name:ident ($($attribute:tt)*);)*) => {$(
        #[derive(IronSession, Clone)]
        #[session($($attribute)*)]
        struct $name {
            #[session(subject)]
            user_id: Option<u64>,
            text: String,
            visits: u32,
        }

        impl Kept for $name {
            fn write(&mut self, text: String) {
                self.text = text;
            }

            fn visit(&mut self) {
                self.visits += 1;
            }

            fn is_signed_in(&self) -> bool {
                self.user_id.is_some()
            }
        }
    )*};
}

kept! {
    InCookie(max_cookies = 1);
    Revocable(revocable);
    Overflow(storage = "overflow");
    OnServer(storage = "server");
}

fn main() -> io::Result<()> {
    let effort = Effort::from_args();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build()?;
    let store = Counting::default();
    let state = runtime.block_on(ServerState::start(store.clone(), passwords())).expect("a state");
    let built = |options: SessionOptionsBuilder| options.build().expect("valid options");
    let plain = built(SessionOptions::builder(COOKIE, passwords()));
    let judged = || SessionOptions::builder(COOKIE, passwords()).server_state(state.clone());
    let limited = built(judged().max_sessions(3, OnMaxSessions::EndOldest));
    let judged = built(judged());

    let mut bench = Bench { runtime: &runtime, store, race: Race::new(), figures: Vec::new() };
    for (bytes, size) in SIZES {
        if bytes < 4000 {
            bench.measure::<InCookie>(&plain, &format!("cookie, {size}"), bytes);
            bench.measure::<Revocable>(&judged, &format!("revocable, {size}"), bytes);
        }
        bench.measure::<Overflow>(&judged, &format!("overflow, {size}"), bytes);
        bench.measure::<OnServer>(&judged, &format!("server, {size}"), bytes);
    }
    bench.measure::<OnServer>(&limited, "server, 300 B, 3 sessions a user", 300);

    let Bench { race, mut figures, .. } = bench;
    let times = race.run(effort);
    let time = |name| Figure::new("processor time", name, times.ns(name) / 1000.0, "us");
    figures.extend(times.names().map(time));
    publish(&figures)
}

struct Bench<'r> {
    runtime: &'r Runtime,
    store: Counting,
    race: Race<'r>,
    figures: Vec<Figure>,
}

impl Bench<'_> {
    /// Counts the calls of a sign-in, of a request that reads, and of one that changes the session, and
    /// lets the latter two race.
    fn measure<T: Kept>(&mut self, options: &SessionOptions, kind: &str, bytes: usize) {
        let options: CheckedOptions<T> = options.check().expect("a fitting budget");
        let runtime = self.runtime;
        let text = "a login and a cart ".repeat(bytes / 19);
        // Each kind has a user of its own, because a limit would end the sessions of the others.
        let user_id = 1_234_567 + self.figures.len() as u64;
        let sign_in = |session: &mut Session<T>| {
            session.sign_in(user_id);
            session.write(text.clone());
        };
        let mut calls = |name: &str, work: &mut dyn FnMut() -> String| {
            self.store.0.calls.store(0, Ordering::Relaxed);
            let header = work();
            let calls = self.store.0.calls.load(Ordering::Relaxed);
            let calls = u32::try_from(calls).unwrap_or(u32::MAX);
            self.figures.push(Figure::new(
                "calls of the store",
                format!("{kind}, {name}"),
                calls.into(),
                "count",
            ));
            header
        };
        let header = calls("a sign-in", &mut || runtime.block_on(request(&options, "", sign_in)));
        calls("a read", &mut || runtime.block_on(request(&options, &header, read)));
        calls("a change", &mut || runtime.block_on(request(&options, &header, Kept::visit_in)));
        let len = u32::try_from(header.len()).unwrap_or(u32::MAX);
        self.figures.push(Figure::new("the `Cookie` header", kind, len.into(), "bytes"));

        let (of_read, of_change) = (options.clone(), options);
        let same = header.clone();
        self.race
            .case(format!("{kind}, a read"), move || runtime.block_on(request(&of_read, &same, read)))
            .case(format!("{kind}, a change"), move || {
                runtime.block_on(request(&of_change, &header, Kept::visit_in))
            });
    }
}

fn read<T: Kept>(session: &mut Session<T>) {
    let session: &Session<T> = session;
    assert!(session.is_signed_in(), "the session was not found");
}

/// Runs a request with this `Cookie` header, and returns the header of the next one.
async fn request<T: Kept>(
    options: &CheckedOptions<T>,
    header: &str,
    handler: impl FnOnce(&mut Session<T>),
) -> String {
    let request = RequestSession::new(options.clone());
    let mut session = request.load([header]).await.expect("a store that responds");
    handler(&mut session);
    drop(session);
    let commit = request.commit(200).finish().await;
    assert!(!commit.replace_response, "the session was not saved");
    let pairs = commit.set_cookies.iter().filter_map(|line| line.split(';').next());
    pairs.collect::<Vec<_>>().join("; ")
}

/// A store in memory that counts its calls, without those of the task that follows the log.
#[derive(Clone, Default)]
struct Counting(Arc<Counted>);

#[derive(Default)]
struct Counted {
    store: MemoryStore,
    calls: AtomicUsize,
}

impl Counting {
    fn call(&self) -> &MemoryStore {
        self.0.calls.fetch_add(1, Ordering::Relaxed);
        &self.0.store
    }
}

impl Store for Counting {
    async fn append(&self, entry: LogEntry) -> Result<(), StoreError> {
        self.call().append(entry).await
    }

    async fn read_log(&self, after: Option<&LogPosition>, wait: Duration) -> Result<LogPage, StoreError> {
        self.0.store.read_log(after, wait).await
    }

    async fn record(&self, key: &str) -> Result<Option<Record>, StoreError> {
        self.call().record(key).await
    }

    async fn put_record(&self, key: &str, replaces: Option<u64>, record: Record) -> Result<bool, StoreError> {
        self.call().put_record(key, replaces, record).await
    }

    async fn delete_record(&self, key: &str) -> Result<(), StoreError> {
        self.call().delete_record(key).await
    }

    async fn records_of(&self, owner: &str) -> Result<Vec<(String, Record)>, StoreError> {
        self.call().records_of(owner).await
    }

    async fn claim(&self, key: &str, until: Timestamp) -> Result<bool, StoreError> {
        self.call().claim(key, until).await
    }
}
