//! The path to which a guard sends a user back.

use crate::codec::IronSession;
use crate::field::ReturnTo;

/// A session type that remembers a path to return to.
///
/// The derive implements it for a struct that has exactly one field of type [`ReturnTo`].
///
/// # Example
///
/// A guard that stores the path of the request, whatever the session's type is:
///
/// ```
/// use iron_session::guard::HasReturnTo;
/// use iron_session::{ReturnTo, Session};
///
/// fn remember<T: HasReturnTo>(session: &mut Session<T>, path_and_query: &str) {
///     if let Ok(path) = ReturnTo::parse(path_and_query) {
///         *session.return_to_mut() = path;
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no field for a path to return to",
    label = "not a session struct with exactly one field of type `ReturnTo`",
    note = "add one field of type `ReturnTo` to the session struct",
    note = "if the struct has several, implement `iron_session::guard::HasReturnTo` for it, and return one of them"
)]
pub trait HasReturnTo: IronSession {
    /// Returns the path to return to, for changing it.
    fn return_to_mut(&mut self) -> &mut ReturnTo;
}
