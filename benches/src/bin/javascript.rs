//! Measures sealing and unsealing, compared with the JavaScript libraries, in turns.
//!
//! ```text
//! cd benches/javascript && npm ci
//! cargo run --release -p benches --bin javascript [-- --quick] [--json FILE]
//! ```
//!
//! Node runs `benches/javascript/seals.mjs`. It first opens a seal of ours with every library,
//! which proves that all of them do the same work.

use std::error::Error;
use std::hint::black_box;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use benches::figures::{self, Figure};
use benches::measure::{Effort, median, quickest};
use benches::samples::{self, LOGIN_BYTES, PASSWORD, Shop};
use iron_session::Sealer;
use serde::de::DeserializeOwned;
use serde_json::json;

/// Each library, and the least factor by which it should be slower than ours.
const TARGETS: [(&str, f64); 4] = [
    ("iron-session 9, one after the other", 220.0),
    ("iron-session 9, 16 at once", 100.0),
    ("@hapi/iron, 16 at once", 38.0),
    ("node:crypto by hand, synchronous", 10.0),
];

fn main() -> Result<(), Box<dyn Error>> {
    let (rounds, batch) = match Effort::from_args() {
        Effort::Quick => (5, Duration::from_millis(60)),
        Effort::Full => (31, Duration::from_millis(200)),
    };
    let sealer = Sealer::new(samples::passwords());
    let shop = samples::shop(LOGIN_BYTES);
    let seal = sealer.seal(&shop)?;
    let mut node = Node::start()?;
    let ways: Vec<String> = node.ask(&json!({ "payload": shop, "password": PASSWORD, "seal": seal }))?;

    let mut figures = Vec::new();
    for operation in ["seal", "unseal"] {
        let mut call: Box<dyn FnMut()> = match operation {
            "seal" => Box::new(|| drop(black_box(sealer.seal(black_box(&shop))))),
            _ => Box::new(|| drop(black_box(sealer.unseal::<Shop>(black_box(&seal))))),
        };
        let mut ours = Vec::new();
        let mut theirs = vec![Vec::new(); ways.len()];
        // The first round lets Node compile the code.
        for round in 0..=rounds {
            for (way, ns) in ways.iter().zip(&mut theirs) {
                let request = json!({ "way": way, "operation": operation, "ms": batch.as_millis() });
                let took: f64 = node.ask(&request)?;
                if round > 0 {
                    ns.push(took);
                }
            }
            let took = time(batch / 4, &mut call);
            if round > 0 {
                ours.push(took);
            }
        }
        let ours = quickest(&ours);
        let group = format!("{operation}, {LOGIN_BYTES} B, beside JavaScript");
        figures.push(Figure::new(&group, "ours", ours / 1e3, "us"));
        for (way, ns) in ways.iter().zip(theirs) {
            let ns = quickest(&ns);
            let figure = Figure::new(&group, way, ns / 1e3, "us").compared(ns / ours, "ours");
            let target = TARGETS.iter().find(|(name, _)| name == way);
            figures.push(target.map_or(figure.clone(), |&(_, times)| figure.at_least(times)));
        }
    }
    Ok(figures::publish(&figures)?)
}

/// Returns the time of one call in nanoseconds: the median over short batches, because a busy
/// machine interrupts only a few of them. Node does the same. On both sides the fastest round
/// counts.
fn time(all: Duration, call: &mut dyn FnMut()) -> f64 {
    let (start, mut batches) = (Instant::now(), Vec::new());
    while start.elapsed() < all {
        let before = Instant::now();
        for _ in 0..16 {
            call();
        }
        batches.push(before.elapsed().as_secs_f64() * 1e9 / 16.0);
    }
    median(batches)
}

/// The program that runs JavaScript.
struct Node {
    child: Child,
    requests: ChildStdin,
    responses: BufReader<ChildStdout>,
}

impl Node {
    fn start() -> Result<Self, Box<dyn Error>> {
        let mut command = Command::new("node");
        command.arg("seals.mjs").current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("javascript"));
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let requests = child.stdin.take().ok_or("no stdin")?;
        let responses = BufReader::new(child.stdout.take().ok_or("no stdout")?);
        Ok(Self { child, requests, responses })
    }

    fn ask<T: DeserializeOwned>(&mut self, request: &serde_json::Value) -> Result<T, Box<dyn Error>> {
        writeln!(self.requests, "{request}")?;
        let mut line = String::new();
        self.responses.read_line(&mut line)?;
        serde_json::from_str(&line).map_err(|error| format!("node responded {line:?}: {error}").into())
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        // It may have exited already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
