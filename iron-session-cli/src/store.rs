//! The store of the server state: its address, and how to open it.
//!
//! The address is never an argument, because it may contain a password, and other users of the machine
//! can see arguments.

use std::env;
use std::future::Future;
use std::path::{Path, PathBuf};

use iron_session::error::FileStoreError;
use iron_session::server_state::FileStore;

use crate::failure::Failure;

/// The variable with the address. With `_FILE` after it, the variable with the name of a file.
const VARIABLE: &str = "IRON_SESSION_STORE";

const FORMS: &str =
    "set `IRON_SESSION_STORE` to the path of the servers' file, such as `/var/lib/app/state.redb`";

/// Opens the store that the environment names.
pub(crate) fn open() -> Result<FileStore, Failure> {
    let address = address()?;
    let path = match address.split_once(':') {
        Some(("file", path)) => path.strip_prefix("//").unwrap_or(path),
        Some((scheme, rest)) if rest.starts_with("//") => {
            // The rest of the address may be a secret.
            return Err(Failure::other(format!("there is no store for `{scheme}:` addresses"), FORMS));
        }
        _ => address.as_str(),
    };
    open_file(Path::new(path))
}

fn open_file(path: &Path) -> Result<FileStore, Failure> {
    // A store creates its file. A tool that looks at another one than the servers would say that
    // nothing is there.
    if !path.is_file() {
        return Err(Failure::other(format!("there is no file {}", path.display()), FORMS));
    }
    FileStore::open(path).map_err(|error| match error {
        FileStoreError::InUse { .. } => Failure::other(
            format!("the file {} is open in another process", path.display()),
            "stop the server while this command runs, because only one process can open the file",
        ),
        error => Failure::caused_by(&error, "pass the file of a server, and check who may read and write it"),
    })
}

/// Runs a future of the store to its end.
pub(crate) fn run<T>(future: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| Failure::caused_by(&error, "try again later"))?;
    runtime.block_on(future)
}

fn address() -> Result<String, Failure> {
    let value = |name: &str| env::var_os(name).filter(|value| !value.is_empty());
    let (direct, file) = (value(VARIABLE), value(&format!("{VARIABLE}_FILE")).map(PathBuf::from));
    let text = match (direct, file) {
        (Some(address), None) => {
            address.into_string().map_err(|_| Failure::other(format!("`{VARIABLE}` is not UTF-8"), FORMS))?
        }
        (None, Some(path)) => std::fs::read_to_string(&path).map_err(|error| {
            let message = format!("the file {} can't be read: {error}", path.display());
            Failure::other(message, format!("let `{VARIABLE}_FILE` name a file that holds the address"))
        })?,
        (Some(_), Some(_)) => {
            let message = format!("both `{VARIABLE}` and `{VARIABLE}_FILE` are set");
            return Err(Failure::other(message, "set only one of them"));
        }
        (None, None) => {
            return Err(Failure::other(format!("`{VARIABLE}` is not set, so there is no store"), FORMS));
        }
    };
    let address = text.trim();
    if address.is_empty() {
        return Err(Failure::other("the address of the store is empty", FORMS));
    }
    Ok(address.to_owned())
}
