//! A real browser walks through the demo.
//!
//! The walks are in `tests/node/browser/`: Chromium, driven by `playwright-core`. Each has a demo of
//! its own, so that they can't disturb each other. What the demo logged is checked here.
//!
//! `IRON_SESSION_CHROMIUM` names the browser; `/usr/bin/chromium` unless set.

use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::OnceLock;

use serde_json::Value;

#[test]
fn signing_in() {
    let log = walk("sign-in");
    assert!(log.contains("sign-in rejected"), "{log}");
    assert!(log.contains("signed in name=\"Ada Lovelace\""), "{log}");
}

#[test]
fn a_cart_that_outgrows_one_cookie() {
    let log = walk("cart");
    assert!(log.contains("change rejected error=`cart` has 53 items, but at most 52 are allowed"), "{log}");
}

#[test]
fn a_letter_that_is_compressed() {
    walk("letter");
}

#[test]
fn forms_that_no_page_of_the_shop_made() {
    let log = walk("forgery");
    assert!(log.contains("request without the session's CSRF token refused"), "{log}");
    assert!(log.contains("cross-origin request refused"), "{log}");
}

#[test]
fn a_password_that_counts_for_a_while() {
    walk("confirming");
}

#[test]
fn remembering_for_days_or_until_the_browser_closes() {
    walk("remember-me");
}

#[test]
fn signing_out() {
    let log = walk("sign-out");
    assert!(log.contains("signed out"), "{log}");
}

#[test]
fn a_cookie_that_does_not_open() {
    let log = walk("unreadable");
    assert!(log.contains("session cookie not readable"), "{log}");
    assert!(log.contains("reason=\"malformed\""), "{log}");
}

#[test]
fn a_countdown_to_both_ends_of_the_session() {
    walk("countdown");
}

#[test]
fn the_end_of_an_idle_session() {
    walk_with("expired", &[("IDLE_TIMEOUT_SECS", "8"), ("ABSOLUTE_TIMEOUT_SECS", "16")]);
}

#[test]
fn a_tab_that_counts_while_another_is_used() {
    walk_with("other-tab", &[("IDLE_TIMEOUT_SECS", "8")]);
}

#[test]
fn the_end_of_a_session_that_is_used_all_the_time() {
    walk_with("absolute-end", &[("IDLE_TIMEOUT_SECS", "6"), ("ABSOLUTE_TIMEOUT_SECS", "14")]);
}

/// Sends the browser through the demo, and returns what the demo logged.
fn walk(name: &str) -> String {
    walk_with(name, &[])
}

/// Sends the browser through a demo with these variables, and returns what the demo logged.
fn walk_with(name: &str, variables: &[(&str, &str)]) -> String {
    let artifacts = artifacts(name);
    let demo = Demo::start(&artifacts, "0", variables);
    let walked = send_browser(name, &demo.address, &artifacts);
    let log = demo.stop();
    walked.unwrap_or_else(|told| panic!("{told}\nthe demo's log:\n{log}"));
    assert!(!log.contains("ERROR"), "the demo's log:\n{log}");
    log
}

/// Returns an empty directory for the logs and screenshots of a walk.
pub(super) fn artifacts(name: &str) -> PathBuf {
    let artifacts = Path::new(env!("CARGO_TARGET_TMPDIR")).join("browser").join(name);
    // What an earlier run left would be taken for this one's.
    let _ = fs::remove_dir_all(&artifacts);
    fs::create_dir_all(&artifacts).unwrap();
    artifacts
}

/// Sends the browser on a walk, and returns what went wrong.
pub(super) fn send_browser(walk: &str, address: &str, artifacts: &Path) -> Result<(), String> {
    let output = Command::new("node")
        .arg(root().join("tests/node/browser/walk.mjs"))
        .args([walk, address])
        .arg(artifacts)
        .output()
        .expect("the browser tests need Node; `cargo xtask test` says how to get it");
    let told = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    let arrived = output.status.success() && told.contains(&format!("walked {walk}"));
    if arrived { Ok(()) } else { Err(format!("the walk `{walk}` failed:\n{told}")) }
}

pub(super) struct Demo {
    process: Child,
    address: String,
    log: PathBuf,
    /// Open as long as the demo runs: it may still print.
    _stdout: BufReader<ChildStdout>,
}

impl Demo {
    /// Starts it on a port, or on any free one if it is `0`.
    pub(super) fn start(artifacts: &Path, port: &str, variables: &[(&str, &str)]) -> Self {
        let log = &artifacts.join("demo.log");
        let mut process = Command::new(executable())
            .args(["--port", port])
            .env_remove("SESSION_SECRET")
            .env_remove("SESSION_SECRET_FILE")
            .envs(variables.iter().copied())
            .stdout(Stdio::piped())
            .stderr(File::create(log).unwrap())
            .spawn()
            .unwrap();
        let mut stdout = BufReader::new(process.stdout.take().unwrap());
        let mut line = String::new();
        let address = loop {
            line.clear();
            assert!(stdout.read_line(&mut line).unwrap() > 0, "the demo ended: {}", read(log));
            if let Some(address) = line.trim_end().strip_prefix("open ") {
                break address.to_owned();
            }
        };
        Self { process, address, log: log.to_owned(), _stdout: stdout }
    }

    /// Stops it, and returns what it logged.
    pub(super) fn stop(self) -> String {
        let log = self.log.clone();
        drop(self);
        read(&log)
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        // Fails only for one that has ended already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn read(log: &Path) -> String {
    fs::read_to_string(log).unwrap()
}

/// Builds the demo, once. Cargo tells a test where the binaries of its own package are, but not of
/// another; so it is asked.
fn executable() -> &'static Path {
    static EXECUTABLE: OnceLock<PathBuf> = OnceLock::new();
    EXECUTABLE.get_or_init(|| {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let output = Command::new(cargo)
            .args(["build", "--package", "demo", "--message-format=json-render-diagnostics"])
            .current_dir(root())
            .stderr(Stdio::inherit())
            .output()
            .unwrap();
        assert!(output.status.success(), "the demo does not build");
        let messages =
            output.stdout.lines().map(|line| serde_json::from_str::<Value>(&line.unwrap()).unwrap());
        let of_demo = messages.filter(|message| message["target"]["name"] == "demo");
        let mut executables = of_demo.filter_map(|message| Some(message["executable"].as_str()?.into()));
        executables.next().expect("cargo did not say where it put the demo")
    })
}

pub(super) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}
