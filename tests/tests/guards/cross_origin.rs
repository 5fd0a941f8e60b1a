//! Requests from other origins.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use iron_session::error::{CrossOriginError, TrustedOriginError};
use iron_session::guard::{CrossOriginGuard, RequestOrigin};
use iron_session_tests::fixtures::{clock, options};
use iron_session_tests::site::ok;
use iron_session_tests::{Browser, Framework, Log, Request, Shop, on_every_framework};
use tower::ServiceExt as _;
use tracing::Level;

on_every_framework![
    every_kind_of_request_passes_or_is_refused,
    a_guard_that_trusts_nobody_lets_only_the_site_itself_pass,
    a_refused_request_does_not_reach_its_handler_and_gets_no_cookie,
    a_header_that_is_not_text_is_refused,
    the_authority_of_the_target_counts_more_than_the_host_header,
    a_websocket_is_opened_only_by_the_sites_own_pages,
    a_refusal_is_logged_once_a_minute_for_each_reason,
];

const HOST: &str = "shop.example";
const OTHER: &str = "https://evil.example";
const TRUSTED: &str = "https://login.example:8443";

fn guard() -> CrossOriginGuard {
    CrossOriginGuard::new().trust("https://a.example").unwrap().trust(TRUSTED).unwrap()
}

/// An `Origin`, and whether the request passes.
type Verdict = (Option<&'static str>, bool);

/// What the rule says about a method that changes something: by the values of
/// `Sec-Fetch-Site`, and by those of `Origin`.
#[rustfmt::skip]
const UNSAFE: &[(Option<&str>, &[Verdict])] = &[
    //                    no origin       the site's own, and its http form                           another       trusted          opaque
    (Some("same-origin"), &[(None, true),  (Some("https://shop.example"), true),  (Some("http://shop.example"), true),  (Some(OTHER), true),  (Some(TRUSTED), true), (Some("null"), true)]),
    (Some("none"),        &[(None, true),  (Some("https://shop.example"), true),  (Some("http://shop.example"), true),  (Some(OTHER), true),  (Some(TRUSTED), true), (Some("null"), true)]),
    (Some("same-site"),   &[(None, false), (Some("https://shop.example"), false), (Some("http://shop.example"), false), (Some(OTHER), false), (Some(TRUSTED), true), (Some("null"), false)]),
    (Some("cross-site"),  &[(None, false), (Some("https://shop.example"), false), (Some("http://shop.example"), false), (Some(OTHER), false), (Some(TRUSTED), true), (Some("null"), false)]),
    (Some("Same-Origin"), &[(None, false), (Some("https://shop.example"), false), (Some(TRUSTED), true)]),
    (Some("nonsense"),    &[(None, false), (Some("https://shop.example"), false), (Some(TRUSTED), true)]),
    (None,                &[(None, true),  (Some("https://shop.example"), true),  (Some("http://shop.example"), true),  (Some(OTHER), false), (Some(TRUSTED), true), (Some("null"), false)]),
    (Some(""),            &[(None, true),  (Some("https://shop.example"), true),  (Some(""), true),                     (Some(OTHER), false), (Some(TRUSTED), true)]),
];

/// Without `Sec-Fetch-Site`: an `Origin` and the `Host` that it is compared with.
const HOSTS: &[(&str, Option<&str>, bool)] = &[
    ("https://shop.example", Some("SHOP.example"), true),
    ("https://shop.example:8443", Some("shop.example:8443"), true),
    ("https://shop.example:8443", Some("shop.example"), false),
    ("https://shop.example", Some("shop.example:8443"), false),
    ("https://www.shop.example", Some("shop.example"), false),
    ("https://shop.example", Some("www.shop.example"), false),
    ("https://shop.example.evil.example", Some("shop.example"), false),
    ("https://shop.example@evil.example", Some("evil.example"), false),
    ("https://evil.example/shop.example", Some("shop.example"), false),
    ("shop.example", Some("shop.example"), false),
    ("https://", Some(""), false),
    ("https://shop.example", None, false),
    ("http://[::1]:3000", Some("[::1]:3000"), true),
    // One character more or less than a trusted origin.
    ("http://login.example:8443", Some("shop.example"), false),
    ("https://login.example", Some("shop.example"), false),
    ("https://login.example:8443/", Some("shop.example"), false),
    ("https://LOGIN.example:8443", Some("shop.example"), false),
    ("https://a.example", Some("shop.example"), true),
];

fn request(method: &'static str, site: Option<&str>, origin: Option<&str>, host: Option<&str>) -> Request {
    let headers = [("sec-fetch-site", site), ("origin", origin), ("host", host)];
    let given = headers.into_iter().filter_map(|(name, value)| Some((name, value?)));
    let request = given.fold(Request::new(method, "/"), |request, (name, value)| request.header(name, value));
    if host.is_none() { request.without_host() } else { request }
}

async fn start(framework: Framework) -> (Browser, Arc<AtomicUsize>) {
    start_with(guard(), framework).await
}

async fn start_with(guard: CrossOriginGuard, framework: Framework) -> (Browser, Arc<AtomicUsize>) {
    let (clock, calls) = (clock(), Arc::new(AtomicUsize::new(0)));
    let counted = Arc::clone(&calls);
    let site = Shop::new(options(&clock)).guarded(guard).route("/", move |mut session| {
        counted.fetch_add(1, Ordering::SeqCst);
        session.set_visits(1);
        async { ok() }
    });
    (framework.browse(site, &clock).await, calls)
}

async fn every_kind_of_request_passes_or_is_refused(framework: Framework) {
    let (browser, _) = start(framework).await;
    for (site, origins) in UNSAFE {
        for (origin, passes) in *origins {
            for method in ["POST", "PUT", "PATCH", "DELETE", "TRACE", "get", "SEARCH"] {
                let response = browser.send_as_is(request(method, *site, *origin, Some(HOST))).await;
                let expected = match (framework, method) {
                    // Rocket does not know these methods.
                    (Framework::Rocket, "get" | "SEARCH") => 400,
                    _ if *passes => 200,
                    _ => 403,
                };
                assert_eq!(response.status, expected, "{method} {site:?} {origin:?}");
            }
            for method in ["GET", "HEAD", "OPTIONS"] {
                let response = browser.send_as_is(request(method, *site, *origin, Some(HOST))).await;
                assert_eq!(response.status, 200, "{method} {site:?} {origin:?}");
            }
        }
    }
    for (origin, host, passes) in HOSTS {
        let response = browser.send_as_is(request("POST", None, Some(origin), *host)).await;
        assert_eq!(response.status, if *passes { 200 } else { 403 }, "{origin} {host:?}");
        // With this header, the host does not matter.
        for (site, passes) in [("same-origin", true), ("cross-site", *origin == "https://a.example")] {
            let response = browser.send_as_is(request("POST", Some(site), Some(origin), *host)).await;
            assert_eq!(response.status, if passes { 200 } else { 403 }, "{site} {origin} {host:?}");
        }
    }
}

async fn a_guard_that_trusts_nobody_lets_only_the_site_itself_pass(framework: Framework) {
    let (browser, _) = start_with(CrossOriginGuard::new(), framework).await;
    for (site, origin, status) in [
        (None, None, 200),
        (None, Some("https://shop.example"), 200),
        (Some("same-origin"), Some("https://shop.example"), 200),
        (None, Some(TRUSTED), 403),
        (Some("same-site"), Some(TRUSTED), 403),
        (Some("cross-site"), Some(TRUSTED), 403),
        (Some("cross-site"), None, 403),
    ] {
        let response = browser.send_as_is(request("POST", site, origin, Some(HOST))).await;
        assert_eq!(response.status, status, "{site:?} {origin:?}");
    }
}

async fn a_refused_request_does_not_reach_its_handler_and_gets_no_cookie(framework: Framework) {
    let (mut browser, calls) = start(framework).await;
    let response = browser.send(request("POST", Some("cross-site"), None, Some(HOST))).await;
    assert_eq!((response.status, response.body.as_str()), (403, ""));
    let of_the_server = [
        "content-length",
        "date",
        // Rocket's `Server` and the headers of its `Shield`.
        "server",
        "x-content-type-options",
        "x-frame-options",
        "permissions-policy",
    ];
    assert!(response.headers.iter().all(|(name, _)| of_the_server.contains(&name.as_str())), "{response:?}");
    assert_eq!(calls.load(Ordering::SeqCst), 0);
    browser.send(request("POST", Some("same-origin"), None, Some(HOST))).await;
    assert_eq!(calls.load(Ordering::SeqCst), 1);
}

async fn a_header_that_is_not_text_is_refused(framework: Framework) {
    let (browser, _) = start(framework).await;
    for name in ["sec-fetch-site", "origin"] {
        let request =
            Request::new("POST", "/").header("host", HOST).header(name, b"same-origin\xff".to_vec());
        // Rocket drops such a header. No browser sends one, and no page can make it do so.
        let expected = if framework == Framework::Rocket { 200 } else { 403 };
        assert_eq!(browser.send_as_is(request).await.status, expected, "{name}");
    }
    let request = Request::new("POST", "/").header("origin", "https://\u{e9}").header("host", "\u{e9}");
    assert_eq!(browser.send_as_is(request).await.status, 403);
}

async fn the_authority_of_the_target_counts_more_than_the_host_header(framework: Framework) {
    let (browser, _) = start(framework).await;
    for (target, host, status) in [
        ("http://shop.example/", None, 200),
        ("http://shop.example/", Some("evil.example"), 200),
        ("http://ada@shop.example/", None, 200),
        ("http://evil.example/", Some(HOST), 403),
        ("http://shop.example@evil.example/", Some(HOST), 403),
    ] {
        let headers = [("origin", Some("https://shop.example")), ("host", host)];
        let given = headers.into_iter().filter_map(|(name, value)| Some((name, value?)));
        let request =
            given.fold(Request::new("POST", target), |built, (name, value)| built.header(name, value));
        let request = if host.is_none() { request.without_host() } else { request };
        // Rocket keeps only the path of such a target, so `Host` counts.
        let status = match (framework, host) {
            (Framework::Rocket, Some(HOST)) => 200,
            (Framework::Rocket, _) => 403,
            _ => status,
        };
        assert_eq!(browser.send_as_is(request).await.status, status, "{target} {host:?}");
    }
}

async fn a_websocket_is_opened_only_by_the_sites_own_pages(framework: Framework) {
    let (browser, _) = start(framework).await;
    for (upgrade, site, origin, status) in [
        ("websocket", None, Some("https://shop.example"), 200),
        ("websocket", Some("same-origin"), Some("https://shop.example"), 200),
        ("websocket", None, Some(TRUSTED), 200),
        // Another program.
        ("websocket", None, None, 200),
        ("websocket", None, Some(OTHER), 403),
        ("WebSocket", None, Some(OTHER), 403),
        ("h2c, websocket", None, Some("null"), 403),
        ("websocket", Some("same-site"), Some("https://www.shop.example"), 403),
        ("h2c", None, Some(OTHER), 200),
    ] {
        let handshake = request("GET", site, origin, Some(HOST)).header("upgrade", upgrade);
        assert_eq!(browser.send_as_is(handshake).await.status, status, "{upgrade} {site:?} {origin:?}");
    }
}

async fn a_refusal_is_logged_once_a_minute_for_each_reason(framework: Framework) {
    let (browser, _) = start(framework).await;
    let too_long = format!("https://{}.example", "a".repeat(2000));
    let log = Log::capture();
    for _ in 0..3 {
        browser.send_as_is(request("POST", Some("cross-site"), Some(OTHER), Some(HOST))).await;
        browser.send_as_is(request("POST", None, Some(&too_long), Some(HOST))).await;
        browser.send_as_is(request("POST", Some("same-origin"), None, Some(HOST))).await;
    }
    let events = log.take();
    let reasons: Vec<_> = events.iter().map(|event| event.field("reason").unwrap()).collect();
    assert_eq!(reasons, ["sec_fetch_site", "origin"]);
    for event in &events {
        assert_eq!((event.level, event.message.as_str()), (Level::WARN, "cross-origin request refused"));
    }
    let error = events[0].field("error").unwrap();
    assert!(error.contains("`cross-site` and `Origin` is `https://evil.example`"), "{error}");
    assert!(events[1].field("error").unwrap().len() < 500, "{}", events[1]);
}

fn rocket_app() -> ::rocket::Rocket<::rocket::Build> {
    use ::rocket::http::Method;
    use iron_session::guard::NoBody;
    use iron_session_tests::on_rocket::{any_method, build, handler};

    let method = handler(|method: Method, _: NoBody| method.to_string());
    build().attach(guard()).mount("/", any_method("/", method.clone())).mount("/", any_method("/api", method))
}

/// Rocket takes the method of a form from its first field before any fairing runs.
#[test]
fn the_method_in_a_form_of_rocket_is_the_one_that_counts() {
    Framework::Rocket.run(|_| async {
        let browser = Browser::on_rocket(rocket_app(), &clock()).await;
        for (form, site, status, body) in [
            ("_method=delete", "cross-site", 403, ""),
            ("_method=delete", "same-origin", 200, "DELETE"),
            ("_method=get", "cross-site", 200, "GET"),
        ] {
            let response = browser.send_as_is(request("POST", Some(site), None, Some(HOST)).form(form)).await;
            assert_eq!((response.status, &*response.body), (status, body), "{form} {site}");
        }
    });
}

#[::rocket::catch(403)]
fn forbidden(request: &::rocket::Request<'_>) -> String {
    format!("{} is not for other sites", request.uri())
}

#[test]
fn a_refused_request_of_rocket_gets_the_catcher_of_its_path() {
    Framework::Rocket.run(|_| async {
        let app = rocket_app().register("/api", ::rocket::catchers![forbidden]);
        let browser = Browser::on_rocket(app, &clock()).await;
        for (path, body) in [("/api?a=1", "/api?a=1 is not for other sites"), ("/", "")] {
            let refused = Request::new("POST", path).header("sec-fetch-site", "cross-site");
            let response = browser.send_as_is(refused).await;
            assert_eq!((response.status, &*response.body), (403, body));
        }
    });
}

/// A body that can't be created empty.
struct Full(&'static str);

#[tokio::test]
async fn a_tower_service_may_have_any_body() {
    let service = tower::ServiceBuilder::new().layer(guard()).service_fn(async |_: http::Request<()>| {
        Ok::<_, std::convert::Infallible>(http::Response::new(Full("fine")))
    });
    for (site, status, body) in [("same-origin", 200, Some("fine")), ("cross-site", 403, None)] {
        let request = http::Request::post("/").header("sec-fetch-site", site).body(()).unwrap();
        let response = service.clone().oneshot(request).await.unwrap();
        assert_eq!(response.status(), status);
        assert_eq!(response.into_body().into_inner().map(|Full(text)| text), body);
    }
}

#[test]
fn a_guard_can_be_asked_without_a_framework() {
    let post = |headers: &[(&str, &'static str)]| {
        let header = |wanted: &str| {
            let found = headers.iter().find(|(name, _)| *name == wanted);
            found.map(|(_, value)| value.as_bytes())
        };
        RequestOrigin::new("POST", Some(HOST), header)
    };
    assert_eq!(guard().check(post(&[])), Ok(()));
    let refused = guard().check(post(&[("sec-fetch-site", "same-site")])).unwrap_err();
    assert!(
        matches!(&refused, CrossOriginError::FetchSite { site, origin: None, .. } if site == "same-site")
    );
    assert_eq!(refused.reason(), "sec_fetch_site");
    // Nobody trusts an origin by accident.
    let of_nobody = post(&[("sec-fetch-site", "same-site"), ("origin", TRUSTED)]);
    assert!(CrossOriginGuard::new().check(of_nobody).is_err());
}

#[test]
fn only_an_origin_as_browsers_write_it_can_be_trusted() {
    for origin in [
        "https://example.com",
        "http://localhost",
        "http://127.0.0.1:3000",
        "http://[::1]:3000",
        "https://xn--bcher-kva.example",
        "https://a_b.example:80",
        "http://example.com:443",
        "capacitor://localhost",
        "chrome-extension://aapocclcgogkmnckokdopfmhonfmgoek",
    ] {
        assert!(CrossOriginGuard::new().trust(origin).is_ok(), "{origin}");
    }
    for (origin, expected) in [
        ("", TrustedOriginError::NoScheme),
        ("null", TrustedOriginError::NoScheme),
        ("example.com", TrustedOriginError::NoScheme),
        ("https:example.com", TrustedOriginError::NoScheme),
        ("://example.com", TrustedOriginError::Scheme),
        ("HTTPS://example.com", TrustedOriginError::Scheme),
        ("1http://example.com", TrustedOriginError::Scheme),
        ("https ://example.com", TrustedOriginError::Scheme),
        ("https://", TrustedOriginError::NoHost),
        ("https://:8443", TrustedOriginError::NoHost),
        ("https://example.com/", TrustedOriginError::NotOnlyOrigin),
        ("https://example.com/path", TrustedOriginError::NotOnlyOrigin),
        ("https://example.com?query", TrustedOriginError::NotOnlyOrigin),
        ("https://example.com#fragment", TrustedOriginError::NotOnlyOrigin),
        ("https://example.com:8443/", TrustedOriginError::NotOnlyOrigin),
        ("https://Example.com", TrustedOriginError::Host),
        ("https://b\u{fc}cher.example", TrustedOriginError::Host),
        ("https://ada@example.com", TrustedOriginError::Host),
        ("https://*.example.com", TrustedOriginError::Host),
        ("https://example.com ", TrustedOriginError::Host),
        ("https://::1", TrustedOriginError::Host),
        ("https://[::0001]", TrustedOriginError::Host),
        ("https://example.com:", TrustedOriginError::Port),
        ("https://example.com:0", TrustedOriginError::Port),
        ("https://example.com:065", TrustedOriginError::Port),
        ("https://example.com:65536", TrustedOriginError::Port),
        ("https://example.com:443", TrustedOriginError::DefaultPort),
        ("http://example.com:80", TrustedOriginError::DefaultPort),
    ] {
        assert_eq!(CrossOriginGuard::new().trust(origin).unwrap_err(), expected, "{origin}");
    }
}
