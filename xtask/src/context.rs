//! The state that the steps share: the project's directory, the environment of its programs,
//! and the counts.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use crate::args::RunArgs;
use crate::counts::Counts;
use crate::program::Program;

/// The number of random cases per test with `--long`; the default of the tests is a few
/// hundred.
const LONG_CASES: &str = "5000";
const CASES: &str = "IRON_SESSION_CASES";

#[derive(Debug)]
pub(crate) struct Context {
    root: PathBuf,
    env: Vec<(&'static str, OsString)>,
    /// Whether benchmarks only give a first impression.
    pub(crate) quick: bool,
    /// The files with figures that the benchmarks have written.
    pub(crate) figures: Vec<PathBuf>,
    pub(crate) counts: Counts,
}

impl Context {
    pub(crate) fn new(args: &RunArgs) -> Self {
        let here = Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut context = Self {
            root: here.parent().unwrap_or(here).to_owned(),
            env: Vec::new(),
            quick: args.quick,
            figures: Vec::new(),
            counts: Counts::default(),
        };
        if args.long && std::env::var_os(CASES).is_none() {
            context.set_env(CASES, LONG_CASES);
        }
        context
    }

    /// Returns the directory of the workspace, where every program starts.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// Sets an environment variable for every program that is started from now on.
    pub(crate) fn set_env(&mut self, name: &'static str, value: impl Into<OsString>) {
        self.env.push((name, value.into()));
    }

    /// Returns a call of the `cargo` that belongs to the toolchain of this program.
    pub(crate) fn cargo(&self, args: &str) -> Program {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        Program::new("cargo", &cargo, args, &self.root, &self.env)
    }

    /// Returns a call of an installed program.
    pub(crate) fn program(&self, name: &str, args: &str) -> Program {
        Program::new(name, name.as_ref(), args, &self.root, &self.env)
    }
}
