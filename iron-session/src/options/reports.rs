//! Reports to the log and to the application's hooks. Some events are logged only once.

use std::sync::atomic::{AtomicBool, Ordering};

use super::{OnSaveError, SessionOptions};
#[cfg(feature = "server-state")]
use crate::error::StoreError;
use crate::error::{DecodeError, SaveError, UnsealError};
use crate::event::{self, Repeated};

/// The default limit of nginx for a header line, without its name. The limits of Node and of
/// HTTP/2 are twice as high.
const PROXY_HEADER_BYTES: usize = 8182;

/// The default limit of nginx for a response's head, from the status line to the empty line.
/// It is one page of memory, which has 4 KiB on most machines.
const PROXY_RESPONSE_BYTES: usize = 4096;

/// What was logged for these options, whatever the domain of the cookie is.
#[derive(Default)]
pub(super) struct Logged {
    /// Whether the event about a header that is too long for some servers was logged.
    long_header: AtomicBool,
    /// Whether the event about a response that is too long for some proxies was logged.
    long_response: AtomicBool,
    /// Whether the event about a browser with several sessions was logged.
    several_sessions: AtomicBool,
    /// Whether the event about a cookie without `Secure` was logged.
    insecure_cookie: AtomicBool,
    pub(super) repeated: Repeated,
}

impl SessionOptions {
    /// Logs, once, a cookie that is sent without `Secure`.
    pub(crate) fn report_insecure_cookie(&self) {
        if !self.inner.is_secure && !self.inner.logged.insecure_cookie.swap(true, Ordering::Relaxed) {
            event::insecure_cookie(self.cookie_name());
        }
    }

    /// Logs, once, a `Cookie` header that some servers reject.
    pub(crate) fn report_header(&self, header_bytes: usize) {
        if header_bytes > PROXY_HEADER_BYTES && !self.inner.logged.long_header.swap(true, Ordering::Relaxed) {
            event::long_header(self.cookie_name(), header_bytes, PROXY_HEADER_BYTES);
        }
    }

    /// Logs, once, a response whose head is longer than some proxies accept.
    pub(crate) fn report_response(&self, head_bytes: usize) {
        if head_bytes > PROXY_RESPONSE_BYTES && !self.inner.logged.long_response.swap(true, Ordering::Relaxed)
        {
            event::long_response(self.cookie_name(), head_bytes, PROXY_RESPONSE_BYTES);
        }
    }

    /// Logs, once, that a browser sent several sessions.
    pub(crate) fn report_several_sessions(&self) {
        if !self.inner.logged.several_sessions.swap(true, Ordering::Relaxed) {
            event::several_sessions(self.cookie_name());
        }
    }

    /// Logs, at most once a minute, a member that could not be read.
    pub(crate) fn report_defaulted(&self, error: &DecodeError) {
        event::defaulted(self.repeated(), self.sealer().now(), self.cookie_name(), error);
    }

    pub(crate) fn report_unseal_error(&self, error: &UnsealError) {
        event::unreadable(self.repeated(), self.sealer().now(), self.cookie_name(), error);
        if let Some(hook) = &self.inner.on_unseal_error {
            hook(error);
        }
    }

    /// Logs, at most once a minute, a record that could not be loaded.
    #[cfg(feature = "server-state")]
    pub(crate) fn report_record_not_loaded(&self, error: &StoreError) {
        event::record_not_loaded(self.repeated(), self.sealer().now(), self.cookie_name(), error);
    }

    pub(crate) fn report_save_error(&self, error: &SaveError) -> OnSaveError {
        event::not_saved(self.cookie_name(), error);
        self.inner.on_save_error.as_ref().map_or(OnSaveError::ReplaceResponse, |hook| hook(error))
    }
}
