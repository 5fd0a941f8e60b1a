//! A chain of structs with a type parameter.

use iron_session::schema::Budget;
use iron_session::{IronSession, MaxSize};
use iron_session_tests::fixtures::{clock, options};
use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::{change, read};

/// Who may be a user.
trait Account: MaxSize + JsonSchema + Serialize + DeserializeOwned + Clone + Send + Sync + 'static {}

impl<T: MaxSize + JsonSchema + Serialize + DeserializeOwned + Clone + Send + Sync + 'static> Account for T {}

#[derive(IronSession, Clone)]
#[session(json_schema)]
struct First<T: Account> {
    user: Option<T>,
    visits: String,
}

/// `visits` is a number.
#[derive(IronSession, Clone, Debug, PartialEq)]
#[session(json_schema, version = 2, untagged = 1, previous = First<T>)]
struct Second<T>
where
    T: Account,
{
    user: Option<T>,
    visits: u32,
}

impl<T: Account> TryFrom<First<T>> for Second<T> {
    type Error = std::num::ParseIntError;

    fn try_from(old: First<T>) -> Result<Self, Self::Error> {
        Ok(Self { user: old.user, visits: old.visits.parse()? })
    }
}

/// The parameter is that of a list.
#[derive(IronSession, Clone, Debug, PartialEq)]
#[session(json_schema, version = 3, untagged = 1, previous = Second<T>, rename_all = "camelCase")]
struct Third<T: Account> {
    all_users: Vec<T>,
    regular: bool,
}

impl<T: Account> From<Second<T>> for Third<T> {
    fn from(old: Second<T>) -> Self {
        Self { all_users: old.user.into_iter().collect(), regular: old.visits > 10 }
    }
}

#[derive(MaxSize, JsonSchema, Serialize, Deserialize, Clone, Debug, PartialEq)]
struct User {
    id: u32,
}

const _: () = Budget::from_type::<Second<User>>().assert_fits();

#[test]
fn each_type_takes_the_steps() {
    let of_numbers = Second { user: Some(7_u8), visits: 12 };
    assert_eq!(read::<Second<u8>>(r#"{"user":7,"visits":"12"}"#), of_numbers);
    assert_eq!(read::<Second<u8>>(r#"{"$":{"v":2},"user":7,"visits":12}"#), of_numbers);
    let of_users = Second { user: Some(User { id: 7 }), visits: 12 };
    assert_eq!(read::<Second<User>>(r#"{"user":{"id":7},"visits":"12"}"#), of_users);

    let both = Third { all_users: vec![User { id: 7 }], regular: true };
    assert_eq!(read::<Third<User>>(r#"{"user":{"id":7},"visits":"12"}"#), both);
    assert_eq!(read::<Third<User>>(r#"{"$":{"v":2},"user":{"id":7},"visits":12}"#), both);
}

#[test]
fn a_change_writes_the_newest_version() {
    let first = r#"{"theirs":1.50,"user":{"id":7},"visits":"12"}"#;
    let written = change::<Second<User>>(first, |session| session.set_visits(13));
    assert_eq!(written, r#"{"$":{"v":2},"theirs":1.50,"user":{"id":7},"visits":13}"#);
    let written = change::<Third<User>>(&written, |session| session.set_regular(false));
    assert_eq!(written, r#"{"$":{"v":3},"theirs":1.50,"allUsers":[{"id":7}],"regular":false}"#);
}

/// Its chain is checked there, since it depends on the parameter.
#[test]
fn a_layer_takes_it() {
    let clock = clock();
    options(&clock).build().unwrap().check::<Third<User>>().unwrap();
}
