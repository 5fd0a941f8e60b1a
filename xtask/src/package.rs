//! Checks the packages that users download: each published crate as `cargo package` builds it.

use std::path::{Path, PathBuf};

use crate::context::Context;

/// In the order of their dependencies.
const CRATES: &[&str] = &["iron-session-derive", "iron-session", "iron-session-cli"];

/// The licences, which require that they accompany the code, and the page that crates.io shows.
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
    forget_earlier_packages(context.root()).map_err(|error| format!("removing earlier packages: {error}"))?;
    let crates = CRATES.join(" -p ");
    context.cargo(&format!("package --allow-dirty --target-dir {BUILT} -p {crates}")).run()
}

/// Where the packages are built. It is a separate directory, so that it can be removed.
const BUILT: &str = "target/packages";

/// Removes the files that cargo kept of earlier packages. Cargo treats a version as immutable:
/// if a package depends on another one here, cargo would use the other one's code from an
/// earlier run, from `BUILT` or from the sources unpacked in cargo's home. (There, a registry
/// in a directory has a name without a host, `-0123456789abcdef`.)
fn forget_earlier_packages(root: &Path) -> std::io::Result<()> {
    let built = root.join(BUILT);
    if built.exists() {
        std::fs::remove_dir_all(built)?;
    }
    let Some(unpacked) = cargo_home().map(|home| home.join("registry/src")).filter(|path| path.exists())
    else {
        return Ok(());
    };
    for registry in std::fs::read_dir(unpacked)? {
        let registry = registry?;
        if !registry.file_name().to_string_lossy().starts_with('-') {
            continue;
        }
        for package in std::fs::read_dir(registry.path())? {
            let package = package?;
            if package.file_name().to_string_lossy().starts_with("iron-session-") {
                std::fs::remove_dir_all(package.path())?;
            }
        }
    }
    Ok(())
}

fn cargo_home() -> Option<PathBuf> {
    let home = std::env::var_os("CARGO_HOME").filter(|home| !home.is_empty()).map(PathBuf::from);
    home.or_else(|| Some(std::env::home_dir()?.join(".cargo")))
}
