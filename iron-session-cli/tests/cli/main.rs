//! The program as a user types it: its output, its exit codes, its prompt.

mod choice;
mod copied;
mod keygen;
mod keyring;
mod output;
mod redis;
mod revoke;
mod schemas;
mod seals;
mod sessions;
mod shop;
mod store;
mod text;

use std::io::Write as _;
use std::process::{Command, Stdio};

const PROGRAM: &str = env!("CARGO_BIN_EXE_iron-session");
const PASSWORD: &str = "vBkqWTzyhLGjF8H2n9rRxDpM4sUcE7aQ";

/// What the program printed, and its exit code.
#[derive(Debug)]
struct Output {
    code: i32,
    stdout: String,
    stderr: String,
}

/// Types a command line, with this standard input and the password in the environment.
fn run(line: &str, stdin: &str) -> Output {
    run_with(line, stdin, PASSWORD)
}

fn run_with(line: &str, stdin: &str, password: &str) -> Output {
    run_bytes(line, stdin.as_bytes(), password)
}

fn run_bytes(line: &str, stdin: &[u8], password: &str) -> Output {
    let mut command = command(PROGRAM);
    command.args(line.split_whitespace()).env("SECRET", password);
    finish(command, stdin)
}

/// Runs a command to its end, with this standard input.
fn finish(mut command: Command, stdin: &[u8]) -> Output {
    command.env("TZ", "Etc/GMT-2").current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cli"));
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    // It may end without reading.
    let _ = child.stdin.take().unwrap().write_all(stdin);
    let output = child.wait_with_output().unwrap();
    Output {
        code: output.status.code().unwrap(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

/// A command for which no variable of this machine decides on colours: on a CI machine, `CI` alone
/// brings them to `TERM=dumb`.
fn command(program: &str) -> Command {
    let mut command = Command::new(program);
    for variable in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "CI"] {
        command.env_remove(variable);
    }
    command
}

/// Runs a command that succeeds, and returns what it printed.
fn done(line: &str, stdin: &str) -> String {
    let output = run(line, stdin);
    assert_eq!((output.code, output.stderr.as_str()), (0, ""), "{line}");
    output.stdout
}

/// Runs a command that fails with this exit code, and returns the error.
fn failed(code: i32, line: &str, stdin: &str) -> String {
    failed_with(code, line, stdin.as_bytes())
}

fn failed_with(code: i32, line: &str, stdin: &[u8]) -> String {
    let output = run_bytes(line, stdin, PASSWORD);
    assert_eq!((output.code, output.stdout.as_str()), (code, ""), "{line}: {}", output.stderr);
    output.stderr
}
