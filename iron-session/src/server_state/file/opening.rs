//! Opens the file, or creates it.

use std::ffi::OsString;
use std::fs::{self, OpenOptions};
use std::path::{Path, PathBuf};

use redb::backends::FileBackend;
use redb::{Builder, Database, DatabaseError};

use super::tables;

/// The memory that the database may use for pages of the file. Its own default is 1 GiB.
const CACHE_BYTES: usize = 32 * 1024 * 1024;

/// Opens the database, or creates it. Returns also its incarnation, and the number of the log's last
/// entry.
pub(super) fn open(path: &Path) -> Result<(Database, u128, u64), redb::Error> {
    let exists = || fs::metadata(path).is_ok_and(|file| file.len() > 0);
    let mut builder = Database::builder();
    // Without this check, a file that the disk has damaged could look like one without logouts.
    builder.set_cache_size(CACHE_BYTES).set_check_integrity_on_open(true);
    let created = if exists() { None } else { create(path, &builder, exists)? };
    let database = created.map_or_else(|| builder.open(path), Ok)?;
    let (incarnation, last) = tables::create(&database)?;
    Ok((database, incarnation, last))
}

/// Creates the database under another name, and renames it when it is complete. Otherwise a process
/// that is killed now would leave a file that can't be opened.
///
/// `None`: another process was faster.
fn create(
    path: &Path,
    builder: &Builder,
    exists: impl Fn() -> bool,
) -> Result<Option<Database>, redb::Error> {
    let incomplete = incomplete(path);
    // Not truncated, because another process could be writing to it.
    let file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&incomplete)?;
    file.try_lock().map_err(|_| redb::Error::DatabaseAlreadyOpen)?;
    if exists() {
        fs::remove_file(&incomplete)?;
        return Ok(None);
    }
    file.set_len(0)?;
    // The database locks it again, which Windows refuses.
    #[cfg(windows)]
    file.unlock()?;
    let database = builder.create_with_backend(FileBackend::new(file)?)?;
    tables::create(&database)?;
    fs::rename(&incomplete, path)?;
    sync_directory(path)?;
    Ok(Some(database))
}

fn incomplete(path: &Path) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(".new");
    name.into()
}

/// Makes the name of a new file as durable as its content.
fn sync_directory(path: &Path) -> Result<(), DatabaseError> {
    // Other systems can't open a directory, and need not.
    #[cfg(unix)]
    {
        let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty());
        fs::File::open(parent.unwrap_or(Path::new(".")))?.sync_all()?;
    }
    #[cfg(not(unix))]
    let _ = path;
    Ok(())
}
