//! The middleware for actix-web 4, and `Session<T>` as its extractor.
//!
//! ```
//! # #[cfg(feature = "derive")] {
//! use actix_web::{App, HttpResponse, web};
//! use iron_session::adapter::actix::SessionMiddleware;
//! use iron_session::{IronSession, Passwords, Session, SessionOptions};
//!
//! #[derive(IronSession, Clone)]
//! struct AppSession {
//!     visits: u32,
//! }
//!
//! async fn count(mut session: Session<AppSession>) -> HttpResponse {
//!     let visits = session.visits() + 1;
//!     session.set_visits(visits);
//!     HttpResponse::Ok().body(visits.to_string())
//! }
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let passwords = Passwords::new("mHDzKfIaYBUWpcyn3zvZkVWzJCt6SgVX")?;
//! let options = SessionOptions::builder("app_session", passwords).build()?;
//! let session = SessionMiddleware::<AppSession>::new(options)?;
//! let app = App::new().wrap(session).route("/", web::get().to(count));
//! # Ok(())
//! # }
//! # main().unwrap();
//! # }
//! ```

mod cross_origin;
mod with_cookies;

use std::fmt;
use std::future::{Future, Ready, ready};
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;

use actix_web::body::{EitherBody, MessageBody};
use actix_web::dev::{Payload, Service, ServiceRequest, ServiceResponse, Transform, forward_ready};
use actix_web::http::StatusCode;
use actix_web::http::header::{CACHE_CONTROL, COOKIE, HeaderMap, HeaderValue, SET_COOKIE, VARY};
use actix_web::{Error, FromRequest, HttpMessage as _, HttpRequest, HttpResponse, ResponseError};

pub use self::cross_origin::CrossOriginService;
use self::with_cookies::WithCookies;
use crate::codec::IronSession;
use crate::error::{Conflict, ExtractError, OptionsError};
use crate::options::{CheckedOptions, SessionOptions};
use crate::session::{Commit, CookieOwners, RequestSession, Session};

type OptionsOf<T> = dyn Fn(&HttpRequest) -> CheckedOptions<T> + Send + Sync;

/// Gives every request a session of type `T`, as an actix-web middleware.
///
/// If it is nested in another one for the same type, it uses the outer one's session, and
/// both must have the same options: one is a clone of the other. Different options, or two
/// types with one cookie name, cause a 500 and an event.
///
/// An `Err` from an inner middleware is passed on with the cookies in its response. The error
/// then has another type, but the same text. If the session was not used, the error is passed
/// on unchanged.
#[must_use]
pub struct SessionMiddleware<T> {
    options: Arc<OptionsOf<T>>,
}

impl<T: IronSession> SessionMiddleware<T> {
    /// Creates a middleware. Checks that the type's budget leaves room for the options'
    /// cookie name and attributes.
    ///
    /// # Errors
    ///
    /// [`OptionsError::Overhead`] if it does not.
    pub fn new(options: SessionOptions) -> Result<Self, OptionsError> {
        let options = options.check::<T>()?;
        Ok(Self::per_request(move |_| options.clone()))
    }

    /// Creates a middleware whose options depend on the request, for example one set per
    /// tenant.
    ///
    /// Build and [`check`](SessionOptions::check) the options when the program starts, and
    /// choose among them here.
    pub fn per_request(options: impl Fn(&HttpRequest) -> CheckedOptions<T> + Send + Sync + 'static) -> Self {
        Self { options: Arc::new(options) }
    }
}

impl<T> Clone for SessionMiddleware<T> {
    fn clone(&self) -> Self {
        Self { options: Arc::clone(&self.options) }
    }
}

impl<T: IronSession> fmt::Debug for SessionMiddleware<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SessionMiddleware").field("type", &T::SCHEMA.name()).finish_non_exhaustive()
    }
}

impl<S, B, T> Transform<S, ServiceRequest> for SessionMiddleware<T>
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error> + 'static,
    B: MessageBody + 'static,
    T: IronSession,
{
    type Response = ServiceResponse<EitherBody<B>>;
    type Error = Error;
    type Transform = SessionService<S, T>;
    type InitError = ();
    type Future = Ready<Result<Self::Transform, ()>>;

    fn new_transform(&self, service: S) -> Self::Future {
        let options = Arc::clone(&self.options);
        ready(Ok(SessionService { service: Rc::new(service), options }))
    }
}

/// Handles requests for [`SessionMiddleware`].
pub struct SessionService<S, T> {
    service: Rc<S>,
    options: Arc<OptionsOf<T>>,
}

impl<S, T: IronSession> fmt::Debug for SessionService<S, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SessionService").field("type", &T::SCHEMA.name()).finish_non_exhaustive()
    }
}

impl<S, B, T> Service<ServiceRequest> for SessionService<S, T>
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error> + 'static,
    B: MessageBody + 'static,
    T: IronSession,
{
    type Response = ServiceResponse<EitherBody<B>>;
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Error>>>>;

    forward_ready!(service);

    fn call(&self, request: ServiceRequest) -> Self::Future {
        let options = (self.options)(request.request());
        let outer = request.extensions().get::<RequestSession<T>>().cloned();
        let begun = match outer {
            Some(outer) => outer.nest(options.options()).map(|()| None),
            None => begin::<T>(options, &request).map(Some),
        };
        let Ok(session) = begun else {
            let refused = request.into_response(HttpResponse::InternalServerError().finish());
            return Box::pin(ready(Ok(refused.map_into_right_body())));
        };

        let response = self.service.call(request);
        Box::pin(async move {
            // `None`: an outer middleware created the session, and commits it.
            let Some(session) = session else { return Ok(response.await?.map_into_left_body()) };
            match response.await {
                Ok(response) => {
                    let commit = session.commit(response.status().as_u16());
                    Ok(answer(response, commit, session.options()))
                }
                Err(error) => Err(answer_error(error, &session)),
            }
        })
    }
}

/// Creates a request's session, unless another type owns its cookie.
fn begin<T: IronSession>(
    options: CheckedOptions<T>,
    request: &ServiceRequest,
) -> Result<RequestSession<T>, Conflict> {
    // Not borrowed during the claim, because a subscriber that logs a conflict may read the
    // request.
    let mut owners = request.extensions_mut().remove::<CookieOwners>().unwrap_or_default();
    let claimed = owners.claim::<T>(options.options());
    request.extensions_mut().insert(owners);
    claimed?;
    let fetch_mode = request.headers().get(super::FETCH_MODE).map(HeaderValue::as_bytes);
    let session = RequestSession::new(options).with_fetch_mode(fetch_mode);
    request.extensions_mut().insert(session.clone());
    Ok(session)
}

fn answer<B>(
    response: ServiceResponse<B>,
    commit: Commit,
    options: &SessionOptions,
) -> ServiceResponse<EitherBody<B>> {
    let mut response = if commit.replace_response {
        let replaced = HttpResponse::InternalServerError().finish();
        response.into_response(replaced).map_into_right_body()
    } else {
        response.map_into_left_body()
    };
    let reason = response.status().canonical_reason();
    apply(commit, options, reason, response.headers_mut());
    response
}

/// An error becomes a response further out, which must carry the cookies as well: a redirect
/// to the login page is often an error.
fn answer_error<T: IronSession>(error: Error, session: &RequestSession<T>) -> Error {
    // The response inside an error can be taken only once, so it stays there if it needs no
    // cookies.
    if session.commit_unused() {
        return error;
    }
    // Its status may differ from `status_code()`, which has a default.
    let mut response = error.error_response();
    let commit = session.commit(response.status().as_u16());
    if commit.replace_response {
        response = HttpResponse::InternalServerError().finish();
    }
    let reason = response.status().canonical_reason();
    apply(commit, session.options(), reason, response.headers_mut());
    WithCookies::new(error, response).into()
}

fn apply(commit: Commit, options: &SessionOptions, reason: Option<&str>, headers: &mut HeaderMap) {
    let sets_cookies = !commit.set_cookies.is_empty();
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
    let mut values = headers.get_all(VARY).filter_map(|value| value.to_str().ok());
    if !values.any(super::varies_on_cookie) {
        headers.append(VARY, HeaderValue::from_static("Cookie"));
    }
}

/// Extracts the session that a [`SessionMiddleware`] created.
impl<T: IronSession> FromRequest for Session<T> {
    type Error = ExtractError;
    type Future = Ready<Result<Self, ExtractError>>;

    #[track_caller]
    fn from_request(request: &HttpRequest, _payload: &mut Payload) -> Self::Future {
        ready(extract(request))
    }
}

#[track_caller]
fn extract<T: IronSession>(request: &HttpRequest) -> Result<Session<T>, ExtractError> {
    let session = request.extensions().get::<RequestSession<T>>().cloned();
    let session = session.ok_or_else(|| super::no_layer::<T>("SessionMiddleware"))?;
    Ok(session.handle(request.headers().get_all(COOKIE))?)
}

impl ResponseError for ExtractError {
    fn status_code(&self) -> StatusCode {
        StatusCode::INTERNAL_SERVER_ERROR
    }

    /// Responds with an empty 500; the details are logged.
    fn error_response(&self) -> HttpResponse {
        HttpResponse::InternalServerError().finish()
    }
}
