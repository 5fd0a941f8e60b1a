//! `SessionOptions`: the effect of each option on the `Set-Cookie` line.
use std::time::{Duration, SystemTime};

use iron_session::SessionOptionsBuilder;
use iron_session::session::RequestSession;
use iron_session::{Priority, SameSite, SessionOptions, Ttl, Untyped};
use iron_session_tests::Log;
use iron_session_tests::fixtures::{NOW_MS, clock, options, passwords, seal_with, sealer};

pub(super) type Set = fn(SessionOptionsBuilder) -> SessionOptionsBuilder;

pub(super) fn named(name: &str) -> SessionOptionsBuilder {
    SessionOptions::builder(name, passwords()).clock(clock())
}

/// The `Set-Cookie` lines of a response, without the seal.
fn lines(options: SessionOptionsBuilder, change: impl FnOnce(&mut Untyped)) -> Vec<String> {
    let request = RequestSession::<Untyped>::new(options.build().unwrap().check().unwrap());
    let mut session = request.handle([""; 0]).unwrap();
    change(&mut session);
    drop(session);
    let lines = request.commit(200).set_cookies.into_iter();
    lines.map(|line| line.split_once(';').map(|(_, attributes)| format!(";{attributes}")).unwrap()).collect()
}

/// The attributes of the line that sets the cookie.
fn written(options: SessionOptionsBuilder) -> String {
    lines(options, |session| session.insert("a", &1).unwrap()).remove(0)
}

/// The attributes of the lines that end the session.
fn expired(options: SessionOptionsBuilder) -> Vec<String> {
    let request = RequestSession::<Untyped>::new(options.build().unwrap().check().unwrap());
    request.handle([""; 0]).unwrap().destroy();
    let lines = request.commit(200).set_cookies.into_iter();
    lines.map(|line| line.split_once('=').unwrap().1.to_owned()).collect()
}

#[test]
fn the_defaults_are_the_safe_ones() {
    assert_eq!(written(named("sid")), "; Max-Age=1209540; Path=/; HttpOnly; Secure; SameSite=Lax");
    let options = named("sid").build().unwrap();
    assert_eq!(options.cookie_name(), "sid");
    assert_eq!(options.ttl(), Ttl::After(Duration::from_secs(14 * 24 * 3600)));
}

#[test]
fn each_option_changes_its_attribute() {
    let cases: [(Set, &str); 17] = [
        (
            |o| o.domain("example.com"),
            "; Max-Age=1209540; Domain=example.com; Path=/; HttpOnly; Secure; SameSite=Lax",
        ),
        (
            |o| o.domain(".example.com"),
            "; Max-Age=1209540; Domain=.example.com; Path=/; HttpOnly; Secure; SameSite=Lax",
        ),
        (|o| o.path("/app"), "; Max-Age=1209540; Path=/app; HttpOnly; Secure; SameSite=Lax"),
        (|o| o.same_site(SameSite::Strict), "; Max-Age=1209540; Path=/; HttpOnly; Secure; SameSite=Strict"),
        (|o| o.same_site(SameSite::Lax), "; Max-Age=1209540; Path=/; HttpOnly; Secure; SameSite=Lax"),
        (|o| o.same_site(SameSite::None), "; Max-Age=1209540; Path=/; HttpOnly; Secure; SameSite=None"),
        (|o| o.same_site(SameSite::Unset), "; Max-Age=1209540; Path=/; HttpOnly; Secure"),
        (
            |o| o.attribute("SameParty", None),
            "; Max-Age=1209540; Path=/; HttpOnly; Secure; SameSite=Lax; SameParty",
        ),
        (
            |o| o.attribute("X-Owner", Some("a team=1, or \"2\"")).attribute("e", Some("")),
            "; Max-Age=1209540; Path=/; HttpOnly; Secure; SameSite=Lax; X-Owner=a team=1, or \"2\"; e=",
        ),
        (|o| o.http_only(false), "; Max-Age=1209540; Path=/; Secure; SameSite=Lax"),
        (|o| o.insecure_development(), "; Max-Age=1209540; Path=/; HttpOnly; SameSite=Lax"),
        (|o| o.partitioned(true), "; Max-Age=1209540; Path=/; HttpOnly; Secure; Partitioned; SameSite=Lax"),
        (
            |o| o.priority(Priority::Low),
            "; Max-Age=1209540; Path=/; HttpOnly; Secure; Priority=Low; SameSite=Lax",
        ),
        (
            |o| o.priority(Priority::Medium),
            "; Max-Age=1209540; Path=/; HttpOnly; Secure; Priority=Medium; SameSite=Lax",
        ),
        (
            |o| o.priority(Priority::High),
            "; Max-Age=1209540; Path=/; HttpOnly; Secure; Priority=High; SameSite=Lax",
        ),
        (|o| o.until_browser_closes(), "; Path=/; HttpOnly; Secure; SameSite=Lax"),
        (
            |o| o.expires(SystemTime::UNIX_EPOCH + Duration::from_millis(NOW_MS + 1000)),
            "; Max-Age=1209540; Path=/; Expires=Thu, 20 Nov 2025 14:46:41 GMT; HttpOnly; Secure; SameSite=Lax",
        ),
    ];
    for (set, expected) in cases {
        assert_eq!(written(set(named("sid"))), expected);
    }
}

#[test]
fn attributes_stand_in_the_order_of_iron_session() {
    let all = named("sid")
        .same_site(SameSite::None)
        .priority(Priority::High)
        .partitioned(true)
        .expires(SystemTime::UNIX_EPOCH + Duration::from_millis(NOW_MS + 1000))
        .path("/app")
        .domain("example.com")
        .max_age(Duration::from_secs(5));
    assert_eq!(
        written(all),
        "; Max-Age=5; Domain=example.com; Path=/app; Expires=Thu, 20 Nov 2025 14:46:41 GMT; HttpOnly; Secure; \
         Partitioned; Priority=High; SameSite=None"
    );
}

#[test]
fn a_ttl_without_end_is_an_explicit_choice() {
    let request =
        RequestSession::<Untyped>::new(named("sid").ttl(Ttl::Unlimited).build().unwrap().check().unwrap());
    request.handle([""; 0]).unwrap().insert("a", &1).unwrap();
    let line = request.commit(200).set_cookies.remove(0);
    assert!(line.contains("; Max-Age=2147483647;"), "{line}");
    assert_eq!(line.split('*').nth(5), Some(""));
}

#[test]
fn a_ttl_of_any_length_is_no_overflow() {
    for ttl in [Duration::MAX, Duration::from_secs(u64::MAX / 1000)] {
        let request = RequestSession::<Untyped>::new(named("sid").ttl(ttl).build().unwrap().check().unwrap());
        request.handle([""; 0]).unwrap().insert("a", &1).unwrap();
        let commit = request.commit(200);
        assert_eq!((commit.replace_response, commit.set_cookies.len()), (false, 1));
    }
}

#[test]
fn max_age_belongs_to_the_cookie_alone() {
    let request = |options: SessionOptionsBuilder| {
        let request = RequestSession::<Untyped>::new(options.build().unwrap().check().unwrap());
        request.handle([""; 0]).unwrap().insert("a", &1).unwrap();
        request.commit(200).set_cookies.remove(0)
    };
    let seal_expires = format!("*{}*", NOW_MS + 1_209_600_000);
    let line = request(named("sid").max_age(Duration::from_secs(99)));
    assert!(line.contains("; Max-Age=99;") && line.contains(&seal_expires), "{line}");
    let line = request(named("sid").until_browser_closes());
    assert!(!line.contains("Max-Age") && line.contains(&seal_expires), "{line}");
    // The one that was called last counts.
    let line = request(named("sid").until_browser_closes().max_age(Duration::from_secs(99)));
    assert!(line.contains("; Max-Age=99;"), "{line}");
    let line = request(named("sid").max_age(Duration::from_secs(99)).until_browser_closes());
    assert!(!line.contains("Max-Age"), "{line}");
}

#[test]
fn the_lines_that_end_a_session_have_the_same_attributes() {
    let cases: [(Set, &str); 5] = [
        (
            |o| o.same_site(SameSite::Unset).attribute("SameParty", None),
            "; Max-Age=0; Path=/; HttpOnly; Secure; SameParty",
        ),
        (|o| o, "; Max-Age=0; Path=/; HttpOnly; Secure; SameSite=Lax"),
        (|o| o.until_browser_closes(), "; Max-Age=0; Path=/; HttpOnly; Secure; SameSite=Lax"),
        (
            |o| o.path("/app").domain("example.com").http_only(false),
            "; Max-Age=0; Domain=example.com; Path=/app; Secure; SameSite=Lax",
        ),
        (
            |o| o.partitioned(true).same_site(SameSite::None),
            "; Max-Age=0; Path=/; HttpOnly; Secure; Partitioned; SameSite=None",
        ),
    ];
    for (set, expected) in cases {
        assert_eq!(expired(set(named("sid"))), [expected; 5]);
    }
}

#[test]
fn a_purpose_keeps_other_seals_out() {
    let clock = clock();
    let purposed = options(&clock).purpose("session").build().unwrap();
    let log = Log::capture();

    let request = RequestSession::<Untyped>::new(purposed.check().unwrap());
    let plain = seal_with(&sealer(&clock), r#"{"user":"ada"}"#);
    let session = request.handle([format!("sid={plain}").as_str()]).unwrap();
    assert_eq!(session.keys().count(), 0);
    assert_eq!(log.take_one().field("reason"), Some("other_purpose"));
    drop(session);

    request.handle([""; 0]).unwrap().insert("user", "grace").unwrap();
    let line = request.commit(200).set_cookies.remove(0);
    assert!(line.starts_with("sid=Fe26.2*1_session*"), "{line}");
    let own = RequestSession::<Untyped>::new(purposed.check().unwrap());
    let session = own.handle([line.split(';').next().unwrap()]).unwrap();
    assert_eq!(session.get::<String>("user").as_deref(), Some("grace"));
}

#[test]
fn a_fixed_expires_is_a_warning_when_the_options_are_built() {
    let log = Log::capture();
    named("sid").build().unwrap();
    log.assert_silent();
    named("sid").expires(SystemTime::UNIX_EPOCH + Duration::from_millis(NOW_MS + 1000)).build().unwrap();
    let event = log.take_one();
    assert_eq!(event.level, tracing::Level::WARN);
    assert!(event.message.starts_with("`expires` is a fixed date: clients that ignore"), "{event}");
    assert_eq!(event.field("cookie"), Some("sid"));
    assert_eq!(event.field("expires"), Some("2025-11-20T14:46:41Z"));
}

#[test]
fn former_scopes_have_the_attributes_of_the_cookie_but_for_their_own() {
    let cases: [(Set, &[&str]); 6] = [
        (
            |o| o.domain("example.com").also_expire(None, "/"),
            &["; Max-Age=0; Path=/; HttpOnly; Secure; SameSite=Lax"],
        ),
        (
            |o| {
                o.path("/app")
                    .http_only(false)
                    .also_expire(Some("a.example.com"), "/")
                    .also_expire(None, "/old")
            },
            &[
                "; Max-Age=0; Domain=a.example.com; Path=/; Secure; SameSite=Lax",
                "; Max-Age=0; Path=/old; Secure; SameSite=Lax",
            ],
        ),
        (|o| o.also_expire(None, "/"), &["; Max-Age=0; Path=/; HttpOnly; Secure; Partitioned; SameSite=Lax"]),
        (
            |o| o.partitioned(true).domain(".Example.com").also_expire(Some("example.com"), "/"),
            &["; Max-Age=0; Domain=example.com; Path=/; HttpOnly; Secure; SameSite=Lax"],
        ),
        (
            |o| o.partitioned(true).also_expire(None, "/app"),
            &["; Max-Age=0; Path=/app; HttpOnly; Secure; Partitioned; SameSite=Lax"],
        ),
        // Over plain http there is no partitioned cookie.
        (|o| o.insecure_development().also_expire(None, "/"), &[]),
    ];
    for (set, former) in cases {
        let lines = expired(set(named("sid")));
        let expected: Vec<_> = former.iter().flat_map(|line| [*line; 5]).collect();
        assert_eq!(lines[5..], expected);
        let lines = lines_of_a_write(set(named("sid")));
        assert_eq!(lines[1..], *former, "a session of one cookie writes no chunks");
    }
}

/// The attributes of the lines that a write makes.
fn lines_of_a_write(options: SessionOptionsBuilder) -> Vec<String> {
    lines(options, |session| session.insert("a", &1).unwrap())
}
