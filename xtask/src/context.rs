//! What the steps share: where the project is, what its programs are told, what was counted.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use crate::args::RunArgs;
use crate::counts::Counts;
use crate::program::Program;

/// Random cases that a test runs with `--long`; the tests' own default is a few hundred.
const LONG_CASES: &str = "5000";
const CASES: &str = "IRON_SESSION_CASES";

#[derive(Debug)]
pub(crate) struct Context {
    root: PathBuf,
    env: Vec<(&'static str, OsString)>,
    /// Whether benchmarks are to give a first impression only.
    pub(crate) quick: bool,
    /// The files of figures that benchmarks have written.
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

    /// The directory of the workspace, where every program starts.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// Sets a variable for every program that is run from now on.
    pub(crate) fn set_env(&mut self, name: &'static str, value: impl Into<OsString>) {
        self.env.push((name, value.into()));
    }

    /// `cargo` of the toolchain that runs this program.
    pub(crate) fn cargo(&self, args: &str) -> Program {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        Program::new("cargo", &cargo, args, &self.root, &self.env)
    }

    /// A program of the machine.
    pub(crate) fn program(&self, name: &str, args: &str) -> Program {
        Program::new(name, name.as_ref(), args, &self.root, &self.env)
    }
}
