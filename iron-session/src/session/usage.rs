//! What a live session takes of its cookies.

use std::fmt;

use super::commit;
use super::handle::Session;
use crate::error::{SaveError, SealError};
use crate::schema::IronSession;

/// The bytes that a live session would take if it were written now, with the
/// members that other programs keep in it.
///
/// Printed, it is a table with bars. What a session can need at most is
/// [`IronSession::budget`].
///
/// # Example
///
/// ```
/// use iron_session::session::{RequestSession, Usage};
/// # use iron_session::{Passwords, SessionOptions, Untyped};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let passwords = Passwords::new("mHDzKfIaYBUWpcyn3zvZkVWzJCt6SgVX")?;
/// # let options = SessionOptions::builder("app_session", passwords).build()?;
/// # let request = RequestSession::<Untyped>::new(options);
/// # let mut session = request.session([""])?;
/// session.set("user", &"ada")?;
/// let usage = Usage::of(&session)?;
/// assert_eq!(usage.payload_bytes, r#"{"user":"ada"}"#.len());
/// println!("{usage}");
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Usage {
    /// Each member's name and bytes of JSON, name and punctuation included.
    pub members: Vec<(String, usize)>,
    /// The payload's bytes of JSON.
    pub payload_bytes: usize,
    /// The seal's length.
    pub seal_bytes: usize,
    /// The length of the longest seal that fits.
    pub limit_bytes: usize,
    /// How many cookies the session may use.
    pub max_cookies: usize,
}

impl Usage {
    /// Measures a session, with the changes that this handle has not published.
    ///
    /// # Errors
    ///
    /// [`SaveError::Seal`] when a field can't be encoded.
    pub fn of<T: IronSession>(session: &Session<T>) -> Result<Self, SaveError> {
        let options = session.options();
        let content = session.content();
        let written = commit::write(options, &session.state(), &content)?;
        let ttl = options.seal_ttl(content.lifetime);
        let seal_bytes =
            options.sealer().token_len(written.text.len(), ttl).ok_or(SealError::NoSealingPassword)?;
        let shape = options.shape::<T>();
        Ok(Self {
            payload_bytes: written.text.len(),
            members: written.sizes,
            seal_bytes,
            limit_bytes: shape.capacity(options.max_age_secs(content.lifetime)),
            max_cookies: shape.max_cookies,
        })
    }
}

impl fmt::Display for Usage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const BAR: usize = 24;
        let width =
            self.members.iter().map(|(name, _)| name.len()).chain(["seal".len()]).max().unwrap_or_default();
        let bar = |bytes: usize, whole: usize| "█".repeat((bytes.min(whole) * BAR).div_ceil(whole.max(1)));
        for (name, bytes) in &self.members {
            writeln!(f, "{name:width$}  {bytes:>6}  {}", bar(*bytes, self.payload_bytes))?;
        }
        writeln!(f, "{:width$}  {:>6}  {}", "seal", self.seal_bytes, bar(self.seal_bytes, self.limit_bytes))?;
        write!(f, "{:width$}  {:>6}  in {} cookie(s)", "fit", self.limit_bytes, self.max_cookies)
    }
}
