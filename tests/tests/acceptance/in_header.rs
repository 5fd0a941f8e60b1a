//! A session in a header, for clients without cookies.

use std::time::Duration;

use iron_session::error::OptionsError;
use iron_session::{Passwords, Profile, Session, SessionOptions, SessionOptionsBuilder};
use iron_session_tests::fixtures::{COOKIE, PASSWORD, TTL, clock, cookie, noise, options};
use iron_session_tests::site::{ok, text};
use iron_session_tests::{
    AppSession, CartItem, Framework, Log, Request, Response, Shop, Site, SiteResponse, on_every_framework,
};

on_every_framework![
    a_client_without_cookies_keeps_its_session_in_a_header,
    a_bearer_token_is_read_and_handed_back,
    another_scheme_is_left_to_the_application,
    a_session_that_ends_hands_back_an_empty_header,
    an_expired_seal_is_taken_back,
    a_session_of_several_cookies_travels_in_one_header,
    an_error_keeps_the_header,
    no_cache_keeps_a_seal_that_the_application_would_let_it_keep,
    an_app_and_a_browser_share_a_session,
    two_types_in_one_header_are_refused,
];

const HEADER: &str = "x-session";

fn visits(options: SessionOptionsBuilder) -> Shop {
    Shop::new(options).route("/", |session| async move { text(session.visits()) }).route(
        "/visit",
        |mut session| async move {
            *session.visits_mut() += 1;
            text(session.visits())
        },
    )
}

/// Returns the seal that a response hands back, and checks that it sets no cookie.
fn handed_back(response: &Response) -> &str {
    assert_eq!(response.all("set-cookie"), [""; 0]);
    assert_eq!(response.one("cache-control"), Some("private, no-store"));
    response.one(HEADER).expect("the session's header")
}

async fn a_client_without_cookies_keeps_its_session_in_a_header(framework: Framework) {
    let clock = clock();
    let browser = framework.browse(visits(options(&clock).header(HEADER)), &clock).await;

    let first = browser.send_as_is(Request::get("/visit")).await;
    assert_eq!((first.body.as_str(), first.one("vary")), ("1", Some(HEADER)));
    let seal = handed_back(&first).to_owned();
    assert!(seal.starts_with("Fe26.2*"), "{seal}");

    let read = browser.send_as_is(Request::get("/").header(HEADER, seal.clone())).await;
    assert_eq!((read.body.as_str(), read.one(HEADER), read.one("vary")), ("1", None, Some(HEADER)));
    let second = browser.send_as_is(Request::get("/visit").header(HEADER, seal.clone())).await;
    assert_eq!(second.body, "2");
    assert_ne!(handed_back(&second), seal);

    // A cookie is not looked at.
    let cookies = cookie(&clock, r#"{"visits":7}"#);
    assert_eq!(browser.send_as_is(Request::get("/").header("cookie", cookies)).await.body, "0");
}

async fn a_bearer_token_is_read_and_handed_back(framework: Framework) {
    let clock = clock();
    let browser = framework.browse(visits(options(&clock).bearer(HEADER)), &clock).await;

    let first = browser.send_as_is(Request::get("/visit")).await;
    assert_eq!(first.one("vary"), Some("Authorization"));
    let seal = handed_back(&first).to_owned();
    for scheme in ["Bearer", "bearer", "BEARER "] {
        let request = Request::get("/").header("authorization", format!("{scheme} {seal}"));
        assert_eq!(browser.send_as_is(request).await.body, "1", "{scheme}");
    }
    // The response's header is not read.
    assert_eq!(browser.send_as_is(Request::get("/").header(HEADER, seal)).await.body, "0");
}

async fn another_scheme_is_left_to_the_application(framework: Framework) {
    let (clock, log) = (clock(), Log::capture());
    let browser = framework.browse(visits(options(&clock).bearer(HEADER)), &clock).await;

    for value in ["Basic YWRhOnBhc3N3b3Jk", "Bearer", "Bearer ", "", "Fe26.2*1*x"] {
        let response = browser.send_as_is(Request::get("/").header("authorization", value)).await;
        assert_eq!(
            (response.status, response.body.as_str(), response.one(HEADER)),
            (200, "0", None),
            "{value}"
        );
    }
    log.assert_silent();
}

async fn a_session_that_ends_hands_back_an_empty_header(framework: Framework) {
    let clock = clock();
    let site = visits(options(&clock).header(HEADER)).route("/logout", |mut session| async move {
        session.destroy();
        ok()
    });
    let browser = framework.browse(site, &clock).await;

    let seal = handed_back(&browser.send_as_is(Request::get("/visit")).await).to_owned();
    let ended = browser.send_as_is(Request::get("/logout").header(HEADER, seal)).await;
    assert_eq!(handed_back(&ended), "");
}

async fn an_expired_seal_is_taken_back(framework: Framework) {
    let clock = clock();
    let browser = framework.browse(visits(options(&clock).header(HEADER)), &clock).await;

    let seal = handed_back(&browser.send_as_is(Request::get("/visit")).await).to_owned();
    clock.advance(TTL + Duration::from_secs(61));
    let late = browser.send_as_is(Request::get("/").header(HEADER, seal)).await;
    assert_eq!((late.body.as_str(), handed_back(&late)), ("0", ""));
}

async fn a_session_of_several_cookies_travels_in_one_header(framework: Framework) {
    let clock = clock();
    let site = visits(options(&clock).header(HEADER))
        .route("/fill", |mut session| async move {
            session.set_cart(vec![CartItem { sku: noise(5000), ..CartItem::default() }]);
            ok()
        })
        .route("/cart", |session| async move { text(session.cart().len()) });
    let browser = framework.browse(site, &clock).await;

    let filled = browser.send_as_is(Request::get("/fill")).await;
    let seal = handed_back(&filled).to_owned();
    assert!(seal.len() > 4096, "{}", seal.len());
    assert_eq!(browser.send_as_is(Request::get("/cart").header(HEADER, seal)).await.body, "1");
}

async fn an_error_keeps_the_header(framework: Framework) {
    let clock = clock();
    let site = Shop::new(options(&clock).header(HEADER)).route("/", |mut session| async move {
        session.set_visits(3);
        Err(SiteResponse::status(403))
    });
    let browser = framework.browse(site, &clock).await;

    let refused = browser.send_as_is(Request::get("/")).await;
    assert_eq!(refused.status, 403);
    assert!(handed_back(&refused).starts_with("Fe26.2*"));
}

async fn no_cache_keeps_a_seal_that_the_application_would_let_it_keep(framework: Framework) {
    let clock = clock();
    let site = Shop::new(options(&clock).header(HEADER)).route("/", |mut session| async move {
        session.set_visits(3);
        Ok(SiteResponse::text("cached").header("cache-control", "public, max-age=60"))
    });
    let browser = framework.browse(site, &clock).await;

    let response = browser.send_as_is(Request::get("/")).await;
    assert!(response.one(HEADER).is_some());
    assert!(response.all("cache-control").contains(&"private, no-store"));
}

async fn an_app_and_a_browser_share_a_session(framework: Framework) {
    let clock = clock();
    let (web, app) = (options(&clock).build().unwrap(), options(&clock).header(HEADER).build().unwrap());
    let site = Site::by_host(move |host| if host == "app.example" { app.clone() } else { web.clone() })
        .route("/", |mut session: Session<AppSession>| async move {
            *session.visits_mut() += 1;
            text(session.visits())
        });
    let browser = framework.browse(site, &clock).await;

    let on_app = browser.send_as_is(Request::get("/").header("host", "app.example")).await;
    let seal = handed_back(&on_app);
    let cookies = format!("{COOKIE}={seal}");
    let on_web = browser.send_as_is(Request::get("/").header("cookie", cookies)).await;
    assert_eq!((on_web.body.as_str(), on_web.one(HEADER)), ("2", None));
    assert!(on_web.set_and_expired().0.contains(&COOKIE.to_owned()));
}

async fn two_types_in_one_header_are_refused(framework: Framework) {
    let (clock, log) = (clock(), Log::capture());
    let other = SessionOptions::builder("other", Passwords::new(PASSWORD).unwrap());
    let site = visits(options(&clock).header(HEADER)).inside_other(other.header(HEADER));
    let browser = framework.browse(site, &clock).await;

    assert_eq!(browser.send_as_is(Request::get("/")).await.status, 500);
    assert_eq!(log.take_one().field("cookie"), Some(HEADER));
}

#[test]
fn a_header_with_another_meaning_is_refused() {
    let built = |name| {
        let passwords = Passwords::new(PASSWORD).unwrap();
        SessionOptions::builder("app_session", passwords).header(name).build()
    };
    for name in
        ["", "X-Session", "x session", "cookie", "set-cookie", "authorization", "vary", "x-csrf-token"]
    {
        assert!(matches!(built(name), Err(OptionsError::Header { .. })), "{name}");
    }
    assert!(built("x-session").is_ok());

    let passwords = Passwords::new(PASSWORD).unwrap();
    let of_h3 = SessionOptions::builder("h3", passwords).profile(Profile::H3V2).header("x-session").build();
    assert!(matches!(of_h3, Err(OptionsError::Contradiction { .. })));
}
