//! The `Cookie` header: size, number, names, and what siblings plant.

use std::time::Duration;

use iron_session::clock::ManualClock;
use iron_session::{Passwords, Sealer};
use iron_session_tests::fixtures::{OTHER_PASSWORD, clock, cookie, noise, passwords, seal, seal_with};

use crate::{NONE, OPENS, assert_reason, options, read};

const CONTENT: &str = r#"{"user":"ada"}"#;

#[track_caller]
fn assert_header(name: &str, header: &str, expected: &str) {
    let options = options(&clock()).build().unwrap();
    assert_reason(&options, name, header, expected);
}

#[test]
fn large_headers() {
    let megabyte = "x".repeat(1 << 20);
    let ours = cookie(&clock(), CONTENT);
    assert_header("a value", &format!("sid={megabyte}"), "malformed");
    assert_header("a chunk", &format!("sid.0={megabyte}"), "malformed");
    assert_header("stars", &format!("sid={}", "*".repeat(1 << 20)), "malformed");
    assert_header("percent signs", &format!("sid={}", "%2".repeat(1 << 19)), "malformed");
    assert_header("no pair at all", &megabyte, NONE);
    assert_header("semicolons", &";".repeat(1 << 20), NONE);
    assert_header("a foreign value first", &format!("other={megabyte}; {ours}"), OPENS);
    assert_header("a foreign value last", &format!("{ours}; other={megabyte}"), OPENS);
    assert_header("planted beside ours", &format!("sid={megabyte}; {ours}"), OPENS);
    assert_header("white space", &format!("{}{ours}{}", " ".repeat(1 << 20), "\t".repeat(1 << 20)), OPENS);
}

/// Four lines hold no longer seal, so nobody wrote it for a session.
#[test]
fn what_is_longer_than_four_cookies_is_not_opened() {
    let of = |len: usize| cookie(&clock(), &format!(r#"{{"user":"{}"}}"#, noise(len)));
    let longest = 4 * 4096 + "sid=".len();
    let (fits, too_long) = (of(12_080), of(12_120));
    assert!(fits.len() <= longest && too_long.len() > longest, "{} {}", fits.len(), too_long.len());
    assert_header("fits", &fits, OPENS);
    assert_header("too long", &too_long, "malformed");
}

#[test]
fn many_cookies() {
    let ours = cookie(&clock(), CONTENT);
    let foreign: Vec<_> = (0..5000).map(|n| format!("c{n}=v{n}")).collect();
    assert_header("foreign", &format!("{}; {ours}", foreign.join("; ")), OPENS);
    let similar: Vec<_> = (0..10_000).map(|n| format!("sid.{n}={n}")).collect();
    assert_header("chunk names", &similar.join("; "), "malformed");
    assert_header("chunk names and ours", &format!("{}; {ours}", similar.join("; ")), OPENS);
    assert_header("the same name", &vec!["sid=x"; 5000].join("; "), "malformed");
    assert_header("the same chunk", &vec!["sid.0=x"; 5000].join("; "), "malformed");
    let forged = seal_with(
        &Sealer::new(Passwords::new(OTHER_PASSWORD).unwrap()).with_clock(clock()),
        &format!(r#"{{"a":"{}"}}"#, noise(2000)),
    );
    assert_header("forged seals", &vec![format!("sid={forged}"); 300].join("; "), "forged");
}

#[test]
fn names_that_are_not_ours() {
    let seal = seal(&clock(), CONTENT);
    for name in [
        "",
        "SID",
        "Sid",
        "sid ",
        "xsid",
        "sidx",
        "sid.",
        "sid.4",
        "sid.00",
        "sid.01",
        "sid.-1",
        "sid.0.0",
        "sid.a",
        ".sid",
        "sid/",
        "\u{17f}id",
        "__Host-sid",
        "%73id",
    ] {
        let expected = if name.trim() == "sid" { OPENS } else { NONE };
        assert_header(name, &format!("{name}={seal}"), expected);
    }
    // A nameless cookie, whose value some browsers sent as if it had a name.
    assert_header("nameless", &format!("=sid={seal}"), NONE);
    assert_header("a value of another", &format!("other=sid={seal}"), NONE);
    assert_header("spaces around", &format!("  sid  =  {seal}  "), OPENS);
}

/// As RFC 6265 allows, and as some programs write values.
#[test]
fn values_in_double_quotes() {
    let seal = seal(&clock(), CONTENT);
    let (first, second) = seal.split_at(100);
    for (header, expected) in [
        (format!("sid=\"{seal}\""), OPENS),
        (format!("sid = \"{seal}\" ; a=b"), OPENS),
        (format!("sid.0=\"{first}\"; sid.1=\"{second}\""), OPENS),
        (format!("sid=\"{}\"", seal.replace('*', "%2A")), OPENS),
        // To be in quotes is to be between two of them, once.
        (format!("sid=\"{seal}"), "malformed"),
        (format!("sid={seal}\""), OPENS),
        (format!("sid=\"\"{seal}\"\""), "malformed"),
        (format!("sid='{seal}'"), "malformed"),
        (format!("sid=%22{seal}%22"), "malformed"),
        ("sid=\"".to_owned(), "malformed"),
        ("sid=\"\"".to_owned(), NONE),
        (format!("sid=\"\"; sid={seal}"), OPENS),
    ] {
        assert_header("quoted", &header, expected);
    }
}

#[test]
fn planted_cookies() {
    let clock = clock();
    let other = Sealer::new(Passwords::new(OTHER_PASSWORD).unwrap()).with_clock(clock.clone());
    let forged = format!("sid={}", seal_with(&other, r#"{"user":"mallory"}"#));
    let ours = cookie(&clock, CONTENT);
    for planted in ["sid=x", "sid=", "sid=%", &forged, "sid.0=x", "sid.0=x; sid.1=x; sid.2=x; sid.3=x"] {
        assert_header("first", &format!("{planted}; {ours}"), OPENS);
        assert_header("last", &format!("{ours}; {planted}"), OPENS);
        assert_header("around", &format!("{planted}; {ours}; {planted}"), OPENS);
    }
}

/// A candidate that no password can open costs nothing, and takes no place among the four.
#[test]
fn planted_rubbish_never_locks_out() {
    let clock = clock();
    let ours = seal(&clock, CONTENT);
    let (first, second) = ours.split_at(100);
    let unknown = seal_with(&rotated(&clock), CONTENT);
    let unlike = |n: usize| match n % 6 {
        0 => format!("{n}"),
        1 => format!("Fe26.2*1*{n}"),
        2 => format!("{unknown}{n}"),
        3 => format!("{}{n}", ours.replace("Fe26.2", "Fe26.1")),
        4 => format!("{n}%"),
        _ => format!("{n}{ours}"),
    };
    for count in [1, 3, 4, 5, 100] {
        let rubbish =
            |name: &str| (0..count).map(|n| format!("{name}={}; ", unlike(n))).collect::<Vec<_>>().concat();
        let (wholes, chunks) = (rubbish("sid"), rubbish("sid.0"));
        for header in [
            format!("{wholes}sid={ours}"),
            format!("sid={ours}; {wholes}"),
            format!("{wholes}sid={ours}; {wholes}"),
            format!("{wholes}{chunks}sid={ours}"),
            format!("{chunks}{wholes}sid.0={first}; sid.1={second}"),
            format!("sid.0={first}; sid.1={second}; {chunks}{wholes}"),
            format!("{chunks}{}sid.0={first}; sid.1={second}", rubbish("sid.1")),
            format!("{}sid.0={first}; sid.1={second}", rubbish("sid.1")),
        ] {
            assert_header(&format!("{count}"), &header, OPENS);
        }
    }
}

/// The same forgery under a hundred paths is one.
#[test]
fn repeated_forgeries_count_once() {
    let clock = clock();
    let ours = seal(&clock, CONTENT);
    let (first, second) = ours.split_at(100);
    let forgery = format!("{}x", seal(&clock, CONTENT).replace("Fe26.2*1*a", "Fe26.2*1*b"));
    let forgeries = format!("sid={forgery}; ").repeat(100);
    assert_header("whole", &format!("{forgeries}sid={ours}; {forgeries}"), OPENS);
    assert_header("chunks", &format!("{forgeries}sid.0={first}; sid.1={second}"), OPENS);
}

/// What names a password that there is has to be tried, and four are tried at most: the
/// first ones and the last.
#[test]
fn four_forgeries_can_lock_out() {
    let clock = clock();
    let ours = seal(&clock, CONTENT);
    let (first, second) = ours.split_at(100);
    let forged = |range: std::ops::Range<usize>| -> String {
        let one = |n| seal(&clock, CONTENT).replace("*1*a", &format!("*1*{n}"));
        range.map(|n| format!("sid={}; ", one(n))).collect::<Vec<_>>().concat()
    };
    for (header, expected) in [
        (format!("{}sid={ours}", forged(0..3)), OPENS),
        (format!("{}sid={ours}", forged(0..50)), OPENS),
        (format!("{}sid={ours}; {}", forged(0..2), forged(2..50)), OPENS),
        (format!("{}sid={ours}; {}", forged(0..3), forged(3..4)), "forged"),
        // However many there are, the chunks have their turn.
        (format!("{}sid.0={first}; sid.1={second}", forged(0..50)), OPENS),
    ] {
        assert_header("forged", &header, expected);
    }
}

/// A server's own configuration must not be taken for rubbish: what a password is
/// missing for is told, wherever it stands.
#[test]
fn a_missing_password_is_told_before_rubbish() {
    let clock = clock();
    let unknown = seal_with(&rotated(&clock), CONTENT);
    for header in [
        format!("sid={unknown}; sid=x; sid=y"),
        format!("sid=x; sid={unknown}"),
        format!("sid=x; sid=y; sid={unknown}; sid=z"),
        format!("sid=x; sid.0=y; sid.0={unknown}"),
    ] {
        assert_header("unknown", &header, "unknown_password");
    }
}

/// One with a password that the applications don't have.
fn rotated(clock: &ManualClock) -> Sealer {
    let passwords = Passwords::builder().password("2", OTHER_PASSWORD).build().unwrap();
    Sealer::new(passwords).with_clock(clock.clone())
}

/// An attacker's own session, planted: it is authentic, so it is read, and what
/// it holds is what `restart()` at login is for.
#[test]
fn an_authentic_cookie_that_was_planted_is_read() {
    let clock = clock();
    let options = options(&clock).build().unwrap();
    let (content, _) = read(&options, &cookie(&clock, r#"{"cart":["theirs"]}"#));
    assert_eq!(content, r#"{"cart":["theirs"]}"#);
}

#[test]
fn the_reason_told_is_that_of_the_seal_that_was_authentic() {
    let clock = clock();
    let options = options(&clock).build().unwrap();
    let short = Sealer::new(passwords()).with_clock(clock.clone()).with_ttl(Duration::from_secs(1));
    let expired = seal_with(&short, CONTENT);
    clock.advance(Duration::from_secs(61));
    for header in
        [format!("sid=x; sid={expired}"), format!("sid={expired}; sid=x"), format!("sid=x; sid.0={expired}")]
    {
        assert_reason(&options, "beside rubbish", &header, "expired");
    }
}

#[test]
fn chunks_that_do_not_fit_together() {
    let seal = seal(&clock(), CONTENT);
    let (first, second) = seal.split_at(100);
    for (name, header, expected) in [
        ("in order", format!("sid.0={first}; sid.1={second}"), OPENS),
        ("out of order", format!("sid.1={second}; sid.0={first}"), OPENS),
        ("swapped", format!("sid.0={second}; sid.1={first}"), "malformed"),
        ("twice the same", format!("sid.0={seal}; sid.1={seal}"), OPENS),
        ("without the first", format!("sid.1={first}; sid.2={second}"), "missing_chunk"),
        ("with an empty first", format!("sid.0=; sid.1={first}; sid.2={second}"), "missing_chunk"),
        ("with a gap", format!("sid.0={first}; sid.2={second}"), "missing_chunk"),
        ("an empty one between", format!("sid.0={first}; sid.1=; sid.2={second}"), "missing_chunk"),
        ("without the last", format!("sid.0={first}"), "missing_chunk"),
        ("but for the MAC's end", format!("sid.0={}", &seal[..seal.len() - 5]), "missing_chunk"),
        ("but for the marker", format!("sid.0={}", &seal[..seal.len() - 2]), OPENS),
        ("no chunk at all", "sid.0=x".to_owned(), "malformed"),
        ("four", format!("sid.0={first}; sid.1=x; sid.2=y; sid.3=z"), "malformed"),
        ("from another seal", format!("sid.0={first}; sid.1={}", &cookie(&clock(), "{}")[104..]), "forged"),
        ("all empty", "sid.0=; sid.1=; sid.2=; sid.3=".to_owned(), NONE),
    ] {
        assert_header(name, &header, expected);
    }
}
