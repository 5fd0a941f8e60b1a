//! Ten thousand visitors of two servers, and six thousand revocations: fifty each second in the two
//! minutes of `cargo xtask test --long`, otherwise as many in a few seconds.
//!
//! The time passes as fast as the requests can be served, because tokio's clock is paused.

use std::time::Duration;

use iron_session::clock::ManualClock;
use iron_session::server_state::{MemoryStore, ServerState};
use iron_session::session::RequestSession;
use iron_session::{IronSession, SessionOptions};
use iron_session_tests::cases;
use iron_session_tests::fixtures::{COOKIE, clock, options, passwords};
use iron_session_tests::message::SetCookie;
use iron_session_tests::random::Random;

const VISITORS: u32 = 10_000;
const TICK: Duration = Duration::from_millis(20);
/// What the servers' clock moves on in each tick, so that sessions and revocations end.
const TICK_ON_CLOCK: Duration = Duration::from_secs(10);
/// Short, so that the quick run, too, lasts for five times as long.
const SESSIONS_LAST: Duration = Duration::from_secs(600);

/// Requests in each tick: every visitor comes about every five seconds.
const REQUESTS: u64 = 40;
/// After so many ticks, a revocation has reached the other server.
const ARRIVED: u64 = 2;

/// What the servers may have at the end, beyond what they had when everybody was signed in. It does not
/// depend on the time: what has ended is forgotten.
const MOST_BYTES: i64 = 4 << 20;

const REVOCATIONS: u64 = 6_000;
/// The revocations that a server may have at the end. It searches each of 64 parts of its list for what has
/// ended once the part has 64.
const MOST_REVOCATIONS: usize = 4_500;

#[derive(IronSession, Clone)]
#[session(revocable)]
struct Account {
    #[session(subject)]
    user: Option<u32>,
}

struct Server {
    state: ServerState,
    options: SessionOptions,
}

struct Visitor {
    seal: String,
    /// The tick of the sign-in.
    since: u64,
    /// When the session ended, and on which server.
    ended: Option<(u64, usize)>,
}

impl Server {
    async fn start(store: &MemoryStore, clock: &ManualClock) -> Self {
        let state = ServerState::builder(store.clone(), passwords()).clock(clock.clone());
        let state = state.remember_for(SESSIONS_LAST).start().await.unwrap();
        let options = options(clock).ttl(SESSIONS_LAST).server_state(state.clone()).build().unwrap();
        Self { state, options }
    }

    fn who(&self, seal: &str) -> Option<u32> {
        let request = RequestSession::<Account>::new(self.options.check().unwrap());
        let session = request.handle([format!("{COOKIE}={seal}")]).unwrap();
        session.user().copied()
    }

    fn sign_in(&self, user: u32) -> String {
        let request = RequestSession::<Account>::new(self.options.check().unwrap());
        let mut session = request.handle([""; 0]).unwrap();
        session.sign_in(user);
        drop(session);
        SetCookie::parse(&request.commit(200).set_cookies[0]).value
    }

    /// Ends one session, or all of the user's.
    async fn end(&self, user: u32, seal: &str, everywhere: bool) {
        if everywhere {
            return self.state.revoke_subject(COOKIE, &user).await.unwrap();
        }
        let request = RequestSession::<Account>::new(self.options.check().unwrap());
        let mut session = request.handle([format!("{COOKIE}={seal}")]).unwrap();
        session.destroy();
        drop(session);
        drop(request.commit(200).finish().await);
    }
}

#[test]
fn nobody_is_served_or_refused_wrongly_and_memory_stays_flat() {
    let seconds = u64::from(cases::count()) / 40;
    let mut random = Random::printed();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build();
    let runtime = runtime.unwrap();
    let clock = clock();
    let store = MemoryStore::with_clock(clock.clone());
    let servers = runtime
        .block_on(async { [Server::start(&store, &clock).await, Server::start(&store, &clock).await] });
    let sign_in = |user: u32| Visitor { seal: servers[index(user) % 2].sign_in(user), since: 0, ended: None };
    let mut visitors: Vec<_> = (0..VISITORS).map(sign_in).collect();

    let memory = allocation_counter::measure(|| {
        runtime.block_on(async {
            let ticks = seconds * 50;
            for tick in 0..ticks {
                clock.advance(TICK_ON_CLOCK);
                for _ in 0..REVOCATIONS / ticks {
                    let user = below(&mut random, VISITORS);
                    let server = index(below(&mut random, 2));
                    let visitor = &mut visitors[index(user)];
                    if visitor.ended.is_none() {
                        servers[server].end(user, &visitor.seal, random.below(2) == 0).await;
                        visitor.ended = Some((tick, server));
                    }
                }
                for _ in 0..REQUESTS {
                    let user = below(&mut random, VISITORS);
                    let server = index(below(&mut random, 2));
                    let visitor = &mut visitors[index(user)];
                    let who = servers[server].who(&visitor.seal);
                    match visitor.ended {
                        None if TICK_ON_CLOCK * u32::try_from(tick - visitor.since).unwrap()
                            >= SESSIONS_LAST =>
                        {
                            *visitor =
                                Visitor { seal: servers[server].sign_in(user), since: tick, ended: None };
                        }
                        None => assert_eq!(who, Some(user), "tick {tick}"),
                        Some((ended, by)) if by == server || tick >= ended + ARRIVED => {
                            assert_eq!(who, None, "tick {tick}, ended at {ended}");
                            *visitor =
                                Visitor { seal: servers[server].sign_in(user), since: tick, ended: None };
                        }
                        Some(_) => {}
                    }
                }
                tokio::time::sleep(TICK).await;
            }
        });
    });
    println!("{seconds} s: {} bytes more, {} at most", memory.bytes_current, memory.bytes_max);
    assert!(memory.bytes_current < MOST_BYTES, "{memory:?}");
    let revocations = servers[0].state.revocations();
    println!("{revocations} revocations in memory");
    assert!(revocations <= MOST_REVOCATIONS, "{revocations} revocations are still in memory");
}

fn below(random: &mut Random, limit: u32) -> u32 {
    u32::try_from(random.below(limit.into())).unwrap()
}

fn index(number: u32) -> usize {
    usize::try_from(number).unwrap()
}
