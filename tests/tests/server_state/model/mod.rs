//! A model of the server state: whatever happens to three servers and their store, and in whatever
//! order, what was ended is refused, and nobody else is signed out.
//!
//! `spec` says what must happen; `world` has the servers. Time is tokio's paused clock, so minutes
//! pass at once.

mod spec;
mod world;

use std::time::Duration;

use iron_session::Session;
use iron_session::clock::Clock as _;
use iron_session::error::{ExtractError, RevokeError};
use iron_session::session::{Lifetime, Meta, RequestSession, SessionId};
use iron_session_tests::Partition;
use iron_session_tests::cases::check;
use iron_session_tests::fixtures::{COOKIE, TTL};
use iron_session_tests::message::SetCookie;
use proptest::prelude::*;

use self::spec::{Copied, Expected, MOST_AHEAD, SERVERS, Spec, Staleness, Target};
use self::world::{Account, AheadClock, LossyStore, Server, WorldTime};

/// A copy of a cookie, as a number that is reduced to those that exist.
type Which = usize;

/// Something happens. The first number is the server's.
#[derive(Clone, Copy, Debug)]
enum Op {
    /// A user signs in, in a browser with a copy of a cookie or without one.
    SignIn(usize, u8, Option<Which>),
    /// A request changes the session, and its response is kept as another copy.
    Change(usize, Which),
    /// A session gets a lifetime of its own, in seconds.
    SetTtl(usize, Which, Option<u64>),
    /// A request begins, and ends after the next thing that happens.
    Slow(usize, Which),
    Destroy(usize, Which),
    RevokeSubject(usize, Which),
    ChangePassword(usize, Which),
    /// An administrator bans a user.
    Ban(usize, u8),
    EndSession(usize, Which),
    EndEverything(usize),
    /// Everything that was issued so many seconds ago or earlier.
    EndBefore(usize, u64),
    Cut(usize, bool),
    Restart(usize),
    /// The store keeps only the older ones of its entries, in per cent.
    Replace(usize),
    ForgetEnded,
    /// Milliseconds pass.
    Wait(u64),
    /// Nothing happens for so many seconds.
    Skip(u64),
    /// It is so many seconds after a copy of a cookie has expired, or before.
    SkipToEnd(Which, i64),
    SetClock(usize, u64),
    SetStoreClock(u64),
}

fn ops() -> impl Strategy<Value = Vec<Op>> {
    let server = || 0..SERVERS;
    let user = || 0_u8..3;
    let copy = || 0_usize..64;
    let most_ms = u64::try_from(MOST_AHEAD.as_millis()).unwrap();
    let ahead_ms = || prop_oneof![Just(0), Just(most_ms), 0..=most_ms];
    let op = prop_oneof![
        6 => (server(), user(), prop::option::of(copy())).prop_map(|(at, user, over)| Op::SignIn(at, user, over)),
        3 => (server(), copy()).prop_map(|(at, copy)| Op::Change(at, copy)),
        1 => (server(), copy(), prop::option::of(prop_oneof![Just(3600_u64), Just(30 * 86_400)]))
            .prop_map(|(at, copy, ttl)| Op::SetTtl(at, copy, ttl)),
        2 => (server(), copy()).prop_map(|(at, copy)| Op::Slow(at, copy)),
        3 => (server(), copy()).prop_map(|(at, copy)| Op::Destroy(at, copy)),
        2 => (server(), copy()).prop_map(|(at, copy)| Op::RevokeSubject(at, copy)),
        2 => (server(), copy()).prop_map(|(at, copy)| Op::ChangePassword(at, copy)),
        2 => (server(), user()).prop_map(|(at, user)| Op::Ban(at, user)),
        1 => (server(), copy()).prop_map(|(at, copy)| Op::EndSession(at, copy)),
        1 => server().prop_map(Op::EndEverything),
        1 => (server(), 0_u64..600).prop_map(|(at, ago)| Op::EndBefore(at, ago)),
        4 => (server(), any::<bool>()).prop_map(|(at, is_cut)| Op::Cut(at, is_cut)),
        2 => server().prop_map(Op::Restart),
        1 => (0_usize..100).prop_map(Op::Replace),
        1 => Just(Op::ForgetEnded),
        6 => prop_oneof![3 => 0_u64..2000, 2 => 0_u64..12_000, 1 => 0_u64..100_000].prop_map(Op::Wait),
        1 => prop_oneof![0_u64..120, 0_u64..1_000_000].prop_map(Op::Skip),
        2 => (copy(), -130_i64..=130).prop_map(|(copy, after)| Op::SkipToEnd(copy, after)),
        2 => (server(), ahead_ms()).prop_map(|(at, ahead)| Op::SetClock(at, ahead)),
        1 => ahead_ms().prop_map(Op::SetStoreClock),
    ];
    prop::collection::vec(op, 1..40)
}

#[test]
fn what_was_ended_is_refused_and_nobody_else_is_signed_out() {
    check(&ops(), |ops| {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build();
        runtime.unwrap().block_on(async {
            let mut world = World::start().await;
            for op in ops {
                world.step(op).await;
            }
            world.settle().await;
        });
        Ok(())
    });
}

struct World {
    time: WorldTime,
    store: LossyStore,
    servers: Vec<Server>,
    spec: Spec,
    copies: Vec<Copied>,
    /// Ids of the sessions, by their numbers in the specification.
    ids: Vec<SessionId>,
    slow: Vec<Visit>,
    probed: usize,
}

/// A request that was not responded to yet.
struct Visit {
    server: usize,
    request: RequestSession<Account>,
    meta: Meta<Account>,
    /// Who is signed in after it.
    user: Option<u8>,
}

/// What a server says of a copy of a cookie.
#[derive(Debug, PartialEq, Eq)]
enum Judged {
    Stale,
    Refused,
    Served(Option<u8>),
}

impl World {
    async fn start() -> Self {
        let time = WorldTime::new();
        let store = LossyStore::new(AheadClock::new(&time));
        let mut servers = Vec::new();
        for _ in 0..SERVERS {
            servers.push(Server::start(AheadClock::new(&time), Partition::new(store.clone())).await);
        }
        let (copies, ids, slow) = (Vec::new(), Vec::new(), Vec::new());
        Self { time, store, servers, spec: Spec::new(), copies, ids, slow, probed: 0 }
    }

    fn now_ms(&self) -> u64 {
        self.time.now().as_unix_ms()
    }

    fn copy(&self, which: Which) -> Option<Copied> {
        self.copies.get(which.checked_rem(self.copies.len())?).cloned()
    }

    async fn step(&mut self, op: Op) {
        let slow = std::mem::take(&mut self.slow);
        match op {
            Op::SignIn(server, user, over) => {
                let over = over.and_then(|over| self.copy(over));
                self.visit(server, over.as_ref(), |session| session.sign_in(user)).await;
            }
            Op::Change(server, copy) => self.visit_with(server, copy, change).await,
            Op::SetTtl(server, copy, secs) => {
                let set = |session: &mut Session<Account>| match secs {
                    Some(secs) => session.cookie().set_ttl(Duration::from_secs(secs)),
                    None => session.cookie().follow_options(),
                };
                self.visit_with(server, copy, set).await;
            }
            Op::Slow(server, copy) => self.begin_slow(server, copy),
            Op::Destroy(server, copy) => self.visit_with(server, copy, Session::destroy).await,
            Op::RevokeSubject(server, copy) => self.revoke_subject(server, copy, false).await,
            Op::ChangePassword(server, copy) => self.revoke_subject(server, copy, true).await,
            Op::Ban(server, user) => {
                let ending = self.spec.end(server, Target::User(user), self.now_ms());
                let revoked = self.servers[server].state.revoke_subject(COOKIE, &user).await;
                self.confirm(ending, revoked);
            }
            Op::EndSession(server, copy) => {
                if let Some(Copied { session, .. }) = self.copy(copy) {
                    let ending = self.spec.end(server, Target::Session(session), self.now_ms());
                    let revoked = self.servers[server].state.revoke_session(self.ids[session]).await;
                    self.confirm(ending, revoked);
                }
            }
            Op::EndEverything(server) => {
                let ending = self.spec.end(server, Target::Everything, self.now_ms());
                let Server { state, clock, .. } = &self.servers[server];
                let revoked = state.revoke_all_before(clock.now()).await;
                self.confirm(ending, revoked);
            }
            Op::EndBefore(server, secs) => {
                let instant = self.time.now().saturating_sub(Duration::from_secs(secs) + MOST_AHEAD);
                let target = Target::Before(instant.as_unix_ms());
                let ending = self.spec.end(server, target, self.now_ms());
                let revoked = self.servers[server].state.revoke_all_before(instant).await;
                self.confirm(ending, revoked);
            }
            Op::Cut(server, is_cut) => {
                self.servers[server].way.cut(is_cut);
                self.spec.cut(server, is_cut);
            }
            Op::Restart(server) => {
                self.servers[server].restart().await;
                self.spec.restarted(server);
            }
            Op::Replace(per_cent) => {
                // Often, nothing is left.
                let kept = per_cent.saturating_sub(50);
                self.store.replace(|index, _| index * 100 < kept * 10).await;
                self.spec.replaced(false);
            }
            Op::ForgetEnded => {
                self.store.forget_ended().await;
                self.spec.replaced(true);
            }
            Op::Wait(ms) => tokio::time::sleep(Duration::from_millis(ms)).await,
            Op::Skip(secs) => self.skip(Duration::from_secs(secs)).await,
            Op::SkipToEnd(copy, after) => {
                if let Some(Copied { sealed_ms, ttl_ms, .. }) = self.copy(copy) {
                    let to = (sealed_ms + ttl_ms).saturating_add_signed(after * 1000);
                    self.skip(Duration::from_millis(to.saturating_sub(self.now_ms()))).await;
                }
            }
            Op::SetClock(server, ms) => self.servers[server].clock.set_ahead(Duration::from_millis(ms)),
            Op::SetStoreClock(ms) => self.store.clock.set_ahead(Duration::from_millis(ms)),
        }
        for visit in slow {
            // A process that ends responds to nothing. And no request takes for days.
            if !matches!(op, Op::Restart(restarted) if restarted == visit.server)
                && !matches!(op, Op::Skip(_) | Op::SkipToEnd(..) | Op::Wait(_))
            {
                self.respond(visit).await;
            }
        }
        self.spec.passed();
        self.probe();
    }

    /// Skips a time in which nothing happens, except that the store forgets what has ended, and that
    /// every server is restarted. No server is without the store for so long.
    async fn skip(&mut self, duration: Duration) {
        self.connect_all().await;
        self.time.skip(duration);
        self.store.forget_ended().await;
        self.spec.replaced(true);
        for server in 0..SERVERS {
            self.servers[server].restart().await;
            self.spec.restarted(server);
        }
    }

    fn confirm(&mut self, ending: usize, revoked: Result<(), RevokeError>) {
        match revoked {
            Ok(()) => self.spec.confirmed(ending),
            Err(RevokeError::Unconfirmed) => {}
            Err(error) => panic!("{error}"),
        }
    }

    fn request(
        &self,
        server: usize,
        copy: Option<&Copied>,
    ) -> (RequestSession<Account>, Option<Session<Account>>) {
        let request = RequestSession::new(self.servers[server].options.check().unwrap());
        let header = copy.map(|copy| format!("{COOKIE}={}", copy.seal));
        match request.handle(header) {
            Ok(session) => (request, Some(session)),
            Err(ExtractError::Stale) => (request, None),
            Err(error) => panic!("{error}"),
        }
    }

    async fn visit_with(&mut self, server: usize, copy: Which, act: impl FnOnce(&mut Session<Account>)) {
        if let Some(copy) = self.copy(copy) {
            self.visit(server, Some(&copy), act).await;
        }
    }

    /// Plays a request that signs in, changes or ends the session of a copy.
    async fn visit(&mut self, server: usize, copy: Option<&Copied>, act: impl FnOnce(&mut Session<Account>)) {
        let (request, session) = self.request(server, copy);
        let Some(mut session) = session else {
            assert!(request.commit(503).set_cookies.is_empty(), "nobody is signed out");
            return;
        };
        let received = copy.filter(|_| !session.meta().is_new());
        let is_visitor = session.user().is_none();
        let meta = session.meta();
        act(&mut session);
        let user = session.user().copied();
        drop(session);
        if let Some(received) = received {
            let id = meta.id();
            let is_replaced = id.is_some_and(|id| id != self.ids[received.session]);
            // The session of a visitor is never revoked.
            if (id.is_none() || is_replaced) && !is_visitor {
                self.spec.end_received(server, received, self.now_ms());
            }
        }
        self.respond(Visit { server, request, meta, user }).await;
    }

    fn begin_slow(&mut self, server: usize, copy: Which) {
        let Some(copy) = self.copy(copy) else { return };
        let (request, session) = self.request(server, Some(&copy));
        if let Some(mut session) = session
            && !session.meta().is_new()
        {
            let (meta, user) = (session.meta(), session.user().copied());
            change(&mut session);
            drop(session);
            self.slow.push(Visit { server, request, meta, user });
        }
    }

    async fn revoke_subject(&mut self, server: usize, copy: Which, signs_in: bool) {
        let Some(copy) = self.copy(copy) else { return };
        let (request, Some(mut session)) = self.request(server, Some(&copy)) else { return };
        let Some(user) = session.user().copied() else { return };
        // The session of the request ends as well, even if it is dated after the revocation.
        let ending = self.spec.end(server, Target::User(user), self.now_ms());
        let revoked = session.revoke_subject();
        if signs_in {
            session.sign_in(user);
        }
        let meta = session.meta();
        drop(session);
        self.spec.end_received(server, &copy, self.now_ms());
        self.confirm(ending, revoked.await);
        self.respond(Visit { server, request, meta, user: signs_in.then_some(user) }).await;
    }

    /// Sends the response, and keeps a copy of the cookie that it sets.
    async fn respond(&mut self, Visit { server, request, meta, user }: Visit) {
        let issued_ms = self.now_ms();
        let commit = request.commit(200).finish().await;
        assert!(!commit.replace_response);
        let Some(cookie) = commit.set_cookies.first().map(|line| SetCookie::parse(line)) else { return };
        if cookie.value.is_empty() {
            return;
        }
        let id = meta.id().unwrap();
        let number = self.ids.iter().position(|known| *known == id);
        let number = number.unwrap_or_else(|| {
            self.ids.push(id);
            self.spec.issue(server, user, issued_ms)
        });
        let ttl = match meta.lifetime() {
            Some(Lifetime::For(ttl)) => ttl,
            _ => TTL,
        };
        let ttl_ms = u64::try_from(ttl.as_millis()).unwrap();
        self.copies.push(Copied { seal: cookie.value, session: number, sealed_ms: issued_ms, ttl_ms });
    }

    fn judge(&self, server: usize, copy: &Copied) -> Judged {
        match self.request(server, Some(copy)) {
            (_, None) => Judged::Stale,
            (_, Some(session)) if session.meta().is_new() => Judged::Refused,
            (_, Some(session)) => Judged::Served(session.user().copied()),
        }
    }

    /// Checks a few copies of cookies on every server.
    fn probe(&mut self) {
        for server in 0..SERVERS {
            for _ in 0..3 {
                self.probed = self.probed.wrapping_mul(5).wrapping_add(7);
                if let Some(copy) = self.copy(self.probed) {
                    self.check(server, &copy);
                }
            }
        }
    }

    fn check(&self, server: usize, copy: &Copied) {
        let judged = self.judge(server, copy);
        let staleness = self.spec.staleness(server);
        let expected = self.spec.expects(server, copy, self.now_ms());
        let is_right = match &judged {
            Judged::Stale => staleness != Staleness::Current,
            _ if staleness == Staleness::Stale => false,
            Judged::Refused => expected != Expected::Serve,
            Judged::Served(user) => expected != Expected::Refuse && self.spec.user(copy) == *user,
        };
        assert!(
            is_right,
            "server {server} said {judged:?}, expected {expected:?} ({staleness:?}) at {}: {}",
            self.now_ms(),
            self.spec.describe(copy),
        );
    }

    /// Connects every server, and waits until all know the same.
    async fn connect_all(&mut self) {
        for server in 0..SERVERS {
            self.servers[server].way.cut(false);
            self.spec.cut(server, false);
        }
        for _ in 0..2 {
            tokio::time::sleep(Duration::from_secs(9)).await;
            self.spec.passed();
        }
    }

    /// Checks every copy of a cookie on each server.
    async fn settle(&mut self) {
        self.connect_all().await;
        for server in 0..SERVERS {
            for copy in &self.copies {
                self.check(server, copy);
            }
        }
    }
}

fn change(session: &mut Session<Account>) {
    let next = session.theme().map_or(0, str::len) % 7 + 1;
    session.set_theme("x".repeat(next));
}
