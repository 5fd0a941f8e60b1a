//! `#[derive(MaxSize)]` says no more and no less than serde writes.

use std::collections::BTreeSet;
use std::marker::PhantomData;

use iron_session::MaxSize;
use serde::Serialize;

/// Checks that of the values, which hold the largest of their type, the longest
/// is as long as the type says.
fn is_exact<T: MaxSize + Serialize>(values: &[T]) {
    let lens = values.iter().map(|value| serde_json::to_string(value).unwrap().len());
    assert_eq!(lens.max(), Some(T::MAX_BYTES), "{}", std::any::type_name::<T>());
}

fn text(bytes: usize) -> String {
    "x".repeat(bytes)
}

#[derive(Serialize, MaxSize)]
struct Unit;

#[derive(Serialize, MaxSize)]
struct Empty {}

#[derive(Serialize, MaxSize)]
struct EmptyTuple();

#[derive(Serialize, MaxSize)]
struct Newtype(u8);

#[derive(Serialize, MaxSize)]
struct Tuple(
    u8,
    #[session(max_bytes = 3)] String,
    #[serde(skip)]
    #[allow(dead_code)]
    u8,
);

#[derive(Serialize, MaxSize)]
#[serde(transparent)]
struct Transparent<T> {
    value: u16,
    marker: PhantomData<T>,
}

#[derive(Serialize, MaxSize)]
#[serde(rename_all = "camelCase", tag = "type", rename = "n\"")]
struct Named {
    user_id: u64,
    #[serde(rename = "e-mail\n")]
    #[session(max_bytes = 20)]
    mail: Option<String>,
    #[serde(rename(serialize = "über", deserialize = "ueber"), default)]
    r#above: Option<u8>,
    #[serde(skip_serializing_if = "Option::is_none", alias = "m")]
    maybe: Option<bool>,
    #[serde(skip)]
    #[allow(dead_code)]
    skipped: String,
    #[serde(skip_serializing)]
    #[allow(dead_code)]
    unwritten: Vec<u8>,
    #[serde(with = "iron_session::with::text")]
    #[session(max_bytes = 3)]
    with: u8,
    #[session(max_items = 2)]
    items: Vec<Newtype>,
    #[session(max_items = 3, max_bytes = 9)]
    both: BTreeSet<u8>,
    #[session(max_items = 1, max_bytes = 99)]
    few: Option<Vec<u8>>,
    #[session(max_bytes = 7)]
    bytes: Vec<u8>,
    #[session(max_bytes = 1)]
    short: Option<String>,
    r#type_: Unit,
}

fn named() -> Named {
    Named {
        user_id: u64::MAX,
        mail: Some(text(20)),
        above: None,
        maybe: Some(false),
        skipped: text(99),
        unwritten: vec![1; 99],
        with: u8::MAX,
        items: vec![Newtype(u8::MAX), Newtype(u8::MAX)],
        both: BTreeSet::from([100, 10]),
        few: Some(vec![255]),
        bytes: vec![255, 9],
        short: None,
        type_: Unit,
    }
}

#[test]
fn structs_are_as_large_as_they_say() {
    is_exact(&[Unit]);
    is_exact(&[Empty {}]);
    is_exact(&[EmptyTuple()]);
    is_exact(&[Newtype(u8::MAX)]);
    is_exact(&[Tuple(u8::MAX, text(3), 0)]);
    is_exact(&[Transparent::<String> { value: u16::MAX, marker: PhantomData }]);
    // `{100,10}` and `[255,9]` stop short of their bounds, 9 and 7, by no byte.
    let mut named = named();
    named.both = BTreeSet::from([100, 101]);
    assert_eq!(serde_json::to_string(&named.both).unwrap().len(), 9);
    is_exact(&[named]);
}

macro_rules! event {
    ($name:ident, $($attr:meta),*) => {
        #[derive(Serialize, MaxSize)]
        #[serde(rename_all = "snake_case", rename_all_fields = "camelCase")]
        $(#[serde($attr)])*
        #[allow(dead_code)]
        enum $name {
            LoggedOut,
            Renamed(Newtyped),
            #[serde(rename = "in", rename_all = "UPPERCASE")]
            LoggedIn { user_id: u16, with_role: Option<u8> },
            FailedIn { user_id: u32 },
            #[serde(skip)]
            Never { text: String, many: [u64; 20] },
        }

        impl $name {
            fn each() -> Vec<Self> {
                vec![
                    Self::LoggedOut,
                    Self::Renamed(Newtyped { wide: u32::MAX }),
                    Self::LoggedIn { user_id: u16::MAX, with_role: None },
                    Self::FailedIn { user_id: u32::MAX },
                ]
            }

            /// Checks each variant in an enum of its own kind.
            fn check() {
                is_exact(&Self::each());
            }
        }
    };
}

#[derive(Serialize, MaxSize)]
struct Newtyped {
    wide: u32,
}

event!(External,);
event!(Internal, tag = "t");
event!(Adjacent, tag = "t", content = "content");
event!(Untagged, untagged);

#[derive(Serialize, MaxSize)]
enum Tuples {
    One(#[serde(skip)] String),
    Two(u8, bool),
    Three(),
    #[serde(untagged)]
    Four(u8, #[session(max_bytes = 30)] String),
}

#[derive(Serialize, MaxSize)]
#[serde(untagged)]
enum Loose {
    Null,
    Value(#[session(max_items = 2)] Vec<u8>),
    Pair(u8, u8),
    Object { a: u8 },
}

#[derive(Serialize, MaxSize)]
#[serde(tag = "t")]
enum Outer {
    Boxed(Box<External>),
    Nested(Internal),
    Unit(Unit),
    Empty(Empty),
    Loose(ObjectOrNull),
}

#[derive(Serialize, MaxSize)]
#[serde(untagged)]
enum ObjectOrNull {
    Null,
    Object { a: u8 },
}

#[derive(Serialize, MaxSize)]
#[serde(tag = "t")]
enum OfUnits {
    Only(Units),
}

#[derive(Serialize, MaxSize)]
enum Units {
    A,
    Longer,
}

#[derive(Serialize, MaxSize)]
#[serde(tag = "t")]
enum OfUnit {
    Only(Unit),
    Empty(Empty),
}

#[derive(Serialize, MaxSize)]
#[serde(tag = "t", content = "c")]
enum AdjacentTuples {
    Two(u8, bool),
    None(),
}

#[test]
fn enums_are_as_large_as_they_say_in_every_form() {
    External::check();
    Internal::check();
    Adjacent::check();
    Untagged::check();
    is_exact(&[
        Tuples::One(text(9)),
        Tuples::Two(u8::MAX, false),
        Tuples::Three(),
        Tuples::Four(u8::MAX, text(30)),
    ]);
    is_exact(&[Loose::Null, Loose::Value(vec![255; 2]), Loose::Pair(255, 255), Loose::Object { a: 255 }]);
    is_exact(&[AdjacentTuples::Two(255, false), AdjacentTuples::None()]);
    is_exact(&[Units::A, Units::Longer]);
}

#[test]
fn members_beside_a_tag_are_counted_as_they_stand_there() {
    let mut all: Vec<Outer> =
        External::each().into_iter().map(|event| Outer::Boxed(Box::new(event))).collect();
    all.extend(Internal::each().into_iter().map(Outer::Nested));
    all.extend([Outer::Unit(Unit), Outer::Empty(Empty {})]);
    all.extend([Outer::Loose(ObjectOrNull::Null), Outer::Loose(ObjectOrNull::Object { a: 255 })]);
    is_exact(&all);
    is_exact(&[OfUnits::Only(Units::A), OfUnits::Only(Units::Longer)]);
    is_exact(&[OfUnit::Only(Unit), OfUnit::Empty(Empty {})]);
}

#[derive(Serialize, MaxSize)]
struct Generic<'a, T, U, const N: usize = 2>
where
    T: Clone,
{
    first: [T; 2],
    none: [PhantomData<T>; 0],
    #[session(max_bytes = 8)]
    second: U,
    #[session(max_items = 2)]
    list: Vec<T>,
    third: std::borrow::Cow<'a, T>,
}

#[derive(Serialize, Clone, MaxSize)]
#[serde(into = "(u8, u8)")]
struct Pair {
    both: u8,
}

impl From<Pair> for (u8, u8) {
    fn from(pair: Pair) -> Self {
        (pair.both, pair.both)
    }
}

#[test]
fn generic_types_know_the_size_of_what_they_hold() {
    let list = vec![u16::MAX; 2];
    is_exact(&[Generic::<'_, u16, String> {
        first: [u16::MAX; 2],
        none: [],
        second: text(8),
        list,
        third: std::borrow::Cow::Owned(u16::MAX),
    }]);
    is_exact(&[Pair { both: u8::MAX }]);
}
