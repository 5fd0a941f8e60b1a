//! Passwords, a clock, options, and seals with any payload.

use std::time::Duration;

use iron_session::__vectors::{self, KnownSalts};
use iron_session::SessionOptionsBuilder;
use iron_session::clock::{ManualClock, Timestamp};
use iron_session::{Passwords, Sealer, SessionOptions};
use serde_json::value::RawValue;
use serde_json::{Map, Value, json};

use crate::log;

/// The password of the applications under test.
pub const PASSWORD: &str = "suT9auI75gyENwTT7b3ssMo8LDqqMCLnykVw";

/// A password that they don't have.
pub const OTHER_PASSWORD: &str = "dUyz1fqapCdZxqlksPSvUF9emolG9uOOVam0";

/// The name of their cookie.
pub const COOKIE: &str = "sid";

/// iron-session's 14 days.
pub const TTL: Duration = Duration::from_secs(14 * 24 * 60 * 60);

/// All the cookie names that one session can use.
pub const ALL_NAMES: [&str; 5] = ["sid", "sid.0", "sid.1", "sid.2", "sid.3"];

/// The time at which the tests start, in Unix milliseconds.
pub const NOW_MS: u64 = 1_763_650_000_000;

/// Creates a clock that shows [`NOW_MS`].
pub fn clock() -> ManualClock {
    ManualClock::at(Timestamp::from_unix_ms(NOW_MS))
}

/// Creates the set with [`PASSWORD`].
pub fn passwords() -> Passwords {
    Passwords::new(PASSWORD).expect("a strong password")
}

/// Starts the options of the applications under test.
pub fn options(clock: &ManualClock) -> SessionOptionsBuilder {
    log::listen();
    SessionOptions::builder(COOKIE, passwords()).clock(clock.clone())
}

/// Creates a sealer that is compatible with them.
pub fn sealer(clock: &ManualClock) -> Sealer {
    Sealer::new(passwords()).with_clock(clock.clone())
}

/// Fixed salts, so that two seals of one text are equal.
pub fn known_salts() -> KnownSalts {
    KnownSalts { enc_salt: "a".repeat(64), mac_salt: "b".repeat(64), iv: [7; 16] }
}

/// Seals a plaintext unchanged, whether it is JSON or not.
pub fn seal_with(sealer: &Sealer, plaintext: &str) -> String {
    __vectors::seal(sealer, plaintext, &known_salts()).expect("a password that seals")
}

/// Seals a plaintext unchanged, for the applications under test.
pub fn seal(clock: &ManualClock, plaintext: &str) -> String {
    seal_with(&sealer(clock), plaintext)
}

/// Returns the `Cookie` header of a browser whose session holds this plaintext.
pub fn cookie(clock: &ManualClock, plaintext: &str) -> String {
    format!("{COOKIE}={}", seal(clock, plaintext))
}

/// Unseals a seal of the applications under test.
#[track_caller]
pub fn unseal(clock: &ManualClock, seal: &str) -> String {
    sealer(clock).unseal::<Box<RawValue>>(seal).expect("a seal that opens").get().to_owned()
}

/// Unseals a seal of [`AppSession`](crate::AppSession). Leaves out plain fields with their
/// default values, because a new session writes those as well.
#[track_caller]
pub fn content(clock: &ManualClock, seal: &str) -> Value {
    let mut content: Map<String, Value> = serde_json::from_str(&unseal(clock, seal)).expect("an object");
    let defaults = [("visits", json!(0)), ("cart", json!([])), ("balance", json!(0.0))];
    content.retain(|name, value| !defaults.contains(&(name, value.clone())));
    Value::Object(content)
}

/// Returns text that no password and no log line may contain.
pub fn noise(bytes: usize) -> String {
    // A linear congruential generator, because the text only needs variety.
    let mut state: u32 = 1;
    let letter = |_| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        char::from(b'a' + u8::try_from((state >> 16) % 26).unwrap_or_default())
    };
    (0..bytes).map(letter).collect()
}
