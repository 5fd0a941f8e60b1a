//! Several sites on one server: the request's host chooses the cookie's domain. And development on
//! a host without https: the browser's headers choose whether the cookie is `Secure`.

use iron_session::SessionOptionsBuilder;
use iron_session_tests::fixtures::{clock, cookie, noise, options, seal};
use iron_session_tests::message::SetCookie;
use iron_session_tests::site::{ok, text};
use iron_session_tests::{Browser, Framework, Log, Request, Shop, on_every_framework};
use tracing::Level;

on_every_framework![
    the_host_chooses_the_longest_domain_that_it_is_below,
    the_authority_of_the_target_comes_before_the_host,
    forwarded_hosts_are_not_read,
    every_line_of_a_response_has_the_domain_of_its_host,
    former_scopes_are_expired_on_every_host,
    a_session_of_one_site_is_readable_on_it_alone,
    a_cookie_over_plain_http_has_no_secure_if_told_so,
    a_cookie_without_secure_is_a_warning_once,
    domains_and_plain_http_are_chosen_independently,
];

async fn shop(framework: Framework, options: SessionOptionsBuilder) -> Browser {
    let site = Shop::new(options)
        .route("/login", |mut session| async move {
            session.set_user_id("ada");
            ok()
        })
        .route("/grow", |mut session| async move {
            session.set_user_id(noise(6000));
            ok()
        })
        .route("/logout", |mut session| async move {
            session.destroy();
            ok()
        })
        .route("/", |session| async move { text(session.user_id().unwrap_or("nobody")) });
    framework.browse(site, &clock()).await
}

fn sites() -> SessionOptionsBuilder {
    options(&clock()).domains(["example.com", "shop.example.com", "example.org", ".Example.NET", "0.0.1"])
}

/// The domains in the lines of a response; an empty text for a line without one.
async fn domains(browser: &Browser, request: Request) -> Vec<String> {
    let lines = browser.send_as_is(request).await.set_cookies();
    lines.iter().map(|line| line.attribute("domain").unwrap_or_default().to_owned()).collect()
}

async fn the_host_chooses_the_longest_domain_that_it_is_below(framework: Framework) {
    let browser = shop(framework, sites()).await;
    for (host, domain) in [
        ("example.com", "example.com"),
        ("www.example.com", "example.com"),
        ("shop.example.com", "shop.example.com"),
        ("a.b.shop.example.com", "shop.example.com"),
        ("workshop.example.com", "example.com"),
        ("example.org", "example.org"),
        ("example.org:8443", "example.org"),
        ("WWW.eXample.ORG:80", "example.org"),
        ("example.net", ".Example.NET"),
        ("a.example.net", ".Example.NET"),
        // Other hosts.
        ("badexample.com", ""),
        ("example.com.evil.test", ""),
        ("com", ""),
        ("localhost:3000", ""),
        ("", ""),
        // Browsers store only host-only cookies for these.
        ("example.com.", ""),
        ("127.0.0.1:3000", ""),
        ("[::1]:3000", ""),
        ("[::1]", ""),
        ("[::ffff:127.0.0.1]", ""),
    ] {
        let request = Request::get("/login").header("host", host);
        assert_eq!(domains(&browser, request).await[0], domain, "{host}");
    }
    assert_eq!(domains(&browser, Request::get("/login").without_host()).await[0], "", "no host at all");
    let request = Request::get("/login").header("host", b"\xff.example.com".to_vec());
    assert_eq!(domains(&browser, request).await[0], "", "no text");
}

async fn the_authority_of_the_target_comes_before_the_host(framework: Framework) {
    let browser = shop(framework, sites()).await;
    let request = Request::get("https://www.example.org:8443/login").header("host", "example.com");
    // Rocket keeps only the path of such a target.
    let expected = if framework == Framework::Rocket { "example.com" } else { "example.org" };
    assert_eq!(domains(&browser, request).await[0], expected);
}

async fn forwarded_hosts_are_not_read(framework: Framework) {
    let browser = shop(framework, sites()).await;
    for (name, value) in [
        ("x-forwarded-host", "example.com"),
        ("x-forwarded-server", "example.com"),
        ("forwarded", "host=example.com"),
        ("x-host", "example.com"),
    ] {
        let request = Request::get("/login").header(name, value).header("host", "localhost");
        assert_eq!(domains(&browser, request).await[0], "", "{name}");
    }
}

async fn every_line_of_a_response_has_the_domain_of_its_host(framework: Framework) {
    let browser = shop(framework, sites()).await;
    let clock = clock();
    for (host, domain) in [("www.example.com", "example.com"), ("localhost", "")] {
        let ask = |path| {
            Request::get(path).header("host", host).header("cookie", cookie(&clock, r#"{"userId":"ada"}"#))
        };
        // The whole cookie and the first chunk; three chunks and the whole cookie; all five names.
        for (path, lines) in [("/login", 2), ("/grow", 4), ("/logout", 5)] {
            assert_eq!(domains(&browser, ask(path)).await, vec![domain; lines], "{path}");
        }
        // A seal that nobody can read is expired.
        let request = Request::get("/").header("host", host).header("cookie", "sid=nonsense");
        assert_eq!(domains(&browser, request).await, [domain]);
    }
}

async fn former_scopes_are_expired_on_every_host(framework: Framework) {
    let browser = shop(framework, sites().also_expire(None, "/").also_expire(Some("example.com"), "/")).await;
    let mut ended = domains(&browser, Request::get("/logout").header("host", "example.com")).await;
    ended.dedup();
    assert_eq!(ended, ["example.com", "", "example.com"]);
    let mut ended = domains(&browser, Request::get("/logout").header("host", "localhost")).await;
    ended.dedup();
    assert_eq!(ended, ["", "example.com"]);
}

async fn a_session_of_one_site_is_readable_on_it_alone(framework: Framework) {
    let options = options(&clock()).domains(["shop.example", "example.org"]);
    let mut browser = shop(framework, options).await;
    browser.send(Request::get("/login").header("host", "shop.example")).await;
    assert_eq!(browser.send(Request::get("/").header("host", "shop.example")).await.body, "ada");
    // The jar is that of `shop.example`, so it takes no cookie of the other site.
    browser.send(Request::get("/logout").header("host", "example.org")).await;
    assert_eq!(browser.send(Request::get("/").header("host", "shop.example")).await.body, "ada");
    browser.send(Request::get("/logout").header("host", "shop.example")).await;
    assert_eq!(browser.jar.names(), [""; 0]);
}

async fn lines(browser: &Browser, request: Request) -> Vec<SetCookie> {
    browser.send_as_is(request).await.set_cookies()
}

fn are_secure(lines: &[SetCookie]) -> bool {
    assert!(!lines.is_empty());
    let secure = lines.iter().filter(|line| line.attribute("secure").is_some()).count();
    assert!(secure == 0 || secure == lines.len());
    secure > 0
}

async fn a_cookie_over_plain_http_has_no_secure_if_told_so(framework: Framework) {
    // Browsers send the header over https and to their own computer.
    let over_https = |path| Request::get(path).header("sec-fetch-mode", "navigate");
    // A client's claim about its connection changes nothing.
    let over_http =
        |path| Request::get(path).header("x-forwarded-proto", "https").header("forwarded", "proto=https");
    let follows = shop(framework, options(&clock()).insecure_development_over_http()).await;
    for path in ["/login", "/grow", "/logout"] {
        assert!(are_secure(&lines(&follows, over_https(path)).await), "{path}");
        assert!(are_secure(&lines(&follows, over_https(path).header("x-forwarded-proto", "http")).await));
        assert!(!are_secure(&lines(&follows, over_http(path)).await), "{path}");
    }
    let never = shop(framework, options(&clock())).await;
    assert!(are_secure(&lines(&never, over_http("/login")).await));
    let always = shop(framework, options(&clock()).insecure_development()).await;
    assert!(!are_secure(&lines(&always, over_https("/login")).await));
}

async fn a_cookie_without_secure_is_a_warning_once(framework: Framework) {
    let log = Log::capture();
    let browser = shop(framework, sites().insecure_development_over_http()).await;
    let over_https = Request::get("/login").header("sec-fetch-mode", "navigate");
    lines(&browser, over_https).await;
    browser.send_as_is(Request::get("/")).await;
    log.assert_silent();
    for host in ["localhost", "localhost", "example.com"] {
        lines(&browser, Request::get("/login").header("host", host)).await;
    }
    let event = log.take_one();
    assert_eq!((event.level, event.field("cookie")), (Level::WARN, Some("sid")));
    assert!(
        event.message.starts_with("the session's cookie was sent without `Secure`, so anybody"),
        "{event}"
    );

    let browser = shop(framework, options(&clock()).insecure_development()).await;
    lines(&browser, Request::get("/login")).await;
    assert_eq!(log.take_one().message, event.message);
}

async fn domains_and_plain_http_are_chosen_independently(framework: Framework) {
    let browser = shop(framework, sites().insecure_development_over_http()).await;
    for (host, domain) in [("example.com", Some("example.com")), ("192.168.0.7:3000", None)] {
        for mode in [None, Some("cors")] {
            let request = Request::get("/login").header("host", host);
            let request = mode.into_iter().fold(request, |r, mode| r.header("sec-fetch-mode", mode));
            let line = lines(&browser, request).await.remove(0);
            assert_eq!(line.attribute("domain"), domain);
            assert_eq!(line.attribute("secure").is_some(), mode.is_some(), "{host} {mode:?}");
            let seal = seal(&clock(), r#"{"userId":"ada"}"#);
            let request = Request::get("/").header("host", host).header("cookie", format!("sid={seal}"));
            assert_eq!(browser.send_as_is(request).await.body, "ada");
        }
    }
}
