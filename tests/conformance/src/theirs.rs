//! Follows iron-session's session through the steps of a request.
//!
//! The two sessions differ after a rejected save: ours returns to its earlier content, and
//! theirs stays too large.

use crate::file::{MaxAge, Op, Options, Step};
use crate::json::{self, Object};
use crate::passwords;
use crate::reading::{METHODS, Read};

pub(crate) struct Theirs {
    /// Whether it can be followed: it started like ours, and no received member hides a
    /// method.
    is_followed: bool,
    /// Its content; `None` if it is unknown.
    session: Option<Object>,
    /// The content that was sealed last.
    sealed: Option<Object>,
}

impl Theirs {
    pub(crate) fn of(read: &Read) -> Self {
        let began_alike =
            read.theirs.as_ref().is_some_and(|theirs| json::same_objects(theirs, &read.session));
        let is_followed = began_alike && !METHODS.iter().any(|name| read.session.contains_key(*name));
        Self { is_followed, session: read.theirs.clone().filter(|_| is_followed), sealed: None }
    }

    /// Replaces the members, or merges new ones into them.
    pub(crate) fn assign(&mut self, step: &Step, given: Option<&Object>) {
        let session = self.session.take().filter(|_| step.op == Op::Merge);
        self.session = match (step.op, session, given) {
            // It throws if a name is a method of its session.
            _ if step.throws.is_some() || !self.is_followed => None,
            (Op::Set, _, given) => given.cloned(),
            (_, Some(session), Some(given)) => Some(json::merge(session, given)),
            _ => None,
        };
    }

    pub(crate) fn destroy(&mut self) {
        self.session = Some(Object::new()).filter(|_| self.is_followed);
    }

    pub(crate) fn save(&mut self, step: &Step) {
        if step.throws.is_none() {
            self.sealed.clone_from(&self.session);
        }
    }

    /// Returns how a save ended, if that is comparable with ours: for an equal session,
    /// under options that both accept.
    pub(crate) fn judges(&self, ours: &Object, step: &Step, case: &Options) -> Option<bool> {
        let is_same = self.session.as_ref().is_some_and(|session| json::same_objects(session, ours));
        let is_judge = is_same && can_save(case);
        is_judge.then_some(step.throws.is_none())
    }

    /// Tells whether it last sealed the same content as ours.
    pub(crate) fn has_sealed(&self, ours: &Object) -> bool {
        self.sealed.as_ref().is_some_and(|sealed| json::same_objects(sealed, ours))
    }
}

/// Tells whether iron-session can save at all: it needs a password that it finds, and npm's
/// `cookie` rejects a fractional `Max-Age` and a `_` in a domain.
fn can_save(case: &Options) -> bool {
    let max_age = match case.cookie.max_age {
        MaxAge::Undefined => 0.0,
        MaxAge::Secs(secs) => secs,
        MaxAge::FollowsTtl => case.ttl.unwrap_or_default(),
    };
    let takes_domain = !case.cookie.domain.as_ref().is_some_and(|domain| domain.contains('_'));
    takes_domain && max_age.fract() == 0.0 && passwords::iron_session_can_seal(&case.passwords)
}
