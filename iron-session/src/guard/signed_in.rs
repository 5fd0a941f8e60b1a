//! The guards that let only signed-in users in, without a framework.

use std::fmt;
use std::marker::PhantomData;
use std::ops::{Deref, DerefMut};

#[cfg(feature = "__extractors")]
use crate::error::AccessError;
use crate::session::SignIn;
use crate::session::handle::Session;

/// Extracts the session of a user who is signed in. Any other request is refused before the
/// handler runs.
///
/// It is an extractor of each framework whose feature is on. It derefs to the [`Session`], so it
/// takes the session's place in a handler.
///
/// # Refusals
///
/// - A browser that opens a page is redirected (303) to the
///   [`sign_in_page`](crate::SessionOptionsBuilder::sign_in_page), if there is one. If the session
///   struct has exactly one [`ReturnTo`](crate::ReturnTo), the path and the query of a `GET` are
///   stored in it, so that the login can send the user back.
/// - Any other request gets an empty 401: those of scripts and API clients, and a request for the
///   sign-in page itself.
/// - If there is no session layer, the response is an empty 500, as for [`Session`].
/// - In Rocket, the catcher for the status responds in place of an empty 401 or 500.
///
/// A browser opens a page if it says so with `Sec-Fetch-Mode: navigate`. A browser that does not
/// send this header does so if a `GET` accepts `text/html`.
///
/// Refusals have `Cache-Control: no-store`.
///
/// # Example
///
/// ```
/// # #[cfg(feature = "derive")] {
/// use iron_session::guard::SignedIn;
/// use iron_session::{IronSession, ReturnTo, Session};
///
/// #[derive(IronSession, Clone)]
/// struct AppSession {
///     #[session(subject)]
///     user_id: Option<u64>,
///     return_to: ReturnTo,
/// }
///
/// async fn account(user: SignedIn<AppSession>) -> String {
///     format!("account of user {}", user.subject)
/// }
///
/// // Returns the page to which the handler redirects.
/// async fn login(mut session: Session<AppSession>) -> String {
///     session.sign_in(42);
///     session.take_return_to_or("/")
/// }
/// # }
/// ```
///
/// # Security
///
/// It checks that the field marked `#[session(subject)]` is set, and nothing else. For rights,
/// use [`Require`]. A copy of a cookie stays signed in until it expires.
///
/// With a `ReturnTo`, a visitor who opens a guarded page gets a cookie.
pub struct SignedIn<T: SignIn> {
    /// Who was signed in when the request came.
    pub subject: T::Subject,
    /// The session.
    pub session: Session<T>,
}

/// Extracts the session of a user who is signed in and whom a [`Rule`] lets in.
///
/// If nobody is signed in, the request is refused as by [`SignedIn`]. If the rule refuses the
/// session, the response is an empty 403 (in Rocket, that of the catcher).
///
/// # Example
///
/// ```
/// # #[cfg(feature = "derive")] {
/// use iron_session::IronSession;
/// use iron_session::guard::{Require, Rule};
///
/// #[derive(IronSession, Clone)]
/// struct AppSession {
///     #[session(subject)]
///     user_id: Option<u64>,
///     is_admin: bool,
/// }
///
/// struct Admin;
///
/// impl Rule<AppSession> for Admin {
///     fn allows(session: &AppSession) -> bool {
///         *session.is_admin()
///     }
/// }
///
/// async fn users(admin: Require<AppSession, Admin>) -> String {
///     format!("user {} is an administrator", admin.subject)
/// }
/// # }
/// ```
///
/// # Security
///
/// Rights that are stored in the session stay until the session changes or ends. If you take a
/// right away, the user's cookie still has it. Where this matters, let the handler ask your
/// records, or keep sessions short. A rule sees only the session.
pub struct Require<T: SignIn, R> {
    /// Who was signed in when the request came.
    pub subject: T::Subject,
    /// The session.
    pub session: Session<T>,
    rule: PhantomData<fn() -> R>,
}

/// A condition on a session, for [`Require`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no rule for the session `{T}`",
    label = "does not implement `Rule<{T}>`",
    note = "implement it: `impl iron_session::guard::Rule<{T}> for {Self}`"
)]
pub trait Rule<T> {
    /// Returns whether the session may use the handler. Somebody is signed in.
    fn allows(session: &T) -> bool;
}

#[cfg(feature = "__extractors")]
impl<T: SignIn, R: Rule<T>> Require<T, R> {
    pub(crate) fn check(user: SignedIn<T>) -> Result<Self, AccessError> {
        let SignedIn { subject, session } = user;
        if R::allows(&session) {
            return Ok(Self { subject, session, rule: PhantomData });
        }
        Err(AccessError::Forbidden)
    }
}

impl<T: SignIn> Deref for SignedIn<T> {
    type Target = Session<T>;

    fn deref(&self) -> &Session<T> {
        &self.session
    }
}

impl<T: SignIn> DerefMut for SignedIn<T> {
    fn deref_mut(&mut self) -> &mut Session<T> {
        &mut self.session
    }
}

impl<T: SignIn, R> Deref for Require<T, R> {
    type Target = Session<T>;

    fn deref(&self) -> &Session<T> {
        &self.session
    }
}

impl<T: SignIn, R> DerefMut for Require<T, R> {
    fn deref_mut(&mut self) -> &mut Session<T> {
        &mut self.session
    }
}

impl<T: SignIn<Subject: fmt::Debug>> fmt::Debug for SignedIn<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SignedIn").field("subject", &self.subject).finish_non_exhaustive()
    }
}

impl<T: SignIn<Subject: fmt::Debug>, R> fmt::Debug for Require<T, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Require").field("subject", &self.subject).finish_non_exhaustive()
    }
}
