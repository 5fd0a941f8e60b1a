//! [`SignedIn`] and [`Require`] as salvo extractors.

use salvo::extract::Metadata;
use salvo::http::StatusCode;
use salvo::http::uri::PathAndQuery;
use salvo::{Depot, Extractible, Request, Response, Scribe};

use super::{METADATA, respond_empty};
use crate::adapter::http_types::{first, refusal};
use crate::error::AccessError;
use crate::guard::{Require, Rule, SignedIn, Visit};
use crate::session::SignIn;
use crate::session::handle::Session;

impl<'ex, T: SignIn> Extractible<'ex> for SignedIn<T> {
    fn metadata() -> &'static Metadata {
        &METADATA
    }

    #[expect(refining_impl_trait, reason = "callers of `extract` can match on the error")]
    async fn extract(request: &'ex mut Request, _: &'ex mut Depot) -> Result<Self, AccessError> {
        admit(request).await
    }
}

impl<'ex, T: SignIn, R: Rule<T>> Extractible<'ex> for Require<T, R> {
    fn metadata() -> &'static Metadata {
        &METADATA
    }

    #[expect(refining_impl_trait, reason = "callers of `extract` can match on the error")]
    async fn extract(request: &'ex mut Request, _: &'ex mut Depot) -> Result<Self, AccessError> {
        Self::check(admit(request).await?)
    }
}

async fn admit<T: SignIn>(request: &mut Request) -> Result<SignedIn<T>, AccessError> {
    let session = Session::from_extractor(request).await?;
    let target = request.uri().path_and_query().map_or("/", PathAndQuery::as_str);
    Visit::new(request.method().as_str(), target, first(request.headers())).admit(session)
}

/// Marks a response that sends a visitor to the sign-in page.
#[derive(Clone)]
struct SendsToSignIn;

impl Scribe for AccessError {
    /// Responds with an empty 303, 401, 403 or 500.
    fn render(self, response: &mut Response) {
        let (status, headers) = refusal(&self);
        respond_empty(response, status);
        response.headers_mut().extend(headers);
        if status.is_redirection() {
            response.extensions.insert(SendsToSignIn);
        }
    }
}

/// Makes a redirect to the sign-in page a redirect again.
///
/// `#[handler]` takes every failure of an extractor for an error, and overwrites the status of a
/// redirect with 400.
pub(super) fn restore_redirect(response: &mut Response) {
    let sends_to_sign_in = response.extensions.remove::<SendsToSignIn>().is_some();
    if sends_to_sign_in && response.status_code == Some(StatusCode::BAD_REQUEST) {
        response.status_code(StatusCode::SEE_OTHER);
    }
}
