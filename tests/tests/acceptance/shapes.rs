//! Whole cookie and chunks: whatever happens, the browser ends with exactly one
//! readable shape. `concurrency.rs` has a model of parallel responses.

use std::time::Duration;

use iron_session::clock::ManualClock;
use iron_session::{IronSession, Passwords, Sealer, Untyped};
use iron_session_tests::fixtures::{
    OTHER_PASSWORD, clock, cookie, noise, options, passwords, seal, seal_with, unseal,
};
use iron_session_tests::site::{ok, text};
use iron_session_tests::{
    AppSession, Framework, Jar, Log, Request, RequestSession, Shop, on_every_framework,
};

on_every_framework![
    small_large_small_leaves_one_shape_each_time,
    a_large_session_ends_as_well,
    a_planted_cookie_does_not_lock_out,
    a_planted_chunk_does_not_lock_out,
    chunks_are_read_when_the_whole_cookie_does_not_open,
    an_expired_whole_cookie_does_not_hide_the_chunks,
    chunks_count_up_to_the_first_gap,
];

async fn small_large_small_leaves_one_shape_each_time(framework: Framework) {
    let clock = clock();
    let site = Shop::new(options(&clock))
        .route("/0", |mut session| async move {
            session.set_user_id("small");
            ok()
        })
        .route("/3000", |mut session| async move {
            session.set_user_id(noise(3000));
            ok()
        })
        .route("/6000", |mut session| async move {
            session.set_user_id(noise(6000));
            ok()
        })
        .route("/11000", |mut session| async move {
            session.set_user_id(noise(11_000));
            ok()
        })
        .route("/", |session| async move { text(session.user_id().map_or(0, str::len)) });
    let mut browser = framework.browse(site, &clock).await;
    let log = Log::capture();

    for (path, len, names) in [
        ("/0", "5", ["sid"].as_slice()),
        ("/6000", "6000", &["sid.0", "sid.1", "sid.2"]),
        ("/11000", "11000", &["sid.0", "sid.1", "sid.2", "sid.3"]),
        ("/3000", "3000", &["sid.0", "sid.1"]),
        ("/0", "5", &["sid"]),
        ("/11000", "11000", &["sid.0", "sid.1", "sid.2", "sid.3"]),
        ("/0", "5", &["sid"]),
    ] {
        let response = browser.get(path).await;
        assert_eq!(response.status, 200);
        assert!(response.all("set-cookie").iter().all(|line| line.len() <= 4096), "{path}");
        assert_eq!(browser.jar.names(), names, "{path}");
        assert_eq!(browser.get("/").await.body, len, "{path}");
    }
    // Of no more than a header that is long for some servers.
    assert!(log.take().iter().all(|event| event.field("header_bytes").is_some()));
}

async fn a_large_session_ends_as_well(framework: Framework) {
    let clock = clock();
    let site = Shop::new(options(&clock))
        .route("/login", |mut session| async move {
            session.set_user_id(noise(11_000));
            ok()
        })
        .route("/logout", |mut session| async move {
            session.destroy();
            ok()
        })
        .route("/empty", |mut session| async move {
            session.clear_user_id();
            ok()
        });
    let mut browser = framework.browse(site, &clock).await;

    for end in ["/logout", "/empty"] {
        browser.get("/login").await;
        assert_eq!(browser.jar.names().len(), 4);
        browser.get(end).await;
        assert_eq!(browser.jar.names(), [""; 0], "{end}");
    }
}

fn others(clock: &ManualClock) -> Sealer {
    Sealer::new(Passwords::new(OTHER_PASSWORD).unwrap()).with_clock(clock.clone())
}

async fn a_planted_cookie_does_not_lock_out(framework: Framework) {
    let clock = clock();
    let site = Shop::new(options(&clock))
        .route("/app/login", |mut session| async move {
            session.set_user_id("ada");
            ok()
        })
        .route("/app/grow", |mut session| async move {
            session.set_user_id(noise(6000));
            ok()
        })
        .route("/app", |session| async move { text(session.user_id().map_or(0, str::len)) });
    let mut browser = framework.browse(site, &clock).await;
    let log = Log::capture();

    // From a sibling domain, and with a longer path, so that it comes first.
    browser.jar.store("sid=planted; Domain=example; Path=/app");
    browser.jar.store("sid=planted; Domain=example; Path=/");
    let forged = seal_with(&others(&clock), r#"{"userId":"mallory"}"#);
    browser.jar.store(&format!("sid={forged}; Domain=shop.example; Path=/app"));

    browser.get("/app/login").await;
    log.take();
    assert_eq!(browser.get("/app").await.body, "3");
    browser.get("/app/grow").await;
    assert_eq!(browser.get("/app").await.body, "6000");
    // Of no more than a header that is long for some servers.
    assert!(log.take().iter().all(|event| event.field("header_bytes").is_some()));
}

async fn a_planted_chunk_does_not_lock_out(framework: Framework) {
    let clock = clock();
    let site = Shop::new(options(&clock))
        .route("/app/login", |mut session| async move {
            session.set_user_id(noise(6000));
            ok()
        })
        .route("/app", |session| async move { text(session.user_id().map_or(0, str::len)) });
    let mut browser = framework.browse(site, &clock).await;
    browser.get("/app/login").await;
    let log = Log::capture();

    for name in ["sid.0", "sid.1", "sid.2", "sid.3"] {
        browser.jar.store(&format!("{name}=planted; Domain=example; Path=/app"));
        assert_eq!(browser.get("/app").await.body, "6000", "{name}");
        log.assert_silent();
    }
}

async fn chunks_are_read_when_the_whole_cookie_does_not_open(framework: Framework) {
    let clock = clock();
    let site = Shop::new(options(&clock)).route("/", |session| async move { text(session.visits()) });
    let browser = framework.browse(site, &clock).await;
    let log = Log::capture();

    let chunked = seal(&clock, r#"{"visits":7}"#);
    let (first, second) = chunked.split_at(100);
    for whole in ["nonsense", "", &seal_with(&others(&clock), r#"{"visits":8}"#)] {
        let header = format!("sid={whole}; sid.0={first}; sid.1={second}");
        let response = browser.send_as_is(Request::get("/").header("cookie", header)).await;
        assert_eq!(response.body, "7", "{whole}");
        log.assert_silent();
    }
    let header = format!("sid.0={first}; sid.1={second}; {}", cookie(&clock, r#"{"visits":8}"#));
    let response = browser.send_as_is(Request::get("/").header("cookie", header)).await;
    assert_eq!(response.body, "8", "the whole cookie counts when it opens");
}

/// An attacker's own session, planted by a sibling domain, expires like any other: then it
/// must neither hide the user's, which is in chunks, nor have a write expire them.
async fn an_expired_whole_cookie_does_not_hide_the_chunks(framework: Framework) {
    let clock = clock();
    let site = Shop::new(options(&clock))
        .route("/login", |mut session| async move {
            session.set_user_id(noise(6000));
            ok()
        })
        .route("/visit", |mut session| async move {
            session.visits += 1;
            ok()
        })
        .route("/shrink", |mut session| async move {
            session.set_user_id("ada");
            ok()
        })
        .route("/", |session| async move { text(session.user_id().map_or(0, str::len)) });
    let mut browser = framework.browse(site, &clock).await;
    let log = Log::capture();

    let short = Sealer::new(passwords()).with_clock(clock.clone()).with_ttl(Duration::from_secs(1));
    browser.jar.store(&format!("sid={}; Domain=example", seal_with(&short, r#"{"userId":"mallory"}"#)));
    clock.advance(Duration::from_secs(61));
    assert_eq!(browser.get("/").await.body, "0");
    assert_eq!(log.take_one().field("reason"), Some("expired"));

    browser.get("/login").await;
    log.take();
    for (path, len) in
        [("/", "6000"), ("/visit", "6000"), ("/visit", "6000"), ("/shrink", "3"), ("/visit", "3")]
    {
        browser.get(path).await;
        assert_eq!(browser.get("/").await.body, len, "{path}");
    }
    log.assert_silent();
}

async fn chunks_count_up_to_the_first_gap(framework: Framework) {
    let clock = clock();
    let site = Shop::new(options(&clock)).route("/", |session| async move { text(session.visits()) });
    let browser = framework.browse(site, &clock).await;

    let seal = seal(&clock, r#"{"visits":7}"#);
    let (first, rest) = seal.split_at(100);
    let (second, third) = rest.split_at(100);
    for (header, read) in [
        (format!("sid.0={first}; sid.1={second}; sid.2={third}"), "7"),
        (format!("sid.2={third}; sid.1={second}; sid.0={first}"), "7"),
        (format!("sid.0={seal}; sid.2=tail; sid.3=tail"), "7"),
        (format!("sid.0={seal}; sid.1=; sid.2=tail"), "7"),
        (format!("sid.0={first}; sid.2={rest}"), "0"),
        (format!("sid.1={first}; sid.2={rest}"), "0"),
        (format!("sid.0={first}; sid.1={second}; sid.2=; sid.3={third}"), "0"),
        // The tail of an older, longer seal lands after the marker.
        (format!("sid.0={first}; sid.1={rest}; sid.2=tail; sid.3=tail"), "7"),
    ] {
        let response = browser.send_as_is(Request::get("/").header("cookie", header.as_str())).await;
        assert_eq!((response.status, response.body.as_str()), (200, read), "{header}");
    }
}

/// The response to a visitor without a session, who writes a field of so many bytes.
fn write(clock: &ManualClock, size: usize) -> Vec<String> {
    let request = RequestSession::<AppSession>::new(options(clock).build().unwrap());
    request.handle([""; 0]).unwrap().set_user_id("a".repeat(size));
    request.commit(200).set_cookies
}

#[test]
fn chunks_always_expire_the_whole_cookie_and_a_whole_one_the_first_chunk() {
    let clock = clock();
    let names = |lines: Vec<String>| -> Vec<String> {
        lines.iter().map(|line| line.split_once(';').unwrap().0.chars().take(8).collect()).collect()
    };
    assert_eq!(names(write(&clock, 10)), ["sid=Fe26", "sid.0="]);
    assert_eq!(names(write(&clock, 4000))[2..], ["sid="]);
    assert_eq!(names(write(&clock, 10_000))[4..], ["sid="]);
}

/// One cookie is its type's limit, so chunks of others are expired only when
/// they were sent.
#[derive(IronSession, Clone)]
#[session(json_schema)]
struct OneCookie {
    id: String,
}

#[test]
fn a_session_of_one_cookie_expires_the_chunks_that_were_sent() {
    let clock = clock();
    for (header, count) in [("", 1), ("sid.1=x; sid.3=x", 3), ("sid.0=x; sid.1=x; sid.2=x; sid.3=x", 5)] {
        let request = RequestSession::<OneCookie>::new(options(&clock).build().unwrap());
        request.handle([header]).unwrap().set_id("ada");
        let lines = request.commit(200).set_cookies;
        assert_eq!(lines.len(), count, "{header}: {lines:?}");
        assert!(lines[1..].iter().all(|line| line.contains("=; Max-Age=0; Path=/;")), "{lines:?}");
    }
}

/// Writes an untyped session of one member that has `len` bytes.
fn write_untyped(clock: &ManualClock, max_cookies: usize, len: usize) -> Option<Vec<String>> {
    let options = options(clock).max_cookies(max_cookies).build().unwrap();
    let request = RequestSession::<Untyped>::new(options);
    request.handle([""; 0]).unwrap().insert("a", &"x".repeat(len)).unwrap();
    let commit = request.commit(200);
    (!commit.replace_response).then_some(commit.set_cookies)
}

#[test]
fn every_line_is_filled_to_the_limit_and_never_beyond() {
    /// The longest payloads that fit one, two, three and four cookies.
    const LIMITS: [usize; 4] = [2847, 5871, 8895, 11_919];
    const PUNCTUATION: usize = r#"{"a":""}"#.len();

    let clock = clock();
    for (max_cookies, limit) in (1..).zip(LIMITS) {
        let mut largest = 0;
        for bytes in limit - 40..limit + 40 {
            let Some(lines) = write_untyped(&clock, max_cookies, bytes - PUNCTUATION) else { continue };
            largest = bytes;
            assert!(lines.iter().all(|line| line.len() <= 4096), "{bytes}");
            let mut jar = Jar::new("shop.example", &clock);
            assert!(lines.iter().all(|line| jar.store(line)), "{bytes}");
            let joined: String = jar.names().iter().map(|name| jar.value(name).unwrap()).collect();
            assert_eq!(unseal(&clock, &joined).len(), bytes);
        }
        assert_eq!(largest, limit, "max_cookies = {max_cookies}");
    }
}
