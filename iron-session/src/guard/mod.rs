//! Guards: they refuse a request before its handler runs.
//!
//! [`CrossOriginGuard`] refuses requests that a page of another origin caused. It is the
//! recommended protection against cross-site request forgery: it needs no token and no
//! session, so it costs no cookie.
//!
//! [`CsrfVerified`] refuses requests that do not carry the token of their session.
//!
//! [`SignedIn`] refuses requests of visitors who are not signed in, and sends browsers to the
//! sign-in page. [`Require`] also checks a [`Rule`].
//!
//! [`HasReturnTo`] lets a guard remember where a user wanted to go.

mod cross_origin;
mod csrf;
mod return_to;
mod signed_in;
mod trusted;
#[cfg(feature = "__extractors")]
mod visit;

pub use cross_origin::{CrossOriginGuard, RequestOrigin};
#[cfg(feature = "salvo")]
pub(crate) use csrf::verify;
pub use csrf::{CsrfVerified, HasCsrfToken, NoBody};
#[cfg(feature = "__extractors")]
pub(crate) use csrf::{Needs, verify_form, verify_header};
pub use return_to::HasReturnTo;
pub use signed_in::{Require, Rule, SignedIn};
#[cfg(feature = "__extractors")]
pub(crate) use visit::Visit;
