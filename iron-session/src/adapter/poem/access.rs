//! [`SignedIn`] and [`Require`] as extractors of poem.

use poem::error::ResponseError;
use poem::http::{StatusCode, Uri};
use poem::{FromRequest, IntoResponse as _, Request, RequestBody, Response, Result};

use crate::adapter::http_types::{first, refusal};
use crate::error::AccessError;
use crate::guard::{Require, Rule, SignedIn, Visit};
use crate::session::SignIn;
use crate::session::handle::Session;

impl<'a, T: SignIn> FromRequest<'a> for SignedIn<T> {
    async fn from_request(request: &'a Request, _: &mut RequestBody) -> Result<Self> {
        Ok(admit(request).await?)
    }
}

impl<'a, T: SignIn, R: Rule<T>> FromRequest<'a> for Require<T, R> {
    async fn from_request(request: &'a Request, _: &mut RequestBody) -> Result<Self> {
        Ok(Self::check(admit(request).await?)?)
    }
}

async fn admit<T: SignIn>(request: &Request) -> Result<SignedIn<T>, AccessError> {
    let session = Session::from_extractor(request).await?;
    Visit::new(request.method().as_str(), target(request), first(request.headers())).admit(session)
}

/// Returns the path and the query as the browser sent them. A nested `Route` shortens the other path.
fn target(request: &Request) -> &str {
    let original = request.original_uri();
    // Only a server sets it. A test that builds its request has just the other one.
    let uri = if *original == Uri::default() { request.uri() } else { original };
    uri.path_and_query().map_or("/", |target| target.as_str())
}

impl ResponseError for AccessError {
    fn status(&self) -> StatusCode {
        refusal(self).0
    }

    /// Responds with an empty 303, 401, 403 or 500.
    fn as_response(&self) -> Response {
        let (status, headers) = refusal(self);
        (status, headers, ()).into_response()
    }
}
