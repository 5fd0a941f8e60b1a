//! Measures the compile time of `#[derive(IronSession)]`, compared with serde's `Serialize` and
//! `Deserialize` on the same structs.
//!
//! ```text
//! cargo run --release -p benches --bin compile_cost [-- --json FILE]
//! ```
//!
//! Each sample is a crate with many equal structs, which `cargo check` checks again in each
//! round. The samples take turns, so that a machine that gets slower does not favour any of
//! them. The figure is the ratio of the medians in one run, after the time for the same structs
//! without a derive is subtracted.

use std::error::Error;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use benches::figures::{self, Figure};
use benches::measure::median;

const FIELDS: [usize; 3] = [5, 20, 80];

/// The number of fields in one sample; it determines the number of structs.
const FIELDS_IN_A_SAMPLE: usize = 1600;

const ROUNDS: usize = 7;

/// The allowed compile time of the derive, in multiples of that of serde's pair.
const TARGET: f64 = 2.0;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Derive {
    /// `Clone` alone, which every session needs.
    Nothing,
    Serde,
    IronSession,
}

const DERIVES: [Derive; 3] = [Derive::Nothing, Derive::Serde, Derive::IronSession];

struct Sample {
    derive: Derive,
    fields: usize,
    source: PathBuf,
    times: Vec<Duration>,
}

fn main() -> Result<(), Box<dyn Error>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/compile-cost");
    let mut samples = Vec::new();
    for fields in FIELDS {
        for derive in DERIVES {
            let source = write_crate(&root, derive, fields)?;
            samples.push(Sample { derive, fields, source, times: Vec::new() });
        }
    }
    write_workspace(&root, &samples)?;

    // The first round builds the dependencies.
    for round in 0..=ROUNDS {
        for sample in &mut samples {
            let time = check(&root, sample)?;
            if round > 0 {
                sample.times.push(time);
            }
        }
    }
    Ok(figures::publish(&tell(&samples))?)
}

fn crate_name(derive: Derive, fields: usize) -> String {
    let derive = match derive {
        Derive::Nothing => "nothing",
        Derive::Serde => "serde",
        Derive::IronSession => "iron_session",
    };
    format!("{derive}_{fields}")
}

fn write_crate(root: &Path, derive: Derive, fields: usize) -> Result<PathBuf, Box<dyn Error>> {
    let name = crate_name(derive, fields);
    let folder = root.join(&name);
    fs::create_dir_all(folder.join("src"))?;
    let library = Path::new(env!("CARGO_MANIFEST_DIR")).join("../iron-session");
    let library = library.canonicalize()?;
    fs::write(
        folder.join("Cargo.toml"),
        format!(
            "[package]\nname = \"{name}\"\nedition = \"2024\"\n\n[dependencies]\n\
             serde = {{ version = \"1\", features = [\"derive\"] }}\n\
             iron-session = {{ path = \"{}\", default-features = false, features = [\"derive\"] }}\n",
            library.display(),
        ),
    )?;

    let derives = match derive {
        Derive::Nothing => "Clone",
        Derive::Serde => "Clone, serde::Serialize, serde::Deserialize",
        Derive::IronSession => "Clone, iron_session::IronSession",
    };
    let types = ["u64", "Option<String>", "bool", "Option<u32>", "Vec<u8>"];
    let mut source = String::new();
    for index in 0..FIELDS_IN_A_SAMPLE / fields {
        writeln!(source, "#[derive({derives})]\npub struct Session{index} {{")?;
        for (field, ty) in (0..fields).zip(types.iter().cycle()) {
            writeln!(source, "    pub field_{field}: {ty},")?;
        }
        writeln!(source, "}}")?;
    }
    let path = folder.join("src/lib.rs");
    fs::write(&path, source)?;
    Ok(path)
}

fn write_workspace(root: &Path, samples: &[Sample]) -> Result<(), Box<dyn Error>> {
    let members = samples.iter().map(|sample| format!("{:?}", crate_name(sample.derive, sample.fields)));
    let members = members.collect::<Vec<_>>().join(", ");
    fs::write(root.join("Cargo.toml"), format!("[workspace]\nresolver = \"3\"\nmembers = [{members}]\n"))?;
    Ok(())
}

/// Checks a sample as if it had just been edited.
fn check(root: &Path, sample: &Sample) -> Result<Duration, Box<dyn Error>> {
    let source = fs::read_to_string(&sample.source)?;
    fs::write(&sample.source, source)?;
    let mut command = Command::new(env!("CARGO"));
    command.args(["check", "--quiet", "--package", &crate_name(sample.derive, sample.fields)]);
    command.current_dir(root).env("CARGO_TARGET_DIR", root.join("target")).env("CARGO_INCREMENTAL", "0");
    let start = Instant::now();
    let status = command.status()?;
    let time = start.elapsed();
    if status.success() { Ok(time) } else { Err("a sample does not compile".into()) }
}

/// Makes figures from the times per field.
fn tell(samples: &[Sample]) -> Vec<Figure> {
    let median_us = |derive, fields| {
        let sample = samples.iter().find(|sample| sample.derive == derive && sample.fields == fields);
        let times = sample.map_or(&[] as &[Duration], |sample| &sample.times);
        median(times.iter().map(|time| time.as_secs_f64() * 1e6).collect())
    };
    #[expect(clippy::cast_precision_loss, reason = "a count of fields")]
    let count = FIELDS_IN_A_SAMPLE as f64;
    let figures = FIELDS.map(|fields| {
        let group = format!("time to compile a field, {fields} in a struct");
        let nothing = median_us(Derive::Nothing, fields);
        let [serde, ours] =
            [Derive::Serde, Derive::IronSession].map(|derive| (median_us(derive, fields) - nothing) / count);
        let ours = Figure::new(&group, "IronSession", ours, "us").compared(ours / serde, "serde's pair");
        [Figure::new(&group, "Serialize and Deserialize", serde, "us"), ours.at_most(TARGET)]
    });
    figures.into_iter().flatten().collect()
}
