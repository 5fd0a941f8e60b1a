//! One file a command.

pub(crate) mod budget;
pub(crate) mod generate;
pub(crate) mod inspect;
pub(crate) mod keygen;
pub(crate) mod keyring;
pub(crate) mod revoke;
pub(crate) mod schema;
pub(crate) mod seal;
pub(crate) mod sessions;
pub(crate) mod types;
pub(crate) mod unseal;
