//! Checks every payload that a server writes in a test against the JSON Schema of its session's
//! type, with an independent validator. Also damages each of its members in turn, which the
//! validator must notice.
//!
//! [`Browser`](crate::Browser) does this with the cookies that it receives. [`RequestSession`]
//! and [`Visitor`] do it too; otherwise they behave like the library's types.

use std::any::TypeId;
use std::cell::RefCell;
use std::collections::HashMap;
use std::ops::Deref;
use std::rc::Rc;

use iron_session::json_schema::HasJsonSchema;
use iron_session::session::{self, Commit};
use iron_session::{__vectors, Session, SessionOptions, testing};
use jsonschema::Validator;
use serde_json::{Value, json};

use crate::message::SetCookie;

thread_local! {
    static RULES: RefCell<HashMap<TypeId, Rc<Rules>>> = RefCell::default();
}

/// The facts about a session type.
struct Rules {
    validator: Validator,
    /// The members that can't hold just any value, except the metadata.
    typed: Vec<String>,
}

/// Returns the schema of a session type, after checking it against the rules of draft 2020-12.
pub fn schema<T: HasJsonSchema>() -> Value {
    let schema = <T as HasJsonSchema>::json_schema().to_value();
    jsonschema::draft202012::meta::validate(&schema).expect("a schema");
    schema
}

impl Rules {
    fn of<T: HasJsonSchema>() -> Rc<Self> {
        let made = || Rc::new(Self::new(&schema::<T>()));
        RULES.with_borrow_mut(|all| Rc::clone(all.entry(TypeId::of::<T>()).or_insert_with(made)))
    }

    fn new(schema: &Value) -> Self {
        let validator = jsonschema::draft202012::new(schema).expect("a schema");
        let says = |member: &Value| {
            ["type", "$ref", "enum", "anyOf", "oneOf"].iter().any(|word| member.get(word).is_some())
        };
        let members = schema["properties"].as_object().expect("members");
        let typed = members.iter().filter(|(name, member)| *name != "$" && says(member));
        Self { validator, typed: typed.map(|(name, _)| name.clone()).collect() }
    }

    /// Lists the invalid members of a payload.
    fn errors(&self, payload: &Value, received: &Value) -> Vec<String> {
        let errors = self.validator.iter_errors(payload).filter(|error| {
            let path = error.instance_path().as_str();
            received.pointer(path) != payload.pointer(path)
        });
        errors.map(|error| error.to_string()).collect()
    }

    /// Lists the members that could have another type without the validator noticing.
    fn unnoticed(&self, payload: &Value) -> Vec<&str> {
        let accepted = |name: &&String| {
            let mut damaged = payload.clone();
            let Some(member) = damaged.get_mut(name) else { return false };
            *member = if member.is_object() { json!(0.5) } else { json!({}) };
            self.validator.is_valid(&damaged)
        };
        self.typed.iter().filter(accepted).map(String::as_str).collect()
    }
}

/// Panics if the session in these `Set-Cookie` lines is not valid by its type's schema. Only
/// members that another program had written into the request's cookies may be invalid, because
/// they are kept.
#[track_caller]
pub fn check<T: HasJsonSchema>(options: &SessionOptions, cookie_header: &str, lines: &[impl AsRef<str>]) {
    let set = lines.iter().map(|line| SetCookie::parse(line.as_ref())).filter(|line| !line.expires());
    let set: Vec<_> = set.map(|line| format!("{}={}", line.name, line.value)).collect();
    check_kept::<T>(options, cookie_header, &set.join("; "));
}

/// Does the same as [`check`], given the `Cookie` headers before and after.
#[track_caller]
fn check_kept<T: HasJsonSchema>(options: &SessionOptions, before: &str, after: &str) {
    let Some(seal) = sealed(options.cookie_name(), after) else { return };
    let payload: Value = __vectors::unseal(options, &seal).expect("a new seal opens");
    // It refers to a record, and holds nothing of the session.
    if payload["$"]["rev"].is_u64() {
        return;
    }
    let received = sealed(options.cookie_name(), before);
    let received: Value =
        received.and_then(|seal| __vectors::unseal(options, &seal).ok()).unwrap_or_default();
    let rules = Rules::of::<T>();
    let errors = rules.errors(&payload, &received);
    assert!(errors.is_empty(), "not a valid `{}`: {errors:?} in {payload}", T::SCHEMA.name());
    let unnoticed = rules.unnoticed(&payload);
    assert!(unnoticed.is_empty(), "valid whatever {unnoticed:?} are: {payload}");
}

/// Finds a session's seal, in one cookie or in consecutive chunks.
fn sealed(name: &str, cookies: &str) -> Option<String> {
    let of_session = |pair: &'_ str| {
        let (found, value) = pair.trim().split_once('=')?;
        let index = found.strip_prefix(name)?;
        ["", ".0", ".1", ".2", ".3"].contains(&index).then(|| value.to_owned())
    };
    let parts: Vec<_> = cookies.split(';').filter_map(of_session).collect();
    (!parts.is_empty()).then(|| parts.concat())
}

/// A request's session with a checked commit.
#[derive(Debug)]
pub struct RequestSession<T: HasJsonSchema>(session::RequestSession<T>);

impl<T: HasJsonSchema> RequestSession<T> {
    /// Starts a request's session.
    #[expect(clippy::needless_pass_by_value, reason = "as the middlewares take them")]
    pub fn new(options: SessionOptions) -> Self {
        Self(session::RequestSession::new(options.check().expect("a fitting budget")))
    }

    /// Commits, and panics if the written payload is not valid by the type's schema.
    #[track_caller]
    pub fn commit(&self, status: u16) -> Commit {
        let commit = self.0.commit(status);
        check::<T>(self.options(), "", &commit.set_cookies);
        commit
    }
}

impl<T: HasJsonSchema> Deref for RequestSession<T> {
    type Target = session::RequestSession<T>;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl<T: HasJsonSchema> Clone for RequestSession<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

/// A visitor whose cookies are checked after a server has written them.
#[derive(Clone, Debug, Default)]
pub struct Visitor(testing::Visitor);

impl Visitor {
    /// Creates a visitor without a cookie.
    pub fn new() -> Self {
        Self::default()
    }

    /// Creates a visitor who sends this `Cookie` header.
    pub fn with_cookies(header: &str) -> Self {
        Self(testing::Visitor::with_cookies(header))
    }

    /// Sends a request, and panics if the written payload is not valid by the type's
    /// schema.
    #[track_caller]
    pub fn visit<T: HasJsonSchema, R>(
        &mut self,
        options: &SessionOptions,
        handler: impl FnOnce(&mut Session<T>) -> R,
    ) -> R {
        let sent = self.cookie_header();
        let result = self.0.visit::<T, R>(options, handler);
        let kept = self.cookie_header();
        if kept != sent {
            check_kept::<T>(options, &sent, &kept);
        }
        result
    }
}

impl Deref for Visitor {
    type Target = testing::Visitor;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

/// Returns the `Cookie` header of a browser that has this session, after checking it.
#[track_caller]
pub fn cookie_header<T: HasJsonSchema>(options: &SessionOptions, session: &T) -> String {
    let mut visitor = Visitor::new();
    visitor.visit::<T, _>(options, |new| **new = session.clone());
    visitor.cookie_header()
}
