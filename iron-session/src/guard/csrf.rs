//! The check of a request's CSRF token, without a framework.

use std::fmt;
use std::marker::PhantomData;

#[cfg(feature = "__extractors")]
use super::cross_origin::header_text;
use crate::codec::IronSession;
#[cfg(feature = "__extractors")]
use crate::cookie::Carrier;
#[cfg(feature = "__extractors")]
use crate::error::CsrfError;
#[cfg(feature = "__extractors")]
use crate::event;
use crate::field::CsrfToken;
#[cfg(feature = "__extractors")]
use crate::session::handle::Session;

/// A session type whose forms carry a [`CsrfToken`].
///
/// The derive implements it for a struct that has exactly one field of this type. If a struct has
/// several, implement it yourself, and return the token that [`CsrfVerified`] should compare.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no CSRF token that could be verified",
    label = "not a session struct with exactly one field of type `CsrfToken`",
    note = "add one field of type `CsrfToken` to the session struct",
    note = "if the struct has several, implement `iron_session::guard::HasCsrfToken` for it, and return one of them"
)]
pub trait HasCsrfToken: IronSession {
    /// Returns the token that requests must carry.
    fn csrf_token(&self) -> &CsrfToken;
}

/// Extracts the body `E` of a request that carries the CSRF token of its session `T`. Any other
/// request is refused before the handler runs.
///
/// It is an extractor of each framework whose feature is on. `E` is any other extractor of the
/// framework that reads the body, such as `Form<Order>`. Leave it out for a handler that needs
/// none: `CsrfVerified<AppSession>`.
///
/// # Where the token is looked for
///
/// 1. In the header [`X-CSRF-Token`](CsrfToken::HEADER). If the request has it, it decides.
/// 2. In the field [`csrf_token`](CsrfToken::FIELD) of the body, if its type is
///    `application/x-www-form-urlencoded`. The body is read within a limit and then given to `E`
///    unchanged. The limit is the framework's own:
///    - axum: `DefaultBodyLimit`
///    - actix-web: `PayloadConfig`
///    - poem: 2 MiB, because it has none; a larger form gets a 413
///    - salvo: `SecureMaxSize`, by default 64 KiB
///    - Rocket: the limit `form` of its configuration
///
/// The parts of a `multipart/form-data` body are not searched, because they can be larger than
/// memory. Send the token of such a form in the header.
///
/// # Refusals
///
/// - A request without the session's token gets an empty 403. The reason is logged as a WARN
///   event, once a minute for each reason.
/// - If there is no session layer, the response is an empty 500, as for
///   [`Session`](crate::Session).
/// - What `E` rejects gets the response of `E`.
/// - In Rocket, the catcher for the status responds in place of an empty response.
///
/// # Example
///
/// ```
/// # #[cfg(feature = "derive")] {
/// use iron_session::guard::CsrfVerified;
/// use iron_session::{CsrfToken, IronSession, Session};
///
/// #[derive(IronSession, Clone)]
/// struct AppSession {
///     user_id: Option<u64>,
///     csrf: CsrfToken,
/// }
///
/// async fn logout(mut session: Session<AppSession>, _: CsrfVerified<AppSession>) {
///     session.destroy();
/// }
/// # }
/// ```
///
/// With a body: `CsrfVerified { body: Form(order), .. }: CsrfVerified<AppSession, Form<Order>>`.
///
/// In axum, it must be the handler's last argument, even without a body.
///
/// In Rocket, it is a data guard, and `E` is a `Form`, a `String` or another `FromVerifiedForm`:
/// `#[post("/order", data = "<order>")]`. Without `data`, it is a request guard, which takes the token
/// from the header only, next to any data guard.
///
/// # Security
///
/// The method does not matter: a GET request needs the token, too.
pub struct CsrfVerified<T, E = NoBody> {
    /// What `E` extracted.
    pub body: E,
    session: PhantomData<fn() -> T>,
}

/// Stands for the body in a [`CsrfVerified`] whose handler needs none.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoBody;

impl<T, E: fmt::Debug> fmt::Debug for CsrfVerified<T, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CsrfVerified").field("body", &self.body).finish()
    }
}

#[cfg(feature = "__extractors")]
impl<T, E> CsrfVerified<T, E> {
    pub(crate) fn new(body: E) -> Self {
        Self { body, session: PhantomData }
    }
}

/// Says what a request still needs before its handler runs.
#[cfg(feature = "__extractors")]
pub(crate) enum Needs {
    Nothing,
    /// The token in its form.
    Form,
}

/// Verifies the token in a request's header. Without that header, a form must hold the token, and
/// any other request is refused.
#[cfg(feature = "__extractors")]
pub(crate) fn verify_header<'a, T: HasCsrfToken>(
    session: &Session<T>,
    header: impl Fn(&'static str) -> Option<&'a [u8]>,
) -> Result<Needs, CsrfError> {
    // A browser sends no such header by itself, so no other page can cause this request.
    if session.options().carrier() != Carrier::Cookies {
        return Ok(Needs::Nothing);
    }
    let header = |name| header(name).map(header_text);
    match header(CsrfToken::HEADER) {
        None if header("content-type").is_some_and(is_form) => Ok(Needs::Form),
        token => verify(session, token).map(|()| Needs::Nothing),
    }
}

/// Verifies the token in a form.
#[cfg(feature = "__extractors")]
pub(crate) fn verify_form<T: HasCsrfToken>(session: &Session<T>, body: &[u8]) -> Result<(), CsrfError> {
    let token = form_urlencoded::parse(body).find(|(name, _)| name == CsrfToken::FIELD);
    verify(session, token.map(|(_, token)| token).as_deref())
}

/// Compares the token that a request carries with the session's.
#[cfg(feature = "__extractors")]
pub(crate) fn verify<T: HasCsrfToken>(session: &Session<T>, token: Option<&str>) -> Result<(), CsrfError> {
    let own = session.csrf_token();
    let error = match token {
        Some(token) if own.verify(token) => return Ok(()),
        None => CsrfError::Missing,
        Some(_) if own.is_empty() => CsrfError::NotIssued,
        Some(_) => CsrfError::Different,
    };
    // Other pages can send such a request. It must not keep an idle user signed in.
    session.disable_refresh();
    let options = session.options();
    event::csrf_refused(options.repeated(), options.sealer().now(), options.cookie_name(), error);
    Err(error)
}

/// Returns whether a body of this `Content-Type` can carry the token.
#[cfg(feature = "__extractors")]
fn is_form(content_type: &str) -> bool {
    let essence = content_type.split(';').next().unwrap_or_default();
    essence.trim().eq_ignore_ascii_case("application/x-www-form-urlencoded")
}
