//! When a session lives: a specification, and any sequence of requests, as a browser and somebody
//! with a copy of the cookie see them.

use std::time::Duration;

use iron_session::clock::Clock as _;
use iron_session::session::RequestSession;
use iron_session::{Session, SessionOptions, Untyped};
use iron_session_tests::cases::runner;
use iron_session_tests::fixtures::{NOW_MS, clock, options};
use iron_session_tests::jar::Jar;
use proptest::prelude::*;

/// The settings, in seconds.
#[derive(Clone, Copy, Debug)]
struct Settings {
    ttl: u64,
    refresh_after: Option<u64>,
    absolute: Option<u64>,
}

#[derive(Clone, Copy, Debug)]
enum Visit {
    Read,
    Poll,
    Change,
    /// Signs in with a new session, remembered for so many seconds.
    Restart(Option<u64>),
}

/// The specification, in milliseconds: when a session was issued and written, and for how long each
/// write makes it valid.
#[derive(Clone, Copy, Debug)]
struct Life {
    issued: u64,
    written: u64,
    ttl: u64,
}

impl Life {
    /// Servers accept the session until then, and for the clock skew longer.
    fn end(self, settings: Settings) -> u64 {
        let idle = self.written + self.ttl;
        settings.absolute.map_or(idle, |absolute| idle.min(self.issued + absolute * 1000))
    }

    /// The browser keeps the cookie until then.
    fn leaves_browser(self, settings: Settings) -> u64 {
        self.written + in_browser(self.end(settings) - self.written)
    }

    /// A visit makes it younger from then on.
    fn due(self, settings: Settings) -> Option<u64> {
        let age = (settings.refresh_after? * 1000).min(in_browser(self.ttl) / 2);
        (self.end(settings) == self.written + self.ttl
            && settings.absolute.is_none_or(|absolute| self.end(settings) < self.issued + absolute * 1000))
        .then_some(self.written + age)
    }
}

/// A minute less than the seal, but not less than a minute, unless the seal is.
fn in_browser(ttl: u64) -> u64 {
    ttl.saturating_sub(60_000).max(ttl.min(60_000))
}

/// Plays one request; returns whether the user is signed in, and whether a cookie was written.
fn request(options: &SessionOptions, cookies: &str, visit: Visit, count: usize) -> (bool, Vec<String>) {
    let request = RequestSession::<Untyped>::new(options.check().unwrap());
    if matches!(visit, Visit::Poll) {
        request.disable_refresh();
    }
    let mut session: Session<Untyped> = request.handle([cookies]).unwrap();
    let is_signed_in = session.get::<usize>("user").is_some();
    match visit {
        Visit::Read | Visit::Poll => {}
        Visit::Change => session.insert("user", &count).unwrap(),
        Visit::Restart(own) => {
            session.restart();
            session.insert("user", &count).unwrap();
            if let Some(own) = own {
                session.cookie().set_ttl(Duration::from_secs(own));
            }
        }
    }
    drop(session);
    (is_signed_in, request.commit(200).set_cookies)
}

fn settings() -> impl Strategy<Value = Settings> {
    (1..5000_u64, prop::option::of(0.0..0.999_f64), prop::option::of(1..9000_u64)).prop_map(
        |(ttl, refresh_after, absolute)| {
            let share = |share: f64| Duration::from_secs(ttl).mul_f64(share).as_secs();
            Settings { ttl, refresh_after: refresh_after.map(share), absolute }
        },
    )
}

fn visit() -> impl Strategy<Value = Visit> {
    prop_oneof![
        6 => Just(Visit::Read),
        2 => Just(Visit::Poll),
        2 => Just(Visit::Change),
        1 => prop::option::of(1..20_000_u64).prop_map(Visit::Restart),
    ]
}

#[test]
fn a_session_lives_exactly_as_long_as_specified() {
    let visits = prop::collection::vec((0..1500_u64, visit()), 1..40);
    let mut runner = runner(1);
    let outcome = runner.run(&(settings(), visits), |(settings, visits)| {
        let clock = clock();
        let mut builder = options(&clock).ttl(Duration::from_secs(settings.ttl));
        if let Some(age) = settings.refresh_after {
            builder = builder.refresh_after(Duration::from_secs(age));
        }
        if let Some(absolute) = settings.absolute {
            builder = builder.absolute_timeout(Duration::from_secs(absolute));
        }
        let options = builder.build().unwrap();
        let mut jar = Jar::new("shop.example", &clock);
        let mut life: Option<Life> = None;
        let mut copy = String::new();

        for (count, (pause, visit)) in visits.into_iter().enumerate() {
            clock.advance(Duration::from_secs(pause));
            let now = clock.now().as_unix_ms() - NOW_MS;
            if let Some(life) = life {
                let (is_accepted, _) = request(&options, &copy, Visit::Poll, count);
                prop_assert_eq!(is_accepted, now < life.end(settings) + 60_000, "a copy, at {}", now);
            }

            let alive = life.filter(|life| now < life.leaves_browser(settings));
            let new = |ttl: u64| Some(Life { issued: now, written: now, ttl: ttl * 1000 });
            let written = match visit {
                Visit::Poll => None,
                Visit::Read => alive.filter(|life| life.due(settings).is_some_and(|due| now >= due)),
                Visit::Change => alive.or(new(settings.ttl)),
                Visit::Restart(own) => new(own.unwrap_or(settings.ttl)),
            };
            let written = written.map(|life| Life { written: now, ..life });

            let cookies = jar.header("/").unwrap_or_default();
            let (is_signed_in, lines) = request(&options, &cookies, visit, count);
            jar.store_all(lines.iter().map(String::as_str));
            prop_assert_eq!(is_signed_in, alive.is_some(), "signed in at {}, {:?}", now, alive);
            prop_assert_eq!(!lines.is_empty(), written.is_some(), "written at {}, {:?}", now, alive);
            life = written.or(alive).or(life);
            if written.is_some() {
                copy = jar.header("/").unwrap();
            }
        }
        Ok(())
    });
    outcome.unwrap_or_else(|failure| panic!("{failure}"));
}
