//! The trait that tells who is signed in.

use crate::codec::IronSession;
use crate::field::ReturnTo;

/// A session type that says who is signed in.
///
/// The derive implements it for a struct that has a field with `#[session(subject)]`. It is not
/// meant to be implemented by hand.
///
/// # Example
///
/// ```
/// # #[cfg(feature = "derive")] {
/// use iron_session::{IronSession, Session};
///
/// #[derive(IronSession, Clone)]
/// struct AppSession {
///     #[session(subject)]
///     user_id: Option<u64>,
/// }
///
/// fn login(session: &mut Session<AppSession>) {
///     session.sign_in(42);
///     assert_eq!(session.user_id(), Some(&42));
/// }
/// # }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not say who is signed in",
    label = "not a session struct with a field that is marked `#[session(subject)]`",
    note = "mark the field that says who is signed in: `#[session(subject)] user_id: Option<UserId>`"
)]
pub trait SignIn: IronSession {
    /// The type that names a user, such as a user id.
    type Subject: Clone;

    /// The field for the path to which a guard sends the user back, if there is exactly one.
    #[doc(hidden)]
    const WAY_BACK: Option<fn(&mut Self) -> &mut ReturnTo> = None;

    /// Returns who is signed in.
    #[doc(hidden)]
    fn subject(&self) -> Option<&Self::Subject>;

    /// Sets who is signed in.
    #[doc(hidden)]
    fn set_subject(&mut self, subject: Self::Subject);
}
