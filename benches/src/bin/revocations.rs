//! Measures how long it takes to judge a session by lists of revocations of several lengths, and how
//! long a server takes to start that reads such a list.
//!
//! ```text
//! cargo run --release -p benches --bin revocations [-- --quick] [--json FILE]
//! ```

use std::io;
use std::time::Instant;

use benches::figures::{Figure, publish};
use benches::measure::{Effort, Race, median};
use benches::samples::{COOKIE, passwords};
use iron_session::__vectors::is_revoked;
use iron_session::clock::{Clock as _, SystemClock};
use iron_session::server_state::{MemoryStore, ServerState};
use iron_session::session::SessionId;
use tokio::runtime::Runtime;

const LENGTHS: [u32; 4] = [0, 1000, 100_000, 1_000_000];

/// The sessions that are judged, in turns: too many for the processor's nearest cache.
const SESSIONS: usize = 1 << 16;

fn main() -> io::Result<()> {
    let effort = Effort::from_args();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build()?;
    let mut figures = judge(&runtime, effort);
    figures.push(start(&runtime));
    publish(&figures)
}

fn judge(runtime: &Runtime, effort: Effort) -> Vec<Figure> {
    let lists: Vec<_> = LENGTHS
        .into_iter()
        .flat_map(|length| [false, true].map(|subjects| (length, subjects)))
        .filter(|(length, subjects)| *length > 0 || !subjects)
        .map(|(length, subjects)| {
            let what = if subjects { "half of them of users" } else { "of sessions" };
            (format!("{length} {what}"), list(runtime, MemoryStore::new(), length, subjects))
        })
        .collect();
    let sessions: Vec<_> = (0..SESSIONS).map(|number| id(u64::MAX - number as u64)).collect();
    let issued_at = SystemClock.now();
    let mut race = Race::new();
    for (name, state) in &lists {
        let mut judged = sessions.iter().cycle();
        let mut user = 0_u64;
        race.case(name.clone(), move || {
            user += 1;
            let id = judged.next().copied().unwrap_or_else(|| id(0));
            is_revoked(state, COOKIE, id, issued_at, || serde_json::to_string(&(u64::MAX - user)).ok())
        });
    }
    let times = race.run(effort);
    let base = lists.first().map_or("", |(name, _)| name);
    let figure = |name: &String| {
        Figure::new("judging a session, by revocations in force", name, times.ns(name), "ns")
            .compared(times.ratio(name, base), base)
    };
    lists.iter().map(|(name, _)| figure(name)).collect()
}

/// Starts a server that reads 100,000 revocations from a store in memory.
fn start(runtime: &Runtime) -> Figure {
    let store = MemoryStore::new();
    drop(list(runtime, store.clone(), 100_000, true));
    let times = (0..5).map(|_| {
        let began = Instant::now();
        let state = runtime.block_on(ServerState::start(store.clone(), passwords())).expect("a state");
        assert_eq!(state.revocations(), 100_000);
        began.elapsed().as_secs_f64() * 1000.0
    });
    Figure::new("start of a server", "with 100000 revocations in the store", median(times.collect()), "ms")
}

/// Starts a server and revokes this many sessions, or half as many sessions and as many users.
fn list(runtime: &Runtime, store: MemoryStore, length: u32, subjects: bool) -> ServerState {
    runtime.block_on(async {
        let state = ServerState::start(store, passwords()).await.expect("a state");
        for number in 0..length {
            if subjects && number % 2 == 0 {
                state.revoke_subject(COOKIE, &number).await.expect("a store that responds");
            } else {
                state.revoke_session(id(number.into())).await.expect("a store that responds");
            }
        }
        state
    })
}

/// Returns an id that looks random.
fn id(number: u64) -> SessionId {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut bits = number;
    let mut digit = |_| {
        // SplitMix64, whose every number gives another sequence.
        bits = bits.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        char::from(DIGITS[usize::try_from(mixed >> 58).unwrap_or_default()])
    };
    let text: String = (0..21).map(&mut digit).chain(['A']).collect();
    text.parse().expect("an id")
}
