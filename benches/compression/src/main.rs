//! Compares compression methods for a session, and prints the table that the book shows.
//!
//! ```text
//! cargo run --release --manifest-path benches/compression/Cargo.toml
//! ```
//!
//! Times are medians over rounds in which every algorithm runs once, so that a busy machine
//! does not favour any of them. Only the ratios count. To find out how much an algorithm adds
//! to a WebAssembly program, `weigh` is built with and without it.

use std::collections::BTreeSet;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use compression::codecs::{CODECS, Codec};
use compression::samples;

/// The most bytes of plaintext that one, two, three and four cookies hold: `book/src/size.md`.
const FIT: [usize; 4] = [2847, 5871, 8895, 11_919];

/// The bytes that the library writes before a compressed payload: the form and the length.
const HEADER_BYTES: usize = 3;

const TURNS: usize = 201;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let samples = samples::all();
    print!("| |");
    for (name, text) in &samples {
        print!(" {name}, {} |", text.len());
    }
    println!(
        " compress, µs | decompress, µs | crates | wasm, kB |\n| --- |{}",
        " --- |".repeat(samples.len() + 4)
    );

    let times = time(&samples);
    let bare = wasm_bytes(None)?.ok_or("nothing builds for WebAssembly: is the target installed?")?;
    for (codec, (compress, decompress)) in CODECS.iter().zip(times) {
        print!("| {} |", codec.name);
        for (_, text) in &samples {
            let len = (codec.compress)(text.as_bytes()).len();
            let cookies = cookies(len + codec.feature.map_or(0, |_| HEADER_BYTES));
            print!(" {len}: **{}** |", cookies.map_or("none".to_owned(), |cookies| cookies.to_string()));
        }
        let Some(feature) = codec.feature else {
            println!(" | | | |");
            continue;
        };
        let wasm = wasm_bytes(Some(feature))?;
        let wasm = wasm.map_or("does not build".to_owned(), |bytes| {
            bytes.saturating_sub(bare).div_ceil(1000).to_string()
        });
        println!(" {compress:.0} | {decompress:.0} | {} | {wasm} |", crates(feature)?);
    }
    Ok(())
}

/// Returns how many cookies hold `bytes` bytes; `None` if more than four are needed.
fn cookies(bytes: usize) -> Option<usize> {
    FIT.iter().position(|&fit| bytes <= fit).map(|index| index + 1)
}

/// Returns the microseconds of each codec in each direction: the mean over the samples of the
/// median.
#[expect(clippy::cast_precision_loss, reason = "few samples")]
fn time(samples: &[(&str, String)]) -> Vec<(f64, f64)> {
    let mut sums = vec![(0.0, 0.0); CODECS.len()];
    for (name, text) in samples {
        let mut turns = vec![(Vec::new(), Vec::new()); CODECS.len()];
        for _ in 0..TURNS {
            for (codec, (compressing, decompressing)) in CODECS.iter().zip(&mut turns) {
                let Codec { compress, decompress, .. } = codec;
                let (compressed, micros) = timed(|| compress(black_box(text.as_bytes())));
                compressing.push(micros);
                let (plain, micros) = timed(|| decompress(black_box(&compressed)));
                decompressing.push(micros);
                assert!(plain == text.as_bytes(), "{} gives {name} back", codec.name);
            }
        }
        for ((compress, decompress), turns) in sums.iter_mut().zip(turns) {
            *compress += median(turns.0) / samples.len() as f64;
            *decompress += median(turns.1) / samples.len() as f64;
        }
    }
    sums
}

fn timed<R>(call: impl FnOnce() -> R) -> (R, f64) {
    let start = Instant::now();
    let result = black_box(call());
    (result, start.elapsed().as_secs_f64() * 1e6)
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn cargo(args: &str) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(args.split_whitespace()).current_dir(root());
    command
}

/// Counts the crates that a feature adds, without this crate and those for JSON.
fn crates(feature: &str) -> Result<usize, Box<dyn std::error::Error>> {
    let tree = |args: &str| -> Result<BTreeSet<String>, Box<dyn std::error::Error>> {
        let args = format!("tree --edges normal,build --prefix none --no-default-features {args}");
        let output = cargo(&args).output()?;
        let names = String::from_utf8(output.stdout)?;
        Ok(names.lines().map(|line| line.split(' ').take(2).collect()).collect())
    };
    Ok(tree(&format!("--features {feature}"))?.difference(&tree("")?).count())
}

/// Returns the size of a WebAssembly program with a feature; `None` if it does not build.
fn wasm_bytes(feature: Option<&str>) -> Result<Option<u64>, Box<dyn std::error::Error>> {
    const TARGET: &str = "wasm32-unknown-unknown";
    let target_dir: PathBuf = root().join("../../target/compression");
    let mut build =
        cargo(&format!("build --quiet --release --no-default-features --bin weigh --target {TARGET}"));
    build.arg("--target-dir").arg(&target_dir);
    if let Some(feature) = feature {
        build.args(["--features", feature]);
    }
    if !build.output()?.status.success() {
        return Ok(None);
    }
    Ok(Some(std::fs::metadata(target_dir.join(TARGET).join("release/weigh.wasm"))?.len()))
}
