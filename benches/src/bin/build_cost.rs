//! Measures the build time with a session library, compared with other libraries for the same
//! framework.
//!
//! ```text
//! cargo run --release -p benches --bin build_cost [-- --json FILE]
//! ```
//!
//! Each sample is a small application. It is built from scratch, for debug and for release, and
//! all samples take turns. The figure is the processor time of all compilers, because it
//! depends less on the other load of the machine than wall-clock time does. That load only ever
//! adds to it, so the minimum of the rounds is used. The benchmark takes half an hour.

use std::collections::BTreeSet;
use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;
use std::{fs, io};

use benches::figures::{self, Figure};

const AXUM: &str = "axum = \"0.8\"\n\
    tokio = { version = \"1\", features = [\"macros\", \"net\", \"rt-multi-thread\"] }\n\
    serde = { version = \"1\", features = [\"derive\"] }\n";
const ACTIX: &str = "actix-web = { version = \"4\", default-features = false, features = [\"macros\"] }\n\
    serde = { version = \"1\", features = [\"derive\"] }\n";

/// A framework with serde's derive, and the dependencies that an application adds for sessions.
const SAMPLES: [(&str, &str, &str); 7] = [
    ("axum", AXUM, ""),
    ("axum + ours", AXUM, "iron-session = { path = \"@\" }\n"),
    (
        "axum + axum-extra private cookies",
        AXUM,
        "axum-extra = { version = \"0.12\", features = [\"cookie-private\"] }\nserde_json = \"1\"\n",
    ),
    ("axum + tower-sessions, in memory", AXUM, "tower-sessions = \"0.15\"\n"),
    ("actix-web", ACTIX, ""),
    (
        "actix-web + ours",
        ACTIX,
        "iron-session = { path = \"@\", default-features = false, features = [\"derive\", \"actix-web\"] }\n",
    ),
    (
        "actix-web + actix-session, cookie",
        ACTIX,
        "actix-session = { version = \"0.11\", features = [\"cookie-session\"] }\n",
    ),
];

const ROUNDS: usize = 2;

/// A figure of a sample.
type Value = fn(&Sample) -> f64;

fn main() -> Result<(), Box<dyn Error>> {
    let project = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").canonicalize()?;
    let write = |(name, framework, library)| Sample::write(&project, name, &format!("{framework}{library}"));
    let mut all = SAMPLES.into_iter().map(write).collect::<Result<Vec<_>, _>>()?;
    for _ in 0..ROUNDS {
        for sample in &mut all {
            sample.debug_secs = sample.debug_secs.min(sample.build(&[])?);
            sample.release_secs = sample.release_secs.min(sample.build(&["--release"])?);
            fs::remove_dir_all(sample.target())?;
        }
    }

    let mut figures = Vec::new();
    let kinds: [(&str, &str, Value); 3] = [
        ("crates in the tree", "crates", |sample| sample.crates),
        ("processor time of a clean debug build", "s", |sample| sample.debug_secs),
        ("processor time of a clean release build", "s", |sample| sample.release_secs),
    ];
    for (group, unit, value) in kinds {
        figures.extend(all.iter().map(|sample| Figure::new(group, sample.name, value(sample), unit)));
        figures.extend(compared(&all, &format!("{group}, that sessions add"), unit, value));
    }
    Ok(figures::publish(&figures)?)
}

/// Computes what each library adds to its framework, compared with ours.
fn compared(all: &[Sample], group: &str, unit: &str, value: Value) -> Vec<Figure> {
    let of = |name: &str| all.iter().find(|sample| sample.name == name).map_or(f64::NAN, value);
    let libraries = all.iter().filter_map(|sample| Some((sample, sample.name.split_once(" + ")?)));
    let figures = libraries.map(|(sample, (framework, library))| {
        let added = value(sample) - of(framework);
        let figure = Figure::new(group, format!("{framework}, {library}"), added, unit);
        if library == "ours" {
            return figure;
        }
        let ours = of(&format!("{framework} + ours")) - of(framework);
        figure.compared(added / ours, "ours").at_least(1.0)
    });
    figures.collect()
}

struct Sample {
    name: &'static str,
    dir: PathBuf,
    crates: f64,
    debug_secs: f64,
    release_secs: f64,
}

impl Sample {
    /// Writes an application with all its dependencies. Its code is empty, because compiling it
    /// would hardly matter.
    fn write(project: &Path, name: &'static str, dependencies: &str) -> Result<Self, Box<dyn Error>> {
        let file_name: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
        let dir = project.join("target/build-cost").join(file_name);
        if dir.exists() {
            fs::remove_dir_all(&dir)?;
        }
        fs::create_dir_all(dir.join("src"))?;
        let library = project.join("iron-session").display().to_string();
        let manifest = format!(
            "[package]\nname = \"sample\"\nedition = \"2024\"\n\n[dependencies]\n{}\n[workspace]\n",
            dependencies.replace('@', &library)
        );
        fs::write(dir.join("Cargo.toml"), manifest)?;
        fs::write(dir.join("src/main.rs"), "fn main() {}\n")?;
        let mut sample =
            Self { name, dir, crates: 0.0, debug_secs: f64::INFINITY, release_secs: f64::INFINITY };
        sample.cargo(&["fetch", "--quiet"])?;
        sample.crates = sample.count_crates()?;
        Ok(sample)
    }

    fn target(&self) -> PathBuf {
        self.dir.join("target")
    }

    fn count_crates(&self) -> Result<f64, Box<dyn Error>> {
        let tree = self.cargo(&["tree", "--prefix", "none", "--edges", "normal,build", "--no-dedupe"])?;
        let crates: BTreeSet<_> = tree.lines().filter_map(|line| line.split(" (").next()).collect();
        // The sample itself is one of them.
        Ok(f64::from(u32::try_from(crates.len() - 1)?))
    }

    /// Builds, and returns the processor time in seconds.
    fn build(&self, options: &[&str]) -> Result<f64, Box<dyn Error>> {
        let before = children_cpu()?;
        self.cargo(&[&["build", "--quiet"], options].concat())?;
        Ok(children_cpu()?.saturating_sub(before).as_secs_f64())
    }

    fn cargo(&self, arguments: &[&str]) -> Result<String, Box<dyn Error>> {
        let mut command = Command::new("cargo");
        command.args(arguments).current_dir(&self.dir).env("CARGO_TARGET_DIR", self.target());
        let output = command.output()?;
        if output.status.success() {
            Ok(String::from_utf8_lossy(&output.stdout).into_owned())
        } else {
            Err(format!("{command:?}: {}", String::from_utf8_lossy(&output.stderr)).into())
        }
    }
}

/// Returns the processor time of all child processes that have exited, including their own
/// children.
fn children_cpu() -> io::Result<Duration> {
    /// Linux counts processor time in hundredths of a second.
    const TICK: Duration = Duration::from_millis(10);
    let stat = fs::read_to_string("/proc/self/stat")?;
    // After the name, which may contain spaces, `cutime` and `cstime` are the 14th and 15th
    // field.
    let fields = stat.rsplit_once(')').map_or("", |(_, rest)| rest).split_whitespace();
    Ok(fields.skip(13).take(2).filter_map(|ticks| ticks.parse::<u32>().ok()).map(|ticks| TICK * ticks).sum())
}
