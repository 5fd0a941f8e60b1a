//! The layer for any tower service that speaks `http` 1: axum, tonic, …
//!
//! ```
//! # #[cfg(feature = "derive")] {
//! use iron_session::{IronSession, Passwords, SessionLayer, SessionOptions};
//!
//! #[derive(IronSession, Clone)]
//! struct AppSession {
//!     user_id: Option<u64>,
//! }
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let passwords = Passwords::new("mHDzKfIaYBUWpcyn3zvZkVWzJCt6SgVX")?;
//! let options = SessionOptions::builder("app_session", passwords).build()?;
//! let layer = SessionLayer::<AppSession>::new(options)?;
//! # Ok(())
//! # }
//! # main().unwrap();
//! # }
//! ```

mod cross_origin;

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use http::header::{CACHE_CONTROL, COOKIE, SET_COOKIE, VARY};
use http::{HeaderMap, HeaderValue, Request, Response, StatusCode, request};
use pin_project_lite::pin_project;
use tower_layer::Layer;
use tower_service::Service;

use crate::codec::IronSession;
use crate::error::{Conflict, ExtractError, OptionsError};
use crate::options::{CheckedOptions, SessionOptions};
use crate::session::{Commit, CookieOwners, RequestSession, Session};

pub use self::cross_origin::{CrossOriginFuture, CrossOriginService};

type OptionsOf<T> = dyn Fn(&request::Parts) -> CheckedOptions<T> + Send + Sync;

/// Gives every request a session of type `T`, as a [`Layer`].
///
/// If a layer is nested in another one for the same type, it uses the outer one's session,
/// and both must have the same options: one is a clone of the other. Different options, or
/// two types with one cookie name, cause a 500 and an event.
///
/// # Errors of the inner service
///
/// Cookies travel in a response, and an `Err` of the inner service is not a response. Such an
/// `Err` loses a `destroy()` and changes that `save()` accepted, and an ERROR event is
/// logged. So turn errors into responses *inside* this layer. In axum only layers can fail,
/// and the `HandleErrorLayer` goes between this layer and the one that fails.
///
/// Put timeouts inside this layer for the same reason: a timeout outside drops this layer's
/// response.
#[must_use]
pub struct SessionLayer<T> {
    options: Arc<OptionsOf<T>>,
}

impl<T: IronSession> SessionLayer<T> {
    /// Creates a layer. Checks that the type's budget leaves room for the options' cookie
    /// name and attributes.
    ///
    /// # Errors
    ///
    /// [`OptionsError::Overhead`] if it does not.
    pub fn new(options: SessionOptions) -> Result<Self, OptionsError> {
        let options = options.check::<T>()?;
        Ok(Self::per_request(move |_| options.clone()))
    }

    /// Creates a layer whose options depend on the request, for example one set per tenant.
    ///
    /// Build and [`check`](SessionOptions::check) the options when the program starts, and
    /// choose among them here.
    pub fn per_request(
        options: impl Fn(&request::Parts) -> CheckedOptions<T> + Send + Sync + 'static,
    ) -> Self {
        Self { options: Arc::new(options) }
    }
}

impl<T> Clone for SessionLayer<T> {
    fn clone(&self) -> Self {
        Self { options: Arc::clone(&self.options) }
    }
}

impl<T: IronSession> fmt::Debug for SessionLayer<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SessionLayer").field("type", &T::SCHEMA.name()).finish_non_exhaustive()
    }
}

impl<S, T> Layer<S> for SessionLayer<T> {
    type Service = SessionService<S, T>;

    fn layer(&self, inner: S) -> Self::Service {
        SessionService { inner, options: Arc::clone(&self.options) }
    }
}

/// Handles requests for [`SessionLayer`].
pub struct SessionService<S, T> {
    inner: S,
    options: Arc<OptionsOf<T>>,
}

impl<S: Clone, T> Clone for SessionService<S, T> {
    fn clone(&self) -> Self {
        Self { inner: self.inner.clone(), options: Arc::clone(&self.options) }
    }
}

impl<S: fmt::Debug, T: IronSession> fmt::Debug for SessionService<S, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SessionService")
            .field("type", &T::SCHEMA.name())
            .field("inner", &self.inner)
            .finish_non_exhaustive()
    }
}

impl<S, T, Body, ResponseBody> Service<Request<Body>> for SessionService<S, T>
where
    S: Service<Request<Body>, Response = Response<ResponseBody>>,
    T: IronSession,
    ResponseBody: Default,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = ResponseFuture<S::Future, T>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let (mut parts, body) = request.into_parts();
        let options = (self.options)(&parts);
        let begun = match parts.extensions.get::<RequestSession<T>>() {
            Some(outer) => outer.nest(options.options()).map(|()| None),
            None => begin::<T>(options, &mut parts).map(Some),
        };
        let Ok(session) = begun else { return ResponseFuture { state: State::Refused } };
        let future = self.inner.call(Request::from_parts(parts, body));
        ResponseFuture { state: State::Called { future, session } }
    }
}

/// Creates a request's session, unless another type owns its cookie.
fn begin<T: IronSession>(
    options: CheckedOptions<T>,
    parts: &mut request::Parts,
) -> Result<RequestSession<T>, Conflict> {
    let mut owners = parts.extensions.remove::<CookieOwners>().unwrap_or_default();
    let claimed = owners.claim::<T>(options.options());
    parts.extensions.insert(owners);
    claimed?;
    let fetch_mode = parts.headers.get(super::FETCH_MODE).map(HeaderValue::as_bytes);
    let session = RequestSession::new(options).with_fetch_mode(fetch_mode);
    parts.extensions.insert(session.clone());
    Ok(session)
}

pin_project! {
    /// The future of [`SessionService`].
    pub struct ResponseFuture<F, T: IronSession> {
        #[pin]
        state: State<F, T>,
    }
}

pin_project! {
    #[project = StateProjection]
    enum State<F, T: IronSession> {
        Called {
            #[pin]
            future: F,
            // `None`: an outer layer created the session, and commits it.
            session: Option<RequestSession<T>>,
        },
        Refused,
    }
}

impl<F, T: IronSession> fmt::Debug for ResponseFuture<F, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResponseFuture").finish_non_exhaustive()
    }
}

impl<F, T, Body, E> Future for ResponseFuture<F, T>
where
    F: Future<Output = Result<Response<Body>, E>>,
    T: IronSession,
    Body: Default,
{
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        match self.project().state.project() {
            StateProjection::Called { future, session } => {
                let mut response = match ready!(future.poll(cx)) {
                    Ok(response) => response,
                    Err(error) => {
                        if let Some(session) = session {
                            session.end_without_response();
                        }
                        return Poll::Ready(Err(error));
                    }
                };
                if let Some(session) = session {
                    let commit = session.commit(response.status().as_u16());
                    apply(commit, session.options(), &mut response);
                }
                Poll::Ready(Ok(response))
            }
            StateProjection::Refused => Poll::Ready(Ok(internal_server_error())),
        }
    }
}

fn apply<Body: Default>(commit: Commit, options: &SessionOptions, response: &mut Response<Body>) {
    if commit.replace_response {
        *response = internal_server_error();
    }
    let (sets_cookies, reason) = (!commit.set_cookies.is_empty(), response.status().canonical_reason());
    let headers = response.headers_mut();
    if commit.vary_on_cookie {
        vary_on_cookie(headers);
    }
    if sets_cookies && !headers.contains_key(CACHE_CONTROL) {
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    }
    for line in commit.set_cookies {
        // Name and attributes were checked to be visible ASCII, and a seal always is.
        if let Ok(mut line) = HeaderValue::try_from(line) {
            // Anyone who has a seal is signed in, so keep it out of logs and of HPACK's
            // table.
            line.set_sensitive(true);
            headers.append(SET_COOKIE, line);
        }
    }
    if sets_cookies {
        let lens = headers.iter().map(|(name, value)| (name.as_str().len(), value.len()));
        super::report_response(options, reason, lens);
    }
}

fn vary_on_cookie(headers: &mut HeaderMap) {
    let mut values = headers.get_all(VARY).iter().filter_map(|value| value.to_str().ok());
    if !values.any(super::varies_on_cookie) {
        headers.append(VARY, HeaderValue::from_static("Cookie"));
    }
}

fn internal_server_error<Body: Default>() -> Response<Body> {
    let mut response = Response::new(Body::default());
    *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
    response
}

impl<T: IronSession> Session<T> {
    /// Returns a handle to the session of an `http` request, for use in a tower service.
    ///
    /// # Errors
    ///
    /// [`ExtractError`] if the service is not inside a [`SessionLayer`] for the type, or
    /// while another handle holds unpublished changes. Respond with a 500.
    #[track_caller]
    pub fn from_request<Body>(request: &Request<Body>) -> Result<Self, ExtractError> {
        extract(request.extensions(), request.headers())
    }
}

#[track_caller]
pub(super) fn extract<T: IronSession>(
    extensions: &http::Extensions,
    headers: &HeaderMap,
) -> Result<Session<T>, ExtractError> {
    let session =
        extensions.get::<RequestSession<T>>().ok_or_else(|| super::no_layer::<T>("SessionLayer"))?;
    Ok(session.handle(headers.get_all(COOKIE))?)
}
