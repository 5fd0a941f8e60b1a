//! The JSON inside a session cookie.

use iron_session::session::RequestSession;
use iron_session::{IronSession, Passwords, Sealer, Session, SessionOptions};
use serde_json::value::RawValue;

/// Returns the password of the samples.
pub fn passwords() -> Passwords {
    Passwords::new("mHDzKfIaYBUWpcyn3zvZkVWzJCt6SgVX").expect("a strong password")
}

/// Opens a cookie that holds this JSON, and returns the session.
pub fn read<T: IronSession>(json: &str) -> T {
    let request = RequestSession::<T>::new(options().check().unwrap());
    T::clone(&request.handle([&*cookie(json)]).expect("the only handle"))
}

/// Returns the JSON that the cookie holds after a request changed the session.
pub fn rewrite<T: IronSession>(json: &str, change: impl FnOnce(&mut Session<T>)) -> String {
    let request = RequestSession::<T>::new(options().check().unwrap());
    let mut session = request.handle([&*cookie(json)]).expect("the only handle");
    change(&mut session);
    drop(session);

    let commit = request.commit(200);
    let line = commit.set_cookies.first().expect("a cookie is written");
    let value = line.split(['=', ';']).nth(1).expect("a value");
    let payload: Box<RawValue> = Sealer::new(passwords()).unseal(value).expect("our own seal");
    payload.get().to_owned()
}

fn options() -> SessionOptions {
    SessionOptions::builder("app_session", passwords()).build().expect("valid options")
}

fn cookie(json: &str) -> String {
    let payload = RawValue::from_string(json.to_owned()).expect("JSON");
    format!("app_session={}", Sealer::new(passwords()).seal(&payload).expect("a seal"))
}
