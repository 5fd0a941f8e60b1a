//! A directory of one test, which is deleted when the test ends.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

/// An empty directory for temporary files. Dropping it deletes it, unless the test has failed.
#[derive(Debug)]
pub struct Directory(PathBuf);

impl Directory {
    /// Creates the directory. The name tells people which test it belongs to.
    pub fn new(name: &str) -> Self {
        static CREATED: AtomicU32 = AtomicU32::new(0);
        let number = CREATED.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("iron-session-{}-{number}-{name}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    /// Returns its path.
    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            // A file that is still open does no harm.
            let _ = fs::remove_dir_all(&self.0);
        }
    }
}
