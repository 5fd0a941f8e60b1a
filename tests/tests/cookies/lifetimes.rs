//! How long sessions live, for any settings: what the browser is told, and that
//! nobody who comes back often enough is signed out.

use std::time::Duration;

use iron_session::SessionOptionsBuilder;
use iron_session::clock::ManualClock;
use iron_session::session::{CookieSettings, RequestSession};
use iron_session::{SessionOptions, Ttl, Untyped};
use iron_session_tests::fixtures::{NOW_MS, clock, options, seal_with, sealer};
use iron_session_tests::jar::Jar;
use iron_session_tests::message::SetCookie;
use proptest::prelude::*;

const fn secs(secs: u64) -> Duration {
    Duration::from_secs(secs)
}

const DAY: Duration = secs(24 * 3600);

/// Plays one request of a browser; returns the lines of the response.
fn visit(
    options: &SessionOptions,
    jar: &mut Jar,
    visits: impl FnOnce(&mut iron_session::Session<Untyped>),
) -> Vec<SetCookie> {
    let request = RequestSession::<Untyped>::new(options.check().unwrap());
    let header = jar.header("/").unwrap_or_default();
    let mut session = request.handle([header.as_str()]).unwrap();
    visits(&mut session);
    drop(session);
    let commit = request.commit(200);
    assert!(!commit.replace_response);
    jar.store_all(commit.set_cookies.iter().map(String::as_str));
    commit.set_cookies.iter().map(|line| SetCookie::parse(line)).collect()
}

/// Signs a browser in, and returns the line that was written.
fn sign_in(options: &SessionOptions, jar: &mut Jar, set: impl FnOnce(CookieSettings<'_>)) -> SetCookie {
    let mut lines = visit(options, jar, |session| {
        session.insert("user", "ada").unwrap();
        set(session.cookie());
    });
    lines.remove(0)
}

/// Leaves the lifetime to the options.
fn options_alone(_: CookieSettings<'_>) {}

/// A request that reads; tells whether the user was signed in, and what was written.
fn read(options: &SessionOptions, jar: &mut Jar) -> (bool, Vec<SetCookie>) {
    let mut is_signed_in = false;
    let lines = visit(options, jar, |session| is_signed_in = session.get::<String>("user").is_some());
    (is_signed_in, lines)
}

fn browser(clock: &ManualClock) -> Jar {
    Jar::new("shop.example", clock)
}

/// When a seal ends, in seconds from the tests' beginning.
fn seal_ends(cookie: &SetCookie) -> Option<u64> {
    let expires = cookie.value.split('*').nth(5).unwrap();
    (!expires.is_empty()).then(|| (expires.parse::<u64>().unwrap() - NOW_MS) / 1000)
}

fn max_age_of(ttl: Duration) -> u64 {
    let clock = clock();
    let options = options(&clock).ttl(ttl).build().unwrap();
    let by_options = sign_in(&options, &mut browser(&clock), options_alone).max_age().unwrap();
    let options = self::options(&clock).build().unwrap();
    let own = sign_in(&options, &mut browser(&clock), |cookie| cookie.set_ttl(ttl)).max_age().unwrap();
    assert_eq!(by_options, own, "{ttl:?}: a lifetime of its own follows the same rule");
    own
}

// `Max-Age`.

#[test]
fn max_age_follows_the_ttl_less_the_clock_skew() {
    for (ttl, max_age) in [
        (1, 1),
        (59, 59),
        (60, 60),
        (61, 60),
        (90, 60),
        (119, 60),
        (120, 60),
        (121, 61),
        (3600, 3540),
        (1_209_600, 1_209_540),
        (2_147_483_707, 2_147_483_647),
        (2_147_483_708, 2_147_483_647),
        (u64::MAX, 2_147_483_647),
    ] {
        assert_eq!(max_age_of(secs(ttl)), max_age, "{ttl} s");
    }
    for (ttl_ms, max_age) in [(1999, 1), (60_500, 60), (90_500, 60), (120_999, 60), (121_000, 61)] {
        assert_eq!(max_age_of(Duration::from_millis(ttl_ms)), max_age, "{ttl_ms} ms");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn a_longer_ttl_never_has_a_shorter_max_age(ttl in prop_oneof![1_u64..300, 1_u64..10_000_000_000], more in 0_u64..200) {
        let max_age = max_age_of(secs(ttl));
        prop_assert!(max_age <= ttl);
        prop_assert!(max_age * 2 >= ttl.min(4_294_967_294), "at least half of the ttl");
        prop_assert!(max_age <= max_age_of(secs(ttl + more)));
        if (120..2_147_483_700).contains(&ttl) || ttl <= 60 {
            let iron_sessions = if ttl > 60 { ttl - 60 } else { ttl };
            prop_assert_eq!(max_age, iron_sessions);
        }
    }
}

// What is too long to be told.

#[test]
fn a_lifetime_past_every_number_is_the_longest() {
    const LONGEST: u64 = 9_999_999_999;

    let clock = clock();
    let plain = options(&clock).build().unwrap();
    for ttl in [secs(LONGEST), secs(LONGEST + 1), secs(u64::MAX), Duration::MAX] {
        let own = sign_in(&plain, &mut browser(&clock), |cookie| cookie.set_ttl(ttl));
        assert_eq!((own.max_age(), seal_ends(&own)), (Some(2_147_483_647), Some(LONGEST)), "{ttl:?}");
        let options = options(&clock).ttl(ttl).build().unwrap();
        let max_age = sign_in(&options, &mut browser(&clock), options_alone).max_age();
        assert_eq!(max_age, Some(2_147_483_647), "{ttl:?}");
        let options = self::options(&clock).max_age(ttl).build().unwrap();
        let max_age = sign_in(&options, &mut browser(&clock), options_alone).max_age();
        assert_eq!(max_age, Some(2_147_483_647), "{ttl:?}");
    }

    // As a JavaScript program may have written it.
    for t in ["10000000000", "18446744073709551615", "18446744073709551616", "99999999999999999999999"] {
        let mut jar = browser(&clock);
        jar.store(&format!("sid={}", seal_with(&sealer(&clock), &format!(r#"{{"$":{{"t":{t}}},"n":1}}"#))));
        let line = visit(&plain, &mut jar, |session| session.insert("n", &2).unwrap()).remove(0);
        assert_eq!((line.max_age(), seal_ends(&line)), (Some(2_147_483_647), Some(LONGEST)), "{t}");
    }
}

// Refreshing.

#[derive(Clone, Debug)]
enum Cookie {
    FollowsTtl,
    MaxAge(Duration),
    UntilBrowserCloses,
}

#[derive(Clone, Debug)]
enum Own {
    Nothing,
    Ttl(Duration),
    UntilBrowserCloses,
}

fn any_secs(longest: Duration) -> impl Strategy<Value = Duration> {
    prop_oneof![2_u64..200, 2_u64..longest.as_secs()].prop_map(secs)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// Whoever comes back before half of the time is over that is left to the seal or
    /// the cookie stays signed in; and not every visit writes a cookie.
    #[test]
    fn who_comes_back_often_enough_stays_signed_in(
        ttl in any_secs(30 * DAY),
        refresh_after in 0.0..0.999_f64,
        cookie in prop_oneof![
            Just(Cookie::FollowsTtl),
            any_secs(60 * DAY).prop_map(Cookie::MaxAge),
            Just(Cookie::UntilBrowserCloses),
        ],
        own in prop_oneof![
            Just(Own::Nothing),
            any_secs(90 * DAY).prop_map(Own::Ttl),
            Just(Own::UntilBrowserCloses),
        ],
        intervals in prop::collection::vec(0.01..0.999_f64, 1..40),
    ) {
        let clock = clock();
        let refresh_after = ttl.mul_f64(refresh_after);
        let options = options(&clock).ttl(ttl).refresh_after(refresh_after);
        let options = match &cookie {
            Cookie::FollowsTtl => options,
            Cookie::MaxAge(max_age) => options.max_age(*max_age),
            Cookie::UntilBrowserCloses => options.until_browser_closes(),
        };
        let options = options.build().unwrap();
        let mut jar = browser(&clock);
        let written = sign_in(&options, &mut jar, |cookie| match own {
            Own::Nothing => {}
            Own::Ttl(ttl) => cookie.set_ttl(ttl),
            Own::UntilBrowserCloses => cookie.until_browser_closes(),
        });
        let sealed_for = secs(seal_ends(&written).unwrap());
        let window = written.max_age().map_or(sealed_for, |max_age| secs(max_age).min(sealed_for));
        let mut age = Duration::ZERO;
        for interval in intervals {
            let interval = (window / 2).mul_f64(interval);
            clock.advance(interval);
            age += interval;
            let (is_signed_in, lines) = read(&options, &mut jar);
            prop_assert!(is_signed_in, "{age:?} after it was sealed; window {window:?}");
            // Timestamps are whole milliseconds.
            let due = refresh_after.min(window / 2);
            let grace = Duration::from_millis(50);
            prop_assert!(lines.is_empty() || age + grace >= due, "refreshed at {age:?}, not {due:?}");
            prop_assert!(!lines.is_empty() || age <= due + grace, "not refreshed at {age:?}, but {due:?}");
            if !lines.is_empty() {
                age = Duration::ZERO;
            }
        }
    }
}

#[test]
fn a_short_lifetime_of_its_own_is_refreshed() {
    let clock = clock();
    let options = options(&clock).refresh_after(DAY).build().unwrap();
    let mut jar = browser(&clock);
    sign_in(&options, &mut jar, |cookie| cookie.set_ttl(secs(2 * 3600)));
    let mut refreshed = 0;
    for visit in 0..6 * 24 {
        clock.advance(secs(600));
        let (is_signed_in, lines) = read(&options, &mut jar);
        assert!(is_signed_in, "after {visit} visits, one in ten minutes");
        refreshed += lines.len();
    }
    assert_eq!(refreshed, 24, "about once an hour");
}

#[test]
fn a_cookie_is_refreshed_before_the_browser_drops_it() {
    let clock = clock();
    let options = options(&clock).max_age(secs(3600)).refresh_after(DAY).build().unwrap();
    let mut jar = browser(&clock);
    sign_in(&options, &mut jar, options_alone);
    for _ in 0..20 {
        clock.advance(secs(1799));
        assert!(read(&options, &mut jar).0);
    }
    clock.advance(secs(3600));
    assert!(!read(&options, &mut jar).0);
}

/// Seals a session with some settings, and visits with others; returns the line that was
/// written, if one was.
fn after_a_deploy(
    before: impl FnOnce(SessionOptionsBuilder) -> SessionOptionsBuilder,
    after: impl FnOnce(SessionOptionsBuilder) -> SessionOptionsBuilder,
) -> Option<SetCookie> {
    let clock = clock();
    let mut jar = browser(&clock);
    sign_in(&before(options(&clock)).build().unwrap(), &mut jar, options_alone);
    let after = after(options(&clock)).build().unwrap();
    let (is_signed_in, mut lines) = read(&after, &mut jar);
    assert!(is_signed_in);
    assert!(read(&after, &mut jar).1.is_empty(), "once");
    lines.pop()
}

#[test]
fn another_ttl_reaches_sessions_that_are_only_read() {
    let hour = secs(3600);
    let written = after_a_deploy(|o| o.ttl(14 * DAY), |o| o.ttl(hour).refresh_after(secs(600))).unwrap();
    assert_eq!((seal_ends(&written), written.max_age()), (Some(3600), Some(3540)), "lowered");
    let written = after_a_deploy(|o| o.ttl(Ttl::Unlimited), |o| o.ttl(hour).refresh_after(secs(600)));
    assert_eq!(written.and_then(|written| seal_ends(&written)), Some(3600), "no longer unlimited");
    let written = after_a_deploy(|o| o.ttl(hour), |o| o.ttl(14 * DAY).refresh_after(DAY)).unwrap();
    assert_eq!(seal_ends(&written), Some(14 * 24 * 3600), "raised");
    let written = after_a_deploy(|o| o.ttl(hour), |o| o.ttl(Ttl::Unlimited).refresh_after(DAY)).unwrap();
    assert_eq!((seal_ends(&written), written.max_age()), (None, Some(2_147_483_647)), "unlimited");

    // Reading writes nothing without `refresh_after`.
    assert!(after_a_deploy(|o| o.ttl(14 * DAY), |o| o.ttl(hour)).is_none());
    assert!(after_a_deploy(|o| o.ttl(Ttl::Unlimited), |o| o.ttl(hour)).is_none());
}

#[test]
fn a_clock_that_is_a_minute_ahead_refreshes_nothing() {
    let ahead = clock();
    ahead.advance(secs(60));
    let mut jar = browser(&ahead);
    sign_in(&options(&ahead).build().unwrap(), &mut jar, options_alone);

    let options = options(&clock()).refresh_after(DAY).build().unwrap();
    let (is_signed_in, lines) = read(&options, &mut jar);
    assert_eq!((is_signed_in, lines.len()), (true, 0));
}

#[test]
fn a_visitor_without_a_session_is_not_refreshed() {
    let clock = clock();
    for ttl in [Ttl::After(DAY), Ttl::Unlimited] {
        let options = options(&clock).ttl(ttl).refresh_after(Duration::ZERO).build().unwrap();
        assert_eq!(read(&options, &mut browser(&clock)), (false, Vec::new()));
    }
}
