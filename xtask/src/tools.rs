//! The tools that the checks need in addition to Rust. Each is found, or installed if that is
//! possible without asking; otherwise the error says what to do.

use std::path::{Path, PathBuf};

use crate::context::Context;

/// The path of the browser for the browser tests, set by the user or by the `browser` step.
const BROWSER: &str = "IRON_SESSION_CHROMIUM";
const BROWSERS: &[&str] = &["chromium", "chromium-browser", "google-chrome"];

pub(crate) const WASM: &str = "wasm32-unknown-unknown";

/// The oldest version of Node that the JavaScript libraries support.
const NODE: u32 = 20;

pub(crate) fn node_dir(context: &Context) -> PathBuf {
    context.root().join("tests/node")
}

pub(crate) fn browser(context: &mut Context) -> Result<(), String> {
    let path = match std::env::var_os(BROWSER) {
        Some(path) if Path::new(&path).is_file() => path.into(),
        Some(path) => return Err(format!("{BROWSER} is {}: no such file", path.display())),
        None => match BROWSERS.iter().find_map(|name| on_path(name)) {
            Some(path) => path,
            None => install_browser(context)?,
        },
    };
    println!("{}", path.display());
    context.set_env(BROWSER, path);
    Ok(())
}

fn install_browser(context: &Context) -> Result<PathBuf, String> {
    install(context, "chromium", "chromium")
        .map_err(|error| format!("{error}, or set {BROWSER} to the path of a Chromium or Chrome"))
}

/// Finds a program that belongs to this Debian package, or installs the package.
pub(crate) fn bring(context: &Context, program: &str, package: &str) -> Result<(), String> {
    let path = on_path(program).map_or_else(|| install(context, program, package), Ok)?;
    println!("{}", path.display());
    Ok(())
}

fn install(context: &Context, program: &str, package: &str) -> Result<PathBuf, String> {
    if on_path("apt-get").is_none() || context.program("id", "-u").output()? != "0" {
        return Err(format!(
            "no {program} found: install one (on Debian, as root: `apt-get install {package}`)"
        ));
    }
    let apt_get = |args: &str| context.program("apt-get", args).env("DEBIAN_FRONTEND", "noninteractive");
    apt_get("update").run()?;
    apt_get(&format!("install --yes --no-install-recommends {package}")).run()?;
    on_path(program).ok_or_else(|| format!("apt-get installed no `{program}`"))
}

/// Checks Node, and installs the packages of this directory from its lock file.
pub(crate) fn npm(context: &Context, dir: &Path) -> Result<(), String> {
    if on_path("node").is_none() || on_path("npm").is_none() {
        return Err(format!("no Node found: install Node {NODE} or newer, with npm"));
    }
    let version = context.program("node", "--version").output()?;
    match major(&version) {
        Some(major) if major >= NODE => {}
        _ => {
            return Err(format!("Node {version} is too old: install {NODE} or newer"));
        }
    }
    // The newest iron-session requires Node 22 but runs on 20; npm would print long
    // warnings about this.
    context.program("npm", "ci --loglevel=error").dir(dir).run()
}

/// `20` of `v20.20.2`.
fn major(version: &str) -> Option<u32> {
    version.strip_prefix('v')?.split('.').next()?.parse().ok()
}

pub(crate) fn wasm_target(context: &Context) -> Result<(), String> {
    let libraries = context.program("rustc", &format!("--print target-libdir --target {WASM}"));
    if Path::new(&libraries.output()?).is_dir() {
        return Ok(());
    }
    if on_path("rustup").is_none() {
        return Err(format!("the Rust target {WASM} is not installed, and there is no rustup to do it"));
    }
    context.program("rustup", &format!("target add {WASM}")).run()
}

fn on_path(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    // Debian installs servers in directories that are only on root's path.
    let directories = std::env::split_paths(&path).chain([PathBuf::from("/usr/sbin")]);
    directories.map(|dir| dir.join(name)).find(|file| file.is_file())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn node_versions() {
        assert_eq!(major("v20.20.2"), Some(20));
        assert_eq!(major("v9.11"), Some(9));
        assert_eq!(major("20"), None);
    }
}
