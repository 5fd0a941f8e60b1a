//! The space that a live session takes in its cookies.

use std::fmt;

use super::encode;
use super::handle::Session;
use super::plaintext::Plaintext;
use crate::codec::IronSession;
use crate::cookie::cookie_header_bytes;
use crate::error::SaveError;

/// Reports the bytes that a live session would take if it were written now, including members
/// of other programs.
///
/// It is printed as a table with bars. [`IronSession::budget`] returns the most that a
/// session can need.
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
/// # let request = RequestSession::<Untyped>::new(options.check()?);
/// # let mut session = request.handle([""])?;
/// session.insert("user", "ada")?;
/// let usage = Usage::measure(&session)?;
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
    /// The size of the payload's JSON in bytes.
    pub payload_bytes: usize,
    /// The seal's length.
    pub seal_bytes: usize,
    /// The length of the longest seal that fits.
    pub limit_bytes: usize,
    /// The number of cookies that the session may use.
    pub max_cookies: usize,
    /// The number of cookies that store the seal: 1 for the session's own name, more for
    /// `name.0`, `name.1`, … It is greater than `max_cookies` if the seal does not fit.
    pub cookies: usize,
    /// Whether the payload is compressed inside the seal.
    pub compressed: bool,
    /// The bytes of all `Set-Cookie` lines of a response that saves the session, including
    /// those that expire the replaced cookies; 0 if the session does not fit.
    pub set_cookie_bytes: usize,
    /// The bytes that the session adds to the value of each later request's `Cookie` header;
    /// 0 if it does not fit.
    pub cookie_header_bytes: usize,
}

impl Usage {
    /// Measures a session, including the unpublished changes of this handle.
    ///
    /// # Errors
    ///
    /// [`SaveError::Seal`] if a field can't be encoded, or would be read back as a different
    /// value.
    pub fn measure<T: IronSession>(session: &Session<T>) -> Result<Self, SaveError> {
        let options = session.options();
        let content = session.content();
        let written = encode::write(options, &session.state(), &content)?;
        let validity = options.validity(written.metadata, options.sealer().now());
        let plaintext = Plaintext::choose::<T>(options, validity, &written)?;
        let (seal_bytes, cookies) = (plaintext.seal_bytes, plaintext.cookies);
        let compressed = plaintext.is_compressed();
        let layout = options.layout::<T>();
        let max_age_secs = validity.max_age_secs;
        // The length of the lines themselves, around a seal of that length.
        let lines =
            layout.write(&"-".repeat(seal_bytes), max_age_secs, session.state().received.sent_chunks());
        let lines = lines.unwrap_or_default();
        Ok(Self {
            payload_bytes: written.plaintext().len(),
            members: written.sizes(),
            seal_bytes,
            limit_bytes: layout.capacity(max_age_secs),
            max_cookies: layout.max_cookies,
            cookies,
            compressed,
            set_cookie_bytes: lines.iter().map(String::len).sum(),
            cookie_header_bytes: cookie_header_bytes(&lines),
        })
    }
}

impl fmt::Display for Usage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const BAR: usize = 24;
        let width =
            self.members.iter().map(|(name, _)| name.len()).chain(["header".len()]).max().unwrap_or_default();
        let bar = |bytes: usize, whole: usize| "█".repeat((bytes.min(whole) * BAR).div_ceil(whole.max(1)));
        for (name, bytes) in &self.members {
            writeln!(f, "{name:width$}  {bytes:>6}  {}", bar(*bytes, self.payload_bytes))?;
        }
        writeln!(f, "{:width$}  {:>6}  {}", "seal", self.seal_bytes, bar(self.seal_bytes, self.limit_bytes))?;
        writeln!(f, "{:width$}  {:>6}  in {} cookie(s)", "fit", self.limit_bytes, self.max_cookies)?;
        let compressed = if self.compressed { ", compressed" } else { "" };
        let header = self.cookie_header_bytes;
        write!(
            f,
            "{:width$}  {header:>6}  in every request, in {} cookie(s){compressed}",
            "header", self.cookies
        )
    }
}
