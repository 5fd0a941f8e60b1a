//! `SessionFairing`.

use std::fmt;
use std::sync::Arc;

use rocket::fairing::{self, Fairing, Info, Kind};
use rocket::http::Status;
use rocket::request::Request;
use rocket::{Build, Data, Rocket};

use super::carried::carried;
use super::commit::CommitFairing;
use super::{header, launch, refuse};
use crate::codec::IronSession;
use crate::error::{Conflict, OptionsError};
use crate::options::{CheckedOptions, SessionOptions};

type Choose<T> = dyn Fn(&Request<'_>) -> CheckedOptions<T> + Send + Sync;
type Predicate = dyn Fn(&Request<'_>) -> bool + Send + Sync;

/// Gives every request a session of type `T`, as a fairing of Rocket.
///
/// A session starts where the fairing is attached, and is committed after all other fairings of the
/// application. So attach it before the fairings that use the session: they can read and change it
/// in `on_request` and in `on_response`.
///
/// If another one for the same type is attached, it uses the first one's session, and both must
/// have the same options: one is a clone of the other. If they have different options, or if two
/// types have one cookie name, Rocket does not launch, and the reason is logged. Where the options
/// depend on the request, the response is a 500 instead.
///
/// # Example
///
/// ```
/// # #[cfg(feature = "derive")] {
/// use iron_session::guard::CrossOriginGuard;
/// use iron_session::{IronSession, Passwords, Session, SessionFairing, SessionOptions};
/// use rocket::{Build, Rocket, get, routes};
///
/// #[derive(IronSession, Clone)]
/// struct AppSession {
///     user_id: Option<u64>,
/// }
///
/// #[get("/")]
/// async fn home(session: Session<AppSession>) -> &'static str {
///     if session.user_id().is_some() { "welcome back" } else { "welcome" }
/// }
///
/// fn app(passwords: Passwords) -> Result<Rocket<Build>, Box<dyn std::error::Error>> {
///     let options = SessionOptions::builder("app_session", passwords).build()?;
///     Ok(rocket::build()
///         .attach(CrossOriginGuard::new())
///         .attach(SessionFairing::<AppSession>::new(options)?)
///         .mount("/", routes![home]))
/// }
/// # let passwords = Passwords::new("mHDzKfIaYBUWpcyn3zvZkVWzJCt6SgVX").unwrap();
/// # let client = rocket::local::blocking::Client::tracked(app(passwords).unwrap()).unwrap();
/// # assert_eq!(client.get("/").dispatch().into_string().as_deref(), Some("welcome"));
/// # }
/// ```
#[must_use]
pub struct SessionFairing<T> {
    options: Arc<Choose<T>>,
    /// The options, if they do not depend on the request.
    fixed: Option<CheckedOptions<T>>,
    without_refresh: Option<Arc<Predicate>>,
}

impl<T: IronSession> SessionFairing<T> {
    /// Creates a fairing. Checks that the type's budget leaves room for the options' cookie
    /// name and attributes.
    ///
    /// # Errors
    ///
    /// [`OptionsError::Overhead`] if it does not.
    #[expect(clippy::needless_pass_by_value, reason = "like the layers of the other frameworks")]
    pub fn new(options: SessionOptions) -> Result<Self, OptionsError> {
        let options = options.check::<T>()?;
        let fixed = Some(options.clone());
        Ok(Self { fixed, ..Self::per_request(move |_| options.clone()) })
    }

    /// Creates a fairing whose options depend on the request, for example one set per tenant.
    ///
    /// Build and [`check`](SessionOptions::check) the options when the program starts, and
    /// choose among them here.
    ///
    /// # Example
    ///
    /// ```
    /// # use iron_session::{Passwords, SessionFairing, SessionOptions, Untyped};
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let passwords = || Passwords::new("mHDzKfIaYBUWpcyn3zvZkVWzJCt6SgVX");
    /// let shop = SessionOptions::builder("shop", passwords()?).build()?.check::<Untyped>()?;
    /// let admin = SessionOptions::builder("admin", passwords()?).build()?.check::<Untyped>()?;
    /// let fairing = SessionFairing::per_request(move |request| {
    ///     let is_admin = request.host().is_some_and(|host| host.domain() == "admin.example");
    ///     if is_admin { admin.clone() } else { shop.clone() }
    /// });
    /// # Ok(())
    /// # }
    /// ```
    pub fn per_request(options: impl Fn(&Request<'_>) -> CheckedOptions<T> + Send + Sync + 'static) -> Self {
        Self { options: Arc::new(options), fixed: None, without_refresh: None }
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
    /// # use iron_session::{Passwords, SessionFairing, SessionOptions, Untyped};
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let passwords = Passwords::new("mHDzKfIaYBUWpcyn3zvZkVWzJCt6SgVX")?;
    /// # let options = SessionOptions::builder("app_session", passwords).build()?;
    /// let session = SessionFairing::<Untyped>::new(options)?
    ///     .without_refresh(|request| request.uri().path() == "/notifications");
    /// # Ok(())
    /// # }
    /// ```
    pub fn without_refresh(self, requests: impl Fn(&Request<'_>) -> bool + Send + Sync + 'static) -> Self {
        Self { without_refresh: Some(Arc::new(requests)), ..self }
    }

    fn begin(&self, request: &Request<'_>) -> Result<(), Conflict> {
        let host = request.host().map(|host| host.domain().as_str());
        // Not locked meanwhile, because a subscriber that logs a conflict may read the request.
        let mut sessions = std::mem::take(&mut carried(request).sessions);
        let begun = sessions.begin((self.options)(request), host, |name| header(request, name));
        // A fairing after another one of its type adds its predicate to the first one's.
        if self.without_refresh.as_ref().is_some_and(|requests| requests(request))
            && let Some(session) = sessions.get::<T>()
        {
            session.disable_refresh();
        }
        carried(request).sessions = sessions;
        begun.map(drop)
    }
}

#[rocket::async_trait]
impl<T: IronSession> Fairing for SessionFairing<T> {
    fn info(&self) -> Info {
        Info { name: T::SCHEMA.name(), kind: Kind::Ignite | Kind::Request }
    }

    async fn on_ignite(&self, rocket: Rocket<Build>) -> fairing::Result {
        let mut rocket = refuse::mount(rocket);
        if let Some(options) = self.fixed.clone() {
            let compared;
            (rocket, compared) = launch::compare(rocket, options);
            if compared.is_err() {
                return Err(rocket);
            }
        }
        let (rocket, is_first) = launch::attach::<T>(rocket);
        // Rocket adds a fairing that is attached here after those of the application.
        Ok(if is_first { rocket.attach(CommitFairing::<T>::new()) } else { rocket })
    }

    async fn on_request(&self, request: &mut Request<'_>, _: &mut Data<'_>) {
        if self.begin(request).is_err() {
            refuse::refuse(request, Status::InternalServerError);
        }
    }
}

impl<T> Clone for SessionFairing<T> {
    fn clone(&self) -> Self {
        Self {
            options: Arc::clone(&self.options),
            fixed: self.fixed.clone(),
            without_refresh: self.without_refresh.clone(),
        }
    }
}

impl<T: IronSession> fmt::Debug for SessionFairing<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SessionFairing").field("type", &T::SCHEMA.name()).finish_non_exhaustive()
    }
}
