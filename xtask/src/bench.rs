//! The steps of `cargo xtask bench`, in order: the tools that the benchmarks need, and the
//! benchmarks. Each benchmark is a program that writes its figures into a file. The last step
//! makes one table of these files.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use crate::context::Context;
use crate::steps::Step;
use crate::tools;

pub(crate) const STEPS: &[Step] = &[
    Step {
        name: "speed",
        about: "sealing and unsealing compared with the floor and other Rust libraries, and allocations",
        needs: &[],
        counts: false,
        run: |context| measure(context, "speed"),
    },
    Step {
        name: "npm",
        about: "Node and the JavaScript libraries that are measured, installed from the lock file",
        needs: &[],
        counts: false,
        run: |context| {
            let dir = context.root().join("benches/javascript");
            // npm would start from scratch, and Next.js is large.
            if is_installed(&dir) { Ok(()) } else { tools::npm(context, &dir) }
        },
    },
    Step {
        name: "revocations",
        about: "judging a session by the list of revocations, and reading the list at the start",
        needs: &[],
        counts: false,
        run: |context| measure(context, "revocations"),
    },
    Step {
        name: "storage",
        about: "a session in its cookie, a revocable one, and one in a record of the store",
        needs: &[],
        counts: false,
        run: |context| measure(context, "storage"),
    },
    Step {
        name: "javascript",
        about: "sealing and unsealing compared with the JavaScript libraries",
        needs: &["npm"],
        counts: false,
        run: |context| measure(context, "javascript"),
    },
    Step {
        name: "wrk",
        about: "the load generator, installed if it is missing",
        needs: &[],
        counts: false,
        run: |context| tools::bring(context, "wrk", "wrk"),
    },
    Step {
        name: "end-to-end",
        about: "the cost of an HTTP request with a session, for several libraries",
        needs: &["npm", "wrk"],
        counts: false,
        run: |context| measure_peers(context, "end_to_end"),
    },
    Step {
        name: "redis",
        about: "Redis, installed if it is missing",
        needs: &[],
        counts: false,
        run: |context| tools::bring(context, "redis-server", "redis-server"),
    },
    Step {
        name: "store",
        about: "a session in the cookie compared with one in Redis, by size",
        needs: &["wrk", "redis"],
        counts: false,
        run: |context| measure_peers(context, "store"),
    },
    Step {
        name: "build-cost",
        about: "the build time with this and other libraries; not with `--quick`",
        needs: &[],
        counts: false,
        run: |context| if context.quick { Ok(()) } else { measure(context, "build_cost") },
    },
    Step {
        name: "compile-cost",
        about: "the compile time of the derive compared with serde's; not with `--quick`",
        needs: &[],
        counts: false,
        run: |context| if context.quick { Ok(()) } else { measure(context, "compile_cost") },
    },
    Step {
        name: "wasm-cost",
        about: "the bytes that the library adds to a WebAssembly module; not with `--quick`",
        needs: &[],
        counts: false,
        run: |context| {
            if context.quick {
                return Ok(());
            }
            tools::wasm_target(context)?;
            measure(context, "wasm_cost")
        },
    },
    Step {
        name: "compression",
        about: "compression methods; prints the table for the book's page on size; not with `--quick`",
        needs: &[],
        counts: false,
        run: |context| {
            if context.quick {
                return Ok(());
            }
            tools::wasm_target(context)?;
            let compression =
                "--manifest-path benches/compression/Cargo.toml --target-dir target/compression";
            context.cargo(&format!("run --release {compression}")).run()
        },
    },
];

/// Tells whether npm has installed the packages here since the lock file was written.
fn is_installed(dir: &Path) -> bool {
    let written = |file: &str| std::fs::metadata(dir.join(file)).and_then(|data| data.modified());
    match (written("node_modules/.package-lock.json"), written("package-lock.json")) {
        (Ok(installed), Ok(locked)) => installed >= locked,
        _ => false,
    }
}

/// Runs one of the programs of `benches/`.
fn measure(context: &mut Context, program: &str) -> Result<(), String> {
    measure_with(context, "-p benches", program)
}

/// Runs one of the programs of `benches/peers/`, which is a separate workspace. The programs
/// start each other, so all of them are built.
fn measure_peers(context: &mut Context, program: &str) -> Result<(), String> {
    let peers = "--manifest-path benches/peers/Cargo.toml --target-dir target/peers";
    context.cargo(&format!("build --release {peers}")).run()?;
    measure_with(context, peers, program)
}

fn measure_with(context: &mut Context, package: &str, program: &str) -> Result<(), String> {
    let file = file(context, program)?;
    let quick = if context.quick { " --quick" } else { "" };
    let args = format!("run --release {package} --bin {program} --{quick} --json");
    context.cargo(&args).arg(&file).run()?;
    context.figures.push(file);
    Ok(())
}

/// Returns the file for the figures of a benchmark.
fn file(context: &Context, program: &str) -> Result<PathBuf, String> {
    let dir = context.root().join("target/bench");
    std::fs::create_dir_all(&dir).map_err(|error| format!("{} can't be created: {error}", dir.display()))?;
    Ok(dir.join(format!("{program}.json")))
}

/// Prints one table with all figures. Unless the run was a quick one, also replaces the tables
/// and plots of the book.
pub(crate) fn report(context: &Context) -> Result<(), String> {
    let write = if context.quick { "" } else { "--write " };
    let report = context.cargo(&format!("run --release --quiet -p benches --bin report -- {write}"));
    context.figures.iter().map(|file| file.as_os_str()).fold(report, |run, file: &OsStr| run.arg(file)).run()
}
