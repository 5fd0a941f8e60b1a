//! The methods of a session that take back its content, replace it or end it.

use std::sync::Arc;

use super::handle::Session;
use super::issue::Issue;
use super::report::Report;
use super::sign_in::SignIn;
use crate::codec::IronSession;
use crate::error::{Action, Conflict, Place};

impl<T: IronSession> Session<T> {
    /// Empties the session, which can then be used again. It keeps its own lifetime.
    ///
    /// Members that only other programs know are removed as well. If the request's cookie
    /// could not be read, the session replaces it anyway: the cookie is overwritten, or
    /// expired if there is nothing to write.
    #[track_caller]
    #[doc(alias("remove_all", "reset"))]
    pub fn clear(&mut self) {
        self.draft(Place::caller()).clear();
    }

    /// Starts a new, empty session in place of this one. It keeps nothing of the old session,
    /// not even its own lifetime, except the fields marked `#[session(keep)]` and a
    /// [`ReturnTo`](crate::ReturnTo).
    ///
    /// Kept fields keep their values and what other programs stored in them. If the request's
    /// cookie could not be read, the new session replaces it anyway.
    ///
    /// # Security
    ///
    /// Call it whenever the rights of the visitor change, before you store the new ones. Values
    /// that an attacker planted in the earlier session (session fixation) do not get into the
    /// new one, except in the kept fields.
    #[track_caller]
    #[doc(alias("cycle_id", "fixation", "regenerate"))]
    pub fn restart(&mut self) {
        self.restart_at(Place::caller());
    }

    /// Forgets what this request has changed: the session is again what the request brought, or
    /// what [`save`](Session::save) accepted last.
    ///
    /// This includes changes that other handles have published, for example in a middleware,
    /// and the values of `transient` fields. Other handles that have read the session must
    /// [`reload`](Session::reload) it before they write. After [`destroy`](Session::destroy),
    /// which is final, it does nothing.
    ///
    /// # Example
    ///
    /// ```
    /// # #[cfg(feature = "derive")] {
    /// # use iron_session::{IronSession, Session};
    /// # #[derive(IronSession, Clone)] struct AppSession { cart: Vec<u64> }
    /// # fn stock(_: u64) -> Result<(), ()> { Ok(()) }
    /// fn order(session: &mut Session<AppSession>, products: Vec<u64>) -> Result<(), ()> {
    ///     for product in products {
    ///         session.cart.push(product);
    ///         if stock(product).is_err() {
    ///             session.discard();
    ///             return Err(());
    ///         }
    ///     }
    ///     Ok(())
    /// }
    /// # }
    /// ```
    #[track_caller]
    #[doc(alias("restore", "revert", "rollback", "undo"))]
    pub fn discard(&mut self) {
        let at = Place::caller();
        self.abandon();
        let Ok(mut state) = self.shared.lock(Action::Discarded, at) else { return };
        if state.committed {
            state.reports.push(Report::TooLate(at));
        } else if let Some(writer) = state.blocking_writer(self.id) {
            let conflict = Conflict::Unpublished { action: Action::Discarded, at, writer: writer.at };
            state.record(conflict);
        } else {
            state.discard(at);
        }
        drop(state);
        self.reload();
    }

    /// Signs a user in: [restarts](Session::restart) the session and sets the field that is
    /// marked `#[session(subject)]`. It takes the field's own type: a `String`, not a `&str`.
    ///
    /// Only fields marked `#[session(keep)]` and a [`ReturnTo`](crate::ReturnTo) keep their
    /// values.
    ///
    /// # Security
    ///
    /// Check the password or the token first. Set the user's rights afterwards, so that they
    /// can't come from the earlier session. To sign the user out, call
    /// [`destroy`](Session::destroy).
    ///
    /// # Example
    ///
    /// ```
    /// # #[cfg(feature = "derive")] {
    /// # use iron_session::{IronSession, Session};
    /// #[derive(IronSession, Clone)]
    /// struct AppSession {
    ///     #[session(subject)]
    ///     user_id: Option<u64>,
    ///     is_admin: bool,
    ///     #[session(keep)]
    ///     cart: Vec<u64>,
    /// }
    ///
    /// fn login(session: &mut Session<AppSession>, user_id: u64) {
    ///     session.sign_in(user_id);
    ///     // The cart is still there, and nothing else.
    ///     assert!(!session.is_admin);
    /// }
    /// # }
    /// ```
    #[track_caller]
    #[doc(alias("authenticate", "fixation", "log_in", "login", "set_user"))]
    pub fn sign_in(&mut self, subject: T::Subject)
    where
        T: SignIn,
    {
        let at = Place::caller();
        self.restart_at(at);
        self.draft(at).value.set_subject(subject);
    }

    /// Ends the session: the response expires all of its cookies, whatever its status.
    ///
    /// This is final for the request. A later [`save`](Session::save) does nothing. A later
    /// change is a programming error: the response becomes a 500, and the login does not come
    /// back.
    ///
    /// If the session layer gets no response for the request (the inner service failed with
    /// an error that is not a response, or the request was dropped), the cookies stay, and
    /// this is logged.
    ///
    /// # Security
    ///
    /// A stateless session can't be revoked. A copy of the cookie stays valid until it
    /// expires. A response that was sealed before the logout but arrives after it restores
    /// the session.
    #[track_caller]
    #[doc(alias("delete", "invalidate", "log_out", "logout", "purge", "sign_out"))]
    pub fn destroy(&mut self) {
        self.destroy_at(Place::caller());
    }

    pub(super) fn destroy_at(&mut self, at: Place) {
        self.abandon();
        let mut state =
            self.shared.lock(Action::Destroyed, at).unwrap_or_else(|_recorded| self.shared.state());
        if let Some(writer) = state.blocking_writer(self.id) {
            let conflict = Conflict::Unpublished { action: Action::Destroyed, at, writer: writer.at };
            state.record(conflict);
        }
        if state.committed {
            state.reports.push(Report::TooLate(at));
        }
        #[cfg(feature = "server-state")]
        state.revoke_received(&self.shared.options);
        state.destroy();
        drop(state);
        self.reload();
    }

    /// Restarts the draft. `meta()` tells the new session's id at once, so that a handler can log
    /// it next to the sign-in.
    fn restart_at(&mut self, at: Place) {
        let issue = Arc::<Issue>::default();
        self.draft(at).restart(Arc::clone(&issue));
        let mut state = self.state();
        if let Some(writer) = state.writer.as_mut().filter(|writer| writer.handle == self.id) {
            writer.restarted = Some(issue);
        }
    }
}
