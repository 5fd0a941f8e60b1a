//! A rolling deploy: for a while, servers of two versions respond to one visitor.

use std::any::Any;
use std::fmt;
use std::marker::PhantomData;
use std::panic::{AssertUnwindSafe, catch_unwind};

use super::Visitor;
use crate::codec::IronSession;
use crate::error::UnsealError;
use crate::options::SessionOptions;
use crate::session::handle::Session;

/// The number of visits in an order, after the first one.
const VISITS: u32 = 4;

/// Selects the server that responds to a visit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
// Exhaustive on purpose: a rolling deploy has two releases.
pub enum Server {
    /// A server of the old release.
    Old,
    /// A server of the new release.
    New,
}

/// Simulates a rolling deploy between two versions of a session struct.
///
/// A visitor arrives with a session of the old version. Old and new servers respond in every
/// order of up to four visits.
///
/// # Example
///
/// ```
/// # #[cfg(feature = "derive")] {
/// use iron_session::testing::RollingDeploy;
/// use iron_session::{IronSession, Passwords, SessionOptions};
///
/// mod v1 {
///     #[derive(iron_session::IronSession, Clone)]
///     pub struct AppSession {
///         pub visits: u32,
///     }
/// }
///
/// /// One more member, which old servers don't need.
/// #[derive(IronSession, Clone)]
/// #[session(version = 2, untagged = 1, readable_by = 1)]
/// struct AppSession {
///     visits: u32,
///     theme: Option<String>,
/// }
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let passwords = Passwords::new("mHDzKfIaYBUWpcyn3zvZkVWzJCt6SgVX")?;
/// let options = SessionOptions::builder("app_session", passwords).build()?;
/// RollingDeploy::<v1::AppSession, AppSession>::new(options).play(
///     &v1::AppSession { visits: 3 },
///     |session| *session.visits_mut() += 1,
///     |session| {
///         assert!(*session.visits() >= 3, "nobody is signed out");
///         session.set_theme("dark");
///     },
/// );
/// # Ok(())
/// # }
/// # main().unwrap();
/// # }
/// ```
#[must_use]
pub struct RollingDeploy<Old, New> {
    options: SessionOptions,
    old_may_miss: bool,
    versions: PhantomData<fn() -> (Old, New)>,
}

impl<Old: IronSession, New: IronSession> RollingDeploy<Old, New> {
    /// Creates a rolling deploy with the options of both releases.
    pub fn new(options: SessionOptions) -> Self {
        Self { options, old_may_miss: false, versions: PhantomData }
    }

    /// Allows old servers to use an empty session if a new one has written the cookie
    /// (`newer_schema`), as they do without `readable_by`. Changes by the old server's
    /// handler are then lost, and the new session stays as it is.
    pub fn old_may_miss(self) -> Self {
        Self { old_may_miss: true, ..self }
    }

    /// Runs every order. The handlers are called with the session at each visit and can check
    /// it.
    ///
    /// # Panics
    ///
    /// Panics if a server can't read the session, if a handler panics, and in the cases of
    /// [`Visitor::visit`]. The message always lists the order of the visits, and the cure if
    /// the session can't be read.
    #[track_caller]
    pub fn play(
        &self,
        start: &Old,
        mut old: impl FnMut(&mut Session<Old>),
        mut new: impl FnMut(&mut Session<New>),
    ) {
        let begins = super::cookie_header(&self.options, start);
        for order in (1..=VISITS).flat_map(orders) {
            let mut visitor = Visitor::with_cookies(&begins);
            for (visit, server) in (1..).zip(&order) {
                let result = catch_unwind(AssertUnwindSafe(|| match server {
                    Server::Old => visitor.visit::<Old, _>(&self.options, |session| {
                        let _: &Old = session;
                        old(session);
                    }),
                    Server::New => visitor.visit::<New, _>(&self.options, |session| {
                        let _: &New = session;
                        new(session);
                    }),
                }));
                if let Some(fault) = self.fault(*server, visitor.unreadable(), result.err()) {
                    panic!("the {server:?} server of visit {visit} of {order:?} {fault}");
                }
            }
        }
    }

    /// Describes what went wrong in a visit, and what to do.
    fn fault(
        &self,
        server: Server,
        unreadable: Option<&'static str>,
        panic: Option<Box<dyn Any + Send>>,
    ) -> Option<String> {
        let newer = UnsealError::NewerSchema { found: 0, known: 0 }.reason();
        let may_miss = server == Server::Old && self.old_may_miss && unreadable == Some(newer);
        let panicked = panic.map(|panic| format!("panicked: {}", message(&*panic)));
        match unreadable {
            None => panicked,
            Some(reason) if may_miss => panicked.map(|panicked| {
                format!(
                    "{panicked}\nit can't read the session ({reason}), which `old_may_miss` allows, so its handler must \
                     expect an empty session"
                )
            }),
            Some(reason) => {
                let panicked = panicked.map(|panicked| panicked + "\nit ").unwrap_or_default();
                Some(format!("{panicked}can't read the session: {reason}{}", Self::cure(reason)))
            }
        }
    }

    fn cure(reason: &str) -> String {
        let (old, new) = (Old::SCHEMA.version(), New::SCHEMA.name());
        match reason {
            "newer_schema" => format!(
                "\nif `{new}` only adds members, add `#[session(readable_by = {old})]` to it; if old servers may treat the \
                 visitor as signed out until they are gone, call `old_may_miss()` before `play`"
            ),
            "older_schema" | "undecodable" => format!(
                "\nadd `previous = …` to `{new}`, with a higher `version` and a `From` impl for the struct of version {old}"
            ),
            _ => String::new(),
        }
    }
}

/// Returns the message of a panic.
fn message(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("with a payload that is not text")
}

/// Lists every order with this number of visits.
fn orders(visits: u32) -> impl Iterator<Item = Vec<Server>> {
    let server = move |bits: u32, visit: u32| if bits >> visit & 1 == 0 { Server::Old } else { Server::New };
    (0..1_u32 << visits).map(move |bits| (0..visits).map(|visit| server(bits, visit)).collect())
}

impl<Old, New> fmt::Debug for RollingDeploy<Old, New> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RollingDeploy").field("options", &self.options).finish_non_exhaustive()
    }
}
