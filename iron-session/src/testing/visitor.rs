//! A browser's cookies, as far as sessions need them.

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use super::block_on::block_on;
use crate::codec::IronSession;
use crate::options::SessionOptions;
use crate::session::RequestSession;
use crate::session::handle::Session;

/// Simulates a visitor whose browser keeps session cookies from one visit to the next.
///
/// Each visit is a request with the response status 200. The handler gets the session, and
/// the cookies of the response are kept.
///
/// # Example
///
/// ```
/// # #[cfg(feature = "derive")] {
/// use iron_session::testing::Visitor;
/// use iron_session::{IronSession, Passwords, SessionOptions};
///
/// #[derive(IronSession, Clone)]
/// struct AppSession {
///     visits: u32,
/// }
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let passwords = Passwords::new("mHDzKfIaYBUWpcyn3zvZkVWzJCt6SgVX")?;
/// let options = SessionOptions::builder("app_session", passwords).build()?;
/// let mut visitor = Visitor::new();
/// visitor.visit::<AppSession, _>(&options, |session| session.set_visits(1));
/// let visits = visitor.visit::<AppSession, _>(&options, |session| *session.visits());
/// assert_eq!(visits, 1);
/// # Ok(())
/// # }
/// # main().unwrap();
/// # }
/// ```
#[derive(Clone, Default)]
pub struct Visitor {
    cookies: Vec<(String, String)>,
    /// The seal of a session that is in a header of its own.
    header: Option<String>,
    unreadable: Option<&'static str>,
}

impl Visitor {
    /// Creates a visitor without a cookie.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Creates a visitor who sends this `Cookie` header.
    #[must_use]
    pub fn with_cookies(header: &str) -> Self {
        let pairs = header.split(';').filter_map(|pair| pair.trim().split_once('='));
        let cookies = pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        Self { cookies, ..Self::default() }
    }

    /// Sends a request to a server with these options, whose handler gets the session.
    ///
    /// If the options have a server state, this thread waits for its store, so use a store that does not
    /// need the thread: a [`MemoryStore`](crate::SessionOptionsBuilder#method.server_state).
    ///
    /// # Panics
    ///
    /// Panics if the response would be a 500: the session can't be saved, or its handles
    /// conflict. Panics if the options do not fit the session type.
    #[track_caller]
    pub fn visit<T: IronSession, R>(
        &mut self,
        options: &SessionOptions,
        handler: impl FnOnce(&mut Session<T>) -> R,
    ) -> R {
        self.unreadable = None;
        let options = match options.check::<T>() {
            Ok(options) => options,
            Err(error) => panic!("{error}"),
        };
        let request = RequestSession::new(options);
        let header = match request.header() {
            "cookie" => self.cookie_header(),
            "authorization" => format!("Bearer {}", self.header.as_deref().unwrap_or_default()),
            _ => self.header.clone().unwrap_or_default(),
        };
        let mut session = match block_on(request.load([header.as_str()])) {
            Ok(session) => session,
            Err(conflict) => panic!("{conflict}"),
        };
        let result = catch_unwind(AssertUnwindSafe(|| handler(&mut session)));
        drop(session);
        // This runs after a panic too, because it may explain why an assertion failed.
        self.unreadable = request.unreadable();
        let result = result.unwrap_or_else(|panic| resume_unwind(panic));
        let refusal = request.check().err();
        let commit = block_on(request.commit(200).finish());
        if let (true, Some(error)) = (commit.replace_response, refusal) {
            panic!("the response is a 500: {error}{}", cause(&error));
        }
        for line in &commit.set_cookies {
            self.store(line);
        }
        if let Some(header) = commit.header {
            self.header = Some(header.value.into_owned()).filter(|seal| !seal.is_empty());
        }
        result
    }

    /// Returns the `Cookie` header of the next request.
    #[must_use]
    pub fn cookie_header(&self) -> String {
        let pairs = self.cookies.iter().map(|(name, value)| format!("{name}={value}"));
        pairs.collect::<Vec<_>>().join("; ")
    }

    /// Returns the [reason](crate::error::UnsealError::reason) why the last visit's cookie
    /// could not be read; `None` if it could, if there was none, or if the handler did not
    /// use the session.
    #[must_use]
    pub fn unreadable(&self) -> Option<&'static str> {
        self.unreadable
    }

    /// Stores the cookie of a `Set-Cookie` line.
    fn store(&mut self, line: &str) {
        let mut parts = line.split("; ");
        let Some((name, value)) = parts.next().and_then(|pair| pair.split_once('=')) else { return };
        let position = self.cookies.iter().position(|(kept, _)| kept == name);
        let ended = parts.any(|attribute| attribute == "Max-Age=0");
        match position.and_then(|position| self.cookies.get_mut(position)) {
            Some((_, kept)) if !ended => value.clone_into(kept),
            None if !ended => self.cookies.push((name.to_owned(), value.to_owned())),
            _ => self.cookies.retain(|(kept, _)| kept != name),
        }
    }
}

/// Shows the names and lengths, not the seals.
impl fmt::Debug for Visitor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.cookies.iter().map(|(name, value)| (name, value.len()))).finish()
    }
}

fn cause(error: &dyn std::error::Error) -> String {
    error.source().map_or_else(String::new, |source| format!(": {source}{}", cause(source)))
}
