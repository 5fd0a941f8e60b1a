//! Live, both ways: what the JavaScript libraries seal opens here, and what is
//! sealed here opens there.
//!
//! The sessions are random; the seed is printed, and `IRON_SESSION_SEED` sets
//! it. `IRON_SESSION_CASES` sets how many there are for each pair.

use std::time::Duration;

use iron_session::clock::{ManualClock, Timestamp};
use iron_session::session::{RequestSession, Usage};
use iron_session::{IronSession, Passwords, Sealer, Session, SessionOptions, Ttl, Untyped};
use iron_session_tests::fixtures::noise;
use iron_session_tests::node::Peers;
use iron_session_tests::{Jar, SetCookie};
use serde_json::{Map, Value, json};

const NOW_MS: u64 = 1_763_650_000_000;
const OLD: &str = "kX2vQ9mZ4tR7wL1pB6nH3sJ8dF5gY0cA";
const NEW: &str = "T7uJ1eW9xM3zN5qV8rC2bK6aS4hD0gLf";

/// A peer, and how it is given passwords.
struct Peer {
    name: &'static str,
    /// Whether it takes a map of ids; h3 takes one text, and writes no id.
    rotates: bool,
    /// Whether it cuts `~2`; to the others it is part of the MAC.
    reads_marker: bool,
}

const PEERS: &[Peer] = &[
    Peer { name: "iron-session-9", rotates: true, reads_marker: true },
    Peer { name: "iron-session-8", rotates: true, reads_marker: true },
    Peer { name: "iron-webcrypto", rotates: true, reads_marker: false },
    Peer { name: "hapi-iron", rotates: true, reads_marker: false },
    Peer { name: "h3", rotates: false, reads_marker: false },
    Peer { name: "h3-2", rotates: false, reads_marker: false },
];

impl Peer {
    /// One password, in both worlds' words.
    fn one_password(&self) -> (Value, Passwords) {
        let ours = Passwords::builder();
        if self.rotates {
            (json!({ "map": { "1": OLD } }), ours.password("1", OLD).build().unwrap())
        } else {
            (json!({ "string": OLD }), ours.password("default", OLD).seal_with("default").build().unwrap())
        }
    }
}

fn sealer(passwords: Passwords, clock: &ManualClock) -> Sealer {
    Sealer::new(passwords).with_clock(clock.clone())
}

fn clock() -> ManualClock {
    ManualClock::at(Timestamp::from_unix_ms(NOW_MS))
}

#[test]
fn random_sessions_open_on_the_other_side() {
    let mut peers = Peers::start();
    let mut random = Random::seeded();
    for peer in PEERS {
        let (theirs, ours) = peer.one_password();
        let sealer = sealer(ours, &clock());
        for _ in 0..cases() {
            let session = random.session();
            let ttl_secs = [0, 1, 3600, 1_209_600][random.below(4)];
            let ttl = if ttl_secs == 0 { Ttl::Unlimited } else { Duration::from_secs(ttl_secs).into() };

            let seal = peers.seal(peer.name, &session, &theirs, ttl_secs, NOW_MS);
            assert_eq!(sealer.unseal::<Value>(&seal).unwrap(), session, "sealed by {}", peer.name);

            let sealer = sealer.clone().with_ttl(ttl);
            let sealer = if peer.reads_marker { sealer } else { sealer.without_marker() };
            let seal = sealer.seal(&session).unwrap();
            let read = peers.unseal(peer.name, &seal, &theirs, NOW_MS);
            assert_eq!(read.as_ref(), Ok(&session), "read by {}", peer.name);
        }
    }
}

#[test]
fn a_rotation_is_read_by_both_sides() {
    let mut peers = Peers::start();
    let both = json!({ "map": { "1": OLD, "2": NEW } });
    let rotated = Passwords::builder().password("1", OLD).password("2", NEW).build().unwrap();
    let session = json!({ "user": 1 });
    for peer in PEERS.iter().filter(|peer| peer.rotates) {
        let (old, old_passwords) = peer.one_password();
        let before = peers.seal(peer.name, &session, &old, 60, NOW_MS);
        let after = peers.seal(peer.name, &session, &both, 60, NOW_MS);
        assert!(after.starts_with("Fe26.2*2*"), "{} seals with the newest: {after}", peer.name);
        for seal in [&before, &after] {
            assert_eq!(sealer(rotated.clone(), &clock()).unseal::<Value>(seal).unwrap(), session);
        }
        let unknown = sealer(old_passwords.clone(), &clock()).unseal::<Value>(&after).unwrap_err();
        assert_eq!(unknown.reason(), "unknown_password");

        for passwords in [&old_passwords, &rotated] {
            let sealer = sealer(passwords.clone(), &clock());
            let sealer = if peer.reads_marker { sealer } else { sealer.without_marker() };
            let seal = sealer.seal(&session).unwrap();
            assert_eq!(peers.unseal(peer.name, &seal, &both, NOW_MS).as_ref(), Ok(&session), "{}", peer.name);
        }
        let seal = sealer(rotated.clone(), &clock()).without_marker().seal(&session).unwrap();
        peers.unseal(peer.name, &seal, &old, NOW_MS).unwrap_err();
    }
}

#[test]
fn a_seal_expires_at_the_same_millisecond_on_both_sides() {
    let mut peers = Peers::start();
    let session = json!({ "user": 1 });
    for peer in PEERS.iter().filter(|peer| !peer.name.starts_with("h3")) {
        let (theirs, ours) = peer.one_password();
        let clock = clock();
        let sealer = sealer(ours, &clock).with_ttl(Duration::from_secs(10));
        let sealer = if peer.reads_marker { sealer } else { sealer.without_marker() };
        let seals = [sealer.seal(&session).unwrap(), peers.seal(peer.name, &session, &theirs, 10, NOW_MS)];
        // The ttl, the 60 s by which clocks may differ, and the last millisecond before.
        for (late_ms, is_valid) in [(0, true), (69_999, true), (70_000, false), (1_000_000, false)] {
            clock.set(Timestamp::from_unix_ms(NOW_MS + late_ms));
            for seal in &seals {
                let here = sealer.unseal::<Value>(seal);
                let there = peers.unseal(peer.name, seal, &theirs, NOW_MS + late_ms);
                assert_eq!(here.is_ok(), is_valid, "{late_ms} ms late, here: {here:?}");
                assert_eq!(there.is_ok(), is_valid, "{late_ms} ms late, {}: {there:?}", peer.name);
            }
        }
    }
}

#[test]
fn a_seal_for_a_purpose_opens_on_no_other_side() {
    let mut peers = Peers::start();
    let (theirs, ours) = PEERS[0].one_password();
    let seal = sealer(ours, &clock()).with_purpose("invitation").seal(&json!({ "user": 1 })).unwrap();
    peers.unseal("iron-session-9", &seal, &theirs, NOW_MS).unwrap_err();
    let renamed = seal.replacen("*1_invitation*", "*1*", 1);
    peers.unseal("iron-session-9", &renamed, &theirs, NOW_MS).unwrap_err();
}

#[test]
fn cookies_of_every_size_pass_between_both_sides() {
    let mut peers = Peers::start();
    let mut random = Random::seeded();
    let clock = clock();
    let options = SessionOptions::builder("sid", Passwords::new(OLD).unwrap())
        .clock(clock.clone())
        .max_cookies(4)
        .build()
        .unwrap();
    let theirs = json!({ "cookieName": "sid", "passwords": { "string": OLD }, "chunk": true });
    let mut jar = Jar::new("localhost", &clock);
    let mut shapes = [0; 5];

    for turn in 0..cases() {
        let len = [10, 500, 2_800, 2_900, 5_000, 8_500, 11_500][random.below(7)];
        let session = json!({ "turn": turn, "blob": random.text(len) });
        let header = jar.header("/").unwrap_or_default();
        let before = if turn % 2 == 0 {
            let request = RequestSession::<Untyped>::new(options.check().unwrap());
            let mut handle = request.handle([header.as_str()]).unwrap();
            let before: Value = serde_json::from_str(&handle.to_json()).unwrap();
            *handle = session.to_string().parse::<Untyped>().unwrap();
            drop(handle);
            jar.store_all(request.commit(200).set_cookies.iter().map(String::as_str));
            before
        } else {
            let steps = json!([{ "op": "set", "data": session }, { "op": "save" }]);
            let (before, lines) = peers.cookie(&header, &theirs, &steps, NOW_MS);
            jar.store_all(lines.iter().map(String::as_str));
            before
        };
        if turn > 0 {
            assert_eq!(before["turn"], turn - 1, "the other side's session is read");
        }
        let names = jar.names();
        assert!(
            names == ["sid"] || names.iter().all(|name| name.starts_with("sid.")),
            "one shape: {names:?}"
        );
        shapes[if names == ["sid"] { 0 } else { names.len() }] += 1;
    }
    assert!(
        shapes[0] > 0 && shapes[2] > 0 && shapes[3] > 0 && shapes[4] > 0,
        "every shape occurs: {shapes:?}"
    );

    let (_, lines) = peers.cookie(&jar.header("/").unwrap(), &theirs, &json!([{ "op": "destroy" }]), NOW_MS);
    jar.store_all(lines.iter().map(String::as_str));
    assert!(
        jar.names().is_empty(),
        "{:?}",
        lines.iter().map(|line| SetCookie::parse(line).name).collect::<Vec<_>>()
    );
}

#[test]
fn a_session_of_javascript_gets_an_id_that_javascript_keeps() {
    #[derive(IronSession, Clone)]
    #[session(revocable, javascript)]
    struct Account {
        #[session(subject)]
        user: Option<String>,
    }
    let mut peers = Peers::start();
    let clock = clock();
    let options = SessionOptions::builder("sid", Passwords::new(OLD).unwrap()).clock(clock.clone());
    let options = options.build().unwrap();
    let theirs = json!({ "cookieName": "sid", "passwords": { "string": OLD }, "chunk": true });
    let mut jar = Jar::new("localhost", &clock);
    let save = |peers: &mut Peers, jar: &mut Jar, data: Value| {
        let steps = json!([{ "op": "merge", "data": data }, { "op": "save" }]);
        let header = jar.header("/").unwrap_or_default();
        let (before, lines) = peers.cookie(&header, &theirs, &steps, NOW_MS);
        jar.store_all(lines.iter().map(String::as_str));
        before
    };
    let visit = |jar: &mut Jar, visit: fn(&mut Session<Account>)| {
        let request = RequestSession::<Account>::new(options.check().unwrap());
        let mut session = request.handle([jar.header("/").unwrap()]).unwrap();
        visit(&mut session);
        let id = session.meta().id().unwrap().to_string();
        drop(session);
        let lines = request.commit(200).set_cookies;
        jar.store_all(lines.iter().map(String::as_str));
        (id, lines.len())
    };
    let look = |session: &mut Session<Account>| assert_eq!(session.user(), Some("ada"));

    save(&mut peers, &mut jar, json!({ "user": "ada", "theirs": 1 }));
    let (id, lines) = visit(&mut jar, look);
    assert_eq!(lines, 1, "it gets its id when it is read");

    let read = save(&mut peers, &mut jar, json!({ "theirs": 2 }));
    let metadata = json!({ "iat": NOW_MS / 1000, "id": id });
    assert_eq!(read, json!({ "$": metadata, "user": "ada", "theirs": 1 }));
    clock.advance(Duration::from_secs(60));
    assert_eq!(visit(&mut jar, look), (id.clone(), 0), "JavaScript has kept it");

    let (new_id, _) = visit(&mut jar, |session| session.sign_in("eve".to_owned()));
    assert_ne!(new_id, id);
    let metadata = json!({ "iat": NOW_MS / 1000 + 60, "id": new_id });
    let read = save(&mut peers, &mut jar, json!({ "theirs": 3 }));
    assert_eq!(read, json!({ "$": metadata, "user": "eve" }));
    assert_eq!(visit(&mut jar, |_| ()), (new_id, 0));
}

/// Whole, and in chunks. The padding shows in the seals: sessions of different lengths have the
/// same length.
#[test]
fn a_padded_session_is_read_by_iron_session() {
    let mut peers = Peers::start();
    let options = SessionOptions::builder("sid", Passwords::new(OLD).unwrap())
        .clock(clock())
        .max_cookies(4)
        .pad_to_multiple_of(1024)
        .build()
        .unwrap();
    let passwords = json!({ "string": OLD });
    let theirs = json!({ "cookieName": "sid", "passwords": passwords, "chunk": true });
    let seals = [3, 900, 4_500, 5_000].map(|len| {
        let written = json!({ "user": noise(len) });
        let request = RequestSession::<Untyped>::new(options.check().unwrap());
        *request.handle([""; 0]).unwrap() = written.to_string().parse::<Untyped>().unwrap();
        let mut jar = Jar::new("localhost", &clock());
        jar.store_all(request.commit(200).set_cookies.iter().map(String::as_str));
        let header = jar.header("/").unwrap();
        let seal: String = header.split("; ").map(|pair| pair.split_once('=').unwrap().1).collect();
        for peer in ["iron-session-9", "iron-session-8"] {
            assert_eq!(peers.unseal(peer, &seal, &passwords, NOW_MS).as_ref(), Ok(&written), "{peer}");
        }
        let (session, _) = peers.cookie(&header, &theirs, &json!([]), NOW_MS);
        assert_eq!(session, written);
        (jar.names().len(), seal.len())
    });
    assert_eq!((seals[0], seals[2]), (seals[1], seals[3]));
    assert_eq!((seals[0].0, seals[2].0), (1, 2));
}

/// What iron-session can't read: the guide shows a function that can.
#[test]
fn a_compressed_session_is_read_by_the_function_of_the_guide() {
    let mut peers = Peers::start();
    let options = SessionOptions::builder("sid", Passwords::new(OLD).unwrap())
        .clock(clock())
        .max_cookies(4)
        .compress(true)
        .build()
        .unwrap();
    let line = |n: usize| json!({ "sku": format!("SKU-{n}"), "title": "日本語 ü", "noise": noise(n % 100) });
    // Whole, and in chunks.
    for (fill, cookies) in [(0, 1), (5000, 2)] {
        let cart: Vec<_> = (0..100).map(line).collect();
        let written = json!({ "cart": cart, "fill": noise(fill) });
        let request = RequestSession::<Untyped>::new(options.check().unwrap());
        let mut session = request.handle([""; 0]).unwrap();
        *session = written.to_string().parse::<Untyped>().unwrap();
        let usage = Usage::measure(&session).unwrap();
        assert!(usage.compressed && usage.cookies == cookies, "{usage}");
        drop(session);

        let response = request.commit(200).set_cookies;
        let set = response.iter().map(|line| SetCookie::parse(line)).filter(|cookie| !cookie.expires());
        let seal: String = set.map(|cookie| cookie.value).collect();
        let passwords = json!({ "map": { "1": OLD } });
        assert_eq!(peers.read(&seal, &passwords, NOW_MS), written);
        let theirs = json!({ "cookieName": "sid", "passwords": passwords, "chunk": true });
        let (session, _) = peers.cookie(&format!("sid={seal}"), &theirs, &json!([]), NOW_MS);
        assert_eq!(session, json!({}), "an empty session to iron-session");
    }
}

fn cases() -> usize {
    std::env::var("IRON_SESSION_CASES").map_or(200, |cases| cases.parse().unwrap())
}

/// Sessions as JavaScript programs make them. xorshift64*, from a printed seed.
struct Random(u64);

impl Random {
    fn seeded() -> Self {
        let from_clock = || {
            let since_epoch = std::time::UNIX_EPOCH.elapsed().unwrap();
            since_epoch.as_secs() ^ u64::from(since_epoch.subsec_nanos()) << 32 | 1
        };
        let seed =
            std::env::var("IRON_SESSION_SEED").map_or_else(|_| from_clock(), |seed| seed.parse().unwrap());
        println!("IRON_SESSION_SEED={seed}");
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D)
    }

    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() >> 33).unwrap() % end
    }

    fn text(&mut self, len: usize) -> String {
        const LETTERS: &[u8] = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_. ";
        (0..len).map(|_| char::from(LETTERS[self.below(LETTERS.len())])).collect()
    }

    fn session(&mut self) -> Value {
        let members = 1 + self.below(6);
        let member = |index| {
            (format!("{}{index}", ["user", "cart", "ключ", "a b", "$x", "🦀"][self.below(6)]), self.value(3))
        };
        Value::Object((0..members).map(member).collect())
    }

    fn value(&mut self, depth: usize) -> Value {
        match self.below(if depth == 0 { 7 } else { 9 }) {
            0 => Value::Null,
            1 => json!(self.below(2) == 0),
            2 => json!(self.below(1_000_000)),
            3 => json!(-9_007_199_254_740_991_i64 + i64::try_from(self.below(1000)).unwrap()),
            4 => json!(f64::from(u32::try_from(self.below(1 << 20)).unwrap()) + 0.1),
            5 => {
                let len = self.below(200);
                json!(self.text(len))
            }
            6 => json!(["", "~*;,%=\"\\/", "\u{0}\u{1f}\u{7f}", "日本語 ü", "👩‍👩‍👧‍👦", "\u{feff}"][self.below(6)]),
            7 => {
                let len = self.below(5);
                Value::Array((0..len).map(|_| self.value(depth - 1)).collect())
            }
            _ => {
                let len = self.below(4);
                Value::Object(
                    (0..len).map(|i| (format!("m{i}"), self.value(depth - 1))).collect::<Map<_, _>>(),
                )
            }
        }
    }
}
