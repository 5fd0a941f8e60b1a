//! Passwords, a clock, options, and seals with any payload.

use std::time::Duration;

use iron_session::__vectors::{self, KnownSalts};
use iron_session::clock::{ManualClock, Timestamp};
use iron_session::options::SessionOptionsBuilder;
use iron_session::{Passwords, Sealer, SessionOptions};
use serde_json::value::RawValue;
use serde_json::{Map, Value, json};

use crate::log;

/// The password of the applications under test.
pub const PASSWORD: &str = "suT9auI75gyENwTT7b3ssMo8LDqqMCLnykVw";

/// One that they don't have.
pub const OTHER_PASSWORD: &str = "dUyz1fqapCdZxqlksPSvUF9emolG9uOOVam0";

/// The name of their cookie.
pub const COOKIE: &str = "sid";

/// iron-session's 14 days.
pub const TTL: Duration = Duration::from_secs(14 * 24 * 60 * 60);

/// All the names that one session can use.
pub const ALL_NAMES: [&str; 5] = ["sid", "sid.0", "sid.1", "sid.2", "sid.3"];

/// When the tests begin, in Unix milliseconds.
pub const NOW_MS: u64 = 1_763_650_000_000;

/// Makes a clock that shows [`NOW_MS`].
pub fn clock() -> ManualClock {
    ManualClock::at(Timestamp::from_unix_ms(NOW_MS))
}

/// Makes the set of [`PASSWORD`].
pub fn passwords() -> Passwords {
    Passwords::new(PASSWORD).expect("a strong password")
}

/// Begins the options of the applications under test.
pub fn options(clock: &ManualClock) -> SessionOptionsBuilder {
    log::listen();
    SessionOptions::builder(COOKIE, passwords()).clock(clock.clone())
}

/// Makes a sealer that reads and writes what they do.
pub fn sealer(clock: &ManualClock) -> Sealer {
    Sealer::new(passwords()).clock(clock.clone())
}

/// Salts that were used before: two seals of one text are the same.
pub fn known_salts() -> KnownSalts {
    KnownSalts { enc_salt: "a".repeat(64), mac_salt: "b".repeat(64), iv: [7; 16] }
}

/// Seals a plaintext as it stands, JSON or not.
pub fn seal_with(sealer: &Sealer, plaintext: &str) -> String {
    __vectors::seal(sealer, plaintext, &known_salts()).expect("a password that seals")
}

/// Seals a plaintext as it stands, for the applications under test.
pub fn seal(clock: &ManualClock, plaintext: &str) -> String {
    seal_with(&sealer(clock), plaintext)
}

/// The `Cookie` header of a browser whose session holds this plaintext.
pub fn cookie(clock: &ManualClock, plaintext: &str) -> String {
    format!("{COOKIE}={}", seal(clock, plaintext))
}

/// Opens a seal of the applications under test.
#[track_caller]
pub fn unseal(clock: &ManualClock, seal: &str) -> String {
    sealer(clock).unseal::<Box<RawValue>>(seal).expect("a seal that opens").get().to_owned()
}

/// Opens a seal of [`AppSession`](crate::AppSession) and tells what is in it,
/// but for plain fields with their defaults: a new session writes those as well.
#[track_caller]
pub fn content(clock: &ManualClock, seal: &str) -> Value {
    let mut content: Map<String, Value> = serde_json::from_str(&unseal(clock, seal)).expect("an object");
    let defaults = [("visits", json!(0)), ("cart", json!([])), ("balance", json!(0.0))];
    content.retain(|name, value| !defaults.contains(&(name, value.clone())));
    Value::Object(content)
}

/// Text that no password holds, and that no log line may hold either.
pub fn noise(bytes: usize) -> String {
    // A linear congruential generator: nothing here needs more than variety.
    let mut state: u32 = 1;
    let letter = |_| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        char::from(b'a' + u8::try_from((state >> 16) % 26).unwrap_or_default())
    };
    (0..bytes).map(letter).collect()
}
