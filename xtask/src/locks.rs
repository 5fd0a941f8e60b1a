//! Lock files fix versions and hashes. Where a package is downloaded from is each machine's own
//! setting, so an address in a lock is either foreign or soon wrong.

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

/// The lock files of the tree, outside of what is built or installed there.
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

/// The lines of a lock, Cargo's or npm's, that say where something is downloaded from: Cargo
/// writes crates.io by its public name whatever the machine's setting, and that is none.
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
