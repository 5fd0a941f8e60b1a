//! A value comes back as it was set: the next request reads each kind of field as it was set, or
//! saving is an error. There is nothing in between.

mod defaults;
mod fields;
mod lists;
mod shapes;

use std::error::Error;

use iron_session::error::{EncodeError, Misread, SaveError, SealError};
use iron_session::session::{Commit, RequestSession};
use iron_session::{IronSession, Passwords, Session, SessionOptions, Untyped};

fn options() -> SessionOptions {
    let passwords = Passwords::new("kX2vQ9mZ4tR7wL1pB6nH3sJ8dF5gY0cA").unwrap();
    SessionOptions::builder("sid", passwords).build().unwrap()
}

/// Makes the `Cookie` header of a browser that has this payload.
fn header(payload: &str) -> String {
    let request = RequestSession::<Untyped>::new(options().check().unwrap());
    *request.handle([""]).unwrap() = payload.parse::<Untyped>().unwrap();
    cookie(&request.commit(200)).expect("a cookie")
}

/// Returns what a response leaves in the browser.
fn cookie(commit: &Commit) -> Option<String> {
    Some(commit.set_cookies.first()?.split(';').next()?.to_owned())
}

/// Returns the payload in a cookie.
fn payload(header: &str) -> String {
    RequestSession::<Untyped>::new(options().check().unwrap()).handle([header]).unwrap().to_json()
}

/// Changes a session without calling `save`, and returns the response.
fn changed<T: IronSession>(header: &str, change: impl FnOnce(&mut Session<T>)) -> Commit {
    let request = RequestSession::<T>::new(options().check().unwrap());
    change(&mut request.handle([header]).unwrap());
    request.commit(200)
}

/// Changes a session, saves it, and returns the next request's cookie.
fn saved<T: IronSession>(header: &str, change: impl FnOnce(&mut T)) -> Result<String, (String, Misread)> {
    let request = RequestSession::<T>::new(options().check().unwrap());
    let mut session = request.handle([header]).unwrap();
    change(&mut session);
    let saved = session.save();
    drop(session);
    let commit = request.commit(200);
    match saved {
        Ok(()) => Ok(cookie(&commit).expect("a saved session is written")),
        Err(SaveError::Seal(SealError::Payload(EncodeError::Misread {
            member: Some(member),
            cause,
            ..
        }))) => {
            assert!(commit.set_cookies.is_empty() && !commit.replace_response, "the old cookie stays");
            Err((member, cause))
        }
        Err(error) => panic!("{error}: {:?}", error.source()),
    }
}

/// Reads a session.
fn read<T: IronSession, R>(header: &str, look: impl FnOnce(&T) -> R) -> R {
    look(&RequestSession::<T>::new(options().check().unwrap()).handle([header]).unwrap())
}
