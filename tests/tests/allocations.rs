//! The library's allocations: one for a seal, few for an honest request, and for a hostile `Cookie`
//! header at most as much memory as a session can need, however long the header is.
//!
//! This program counts each thread's allocations with an allocator of its own. The count of bytes
//! is exact, so an attack of eight times the size must allocate exactly the same number.

use std::hint::black_box;

use iron_session::server_state::{MemoryStore, ServerState};
use iron_session::session::RequestSession;
use iron_session::{Passwords, Randomness, Sealer, SessionOptions, Untyped};
use iron_session_tests::fixtures::{OTHER_PASSWORD, clock, cookie, noise, options, seal_with};

/// Bytes for the options, the request's state, an event, and short values that can be ours.
const SMALL: u64 = 16 << 10;

/// The longest value that is looked at: four chunks with every character percent-encoded.
const LONGEST_VALUE: usize = 3 * 4 * 4096;

/// The most that can be kept: of each of five names four of the longest values; and while each is
/// tried, what is joined and decoded of it.
const MOST: u64 = (5 * 4 + 5 * 2) * LONGEST_VALUE as u64;

/// Counts how often memory is asked for, once the thread has what it keeps.
fn count(mut call: impl FnMut()) -> u64 {
    call();
    allocation_counter::measure(call).count_total
}

#[test]
fn a_seal_asks_for_the_seal_alone() {
    for randomness in [Randomness::System, Randomness::Thread] {
        let sealer = seal_with_clock().with_randomness(randomness);
        for len in [0, 300, 2500, 10_000] {
            let text = noise(len);
            assert_eq!(count(|| drop(black_box(sealer.seal(&text).unwrap()))), 1, "{len} {randomness:?}");
        }
    }
}

#[test]
fn unsealing_asks_for_the_value_alone() {
    let sealer = seal_with_clock();
    let number = sealer.seal(&7).unwrap();
    assert_eq!(count(|| _ = black_box(sealer.unseal::<u32>(&number).unwrap())), 0);
    let text = sealer.seal(&noise(2500)).unwrap();
    assert_eq!(count(|| drop(black_box(sealer.unseal::<String>(&text).unwrap()))), 1);
    let object = sealer.seal(&(1, "two", [3])).unwrap();
    assert_eq!(count(|| drop(black_box(sealer.unseal::<(u8, String, [u8; 1])>(&object).unwrap()))), 1);
}

#[test]
fn a_request_that_does_not_look_asks_for_its_state_alone() {
    let options = options(&clock()).build().unwrap().check().unwrap();
    assert_eq!(count(|| drop(RequestSession::<Untyped>::new(options.clone()).commit(200))), 1);
}

/// What every server keeps for a revocation, at the worst moment: just after its maps have grown.
#[test]
fn a_revocation_takes_few_bytes() {
    const MOST: i64 = 64;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let start = |store: MemoryStore| {
        runtime.block_on(ServerState::start(store, Passwords::new(OTHER_PASSWORD).unwrap())).unwrap()
    };
    let store = MemoryStore::new();
    let first = start(store.clone());
    for count in [5_000_u32, 15_000] {
        let known = u32::try_from(first.revocations()).unwrap();
        runtime.block_on(async {
            for user in known..count {
                first.revoke_subject("sid", &user).await.unwrap();
            }
        });
        let mut state = None;
        let memory = allocation_counter::measure(|| state = Some(start(store.clone())));
        assert_eq!(state.unwrap().revocations(), count as usize);
        let each = memory.bytes_current / i64::from(count);
        println!("{each} bytes for each of {count} revocations");
        assert!(each <= MOST, "{each} bytes for each of {count} revocations");
    }
}

fn seal_with_clock() -> Sealer {
    Sealer::new(Passwords::new(OTHER_PASSWORD).unwrap()).with_clock(clock())
}

/// Reads a header by way of the whole request, and returns the bytes asked for: in all, and at once.
fn bytes(options: &SessionOptions, header: &str) -> (u64, u64) {
    let info = allocation_counter::measure(|| {
        let request = RequestSession::<Untyped>::new(options.check().unwrap());
        let session = request.handle([header]).unwrap();
        // Looking is what opens a seal.
        let _ = session.keys().count();
        drop(session);
        assert!(request.commit(200).set_cookies.is_empty());
    });
    (info.bytes_total, info.bytes_max)
}

/// Makes the attack in two sizes.
#[track_caller]
fn assert_bounded(name: &str, most: u64, attack: impl Fn(usize) -> String) {
    let options = options(&clock()).max_cookies(4).build().unwrap();
    let [once, more] = [1, 8].map(&attack);
    // What a thread keeps (random numbers, room for a payload) is asked for once.
    bytes(&options, &once);
    let (total, peak) = bytes(&options, &once);
    assert!(peak <= most, "{name}: {peak} bytes at once of a header of {}, at most {most}", once.len());
    assert_eq!(bytes(&options, &more), (total, peak), "{name}, eight times as large");
}

#[test]
fn thousands_of_cookies() {
    let ours = cookie(&clock(), r#"{"user":"ada"}"#);
    let list = |count: usize, pair: fn(usize) -> String| (0..count).map(pair).collect::<Vec<_>>().join("; ");
    assert_bounded("foreign", SMALL, |times| list(5000 * times, |n| format!("c{n}=v")));
    assert_bounded("foreign, and ours", SMALL, |times| {
        format!("{}; {ours}", list(5000 * times, |n| format!("c{n}=v")))
    });
    assert_bounded("one name", SMALL, |times| list(5000 * times, |_| "sid=x".to_owned()));
    assert_bounded("chunks", SMALL, |times| list(10_000 * times, |n| format!("sid.{n}=x")));
    assert_bounded("one chunk", SMALL, |times| list(10_000 * times, |_| "sid.0=x".to_owned()));
    assert_bounded("ours again", SMALL, |times| vec![ours.as_str(); 5000 * times].join("; "));
}

#[test]
fn megabytes() {
    let ours = cookie(&clock(), r#"{"user":"ada"}"#);
    let text = |times: usize| "x".repeat(times << 20);
    assert_bounded("no pair", SMALL, text);
    assert_bounded("semicolons", SMALL, |times| ";".repeat(times << 20));
    assert_bounded("pairs without a name", SMALL, |times| "=;".repeat(times << 19));
    assert_bounded("a value", SMALL, |times| format!("sid={}", text(times)));
    assert_bounded("a chunk", SMALL, |times| format!("sid.0={}", text(times)));
    assert_bounded("percent signs", SMALL, |times| format!("sid={}", "%41".repeat(times << 19)));
    assert_bounded("stars", SMALL, |times| format!("sid={}", "*".repeat(times << 20)));
    assert_bounded("beside ours", SMALL, |times| format!("sid={}; {ours}", text(times)));
}

/// The text that looks most like a session, as often as it fits into a megabyte.
#[test]
fn as_much_as_can_be_looked_at() {
    let others = Sealer::new(Passwords::new(OTHER_PASSWORD).unwrap()).with_clock(clock());
    let forged = seal_with(&others, &format!(r#"{{"a":"{}"}}"#, noise(11_000)));
    assert_bounded("forged seals", MOST, |times| vec![format!("sid={forged}"); 70 * times].join("; "));
    let encoded: String = "%41".repeat(LONGEST_VALUE / 3);
    assert_bounded("the longest values of every name", MOST, |times| {
        let names = ["sid", "sid.0", "sid.1", "sid.2", "sid.3"];
        let pairs = names.map(|name| format!("{name}={encoded}; ").repeat(4 * times));
        pairs.concat()
    });
}
