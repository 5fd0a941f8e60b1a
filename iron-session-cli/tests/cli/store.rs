//! Commands on a store, which the environment names.

use std::fs;
use std::path::{Path, PathBuf};

use super::{Output, PASSWORD, PROGRAM, command, finish};

/// A path for a store that no earlier run of this test has left.
pub(crate) fn path(name: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}.redb"));
    let _ = fs::remove_file(&path);
    path
}

/// Types a command with these variables in the environment.
pub(crate) fn run_with(line: &str, variables: &[(&str, &str)]) -> Output {
    let mut command = command(PROGRAM);
    command.args(line.split_whitespace()).env("SECRET", PASSWORD);
    for variable in ["IRON_SESSION_STORE", "IRON_SESSION_STORE_FILE", "IRON_SESSION_STORE_PREFIX"] {
        command.env_remove(variable);
    }
    command.envs(variables.iter().copied());
    finish(command, b"")
}

#[track_caller]
pub(crate) fn failed(line: &str, variables: &[(&str, &str)], told: &[&str]) {
    let output = run_with(line, variables);
    assert_eq!((output.code, output.stdout.as_str()), (1, ""), "{}", output.stderr);
    for told in told {
        assert!(output.stderr.contains(told), "{}", output.stderr);
    }
}
