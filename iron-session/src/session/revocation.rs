//! Revokes sessions, in the requests that end them.

use std::future::Future;
use std::time::Duration;

use super::handle::Session;
use super::revocable::Revocable;
use super::sign_in::SignIn;
use super::state::{Content, State};
use crate::codec::{Inherits, IronSession, Lifetime, Metadata};
use crate::error::{ExtractError, Place, RevokeError};
use crate::event;
use crate::options::SessionOptions;
use crate::server_state::{Confirmation, ServerState};

/// How long a response waits until the store has confirmed that its session is revoked.
const PATIENCE: Duration = Duration::from_millis(250);

/// How long `revoke` and `revoke_subject` wait for the store.
const CONFIRMATION: Duration = Duration::from_secs(5);

impl<T: Revocable> Session<T> {
    /// Ends this session on every server: its cookies are expired, and every copy of them is refused
    /// from now on. The call starts it; the future tells whether the store has confirmed it.
    ///
    /// [`destroy`](Self::destroy) does the same, but does not tell the handler if the store is away.
    ///
    /// # Errors
    ///
    /// - [`RevokeError::Unconfirmed`] if the store has not confirmed it within 5 s. Every copy is
    ///   refused on this server, and on the others as soon as the store responds.
    /// - [`RevokeError::NoServerState`] if the options have no server state. The session is
    ///   destroyed, but copies of its cookie can be used until their seal expires.
    #[track_caller]
    pub fn revoke(&mut self) -> impl Future<Output = Result<(), RevokeError>> + Send + use<T> {
        let has_state = self.options().server_state().is_some();
        self.destroy_at(Place::caller());
        let confirmation = self.state().revocation.take();
        async move {
            match confirmation {
                Some(confirmation) => confirmation.within(CONFIRMATION).await,
                None if has_state => Ok(()),
                None => Err(RevokeError::NoServerState),
            }
        }
    }
}

impl<T: Revocable + SignIn> Session<T> {
    /// Ends every session of the user who is signed in, on every server and in every browser, and
    /// [restarts](Self::restart) this one. The call starts it; the future tells whether the store has
    /// confirmed it. If nobody is signed in, it only restarts the session.
    ///
    /// To keep the user signed in here, for example after a change of the password, call
    /// [`sign_in`](Self::sign_in) afterwards.
    ///
    /// # Errors
    ///
    /// - [`RevokeError::Unconfirmed`] if the store has not confirmed it within 5 s. The sessions are
    ///   refused on this server, and on the others as soon as the store responds.
    /// - [`RevokeError::NoServerState`] if the options have no server state. Then nothing is revoked,
    ///   and the session stays as it is.
    ///
    /// # Example
    ///
    /// ```
    /// # #[cfg(feature = "derive")] {
    /// use iron_session::error::RevokeError;
    /// use iron_session::{IronSession, Session};
    ///
    /// #[derive(IronSession, Clone)]
    /// #[session(revocable)]
    /// struct AppSession {
    ///     #[session(subject)]
    ///     user_id: Option<u64>,
    /// }
    ///
    /// /// After a change of the password, only this browser stays signed in.
    /// async fn password_changed(session: &mut Session<AppSession>, user_id: u64) -> Result<(), RevokeError> {
    ///     session.revoke_subject().await?;
    ///     session.sign_in(user_id);
    ///     Ok(())
    /// }
    /// # }
    /// ```
    #[track_caller]
    pub fn revoke_subject(&mut self) -> impl Future<Output = Result<(), RevokeError>> + Send + use<T> {
        let revocation =
            self.options().server_state().cloned().ok_or(RevokeError::NoServerState).map(|state| {
                let subject = self.subject_text();
                let revocation =
                    subject.map(|subject| state.end_subject(self.options().cookie_name(), &subject));
                self.restart();
                revocation
            });
        async move {
            match revocation? {
                Some(confirmation) => confirmation.within(CONFIRMATION).await,
                None => Ok(()),
            }
        }
    }
}

/// Returns whether a session was revoked.
pub(super) fn is_revoked<T: IronSession>(options: &SessionOptions, metadata: Metadata, session: &T) -> bool {
    T::SCHEMA.is_revocable()
        && options.server_state().is_some_and(|server_state| {
            let subject = || session.subject_text();
            server_state.is_revoked(options.cookie_name(), metadata.id, metadata.issued_at, subject)
        })
}

/// Issues a new session late enough that no revocation from before ends it: revocations reach a minute
/// into the future, because the clocks of servers differ.
pub(super) fn issued_late_enough<T: IronSession>(
    options: &SessionOptions,
    metadata: Metadata,
    session: &T,
) -> Metadata {
    let (Some(server_state), Some(issued_at), true) =
        (options.server_state(), metadata.issued_at, T::SCHEMA.is_revocable())
    else {
        return metadata;
    };
    let earliest = server_state.earliest_issue(options.cookie_name(), || session.subject_text());
    Metadata { issued_at: Some(issued_at.max(earliest)), ..metadata }
}

impl<T: IronSession> State<T> {
    /// Refuses a request with a session that this server can't judge.
    pub(super) fn check_revocations(&self, options: &SessionOptions) -> Result<(), ExtractError> {
        let is_judged = T::SCHEMA.is_revocable() && self.received.is_any();
        let is_stale = is_judged && options.server_state().is_some_and(ServerState::refuses_all);
        if is_stale { Err(ExtractError::Stale) } else { Ok(()) }
    }

    /// Begins to revoke the session that the request has brought, which has ended.
    pub(super) fn revoke_received(&mut self, options: &SessionOptions) {
        let (Some(server_state), true) = (options.server_state(), T::SCHEMA.is_revocable()) else { return };
        self.content(options);
        let Some(metadata) =
            self.loaded.as_ref().and_then(|loaded| Some(loaded.payload.as_ref()?.metadata()))
        else {
            return;
        };
        if let (Some(id), None) = (metadata.id, &self.revocation) {
            let ttl = Lifetime::seal_ttl(metadata.lifetime, options.ttl());
            self.revocation = Some(server_state.end_session(id, ttl));
        }
    }

    /// Returns whether a response that writes this content ends the session that the request has
    /// brought.
    ///
    /// A visitor's session that a sign-in replaces does not end: who has a copy of it is not signed in.
    /// And of two sign-ins at the same time, the second one would find the cart of the visitor revoked.
    pub(super) fn ends_received(&self, content: &Content<T>, is_expired: bool) -> bool {
        if content.restarted.is_some() {
            return is_expired || !(T::SCHEMA.has_subject() && self.is_of_visitor());
        }
        is_expired && content.inherits != Inherits::All
    }

    /// Returns whether nobody is signed in to the session that the request has brought.
    fn is_of_visitor(&self) -> bool {
        self.loaded.as_ref().is_none_or(|loaded| loaded.value.subject_text().is_none())
    }
}

/// Waits for the revocation of a commit, and logs it if that takes too long.
pub(super) async fn confirm(revocation: Confirmation, cookie: &str) {
    if revocation.within(PATIENCE).await.is_err() {
        event::revocation_unconfirmed(cookie);
    }
}
