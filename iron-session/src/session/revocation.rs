//! Revokes sessions, in the requests that end them.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;

use super::handle::Session;
use super::open::Loaded;
use super::request::RequestSession;
use super::revocable::Revocable;
use super::sign_in::SignIn;
use super::state::{Content, State};
use crate::codec::{Inherits, IronSession, Lifetime, Metadata, Payload, SessionId};
use crate::error::{Place, RevokeError, StoreError};
use crate::event;
use crate::options::{CheckedOptions, SessionOptions};
use crate::seal::Ttl;
use crate::server_state::{Confirmation, Revoked, ServerState, StoredSession};

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
    /// - [`RevokeError::NoId`] if the request's cookie has no id yet, because JavaScript or an earlier release
    ///   wrote it, or if only a newer release can read it. The session is destroyed, but copies of its cookie
    ///   can be used until their seal expires. [`revoke_subject`](Self::revoke_subject) ends them.
    /// - [`RevokeError::NoServerState`] if the options have no server state. The session is
    ///   destroyed, but copies of its cookie can be used until their seal expires.
    #[track_caller]
    pub fn revoke(&mut self) -> impl Future<Output = Result<(), RevokeError>> + Send + use<T> {
        let has_state = self.options().server_state().is_some();
        self.destroy_at(Place::caller());
        let mut state = self.shared.state();
        let confirmation = state.revocation.take();
        let lacks_id = state.received_lacks_id(&self.shared.options);
        drop(state);
        async move {
            match confirmation {
                Some(confirmation) => confirmation.within(CONFIRMATION).await,
                None if !has_state => Err(RevokeError::NoServerState),
                None if lacks_id => Err(RevokeError::NoId),
                None => Ok(()),
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

impl<T: Revocable + SignIn> CheckedOptions<T> {
    /// Revokes every session of a user in the cookie of these options, on every server, outside of a request:
    /// for an administrator who bans a user.
    ///
    /// # Errors
    ///
    /// - [`RevokeError::Unconfirmed`] if the store has not confirmed it within 5 s.
    /// - [`RevokeError::Subject`] if the subject can't be written as JSON.
    /// - [`RevokeError::NoServerState`] if the options have no server state.
    pub async fn revoke_subject(&self, subject: &T::Subject) -> Result<(), RevokeError>
    where
        T::Subject: Serialize,
    {
        let options = self.options();
        let server_state = options.server_state().ok_or(RevokeError::NoServerState)?;
        server_state.revoke_subject(options.cookie_name(), subject).await
    }
}

impl<T: SignIn> CheckedOptions<T> {
    /// Lists the sessions of a user that are kept in the store, with their content, the one that was
    /// written last first: for a page that shows where the user is signed in. Those that
    /// [`ServerState::sessions_of`] leaves out are left out.
    ///
    /// The content is a copy; changing it changes nothing. It is `None` if this release can't read it.
    /// Expired values are left out of it.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the store did not respond, or if the options have no server state.
    ///
    /// # Security
    ///
    /// Show a user only the user's own sessions.
    ///
    /// # Example
    ///
    /// ```
    /// # #[cfg(feature = "derive")] {
    /// use iron_session::IronSession;
    /// use iron_session::error::StoreError;
    /// use iron_session::options::CheckedOptions;
    ///
    /// #[derive(IronSession, Clone)]
    /// #[session(storage = "server")]
    /// struct AppSession {
    ///     #[session(subject)]
    ///     user_id: Option<u64>,
    ///     browser: String,
    /// }
    ///
    /// async fn devices(options: &CheckedOptions<AppSession>, user_id: u64) -> Result<(), StoreError> {
    ///     for (stored, session) in options.sessions_of(&user_id).await? {
    ///         let browser = session.map_or("unknown".to_owned(), |session| session.browser().to_owned());
    ///         println!("{browser}, last used at {}", stored.written_at.to_rfc3339());
    ///     }
    ///     Ok(())
    /// }
    /// # }
    /// ```
    pub async fn sessions_of(
        &self,
        subject: &T::Subject,
    ) -> Result<Vec<(StoredSession, Option<T>)>, StoreError> {
        let options = self.options();
        let server_state = options.server_state().ok_or_else(|| {
            StoreError::new(
                "the session's options have no server state; set `SessionOptionsBuilder::server_state`",
            )
        })?;
        let mut of_subject = T::empty();
        of_subject.set_subject(subject.clone());
        let Some(subject) = of_subject.subject_text() else { return Ok(Vec::new()) };
        let stored = server_state.stored(options.cookie_name(), &subject).await?;
        let now = options.sealer().now();
        let read = |payload| Payload::open::<T>(payload, now).ok().map(|read| read.value);
        Ok(stored.into_iter().map(|(session, payload)| (session, read(payload))).collect())
    }
}

/// Returns how a session was revoked, if it was.
pub(super) fn is_revoked<T: IronSession>(
    options: &SessionOptions,
    metadata: Metadata,
    session: &T,
) -> Option<Revoked> {
    let server_state = options.server_state().filter(|_| options.is_revocable::<T>())?;
    let subject = || session.subject_text();
    server_state.is_revoked(options.cookie_name(), metadata.id, metadata.issued_at, subject)
}

/// Issues a new session late enough that no revocation from before ends it: revocations reach a minute
/// into the future, because the clocks of servers differ.
pub(super) fn issued_late_enough<T: IronSession>(
    options: &SessionOptions,
    metadata: Metadata,
    session: &T,
) -> Metadata {
    let (Some(server_state), Some(issued_at), true) =
        (options.server_state(), metadata.issued_at, options.is_revocable::<T>())
    else {
        return metadata;
    };
    let earliest = server_state.earliest_issue(options.cookie_name(), || session.subject_text());
    Metadata { issued_at: Some(issued_at.max(earliest)), ..metadata }
}

impl<T: IronSession> RequestSession<T> {
    /// Returns whether this server can't judge sessions at the moment.
    pub(super) fn is_stale(&self) -> bool {
        self.options().is_revocable::<T>()
            && self.options().server_state().is_some_and(ServerState::refuses_all)
    }
}

impl<T: IronSession> State<T> {
    /// Begins to revoke the session that the request has brought, which has ended, if somebody is signed in
    /// to it.
    ///
    /// A visitor's session does not end on other servers: who has a copy of it is not signed in. And of two
    /// sign-ins at the same time, the second one would find the cart of the visitor revoked.
    pub(super) fn revoke_received(&mut self, options: &SessionOptions) {
        let Some(server_state) = options.server_state().filter(|_| options.is_revocable::<T>()) else {
            return;
        };
        self.content(options);
        if self.revocation.is_some() || T::SCHEMA.has_subject() && self.received_subject().is_none() {
            return;
        }
        let Some(Loaded { payload: Some(payload), seal: Some(seal), .. }) = &self.loaded else { return };
        let metadata = payload.metadata();
        if let Some(id) = metadata.id {
            // Other copies of the session may follow the options.
            let ttl = match (Lifetime::seal_ttl(metadata.lifetime, options.ttl()), options.ttl()) {
                (Ttl::After(own), Ttl::After(ttl)) => Ttl::After(own.max(ttl)),
                _ => Ttl::Unlimited,
            };
            // Nothing says who else reads a session without a struct.
            let may_return = T::SCHEMA.is_read_by_javascript() || T::SCHEMA.is_untyped();
            self.revocation = Some(server_state.end_session(id, ttl, seal.expires, may_return));
        }
    }

    /// Returns whether the request has brought a session that can't be revoked by its id: it has none, or
    /// this server can't read it.
    fn received_lacks_id(&mut self, options: &SessionOptions) -> bool {
        self.content(options);
        self.loaded.as_ref().is_some_and(|loaded| match &loaded.payload {
            Some(payload) => payload.metadata().id.is_none(),
            None => loaded.unreadable.is_some_and(|unreadable| unreadable.kept),
        })
    }

    /// Starts a new session in place of the one that the request has brought, if another user, or nobody, is
    /// signed in now. A handler may sign a user out by clearing the subject.
    pub(super) fn restart_for_other_subject(
        &self,
        content: Content<T>,
        options: &SessionOptions,
    ) -> Content<T> {
        let is_judged =
            T::SCHEMA.is_revocable() && T::SCHEMA.has_subject() && options.server_state().is_some();
        if !is_judged || content.restarted.is_some() {
            return content;
        }
        let received = self.received_subject();
        if received.is_none() || received == content.value.subject_text() {
            return content;
        }
        Content { restarted: Some(Arc::default()), ..content }
    }

    /// Returns whether the session that the request has brought was revoked after it was opened.
    pub(super) fn was_revoked_meanwhile(&self, content: &Content<T>, options: &SessionOptions) -> bool {
        content.restarted.is_none()
            && self.loaded.as_ref().is_some_and(|loaded| {
                let metadata = loaded.payload.as_ref().map(Payload::metadata);
                metadata.is_some_and(|metadata| is_revoked(options, metadata, &*loaded.value).is_some())
            })
    }

    /// Returns the JSON text of the subject of the session that the request has brought.
    pub(super) fn received_subject(&self) -> Option<String> {
        self.loaded.as_ref()?.value.subject_text()
    }

    /// Returns the id of the session that the request has brought.
    pub(super) fn received_id(&self) -> Option<SessionId> {
        self.loaded.as_ref()?.payload.as_ref()?.metadata().id
    }

    /// Returns whether the request has brought a session that could be read.
    pub(super) fn has_payload(&self) -> bool {
        self.loaded.as_ref().is_some_and(|loaded| loaded.payload.is_some())
    }
}

/// Returns whether a response that writes this content, or expires the cookie, ends the session that the
/// request has brought.
pub(super) fn ends_received<T>(content: &Content<T>, is_expired: bool) -> bool {
    content.restarted.is_some() || is_expired && content.inherits != Inherits::All
}

/// Waits for the revocation of a commit, and logs it if that takes too long.
pub(super) async fn confirm(revocation: Confirmation, options: &SessionOptions) {
    if revocation.within(PATIENCE).await.is_err() {
        event::revocation_unconfirmed(options.repeated(), options.sealer().now(), options.cookie_name());
    }
}
