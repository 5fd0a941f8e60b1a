//! `keyring`: the passwords that rotate themselves.

use std::fmt::Write as _;

use iron_session::clock::Timestamp;
use iron_session::error::KeyRingError;
use iron_session::server_state::{KeyRing, RingPassword, RingPasswordState};
use serde_json::{Value, json};

use crate::args::{KeyringArgs, KeyringCommand};
use crate::failure::Failure;
use crate::output::Report;
use crate::terminal::{GOOD, HEADING, WARNING};
use crate::{secret, store, text};

pub(crate) fn run(command: &KeyringCommand) -> Result<Report, Failure> {
    store::run(async {
        let ring = open(command.args()).await?;
        match command {
            KeyringCommand::List(_) => Ok(list(&ring)),
            KeyringCommand::Rotate(_) => rotate(&ring).await,
            KeyringCommand::Revoke(args) => revoke(&ring, args.id).await,
            KeyringCommand::Export(_) => export(&ring),
        }
    })
}

async fn open(args: &KeyringArgs) -> Result<KeyRing, Failure> {
    // First, because an error in it must not leave the file of a store open for long.
    let master = secret::to_seal(&args.master)?;
    KeyRing::builder(store::open()?, master).open().await.map_err(|error| failed(&error))
}

fn list(ring: &KeyRing) -> Report {
    let list = ring.list();
    let mut lines = String::new();
    for password in &list {
        let colour = match password.state() {
            RingPasswordState::Seals => GOOD,
            RingPasswordState::Revoked => WARNING,
            _ => HEADING,
        };
        let _ =
            write!(lines, "{HEADING}{}{HEADING:#}  {colour}{}{colour:#}", password.id(), password.state());
        for (name, at) in times(password) {
            let _ = write!(lines, "\n  {name:12} {}", text::time(at));
        }
        lines.push('\n');
    }
    let passwords: Vec<_> = list.iter().map(described).collect();
    Report::new(lines, json!({ "passwords": passwords }))
}

async fn rotate(ring: &KeyRing) -> Result<Report, Failure> {
    let is_new = |id: u64, before: &[RingPassword]| before.iter().all(|password| password.id() != id);
    let before = ring.list();
    let id = ring.rotate().await.map_err(|error| failed(&error))?;
    let list = ring.list();
    let password = list.iter().find(|password| password.id() == id);
    let seals_from = password.map_or_else(String::new, |password| text::time(password.seals_from()));
    let text = if is_new(id, &before) {
        format!("the password {id} was published, and seals from {seals_from}")
    } else {
        format!("nothing was changed: the password {id} is waiting already, and seals from {seals_from}")
    };
    Ok(Report::new(text, password.map_or(Value::Null, described)))
}

async fn revoke(ring: &KeyRing, id: u64) -> Result<Report, Failure> {
    ring.revoke(id).await.map_err(|error| failed(&error))?;
    let list = ring.list();
    let sealing = list.iter().find(|password| password.state() == RingPasswordState::Seals);
    let sealing = sealing.map(RingPassword::id);
    let mut text = format!(
        "the password {id} was revoked: every session under it has ended; running servers refuse it when \
         they next read the ring, which takes up to 30 seconds unless they have another setting"
    );
    if let Some(sealing) = sealing {
        let _ = write!(text, "\nthe password {sealing} seals now");
    }
    Ok(Report::new(text, json!({ "revoked": id, "seals": sealing })))
}

fn export(ring: &KeyRing) -> Result<Report, Failure> {
    let map = ring.export();
    let json: Value = serde_json::from_str(&map)
        .map_err(|error| Failure::caused_by(&error, "please report this as a bug of iron-session"))?;
    Ok(Report::new(map.as_str(), json).on_one_line())
}

fn times(password: &RingPassword) -> [(&'static str, Timestamp); 4] {
    [
        ("published", password.created()),
        ("seals from", password.seals_from()),
        ("seals until", password.seals_until()),
        ("forgotten", password.forget_at()),
    ]
}

fn described(password: &RingPassword) -> Value {
    json!({
        "id": password.id(),
        "state": password.state().as_str(),
        "created_ms": password.created().as_unix_ms(),
        "seals_from_ms": password.seals_from().as_unix_ms(),
        "seals_until_ms": password.seals_until().as_unix_ms(),
        "forget_at_ms": password.forget_at().as_unix_ms(),
    })
}

fn failed(error: &KeyRingError) -> Failure {
    let next = match error {
        KeyRingError::Store(_) => {
            "check `IRON_SESSION_STORE`, and that the store is running; `iron-session keyring list` shows whether \
             a change was made"
        }
        KeyRingError::Missing => {
            "check `IRON_SESSION_STORE` and, for Redis, `IRON_SESSION_STORE_PREFIX`; a server creates the ring when it starts"
        }
        KeyRingError::Unreadable(_) => {
            "pass the master secret of the servers: --password-file FILE or --password-env VARIABLE"
        }
        KeyRingError::UnknownId { .. } => "run `iron-session keyring list` for the ids",
        KeyRingError::Busy => "run the command again",
        // The ring changed while the command ran.
        KeyRingError::NotInUse { .. } => {
            "the ring in the store was changed; run `iron-session keyring list` to see what it has now"
        }
        _ => "nothing was changed; solve the problem, and run the command again",
    };
    Failure::caused_by(error, next)
}
