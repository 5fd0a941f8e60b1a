//! The sessions of a request in its [`Depot`].

use salvo::http::HeaderValue;
use salvo::{Depot, Request};

use super::HOOP;
use crate::codec::IronSession;
use crate::session::handle::Session;
use crate::session::{CarriesSessions, Loading, RequestSession, RequestSessions};

/// Returns the session of a request from its [`Depot`], where no extractor runs: in a hoop, in a
/// `Catcher`, in a method that takes the depot, or in an `#[endpoint]` of `salvo-oapi`.
///
/// # Example
///
/// ```
/// # #[cfg(feature = "derive")] {
/// use iron_session::error::ExtractError;
/// use iron_session::{IronSession, SessionDepotExt as _};
/// use salvo::prelude::*;
///
/// #[derive(IronSession, Clone)]
/// struct AppSession {
///     theme: Option<String>,
/// }
///
/// #[handler]
/// async fn dark(depot: &mut Depot) -> Result<(), ExtractError> {
///     let mut session = depot.session::<AppSession>().await?;
///     session.set_theme("dark");
///     Ok(())
/// }
/// # }
/// ```
pub trait SessionDepotExt {
    /// Returns a handle to the session of a type, as [`Session::load`] does.
    ///
    /// The future does not borrow the depot. It waits only for a session that is in a record of the
    /// server state. Without such records, [`Session::from_http_request`] also takes the depot, and
    /// needs no `await`.
    ///
    /// Drop the handle before the hoop or the handler returns, because its changes are published
    /// then. Don't keep it in the depot.
    ///
    /// # Errors
    ///
    /// Those of [`Session::load`]. The error is a `Scribe`, so a handler can return it.
    #[track_caller]
    fn session<T: IronSession>(&self) -> Loading<T>;
}

impl SessionDepotExt for Depot {
    #[track_caller]
    fn session<T: IronSession>(&self) -> Loading<T> {
        Session::load(self)
    }
}

/// What the depot holds. The headers are in the request, which is not at hand where only the depot is.
struct Carried {
    sessions: RequestSessions,
    /// The headers that the sessions are in.
    headers: Vec<(&'static str, HeaderValue)>,
}

/// Makes the sessions of a request available in its depot.
pub(super) fn carry(depot: &mut Depot, request: &Request, sessions: RequestSessions) {
    let named = |name| request.headers().get_all(name).iter().map(move |value| (name, value.clone()));
    let headers = sessions.headers().flat_map(named).collect();
    depot.insert_typed(Carried { sessions, headers });
}

impl CarriesSessions for Depot {
    const LAYER: &'static str = HOOP;

    fn session<T: IronSession>(&self) -> Option<RequestSession<T>> {
        self.get_typed::<Carried>().ok()?.sessions.get()
    }

    fn header_values(&self, name: &'static str) -> impl Iterator<Item: AsRef<[u8]>> {
        let headers = self.get_typed::<Carried>().into_iter().flat_map(|carried| &carried.headers);
        headers.filter(move |(found, _)| *found == name).map(|(_, value)| value)
    }
}
