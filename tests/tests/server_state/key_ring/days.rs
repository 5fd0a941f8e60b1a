//! Three servers for 200 days. Their clocks differ by up to a minute, and every few days one of them
//! is cut off from the store for a day.

use std::collections::{BTreeSet, VecDeque};
use std::time::Duration;

use iron_session::clock::Timestamp;
use iron_session::server_state::MemoryStore;
use iron_session_tests::log::Log;

use super::servers::{DAY, Dice, HOUR, Link, SESSION, Server, builder, clock_ahead, id_of};

const DAYS: u32 = 200;
const MINUTE: Duration = Duration::from_secs(60);

/// The time around a change in which every few seconds are looked at.
const AROUND: Duration = Duration::from_secs(150);

struct World {
    dice: Dice,
    servers: Vec<Server>,
    now: Timestamp,
    /// The server that is cut off, and until when.
    cut: Option<(usize, Timestamp)>,
    /// The sessions that have not ended, with their ends; oldest first.
    sessions: VecDeque<(String, Timestamp)>,
    ids: BTreeSet<u64>,
}

impl World {
    async fn new(seed: u64, rotate_every: Duration) -> Self {
        let (dice, store) = (Dice::new(seed), MemoryStore::new());
        let mut servers = Vec::new();
        let middle = Duration::from_millis(dice.below(60_001));
        for ahead in [Duration::ZERO, middle, MINUTE] {
            let (link, clock) = (Link::new(&store), clock_ahead(ahead));
            let builder = builder(&link, &clock).rotate_every(rotate_every);
            servers.push(Server::start_with(builder, link, clock).await.unwrap());
        }
        let (now, sessions) = (servers[0].now(), VecDeque::new());
        Self { dice, servers, now, cut: None, sessions, ids: BTreeSet::new() }
    }

    /// Returns how long to wait: some hours, or some seconds if a server may begin or stop to use a
    /// password.
    fn pause(&self) -> Duration {
        let mut changes: Vec<_> = self
            .servers
            .iter()
            .flat_map(|server| server.ring.list())
            .flat_map(|password| {
                let until = password.seals_until();
                [password.seals_from(), until, until.saturating_sub(2 * DAY), password.forget_at()]
            })
            .map(|change| change.saturating_sub(AROUND))
            .collect();
        changes.sort_unstable();
        let is_around = |start: &Timestamp| self.now >= *start && self.now < start.saturating_add(2 * AROUND);
        if changes.iter().any(is_around) {
            return Duration::from_secs(5 + self.dice.below(20));
        }
        let long = HOUR + Duration::from_millis(self.dice.below(9 * 60 * 60 * 1000));
        let next = changes.into_iter().find(|start| *start > self.now);
        next.map_or(long, |next| long.min(Duration::from_millis(next.as_unix_ms() - self.now.as_unix_ms())))
    }

    fn cut_somebody(&mut self) {
        match self.cut {
            Some((server, until)) if until <= self.now => {
                self.servers[server].link.cut(false);
                self.cut = None;
            }
            // Roughly every five days.
            None if self.dice.below(15) == 0 => {
                let server = usize::try_from(self.dice.below(3)).unwrap();
                self.servers[server].link.cut(true);
                self.cut = Some((server, self.now.saturating_add(DAY)));
            }
            _ => {}
        }
    }

    async fn step(&mut self) {
        let pause = self.pause();
        self.now = self.now.saturating_add(pause);
        for server in &self.servers {
            server.clock.advance(pause);
        }
        self.cut_somebody();
        let first = usize::try_from(self.dice.below(3)).unwrap();
        for turn in 0..3 {
            let server = (first + turn) % 3;
            // Within some seconds, not every server reads the ring.
            if pause > MINUTE || self.dice.below(3) == 0 {
                let is_cut = self.cut.is_some_and(|(cut, _)| cut == server);
                assert_eq!(self.servers[server].ring.refresh().await.is_err(), is_cut);
            }
            // The servers whose turn has not come have not seen what this one just did.
            self.visit(server);
        }
        self.look_back();
    }

    /// Seals a session on one server, and opens it on every other.
    fn visit(&mut self, server: usize) {
        let seal = self.servers[server].seal();
        let id = id_of(&seal);
        self.ids.insert(id);
        for other in &self.servers {
            assert!(other.knows(id), "{id} sealed, but another server has only {:?}", other.ring.list());
            assert_eq!(other.open(&seal).unwrap(), 7);
        }
        self.sessions.push_back((seal, self.now.saturating_add(SESSION)));
    }

    /// Opens the oldest sessions and some others on every server.
    fn look_back(&mut self) {
        while self.sessions.front().is_some_and(|(_, end)| *end <= self.now) {
            self.sessions.pop_front();
        }
        let len = self.sessions.len();
        let oldest = 0..1;
        let others = (0..2).map(|_| usize::try_from(self.dice.below(len as u64)).unwrap());
        for index in oldest.chain(others) {
            for server in &self.servers {
                assert_eq!(server.open(&self.sessions[index].0).unwrap(), 7, "{:?}", server.ring.list());
            }
        }
    }
}

async fn live(seed: u64, rotate_every: Duration) {
    println!("seed {seed}, a password for {} days", rotate_every.as_secs() / DAY.as_secs());
    let log = Log::capture();
    let mut world = World::new(seed, rotate_every).await;
    let end = world.now.saturating_add(DAYS * DAY);
    let mut cuts = 0;
    while world.now < end {
        let was_cut = world.cut.is_some();
        world.step().await;
        cuts += usize::from(!was_cut && world.cut.is_some());
    }
    let published: Vec<_> =
        log.take().into_iter().filter(|event| event.message.contains("published")).collect();
    // The first, and one for each later period that began or begins within two days.
    let days = |duration: Duration| duration.as_secs() / DAY.as_secs();
    let periods = 1 + (u64::from(DAYS) + 2) / days(rotate_every);
    assert_eq!(published.len() as u64, periods, "{published:#?}");
    assert!(world.ids.len() as u64 >= periods - 1 && cuts > 5, "{:?}, {cuts}", world.ids);
    // The first password sealed, opened for as long as a session lasts, and is forgotten.
    let first = world.ids.first().unwrap();
    assert!(world.servers.iter().all(|server| !server.knows(*first)));
}

#[tokio::test]
async fn no_session_is_lost_in_200_days() {
    for seed in 0..2 {
        live(seed, 90 * DAY).await;
    }
}

#[tokio::test]
async fn no_session_is_lost_when_a_password_seals_for_a_week() {
    live(10, 7 * DAY).await;
}
