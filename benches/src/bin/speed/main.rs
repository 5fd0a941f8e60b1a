//! What a seal and a session cost, beside the floor and a peer: `cargo run --release -p benches --bin speed`.
//!
//! `--quick` for a first impression, `--json FILE` for the figures.

#![expect(clippy::expect_used, reason = "a measurement that can't be made has failed")]

mod allocations;
mod growth;
mod header;
mod keys;
mod request;
mod sizes;

use std::io;

use benches::figures::publish;
use benches::measure::Effort;

fn main() -> io::Result<()> {
    let effort = Effort::from_args();
    let parts = [
        sizes::measure,
        request::measure,
        keys::measure,
        growth::measure,
        header::measure,
        allocations::measure,
    ];
    publish(&parts.into_iter().flat_map(|measure| measure(effort)).collect::<Vec<_>>())
}
