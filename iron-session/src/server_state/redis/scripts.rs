//! The scripts. Redis runs each as one step.

use std::fmt::Write as _;
use std::sync::LazyLock;

use redis::Script;

use crate::clock::Timestamp;
use crate::error::StoreError;

macro_rules! scripts {
    ($($name:ident = $file:literal;)*) => {
        $(pub(super) static $name: LazyLock<Script> =
            LazyLock::new(|| Script::new(include_str!(concat!("scripts/", $file))));)*
    };
}

scripts! {
    APPEND = "append.lua";
    START = "start.lua";
    FOLLOW = "follow.lua";
    READ_RECORDS = "read_records.lua";
    PUT_RECORD = "put_record.lua";
    DELETE_RECORD = "delete_record.lua";
    RECORDS_OF = "records_of.lua";
    CLAIM = "claim.lua";
}

/// Later than this, the numbers of Lua and of sorted sets have no room for a millisecond. Such a time
/// is never: it is 285,000 years away.
const NEVER_MS: u64 = 1 << 53;

/// Returns when a key expires, as Redis needs it. `None`: never.
pub(super) fn expires_at(until: Option<Timestamp>) -> Option<u64> {
    // Redis rejects the time 0.
    until.map(Timestamp::as_unix_ms).filter(|until| *until < NEVER_MS).map(|until| until.max(1))
}

/// Returns a random text.
pub(super) fn random() -> Result<String, StoreError> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(|error| StoreError::new(error.to_string()))?;
    Ok(bytes.iter().fold(String::new(), |mut hex, byte| {
        // Writing to a `String` can't fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    }))
}
