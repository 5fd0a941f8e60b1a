//! The conditions of a measurement: the machine, the versions, the date.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;
use std::time::SystemTime;
use std::{fmt, fs, io};

use serde::{Deserialize, Serialize};

/// Libraries whose version is reported, by their names in Cargo's lock files.
const CRATES: &[&str] =
    &["actix-session", "actix-web", "axum", "axum-extra", "cookie", "redis", "tower-sessions"];
/// The same for npm, by their names in its lock file.
const PACKAGES: &[&str] = &["@hapi/iron", "express", "iron-session", "next"];
/// Programs whose version is reported.
const PROGRAMS: &[(&str, &str)] =
    &[("node", "--version"), ("redis-server", "--version"), ("rustc", "--version"), ("uname", "-sr")];

/// The conditions of a measurement.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Conditions {
    /// The date.
    pub date: String,
    /// The processor, and the number of its cores.
    pub machine: String,
    /// Versions, by name.
    pub versions: BTreeMap<String, String>,
}

impl Conditions {
    /// Collects the facts about this machine, and the versions in the lock files of the
    /// project at `root`.
    ///
    /// # Errors
    ///
    /// Returns an error if a lock file can't be read. Other facts that can't be found are
    /// left out.
    pub fn of_this_machine(root: &Path) -> io::Result<Self> {
        let mut versions = BTreeMap::new();
        for lock in ["Cargo.lock", "benches/peers/Cargo.lock"] {
            if let Ok(text) = fs::read_to_string(root.join(lock)) {
                versions.extend(CRATES.iter().filter_map(|name| of_crate(&text, name)));
            }
        }
        let npm: serde_json::Value =
            serde_json::from_str(&fs::read_to_string(root.join("benches/javascript/package-lock.json"))?)?;
        for name in PACKAGES {
            let version =
                npm.pointer(&format!("/packages/node_modules~1{}/version", name.replace('/', "~1")));
            if let Some(version) = version.and_then(serde_json::Value::as_str) {
                versions.insert(format!("npm {name}"), version.to_owned());
            }
        }
        versions.extend(PROGRAMS.iter().filter_map(|(name, option)| of_program(name, option)));
        let date = httpdate::fmt_http_date(SystemTime::now());
        Ok(Self { date, machine: machine(), versions })
    }
}

/// Returns the newest of several versions, which is the last one in a lock file.
fn of_crate(lock: &str, name: &str) -> Option<(String, String)> {
    let (_, rest) = lock.rsplit_once(&format!("name = \"{name}\"\nversion = \""))?;
    let (version, _) = rest.split_once('"')?;
    Some((name.to_owned(), version.to_owned()))
}

fn of_program(name: &str, option: &str) -> Option<(String, String)> {
    let output = Command::new(name).arg(option).output().ok()?;
    let text = String::from_utf8_lossy(&output.stdout);
    // The number, wherever it is: `rustc 1.95.0 (…)`, `v20.20.2`, `Redis server v=7.0.15
    // sha=…`.
    let version = text.split_whitespace().map(|word| word.trim_start_matches(['v', '=']));
    let version = version.into_iter().find(|word| word.starts_with(|first: char| first.is_ascii_digit()))?;
    let name = if name == "uname" { text.split_whitespace().next()? } else { name };
    Some((name.to_owned(), version.to_owned()))
}

fn machine() -> String {
    let info = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = info.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    format!(
        "{}, {cores} cores, {}",
        model.map_or("unknown processor", |(_, name)| name),
        std::env::consts::ARCH
    )
}

impl fmt::Display for Conditions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let versions: Vec<_> =
            self.versions.iter().map(|(name, version)| format!("{name} {version}")).collect();
        write!(f, "{}\n{}\n{}", self.date, self.machine, versions.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_found_in_a_lock() {
        let lock = "[[package]]\nname = \"axum\"\nversion = \"0.8.9\"\n\n[[package]]\nname = \"axum-core\"\nversion = \"0.5.6\"\n";
        assert_eq!(of_crate(lock, "axum"), Some(("axum".to_owned(), "0.8.9".to_owned())));
        assert_eq!(of_crate(lock, "actix-web"), None);
    }
}
