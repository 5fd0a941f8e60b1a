//! The headers around the session: `Vary`, `Cache-Control`, and `Cookie` lines
//! as clients and proxies send them.

use iron_session::clock::ManualClock;
use iron_session_tests::fixtures::{clock, cookie, noise, options, seal};
use iron_session_tests::site::{ok, text};
use iron_session_tests::{Framework, Log, Request, Shop, SiteResponse, on_every_framework};
use tracing::Level;

on_every_framework![
    a_response_that_read_the_session_varies_on_the_cookie,
    vary_is_added_to_what_the_application_says_and_not_twice,
    a_response_with_a_cookie_is_not_cached,
    a_response_without_a_cookie_may_be_cached,
    the_application_decides_about_caching,
    the_applications_own_cookies_stay,
    a_500_in_place_of_the_response_varies_as_well,
    a_response_that_nginx_refuses_is_logged_once,
    a_cookie_header_may_be_split_over_several_lines,
    foreign_cookies_with_strange_bytes_cost_nothing,
    percent_encoded_values_are_decoded,
];

async fn a_response_that_read_the_session_varies_on_the_cookie(framework: Framework) {
    let clock = clock();
    let site = Shop::new(options(&clock))
        .route("/read", |session| async move { text(session.visits()) })
        .route("/write", |mut session| async move {
            session.set_visits(1);
            ok()
        })
        .route("/update", |mut session| async move {
            session.update(|s| s.set_visits(1));
            ok()
        })
        .route("/save", |mut session| async move {
            session.save().unwrap();
            ok()
        })
        .route("/destroy", |mut session| async move {
            session.destroy();
            ok()
        })
        .route("/not", |_session| async { ok() })
        .route("/404", |session| async move {
            Ok(SiteResponse { status: 404, ..SiteResponse::text(session.visits()) })
        })
        .route("/500", |session| async move {
            Ok(SiteResponse { status: 500, ..SiteResponse::text(session.visits()) })
        });
    let browser = framework.browse(site, &clock).await;

    for path in ["/read", "/write", "/update", "/save", "/destroy", "/404", "/500"] {
        let response = browser.send_as_is(Request::get(path)).await;
        assert_eq!(response.all("vary"), ["Cookie"], "{path}");
    }
    assert_eq!(browser.send_as_is(Request::get("/not")).await.all("vary"), [""; 0]);
}

async fn vary_is_added_to_what_the_application_says_and_not_twice(framework: Framework) {
    let clock = clock();
    let site = Shop::new(options(&clock))
        .route("/other", |session| async move {
            Ok(SiteResponse::text(session.visits()).header("vary", "Accept-Encoding, Origin"))
        })
        .route("/same", |session| async move {
            Ok(SiteResponse::text(session.visits()).header("vary", "accept").header("vary", "Origin, cookie"))
        })
        .route("/all", |session| async move { Ok(SiteResponse::text(session.visits()).header("vary", "*")) });
    let browser = framework.browse(site, &clock).await;

    for (path, expected) in [
        ("/other", vec!["Accept-Encoding, Origin", "Cookie"]),
        ("/same", vec!["accept", "Origin, cookie"]),
        ("/all", vec!["*"]),
    ] {
        let response = browser.send_as_is(Request::get(path)).await;
        assert_eq!(response.all("vary"), expected, "{path}");
    }
}

async fn a_response_with_a_cookie_is_not_cached(framework: Framework) {
    let clock = clock();
    let site = Shop::new(options(&clock).refresh_after(std::time::Duration::ZERO))
        .route("/change", |mut session| async move {
            session.set_visits(8);
            ok()
        })
        .route("/destroy", |mut session| async move {
            session.destroy();
            ok()
        })
        .route("/refreshed", |session| async move { text(session.visits()) });
    let browser = framework.browse(site, &clock).await;

    for path in ["/change", "/destroy", "/refreshed"] {
        let request = Request::get(path).header("cookie", cookie(&clock, r#"{"visits":7}"#));
        let response = browser.send_as_is(request).await;
        assert_eq!(response.one("cache-control"), Some("private, no-store"), "{path}");
        assert_eq!(response.all("vary"), ["Cookie"], "{path}");
    }
}

async fn a_response_without_a_cookie_may_be_cached(framework: Framework) {
    let clock = clock();
    let site = Shop::new(options(&clock)).route("/", |session| async move { text(session.visits()) });
    let browser = framework.browse(site, &clock).await;

    let request = Request::get("/").header("cookie", cookie(&clock, r#"{"visits":7}"#));
    assert_eq!(browser.send_as_is(request).await.one("cache-control"), None);
}

async fn the_application_decides_about_caching(framework: Framework) {
    let clock = clock();
    let site = Shop::new(options(&clock)).route("/", |mut session| async move {
        session.set_visits(1);
        Ok(SiteResponse::status(200).header("cache-control", "private, max-age=60"))
    });
    let mut browser = framework.browse(site, &clock).await;

    let response = browser.get("/").await;
    assert_eq!(response.one("cache-control"), Some("private, max-age=60"));
    assert_eq!(response.set_and_expired().0, ["sid"]);
}

async fn the_applications_own_cookies_stay(framework: Framework) {
    let clock = clock();
    let site = Shop::new(options(&clock)).route("/", |mut session| async move {
        session.set_visits(1);
        Ok(SiteResponse::status(200).header("set-cookie", "theme=dark").header("set-cookie", "lang=en"))
    });
    let mut browser = framework.browse(site, &clock).await;

    assert_eq!(browser.get("/").await.set_and_expired().0, ["theme", "lang", "sid"]);
}

async fn a_500_in_place_of_the_response_varies_as_well(framework: Framework) {
    let clock = clock();
    let site = Shop::new(options(&clock)).route("/", |mut session| async move {
        session.set_user_id(noise(20_000));
        Ok(SiteResponse::status(200).header("set-cookie", "theme=dark"))
    });
    let mut browser = framework.browse(site, &clock).await;

    let response = browser.get("/").await;
    assert_eq!((response.status, response.all("set-cookie").len()), (500, 0));
    assert_eq!(response.all("vary"), ["Cookie"]);
}

/// `deploy.rs` compares the limit with nginx's own.
async fn a_response_that_nginx_refuses_is_logged_once(framework: Framework) {
    let clock = clock();
    let site = |clock: &ManualClock| {
        Shop::new(options(clock))
            .route("/small", |mut session| async move {
                session.set_user_id(noise(100));
                ok()
            })
            .route("/small-with-headers", |mut session| async move {
                session.set_user_id(noise(100));
                Ok(SiteResponse::status(200).header("content-security-policy", &noise(3600)))
            })
            .route("/read-with-headers", |session| async move {
                Ok(SiteResponse::text(session.visits()).header("content-security-policy", &noise(5000)))
            })
            .route("/one-cookie", |mut session| async move {
                session.set_user_id(noise(2700));
                Err(SiteResponse::status(303))
            })
            .route("/chunks", |mut session| async move {
                session.set_user_id(noise(4000));
                ok()
            })
    };
    for (path, is_logged) in [
        ("/small", false),
        ("/read-with-headers", false),
        ("/small-with-headers", true),
        ("/one-cookie", true),
        ("/chunks", true),
    ] {
        let mut browser = framework.browse(site(&clock), &clock).await;
        let log = Log::capture();
        browser.get(path).await;
        if is_logged {
            let event = log.take_one();
            assert_eq!((event.level, event.field("limit_bytes")), (Level::WARN, Some("4096")), "{path}");
            assert!(event.message.contains("set `proxy_buffer_size 32k`"), "{event}");
            browser.get("/chunks").await;
        }
        log.assert_silent();
    }
}

async fn a_cookie_header_may_be_split_over_several_lines(framework: Framework) {
    let clock = clock();
    let site = Shop::new(options(&clock)).route("/", |session| async move { text(session.visits()) });
    let browser = framework.browse(site, &clock).await;
    let log = Log::capture();

    // HTTP/2 clients do, and not every proxy joins the lines again.
    let seal = seal(&clock, r#"{"visits":7}"#);
    let (first, second) = seal.split_at(100);
    let request = Request::get("/")
        .header("cookie", "theme=dark")
        .header("cookie", format!("sid.1={second}"))
        .header("cookie", format!("lang=en; sid.0={first}"));
    assert_eq!(browser.send_as_is(request).await.body, "7");
    log.assert_silent();
}

async fn foreign_cookies_with_strange_bytes_cost_nothing(framework: Framework) {
    let clock = clock();
    let site = Shop::new(options(&clock)).route("/", |session| async move { text(session.visits()) });
    let browser = framework.browse(site, &clock).await;
    let log = Log::capture();

    let ours = cookie(&clock, r#"{"visits":7}"#);
    let strange: [&[u8]; 6] =
        [b"name=J\xf6rg", "name=Jörg".as_bytes(), b"\xff\xfe=\xff", b"=; ;;=;", b"a=\"x; y=z\"", b"\xe2\x82"];
    for theirs in strange {
        for header in [[theirs, b"; ", ours.as_bytes()].concat(), [ours.as_bytes(), b"; ", theirs].concat()] {
            // Rocket drops such a line as a whole.
            let is_dropped = framework == Framework::Rocket && std::str::from_utf8(&header).is_err();
            let response = browser.send_as_is(Request::get("/").header("cookie", header)).await;
            assert_eq!(response.body, if is_dropped { "0" } else { "7" }, "{theirs:?}");
            log.assert_silent();
        }
    }
}

async fn percent_encoded_values_are_decoded(framework: Framework) {
    let clock = clock();
    let site = Shop::new(options(&clock)).route("/", |session| async move { text(session.visits()) });
    let browser = framework.browse(site, &clock).await;

    let seal = seal(&clock, r#"{"visits":7}"#);
    for encoded in [seal.replace('*', "%2A"), seal.replace('*', "%2a").replace('~', "%7E")] {
        let request = Request::get("/").header("cookie", format!("sid={encoded}"));
        assert_eq!(browser.send_as_is(request).await.body, "7");
    }
}
