//! Types of every shape, whose `Serialize` and `Deserialize` agree or not.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet, LinkedList, VecDeque};
use std::net::{IpAddr, SocketAddr};
use std::num::NonZeroU8;
use std::ops::{Bound, Range};
use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use iron_session::IronSession;
use iron_session::error::Misread::{self, Different, NotFinite, Null, Undecodable};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// Sets a field of this type in a new session and in one that goes on; the next request must read it
/// as it was set, or saving it must fail for this cause.
macro_rules! shape {
    ($name:literal, $type:ty, $value:expr, $expected:expr) => {{
        #[derive(IronSession, Clone)]
        struct AppSession {
            user_id: u32,
            value: Option<$type>,
        }
        let expected: Option<Misread> = $expected;
        for received in ["", r#"{"user_id":1,"theirs":1}"#] {
            let header = if received.is_empty() { String::new() } else { super::header(received) };
            let value: $type = $value;
            let set = value.clone();
            let saved = super::saved::<AppSession>(&header, |session| {
                session.set_user_id(7_u32);
                session.value = Some(set);
            });
            match (saved, expected) {
                (Ok(cookie), None) => super::read::<AppSession, _>(&cookie, |session| {
                    assert_eq!(*session.user_id(), 7, "{}: {}", $name, super::payload(&cookie));
                    assert!(session.value() == Some(&value), "{}: {}", $name, super::payload(&cookie));
                }),
                (Err((member, cause)), Some(expected)) => {
                    assert_eq!((member.as_str(), cause), ("value", expected), "{}", $name);
                }
                (Ok(cookie), Some(_)) => panic!("{} is written: {}", $name, super::payload(&cookie)),
                (Err((_, cause)), None) => panic!("{} is refused: {cause:?}", $name),
            }
        }
    }};
}

#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Default)]
struct Unit;

#[derive(Serialize, Deserialize, Clone, Debug, PartialEq)]
struct Pair(u8, String);

#[derive(Serialize, Deserialize, Clone, Debug, PartialEq)]
struct Of<T> {
    of: T,
}

#[derive(Serialize, Deserialize, Clone, Debug, PartialEq)]
struct LeftOut {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    items: Vec<u8>,
}

#[derive(Serialize, Deserialize, Clone, Debug, PartialEq)]
struct LeftOutSoundly {
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    items: Vec<u8>,
}

#[derive(Serialize, Deserialize, Clone, Debug, PartialEq)]
struct Flat<T> {
    id: u8,
    #[serde(flatten)]
    rest: T,
}

#[derive(Serialize, Deserialize, Clone, Debug, PartialEq)]
#[serde(tag = "kind")]
enum Tagged {
    Map { counts: HashMap<u32, u8> },
    Names { names: HashMap<String, u8> },
    Wide { number: u128 },
    Newtype(Of<u8>),
}

#[derive(Serialize, Deserialize, Clone, Debug, PartialEq)]
#[serde(tag = "kind", content = "of")]
enum Adjacent {
    Counts(HashMap<u32, u8>),
    Nothing,
}

#[derive(Serialize, Deserialize, Clone, Debug, PartialEq)]
enum External {
    Nothing,
    Maybe(Option<()>),
    Two(u8, f64),
    Named { at: Option<f32> },
}

#[derive(Serialize, Deserialize, Clone, Debug, PartialEq)]
#[serde(untagged)]
enum Number {
    Float(f64),
    Integer(i64),
}

#[derive(Serialize, Deserialize, Clone, Debug, PartialEq)]
#[serde(untagged)]
enum Choice {
    Nothing,
    Text(String),
    List(Vec<Choice>),
}

#[derive(Serialize, Deserialize, Clone, Debug, PartialEq)]
struct Unread {
    #[serde(skip_deserializing)]
    count: u8,
}

#[derive(Serialize, Deserialize, Clone, Debug, PartialEq)]
struct Renamed {
    #[serde(rename(serialize = "written", deserialize = "read"))]
    name: String,
}

#[derive(Serialize, Deserialize, Clone, Debug, PartialEq)]
#[serde(deny_unknown_fields)]
struct Strict {
    #[serde(skip_deserializing)]
    count: u8,
}

#[derive(Serialize, Deserialize, Clone, Debug, PartialEq)]
struct Lowercase(#[serde(deserialize_with = "lowercase")] String);

fn lowercase<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    String::deserialize(deserializer).map(|text| text.to_lowercase())
}

/// Tells `null` from what is left out, as many do.
#[expect(clippy::option_option, reason = "this is how serde's users tell the two apart")]
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq)]
struct Patch {
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "twice")]
    name: Option<Option<String>>,
}

#[expect(clippy::option_option, reason = "the type of the field that it reads")]
fn twice<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Option<String>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}

/// Reads the `null` that a NaN is written as.
#[derive(Serialize, Clone, Debug)]
struct Nullable(f64);

impl PartialEq for Nullable {
    fn eq(&self, other: &Self) -> bool {
        self.0.to_bits() == other.0.to_bits()
    }
}

impl<'de> Deserialize<'de> for Nullable {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Option::deserialize(deserializer).map(|number| Self(number.unwrap_or(f64::NAN)))
    }
}

#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
struct Key {
    id: u8,
}

fn map<K: std::hash::Hash + Eq, V>(key: K, value: V) -> HashMap<K, V> {
    HashMap::from([(key, value)])
}

const BACK: Option<Misread> = None;

#[test]
fn numbers_and_text() {
    shape!("u64", u64, u64::MAX, BACK);
    shape!("i128", i128, i128::MIN, BACK);
    shape!("u128", u128, u128::MAX, BACK);
    shape!("f64", f64, 0.1 + 0.2, BACK);
    shape!("f64, smallest", f64, f64::from_bits(1), BACK);
    shape!("f64, largest", f64, f64::MAX, BACK);
    shape!("f64, negative zero", f64, -0.0, BACK);
    shape!("f32", f32, 0.1, BACK);
    shape!("f32, largest", f32, f32::MAX, BACK);
    shape!("NaN", f64, f64::NAN, Some(NotFinite));
    shape!("infinity", f64, f64::INFINITY, Some(NotFinite));
    shape!("f32, infinite", f32, f32::NEG_INFINITY, Some(NotFinite));
    shape!("a NaN in a list", Vec<f64>, vec![1.0, f64::NAN], Some(NotFinite));
    shape!("a NaN in an option", Of<Option<f64>>, Of { of: Some(f64::NAN) }, Some(NotFinite));
    shape!("a NaN that is read", Of<Nullable>, Of { of: Nullable(f64::NAN) }, BACK);
    shape!(
        "an infinity that is read as NaN",
        Of<Nullable>,
        Of { of: Nullable(f64::INFINITY) },
        Some(NotFinite)
    );
    shape!("char", char, '\u{10ffff}', BACK);
    shape!("text", String, "a\0\u{7f}\"\\\u{2028}😀".to_owned(), BACK);
    shape!("Cow", Cow<'static, str>, Cow::Borrowed("a\nb"), BACK);
    shape!("bool", bool, false, BACK);
    shape!("NonZeroU8", NonZeroU8, NonZeroU8::MIN, BACK);
    shape!("text that is read in lower case", Lowercase, Lowercase("Ada".to_owned()), Some(Different));
    shape!("text in lower case", Lowercase, Lowercase("ada".to_owned()), BACK);
}

#[test]
fn values_of_the_standard_library() {
    shape!("Duration", Duration, Duration::new(u64::MAX, 999_999_999), BACK);
    shape!("SystemTime", SystemTime, SystemTime::UNIX_EPOCH + Duration::new(1, 1), BACK);
    shape!("IpAddr", IpAddr, "2001:db8::1".parse().unwrap(), BACK);
    shape!("SocketAddr", SocketAddr, "[::1]:80".parse().unwrap(), BACK);
    shape!("PathBuf", PathBuf, PathBuf::from("/a b"), BACK);
    shape!("Range", Range<u8>, 1..5, BACK);
    shape!("Bound", Bound<u8>, Bound::Excluded(3), BACK);
    shape!("Result", Result<u8, String>, Err("no".to_owned()), BACK);
    shape!("bytes", Vec<u8>, vec![0, 255], BACK);
    shape!("an array", [i8; 3], [-1, 0, 1], BACK);
    shape!("no array", [i8; 0], [], BACK);
    shape!("Box", Box<[Box<str>]>, Box::from([Box::from("a")]), BACK);
    shape!("VecDeque", VecDeque<u8>, VecDeque::from([3, 1]), BACK);
    shape!("LinkedList", LinkedList<u8>, LinkedList::from([3, 1]), BACK);
    shape!("BTreeSet", BTreeSet<String>, BTreeSet::from(["b".to_owned(), "a".to_owned()]), BACK);
    shape!("HashSet", HashSet<u32>, (0..50).collect(), BACK);
    shape!("a HashSet of sets", Vec<HashSet<u32>>, vec![(0..9).collect(), (5..30).collect()], BACK);
    shape!("HashMap", HashMap<String, HashSet<u8>>, map("a".to_owned(), (0..9).collect()), BACK);
}

#[test]
fn nothing() {
    shape!("()", (), (), Some(Null));
    shape!("Option<()>", Option<()>, Some(()), Some(Null));
    shape!("Option<Option>", Option<u8>, None, Some(Null));
    shape!("a unit struct", Unit, Unit, Some(Null));
    shape!("Value::Null", Value, Value::Null, Some(Null));
    shape!("Some(()) in a struct", Of<Option<()>>, Of { of: Some(()) }, Some(Null));
    shape!("None in a struct", Of<Option<()>>, Of { of: None }, BACK);
    shape!("() in a struct", Of<()>, Of { of: () }, BACK);
    shape!(
        "Some(None) in a list",
        Vec<Option<Option<u8>>>,
        vec![None, Some(Some(1)), Some(None)],
        Some(Null)
    );
    shape!("None in a list", Vec<Option<Option<u8>>>, vec![None, Some(Some(1))], BACK);
    shape!("Some(unit)", Of<Option<Unit>>, Of { of: Some(Unit) }, Some(Null));
    shape!("Some(Value::Null)", Of<Option<Value>>, Of { of: Some(Value::Null) }, Some(Null));
    shape!("Some(()) in a variant", External, External::Maybe(Some(())), Some(Null));
    shape!("None in a variant", External, External::Maybe(None), BACK);
    shape!("a unit variant that is null", Choice, Choice::Nothing, Some(Null));
    shape!("null in a list", Choice, Choice::List(vec![Choice::Nothing, Choice::Text("a".to_owned())]), BACK);
    shape!("null apart from nothing", Patch, Patch { name: Some(None) }, BACK);
    shape!("nothing apart from null", Patch, Patch { name: None }, BACK);
}

#[test]
fn structs() {
    shape!("a tuple", (u8, String), (1, "a".to_owned()), BACK);
    shape!("a tuple struct", Pair, Pair(1, "a".to_owned()), BACK);
    shape!("a field that is left out", LeftOut, LeftOut { items: vec![] }, Some(Undecodable));
    shape!("a field that is there", LeftOut, LeftOut { items: vec![1] }, BACK);
    shape!("a field with a default", LeftOutSoundly, LeftOutSoundly { items: vec![] }, BACK);
    shape!("one in a list", Vec<LeftOut>, vec![LeftOut { items: vec![] }], Some(Undecodable));
    shape!("a field that is not read", Unread, Unread { count: 1 }, Some(Different));
    shape!("a field that is not read, with its default", Unread, Unread { count: 0 }, BACK);
    shape!("a field with two names", Renamed, Renamed { name: "a".to_owned() }, Some(Undecodable));
    shape!("a field that is refused", Strict, Strict { count: 1 }, Some(Undecodable));
    shape!("flattened", Flat<HashMap<String, u8>>, Flat { id: 1, rest: map("a".to_owned(), 1) }, BACK);
    shape!(
        "a flattened name twice",
        Flat<HashMap<String, u8>>,
        Flat { id: 1, rest: map("id".to_owned(), 1) },
        Some(Undecodable)
    );
    shape!(
        "flattened, with numbers as keys",
        Flat<HashMap<u32, u8>>,
        Flat { id: 1, rest: map(1, 1) },
        Some(Undecodable)
    );
    shape!("flattened, wide", Flat<Of<u128>>, Flat { id: 1, rest: Of { of: u128::MAX } }, Some(Undecodable));
    shape!("flattened, an option", Flat<Option<Of<u8>>>, Flat { id: 1, rest: Some(Of { of: 2 }) }, BACK);
    shape!("a value", Value, json!({"a": [1, -1, 1.5, null, "x", {}]}), BACK);
}

#[test]
fn maps() {
    shape!("numbers as keys", BTreeMap<i16, u8>, BTreeMap::from([(-1, 1), (2, 2)]), BACK);
    shape!("wide numbers as keys", BTreeMap<u128, u8>, BTreeMap::from([(u128::MAX, 1)]), BACK);
    shape!("bools as keys", BTreeMap<bool, u8>, BTreeMap::from([(true, 1)]), BACK);
    shape!("chars as keys", BTreeMap<char, u8>, BTreeMap::from([('"', 1)]), BACK);
    shape!("addresses as keys", HashMap<IpAddr, u8>, map("::1".parse().unwrap(), 1), BACK);
    shape!("a HashSet of structs", HashSet<Key>, (0..20).map(|id| Key { id }).collect(), BACK);
    shape!("None as a value", HashMap<String, Option<u8>>, map("a".to_owned(), None), BACK);
}

#[test]
fn enums() {
    shape!("a unit variant", External, External::Nothing, BACK);
    shape!("a tuple variant", External, External::Two(1, 1.5), BACK);
    shape!("a struct variant", External, External::Named { at: Some(0.5) }, BACK);
    shape!("a NaN in a variant", External, External::Two(1, f64::NAN), Some(NotFinite));
    shape!("infinite in a variant", External, External::Named { at: Some(f32::INFINITY) }, Some(NotFinite));
    shape!("tagged, with numbers as keys", Tagged, Tagged::Map { counts: map(1, 1) }, Some(Undecodable));
    shape!("tagged, with text as keys", Tagged, Tagged::Names { names: map("a".to_owned(), 1) }, BACK);
    shape!("tagged, wide", Tagged, Tagged::Wide { number: u128::MAX }, Some(Undecodable));
    shape!("tagged, not that wide", Tagged, Tagged::Wide { number: 7 }, Some(Undecodable));
    shape!("tagged, a newtype", Tagged, Tagged::Newtype(Of { of: 1 }), BACK);
    shape!("adjacently tagged", Adjacent, Adjacent::Counts(map(1, 1)), BACK);
    shape!("adjacently tagged, nothing", Adjacent, Adjacent::Nothing, BACK);
    shape!("untagged, the first", Number, Number::Float(1.0), BACK);
    shape!("untagged, read as another variant", Number, Number::Integer(1), Some(Different));
    shape!("untagged, text", Choice, Choice::Text("a".to_owned()), BACK);
}
