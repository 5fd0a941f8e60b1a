//! `SessionHoop`.

use std::fmt;

use salvo::http::StatusCode;
use salvo::http::uri::Authority;
use salvo::{Depot, FlowCtrl, Handler, Request, Response, async_trait};

use super::access::restore_redirect;
use super::depot::carry;
use super::respond_empty;
use crate::adapter::http_types::{append, first};
use crate::codec::IronSession;
use crate::error::{Conflict, OptionsError};
use crate::options::{CheckedOptions, SessionOptions};
use crate::session::{LayerOptions, RequestSession, RequestSessions};

/// Gives every request a session of type `T`, as a hoop of salvo.
///
/// If it is nested in another one for the same type, it uses the outer one's session, and both
/// must have the same options: one is a clone of the other. Different options, or two types with
/// one cookie name, cause a 500 and an event.
///
/// # Order
///
/// The first hoop is the outermost one. Add this one before those that may end a request, such as
/// `CatchPanic` and `Timeout`: what they respond then keeps the cookies that the request must set.
/// If they are added before, they drop the response of this hoop, and the loss is logged.
///
/// On a `Router`, the hoop runs for the routes of this router. On a `Service`, it also runs for
/// requests that match no route.
///
/// The response commits the session when the handlers have returned. A `Catcher` runs later: it can
/// read the session, and its changes are lost, which is logged.
///
/// # Example
///
/// ```
/// use iron_session::{Passwords, Session, SessionHoop, SessionOptions, Untyped};
/// use salvo::prelude::*;
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
/// let router = Router::with_path("logout").post(logout);
/// let service = Service::new(router).hoop(SessionHoop::<Untyped>::new(options)?);
/// # let hoop = service.hoops[0].clone();
/// # tokio_test::block_on(async {
/// #     let mut ctrl = salvo::FlowCtrl::new(vec![hoop, std::sync::Arc::new(logout)]);
/// #     let (mut request, mut depot, mut response) = Default::default();
/// #     ctrl.call_next(&mut request, &mut depot, &mut response).await;
/// #     assert!(response.headers().contains_key("set-cookie"));
/// # });
/// # Ok(())
/// # }
/// ```
#[doc(alias = "SessionHandler")]
#[must_use]
pub struct SessionHoop<T> {
    options: LayerOptions<Request, T>,
}

impl<T: IronSession> SessionHoop<T> {
    /// Creates a hoop. Checks that the type's budget leaves room for the options' cookie name and
    /// attributes.
    ///
    /// # Errors
    ///
    /// [`OptionsError::Overhead`] if it does not.
    pub fn new(options: SessionOptions) -> Result<Self, OptionsError> {
        Ok(Self { options: LayerOptions::new(options)? })
    }

    /// Creates a hoop whose options depend on the request, for example one set per tenant.
    ///
    /// Build and [`check`](SessionOptions::check) the options when the program starts, and choose
    /// among them here.
    ///
    /// # Example
    ///
    /// ```
    /// # use iron_session::{Passwords, SessionHoop, SessionOptions, Untyped};
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let passwords = Passwords::new("mHDzKfIaYBUWpcyn3zvZkVWzJCt6SgVX")?;
    /// # let shop = SessionOptions::builder("shop", passwords.clone()).build()?.check()?;
    /// # let office = SessionOptions::builder("office", passwords).build()?.check()?;
    /// let session = SessionHoop::<Untyped>::per_request(move |request| {
    ///     let host = request.headers().get("host");
    ///     if host.is_some_and(|host| host == "office.example") { office.clone() } else { shop.clone() }
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
    /// # use iron_session::{Passwords, SessionHoop, SessionOptions, Untyped};
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let passwords = Passwords::new("mHDzKfIaYBUWpcyn3zvZkVWzJCt6SgVX")?;
    /// # let options = SessionOptions::builder("app_session", passwords).build()?;
    /// let session = SessionHoop::<Untyped>::new(options)?
    ///     .without_refresh(|request| request.uri().path() == "/notifications");
    /// # Ok(())
    /// # }
    /// ```
    pub fn without_refresh(self, requests: impl Fn(&Request) -> bool + Send + Sync + 'static) -> Self {
        Self { options: self.options.without_refresh(requests) }
    }

    fn begin(&self, request: &mut Request, depot: &mut Depot) -> Result<Option<RequestSession<T>>, Conflict> {
        let mut sessions = request.extensions_mut().remove::<RequestSessions>().unwrap_or_default();
        let authority = request.uri().authority().map(Authority::as_str);
        let begun = self.options.begin(request, authority, first(request.headers()), &mut sessions);
        carry(depot, request, sessions.clone());
        request.extensions_mut().insert(sessions);
        begun
    }
}

#[async_trait]
impl<T: IronSession> Handler for SessionHoop<T> {
    async fn handle(
        &self,
        request: &mut Request,
        depot: &mut Depot,
        response: &mut Response,
        ctrl: &mut FlowCtrl,
    ) {
        let Ok(session) = self.begin(request, depot) else {
            respond_empty(response, StatusCode::INTERNAL_SERVER_ERROR);
            return ctrl.skip_rest();
        };
        // Those of outer hoops. All hoops write into one response.
        let outer_headers = response.headers().clone();
        ctrl.call_next(request, depot, response).await;
        restore_redirect(response);
        // An outer hoop created the session, and commits it.
        let Some(session) = session else { return };
        // Without a status, salvo responds with a 200. Also a handler that has called `cease` must
        // not lose the cookies.
        let status = response.status_code.unwrap_or(StatusCode::OK);
        let commit = session.commit(status.as_u16()).finish().await;
        if commit.replace_response {
            *response = Response::new();
            response.set_headers(outer_headers);
            respond_empty(response, StatusCode::INTERNAL_SERVER_ERROR);
        }
        append(commit, response.status_code.unwrap_or(StatusCode::OK), response.headers_mut());
    }
}

impl<T> Clone for SessionHoop<T> {
    fn clone(&self) -> Self {
        Self { options: self.options.clone() }
    }
}

impl<T: IronSession> fmt::Debug for SessionHoop<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SessionHoop").field("type", &T::SCHEMA.name()).finish_non_exhaustive()
    }
}
