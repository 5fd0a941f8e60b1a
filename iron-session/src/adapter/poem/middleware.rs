//! `PoemSession`.

use std::fmt;

use poem::{Endpoint, Middleware, Request};

use super::endpoint::SessionEndpoint;
use crate::codec::IronSession;
use crate::error::OptionsError;
use crate::options::{CheckedOptions, SessionOptions};
use crate::session::LayerOptions;

/// Gives every request a session of type `T`, as a middleware of poem.
///
/// If it is nested in another one for the same type, it uses the outer one's session, and
/// both must have the same options: one is a clone of the other. Different options, or two
/// types with one cookie name, cause a 500 and an event.
///
/// # Errors of the inner endpoint
///
/// Cookies travel in a response, and an error of poem has no headers. So an `Err` from a handler or
/// from an inner middleware becomes its response here, and the response gets the cookies. If the
/// request did not use its session, the `Err` needs no cookies and is passed on unchanged, such as
/// the `NotFoundError` of a `Route`.
///
/// # Order
///
/// Put these inside this middleware, which means before its `with`:
///
/// - everything that inspects errors: `catch_error`, `catch_all_error`, `inspect_err`, `Tracing`
/// - `CatchPanic` and timeouts, which drop the response of this middleware if they are outside
/// - `Cors`, which replaces the header `Vary` if it is outside
///
/// # Example
///
/// ```
/// use iron_session::{Passwords, PoemSession, Session, SessionOptions, Untyped};
/// use poem::error::NotFoundError;
/// use poem::{EndpointExt as _, Route, get, handler};
///
/// #[handler]
/// async fn logout(mut session: Session<Untyped>) -> &'static str {
///     session.destroy();
///     "signed out"
/// }
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let passwords = Passwords::new("mHDzKfIaYBUWpcyn3zvZkVWzJCt6SgVX")?;
/// let options = SessionOptions::builder("app_session", passwords).build()?;
/// let app = Route::new()
///     .at("/logout", get(logout))
///     .catch_error(async |_: NotFoundError| "This page does not exist.")
///     .with(PoemSession::<Untyped>::new(options)?);
/// # tokio_test::block_on(async {
/// #     let request = poem::Request::builder().uri_str("/logout").finish();
/// #     let response = poem::Endpoint::get_response(&app, request).await;
/// #     assert!(response.headers().contains_key("set-cookie"));
/// # });
/// # Ok(())
/// # }
/// ```
#[must_use]
pub struct PoemSession<T> {
    options: LayerOptions<Request, T>,
}

impl<T: IronSession> PoemSession<T> {
    /// Creates a middleware. Checks that the type's budget leaves room for the options'
    /// cookie name and attributes.
    ///
    /// # Errors
    ///
    /// [`OptionsError::Overhead`] if it does not.
    pub fn new(options: SessionOptions) -> Result<Self, OptionsError> {
        Ok(Self { options: LayerOptions::new(options)? })
    }

    /// Creates a middleware whose options depend on the request, for example one set per
    /// tenant.
    ///
    /// Build and [`check`](SessionOptions::check) the options when the program starts, and
    /// choose among them here.
    ///
    /// # Example
    ///
    /// ```
    /// # use iron_session::{Passwords, PoemSession, SessionOptions, Untyped};
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let passwords = Passwords::new("mHDzKfIaYBUWpcyn3zvZkVWzJCt6SgVX")?;
    /// # let shop = SessionOptions::builder("shop", passwords.clone()).build()?.check()?;
    /// # let office = SessionOptions::builder("office", passwords).build()?.check()?;
    /// let session = PoemSession::<Untyped>::per_request(move |request| {
    ///     if request.header("host") == Some("office.example") { office.clone() } else { shop.clone() }
    /// });
    /// # Ok(())
    /// # }
    /// ```
    pub fn per_request(options: impl Fn(&Request) -> CheckedOptions<T> + Send + Sync + 'static) -> Self {
        Self { options: LayerOptions::per_request(options) }
    }

    /// Excludes requests that are no activity of the user, for example polling, so that a page
    /// that is left open does not keep its user signed in.
    ///
    /// The session of such a request can be read. Reading does not refresh it, but a change is
    /// written, and then the session gets a new expiry. Default: every request is activity. The
    /// last call applies.
    ///
    /// # Example
    ///
    /// ```
    /// # use iron_session::{Passwords, PoemSession, SessionOptions, Untyped};
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let passwords = Passwords::new("mHDzKfIaYBUWpcyn3zvZkVWzJCt6SgVX")?;
    /// # let options = SessionOptions::builder("app_session", passwords).build()?;
    /// let session = PoemSession::<Untyped>::new(options)?
    ///     .without_refresh(|request| request.uri().path() == "/notifications");
    /// # Ok(())
    /// # }
    /// ```
    pub fn without_refresh(self, requests: impl Fn(&Request) -> bool + Send + Sync + 'static) -> Self {
        Self { options: self.options.without_refresh(requests) }
    }
}

impl<E: Endpoint, T: IronSession> Middleware<E> for PoemSession<T> {
    type Output = SessionEndpoint<E, T>;

    fn transform(&self, endpoint: E) -> Self::Output {
        SessionEndpoint { endpoint, options: self.options.clone() }
    }
}

impl<T> Clone for PoemSession<T> {
    fn clone(&self) -> Self {
        Self { options: self.options.clone() }
    }
}

impl<T: IronSession> fmt::Debug for PoemSession<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PoemSession").field("type", &T::SCHEMA.name()).finish_non_exhaustive()
    }
}
