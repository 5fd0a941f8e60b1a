//! `Usage` predicts what the response then does.

use iron_session::session::Usage;
use iron_session_tests::fixtures::{clock, noise, options};
use iron_session_tests::{AppSession, Jar, RequestSession};

/// Fills a session to that size in the browser's cookies, and compares.
fn save(jar: &mut Jar, bytes: usize) -> Usage {
    let request = RequestSession::<AppSession>::new(options(&clock()).build().unwrap());
    let header = jar.header("/");
    let mut session = request.handle(header.as_deref()).unwrap();
    session.set_user_id(noise(bytes));
    let usage = Usage::measure(&session).unwrap();
    drop(session);
    let lines = request.commit(200).set_cookies;

    assert_eq!(usage.set_cookie_bytes, lines.iter().map(String::len).sum::<usize>());
    jar.store_all(lines.iter().map(String::as_str));
    assert_eq!(usage.cookie_header_bytes, jar.header("/").unwrap().len());
    assert_eq!(usage.cookies, jar.names().len());
    usage
}

#[test]
fn the_lines_are_those_of_the_response() {
    let mut jar = Jar::new("shop.example", &clock());
    let mut cookies = Vec::new();
    // One cookie holds 2850 bytes or so; every shape follows on every other.
    for bytes in [10, 2700, 2900, 11_000, 6000, 20, 7000, 10] {
        let usage = save(&mut jar, bytes);
        assert_eq!((usage.max_cookies, usage.compressed), (4, false));
        cookies.push(usage.cookies);
    }
    assert_eq!(cookies, [1, 1, 2, 4, 3, 1, 3, 1]);
}

/// The lines that expire former releases' cookies are part of each response, but of no request.
#[test]
fn lines_for_former_scopes_are_counted() {
    let options = |clears: bool| {
        let options = options(&clock());
        if clears { options.also_expire(None, "/old").also_expire(Some("example"), "/") } else { options }
    };
    let [without, with] = [false, true].map(|clears| {
        let request = RequestSession::<AppSession>::new(options(clears).build().unwrap());
        let mut session = request.handle(["sid.1=x"]).unwrap();
        session.set_user_id("ada");
        let usage = Usage::measure(&session).unwrap();
        drop(session);
        let lines = request.commit(200).set_cookies;
        assert_eq!(usage.set_cookie_bytes, lines.iter().map(String::len).sum::<usize>());
        (usage.cookie_header_bytes, lines.len())
    });
    // The whole cookie, the first chunk and the one that was sent, in each scope.
    assert_eq!((without.1, with.1), (3, 3 + 2 * 3));
    assert_eq!(without.0, with.0);
}

#[test]
fn what_does_not_fit_writes_nothing() {
    let request = RequestSession::<AppSession>::new(options(&clock()).build().unwrap());
    let mut session = request.handle([""; 0]).unwrap();
    session.set_user_id(noise(13_000));
    let usage = Usage::measure(&session).unwrap();
    assert!(usage.seal_bytes > usage.limit_bytes);
    assert_eq!(usage.cookies, 5);
    assert_eq!((usage.set_cookie_bytes, usage.cookie_header_bytes), (0, 0));
}

#[test]
fn it_prints_where_the_bytes_go() {
    let request = RequestSession::<AppSession>::new(options(&clock()).build().unwrap());
    let mut session = request.handle([""; 0]).unwrap();
    session.set_user_id(noise(4000));
    let table = Usage::measure(&session).unwrap().to_string();
    let last = table.lines().last().unwrap();
    assert!(table.contains("userId "), "{table}");
    assert!(last.starts_with("header ") && last.ends_with("  in every request, in 2 cookie(s)"), "{table}");
}
