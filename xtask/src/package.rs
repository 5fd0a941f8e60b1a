//! What a user downloads: each published crate as `cargo package` makes it.

use crate::context::Context;

/// In the order of their dependencies.
const CRATES: &[&str] = &["iron-session-derive", "iron-session", "iron-session-cli"];

/// What the licences ask to go with the code, and the page that crates.io shows.
const FILES: &[&str] = &["LICENSE-MIT", "LICENSE-APACHE", "README.md"];

pub(crate) fn check(context: &mut Context) -> Result<(), String> {
    for name in CRATES {
        let list = context.cargo(&format!("package --list --allow-dirty -p {name}")).output()?;
        for file in FILES {
            if !list.lines().any(|line| line == *file) {
                return Err(format!("the package of {name} lacks {file}"));
            }
        }
    }
    let crates = CRATES.join(" -p ");
    context.cargo(&format!("package --allow-dirty -p {crates}")).run()
}
