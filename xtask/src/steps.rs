//! The steps of `cargo xtask test`, in order. Each is one line of the table. A step that needs
//! more than one command has its own file.

use crate::context::Context;
use crate::{api, features, frameworks, locks, package, tools};

/// One check, or the setup that checks need.
#[derive(Debug)]
pub(crate) struct Step {
    pub(crate) name: &'static str,
    pub(crate) about: &'static str,
    /// The steps that this one needs; they come earlier in the list.
    pub(crate) needs: &'static [&'static str],
    /// Whether it reports test cases; if so, it must report at least one.
    pub(crate) counts: bool,
    pub(crate) run: fn(&mut Context) -> Result<(), String>,
}

pub(crate) const STEPS: &[Step] = &[
    Step {
        name: "locks",
        about: "lock files contain versions and hashes, but no download addresses",
        needs: &[],
        counts: false,
        run: locks::check,
    },
    Step {
        name: "fmt",
        about: "formatting",
        needs: &[],
        counts: false,
        run: |context| {
            context.cargo("fmt --all --check").run()?;
            context.cargo("fmt --manifest-path benches/peers/Cargo.toml --check").run()?;
            context.cargo("fmt --manifest-path benches/compression/Cargo.toml --check").run()
        },
    },
    Step {
        name: "clippy",
        about: "lints, and no use of anything newer than `rust-version`",
        needs: &[],
        counts: false,
        run: |context| {
            let lints = "-D warnings -D clippy::incompatible_msrv";
            context.cargo(&format!("clippy --workspace --all-targets --all-features -- {lints}")).run()
        },
    },
    Step {
        name: "redis",
        about: "Redis, installed if it is missing",
        needs: &[],
        counts: false,
        run: |context| tools::bring(context, "redis-server", "redis-server"),
    },
    Step {
        name: "test",
        about: "the tests that need only Rust, and those with Redis",
        needs: &["redis"],
        counts: true,
        run: |context| {
            let tests = context.cargo("test --workspace --no-fail-fast");
            tests.count(&mut context.counts)
        },
    },
    Step {
        name: "frameworks",
        about: "the table of the frameworks in the README and the book, compared with what runs",
        needs: &[],
        counts: false,
        run: frameworks::check,
    },
    Step {
        name: "conformance",
        about: "every vector through the public interface",
        needs: &[],
        counts: true,
        run: |context| {
            let files = ["seals", "cookies", "more_seals", "more_cookies"];
            let vectors = files.map(|file| format!("tests/vectors/{file}.json")).join(" ");
            let program = context.cargo(&format!("run --release -p conformance -- {vectors}"));
            program.count(&mut context.counts)
        },
    },
    Step {
        name: "memory",
        about: "what optimized code leaves of keys and passwords in memory",
        needs: &[],
        counts: true,
        run: |context| {
            let tests = context.cargo("test --release -p memory");
            tests.count(&mut context.counts)
        },
    },
    Step {
        name: "npm",
        about: "Node and the JavaScript libraries, installed from the lock file",
        needs: &[],
        counts: false,
        run: |context| tools::npm(context, &tools::node_dir(context)),
    },
    Step {
        name: "node",
        about: "the JavaScript side of the tests, and the vectors against the libraries",
        needs: &["npm"],
        counts: true,
        run: |context| {
            let tests = context.program("node", "--test --test-reporter=spec").dir(&tools::node_dir(context));
            tests.count(&mut context.counts)
        },
    },
    Step {
        name: "nextjs",
        about: "Next.js for its example, installed from the lock file",
        needs: &[],
        counts: false,
        run: |context| tools::npm(context, &context.root().join("examples/nextjs")),
    },
    Step {
        name: "browser",
        about: "Chromium, installed if it is missing",
        needs: &[],
        counts: false,
        run: tools::browser,
    },
    Step {
        name: "nginx",
        about: "nginx, installed if it is missing",
        needs: &[],
        counts: false,
        run: |context| tools::bring(context, "nginx", "nginx"),
    },
    Step {
        name: "live",
        about: "tests with the JavaScript libraries, with Next.js, in a browser, and behind nginx",
        needs: &["redis", "npm", "nextjs", "browser", "nginx"],
        counts: true,
        run: |context| {
            // All features of the workspace, and no test of the step `test` again: what that step
            // built is used here.
            let tests = "test --workspace --features iron-session-tests/live --no-fail-fast";
            context.cargo(&format!("{tests} --test live")).count(&mut context.counts)?;
            context.cargo(&format!("{tests} --test versions -- live")).count(&mut context.counts)
        },
    },
    Step {
        name: "features",
        about: "the library without features, and with each feature alone",
        needs: &[],
        counts: false,
        run: features::check,
    },
    Step {
        name: "wasm",
        about: "the library without its adapters, for WebAssembly",
        needs: &[],
        counts: false,
        run: |context| {
            tools::wasm_target(context)?;
            let check = format!("check -p iron-session --no-default-features --target {}", tools::WASM);
            context.cargo(&format!("{check} --features derive,js")).run()?;
            // A host without JavaScript brings its own random bytes.
            context
                .cargo(&format!("{check} --features derive"))
                .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS", "--cfg getrandom_backend=\"custom\"")
                .run()
        },
    },
    Step {
        name: "instructions",
        about: "instruction counts of sealing and unsealing, compared with a baseline",
        needs: &[],
        counts: false,
        run: |context| {
            tools::bring(context, "valgrind", "valgrind")?;
            context.cargo("run --release -p benches --bin instructions").run()
        },
    },
    Step {
        name: "docs",
        about: "the documentation, without warnings",
        needs: &[],
        counts: false,
        run: |context| {
            context.cargo("doc --workspace --no-deps --all-features").env("RUSTDOCFLAGS", "-D warnings").run()
        },
    },
    Step {
        name: "api",
        about: "the public interface, compared with iron-session/public-api.txt",
        needs: &[],
        counts: false,
        run: api::check,
    },
    Step {
        name: "package",
        about: "each published crate can be packaged, builds from its package, and contains both licences",
        needs: &[],
        counts: false,
        run: package::check,
    },
];
