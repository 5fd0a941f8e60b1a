//! The specification: what must be refused, what must be served, and what is open because two things
//! happened at about the same time.
//!
//! Times are those of the world, in milliseconds. The clocks of servers are up to a minute ahead of it.

use std::time::Duration;

use iron_session_tests::fixtures::TTL;
use tokio::time::Instant;

pub(super) const SERVERS: usize = 3;

/// How far the clock of a server may be ahead.
pub(super) const MOST_AHEAD: Duration = Duration::from_secs(59);

/// How much longer than its ttl a seal may be accepted: clocks differ, and servers allow for it.
const GRACE_MS: u64 = 120_000;

/// After this time, a server that reached the store again has read its log, and has appended to it.
const CAUGHT_UP: Duration = Duration::from_secs(8);

/// The time in which an entry gets from one server to another.
const ARRIVED: Duration = Duration::from_secs(1);

/// What an ending ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Target {
    Session(usize),
    User(u8),
    /// Everything that was issued before a time.
    Before(u64),
    Everything,
}

#[derive(Debug)]
struct Ending {
    target: Target,
    at_ms: u64,
    /// The end of the last seal that it concerns. A session whose own ttl was longer before is not
    /// remembered for that long.
    until_ms: u64,
    began: Instant,
    /// Whether the store surely holds it, and which servers surely know it.
    is_stored: bool,
    known: [bool; SERVERS],
}

/// A session, whatever copies of it there are.
#[derive(Debug)]
struct Held {
    user: Option<u8>,
    issued_ms: u64,
    /// The endings after which it was issued so soon that it may be dated ahead.
    after: Vec<usize>,
    ended: Vec<usize>,
    /// The endings that may or may not end it.
    open: Vec<usize>,
}

#[derive(Debug)]
struct Link {
    is_cut: bool,
    since: Instant,
    /// When it was surely connected last, and had caught up.
    caught_up: Option<Instant>,
}

/// What a server may do with a copy of a cookie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Expected {
    Serve,
    Refuse,
    Either,
}

#[derive(Debug)]
pub(super) struct Spec {
    sessions: Vec<Held>,
    endings: Vec<Ending>,
    links: [Link; SERVERS],
    /// Since when the store has the same content.
    replaced: Instant,
}

impl Spec {
    pub(super) fn new() -> Self {
        let now = Instant::now();
        let link = || Link { is_cut: false, since: now, caught_up: Some(now) };
        Self { sessions: Vec::new(), endings: Vec::new(), links: [link(), link(), link()], replaced: now }
    }

    /// Returns how far ahead of an ending's time sessions may be dated because of it.
    fn reach_ms(&self, ending: &Ending) -> u64 {
        // A minute for the clocks, and a second more for each ending before.
        let ahead = MOST_AHEAD + Duration::from_secs(61 + self.endings.len() as u64);
        let from = if let Target::Before(instant) = ending.target { instant } else { ending.at_ms };
        from + u64::try_from(ahead.as_millis()).unwrap()
    }

    pub(super) fn issue(&mut self, server: usize, user: Option<u8>, now_ms: u64) -> usize {
        let mut held =
            Held { user, issued_ms: now_ms, after: Vec::new(), ended: Vec::new(), open: Vec::new() };
        for (number, ending) in self.endings.iter().enumerate() {
            let concerns = match ending.target {
                Target::Session(_) => false,
                Target::User(ended) => user == Some(ended),
                Target::Before(_) | Target::Everything => true,
            };
            if concerns && now_ms <= self.reach_ms(ending) {
                held.after.push(number);
                // A server that knows of it dates the session after it.
                if !ending.known[server] {
                    held.open.push(number);
                }
            }
        }
        self.sessions.push(held);
        self.sessions.len() - 1
    }

    /// Ends the session of a copy of a cookie, in a request that brings it.
    pub(super) fn end_received(&mut self, server: usize, copy: &Copied, now_ms: u64) {
        let ending = self.end(server, Target::Session(copy.session), now_ms);
        let ttl_ms = copy.ttl_ms.max(u64::try_from(TTL.as_millis()).unwrap());
        self.endings[ending].until_ms = now_ms + ttl_ms;
    }

    /// Ends sessions on a server, where it is in force at once. Returns its number.
    pub(super) fn end(&mut self, server: usize, target: Target, now_ms: u64) -> usize {
        let number = self.endings.len();
        let mut known = [false; SERVERS];
        known[server] = true;
        let (began, until_ms) = (Instant::now(), u64::MAX);
        self.endings.push(Ending { target, at_ms: now_ms, until_ms, began, is_stored: false, known });
        let reaches: Vec<_> = self.endings.iter().map(|ending| self.reach_ms(ending)).collect();
        for (index, held) in self.sessions.iter_mut().enumerate() {
            let from = if let Target::Before(instant) = target { instant } else { now_ms };
            // A session that is dated ahead ends if this server knows why, or some time later.
            let is_after = |&ending: &usize| {
                let is_aware = target != Target::Before(from) && self.endings[ending].known[server];
                is_aware || from + 60_000 > reaches[ending]
            };
            let is_dated_until = held.after.iter().all(is_after);
            let (ends, is_open) = match target {
                Target::Session(session) => (session == index, false),
                Target::User(user) => (held.user == Some(user) && is_dated_until, held.user == Some(user)),
                Target::Everything => (is_dated_until, true),
                Target::Before(instant) => {
                    (held.issued_ms < instant && is_dated_until, held.issued_ms <= instant + 61_000)
                }
            };
            if ends {
                held.ended.push(number);
            } else if is_open {
                held.open.push(number);
            }
        }
        number
    }

    /// The store has confirmed an ending.
    pub(super) fn confirmed(&mut self, ending: usize) {
        self.endings[ending].is_stored = true;
    }

    pub(super) fn cut(&mut self, server: usize, is_cut: bool) {
        let link = &mut self.links[server];
        if link.is_cut != is_cut {
            (link.is_cut, link.since) = (is_cut, Instant::now());
        }
    }

    pub(super) fn restarted(&mut self, server: usize) {
        let link = &mut self.links[server];
        link.since = Instant::now();
        link.caught_up = (!link.is_cut).then_some(link.since);
        for ending in &mut self.endings {
            ending.known[server] = ending.is_stored && !link.is_cut;
        }
    }

    /// The store was replaced. Whether it still holds the endings is known if it forgets only what has
    /// ended.
    pub(super) fn replaced(&mut self, keeps_live: bool) {
        self.replaced = Instant::now();
        for ending in &mut self.endings {
            ending.is_stored &= keeps_live;
        }
    }

    /// Time has passed: what is known has spread.
    pub(super) fn passed(&mut self) {
        let now = Instant::now();
        let mut caught_up = [false; SERVERS];
        for (caught_up, link) in caught_up.iter_mut().zip(&mut self.links) {
            if !link.is_cut && now - link.since >= CAUGHT_UP {
                *caught_up = true;
                link.caught_up = Some(now);
            }
        }
        if now - self.replaced < CAUGHT_UP {
            return;
        }
        for ending in self.endings.iter_mut().filter(|ending| now - ending.began >= ARRIVED) {
            ending.is_stored |= (0..SERVERS).any(|server| caught_up[server] && ending.known[server]);
            for (known, caught_up) in ending.known.iter_mut().zip(caught_up) {
                *known |= caught_up && ending.is_stored;
            }
        }
    }

    /// Returns whether a server must, or may, be too long without the store.
    pub(super) fn staleness(&self, server: usize) -> Staleness {
        let link = &self.links[server];
        let is_old = |since: Instant, limit| since.elapsed() > Duration::from_secs(limit);
        if link.is_cut && (is_old(link.since, 31) || link.caught_up.is_none()) {
            Staleness::Stale
        } else if link.caught_up.is_none_or(|caught_up| is_old(caught_up, 19)) {
            // The last read to the end of the log began up to 10 s before the cut.
            Staleness::Either
        } else {
            Staleness::Current
        }
    }

    pub(super) fn expects(&self, server: usize, copy: &Copied, now_ms: u64) -> Expected {
        let held = &self.sessions[copy.session];
        let age_ms = now_ms - copy.sealed_ms;
        let is_ended = |&ending: &usize| {
            let Ending { known, until_ms, at_ms, .. } = &self.endings[ending];
            // It may have been sealed after that, by a server that did not know of it.
            known[server] && copy.sealed_ms.min(*at_ms) + copy.ttl_ms <= *until_ms
        };
        if age_ms > copy.ttl_ms + GRACE_MS || held.ended.iter().any(is_ended) {
            Expected::Refuse
        } else if age_ms >= copy.ttl_ms || !held.ended.is_empty() || !held.open.is_empty() {
            Expected::Either
        } else {
            Expected::Serve
        }
    }

    pub(super) fn user(&self, copy: &Copied) -> Option<u8> {
        self.sessions[copy.session].user
    }

    /// Describes what is known of a session, for a test that fails.
    pub(super) fn describe(&self, copy: &Copied) -> String {
        let held = &self.sessions[copy.session];
        let endings: Vec<_> =
            held.ended.iter().chain(&held.open).map(|&ending| &self.endings[ending]).collect();
        format!("{copy:?}\n{held:?}\n{endings:#?}\n{:#?}", self.links)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Staleness {
    Current,
    Either,
    Stale,
}

/// A copy of a cookie.
#[derive(Clone, Debug)]
pub(super) struct Copied {
    pub(super) seal: String,
    pub(super) session: usize,
    pub(super) sealed_ms: u64,
    pub(super) ttl_ms: u64,
}
