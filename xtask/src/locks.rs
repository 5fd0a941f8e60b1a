//! Checks that lock files fix versions and hashes only. The download address of a package is a
//! setting of each machine, so an address in a lock file belongs to another machine or is soon
//! outdated.

use std::path::{Path, PathBuf};

use crate::context::Context;

const CRATES_IO: &str = r#"source = "registry+https://github.com/rust-lang/crates.io-index""#;

pub(crate) fn check(context: &mut Context) -> Result<(), String> {
    let mut locks = Vec::new();
    find(context.root(), &mut locks)?;
    let mut addresses = Vec::new();
    for lock in &locks {
        println!("{}", lock.display());
        let text = read(lock)?;
        let found = foreign(&text).map(|line| format!("{}: {}", lock.display(), line.trim()));
        addresses.extend(found);
    }
    if locks.is_empty() {
        Err("no lock file found".to_owned())
    } else if addresses.is_empty() {
        Ok(())
    } else {
        Err(format!("download addresses in lock files:\n{}", addresses.join("\n")))
    }
}

fn read(path: &Path) -> Result<String, String> {
    std::fs::read_to_string(path).map_err(|error| format!("{} can't be read: {error}", path.display()))
}

/// Returns the lock files of the tree, except in directories of build output and installed
/// packages.
fn find(dir: &Path, locks: &mut Vec<PathBuf>) -> Result<(), String> {
    let unreadable = |error| format!("{} can't be read: {error}", dir.display());
    for entry in std::fs::read_dir(dir).map_err(unreadable)? {
        let entry = entry.map_err(unreadable)?;
        let name = entry.file_name();
        if entry.file_type().map_err(unreadable)?.is_dir() {
            if name != "target" && name != "node_modules" && name != ".git" {
                find(&entry.path(), locks)?;
            }
        } else if name == "Cargo.lock" || name == "package-lock.json" {
            locks.push(entry.path());
        }
    }
    Ok(())
}

/// Returns the lines of a lock file, Cargo's or npm's, that contain a download address. Cargo
/// always writes crates.io by its public name, whatever the machine's setting, so that is not
/// such an address.
fn foreign(lock: &str) -> impl Iterator<Item = &str> {
    lock.lines().filter(|line| {
        let line = line.trim();
        (line.starts_with("source = ") && line != CRATES_IO)
            || (line.starts_with("\"resolved\":") && line.contains("://"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn crates_io_is_no_address_and_every_other_is() {
        let lock = "\
[[package]]
name = \"aes\"
source = \"registry+https://github.com/rust-lang/crates.io-index\"
checksum = \"66\"

[[package]]
name = \"cbc\"
source = \"registry+https://mirror.example/index\"

[[package]]
name = \"hmac\"
source = \"git+https://github.com/RustCrypto/MACs#1234\"
";
        let found: Vec<_> = foreign(lock).collect();
        assert_eq!(found.len(), 2);
        assert!(found[0].contains("mirror.example") && found[1].contains("git+"));
    }

    #[test]
    fn npm_resolved_addresses_are_found() {
        let lock = "
    \"node_modules/h3\": {
      \"version\": \"1.15.11\",
      \"resolved\": \"https://registry.example/h3.tgz\",
      \"funding\": { \"url\": \"https://example.org\" }
    },
    \"node_modules/own\": { \"link\": true,
      \"resolved\": \"../own\",
    }";
        let found: Vec<_> = foreign(lock).map(str::trim).collect();
        assert_eq!(found, [r#""resolved": "https://registry.example/h3.tgz","#]);
    }
}
