//! The settings that decide what happens if nobody is signed in, or if a session can't be opened or saved.

use std::sync::Arc;

use super::SessionOptionsBuilder;
use crate::error::{SaveError, UnsealError};
use crate::options::session_options::OnSaveError;

impl SessionOptionsBuilder {
    /// Sets the page to which [`SignedIn`](crate::guard::SignedIn) and
    /// [`Require`](crate::guard::Require) send a browser if nobody is signed in: a path on this
    /// site, such as `/login`. Default: none, so the response is a 401.
    ///
    /// A request for this page itself also gets a 401, so that a guard around the whole site
    /// does not send browsers in a circle. To send users to another site, make this page
    /// redirect there.
    #[doc(alias("login_page", "redirect", "unauthorized"))]
    pub fn sign_in_page(mut self, path: impl Into<String>) -> Self {
        self.sign_in_page = Some(path.into());
        self
    }

    /// Sets a function that is called each time a cookie can't be opened, for example for
    /// metrics. The log has only one event per minute for each reason.
    ///
    /// The request continues with an empty session in any case. The function runs before the
    /// code that asked for the session continues, so it should be fast. It may read the
    /// session.
    #[doc(alias = "onUnsealError")]
    pub fn on_unseal_error(mut self, hook: impl Fn(&UnsealError) + Send + Sync + 'static) -> Self {
        self.on_unseal_error = Some(Arc::new(hook));
        self
    }

    /// Sets a function that decides what happens to a response whose session can't be saved.
    ///
    /// Default: [`OnSaveError::ReplaceResponse`]. The function may read the session, but
    /// can't change it any more.
    pub fn on_save_error(mut self, hook: impl Fn(&SaveError) -> OnSaveError + Send + Sync + 'static) -> Self {
        self.on_save_error = Some(Arc::new(hook));
        self
    }
}
