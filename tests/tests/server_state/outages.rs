//! Redis is away, comes back without its data, or answers slowly, while requests arrive.

use std::collections::BTreeSet;
use std::future::Future;
use std::pin::pin;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant, SystemTime};

use iron_session::IronSession;
use iron_session::clock::ManualClock;
use iron_session::error::RevokeError;
use iron_session::server_state::{RedisStore, ServerState, ServerStateBuilder};
use iron_session_tests::cases::may_take_long;
use iron_session_tests::fixtures::{options, passwords};
use iron_session_tests::proxy::{Network, Proxy};
use iron_session_tests::redis::Redis;
use iron_session_tests::site::{ok, text};
use iron_session_tests::{Browser, Framework, Log, Request, Site};
use tokio::time::sleep;

const AWAY: &str = "the store of the server state does not respond";
const BACK: &str = "the store of the server state responds again";
const REFUSES: &str = "the list of revocations is stale, so revocable sessions are refused";
const ACCEPTS: &str = "the list of revocations is stale, so revoked sessions may be accepted";
const CURRENT: &str = "the list of revocations is current again";

#[derive(IronSession, Clone)]
#[session(revocable, json_schema)]
struct Account {
    #[session(subject)]
    user: Option<String>,
}

/// A server behind a network that can fail.
struct Server {
    proxy: Proxy,
    state: ServerState,
    browser: Browser,
}

impl Server {
    async fn start(port: u16, settings: impl Fn(ServerStateBuilder) -> ServerStateBuilder) -> Self {
        let proxy = Proxy::start(port).await;
        // Redis removes what has ended by the time of this computer.
        let clock = ManualClock::at(SystemTime::now().into());
        let store = RedisStore::new(&proxy.redis_url()).unwrap();
        let builder = ServerState::builder(store, passwords()).clock(clock.clone());
        let state = settings(builder).start().await.unwrap();
        let site = Site::<Account>::new(options(&clock).server_state(state.clone()))
            .route("/ada", |mut session| async move {
                session.sign_in("ada".to_owned());
                ok()
            })
            .route("/bob", |mut session| async move {
                session.sign_in("bob".to_owned());
                ok()
            })
            .route("/who", |session| async move { text(session.user().unwrap_or("nobody")) });
        Self { proxy, state, browser: Framework::Axum.browse(site, &clock).await }
    }

    /// Signs somebody in, and returns the cookie.
    async fn sign_in(&self, path: &str) -> String {
        let response = self.browser.send_as_is(Request::get(path)).await;
        format!("sid={}", response.set_cookies()[0].value)
    }

    /// Asks who a cookie belongs to. Returns the reply, or the status if it is an error.
    async fn who(&self, cookie: &str) -> String {
        let response = self.browser.send_as_is(Request::get("/who").header("cookie", cookie)).await;
        if response.status == 200 { response.body } else { response.status.to_string() }
    }

    /// Asks until the reply is another one.
    async fn who_becomes(&self, cookie: &str, expected: &str) {
        for _ in 0..3000 {
            if self.who(cookie).await == expected {
                return;
            }
            sleep(Duration::from_millis(10)).await;
        }
        panic!("{cookie} stays {}, not {expected}", self.who(cookie).await);
    }

    /// Serves requests while something happens: of visitors, who need no state, and of somebody who
    /// is signed in. Returns all the replies to the latter.
    async fn serve_during<T>(&self, cookie: &str, event: impl Future<Output = T>) -> (BTreeSet<String>, T) {
        let mut event = pin!(event);
        let mut replies = BTreeSet::new();
        loop {
            tokio::select! {
                result = &mut event => return (replies, result),
                () = sleep(Duration::from_millis(5)) => {}
            }
            let visitor = self.browser.send_as_is(Request::get("/who")).await;
            assert_eq!((visitor.status, visitor.body.as_str()), (200, "nobody"));
            assert_eq!(self.browser.send_as_is(Request::get("/ada")).await.status, 200, "a sign-in");
            replies.insert(self.who(cookie).await);
        }
    }
}

/// A Redis that is killed and started without stopping the runtime meanwhile.
#[derive(Clone)]
struct Killed(Arc<Mutex<Redis>>);

impl Killed {
    async fn does(&self, work: impl FnOnce(&mut Redis) + Send + 'static) {
        let redis = Arc::clone(&self.0);
        tokio::task::spawn_blocking(move || work(&mut redis.lock().unwrap())).await.unwrap();
    }
}

fn set<const N: usize>(texts: [&str; N]) -> BTreeSet<String> {
    texts.map(str::to_owned).into()
}

/// Returns how often each of these messages was logged.
fn logged<const N: usize>(log: &Log, messages: [&str; N]) -> [usize; N] {
    let events = log.take();
    messages.map(|message| events.iter().filter(|event| event.message == message).count())
}

/// Revokes sessions that nobody has.
async fn fill(state: &ServerState, revocations: usize) {
    for number in 0..revocations {
        state.revoke_session(format!("{number:021}A").parse().unwrap()).await.unwrap();
    }
}

/// Redis is restarted with its data. Requests notice nothing, and the server goes on reading where it
/// was.
#[tokio::test]
async fn a_restart_is_not_noticed_and_nothing_is_read_again() {
    const REVOCATIONS: usize = 300;
    let redis = Redis::start("restart");
    let other = Server::start(redis.port(), |builder| builder).await;
    fill(&other.state, REVOCATIONS).await;

    let log = Log::capture();
    let server = Server::start(redis.port(), |builder| builder).await;
    assert_eq!(server.state.revocations(), REVOCATIONS);
    let start = server.proxy.replied();
    let [ada, bob] = [server.sign_in("/ada").await, other.sign_in("/bob").await];
    let redis = Killed(Arc::new(Mutex::new(redis)));
    let (replies, restarted) = server
        .serve_during(&ada, async {
            redis.does(Redis::kill).await;
            sleep(Duration::from_secs(2)).await;
            redis.does(Redis::restart).await;
            let restarted = Instant::now();
            other.state.revoke_subject("sid", "bob").await.unwrap();
            restarted
        })
        .await;
    assert_eq!(replies, set(["ada"]));
    server.who_becomes(&bob, "nobody").await;
    assert_eq!(server.who(&ada).await, "ada");
    assert_eq!(server.state.revocations(), REVOCATIONS + 1);
    // The other server may still pause after its last attempt.
    while other.state.staleness().unwrap() > restarted.elapsed() {
        sleep(Duration::from_millis(10)).await;
    }
    // Once for each of the two servers.
    assert_eq!(logged(&log, [AWAY, BACK, REFUSES, CURRENT]), [2, 2, 0, 0]);

    let continued = server.proxy.replied() - start;
    println!("bytes read from Redis: {start} to start, {continued} to go on after the restart");
    assert!(continued * 10 < start, "{continued} bytes were read, and the whole log has {start}");
}

/// Redis is away for longer than the list of revocations may be old: a few seconds, or a minute and
/// the default of 30 s in a long run.
#[tokio::test]
async fn a_long_outage_is_handled_as_the_setting_says() {
    let (extra, limit) = if may_take_long() {
        (Duration::from_secs(55), None)
    } else {
        (Duration::ZERO, Some(Duration::from_secs(1)))
    };
    let limited = |builder: ServerStateBuilder| match limit {
        Some(limit) => builder.max_staleness(limit),
        None => builder,
    };
    let redis = Redis::start("outage");
    let closed = Server::start(redis.port(), limited).await;
    let open = Server::start(redis.port(), |builder| limited(builder).accept_stale()).await;
    let [ada, bob] = [closed.sign_in("/ada").await, open.sign_in("/bob").await];
    let redis = Killed(Arc::new(Mutex::new(redis)));

    let log = Log::capture();
    let outage = async {
        redis.does(Redis::kill).await;
        // It waits for five seconds.
        let unconfirmed = closed.state.revoke_subject("sid", "bob").await;
        assert!(matches!(unconfirmed, Err(RevokeError::Unconfirmed)), "{unconfirmed:?}");
        sleep(extra).await;
        [closed.who(&ada).await, open.who(&bob).await]
    };
    let (of_closed, (of_open, last)) = closed.serve_during(&ada, open.serve_during(&ada, outage)).await;
    assert_eq!(of_closed, set(["ada", "503"]), "accepted at first, and then refused");
    assert_eq!(of_open, set(["ada"]));
    assert_eq!(last, ["503", "bob"], "the other server can't know that bob is revoked");
    assert_eq!(logged(&log, [AWAY, REFUSES, ACCEPTS, BACK, CURRENT]), [2, 1, 1, 0, 0]);

    redis.does(Redis::restart).await;
    closed.who_becomes(&ada, "ada").await;
    open.who_becomes(&bob, "nobody").await;
    assert_eq!([closed.who(&bob).await, open.who(&ada).await], ["nobody", "ada"]);
    assert_eq!(logged(&log, [AWAY, REFUSES, ACCEPTS, BACK, CURRENT]), [0, 0, 0, 2, 2]);
}

/// Redis comes back without its data. What the servers know is in force all the time, and servers that
/// start later know it as well.
#[tokio::test]
async fn an_empty_redis_gets_back_what_the_servers_know() {
    let redis = Redis::start("empty");
    let servers = [
        Server::start(redis.port(), |builder| builder).await,
        Server::start(redis.port(), |builder| builder).await,
    ];
    let [ada, bob] = [servers[0].sign_in("/ada").await, servers[1].sign_in("/bob").await];
    servers[0].state.revoke_subject("sid", "bob").await.unwrap();
    servers[1].who_becomes(&bob, "nobody").await;
    let (port, url) = (redis.port(), redis.url());
    let redis = Killed(Arc::new(Mutex::new(redis)));

    let log = Log::capture();
    let restart = async {
        redis.does(Redis::kill).await;
        redis.does(Redis::restart_empty).await;
        for _ in 0..1000 {
            let started = ServerState::start(RedisStore::new(&url).unwrap(), passwords()).await.unwrap();
            if started.revocations() == 1 {
                return;
            }
            sleep(Duration::from_millis(20)).await;
        }
        panic!("the log stays empty");
    };
    let (of_bob, (of_ada, ())) = servers[0].serve_during(&bob, servers[1].serve_during(&ada, restart)).await;
    assert_eq!((of_bob, of_ada), (set(["nobody"]), set(["ada"])));
    let [appended] =
        logged(&log, ["the store has lost revocations that this server knows; they are appended again"]);
    assert!((1..=2).contains(&appended), "{appended}");
    let third = Server::start(port, |builder| builder).await;
    assert_eq!([third.who(&ada).await, third.who(&bob).await], ["ada", "nobody"]);
}

/// The network delays and cuts. Requests don't wait for it, and revocations arrive.
#[tokio::test]
async fn a_slow_network_delays_no_request() {
    let redis = Redis::start("slow");
    let [one, two] = [
        Server::start(redis.port(), |builder| builder).await,
        Server::start(redis.port(), |builder| builder).await,
    ];
    let [ada, bob] = [one.sign_in("/ada").await, two.sign_in("/bob").await];
    let network = |network: Network| [&one, &two].map(|server| server.proxy.set(network));

    network(Network::Delays(Duration::from_millis(300)));
    let (replies, ()) = two
        .serve_during(&ada, async {
            for _ in 0..4 {
                sleep(Duration::from_millis(400)).await;
                one.proxy.cut();
                two.proxy.cut();
            }
            one.state.revoke_subject("sid", "bob").await.unwrap();
        })
        .await;
    assert_eq!(replies, set(["ada"]));
    two.who_becomes(&bob, "nobody").await;

    // Nothing passes any more, so a request that waited for Redis would never be answered.
    network(Network::Swallows);
    assert_eq!([one.who(&ada).await, two.who(&ada).await, one.who(&bob).await], ["ada", "ada", "nobody"]);
    let again = two.sign_in("/bob").await;
    assert_eq!(two.who(&again).await, "bob");
    network(Network::Works);
    one.who_becomes(&again, "bob").await;
}
