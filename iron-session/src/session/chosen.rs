//! The cookie that is the session, for tools: which one a server takes, and why it can't read it.

use memchr::memmem::Finder;

use super::open::{Envelopes, open};
use crate::codec::Untyped;
use crate::cookie::{Candidate, Received};
use crate::error::UnsealError;
use crate::profile::Chunking;
use crate::seal::Sealer;

/// The cookie that a server takes for a session.
#[derive(Debug)]
pub struct ChosenCookie {
    candidate: Option<Candidate<'static>>,
    error: Option<UnsealError>,
}

impl ChosenCookie {
    /// Returns the seal. `None` if a chunk is missing, or if the request's cookies have none that
    /// a server keeps.
    pub fn candidate(&self) -> Option<&Candidate<'static>> {
        self.candidate.as_ref()
    }

    /// Returns why the server can't read the session. `None` if it can.
    pub fn error(&self) -> Option<&UnsealError> {
        self.error.as_ref()
    }

    /// Returns both.
    pub fn into_parts(self) -> (Option<Candidate<'static>>, Option<UnsealError>) {
        (self.candidate, self.error)
    }
}

/// Tells which of a request's cookies a server with this sealer takes for the session `name`;
/// `None` if there is no such cookie. The server itself makes the same choice.
///
/// A server compares when the seals were made. It computes that time from the ttl of the sealer,
/// and from the lifetime of a session that has its own. So give the sealer the
/// [ttl](Sealer::with_ttl) of the server's options.
///
/// Two facts about the server are not known here. Without the schema of the session struct, a
/// session of a newer version counts as readable. Without the
/// [absolute timeout](crate::SessionOptionsBuilder::absolute_timeout), so does a session that it
/// has ended.
///
/// # Example
///
/// ```
/// use iron_session::session::chosen_cookie;
/// use iron_session::{Passwords, Sealer};
///
/// let sealer = Sealer::new(Passwords::new("mHDzKfIaYBUWpcyn3zvZkVWzJCt6SgVX")?);
/// let seal = sealer.seal(&serde_json::json!({ "user": "ada" }))?;
/// let header = format!("sid=Fe26.2*planted; sid={seal}");
///
/// let chosen = chosen_cookie([&header], "sid", &sealer).ok_or("no cookie")?;
/// assert!(chosen.error().is_none());
/// assert_eq!(chosen.candidate().map(|candidate| candidate.seal()), Some(seal.as_str()));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn chosen_cookie<H: AsRef<[u8]>>(
    headers: impl IntoIterator<Item = H>,
    name: &str,
    sealer: &Sealer,
) -> Option<ChosenCookie> {
    let mut received = Received::parse(headers, &Finder::new(name), Chunking::Discovered, Some(sealer));
    let found = open::<Untyped>(&mut received, sealer, Envelopes::None, true, |_, _| Ok(()))?;
    Some(ChosenCookie {
        candidate: found.candidate.map(Candidate::into_owned),
        error: found.session.err().map(|refused| refused.error),
    })
}
