//! Links and codes that work once.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::de::DeserializeOwned;
use sha2::{Digest as _, Sha256};
use tokio::time;

use super::handle::ServerState;
use crate::clock::Timestamp;
use crate::error::{ClaimError, StoreError};
use crate::payload;
use crate::seal::{CLOCK_SKEW, Sealer, Token};

/// How long a claim waits for the store.
const PATIENCE: Duration = Duration::from_secs(5);

impl ServerState {
    /// Unseals a value, on one server and once: a seal that was unsealed before, anywhere, is an error. It
    /// makes links that sign in, invite or reset a password.
    ///
    /// A browser may open a link twice, and mail programs open links to look at them. Let the link lead to a
    /// page with a button, and unseal when the button is pressed.
    ///
    /// # Errors
    ///
    /// - [`ClaimError::Unseal`] if the seal does not open, or has expired. It is not used up.
    /// - [`ClaimError::Used`] if it was unsealed before.
    /// - [`ClaimError::NeverExpires`] if the sealer's ttl is unlimited: the store would have to remember the
    ///   seal for ever.
    /// - [`ClaimError::Store`] if the store did not respond. It is unknown whether the seal is used up.
    ///
    /// # Example
    ///
    /// ```
    /// # tokio_test::block_on(async {
    /// use std::time::Duration;
    ///
    /// use iron_session::error::ClaimError;
    /// use iron_session::server_state::{MemoryStore, ServerState};
    /// use iron_session::{Passwords, Sealer};
    ///
    /// let passwords = Passwords::new("mHDzKfIaYBUWpcyn3zvZkVWzJCt6SgVX")?;
    /// let state = ServerState::start(MemoryStore::new(), passwords.clone()).await?;
    /// let links = Sealer::new(passwords).with_purpose("magic link").with_ttl(Duration::from_secs(600));
    ///
    /// let link = format!("https://example.com/sign-in?link={}", links.seal(&"ada@example.com")?);
    ///
    /// let seal = link.split_once('=').ok_or("no seal")?.1;
    /// let email: String = state.unseal_once(&links, seal).await?;
    /// assert_eq!(email, "ada@example.com");
    /// let again = state.unseal_once::<String>(&links, seal).await;
    /// assert!(matches!(again, Err(ClaimError::Used)));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// # }).unwrap();
    /// ```
    pub async fn unseal_once<T: DeserializeOwned>(
        &self,
        sealer: &Sealer,
        seal: &str,
    ) -> Result<T, ClaimError> {
        let opened = sealer.open(seal)?;
        let value = payload::decode_value(&opened.plaintext)?;
        let expires = opened.seal.expires.ok_or(ClaimError::NeverExpires)?;
        // The store forgets by a clock of its own, hence twice the skew.
        // The text of a seal can be changed without harm, for example what follows its last `~`. Its MAC
        // can't: it has one spelling, and covers the rest.
        let mac = Token::parse(seal)?.mac;
        let is_first =
            self.claim_until(&format!("seal {mac}"), expires.saturating_add(CLOCK_SKEW * 2)).await?;
        if is_first { Ok(value) } else { Err(ClaimError::Used) }
    }

    /// Claims an id, on every server: returns `true` for the first caller, and `false` for every later one.
    /// With it, you build what [`unseal_once`](Self::unseal_once) does not offer, such as a limit of one
    /// attempt for a code that a user types.
    ///
    /// The id is remembered for `valid_for`, and two minutes longer, because clocks differ.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the store did not respond. It is unknown whether the id is used up.
    pub async fn claim(&self, id: &str, valid_for: Duration) -> Result<bool, StoreError> {
        let until = self.shared.sealer.now().saturating_add(valid_for).saturating_add(CLOCK_SKEW * 2);
        self.claim_until(&format!("id {id}"), until).await
    }

    async fn claim_until(&self, text: &str, until: Timestamp) -> Result<bool, StoreError> {
        // Whoever reads the store does not learn the text, which may be long.
        let key = URL_SAFE_NO_PAD.encode(Sha256::digest(text));
        let claimed = self.shared.store.claim(&key, until);
        time::timeout(PATIENCE, claimed).await.unwrap_or_else(|_| Err(StoreError::timeout()))
    }
}
