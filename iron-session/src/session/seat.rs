//! At most so many sessions of one user: sign-ins that take a seat.

use std::future::Future;

use super::draft::Draft;
use super::encode;
use super::handle::Session;
use super::request::RequestSession;
use super::sign_in::SignIn;
use super::state::{Content, State};
use crate::codec::IronSession;
use crate::error::SignInError;
use crate::options::{OnMaxSessions, SessionOptions};
use crate::server_state::{Newcomer, Seat, ServerState};

impl<T: SignIn> Session<T> {
    /// Signs a user in, as [`sign_in`](Self::sign_in) does, unless the user has as many sessions as
    /// [`max_sessions`](crate::SessionOptionsBuilder::max_sessions) allows and a new one is refused. Then
    /// this session stays as it is.
    ///
    /// If it returns `Ok`, the new session has its seat for a minute, within which the response must be
    /// sent. Without a limit, or if the oldest session is to be ended, it does not ask the store.
    ///
    /// It is not a method, so that a field of a struct may have its name.
    ///
    /// # Errors
    ///
    /// - [`SignInError::TooManySessions`] if the user has too many sessions.
    /// - [`SignInError::Store`] if the store did not respond. Nobody is signed in.
    ///
    /// # Security
    ///
    /// Check the password first. The error tells that the user has sessions.
    ///
    /// # Example
    ///
    /// ```
    /// # #[cfg(feature = "derive")] {
    /// use iron_session::error::SignInError;
    /// use iron_session::{IronSession, Session};
    ///
    /// #[derive(IronSession, Clone)]
    /// #[session(storage = "server")]
    /// struct AppSession {
    ///     #[session(subject)]
    ///     user_id: Option<u64>,
    /// }
    ///
    /// async fn login(session: &mut Session<AppSession>, user_id: u64) -> &'static str {
    ///     match Session::try_sign_in(session, user_id).await {
    ///         Ok(()) => "Welcome back.",
    ///         Err(SignInError::TooManySessions { .. }) => "Please sign out on another device first.",
    ///         Err(_) => "Please try again in a minute.",
    ///     }
    /// }
    /// # }
    /// ```
    #[track_caller]
    #[doc(alias("concurrency", "maxSessionsPreventsLogin"))]
    pub fn try_sign_in(
        session: &mut Self,
        subject: T::Subject,
    ) -> impl Future<Output = Result<(), SignInError>> + Send + use<'_, T> {
        let before = session.own_draft();
        session.sign_in(subject);
        let attempt = Attempt { session, before, is_confirmed: false };
        async move {
            let session = &*attempt.session;
            let options = session.options().clone();
            let refuses = options.max_sessions().is_some_and(|max| max.on_max == OnMaxSessions::RefuseNew);
            if let (Some(server_state), true) = (options.server_state(), refuses) {
                let content = session.content();
                let request = RequestSession { shared: std::sync::Arc::clone(&session.shared) };
                request.take_seat(server_state, &content).await?;
            }
            attempt.confirm();
            Ok(())
        }
    }
}

/// A sign-in that is not confirmed yet. It is taken back if the store refuses it, and if nobody waits for
/// the store any more.
struct Attempt<'s, T: IronSession> {
    session: &'s mut Session<T>,
    /// The changes before the sign-in.
    before: Option<Draft<T>>,
    is_confirmed: bool,
}

impl<T: IronSession> Attempt<'_, T> {
    fn confirm(mut self) {
        self.is_confirmed = true;
    }
}

impl<T: IronSession> Drop for Attempt<'_, T> {
    fn drop(&mut self) {
        if !self.is_confirmed {
            self.session.put_back(self.before.take());
        }
    }
}

impl<T: IronSession> RequestSession<T> {
    /// Takes a seat for the session of this content, if that is signed in by this request, and the number
    /// of its user's sessions is limited.
    pub(super) async fn take_seat(
        &self,
        server_state: &ServerState,
        content: &Content<T>,
    ) -> Result<Option<Seat>, SignInError> {
        let options = &self.shared.options;
        let (Some(max), Some(subject)) = (options.max_sessions(), content.value.subject_text()) else {
            return Ok(None);
        };
        let newcomer = {
            let state = self.shared.state();
            state.newcomer(options, content, &subject, max.on_max)?
        };
        match newcomer {
            Some(newcomer) => server_state.take_seat(&newcomer, max).await.map(Some),
            None => Ok(None),
        }
    }
}

impl<T: IronSession> State<T> {
    /// Returns the session of a content, if it is signed in by this request.
    fn newcomer<'a>(
        &self,
        options: &'a SessionOptions,
        content: &Content<T>,
        subject: &'a str,
        on_max: OnMaxSessions,
    ) -> Result<Option<Newcomer<'a>>, SignInError> {
        let metadata = encode::metadata(options, self, content)?;
        // It has one, because every session has that may be in a record.
        let Some(id) = metadata.id else { return Ok(None) };
        let received = self.received_subject();
        let continues = self.received_id() == Some(id) && received.as_deref() == Some(subject);
        let replaces = self.stored_as().map(|(key, _)| key).filter(|key| *key != id);
        // A session that a former release has kept in its cookie gets a record, and is counted from now on.
        // It can't be refused, because it is signed in.
        let is_counted = self.stored_as().is_some() || on_max == OnMaxSessions::RefuseNew;
        if continues && is_counted {
            return Ok(None);
        }
        let issued_at = metadata.issued_at;
        Ok(Some(Newcomer { id, issued_at, cookie: options.cookie_name(), subject, replaces }))
    }
}
