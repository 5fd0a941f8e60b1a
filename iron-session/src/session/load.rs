//! Hands out sessions that may first have to be loaded from the store.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use super::handle::Session;
use super::request::RequestSession;
use crate::codec::IronSession;
use crate::error::{ExtractError, Place};

/// Waits for a session; see [`Session::load`].
///
/// Only a session that is in a record is waited for. Any other one is there at once, and the future
/// then holds it, without an allocation.
#[must_use = "a future does nothing unless it is awaited"]
pub struct Loading<T: IronSession>(Progress<T>);

enum Progress<T: IronSession> {
    /// `None` once it was returned.
    Ready(Option<Result<Session<T>, ExtractError>>),
    #[cfg(feature = "server-state")]
    Waiting(Pin<Box<dyn Future<Output = Result<Session<T>, ExtractError>> + Send>>),
}

/// The session moves only before and after it is waited for.
impl<T: IronSession> Unpin for Loading<T> {}

impl<T: IronSession> Loading<T> {
    pub(super) fn ready(session: Result<Session<T>, ExtractError>) -> Self {
        Self(Progress::Ready(Some(session)))
    }
}

impl<T: IronSession> Future for Loading<T> {
    type Output = Result<Session<T>, ExtractError>;

    #[cfg_attr(not(feature = "server-state"), expect(unused_variables, reason = "nothing is waited for"))]
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        match &mut self.0 {
            Progress::Ready(session) => match session.take() {
                Some(session) => Poll::Ready(session),
                None => Poll::Pending,
            },
            #[cfg(feature = "server-state")]
            Progress::Waiting(session) => session.as_mut().poll(cx),
        }
    }
}

impl<T: IronSession> fmt::Debug for Loading<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Loading").field("type", &T::SCHEMA.name()).finish_non_exhaustive()
    }
}

impl<T: IronSession> RequestSession<T> {
    /// Hands out a handle, as [`handle`](Self::handle) does, and loads the session before if it is in
    /// a record of the server state.
    ///
    /// # Errors
    ///
    /// Those of [`handle`](Self::handle). With the feature `server-state`,
    /// [`ExtractError::Unavailable`] if the store did not respond.
    #[track_caller]
    pub fn load<H: AsRef<[u8]>>(&self, headers: impl IntoIterator<Item = H>) -> Loading<T> {
        self.load_at(headers, Place::caller())
    }

    /// Hands out a handle that was extracted at this place.
    pub(super) fn load_at<H: AsRef<[u8]>>(
        &self,
        headers: impl IntoIterator<Item = H>,
        at: Place,
    ) -> Loading<T> {
        match self.handle_at(headers, at) {
            #[cfg(feature = "server-state")]
            Err(ExtractError::NotLoaded) => Loading(Progress::Waiting(Box::pin(self.clone().read(at)))),
            ready => Loading::ready(ready),
        }
    }

    /// Reads the record that the request's cookie refers to.
    #[cfg(feature = "server-state")]
    async fn read(self, at: Place) -> Result<Session<T>, ExtractError> {
        let options = &self.shared.options;
        let reference = self.shared.state().reference;
        if let (Some(reference), Some(server_state)) = (reference, options.server_state()) {
            let record = match server_state.load(reference.key, reference.revision).await {
                Ok(record) => record,
                Err(error) => {
                    options.report_record_not_loaded(&error);
                    return Err(ExtractError::Unavailable(error));
                }
            };
            let mut guard = self.shared.state();
            let state = &mut *guard;
            // Another extractor may have loaded it meanwhile.
            if !state.is_open() {
                let loaded = reference.read(record, options, &mut state.reports);
                state.load(loaded);
            }
        }
        self.handle_at(None::<&[u8]>, at)
    }
}
