//! When a session ends, whatever a user does: idle and absolute timeouts; sealing under a new
//! password; and requests that are no activity.

use std::time::Duration;

use iron_session::session::RequestSession;
use iron_session::{IronSession, Passwords, Sealer, Session, SessionOptions, SessionOptionsBuilder, Untyped};
use iron_session_tests::fixtures::{
    NOW_MS, OTHER_PASSWORD, PASSWORD, clock, cookie, options, seal_with, sealer, unseal,
};
use iron_session_tests::message::SetCookie;
use iron_session_tests::site::{ok, text};
use iron_session_tests::{Framework, Jar, Request, Shop, on_every_framework};

on_every_framework![
    an_idle_timeout_renews_a_session_once_in_each_half,
    an_absolute_timeout_ends_a_session_that_is_used_all_the_time,
    a_session_of_javascript_gets_its_time_of_issue_when_it_is_read,
    a_remembered_login_ends_with_the_absolute_timeout,
    a_new_session_has_a_new_time_of_issue,
    a_request_that_is_no_activity_refreshes_nothing,
    a_session_under_an_old_password_is_sealed_again_when_it_is_read,
];

const fn minutes(minutes: u64) -> Duration {
    Duration::from_secs(minutes * 60)
}

/// A millisecond less than this many minutes.
fn just_before(minutes: u64) -> Duration {
    Duration::from_millis(minutes * 60_000 - 1)
}

/// The expiry written in a seal, in seconds from the tests' beginning.
fn expiry(cookie: &SetCookie) -> u64 {
    let expires = cookie.value.split('*').nth(5).unwrap();
    (expires.parse::<u64>().unwrap() - NOW_MS) / 1000
}

/// A site with a login, and with pages that read or change the session.
fn site(options: SessionOptionsBuilder) -> Shop {
    Shop::new(options)
        .route("/login", |mut session| async move {
            session.restart();
            session.set_user_id("ada");
            ok()
        })
        .route("/remember", |mut session| async move {
            session.cookie().set_ttl(minutes(30 * 24 * 60));
            session.set_user_id("ada");
            ok()
        })
        .route("/", |session| async move { text(session.user_id().unwrap_or("nobody")) })
        .route("/poll", |session| async move { text(session.user_id().unwrap_or("nobody")) })
        .route("/poll/change", |mut session| async move {
            session.update(|s| s.set_visits(s.visits() + 1));
            ok()
        })
        .polled("/poll")
        .polled("/poll/change")
}

async fn an_idle_timeout_renews_a_session_once_in_each_half(framework: Framework) {
    let clock = clock();
    let mut browser = framework.browse(site(options(&clock).idle_timeout(minutes(30))), &clock).await;

    let login = browser.get("/login").await.set_cookies().remove(0);
    assert_eq!((login.max_age(), expiry(&login)), (Some(1740), 1800));
    // Half of the 29 minutes for which the browser keeps the cookie.
    clock.advance(Duration::from_secs(870) - Duration::from_millis(1));
    assert_eq!(browser.get("/").await.all("set-cookie"), [""; 0]);
    clock.advance(Duration::from_millis(1));
    let renewed = browser.get("/").await.set_cookies().remove(0);
    assert_eq!((renewed.max_age(), expiry(&renewed)), (Some(1740), 870 + 1800));

    let header = browser.jar.header("/").unwrap();
    clock.advance(just_before(31));
    let kept = browser.send_as_is(Request::get("/").header("cookie", header.as_str())).await;
    assert_eq!(kept.body, "ada", "a browser's clock may be behind");
    clock.advance(Duration::from_millis(1));
    let kept = browser.send_as_is(Request::get("/").header("cookie", header.as_str())).await;
    assert_eq!(kept.body, "nobody");
    assert_eq!(browser.jar.names(), [""; 0]);
}

async fn an_absolute_timeout_ends_a_session_that_is_used_all_the_time(framework: Framework) {
    let clock = clock();
    let both = options(&clock).idle_timeout(minutes(30)).absolute_timeout(minutes(120));
    let mut browser = framework.browse(site(both), &clock).await;

    browser.get("/login").await;
    let mut written = Vec::new();
    for minute in (5..120).step_by(5) {
        clock.advance(minutes(5));
        let response = browser.get("/").await;
        if let Some(cookie) = response.set_cookies().first() {
            assert!(unseal(&clock, &cookie.value).starts_with(r#"{"$":{"iat":1763650000},"#));
            written.push((minute, expiry(cookie) / 60, cookie.max_age().unwrap() / 60));
        }
        assert_eq!(response.body, "ada", "{minute}");
    }
    // The last one is valid to the end, so that it is not written again.
    let expected = [(15, 45, 29), (30, 60, 29), (45, 75, 29), (60, 90, 29), (75, 105, 29), (90, 120, 29)];
    assert_eq!(written, expected);
    clock.advance(minutes(5));
    assert_eq!(browser.get("/").await.body, "nobody");
}

async fn a_session_of_javascript_gets_its_time_of_issue_when_it_is_read(framework: Framework) {
    let clock = clock();
    let mut browser = framework.browse(site(options(&clock).absolute_timeout(minutes(60))), &clock).await;
    browser.jar.store(&cookie(&clock, r#"{"userId":"ada","theirs":1}"#));

    // No request that is no activity adds it.
    assert_eq!(browser.get("/poll").await.all("set-cookie"), [""; 0]);
    let read = browser.get("/").await.set_cookies().remove(0);
    assert_eq!(unseal(&clock, &read.value), r#"{"$":{"iat":1763650000},"userId":"ada","theirs":1}"#);
    assert_eq!((read.max_age(), expiry(&read)), (Some(3540), 3600));
    clock.advance(minutes(10));
    assert_eq!(browser.get("/").await.all("set-cookie"), [""; 0], "once");

    // JavaScript keeps the member when it saves, with its own expiry.
    browser.jar.store(&cookie(&clock, r#"{"$":{"iat":1763650000},"userId":"ada","theirs":2}"#));
    clock.advance(minutes(51));
    let ended = browser.get("/").await;
    assert_eq!((ended.body.as_str(), ended.all("set-cookie").len()), ("nobody", 0));
}

async fn a_remembered_login_ends_with_the_absolute_timeout(framework: Framework) {
    let clock = clock();
    let both = options(&clock).idle_timeout(minutes(30)).absolute_timeout(minutes(12 * 60));
    let mut browser = framework.browse(site(both), &clock).await;

    let login = browser.get("/remember").await.set_cookies().remove(0);
    assert_eq!((login.max_age(), expiry(&login)), (Some(12 * 3600 - 60), 12 * 3600));
    assert!(unseal(&clock, &login.value).starts_with(r#"{"$":{"t":2592000,"iat":1763650000},"#));
    // It has more than half of its time left, in vain.
    clock.advance(minutes(11 * 60));
    let late = browser.get("/").await;
    assert_eq!((late.body.as_str(), late.all("set-cookie").len()), ("ada", 0));
    clock.advance(minutes(60));
    assert_eq!(browser.get("/").await.body, "nobody");
}

async fn a_new_session_has_a_new_time_of_issue(framework: Framework) {
    let clock = clock();
    let mut browser = framework.browse(site(options(&clock).absolute_timeout(minutes(60))), &clock).await;

    browser.get("/login").await;
    clock.advance(minutes(30));
    let again = browser.get("/login").await.set_cookies().remove(0);
    assert!(unseal(&clock, &again.value).starts_with(r#"{"$":{"iat":1763651800},"#));
    assert_eq!(expiry(&again), 90 * 60);
}

async fn a_request_that_is_no_activity_refreshes_nothing(framework: Framework) {
    let clock = clock();
    let mut browser = framework.browse(site(options(&clock).idle_timeout(minutes(30))), &clock).await;

    browser.get("/login").await;
    for _ in 0..5 {
        clock.advance(minutes(5));
        let poll = browser.get("/poll").await;
        assert_eq!((poll.body.as_str(), poll.all("set-cookie").len()), ("ada", 0));
    }
    // A change is written, with a new expiry.
    let change = browser.get("/poll/change").await.set_cookies().remove(0);
    assert_eq!(expiry(&change), (25 + 30) * 60);
    clock.advance(minutes(30));
    assert_eq!(browser.get("/poll").await.body, "nobody");
}

/// A set in which the first password is the old one.
fn rotated() -> Passwords {
    Passwords::builder().password("1", PASSWORD).password("2", OTHER_PASSWORD).build().unwrap()
}

async fn a_session_under_an_old_password_is_sealed_again_when_it_is_read(framework: Framework) {
    let clock = clock();
    let options = SessionOptions::builder("sid", rotated())
        .clock(clock.clone())
        .absolute_timeout(minutes(60))
        .reseal_on_read();
    let mut browser = framework.browse(site(options), &clock).await;
    browser.jar.store(&cookie(&clock, r#"{"$":{"iat":1763649400},"userId":"ada"}"#));

    assert_eq!(browser.get("/poll").await.all("set-cookie"), [""; 0]);
    let read = browser.get("/").await.set_cookies().remove(0);
    assert!(read.value.starts_with("Fe26.2*2*"), "{}", read.value);
    assert_eq!(expiry(&read), 50 * 60, "it is no younger");
    assert_eq!(browser.get("/").await.all("set-cookie"), [""; 0], "once");
}

#[test]
fn a_session_under_an_old_password_keeps_its_seal_by_default() {
    let clock = clock();
    let options = SessionOptions::builder("sid", rotated()).clock(clock.clone()).build().unwrap();
    let mut jar = Jar::new("shop.example", &clock);
    jar.store(&cookie(&clock, r#"{"user":"ada"}"#));
    assert_eq!(visit(&options, &mut jar, |s: &mut Session<Untyped>| drop(s.get::<String>("user"))), None);
}

/// Plays one request of a browser; returns the line of the response.
fn visit<T: IronSession>(
    options: &SessionOptions,
    jar: &mut Jar,
    visits: impl FnOnce(&mut Session<T>),
) -> Option<SetCookie> {
    let request = RequestSession::<T>::new(options.check().unwrap());
    let header = jar.header("/").unwrap_or_default();
    let mut session = request.handle([header.as_str()]).unwrap();
    visits(&mut session);
    drop(session);
    let commit = request.commit(200);
    jar.store_all(commit.set_cookies.iter().map(String::as_str));
    commit.set_cookies.first().map(|line| SetCookie::parse(line))
}

fn is_signed_in(options: &SessionOptions, jar: &mut Jar) -> bool {
    let mut user = None;
    visit(options, jar, |session: &mut Session<Untyped>| user = session.get::<String>("user"));
    user.is_some()
}

/// During a deploy, a server of the former release has no absolute timeout. It keeps the time of
/// issue, but seals for the whole ttl.
#[test]
fn a_server_without_the_setting_extends_no_session_of_one_that_has_it() {
    let clock = clock();
    let former = options(&clock).idle_timeout(minutes(30)).build().unwrap();
    let newer = options(&clock).idle_timeout(minutes(30)).absolute_timeout(minutes(60)).build().unwrap();
    let mut jar = Jar::new("shop.example", &clock);
    visit(&newer, &mut jar, |session: &mut Session<Untyped>| drop(session.insert("user", "ada")));

    for _ in 0..4 {
        clock.advance(minutes(14));
        assert!(is_signed_in(&former, &mut jar) && is_signed_in(&newer, &mut jar.clone()));
    }
    clock.advance(just_before(5));
    assert!(is_signed_in(&newer, &mut jar.clone()), "within the clock skew");
    clock.advance(Duration::from_millis(1));
    assert!(!is_signed_in(&newer, &mut jar));
    assert!(is_signed_in(&former, &mut jar), "the cookie is left to the servers that can read it");
}

/// The clocks of two servers differ by up to 60 s, either way.
#[test]
fn a_session_ends_nowhere_early_if_clocks_differ() {
    for (ahead_of_issuer, millis) in [(true, 60_000), (false, 60_000), (true, 1), (false, 0)] {
        let (issuer_clock, other_clock) = (clock(), clock());
        if ahead_of_issuer { &other_clock } else { &issuer_clock }.advance(Duration::from_millis(millis));
        let issuer = options(&issuer_clock).absolute_timeout(minutes(60)).build().unwrap();
        let other = options(&other_clock).absolute_timeout(minutes(60)).build().unwrap();
        let mut jar = Jar::new("shop.example", &issuer_clock);
        visit(&issuer, &mut jar, |session: &mut Session<Untyped>| drop(session.insert("user", "ada")));

        let written =
            visit(&other, &mut jar, |session: &mut Session<Untyped>| drop(session.get::<String>("user")));
        assert_eq!(written, None, "the time of issue is believed");
        for clock in [&issuer_clock, &other_clock] {
            clock.advance(just_before(59));
        }
        assert!(is_signed_in(&other, &mut jar), "{ahead_of_issuer} {millis}");
        let changed = visit(&other, &mut jar, |session: &mut Session<Untyped>| drop(session.insert("n", &1)));
        assert!(changed.unwrap().max_age() > Some(0));
    }
}

/// A session whose end has passed, but not by more than the clock skew, lasts for one more second.
#[test]
fn a_change_in_the_last_minute_is_valid_for_a_second() {
    let clock = clock();
    let options = options(&clock).absolute_timeout(minutes(60)).build().unwrap();
    let mut jar = Jar::new("shop.example", &clock);
    let seal = seal_with(&sealer(&clock), r#"{"$":{"iat":1763646400},"user":"ada"}"#);
    jar.store(&format!("sid={seal}; Path=/"));

    let changed = visit(&options, &mut jar, |session: &mut Session<Untyped>| drop(session.insert("n", &1)));
    let changed = changed.unwrap();
    assert_eq!((changed.max_age(), expiry(&changed)), (Some(1), 1));
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
fn a_migration_keeps_the_time_of_issue() {
    let clock = clock();
    let options = options(&clock).idle_timeout(minutes(30)).absolute_timeout(minutes(60)).build().unwrap();
    let mut jar = Jar::new("shop.example", &clock);
    visit(&options, &mut jar, |session: &mut Session<former::Account>| session.set_user("ada"));

    clock.advance(minutes(20));
    let read = |session: &mut Session<Account>| assert_eq!(session.name(), Some("ada"));
    let migrated = visit(&options, &mut jar, read).unwrap();
    assert_eq!(unseal(&clock, &migrated.value), r#"{"$":{"v":2,"iat":1763650000},"name":"ada"}"#);
    clock.advance(minutes(20));
    assert_eq!(expiry(&visit(&options, &mut jar, read).unwrap()), 3600);
}

/// A planted `iat` would let a session live for longer, but only a holder of the password can plant
/// one. A mistaken one, in milliseconds, counts as missing.
#[test]
fn a_time_of_issue_in_the_future_is_replaced() {
    let clock = clock();
    let options = options(&clock).absolute_timeout(minutes(60)).build().unwrap();
    for issued_at in ["1763650241", "1763650000000", "18446744073709551615"] {
        let mut jar = Jar::new("shop.example", &clock);
        jar.store(&cookie(&clock, &format!(r#"{{"$":{{"iat":{issued_at}}},"user":"ada"}}"#)));
        let read =
            visit(&options, &mut jar, |session: &mut Session<Untyped>| drop(session.get::<String>("user")));
        assert_eq!(unseal(&clock, &read.unwrap().value), r#"{"$":{"iat":1763650000},"user":"ada"}"#);
    }
}

/// A setting that became stricter holds at once. One that became more generous holds from the next
/// refresh on.
#[test]
fn a_changed_absolute_timeout_counts_from_the_time_of_issue() {
    let clock = clock();
    let issue =
        |timeout| options(&clock).idle_timeout(minutes(30)).absolute_timeout(timeout).build().unwrap();
    let mut jar = Jar::new("shop.example", &clock);
    visit(&issue(minutes(60)), &mut jar, |s: &mut Session<Untyped>| drop(s.insert("user", "ada")));
    clock.advance(minutes(20));
    assert!(is_signed_in(&issue(minutes(20)), &mut jar.clone()), "within the clock skew");
    assert!(!is_signed_in(&issue(minutes(19)), &mut jar.clone()));
    assert!(is_signed_in(&issue(minutes(120)), &mut jar));
    clock.advance(minutes(20));
    let read = |session: &mut Session<Untyped>| drop(session.get::<String>("user"));
    assert_eq!(visit(&issue(minutes(120)), &mut jar, read).map(|cookie| expiry(&cookie)), Some(70 * 60));
}

/// A seal without an expiry gets one from the absolute timeout alone.
#[test]
fn an_unlimited_ttl_has_an_end_as_well() {
    let clock = clock();
    let options = options(&clock).ttl(iron_session::Ttl::Unlimited).absolute_timeout(minutes(60));
    let options = options.refresh_after(minutes(1)).build().unwrap();
    let mut jar = Jar::new("shop.example", &clock);
    let login = visit(&options, &mut jar, |s: &mut Session<Untyped>| drop(s.insert("user", "ada"))).unwrap();
    assert_eq!((login.max_age(), expiry(&login)), (Some(3540), 3600));
    clock.advance(minutes(50));
    let read = |session: &mut Session<Untyped>| drop(session.get::<String>("user"));
    assert_eq!(visit(&options, &mut jar, read), None);
}

#[test]
fn a_seal_of_another_ttl_is_capped_at_its_next_read() {
    let clock = clock();
    let options = options(&clock).idle_timeout(minutes(30)).absolute_timeout(minutes(60)).build().unwrap();
    let longer = Sealer::new(iron_session_tests::fixtures::passwords())
        .with_clock(clock.clone())
        .with_ttl(minutes(600));
    let mut jar = Jar::new("shop.example", &clock);
    let payload = r#"{"$":{"iat":1763649400},"user":"ada"}"#;
    jar.store(&format!("sid={}; Path=/", seal_with(&longer, payload)));
    let read = |session: &mut Session<Untyped>| drop(session.get::<String>("user"));
    assert_eq!(visit(&options, &mut jar, read).map(|cookie| expiry(&cookie)), Some(1800));
}

/// The absolute timeout hides when the seals were made, and the times of issue decide.
#[test]
fn of_two_sessions_the_later_login_is_used() {
    let clock = clock();
    let options = options(&clock).absolute_timeout(minutes(60)).build().unwrap();
    let session = |user: &str, issued_at: u64, ttl: u64| {
        let sealer = sealer(&clock).with_ttl(minutes(ttl));
        seal_with(&sealer, &format!(r#"{{"$":{{"iat":{issued_at}}},"user":"{user}"}}"#))
    };
    let earlier = session("earlier", 1_763_648_000, 300);
    let later = session("later", 1_763_649_000, 30);
    for cookies in [format!("sid={earlier}; sid={later}"), format!("sid={later}; sid={earlier}")] {
        let request = RequestSession::<Untyped>::new(options.check().unwrap());
        let session = request.handle([cookies]).unwrap();
        assert_eq!(session.get::<String>("user").as_deref(), Some("later"));
    }
}
