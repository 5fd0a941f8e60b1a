//! [`CsrfVerified`] as a data guard and as a request guard of Rocket.

use std::convert::Infallible;
use std::io;

use rocket::Data;
use rocket::data::{self, FromData, Limits};
use rocket::form::{Form, FromForm, ValueField};
use rocket::http::Status;
use rocket::outcome::Outcome;
use rocket::request::{self, FromRequest, Request};
use rocket::response::{self, Responder};

use super::header;
use crate::error::{CsrfError, ExtractError};
use crate::guard::{CsrfVerified, HasCsrfToken, Needs, NoBody, verify_form, verify_header};
use crate::session::handle::Session;

/// Why Rocket's [`CsrfVerified`] rejected a request. `R` is the error of the body's data guard.
///
/// The catcher for the status responds.
#[derive(Debug)]
#[non_exhaustive]
pub enum CsrfRejection<R> {
    /// There is no session: a 500.
    Session(ExtractError),
    /// The request does not carry the session's token: a 403.
    Refused(CsrfError),
    /// The form could not be read: a 400.
    Form(io::Error),
    /// The form is larger than the limit `form` of Rocket's configuration: a 413.
    TooLarge,
    /// The body's data guard rejected the request.
    Body(R),
}

/// Marks a data guard that [`CsrfVerified`] can hold: it can take its value from a form that was
/// read before, because a data guard of Rocket can't give the body to another one.
///
/// It is implemented for [`Form`], [`String`], `Vec<u8>` and [`NoBody`].
///
/// # Example
///
/// ```
/// # #[cfg(feature = "derive")] {
/// use iron_session::guard::CsrfVerified;
/// use iron_session::{CsrfToken, IronSession, Session};
/// use rocket::form::Form;
/// use rocket::{FromForm, get, post};
///
/// #[derive(IronSession, Clone)]
/// struct AppSession {
///     csrf: CsrfToken,
/// }
///
/// #[derive(FromForm)]
/// struct Order<'r> {
///     item: &'r str,
/// }
///
/// // The token is a field of the form, or in the header.
/// #[post("/order", data = "<order>")]
/// async fn order(order: CsrfVerified<AppSession, Form<Order<'_>>>) -> String {
///     format!("ordered {}", order.body.item)
/// }
///
/// // Without a body.
/// #[post("/logout", data = "<_verified>")]
/// async fn logout(mut session: Session<AppSession>, _verified: CsrfVerified<AppSession>) {
///     session.destroy();
/// }
///
/// // A request guard: the token is in the header, and any data guard takes the body.
/// #[post("/upload", data = "<file>")]
/// async fn upload(_verified: CsrfVerified<AppSession>, file: &[u8]) -> String {
///     format!("{} bytes", file.len())
/// }
///
/// #[get("/form")]
/// async fn form(mut session: Session<AppSession>) -> Option<String> {
///     session.csrf_mut().masked().ok()
/// }
/// # use iron_session::{Passwords, SessionFairing, SessionOptions};
/// # use rocket::http::{ContentType, Header, Status};
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let passwords = Passwords::new("mHDzKfIaYBUWpcyn3zvZkVWzJCt6SgVX")?;
/// # let options = SessionOptions::builder("app_session", passwords).insecure_development().build()?;
/// # let rocket = rocket::build()
/// #     .attach(SessionFairing::<AppSession>::new(options)?)
/// #     .mount("/", rocket::routes![order, logout, upload, form]);
/// # let client = rocket::local::blocking::Client::tracked(rocket)?;
/// # let token = client.get("/form").dispatch().into_string().unwrap();
/// # let order = |form: String| client.post("/order").header(ContentType::Form).body(form).dispatch();
/// # let ordered = order(format!("item=a+pen&csrf_token={token}"));
/// # assert_eq!(ordered.into_string().as_deref(), Some("ordered a pen"));
/// # assert_eq!(order("item=a+pen".to_owned()).status(), Status::Forbidden);
/// # let upload = || client.post("/upload").body("1234");
/// # assert_eq!(upload().dispatch().status(), Status::Forbidden);
/// # let uploaded = upload().header(Header::new("X-CSRF-Token", token.clone())).dispatch();
/// # assert_eq!(uploaded.into_string().as_deref(), Some("4 bytes"));
/// # let form = client.post("/logout").header(ContentType::Form);
/// # assert_eq!(form.body(format!("csrf_token={token}")).dispatch().status(), Status::Ok);
/// # Ok(())
/// # }
/// # main().unwrap();
/// # }
/// ```
#[diagnostic::on_unimplemented(
    message = "`CsrfVerified` can't take a `{Self}` from a form",
    label = "not a `Form`, a `String` or a `Vec<u8>`",
    note = "if the token is in the header, take `CsrfVerified<…>` as a request guard, next to any data guard"
)]
pub trait FromVerifiedForm<'r>: FromData<'r> {
    /// Takes the value from the text of a form.
    ///
    /// # Errors
    ///
    /// Those of the data guard, with the status that chooses the catcher.
    fn from_form(request: &'r Request<'_>, form: String) -> Result<Self, (Status, Self::Error)>;
}

/// The status, which chooses the catcher, and the reason.
type Rejected<R> = (Status, CsrfRejection<R>);

/// Takes the token from the header or from a form.
#[rocket::async_trait]
impl<'r, T: HasCsrfToken, E: FromVerifiedForm<'r>> FromData<'r> for CsrfVerified<T, E> {
    type Error = CsrfRejection<E::Error>;

    async fn from_data(request: &'r Request<'_>, data: Data<'r>) -> data::Outcome<'r, Self> {
        let body = match verify::<T, _>(request).await {
            Ok(None) => {
                let outcome = E::from_data(request, data).await;
                outcome.map_error(|(status, error)| (status, CsrfRejection::Body(error)))
            }
            Ok(Some(session)) => match from_form(request, data, session).await {
                Ok(body) => Outcome::Success(body),
                Err(rejected) => Outcome::Error(rejected),
            },
            Err(rejected) => Outcome::Error(rejected),
        };
        body.map(Self::new)
    }
}

/// Takes the token from the header alone, and leaves the body to any data guard. A form without the
/// header is refused.
#[rocket::async_trait]
impl<'r, T: HasCsrfToken> FromRequest<'r> for CsrfVerified<T> {
    type Error = CsrfRejection<Infallible>;

    async fn from_request(request: &'r Request<'_>) -> request::Outcome<Self, Self::Error> {
        let verified = match verify::<T, _>(request).await {
            Ok(None) => Ok(()),
            Ok(Some(session)) => verify_form(&session, &[]).map_err(refused),
            Err(rejected) => Err(rejected),
        };
        match verified {
            Ok(()) => Outcome::Success(Self::new(NoBody)),
            Err(rejected) => Outcome::Error(rejected),
        }
    }
}

/// Verifies the token in the header. Returns the session if a form must hold the token.
async fn verify<T: HasCsrfToken, R>(request: &Request<'_>) -> Result<Option<Session<T>>, Rejected<R>> {
    let session = Session::<T>::from_extractor(request).await;
    let session = session.map_err(|error| (Status::new(error.status()), CsrfRejection::Session(error)))?;
    match verify_header(&session, |name| header(request, name)).map_err(refused)? {
        Needs::Nothing => Ok(None),
        Needs::Form => Ok(Some(session)),
    }
}

async fn from_form<'r, T: HasCsrfToken, E: FromVerifiedForm<'r>>(
    request: &'r Request<'_>,
    data: Data<'r>,
    session: Session<T>,
) -> Result<E, Rejected<E::Error>> {
    let limit = request.limits().get("form").unwrap_or(Limits::FORM);
    let form = data.open(limit).into_string().await;
    let form = form.map_err(|error| (Status::BadRequest, CsrfRejection::Form(error)))?;
    if !form.is_complete() {
        return Err((Status::PayloadTooLarge, CsrfRejection::TooLarge));
    }
    verify_form(&session, form.as_bytes()).map_err(refused)?;
    drop(session);
    E::from_form(request, form.into_inner()).map_err(|(status, error)| (status, CsrfRejection::Body(error)))
}

fn refused<R>(error: CsrfError) -> Rejected<R> {
    (Status::Forbidden, CsrfRejection::Refused(error))
}

/// The decoded fields of a form, in Rocket's request-local state, because a `Form` borrows from them.
struct Fields(Vec<(String, String)>);

impl<'r, F: FromForm<'r>> FromVerifiedForm<'r> for Form<F> {
    fn from_form(request: &'r Request<'_>, form: String) -> Result<Self, (Status, Self::Error)> {
        let decode = || form_urlencoded::parse(form.as_bytes()).into_owned().collect();
        let Fields(fields) = request.local_cache(|| Fields(decode()));
        let fields = fields.iter().map(|(name, value)| ValueField::from((&**name, &**value)));
        Self::parse_iter(fields).map(Self::from).map_err(|errors| (errors.status(), errors))
    }
}

impl<'r> FromVerifiedForm<'r> for String {
    fn from_form(_: &'r Request<'_>, form: String) -> Result<Self, (Status, Self::Error)> {
        Ok(form)
    }
}

impl<'r> FromVerifiedForm<'r> for Vec<u8> {
    fn from_form(_: &'r Request<'_>, form: String) -> Result<Self, (Status, Self::Error)> {
        Ok(form.into_bytes())
    }
}

impl<'r> FromVerifiedForm<'r> for NoBody {
    fn from_form(_: &'r Request<'_>, _: String) -> Result<Self, (Status, Self::Error)> {
        Ok(Self)
    }
}

/// Leaves the body unread.
#[rocket::async_trait]
impl<'r> FromData<'r> for NoBody {
    type Error = Infallible;

    async fn from_data(_: &'r Request<'_>, _: Data<'r>) -> data::Outcome<'r, Self> {
        Outcome::Success(Self)
    }
}

/// Responds with the catcher for 403; the reason is logged.
impl<'r> Responder<'r, 'static> for CsrfError {
    fn respond_to(self, _: &'r Request<'_>) -> response::Result<'static> {
        Err(Status::Forbidden)
    }
}
