//! [`CrossOriginGuard`] as a salvo hoop.

use salvo::http::StatusCode;
use salvo::{Depot, FlowCtrl, Handler, Request, Response, async_trait};

use super::respond_empty;
use crate::adapter::http_types::is_allowed;
use crate::guard::CrossOriginGuard;

#[async_trait]
impl Handler for CrossOriginGuard {
    async fn handle(
        &self,
        request: &mut Request,
        _depot: &mut Depot,
        response: &mut Response,
        ctrl: &mut FlowCtrl,
    ) {
        // Otherwise salvo calls the next handler.
        if !is_allowed(self, request.method(), request.uri(), request.headers()) {
            respond_empty(response, StatusCode::FORBIDDEN);
            ctrl.skip_rest();
        }
    }
}
