//! Compares the library's public interface with `iron-session/public-api.txt`, so that a change
//! of the interface is always seen in the diff.

use crate::context::Context;

/// The committed text.
const TEXT: &str = "iron-session/public-api.txt";

/// The file that rustdoc writes.
const JSON: &str = "target/doc/iron_session.json";

pub(crate) fn check(context: &mut Context) -> Result<(), String> {
    run(context, "")
}

pub(crate) fn overwrite(context: &mut Context) -> Result<(), String> {
    run(context, " --overwrite")
}

fn run(context: &Context, overwrite: &str) -> Result<(), String> {
    let rustdoc = context.root().join("xtask/rustdoc-json.sh");
    // The feature `__vectors` adds only items that are hidden.
    let json = "rustdoc --quiet -p iron-session --lib --all-features -- -Z unstable-options --output-format json \
                --cap-lints allow";
    context.cargo(json).env("RUSTDOC", &rustdoc.display().to_string()).run()?;
    context.cargo(&format!("run --quiet -p public-api-check -- {JSON} {TEXT}{overwrite}")).run()
}
