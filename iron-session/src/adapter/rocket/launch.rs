//! Checks before Rocket launches: is there a fairing for each session, and do the fairings agree?

use std::marker::PhantomData;
use std::sync::{Mutex, PoisonError};

use rocket::{Build, Ignite, Rocket, Sentinel};

use super::FAIRING;
use crate::codec::IronSession;
use crate::error::{Conflict, ExtractError};
use crate::event;
use crate::guard::{CsrfVerified, HasCsrfToken, Require, Rule, SignedIn};
use crate::options::CheckedOptions;
use crate::session::handle::Session;
use crate::session::{RequestSessions, SignIn};

/// Rocket's managed state: a fairing for this session type is attached.
struct Attached<T>(PhantomData<fn() -> T>);

/// Rocket's managed state: the sessions that a request will have, as far as they are known.
#[derive(Default)]
struct Known(Mutex<RequestSessions>);

/// Notes that a fairing is attached. Returns whether it is the first one for its type.
pub(super) fn attach<T: IronSession>(rocket: Rocket<Build>) -> (Rocket<Build>, bool) {
    if rocket.state::<Attached<T>>().is_some() {
        return (rocket, false);
    }
    (rocket.manage(Attached::<T>(PhantomData)), true)
}

/// Compares options that do not depend on the request with those of the fairings before.
pub(super) fn compare<T: IronSession>(
    rocket: Rocket<Build>,
    options: CheckedOptions<T>,
) -> (Rocket<Build>, Result<(), Conflict>) {
    let rocket = if rocket.state::<Known>().is_some() { rocket } else { rocket.manage(Known::default()) };
    let result = match rocket.state::<Known>() {
        Some(Known(sessions)) => {
            let mut sessions = sessions.lock().unwrap_or_else(PoisonError::into_inner);
            sessions.begin(options, None, |_| None).map(drop)
        }
        None => Ok(()),
    };
    (rocket, result)
}

/// Stops the launch if a route takes this session and no fairing starts it, which is logged.
impl<T: IronSession> Sentinel for Session<T> {
    fn abort(rocket: &Rocket<Ignite>) -> bool {
        let is_missing = rocket.state::<Attached<T>>().is_none();
        if is_missing {
            event::no_session(&ExtractError::NoLayer { session: T::SCHEMA.name(), layer: FAIRING });
        }
        is_missing
    }
}

/// Stops the launch if no fairing starts the session.
impl<T: SignIn> Sentinel for SignedIn<T> {
    fn abort(rocket: &Rocket<Ignite>) -> bool {
        Session::<T>::abort(rocket)
    }
}

/// Stops the launch if no fairing starts the session.
impl<T: SignIn, R: Rule<T>> Sentinel for Require<T, R> {
    fn abort(rocket: &Rocket<Ignite>) -> bool {
        Session::<T>::abort(rocket)
    }
}

/// Stops the launch if no fairing starts the session.
impl<T: HasCsrfToken, E> Sentinel for CsrfVerified<T, E> {
    fn abort(rocket: &Rocket<Ignite>) -> bool {
        Session::<T>::abort(rocket)
    }
}
