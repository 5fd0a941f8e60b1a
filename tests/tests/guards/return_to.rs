//! Paths to return to: none of them leaves the site.

use iron_session::error::ReturnToError;
use iron_session::guard::HasReturnTo;
use iron_session::{IronSession, MaxSize, ReturnTo};
use iron_session_tests::RequestSession;
use iron_session_tests::fixtures::{clock, cookie, options, unseal};
use iron_session_tests::paths::{HOSTILE, LOCAL};
use url::Url;

const SITE: &str = "https://app.example/";

#[test]
fn no_hostile_text_is_a_path_to_return_to() {
    for (text, expected) in HOSTILE {
        assert_eq!(ReturnTo::parse(text), Err(*expected), "{text:?}");
    }
    for bytes in [1025, 8 * 1024] {
        assert_eq!(ReturnTo::parse(&format!("/{}", "a".repeat(bytes - 1))), Err(ReturnToError::TooLong));
    }
    assert!(ReturnTo::parse(&format!("/{}", "a".repeat(1023))).is_ok());
    // The reason why they are hostile: to a browser's parser, some of them are on another host.
    let leaves = |text: &str| {
        Url::parse(SITE).unwrap().join(text).is_ok_and(|url| url.host_str() != Some("app.example"))
    };
    assert!(HOSTILE.iter().filter(|(text, _)| leaves(text)).count() >= 15);
}

#[test]
fn every_path_to_return_to_is_on_this_site() {
    let site = Url::parse(SITE).unwrap();
    let lands = |text: &str| {
        let url = site.join(ReturnTo::parse(text).unwrap().as_str()).unwrap();
        assert_eq!(
            (url.scheme(), url.host_str(), url.port()),
            ("https", Some("app.example"), None),
            "{text:?}"
        );
        assert!(url.username().is_empty() && url.fragment().is_none(), "{text:?}");
        assert!(!url.path().starts_with("//"), "{text:?}");
    };
    for text in LOCAL {
        lands(text);
    }
    // All texts of a few characters that mean something to a parser of URLs.
    let alphabet = ["/", "\\", ".", "?", "#", "@", ":", "%2f", "\t", "\n", " ", "e"];
    let mut texts = vec![String::new()];
    let mut accepted = 0;
    for _ in 0..5 {
        texts = texts.iter().flat_map(|text| alphabet.map(|next| format!("{text}{next}"))).collect();
        texts.retain(|text| text.starts_with('/'));
        for text in texts.iter().filter(|text| ReturnTo::parse(text).is_ok()) {
            lands(text);
            accepted += 1;
        }
    }
    assert!(accepted > 1000, "{accepted}");
}

#[derive(IronSession, Clone)]
#[session(json_schema)]
struct Visitor {
    return_to: ReturnTo,
    visits: u32,
}

fn request(cookies: &str, visit: impl FnOnce(&mut iron_session::Session<Visitor>)) -> Vec<String> {
    let request = RequestSession::<Visitor>::new(options(&clock()).build().unwrap());
    let mut session = request.handle([cookies]).unwrap();
    visit(&mut session);
    drop(session);
    request.commit(200).set_cookies
}

#[test]
fn a_path_is_read_once() {
    assert!(request("", |session| assert_eq!(session.take_return_to_or("/home"), "/home")).is_empty());

    let set = request("", |session| session.set_return_to(ReturnTo::parse("/orders?page=2").unwrap()));
    let cookies = set[0].split(';').next().unwrap();
    request(cookies, |session| {
        assert_eq!(session.return_to().as_str(), "/orders?page=2");
        assert!(!session.return_to().is_empty());
    });
    let taken = request(cookies, |session| {
        assert_eq!(session.take_return_to_or("/"), "/orders?page=2");
        assert_eq!(session.take_return_to_or("/"), "/");
        session.set_visits(1);
    });
    let cookies = taken[0].split(';').next().unwrap();
    request(cookies, |session| assert!(session.return_to().is_empty()));

    let cleared = request(set[0].split(';').next().unwrap(), |session| session.clear_return_to());
    assert!(cleared[0].contains("Max-Age=0"), "nothing is left: {cleared:?}");
}

#[test]
fn an_empty_path_is_left_out() {
    let clock = clock();
    let set = request("", |session| session.set_visits(1));
    let seal = set[0].split_once(';').unwrap().0.split_once('=').unwrap().1;
    assert_eq!(unseal(&clock, seal), r#"{"visits":1}"#);
}

#[test]
fn another_programs_text_that_is_no_path_is_read_as_empty() {
    let clock = clock();
    for (text, _) in HOSTILE {
        let payload = serde_json::json!({ "return_to": text, "visits": 3 }).to_string();
        request(&cookie(&clock, &payload), |session| {
            assert!(session.return_to().is_empty(), "{text:?}");
            assert_eq!((session.take_return_to_or("/"), session.visits()), ("/".to_owned(), &3));
        });
    }
}

#[test]
fn a_guard_finds_the_field_by_its_type() {
    fn remember<T: HasReturnTo>(session: &mut T, path: &str) {
        *session.return_to_mut() = ReturnTo::parse(path).unwrap();
    }
    let mut session = Visitor::empty();
    remember(&mut session, "/account");
    assert_eq!(session.return_to().as_str(), "/account");
}

#[test]
fn its_largest_json_is_known() {
    let longest = ReturnTo::parse(&format!("/{}", "'".repeat(1023))).unwrap();
    assert_eq!(serde_json::to_string(&longest).unwrap().len(), ReturnTo::MAX_BYTES);
    let budget = Visitor::budget();
    assert!(budget.to_string().contains("return_to"), "{budget}");
}
