//! Sessions of every size, through the library, npm's iron-session 9 and Chromium: what is written the
//! browser keeps, and both sides read it back.
//!
//! Each turn is a request of the browser. Its `Cookie` header must be what a browser makes of the
//! responses so far; both libraries read it and write the next session; the lines of one of them, in
//! turns, are the response. So the two are held to the same shape for each size, to the byte.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::http::header::{COOKIE, SET_COOKIE};
use axum::http::{HeaderMap, HeaderName};
use axum::response::AppendHeaders;
use axum::routing::post;
use iron_session::clock::ManualClock;
use iron_session::session::RequestSession;
use iron_session::{SessionOptions, Untyped};
use iron_session_tests::fixtures::{NOW_MS, PASSWORD, clock, noise, passwords};
use iron_session_tests::jar::MAX_PAIR_BYTES;
use iron_session_tests::node::Peers;
use iron_session_tests::{Jar, SetCookie, page};
use serde_json::{Value, json};

/// Loads `/turn` again and again.
const PAGE: &str = include_str!("../../node/browser/pages/turns.html");

/// The most bytes of JSON that fit one, two, three and four cookies called `sid`.
const FIT: [usize; 4] = [2847, 5871, 8895, 11_919];

/// The lengths go on to 16 KB.
const LONGEST: usize = 16_384;

/// What the session is in the next turn.
#[derive(Clone, Copy, Debug)]
enum Next {
    /// So many bytes of JSON.
    Bytes(usize),
    Destroyed,
}

/// Who writes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Writer {
    Rust,
    Npm,
}

struct Turn {
    cookie: String,
    next: Next,
    writer: Writer,
}

/// A browser's visit that goes through sizes.
struct Sweep {
    turns: std::vec::IntoIter<Turn>,
    peers: Peers,
    clock: ManualClock,
    /// What the browser is to have.
    jar: Jar,
    /// What both libraries are to read, and from which cookie.
    session: Value,
    cookie: String,
    /// The lengths of the longest lines, by how many cookies there were: that the edges were met.
    longest_lines: [usize; 5],
    /// The most bytes of JSON, by how many cookies they took.
    most_bytes: [usize; 5],
}

impl Sweep {
    fn new(turns: Vec<Turn>) -> Self {
        let clock = clock();
        Self {
            cookie: turns[0].cookie.clone(),
            turns: turns.into_iter(),
            peers: Peers::start(),
            jar: Jar::new("127.0.0.1", &clock),
            clock,
            session: json!({}),
            longest_lines: [0; 5],
            most_bytes: [0; 5],
        }
    }

    /// Checks what the browser sent, and responds with the next session; `None` at the end.
    fn turn(&mut self, header: &str) -> Option<Vec<String>> {
        assert_eq!(pairs(header), pairs(&self.jar.header("/").unwrap_or_default()), "what the browser kept");
        let next = self.turns.next();
        let (cookie, to_write) = match &next {
            Some(turn) if turn.cookie == self.cookie => (turn.cookie.clone(), turn.next),
            // Another cookie's session is a new one; the old one was destroyed.
            Some(turn) => {
                assert_eq!(header, "", "{} was destroyed", self.cookie);
                (turn.cookie.clone(), turn.next)
            }
            None => (self.cookie.clone(), Next::Destroyed),
        };
        self.cookie.clone_from(&cookie);

        let ours = self.rust(header, to_write);
        let theirs = self.npm(header, to_write);
        assert_eq!(
            shape(ours.as_deref()),
            shape(theirs.as_deref()),
            "both write {to_write:?} as {cookie} in one shape"
        );
        let turn = next?;
        let Some((ours, theirs)) = ours.zip(theirs) else {
            // Both refuse it: no line is sent, and the browser has what it had.
            return Some(Vec::new());
        };
        let lines = if turn.writer == Writer::Rust { ours } else { theirs };
        for line in &lines {
            assert!(self.jar.store(line), "a browser takes each line");
        }
        let written: Vec<_> = lines.iter().filter(|line| !SetCookie::parse(line).expires()).collect();
        let longest = written.iter().map(|line| line.len()).max().unwrap_or_default();
        assert!(longest <= 4096, "{longest}");
        let keep_most = |most: &mut [usize; 5], len| most[written.len()] = most[written.len()].max(len);
        keep_most(&mut self.longest_lines, longest);
        if let Next::Bytes(bytes) = turn.next {
            keep_most(&mut self.most_bytes, bytes);
        }
        self.session = value(turn.next);
        Some(lines)
    }

    /// Reads with the library, and writes; `None` when it doesn't fit.
    fn rust(&self, header: &str, next: Next) -> Option<Vec<String>> {
        let options = SessionOptions::builder(self.cookie.clone(), passwords())
            .clock(self.clock.clone())
            .max_cookies(4)
            .build()
            .unwrap();
        let request = RequestSession::<Untyped>::new(options.check().unwrap());
        let mut session = request.handle([header]).unwrap();
        let read: Value = serde_json::from_str(&session.to_json()).unwrap();
        assert!(read == self.session, "read by the library, before {next:?}: {read}");
        match next {
            Next::Bytes(_) => {
                *session = value(next).to_string().parse::<Untyped>().unwrap();
                session.save().ok()?;
            }
            Next::Destroyed => session.destroy(),
        }
        drop(session);
        let commit = request.commit(200);
        assert!(!commit.replace_response);
        Some(commit.set_cookies)
    }

    /// The same with iron-session 9.
    fn npm(&mut self, header: &str, next: Next) -> Option<Vec<String>> {
        let options =
            json!({ "cookieName": self.cookie, "passwords": { "string": PASSWORD }, "chunk": true });
        let steps = match next {
            Next::Bytes(_) => json!([{ "op": "set", "data": value(next) }, { "op": "save" }]),
            Next::Destroyed => json!([{ "op": "destroy" }]),
        };
        let written = self.peers.try_cookie(header, &options, &steps, NOW_MS).ok();
        let (read, lines) = match written {
            Some((read, lines)) => (read, Some(lines)),
            None => (self.peers.cookie(header, &options, &json!([]), NOW_MS).0, None),
        };
        assert!(read == self.session, "read by iron-session, before {next:?}: {read}");
        lines
    }
}

/// A session of so many bytes.
fn value(next: Next) -> Value {
    match next {
        Next::Bytes(bytes) => json!({ "f": noise(bytes - r#"{"f":""}"#.len()) }),
        Next::Destroyed => json!({}),
    }
}

/// The cookies that are written, and how long their lines are.
fn shape(lines: Option<&[String]>) -> Option<BTreeSet<(String, usize)>> {
    let parsed = lines?.iter().map(|line| (SetCookie::parse(line), line.len()));
    Some(parsed.filter(|(cookie, _)| !cookie.expires()).map(|(cookie, len)| (cookie.name, len)).collect())
}

/// The cookies of a header, in any order.
fn pairs(header: &str) -> BTreeSet<&str> {
    header.split("; ").collect()
}

/// Plays the turns in a browser, and returns what came of it.
fn play(turns: Vec<Turn>) -> Sweep {
    let sweep = Arc::new(Mutex::new(Some(Sweep::new(turns))));
    let shared = Arc::clone(&sweep);
    let turn = async move |headers: HeaderMap| {
        let header = headers.get(COOKIE).map_or("", |header| header.to_str().unwrap()).to_owned();
        let sweep = Arc::clone(&shared);
        let lines =
            tokio::task::spawn_blocking(move || sweep.lock().unwrap().as_mut().unwrap().turn(&header))
                .await
                .unwrap();
        response(lines)
    };
    page::visit(PAGE, Router::new().route("/turn", post(turn)));
    // The server's last task may still hold its clone.
    sweep.lock().unwrap().take().unwrap()
}

type TurnResponse = (AppendHeaders<Vec<(HeaderName, String)>>, &'static str);

fn response(lines: Option<Vec<String>>) -> TurnResponse {
    let text = if lines.is_some() { "more" } else { "done" };
    let lines = lines.into_iter().flatten().map(|line| (SET_COOKIE, line));
    (AppendHeaders(lines.collect()), text)
}

#[test]
fn every_size_is_kept_and_read_back() {
    let near_edges = FIT.iter().flat_map(|fit| fit - 48..=fit + 48);
    let between = (8..LONGEST).step_by(61);
    let lengths: Vec<usize> = near_edges.chain(between).collect::<BTreeSet<_>>().into_iter().collect();
    // In an order in which neighbours differ in shape: a prime that doesn't divide their number.
    assert_ne!(lengths.len() % 271, 0);
    let turns = (0..lengths.len()).flat_map(|index| {
        let next = Next::Bytes(lengths[index * 271 % lengths.len()]);
        [Writer::Rust, Writer::Npm].map(|writer| Turn { cookie: "sid".to_owned(), next, writer })
    });
    let sweep = play(turns.collect());
    println!("{} lengths", lengths.len());
    assert_eq!(sweep.most_bytes[1..], FIT);
}

/// A seal grows by blocks of 16 bytes, so by 21 or 22 characters: cookies with names of so many lengths
/// meet every length of a line.
#[test]
fn at_each_edge_to_the_byte() {
    let mut turns = Vec::new();
    for name_len in 1..=22 {
        let cookie = "s".repeat(name_len);
        // How long a session may be under this name is known to be a multiple of 16, less one.
        let near = |fit: &usize| fit - 80..=fit + 16;
        let edges = FIT.iter().flat_map(near).filter(|bytes| matches!(bytes % 16, 0 | 15));
        for (index, bytes) in edges.enumerate() {
            let writer = [Writer::Rust, Writer::Npm][(index / 2 + name_len) % 2];
            turns.push(Turn { cookie: cookie.clone(), next: Next::Bytes(bytes), writer });
        }
        turns.push(Turn { cookie, next: Next::Destroyed, writer: Writer::Rust });
    }
    let sweep = play(turns);
    println!("the longest lines, by cookies: {:?}", sweep.longest_lines);
    assert_eq!(sweep.longest_lines[1..], [4096; 4], "a line of every length was met");
}

/// The limit that the tests above check writers against is the browser's.
#[test]
fn a_longer_cookie_is_dropped_and_the_old_one_stays() {
    let lines = [MAX_PAIR_BYTES, MAX_PAIR_BYTES + 1].map(|pair| {
        let value = char::from(b'0' + u8::try_from(pair % 10).unwrap()).to_string();
        format!("sid={}; Path=/; HttpOnly; Secure; SameSite=Lax", value.repeat(pair - "sid".len()))
    });
    let seen = Arc::new(Mutex::new(Vec::new()));
    let shared = Arc::clone(&seen);
    let turn = async move |headers: HeaderMap| {
        let mut seen = shared.lock().unwrap();
        let line = lines.get(seen.len()).cloned();
        seen.push(headers.get(COOKIE).map(|header| header.to_str().unwrap().len()));
        response(line.map(|line| vec![line]))
    };
    page::visit(PAGE, Router::new().route("/turn", post(turn)));
    let with_equals_sign = Some(MAX_PAIR_BYTES + 1);
    assert_eq!(*seen.lock().unwrap(), [None, with_equals_sign, with_equals_sign]);
}
