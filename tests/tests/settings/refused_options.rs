//! `SessionOptions`: every combination that is refused, with its reason.
use std::time::{Duration, SystemTime};

use iron_session::SessionMiddleware;
use iron_session::SessionOptionsBuilder;
use iron_session::error::OptionsError;
use iron_session::{IronSession, Passwords, SameSite, SessionLayer, SessionOptions, Ttl, Untyped};
use iron_session_tests::fixtures::{NOW_MS, OTHER_PASSWORD, PASSWORD, clock, noise, options};
use iron_session_tests::{AppSession, OtherSession};

use super::options::{Set, named};

#[track_caller]
fn assert_refused(options: SessionOptionsBuilder, is_expected: fn(&OptionsError) -> bool, reason: &str) {
    let error = options.build().unwrap_err();
    assert!(is_expected(&error), "{error:?}");
    assert!(error.to_string().contains(reason), "{error}\nshould contain {reason}");
}

#[test]
fn a_name_that_cookies_cant_carry() {
    for name in ["", "a b", "a;b", "a=b", "a\tb", "a\nb", "a\r\nSet-Cookie: b", "näme", "a\u{7f}", " "] {
        let error = named(name).build().unwrap_err();
        assert!(matches!(error, OptionsError::CookieName { .. }), "{name:?}: {error}");
        assert!(error.to_string().contains("use visible ASCII characters"), "{error}");
    }
    for name in ["sid", "__Host-sid", "__Secure-sid", "a.b-c_d!#$%&'*+^`|~", "1"] {
        assert!(named(name).build().is_ok(), "{name}");
    }
}

#[test]
fn a_name_that_is_one_of_another_sessions_chunks() {
    for name in ["app.0", "app.1", "app.2", "app.3", "__Host-app.0", "app.0.0", "a.b.3"] {
        let error = named(name).build().unwrap_err();
        assert!(matches!(error, OptionsError::ChunkName { .. }), "{name}: {error}");
        let session = &name[..name.len() - 2];
        let reason = format!("it is also the name of a chunk of the session `{session}`");
        assert!(error.to_string().contains(&reason), "{error}");
    }
    for name in ["app.4", "app.00", "app.10", "app0", "app.0a", "app-0", "0"] {
        assert!(named(name).build().is_ok(), "{name}");
    }
}

#[test]
fn a_path_that_browsers_would_ignore() {
    let long = format!("/{}", "a".repeat(1024));
    for path in ["", "app", "app/", "/a;b", "/a\nb", "/\u{e4}", "/\0", &long] {
        let error = named("sid").path(path).build().unwrap_err();
        assert!(matches!(error, OptionsError::Path { .. }), "{path:?}: {error}");
        assert!(error.to_string().contains("it must start with `/`"), "{error}");
    }
    for path in ["/", "/app/x y,z=1", &long[..1024]] {
        assert!(named("sid").path(path).build().is_ok(), "{path}");
    }
}

#[test]
fn a_domain_that_is_no_host_name() {
    let label = format!("{}.com", "a".repeat(64));
    let long = ["a".repeat(60).as_str(); 5].join(".");
    for domain in [
        "",
        ".",
        "..",
        "https://a.com",
        "a.com/",
        "a.com:80",
        "a..b",
        "-a.de",
        "a-.de",
        "a b",
        "a;b",
        "a\n",
        "ä.de",
        &label,
        &long,
    ] {
        let error = named("sid").domain(domain).build().unwrap_err();
        assert!(matches!(error, OptionsError::Domain { .. }), "{domain:?}: {error}");
        assert!(error.to_string().contains("use a host name such as `example.com`"), "{error}");
    }
    for domain in
        ["example.com", ".example.com", "localhost", "xn--9ca.de", "a-b.cd.example", "a_b.de", "_a.b_.de"]
    {
        assert!(named("sid").domain(domain).build().is_ok(), "{domain}");
    }
}

#[test]
fn domains_that_contradict_or_that_browsers_refuse() {
    let is_contradiction = |error: &OptionsError| matches!(error, OptionsError::Contradiction { .. });
    let both = named("sid").domain("example.com").domains(["example.org"]);
    assert_refused(both, is_contradiction, "contradicts `domains`; remove one of them");
    let is_domain = |error: &OptionsError| matches!(error, OptionsError::Domain { .. });
    for domain in ["", "a.com:80", "[::1]", "a..b", "https://a.com"] {
        assert_refused(named("sid").domains(["example.com", domain]), is_domain, "use a host name");
    }
    let is_refused = |error: &OptionsError| matches!(error, OptionsError::Refused { .. });
    assert_refused(named("__Host-sid").domains(["example.com"]), is_refused, "that has a `Domain` attribute");
    assert!(named("sid").domains([""; 0]).domain("example.com").build().is_ok());

    // The longest of them counts.
    let long = format!("{}.{}.example", "a".repeat(60), "b".repeat(60));
    let options = named("sid").domains(["example.com", &long, "example.org"]).build().unwrap();
    assert!(matches!(options.check::<AppSession>(), Err(OptionsError::Overhead { .. })));
    let is_full = |error: &OptionsError| matches!(error, OptionsError::NoRoom);
    let name = "a".repeat(3700);
    assert_refused(named(&name).domains(["example.com", &long]), is_full, "leave no room");
}

#[test]
fn plain_http_in_development_needs_a_cookie_that_browsers_take() {
    let is_refused = |error: &OptionsError| matches!(error, OptionsError::Refused { .. });
    let over_http = |name| named(name).insecure_development_over_http();
    assert_refused(over_http("__Host-sid"), is_refused, "or `insecure_development_over_http`");
    assert_refused(
        over_http("sid").same_site(SameSite::None),
        is_refused,
        "or `insecure_development_over_http`",
    );
    assert_refused(over_http("sid").partitioned(true), is_refused, "or `insecure_development_over_http`");
    assert!(over_http("sid").insecure_development().build().is_ok());
}

#[test]
fn a_further_attribute_that_would_be_another_or_none() {
    let long = "a".repeat(1025);
    let cases: [(&str, Option<&str>, &str); 17] = [
        ("", None, "its name must be"),
        ("a b", None, "its name must be"),
        ("a=b", None, "its name must be"),
        ("a;Path=/", None, "its name must be"),
        ("a\r\nSet-Cookie: b", None, "its name must be"),
        ("ä", None, "its name must be"),
        ("Path", Some("/app"), "has a method for it"),
        ("max-age", Some("1"), "has a method for it"),
        ("SECURE", None, "has a method for it"),
        ("SameSite", Some("Lax"), "has a method for it"),
        ("partitioned", None, "has a method for it"),
        ("a", Some("b; Path=/app"), "its value must be"),
        ("a", Some("b\r\nSet-Cookie: c"), "its value must be"),
        ("a", Some("ä"), "its value must be"),
        ("a", Some(" b"), "without spaces at its ends"),
        ("a", Some("b "), "without spaces at its ends"),
        ("a", Some(&long), "at most 1024 bytes"),
    ];
    let is_attribute = |error: &OptionsError| matches!(error, OptionsError::Attribute { .. });
    for (name, value, reason) in cases {
        assert_refused(named("sid").attribute(name, value), is_attribute, reason);
    }
    let twice = named("sid").attribute("a", None).attribute("A", Some("1"));
    assert_refused(twice, is_attribute, "it was added before");
    assert!(named("sid").attribute("a", Some(&long[1..])).attribute("B", None).build().is_ok());
}

#[test]
fn combinations_that_browsers_refuse() {
    let cases: [(&str, Set, &str); 14] = [
        (
            "sid",
            |o| o.same_site(SameSite::None).insecure_development(),
            "a `SameSite=None` cookie without `Secure`",
        ),
        ("sid", |o| o.partitioned(true).insecure_development(), "a `Partitioned` cookie without `Secure`"),
        ("__Host-sid", |o| o.insecure_development(), "without `Secure`"),
        ("__Secure-sid", |o| o.insecure_development(), "without `Secure`"),
        ("__Http-sid", |o| o.insecure_development(), "without `Secure`"),
        ("__Host-sid", |o| o.domain("example.com"), "a `__Host-` cookie that has a `Domain` attribute"),
        ("__Host-sid", |o| o.path("/app"), "a `__Host-` cookie whose `Path` is not `/`"),
        ("__Http-sid", |o| o.http_only(false), "without `HttpOnly`"),
        ("__Host-Http-sid", |o| o.http_only(false), "without `HttpOnly`"),
        ("__Host-Http-sid", |o| o.domain("example.com"), "a `__Host-` cookie that has a `Domain` attribute"),
        // Browsers compare the prefixes without regard to case.
        ("__host-sid", |o| o.domain("example.com"), "a `__Host-` cookie that has a `Domain` attribute"),
        ("__HOST-sid", |o| o.path("/app"), "a `__Host-` cookie whose `Path` is not `/`"),
        ("__secure-sid", |o| o.insecure_development(), "without `Secure`"),
        ("__HTTP-sid", |o| o.http_only(false), "without `HttpOnly`"),
    ];
    for (name, set, reason) in cases {
        assert_refused(set(named(name)), |error| matches!(error, OptionsError::Refused { .. }), reason);
    }
    let taken: [(&str, Set); 5] = [
        ("__Host-sid", |o| o),
        ("__Secure-sid", |o| o.domain("example.com").path("/app").http_only(false)),
        ("__Http-sid", |o| o.domain("example.com")),
        ("sid", |o| o.insecure_development()),
        ("sid", |o| o.same_site(SameSite::None).partitioned(true)),
    ];
    for (name, set) in taken {
        assert!(set(named(name)).build().is_ok(), "{name}");
    }
}

#[test]
fn former_scopes_that_browsers_refuse() {
    let refused = |error: &OptionsError| matches!(error, OptionsError::Refused { .. });
    let host = || named("__Host-sid");
    assert_refused(
        host().also_expire(Some("example.com"), "/"),
        refused,
        "a `__Host-` cookie that has a `Domain` attribute",
    );
    assert_refused(host().also_expire(None, "/app"), refused, "whose `Path` is not `/`");
    assert!(host().also_expire(None, "/").build().is_ok());
    let is_domain = |error: &OptionsError| matches!(error, OptionsError::Domain { .. });
    assert_refused(named("sid").also_expire(Some("a.com/"), "/"), is_domain, "use a host name");
    let is_path = |error: &OptionsError| matches!(error, OptionsError::Path { .. });
    assert_refused(named("sid").also_expire(None, "app"), is_path, "must start with `/`");
    let is_full = |error: &OptionsError| matches!(error, OptionsError::NoRoom);
    let long = named(&"a".repeat(3700)).also_expire(None, &format!("/{}", "a".repeat(400)));
    assert_refused(long, is_full, "shorten the name, path or domain");
}

#[test]
fn lifetimes_that_mean_something_else() {
    for ttl in [Duration::ZERO, Duration::from_millis(999)] {
        assert_refused(named("sid").ttl(ttl), |error| matches!(error, OptionsError::Ttl), "`Ttl::Unlimited`");
        let max_age = named("sid").max_age(ttl);
        assert_refused(max_age, |error| matches!(error, OptionsError::MaxAge), "`until_browser_closes`");
    }
}

#[test]
fn an_expires_that_deletes_the_cookie_or_has_no_date() {
    let before = SystemTime::UNIX_EPOCH + Duration::from_millis(NOW_MS);
    let after = SystemTime::UNIX_EPOCH + Duration::from_secs(300_000_000_000);
    for expires in [before, after] {
        let expires = named("sid").expires(expires);
        assert_refused(expires, |error| matches!(error, OptionsError::Expires), "must be in the future");
    }
}

#[test]
fn lifetimes_that_contradict_each_other() {
    let expires = SystemTime::UNIX_EPOCH + Duration::from_millis(NOW_MS + 1000);
    let cases: [(SessionOptionsBuilder, &str); 4] = [
        (named("sid").until_browser_closes().expires(expires), "remove one of them"),
        (named("sid").expires(expires).until_browser_closes(), "remove one of them"),
        (
            named("sid").ttl(Ttl::Unlimited).max_age(Duration::from_secs(60)).refresh_after(Duration::ZERO),
            "set a ttl, or remove `max_age`",
        ),
        (
            named("sid")
                .absolute_timeout(Duration::from_secs(86_400))
                .max_age(Duration::from_secs(3600))
                .refresh_after(Duration::from_secs(1800)),
            "lower the ttl to `max_age`, or remove `max_age`",
        ),
    ];
    for (options, reason) in cases {
        assert_refused(options, |error| matches!(error, OptionsError::Contradiction { .. }), reason);
    }
    // `Max-Age` takes the place of the browser's end, and wins over the date.
    let taken = named("sid").until_browser_closes().expires(expires).max_age(Duration::from_secs(5));
    assert!(taken.build().is_ok());
}

#[test]
fn a_number_of_cookies_that_iron_session_does_not_read() {
    for max_cookies in [0, 5, usize::MAX] {
        let options = named("sid").max_cookies(max_cookies);
        let is_expected = |error: &OptionsError| matches!(error, OptionsError::MaxCookies { .. });
        assert_refused(options, is_expected, "must be 1 to 4");
    }
}

#[test]
fn passwords_that_can_only_unseal() {
    let retired =
        Passwords::builder().retired("1", PASSWORD).password("next", OTHER_PASSWORD).build().unwrap();
    let options = SessionOptions::builder("sid", retired);
    let is_expected = |error: &OptionsError| matches!(error, OptionsError::NoSealingPassword);
    assert_refused(options, is_expected, "`PasswordsBuilder::seal_with`");
}

#[test]
fn a_name_and_attributes_that_leave_no_room() {
    let is_expected = |error: &OptionsError| matches!(error, OptionsError::NoRoom);
    // In a line of 4096 bytes, less than the smallest session needs.
    for len in [4000, 3900, 3800] {
        assert_refused(named(&"a".repeat(len)), is_expected, "shorten the name, path or domain");
    }
    assert!(named(&"a".repeat(3700)).build().is_ok());
    assert!(named(&"a".repeat(3900)).max_cookies(4).build().is_ok());
    assert_refused(named(&"a".repeat(5000)), is_expected, "shorten the name, path or domain");
    assert!(named(&"a".repeat(1000)).build().is_ok());
}

#[derive(IronSession, Clone)]
#[session(max_cookies = 2)]
struct Chunked {
    id: Option<String>,
}

#[test]
fn a_name_and_attributes_that_need_more_than_the_type_reserves() {
    // 60 bytes of attributes (a session's own lifetime may have ten digits), a `=`,
    // the password's id `1`; and `.0` of a chunk.
    for (len, one, two) in [(64, true, true), (65, true, false), (66, true, false), (67, false, false)] {
        let options = named(&"a".repeat(len)).build().unwrap();
        assert_eq!(options.check::<OtherSession>().is_ok(), one, "{len}");
        assert_eq!(SessionLayer::<OtherSession>::new(options.clone()).is_ok(), one, "{len}");
        assert_eq!(SessionMiddleware::<OtherSession>::new(options.clone()).is_ok(), one, "{len}");
        assert_eq!(options.check::<Chunked>().is_ok(), two, "{len}");
        assert!(options.check::<Untyped>().is_ok(), "{len}");
    }
    let options = named("sid").path(format!("/{}", noise(100))).build().unwrap();
    let error = options.check::<OtherSession>().unwrap_err().to_string();
    assert!(error.contains("need 165 bytes of each cookie, but `OtherSession` reserves 128"), "{error}");
    assert!(error.contains("#[session(overhead = …)]"), "{error}");
}

#[test]
fn an_absolute_timeout_of_less_than_a_second_is_refused() {
    let options = named("sid").absolute_timeout(Duration::from_millis(999));
    assert_refused(options, |error| matches!(error, OptionsError::AbsoluteTimeout), "at least one second");
    assert!(named("sid").absolute_timeout(Duration::from_secs(1)).build().is_ok());
}

/// Up to 18 bytes of JSON: `,"iat":` and eleven digits.
#[test]
fn an_absolute_timeout_needs_room_in_the_budget() {
    #[derive(IronSession, Clone)]
    struct Full {
        #[session(max_bytes = 2767)]
        text: String,
    }
    #[derive(IronSession, Clone)]
    struct Fits {
        #[session(max_bytes = 2749)]
        text: String,
    }
    let free = |used: Option<usize>, limit: usize| limit - used.unwrap();
    assert_eq!(free(Full::budget().max_payload_bytes(), Full::budget().limit_bytes()), 0);
    assert_eq!(free(Fits::budget().max_payload_bytes(), Fits::budget().limit_bytes()), 18);

    let without = options(&clock()).build().unwrap();
    let with = options(&clock()).absolute_timeout(Duration::from_secs(3600)).build().unwrap();
    assert!(
        without.check::<Full>().is_ok() && with.check::<Fits>().is_ok() && with.check::<Untyped>().is_ok()
    );
    let error = with.check::<Full>().unwrap_err();
    assert!(matches!(error, OptionsError::Budget { .. }));
    let text = error.to_string();
    assert!(text.contains("`Full` can need") && text.contains("`absolute_timeout`"), "{text}");
}

/// Its time of issue is in its budget already, and so is its id: 18 and 30 bytes.
#[test]
fn an_absolute_timeout_needs_no_more_room_in_a_revocable_struct() {
    #[derive(IronSession, Clone)]
    #[session(revocable)]
    struct Full {
        #[session(max_bytes = 2719)]
        text: String,
    }
    assert_eq!(Full::budget().max_payload_bytes(), Some(Full::budget().limit_bytes()));
    let with = options(&clock()).absolute_timeout(Duration::from_secs(3600)).build().unwrap();
    assert!(with.check::<Full>().is_ok());
}

#[test]
fn a_further_attribute_counts_toward_the_size_of_the_cookie() {
    let value = "a".repeat(100);
    let options = named("sid").attribute("a", Some(&value)).build().unwrap();
    let error = options.check::<AppSession>().unwrap_err();
    assert!(matches!(error, OptionsError::Overhead { .. }), "{error}");
    let full = (0..4).fold(named("sid"), |o, n| o.attribute(&n.to_string(), Some(&"a".repeat(1000))));
    assert_refused(full, |error| matches!(error, OptionsError::NoRoom), "leave no room");
}
