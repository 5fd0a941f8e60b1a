//! Passwords: accepted and refused ones, the sets for a rotation, raw keys, purposes, and passwords
//! from the environment.

mod environment;
mod purposes;
mod raw_keys;
mod set;
mod strength;

use iron_session::error::UnsealError;
use iron_session::{Password, Passwords, Sealer};
use iron_session_tests::fixtures::clock;

const THIRD_PASSWORD: &str = "ng7dGI41pEzvQV5Obz3xpd7kjQKRatanvpKj";

/// What every refusal tells, so that nobody makes up a weak one.
const HOW_TO_MAKE_ONE: &str = "openssl rand -base64 32";

fn sealer(passwords: Passwords) -> Sealer {
    Sealer::new(passwords).with_clock(clock())
}

fn lone(password: impl Into<Password>) -> Sealer {
    sealer(Passwords::new(password).unwrap())
}

fn rotation(passwords: &[(&str, &str)]) -> Passwords {
    let builder = Passwords::builder();
    passwords
        .iter()
        .fold(builder, |builder, (id, password)| builder.password(*id, *password))
        .build()
        .unwrap()
}

fn unseal(sealer: &Sealer, seal: &str) -> Result<u32, UnsealError> {
    sealer.unseal(seal)
}

fn part(seal: &str, index: usize) -> &str {
    seal.split('*').nth(index).unwrap()
}
