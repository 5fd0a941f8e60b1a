//! The store of the server state: its address, and how to open it.
//!
//! The address is never an argument, because it may contain a password, and other users of the machine
//! can see arguments.

mod any;

use std::env::{self, VarError};
use std::future::Future;
use std::path::{Path, PathBuf};
use std::time::Duration;

use iron_session::Passwords;
use iron_session::error::{FileStoreError, ServerStateError};
use iron_session::server_state::{FileStore, RedisStore, ServerState, Store as _};

pub(crate) use self::any::AnyStore;
use crate::failure::Failure;

/// The variable with the address. With `_FILE` after it, the variable with the name of a file.
const VARIABLE: &str = "IRON_SESSION_STORE";

/// The variable with the beginning of the keys in Redis.
const PREFIX: &str = "IRON_SESSION_STORE_PREFIX";

const FORMS: &str = "set `IRON_SESSION_STORE` to the store of the servers: `redis://host:6379`, or the path of \
                     their file, such as `/var/lib/app/state.redb`";

/// Opens the store that the environment names.
pub(crate) fn open() -> Result<AnyStore, Failure> {
    let address = address()?;
    match address.split_once(':') {
        Some(("redis" | "rediss" | "unix", _)) => open_redis(&address).map(AnyStore::Redis),
        Some(("file", path)) => open_file(path.strip_prefix("//").unwrap_or(path)),
        // The rest of the address may be a secret.
        Some((scheme, rest)) if rest.starts_with("//") => {
            Err(Failure::other(format!("there is no store for `{scheme}:` addresses"), FORMS))
        }
        _ => open_file(&address),
    }
}

fn open_redis(url: &str) -> Result<RedisStore, Failure> {
    let store = RedisStore::new(url).map_err(|error| Failure::caused_by(&error, FORMS))?;
    match env::var(PREFIX) {
        Ok(prefix) if !prefix.is_empty() => Ok(store.with_prefix(&prefix)),
        Ok(_) | Err(VarError::NotPresent) => Ok(store),
        Err(VarError::NotUnicode(_)) => {
            Err(Failure::other(format!("`{PREFIX}` is not UTF-8"), "set it to the prefix of the servers"))
        }
    }
}

fn open_file(path: &str) -> Result<AnyStore, Failure> {
    let path = Path::new(path);
    // A store creates its file. A tool that looks at another one than the servers would say that
    // nothing is there.
    if !path.is_file() {
        return Err(Failure::other(format!("there is no file {}", path.display()), FORMS));
    }
    FileStore::open(path).map(AnyStore::File).map_err(|error| match error {
        FileStoreError::InUse { .. } => Failure::other(
            format!("the file {} is open in another process", path.display()),
            "stop the server while this command runs, because only one process can open the file; or let the \
             application do the same, on a page for its operators",
        ),
        error => Failure::caused_by(&error, "pass the file of a server, and check who may read and write it"),
    })
}

/// Starts a server state on a store, and reads its revocations. An error says what was not done, such as
/// `nothing was revoked; `.
pub(crate) async fn follow(
    store: AnyStore,
    passwords: Passwords,
    undone: &str,
) -> Result<ServerState, Failure> {
    // The state itself would wait for a store that is away, and not say why it is.
    store.read_log(None, Duration::ZERO).await.map_err(|error| {
        let next = format!("{undone}check `IRON_SESSION_STORE`, and that the store is running");
        Failure::caused_by(&error, next)
    })?;
    let state = ServerState::start(store, passwords).await.map_err(|error| {
        let next = match error {
            ServerStateError::NoSealingPassword => "pass the password that the servers use",
            _ => "try again later",
        };
        Failure::caused_by(&error, format!("{undone}{next}"))
    })?;
    // A revocation must end after those before it, and a list must leave out what was revoked.
    if state.staleness().is_none() {
        return Err(Failure::other("the store does not respond", format!("{undone}run the command again")));
    }
    Ok(state)
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
