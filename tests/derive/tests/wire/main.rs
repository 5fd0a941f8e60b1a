//! How fields go on the wire: each test sends a payload to a derived session
//! type and looks at the one that comes back.

mod accessors;
mod bounds;
mod budget;
mod ends;
mod forms;
mod sizes;

use std::sync::Arc;

use iron_session::clock::{ManualClock, Timestamp};
use iron_session::session::RequestSession;
use iron_session::{IronSession, Passwords, Session, SessionOptions, Untyped};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Where the requests of a test go.
struct Site {
    options: SessionOptions,
    clock: ManualClock,
}

impl Site {
    fn new() -> Self {
        Self::at(Timestamp::from_unix_ms(1_763_650_000_000))
    }

    fn at(now: Timestamp) -> Self {
        let clock = ManualClock::at(now);
        let passwords = Passwords::new("mHDzKfIaYBUWpcyn3zvZkVWzJCt6SgVX").unwrap();
        let options = SessionOptions::builder("app", passwords).max_cookies(4).clock(clock.clone());
        Self { options: options.build().unwrap(), clock }
    }

    /// Lets `change` work on the session in a request with these cookies, and
    /// returns the cookies of the next request.
    fn request<T: IronSession>(&self, cookies: &str, change: impl FnOnce(&mut Session<T>)) -> String {
        let request = RequestSession::<T>::new(self.options.check().unwrap());
        let mut session = request.handle([cookies]).unwrap();
        change(&mut session);
        session.save().unwrap();
        drop(session);
        let lines = request.commit(200).set_cookies;
        let pairs =
            lines.iter().filter_map(|line| line.split(';').next()).filter(|pair| !pair.ends_with('='));
        pairs.collect::<Vec<_>>().join("; ")
    }

    /// Makes the cookies of a request whose session is this JSON object.
    fn cookies(&self, json: &str) -> String {
        let object = json.parse::<Untyped>().unwrap();
        self.request::<Untyped>("", |session| **session = object)
    }

    /// Reads the session that these cookies carry.
    fn read<T: IronSession>(&self, cookies: &str) -> T {
        let request = RequestSession::<T>::new(self.options.check().unwrap());
        let session = request.handle([cookies]).unwrap();
        T::clone(&session)
    }

    /// Reads the JSON text that these cookies carry.
    fn text(&self, cookies: &str) -> String {
        self.read::<Untyped>(cookies).to_json()
    }

    /// Lets `change` work on the session, and says why it can't be saved.
    fn refusal<T: IronSession>(&self, cookies: &str, change: impl Fn(&mut Session<T>)) -> String {
        let request = RequestSession::<T>::new(self.options.check().unwrap());
        change(&mut request.handle([cookies]).unwrap());
        let commit = request.commit(200);
        assert!(commit.set_cookies.is_empty() && commit.replace_response, "nothing may be written");

        let request = RequestSession::<T>::new(self.options.check().unwrap());
        let mut session = request.handle([cookies]).unwrap();
        change(&mut session);
        let error = session.save().unwrap_err();
        let mut error: &dyn std::error::Error = &error;
        while let Some(source) = error.source() {
            error = source;
        }
        error.to_string()
    }
}

fn request<T: IronSession>(cookies: &str, change: impl FnOnce(&mut Session<T>)) -> String {
    Site::new().request(cookies, change)
}

fn cookies(json: &str) -> String {
    Site::new().cookies(json)
}

/// Reads a session of type `T` from a JSON object.
fn read<T: IronSession>(json: &str) -> T {
    Site::new().read(&cookies(json))
}

/// Writes a session that was empty.
fn write<T: IronSession>(change: impl FnOnce(&mut T)) -> Value {
    let site = Site::new();
    let written = site.request::<T>("", |session| change(session));
    serde_json::from_str(&site.text(&written)).unwrap()
}

macro_rules! json {
    ($($json:tt)*) => { serde_json::json!({ $($json)* }) };
}

#[derive(IronSession, Clone, Debug, PartialEq)]
#[session(rename_all = "camelCase", max_cookies = 2)]
struct Named {
    user_id: Option<u64>,
    #[session(rename = "e-mail", alias = "email", alias = "mail")]
    address: Option<String>,
    r#type: Option<u8>,
}

#[test]
fn names_are_renamed_each_or_all() {
    let written = write::<Named>(|session| {
        session.set_user_id(42);
        session.set_address("ada@example.org");
        session.set_type(1);
    });
    assert_eq!(written, json!("userId": 42, "e-mail": "ada@example.org", "type": 1));
    assert_eq!(Named::SCHEMA.name(), "Named");
    assert_eq!(Named::SCHEMA.max_cookies(), Some(2));
}

#[test]
fn every_name_and_alias_is_read() {
    for name in ["e-mail", "email", "mail"] {
        let session: Named = read(&format!(r#"{{"{name}":"a@b.c"}}"#));
        assert_eq!(session.address(), Some("a@b.c"), "{name}");
        assert_eq!(Named::canonical(name), Some("e-mail"));
    }
    assert_eq!(read::<Named>(r#"{"user_id":1,"address":"a@b.c"}"#), Named::empty());
    assert_eq!(Named::canonical("userId"), Some("userId"));
    assert_eq!(Named::canonical("user_id"), None);
    assert_eq!(Named::canonical("$"), None);
}

#[test]
fn an_alias_that_was_read_is_written_under_the_name_once_it_changes() {
    let next = request::<Named>(&cookies(r#"{"mail":"old","other":true}"#), |s| s.set_address("new"));
    let json: Value = serde_json::from_str(&Site::new().text(&next)).unwrap();
    assert_eq!(json, json!("e-mail": "new", "other": true));
}

#[derive(IronSession, Clone, Debug, PartialEq)]
struct Defaults {
    count: u32,
    #[session(default)]
    list: Vec<u8>,
    #[session(default = "light")]
    theme: String,
    #[session(default = "<Level as Levels>::start")]
    level: Level,
    #[session(transient, default = "answer")]
    answer: Option<u8>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Level(u8);

trait Levels {
    fn start() -> Self;
}

impl Levels for Level {
    fn start() -> Self {
        Self(3)
    }
}

fn light() -> String {
    "light".to_owned()
}

fn answer() -> Option<u8> {
    "42".parse().ok()
}

#[test]
fn the_empty_session_is_made_of_the_defaults() {
    let empty = Defaults::empty();
    assert_eq!((empty.count(), empty.theme(), empty.level()), (&0, "light", &Level(3)));
    assert_eq!(empty.answer(), Some(&42));
}

#[test]
fn a_missing_member_and_null_read_as_the_default() {
    assert_eq!(read::<Defaults>(r#"{"other":1}"#), Defaults::empty());
    assert_eq!(
        read::<Defaults>(r#"{"count":null,"list":null,"theme":null,"level":null}"#),
        Defaults::empty()
    );
    let read: Defaults = read(r#"{"count":7,"theme":"dark"}"#);
    assert_eq!((read.count(), read.theme(), read.level()), (&7, "dark", &Level(3)));
}

#[test]
fn a_plain_field_is_written_even_at_its_default() {
    let written = write::<Defaults>(|session| session.set_count(1));
    assert_eq!(written, json!("count": 1, "list": [], "theme": "light", "level": 3));
}

#[derive(IronSession, Clone, Debug, PartialEq)]
struct LeftOut {
    user: Option<u8>,
    #[session(flash)]
    notice: Option<String>,
    #[session(flash)]
    queue: Vec<u8>,
    #[session(transient)]
    plain: u8,
    #[session(transient)]
    arc: Option<Arc<str>>,
    kept: u8,
}

#[test]
fn what_is_none_empty_or_transient_is_left_out() {
    let written = write::<LeftOut>(|session| {
        session.set_plain(9);
        session.set_arc(Arc::from("x"));
        session.set_kept(1);
    });
    assert_eq!(written, json!("kept": 1));
    let written = write::<LeftOut>(|session| {
        session.set_user(1);
        session.set_notice("hi");
        session.push_queue(1);
        session.push_queue(2);
    });
    assert_eq!(written, json!("user": 1, "notice": "hi", "queue": [1, 2], "kept": 0));
}

#[test]
fn a_transient_field_is_not_read_either() {
    let session: LeftOut = read(r#"{"plain":9,"kept":1}"#);
    assert_eq!((session.plain(), session.kept()), (&0, &1));
    assert_eq!(LeftOut::canonical("plain"), None);
}

#[test]
fn a_flash_survives_until_it_is_taken() {
    let first = request::<LeftOut>("", |session| {
        session.set_user(1);
        session.set_notice("hi");
        session.push_queue(1);
    });
    let second = request::<LeftOut>(&first, |session| {
        assert_eq!(session.peek_notice(), Some("hi"));
        assert_eq!(session.peek_queue(), [1]);
    });
    let third = request::<LeftOut>(&second, |session| {
        assert_eq!(session.take_notice().as_deref(), Some("hi"));
        assert_eq!(session.take_queue(), [1]);
    });
    request::<LeftOut>(&third, |session| {
        assert_eq!((session.user(), session.peek_notice()), (Some(&1), None));
        assert!(session.peek_queue().is_empty());
    });
}

#[derive(IronSession, Clone, Debug, PartialEq)]
struct Nothing {}

#[test]
fn a_struct_without_fields_is_a_session() {
    assert_eq!(read::<Nothing>(r#"{"a":1}"#), Nothing {});
    assert_eq!(Nothing::canonical("a"), None);
    assert_eq!(Nothing::SCHEMA.max_cookies(), Some(1));
}

#[derive(IronSession, Clone, Debug, PartialEq)]
struct Generic<T, const N: usize = 1>
where
    T: Serialize + for<'de> Deserialize<'de> + Clone + Send + Sync + 'static,
{
    #[session(max_bytes = 20)]
    value: Option<T>,
    #[session(flash)]
    queue: Vec<T>,
    list: Vec<[u8; 2]>,
}

#[test]
fn a_generic_struct_is_a_session_with_the_bounds_that_it_states() {
    let mut session: Generic<String, 2> = read(r#"{"value":"a","queue":["b"]}"#);
    assert_eq!((session.take_value().as_deref(), session.take_queue()), (Some("a"), vec!["b".to_owned()]));
    session.push_queue("c".to_owned());
    assert!(session.list().is_empty());
}

#[test]
fn a_member_of_another_type_is_undecodable() {
    let session: LeftOut = read(r#"{"user":1,"kept":"text"}"#);
    assert_eq!(session, LeftOut::empty());
}
