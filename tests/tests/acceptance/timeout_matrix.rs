//! Sessions from elsewhere, each under `reseal_on_read`, an idle timeout, and polling: when a read
//! writes them, and until when the user stays signed in.

use std::time::Duration;

use iron_session::clock::{ManualClock, Timestamp};
use iron_session::session::RequestSession;
use iron_session::{IronSession, Passwords, Sealer, Session, SessionOptions, Untyped};
use iron_session_tests::Jar;
use iron_session_tests::fixtures::{COOKIE, NOW_MS, OTHER_PASSWORD, PASSWORD, clock, seal_with};
use iron_session_tests::message::SetCookie;

const MINUTE_MS: u64 = 60_000;
/// In minutes.
const DAY: u64 = 24 * 60;
const TTL: u64 = 14 * DAY;
const REMEMBERED: u64 = 30 * DAY;
const IDLE: u64 = 30;

/// The minutes at which the user visits the site.
const VISITS: [u64; 3] = [0, 10, 20];

const fn minutes(minutes: u64) -> Duration {
    Duration::from_secs(minutes * 60)
}

/// The origin of a session that is sealed in minute 0.
#[derive(Clone, Copy, Debug)]
enum Origin {
    /// A JavaScript server with its default ttl.
    JavaScript,
    /// A sign-in with "remember me".
    Remembered,
    /// A release with an older version of the struct.
    OlderVersion,
    /// A server before the rotation.
    OldPassword,
    /// A server with the settings. In minute 10, one of the former release changes the session.
    RollingDeploy,
    /// A server whose clock is 60 s ahead.
    ClockAhead,
    /// A server whose clock is 60 s behind.
    ClockBehind,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Setting {
    Reseal,
    Idle,
    /// Both, but all visits are polls, except the one to the former release.
    Polling,
}

/// The writes, as the minute and the minute of the new expiry; then the minute in which the last
/// seal ends.
type Expected = (&'static [(u64, u64)], u64);

#[rustfmt::skip]
const MATRIX: &[(Origin, [(Setting, Expected); 3])] = {
    use Origin::*;
    use Setting::*;
    &[
        (JavaScript, [
            (Reseal, (&[], TTL)),
            (Idle, (&[(0, 30), (20, 50)], 50)),
            (Polling, (&[], TTL)),
        ]),
        (Remembered, [
            (Reseal, (&[], REMEMBERED)),
            (Idle, (&[(20, 20 + REMEMBERED)], 20 + REMEMBERED)),
            (Polling, (&[], REMEMBERED)),
        ]),
        (OlderVersion, [
            (Reseal, (&[], TTL)),
            (Idle, (&[(20, 50)], 50)),
            (Polling, (&[], 30)),
        ]),
        (OldPassword, [
            (Reseal, (&[(0, TTL)], TTL)),
            (Idle, (&[(20, 50)], 50)),
            (Polling, (&[], 30)),
        ]),
        (RollingDeploy, [
            (Reseal, (&[(10, 10 + TTL), (20, 20 + TTL)], 20 + TTL)),
            (Idle, (&[(10, 10 + TTL), (20, 50)], 50)),
            (Polling, (&[(10, 10 + TTL)], 10 + TTL)),
        ]),
        (ClockAhead, [
            (Reseal, (&[], TTL + 1)),
            (Idle, (&[(20, 50)], 50)),
            (Polling, (&[], 31)),
        ]),
        (ClockBehind, [
            (Reseal, (&[], TTL - 1)),
            (Idle, (&[(20, 50)], 50)),
            (Polling, (&[], 29)),
        ]),
    ]
};

/// The set in which the first password is the old one.
fn passwords(seal_with: &str) -> Passwords {
    let set = Passwords::builder().password("1", PASSWORD).password("2", OTHER_PASSWORD);
    set.seal_with(seal_with).build().unwrap()
}

impl Origin {
    fn cookie(self, setting: Setting) -> String {
        let payload = match self {
            Self::Remembered => r#"{"$":{"t":2592000},"user":"ada"}"#,
            _ => r#"{"user":"ada"}"#,
        };
        let ttl = match (self, setting) {
            (Self::Remembered, _) => REMEMBERED,
            (Self::JavaScript, _) | (_, Setting::Reseal) => TTL,
            (_, Setting::Idle | Setting::Polling) => IDLE,
        };
        let now = match self {
            Self::ClockAhead => NOW_MS + MINUTE_MS,
            Self::ClockBehind => NOW_MS - MINUTE_MS,
            _ => NOW_MS,
        };
        let password = if matches!(self, Self::OldPassword) { "1" } else { "2" };
        let sealer = Sealer::new(passwords(password))
            .with_clock(ManualClock::at(Timestamp::from_unix_ms(now)))
            .with_ttl(minutes(ttl));
        format!("{COOKIE}={}; Path=/", seal_with(&sealer, payload))
    }
}

fn options(setting: Setting, clock: &ManualClock) -> SessionOptions {
    let options = SessionOptions::builder(COOKIE, passwords("2")).clock(clock.clone());
    match setting {
        Setting::Reseal => options.reseal_on_read(),
        Setting::Idle => options.idle_timeout(minutes(IDLE)),
        Setting::Polling => options.reseal_on_read().idle_timeout(minutes(IDLE)),
    }
    .build()
    .unwrap()
}

/// Handles one request; returns the line of its response.
fn request<T: IronSession>(
    options: &SessionOptions,
    cookies: &str,
    is_poll: bool,
    visit: impl FnOnce(&mut Session<T>),
) -> Option<SetCookie> {
    let request = RequestSession::<T>::new(options.check().unwrap());
    if is_poll {
        request.disable_refresh();
    }
    let mut session = request.handle([cookies]).unwrap();
    visit(&mut session);
    drop(session);
    request.commit(200).set_cookies.first().map(|line| SetCookie::parse(line))
}

fn play<T: IronSession>(
    origin: Origin,
    setting: Setting,
    (expected_writes, end): Expected,
    is_signed_in: fn(&Session<T>) -> bool,
) {
    let clock = clock();
    let server = options(setting, &clock);
    let former = SessionOptions::builder(COOKIE, passwords("1")).clock(clock.clone()).build().unwrap();
    let is_poll = setting == Setting::Polling;
    let mut jar = Jar::new("shop.example", &clock);
    jar.store(&origin.cookie(setting));

    let mut writes = Vec::new();
    for minute in VISITS {
        clock.set(Timestamp::from_unix_ms(NOW_MS + minute * MINUTE_MS));
        let cookies = jar.header("/").unwrap();
        let written = if matches!(origin, Origin::RollingDeploy) && minute == 10 {
            request(&former, &cookies, false, |session: &mut Session<Untyped>| {
                session.insert("visits", &1).unwrap();
            })
        } else {
            request(&server, &cookies, is_poll, |session| assert!(is_signed_in(session), "{minute}"))
        };
        if let Some(cookie) = written {
            let expires = cookie.value.split('*').nth(5).unwrap().parse::<u64>().unwrap();
            writes.push((minute, (expires - NOW_MS) / MINUTE_MS));
            jar.store(&format!("{COOKIE}={}; Path=/", cookie.value));
        }
    }

    assert_eq!(writes, expected_writes, "{origin:?} {setting:?}");

    let cookies = jar.header("/").unwrap();
    let signed_in_at = |ms: u64| {
        clock.set(Timestamp::from_unix_ms(NOW_MS + ms));
        let mut signed_in = false;
        request(&server, &cookies, true, |session| signed_in = is_signed_in(session));
        signed_in
    };
    // A server accepts a seal for one more minute, because clocks differ.
    let end = (end + 1) * MINUTE_MS;
    assert_eq!([end - 1, end].map(signed_in_at), [true, false], "{origin:?} {setting:?}");
}

mod former {
    use iron_session::IronSession;

    #[derive(IronSession, Clone)]
    pub(super) struct Account {
        pub user: Option<String>,
    }
}

#[derive(IronSession, Clone)]
#[session(version = 2, previous = former::Account, untagged = 1)]
struct Account {
    name: Option<String>,
}

impl From<former::Account> for Account {
    fn from(former: former::Account) -> Self {
        Self { name: former.user }
    }
}

#[test]
fn each_setting_treats_each_session_from_elsewhere_as_the_book_says() {
    for (origin, settings) in MATRIX {
        for (setting, expected) in settings {
            if matches!(origin, Origin::OlderVersion) {
                play(*origin, *setting, *expected, |session: &Session<Account>| session.name().is_some());
            } else {
                let user = |session: &Session<Untyped>| session.get::<String>("user").is_some();
                play(*origin, *setting, *expected, user);
            }
        }
    }
}
