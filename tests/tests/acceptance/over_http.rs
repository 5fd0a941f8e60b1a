//! The parts of HTTP in which the server and the connection take part: redirects, streams, upgrades,
//! responses without a body, connections with several requests, and requests that end in a panic.

use std::sync::{Arc, Mutex};

use futures_util::future::join_all;
use iron_session_tests::fixtures::{ALL_NAMES, clock, content, cookie, noise, options, seal};
use iron_session_tests::site::{ok, text};
use iron_session_tests::{Framework, Log, Request, Shop, SiteResponse, on_every_framework};
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::sync::{Barrier, mpsc};
use tracing::Level;

on_every_framework![
    a_flash_crosses_a_redirect,
    a_stream_has_its_cookies_before_its_first_piece,
    a_websocket_handshake_commits,
    responses_without_a_body_commit,
    a_panic_saves_nothing_and_the_server_goes_on,
    a_panic_after_save_is_logged_or_saved,
    one_connection_serves_several_people,
    two_hundred_requests_at_once_keep_to_themselves,
    cookies_that_are_too_long_do_no_harm,
];

async fn a_flash_crosses_a_redirect(framework: Framework) {
    let clock = clock();
    let redirect = || SiteResponse::status(303).header("location", "/");
    let site = Shop::new(options(&clock))
        .route("/post", move |mut session| async move {
            session.set_notice("saved");
            Ok(redirect())
        })
        .route("/refuse", move |mut session| async move {
            session.set_notice("refused");
            Err(redirect())
        })
        .route("/", |mut session| async move { text(session.take_notice().unwrap_or_default()) });
    let mut browser = framework.browse(site, &clock).await;

    for (path, notice) in [("/post", "saved"), ("/refuse", "refused")] {
        let response = browser.send(Request::new("POST", path).form("name=ada")).await;
        assert_eq!((response.status, response.one("location")), (303, Some("/")), "{path}");
        assert_eq!(browser.get("/").await.body, notice, "{path}");
        assert_eq!(browser.get("/").await.body, "", "{path}");
    }
}

async fn a_stream_has_its_cookies_before_its_first_piece(framework: Framework) {
    let (sender, receiver) = mpsc::unbounded_channel();
    let receiver = Arc::new(Mutex::new(Some(receiver)));
    let clock = clock();
    let site = Shop::new(options(&clock)).route("/", move |mut session| {
        let pieces = receiver.lock().unwrap().take().unwrap();
        async move {
            session.set_visits(1);
            Ok(SiteResponse::pieces(pieces))
        }
    });
    let browser = framework.browse(site, &clock).await;

    // A server may send the head only together with the first piece.
    sender.send("one".to_owned()).unwrap();
    let mut response = browser.open(Request::get("/")).await.unwrap();
    assert_eq!((response.head.status, response.head.set_and_expired().0), (200, vec!["sid".to_owned()]));
    assert_eq!(response.head.one("content-length"), None);
    assert_eq!(response.piece().await.as_deref(), Some("one"));
    sender.send("two".to_owned()).unwrap();
    assert_eq!(response.piece().await.as_deref(), Some("two"));
    drop(sender);
    assert_eq!(response.piece().await, None);
}

/// The example of RFC 6455, section 1.3.
const KEY: &str = "dGhlIHNhbXBsZSBub25jZQ==";
const ACCEPT: &str = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

async fn a_websocket_handshake_commits(framework: Framework) {
    let clock = clock();
    let site = Shop::new(options(&clock)).route("/", |mut session| async move {
        session.visits += 1;
        Ok(SiteResponse::status(101)
            .header("connection", "upgrade")
            .header("upgrade", "websocket")
            .header("sec-websocket-accept", ACCEPT))
    });
    let browser = framework.browse(site, &clock).await;
    let handshake = Request::get("/")
        .header("host", "shop.example")
        .header("connection", "Upgrade")
        .header("upgrade", "websocket")
        .header("sec-websocket-version", "13")
        .header("sec-websocket-key", KEY)
        .header("cookie", cookie(&clock, r#"{"visits":7}"#));
    let response = browser.open(handshake).await.unwrap();

    assert_eq!((response.head.status, response.head.one("sec-websocket-accept")), (101, Some(ACCEPT)));
    assert_eq!(response.head.one("upgrade"), Some("websocket"));
    let sealed = response.head.set_cookies().remove(0).value;
    assert_eq!(content(&clock, &sealed), json!({"visits":8}));
    let mut connection = response.upgraded().await;
    connection.write_all(b"over another protocol").await.unwrap();
    let mut echo = [0; 21];
    connection.read_exact(&mut echo).await.unwrap();
    assert_eq!(&echo, b"over another protocol");
}

async fn responses_without_a_body_commit(framework: Framework) {
    let clock = clock();
    let site = Shop::new(options(&clock))
        .route("/", |mut session| async move {
            session.visits += 1;
            text("a page")
        })
        .route("/204", |mut session| async move {
            session.visits += 1;
            Ok(SiteResponse::status(204))
        })
        .route("/304", |mut session| async move {
            session.visits += 1;
            Ok(SiteResponse::status(304).header("etag", "\"1\""))
        })
        .route("/large", |mut session| async move {
            session.set_user_id(noise(6000));
            text("a page")
        });
    let mut browser = framework.browse(site, &clock).await;

    for (visits, (method, path, status)) in
        (1..).zip([("HEAD", "/", 200), ("GET", "/204", 204), ("GET", "/304", 304), ("HEAD", "/304", 304)])
    {
        let response = browser.send(Request::new(method, path)).await;
        assert_eq!((response.status, response.body.as_str()), (status, ""), "{method} {path}");
        assert_eq!(response.all("vary"), ["Cookie"], "{method} {path}");
        let sealed = browser.jar.value("sid").unwrap();
        assert_eq!(content(&clock, sealed), json!({"visits":visits}), "{method} {path}");
    }
    // A response to HEAD has the cookies of a whole login, too.
    let response = browser.send(Request::new("HEAD", "/large")).await;
    assert_eq!(response.set_and_expired().0, ALL_NAMES[1..=3]);
}

fn fail() -> &'static str {
    panic!("the handler fails");
}

/// A server closes the connection or responds with a 500.
async fn a_panic_saves_nothing_and_the_server_goes_on(framework: Framework) {
    let clock = clock();
    let site = Shop::new(options(&clock))
        .route("/panic", |mut session| async move {
            session.set_visits(100);
            text(fail())
        })
        .route("/", |session| async move { text(session.visits()) });
    let browser = framework.browse(site, &clock).await;
    let header = cookie(&clock, r#"{"visits":7}"#);
    let log = Log::capture();

    for _ in 0..3 {
        if let Ok(response) = browser.try_send(Request::get("/panic").header("cookie", &*header)).await {
            assert_eq!((response.status, response.all("set-cookie")), (500, vec![]));
        }
        let response = browser.send_as_is(Request::get("/").header("cookie", &*header)).await;
        assert_eq!((response.status, response.body.as_str()), (200, "7"));
    }
    for event in log.take() {
        assert_eq!(event.level, Level::WARN, "{event}");
    }
}

/// What `save()` accepted is sent with a 500, or its loss is logged.
async fn a_panic_after_save_is_logged_or_saved(framework: Framework) {
    let clock = clock();
    let site = Shop::new(options(&clock)).route("/panic", |mut session| async move {
        session.set_visits(1);
        session.save().unwrap();
        session.set_visits(2);
        text(fail())
    });
    let browser = framework.browse(site, &clock).await;
    let log = Log::capture();

    if let Ok(response) = browser.try_send(Request::get("/panic")).await {
        let sealed = response.set_cookies().remove(0).value;
        assert_eq!((response.status, content(&clock, &sealed)), (500, json!({"visits":1})));
    } else {
        let event = log.take_one();
        assert_eq!((event.level, event.field("lost")), (Level::WARN, Some("`save()`")), "{event}");
    }
}

/// A server may use its memory of a request again for the next one.
async fn one_connection_serves_several_people(framework: Framework) {
    let clock = clock();
    let site = Shop::new(options(&clock))
        .route("/visit", |mut session| async move {
            session.visits += 1;
            text(format!("{} {}", session.user_id().unwrap_or("nobody"), session.visits()))
        })
        .route("/logout", |mut session| async move {
            session.destroy();
            ok()
        })
        .route_without_session("/static", || async { text("a file") });
    let browser = framework.browse(site, &clock).await;
    let of = |name: &str, path: &str| {
        let payload = format!(r#"{{"userId":"{name}","visits":{}}}"#, name.len());
        Request::get(path).header("cookie", cookie(&clock, &payload))
    };

    let requests = [
        of("ada", "/visit"),
        Request::get("/visit"),
        of("grace", "/visit"),
        of("ada", "/static"),
        of("grace", "/logout"),
        Request::get("/visit"),
        Request::get("/static"),
        of("ada", "/visit"),
    ];
    let responses = browser.send_all(&requests).await;
    let told: Vec<_> = responses.iter().map(|response| response.body.as_str()).collect();
    assert_eq!(told, ["ada 4", "nobody 1", "grace 6", "a file", "", "nobody 1", "a file", "ada 4"]);
    for ((response, body), cookies) in responses.iter().zip(&told).zip([2, 2, 2, 0, 5, 2, 0, 2]) {
        assert_eq!(response.set_cookies().len(), cookies, "{body}");
    }
    for (response, user) in
        [(&responses[0], Some("ada")), (&responses[1], None), (&responses[2], Some("grace"))]
    {
        let content = content(&clock, &response.set_cookies()[0].value);
        assert_eq!(content.get("userId").and_then(|user| user.as_str()), user);
    }
}

async fn two_hundred_requests_at_once_keep_to_themselves(framework: Framework) {
    const ALL: usize = 200;
    let barrier = Arc::new(Barrier::new(ALL));
    let clock = clock();
    let site = Shop::new(options(&clock)).route("/", move |mut session| {
        let barrier = Arc::clone(&barrier);
        async move {
            session.visits += 1;
            // All requests have read their sessions, and none has its response.
            barrier.wait().await;
            session.visits += 1;
            text(session.visits())
        }
    });
    let browser = framework.browse(site, &clock).await;

    let responses = join_all((0..ALL).map(|number| {
        let header = cookie(&clock, &format!(r#"{{"userId":"{number}","visits":{number}}}"#));
        browser.send_as_is(Request::get("/").header("cookie", header))
    }));
    for (number, response) in responses.await.into_iter().enumerate() {
        assert_eq!((response.status, response.body.as_str()), (200, (number + 2).to_string().as_str()));
        let sealed = &response.set_cookies()[0].value;
        assert_eq!(content(&clock, sealed), json!({"userId": number.to_string(), "visits": number + 2}));
    }
}

async fn cookies_that_are_too_long_do_no_harm(framework: Framework) {
    let clock = clock();
    let site = Shop::new(options(&clock)).route("/", |session| async move { text(session.visits()) });
    let browser = framework.browse(site, &clock).await;
    let log = Log::capture();

    // Of somebody else.
    let ours = seal(&clock, r#"{"visits":7}"#);
    let header = format!("theme={}; sid={ours}; sidebar={}", noise(5000), noise(5000));
    assert_eq!(browser.send_as_is(Request::get("/").header("cookie", header)).await.body, "7");
    log.assert_silent();
    // In the place of ours. A browser does not store such cookies, so somebody wrote the request.
    let filler = noise(5000);
    for header in [
        format!("sid={filler}"),
        format!("sid=Fe26.2*1*{filler}*"),
        format!("sid.0={filler}; sid.1={filler}; sid.2={filler}"),
        format!("sid.0={filler}; sid.1=x"),
    ] {
        let response = browser.send_as_is(Request::get("/").header("cookie", &*header)).await;
        assert_eq!((response.status, response.body.as_str()), (200, "0"), "{}", &header[..20]);
        let events = log.take();
        assert!(events.iter().all(|event| event.level == Level::WARN), "{}: {events:?}", &header[..20]);
    }
}
