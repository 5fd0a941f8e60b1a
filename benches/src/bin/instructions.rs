//! Counts the instructions of sealing and unsealing, and compares them with a committed baseline.
//!
//! ```text
//! cargo run --release -p benches --bin instructions [-- --write]
//! ```
//!
//! This is a guard against regressions, not a measure of speed. Valgrind's callgrind counts the
//! same instructions in every run, however busy the machine is. But it simulates a processor
//! without SHA instructions and wide AES instructions, so its counts say nothing about speed.
//! They also depend on the compiler's version (a new one needs a new baseline), and on a
//! processor with AVX2, which base64 and searching check for at run time.
//!
//! Each case runs in its own process, once with few calls and once with more. The difference is
//! the cost of the calls without the cost of the start.

use std::collections::BTreeMap;
use std::error::Error;
use std::fs;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use benches::samples::{self, COOKIE, SIZES, Shop};
use iron_session::__vectors::{self, KnownSalts};
use iron_session::clock::{ManualClock, Timestamp};
use iron_session::options::CheckedOptions;
use iron_session::session::RequestSession;
use iron_session::{Sealer, SessionOptions};

/// The allowed growth of a count over the baseline.
const TOLERANCE: f64 = 0.03;

const WRITE: &str = "cargo run --release -p benches --bin instructions -- --write";

const FEW: u32 = 20;
const MANY: u32 = 120;

/// An operation, given the size of a session in bytes and the number of repetitions.
type Operation = fn(usize, u32) -> Result<(), Box<dyn Error>>;

const OPERATIONS: [(&str, Operation); 4] =
    [("seal", seal), ("unseal", unseal), ("request that reads", read), ("request that changes", change)];

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        ["run", operation, bytes, calls] => {
            run(operation, bytes.parse()?, calls.parse()?)?;
            Ok(ExitCode::SUCCESS)
        }
        [] => compare(&count_all()?),
        ["--write"] => {
            let counts = count_all()?;
            fs::write(baseline(), serde_json::to_string_pretty(&counts)? + "\n")?;
            println!("written: {}", baseline().display());
            Ok(ExitCode::SUCCESS)
        }
        _ => Err("expected no argument, or `--write` to write the counts as the new baseline".into()),
    }
}

fn baseline() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("instructions.json")
}

/// Instructions per call, by operation and size.
type Counts = BTreeMap<String, u64>;

fn count_all() -> Result<Counts, Box<dyn Error>> {
    let mut counts = Counts::new();
    for (operation, _) in OPERATIONS {
        for bytes in SIZES {
            let calls = MANY - FEW;
            let more = collected(operation, bytes, MANY)?.saturating_sub(collected(operation, bytes, FEW)?);
            counts.insert(case(operation, bytes), more / u64::from(calls));
        }
    }
    Ok(counts)
}

/// Runs this program under callgrind and returns the counted instructions.
fn collected(operation: &str, bytes: usize, calls: u32) -> Result<u64, Box<dyn Error>> {
    let mut command = Command::new("valgrind");
    command.args(["--tool=callgrind", "--callgrind-out-file=/dev/null"]).arg(std::env::current_exe()?);
    command.args(["run", operation, &bytes.to_string(), &calls.to_string()]);
    let output = command.output().map_err(|error| format!("valgrind can't be started: {error}"))?;
    let report = String::from_utf8_lossy(&output.stderr);
    let collected = report.lines().find_map(|line| line.split_once("Collected : ")?.1.trim().parse().ok());
    match collected {
        Some(count) if output.status.success() => Ok(count),
        _ => Err(format!("callgrind failed: {report}").into()),
    }
}

/// Prints each count next to its baseline. Fails if a count has grown or has no baseline.
fn compare(counts: &Counts) -> Result<ExitCode, Box<dyn Error>> {
    let known: Counts = serde_json::from_str(&fs::read_to_string(baseline())?)?;
    let (mut grown, mut shrunk) = (!known.keys().eq(counts.keys()), false);
    println!("instructions per call                   now    baseline");
    for case in cases() {
        let [now, before] = [counts, &known].map(|counts| counts.get(&case).copied().unwrap_or(0));
        let change = ratio(now, before) - 1.0;
        let verdict = if change > TOLERANCE { "   MORE" } else { "" };
        grown |= change > TOLERANCE;
        shrunk |= change < -TOLERANCE;
        println!("  {case:28} {now:>12}{before:>12}  {:>+6.1} %{verdict}", change * 100.0);
    }
    if grown || shrunk {
        println!(
            "\nThe counts differ from the baseline. If this is intended, write a new baseline:\n  {WRITE}"
        );
    }
    Ok(if grown { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// Returns the names of all cases, in the order of the output.
fn cases() -> impl Iterator<Item = String> {
    OPERATIONS.iter().flat_map(|(operation, _)| SIZES.map(|bytes| case(operation, bytes)))
}

fn case(operation: &str, bytes: usize) -> String {
    format!("{operation}, {bytes} B")
}

#[expect(clippy::cast_precision_loss, reason = "far below 2^53")]
fn ratio(count: u64, before: u64) -> f64 {
    count as f64 / before as f64
}

fn run(operation: &str, bytes: usize, calls: u32) -> Result<(), Box<dyn Error>> {
    let run = OPERATIONS.iter().find(|(name, _)| *name == operation).ok_or("no such operation")?.1;
    run(bytes, calls)
}

/// Seals a text with fixed salts, because random bytes from the system are not part of the
/// count.
fn seal(bytes: usize, calls: u32) -> Result<(), Box<dyn Error>> {
    let (sealer, salts) = (sealer(), salts());
    let text = samples::json(&samples::shop(bytes));
    for _ in 0..calls {
        black_box(__vectors::seal(&sealer, black_box(&text), &salts)?);
    }
    Ok(())
}

/// Opens a seal and decodes it with serde.
fn unseal(bytes: usize, calls: u32) -> Result<(), Box<dyn Error>> {
    let sealer = sealer();
    let seal = known_seal(bytes)?;
    for _ in 0..calls {
        black_box(sealer.unseal::<Shop>(black_box(&seal))?);
    }
    Ok(())
}

/// Runs a request whose handler reads the session.
fn read(bytes: usize, calls: u32) -> Result<(), Box<dyn Error>> {
    let (options, cookie) = (options()?, cookie(bytes)?);
    for _ in 0..calls {
        let request = RequestSession::<Shop>::new(options.clone());
        black_box(request.handle([black_box(&*cookie)])?.user_id);
        let _ = black_box(request.commit(200));
    }
    Ok(())
}

/// Runs a request whose handler changes one field.
fn change(bytes: usize, calls: u32) -> Result<(), Box<dyn Error>> {
    let (options, cookie, salts) = (options()?, cookie(bytes)?, salts());
    for _ in 0..calls {
        let request = RequestSession::<Shop>::new(options.clone());
        request.handle([black_box(&*cookie)])?.visits += 1;
        let _ = black_box(__vectors::commit(&request, 200, &salts));
    }
    Ok(())
}

fn sealer() -> Sealer {
    Sealer::new(samples::passwords()).with_clock(clock())
}

fn options() -> Result<CheckedOptions<Shop>, Box<dyn Error>> {
    Ok(SessionOptions::builder(COOKIE, samples::passwords()).clock(clock()).build()?.check()?)
}

fn cookie(bytes: usize) -> Result<String, Box<dyn Error>> {
    Ok(format!("{COOKIE}={}", known_seal(bytes)?))
}

fn known_seal(bytes: usize) -> Result<String, Box<dyn Error>> {
    Ok(__vectors::seal(&sealer(), &samples::json(&samples::shop(bytes)), &salts())?)
}

fn salts() -> KnownSalts {
    KnownSalts { enc_salt: "5a".repeat(32), mac_salt: "c3".repeat(32), iv: [7; 16] }
}

/// A clock that stands still, so that every run is the same.
fn clock() -> ManualClock {
    ManualClock::at(Timestamp::from_unix_ms(1_800_000_000_000))
}
