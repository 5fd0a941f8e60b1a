//! A result that can't be written.

use std::fs::File;
use std::io::Write as _;
use std::process::Stdio;

use serde_json::Value;

use super::{PASSWORD, PROGRAM, command, done};

/// The exit code, and what was said on standard error, of a command whose result goes to `stdout`.
fn run_into(stdout: impl Into<Stdio>, line: &str, stdin: &str) -> (i32, String) {
    let mut command = command(PROGRAM);
    command.args(line.split_whitespace()).env("SECRET", PASSWORD);
    command.current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cli"));
    let mut child = command.stdin(Stdio::piped()).stdout(stdout).stderr(Stdio::piped()).spawn().unwrap();
    // It may end without reading.
    let _ = child.stdin.take().unwrap().write_all(stdin.as_bytes());
    let output = child.wait_with_output().unwrap();
    (output.status.code().unwrap(), String::from_utf8(output.stderr).unwrap())
}

/// A disk without space.
fn full() -> File {
    File::options().write(true).open("/dev/full").unwrap()
}

/// Every command, and what it reads.
fn every_command() -> Vec<(&'static str, String)> {
    let seal = done("seal --password-env SECRET", "1");
    vec![
        ("keygen", String::new()),
        ("keygen --json", String::new()),
        ("keygen --json next", PASSWORD.to_owned()),
        ("inspect", seal.clone()),
        ("inspect --json", seal.clone()),
        ("inspect --password-env SECRET", seal.clone()),
        ("seal --password-env SECRET", "1".to_owned()),
        ("unseal --password-env SECRET", seal),
        ("budget shop.v2.json", String::new()),
        ("schema diff shop.v1.json shop.v1.json", String::new()),
        ("schema diff shop.v2.json shop.v1.json", String::new()),
        ("types shop.v2.json", String::new()),
        ("completions bash", String::new()),
        ("completions zsh --json", String::new()),
        ("man", String::new()),
        ("man keygen", String::new()),
        ("--help", String::new()),
        ("help keygen", String::new()),
        ("keygen --help", String::new()),
        ("--version", String::new()),
    ]
}

/// `keygen --json next < old > new && mv new old` must not go on with an empty file.
#[test]
fn a_result_that_a_full_disk_did_not_take_is_a_failure() {
    for (line, stdin) in every_command() {
        let (code, stderr) = run_into(full(), line, &stdin);
        assert_eq!(code, 1, "{line}: {stderr}");
        assert!(stderr.contains("standard output can't be written"), "{line}: {stderr}");
        assert!(stderr.contains("next"), "{line}: {stderr}");
        if line.contains("--json") {
            let error: Value = serde_json::from_str(&stderr).unwrap();
            assert_eq!(error["error"], "failed", "{line}");
        }
    }
}

/// As `head` does.
#[test]
fn a_closed_pipe_is_no_failure() {
    for (line, stdin) in every_command() {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let (code, stderr) = run_into(writer, line, &stdin);
        let expected = if line == "schema diff shop.v2.json shop.v1.json" { 7 } else { 0 };
        assert_eq!((code, stderr.as_str()), (expected, ""), "{line}");
    }
}

/// The exit code says what standard error could not.
#[test]
fn an_error_that_can_not_be_written_keeps_its_exit_code() {
    for (line, expected) in [("unseal", 1), ("inspect", 1), ("inspekt", 2), ("keygen --json main --new", 0)] {
        let mut command = command(PROGRAM);
        command.args(line.split_whitespace()).stdin(Stdio::null()).stdout(Stdio::null()).stderr(full());
        assert_eq!(command.status().unwrap().code(), Some(expected), "{line}");
    }
}

#[test]
fn help_says_how_a_password_becomes_a_file_of_ones_own() {
    for line in ["help keygen", "keygen --help", "man keygen"] {
        assert!(done(line, "").contains("umask 077"), "{line}");
    }
}
