//! Measures the cost of a seal and of a session, compared with the floor and a peer.
//!
//! ```text
//! cargo run --release -p benches --bin speed [-- --quick] [--json FILE]
//! ```
//!
//! `--quick` gives a first impression; `--json FILE` writes the figures.

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
