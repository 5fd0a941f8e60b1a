//! Sealing with given salts: for reproducing known seals, and for nothing else.
//!
//! A seal made with a repeated salt and iv tells whether two payloads begin
//! alike. This module exists only under a feature whose name says that nobody
//! should turn it on.

use serde::de::DeserializeOwned;

use crate::codec::{IronSession, Payload};
use crate::error::{SealError, UnsealError};
use crate::options::SessionOptions;
use crate::seal::{Salts, Sealer};
use crate::session::{Commit, RequestSession};

/// The random parts of a known seal.
#[derive(Clone, Debug)]
pub struct KnownSalts {
    /// The text of the third component.
    pub enc_salt: String,
    /// The text of the seventh component.
    pub mac_salt: String,
    /// The bytes of the fourth component.
    pub iv: [u8; 16],
}

impl KnownSalts {
    fn borrow(&self) -> Salts<'_> {
        Salts { enc_salt: &self.enc_salt, mac_salt: &self.mac_salt, iv: self.iv }
    }
}

/// Seals a text with known salts, for as long as the sealer's ttl.
///
/// # Errors
///
/// As [`Sealer::seal`].
pub fn seal(sealer: &Sealer, plaintext: &str, salts: &KnownSalts) -> Result<String, SealError> {
    seal_bytes(sealer, plaintext.as_bytes(), salts)
}

/// Seals what is no text.
///
/// # Errors
///
/// As [`Sealer::seal`].
pub fn seal_bytes(sealer: &Sealer, plaintext: &[u8], salts: &KnownSalts) -> Result<String, SealError> {
    sealer.seal_bytes_with(plaintext, sealer.ttl(), &salts.borrow())
}

/// Commits like [`RequestSession::commit`], with known salts.
pub fn commit<T: IronSession>(session: &RequestSession<T>, status: u16, salts: &KnownSalts) -> Commit {
    session
        .commit_sealing_with(status, |sealer, bytes, ttl| sealer.seal_bytes_with(bytes, ttl, &salts.borrow()))
}

/// Opens a seal and returns the length of its plaintext: what a seal costs
/// without its JSON, for the benchmark.
///
/// # Errors
///
/// As [`Sealer::unseal`].
pub fn open(sealer: &Sealer, seal: &str) -> Result<usize, UnsealError> {
    sealer.open(seal).map(|opened| opened.plaintext.len())
}

/// Opens a seal as a server with these options does, and decodes its JSON.
///
/// # Errors
///
/// As [`Sealer::unseal`].
pub fn unseal<T: DeserializeOwned>(options: &SessionOptions, seal: &str) -> Result<T, UnsealError> {
    options.sealer().unseal(seal)
}

/// Opens a seal and decodes the session in it, as a request does.
///
/// # Errors
///
/// As [`Sealer::unseal`].
pub fn load<T: IronSession>(sealer: &Sealer, seal: &str) -> Result<T, UnsealError> {
    let opened = sealer.open(seal)?;
    Payload::open::<T>(opened.plaintext, sealer.now()).map(|read| read.value)
}

/// Returns whether a server state refuses a session. A request asks it after it has opened the seal.
#[cfg(feature = "server-state")]
pub fn is_revoked(
    state: &crate::server_state::ServerState,
    cookie: &str,
    id: crate::session::SessionId,
    issued_at: crate::clock::Timestamp,
    subject: impl FnOnce() -> Option<String>,
) -> bool {
    state.is_revoked(cookie, Some(id), Some(issued_at.as_unix_ms() / 1000), subject).is_some()
}
