//! At most so many sessions of one subject.

/// Selects what happens at a sign-in if the user has as many sessions as
/// [`max_sessions`](crate::SessionOptionsBuilder::max_sessions) allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum OnMaxSessions {
    /// Ends the session that was signed in first.
    EndOldest,
    /// Refuses the new session. Sign users in with
    /// [`Session::try_sign_in`](crate::Session::try_sign_in), which tells the handler.
    RefuseNew,
}

/// The setting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct MaxSessions {
    pub(crate) limit: usize,
    pub(crate) on_max: OnMaxSessions,
}
