//! Runs another program, with its output visible or captured.

use std::ffi::{OsStr, OsString};
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};

use crate::counts::Counts;

/// A program that is about to be run, and its name for messages.
#[derive(Debug)]
pub(crate) struct Program {
    shown: String,
    command: Command,
}

impl Program {
    /// Splits the arguments at white space.
    pub(crate) fn new(
        name: &str,
        executable: &OsStr,
        args: &str,
        dir: &Path,
        env: &[(&'static str, OsString)],
    ) -> Self {
        let mut command = Command::new(executable);
        command.args(args.split_whitespace()).current_dir(dir);
        command.envs(env.iter().map(|(name, value)| (name, value)));
        Self { shown: format!("{name} {args}"), command }
    }

    /// Adds an argument that may contain white space.
    pub(crate) fn arg(mut self, arg: impl AsRef<OsStr>) -> Self {
        self.shown = format!("{} {}", self.shown.trim_end(), arg.as_ref().display());
        self.command.arg(arg);
        self
    }

    pub(crate) fn env(mut self, name: &str, value: &str) -> Self {
        self.shown = format!("{name}={value:?} {}", self.shown);
        self.command.env(name, value);
        self
    }

    /// Runs it in this directory instead of the workspace's.
    pub(crate) fn dir(mut self, dir: &Path) -> Self {
        self.command.current_dir(dir);
        self
    }

    /// Runs it with visible output.
    pub(crate) fn run(mut self) -> Result<(), String> {
        println!("$ {}", self.shown);
        let status = self.command.status();
        self.check(status.map_err(|error| self.not_started(&error))?)
    }

    /// Runs it with visible output, and counts the test cases that it reports.
    pub(crate) fn count(mut self, counts: &mut Counts) -> Result<(), String> {
        println!("$ {}", self.shown);
        let mut child =
            self.command.stdout(Stdio::piped()).spawn().map_err(|error| self.not_started(&error))?;
        if let Some(output) = child.stdout.take() {
            for line in BufReader::new(output).split(b'\n') {
                let line = line.map_err(|error| format!("`{}`: {error}", self.shown))?;
                let line = String::from_utf8_lossy(&line);
                println!("{line}");
                counts.read(&line);
            }
        }
        let status = child.wait();
        self.check(status.map_err(|error| self.not_started(&error))?)
    }

    /// Runs it quietly and returns its output.
    pub(crate) fn output(mut self) -> Result<String, String> {
        let output =
            self.command.stderr(Stdio::inherit()).output().map_err(|error| self.not_started(&error))?;
        self.check(output.status)?;
        Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
    }

    fn check(&self, status: ExitStatus) -> Result<(), String> {
        if status.success() { Ok(()) } else { Err(format!("`{}` failed: {status}", self.shown)) }
    }

    fn not_started(&self, error: &std::io::Error) -> String {
        format!("`{}` can't be started: {error}", self.shown)
    }
}
