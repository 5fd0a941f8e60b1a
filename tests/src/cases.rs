//! Random cases. The seed is printed; `IRON_SESSION_SEED` sets it, and `IRON_SESSION_CASES`
//! sets the number of cases.

use std::hash::{BuildHasher as _, RandomState};

use proptest::strategy::Strategy;
use proptest::test_runner::{Config, RngSeed, TestCaseError, TestRunner};

/// Returns the number of cases: 256, or thousands with `cargo xtask test --long`.
pub fn count() -> u32 {
    number("IRON_SESSION_CASES").unwrap_or(256).try_into().unwrap_or(u32::MAX)
}

/// Returns whether the tests may take minutes, as with `cargo xtask test --long`.
pub fn may_take_long() -> bool {
    count() >= 1000
}

fn number(variable: &str) -> Option<u64> {
    std::env::var(variable).ok().and_then(|value| value.parse().ok())
}

/// Creates a runner of random cases: of `1 / share` of the usual number, for large cases.
pub fn runner(share: u32) -> TestRunner {
    let seed = number("IRON_SESSION_SEED").unwrap_or_else(|| RandomState::new().hash_one(0));
    println!("IRON_SESSION_SEED={seed}");
    let cases = (count() / share).max(1);
    let config =
        Config { cases, rng_seed: RngSeed::Fixed(seed), failure_persistence: None, ..Config::default() };
    TestRunner::new(config)
}

/// Runs a test with random values. A failure shows the smallest value that fails.
#[track_caller]
pub fn check<S: Strategy>(strategy: &S, test: impl Fn(S::Value) -> Result<(), TestCaseError>) {
    check_share(1, strategy, test);
}

/// Does the same as [`check`], with `1 / share` as many cases.
#[track_caller]
pub fn check_share<S: Strategy>(
    share: u32,
    strategy: &S,
    test: impl Fn(S::Value) -> Result<(), TestCaseError>,
) {
    runner(share).run(strategy, test).unwrap_or_else(|failure| panic!("{failure}"));
}
