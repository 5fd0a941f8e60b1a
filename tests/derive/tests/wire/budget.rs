//! The budget is never exceeded by what the struct holds, and reached where a
//! largest value exists.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashSet, VecDeque};
use std::net::{IpAddr, Ipv6Addr};
use std::path::PathBuf;
use std::time::Duration;

use iron_session::__private::FieldBudget;
use iron_session::clock::Timestamp;
use iron_session::error::FieldTooLarge;
use iron_session::{CsrfToken, Expiring, IronSession, MaxSize, Sealer, Secret, Session};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::Site;

/// When an expiry has the most digits that the budget counts.
const LATE: Timestamp = Timestamp::from_unix_ms(90_000_000_000_000);

/// The longest lifetime that a session can be given.
const LONG: Duration = Duration::from_secs(9_999_999_999);

/// Returns how long the payload is after a change to an empty session.
fn payload_len<T: IronSession>(change: impl FnOnce(&mut Session<T>)) -> usize {
    let site = Site::at(LATE);
    let cookies = site.request::<T>("", |session| {
        change(session);
        session.cookie().set_ttl(LONG);
    });
    let chunks = cookies.split("; ").filter_map(|pair| pair.split_once('='));
    let seal: String = chunks.map(|(_, value)| value).collect();
    let passwords = iron_session::Passwords::new("mHDzKfIaYBUWpcyn3zvZkVWzJCt6SgVX").unwrap();
    let text: Box<RawValue> = Sealer::new(passwords).with_clock(site.clock).unseal(&seal).unwrap();
    text.get().len()
}

fn reaches_its_bound<T: IronSession>(change: impl FnOnce(&mut Session<T>)) {
    let budget = T::budget();
    assert_eq!(Some(payload_len(change)), budget.max_payload_bytes(), "{}\n{budget}", T::SCHEMA.name());
    assert!(budget.fields().iter().all(|field| field.max_bytes().is_some()));
}

fn text(bytes: usize) -> String {
    "x".repeat(bytes)
}

/// Text whose escapes fill the bytes.
fn escapes(bytes: usize) -> String {
    "\u{1}".repeat(bytes / 6) + &text(bytes % 6)
}

#[derive(IronSession, Clone)]
struct Nothing {
    #[session(transient)]
    #[allow(dead_code)]
    user: Option<String>,
}

#[derive(IronSession, Clone)]
#[session(rename_all = "camelCase", budget = "strict")]
struct Plain {
    user_id: u64,
    is_admin: bool,
    small: Option<i8>,
    initial: Option<char>,
    wide: (u128, i128),
    floats: [f64; 2],
    unit: (),
    address: Option<IpAddr>,
    #[allow(clippy::option_option)]
    nested: Option<Option<u16>>,
    boxed: Box<u16>,
    age: Duration,
}

#[derive(IronSession, Clone)]
#[session(budget = "strict", max_cookies = 2)]
struct Texts {
    #[session(max_bytes = 100)]
    string: String,
    #[session(max_bytes = 100)]
    option: Option<String>,
    #[session(max_bytes = 10, rename = "quo\"te\u{1}é")]
    boxed: Box<str>,
    #[session(max_bytes = 10)]
    path: Option<PathBuf>,
    #[session(max_bytes = 10)]
    cow: Cow<'static, str>,
    #[session(max_bytes = 12)]
    secret: Secret<String>,
    #[session(max_bytes = 1)]
    one: Option<String>,
    #[session(max_bytes = 20, with = "iron_session::with::text")]
    id: u64,
    #[session(max_bytes = 9)]
    alias: Alias,
    token: CsrfToken,
}

type Alias = String;

#[derive(IronSession, Clone)]
#[session(budget = "strict", max_cookies = 2)]
struct Lists {
    #[session(max_items = 20)]
    vec: Vec<u32>,
    #[session(max_items = 2)]
    bools: Option<Vec<bool>>,
    #[session(max_items = 3)]
    deque: VecDeque<Item>,
    #[session(max_items = 1)]
    set: HashSet<i16>,
    #[session(max_items = 2, max_bytes = 14)]
    strings: Vec<String>,
    #[session(max_items = 2, max_bytes = 1000)]
    both: BTreeSet<u8>,
    #[session(max_bytes = 13)]
    map: BTreeMap<String, u8>,
    #[session(max_items = 2)]
    slice: Box<[u8]>,
    #[session(max_bytes = 40)]
    unknown: Vec<Item>,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize, MaxSize)]
#[serde(rename_all = "camelCase")]
struct Item {
    #[session(max_bytes = 12)]
    product_sku: String,
    quantity: u8,
    #[serde(skip_serializing_if = "Option::is_none")]
    gift: Option<Gift>,
}

#[derive(Clone, Debug, Serialize, Deserialize, MaxSize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
enum Gift {
    Plain,
    WithCard {
        #[session(max_bytes = 20)]
        text: String,
    },
}

#[derive(IronSession, Clone)]
#[session(budget = "strict", max_cookies = 2)]
struct Ends {
    #[session(expires_in = "15m")]
    sudo: Expiring<bool>,
    #[session(expires_in = "36500d", max_bytes = 6)]
    code: Expiring<String>,
    #[session(flash(expires_in = "10m"), max_bytes = 12)]
    notice: Option<String>,
    #[session(flash(expires_in = "10m"), max_items = 2)]
    queue: Vec<u8>,
    #[session(flash)]
    once: Option<Gift>,
    #[session(flash, max_bytes = 7)]
    texts: Vec<String>,
}

#[derive(IronSession, Clone)]
#[session(max_cookies = 3)]
struct Generic<T, const N: usize>
where
    T: MaxSize + Serialize + for<'de> Deserialize<'de> + Clone + Send + Sync + 'static,
{
    value: Option<T>,
    #[session(max_items = 2)]
    list: Vec<T>,
    #[session(max_bytes = 20)]
    bounded: Option<T>,
    #[session(flash(expires_in = "1s"))]
    flash: Option<T>,
    #[session(expires_in = "1s")]
    ends: Expiring<T>,
}

#[derive(IronSession, Clone)]
#[session(reserve_unknown = 30)]
struct Reserved {
    id: Option<u8>,
}

#[derive(IronSession, Clone)]
#[session(revocable, version = 30, untagged = 30, readable_by = 7)]
struct Revocable {
    #[session(max_bytes = 5)]
    name: String,
}

/// It fills its cookie.
#[derive(IronSession, Clone)]
#[session(revocable)]
struct FullRevocable {
    #[session(max_bytes = 2719)]
    text: String,
}

#[derive(Clone, Serialize, Deserialize, MaxSize)]
struct Word(#[session(max_bytes = 20)] String);

fn item() -> Item {
    Item { product_sku: text(12), quantity: u8::MAX, gift: Some(Gift::WithCard { text: escapes(20) }) }
}

#[test]
fn fields_of_a_fixed_size_reach_it() {
    reaches_its_bound::<Plain>(|session| {
        session.set_user_id(u64::MAX);
        session.set_small(i8::MIN);
        session.set_initial('\u{1}');
        session.set_wide((u128::MAX, i128::MIN));
        session.set_floats([-f64::MIN_POSITIVE; 2]);
        session.set_address(IpAddr::V6(Ipv6Addr::from(u128::MAX)));
        session.set_nested(Some(u16::MAX));
        session.set_boxed(Box::new(u16::MAX));
        session.set_age(Duration::MAX);
    });
}

#[test]
fn text_reaches_its_bound_whatever_it_is_made_of() {
    for fill in [text, escapes] {
        reaches_its_bound::<Texts>(|session| {
            session.set_string(fill(100));
            session.set_option(fill(100));
            session.set_boxed(fill(10));
            session.set_path(fill(10));
            session.set_cow(Cow::Owned(fill(10)));
            session.set_secret(fill(12));
            session.set_one(fill(1));
            session.set_id(u64::MAX);
            session.set_alias(fill(9));
            session.token_mut().issue().unwrap();
        });
    }
}

#[test]
fn lists_reach_the_smaller_of_their_bounds() {
    reaches_its_bound::<Lists>(|session| {
        session.set_vec(vec![u32::MAX; 20]);
        session.set_bools(vec![false; 2]);
        session.set_deque(VecDeque::from(vec![item(); 3]));
        session.set_set(HashSet::from([-10_000]));
        session.set_strings(vec![text(7), String::new()]);
        session.set_both(BTreeSet::from([254, 255]));
        session.set_map(BTreeMap::from([(text(5), 255)]));
        session.set_slice(Box::new([255; 2]));
        session.set_unknown(vec![Item { product_sku: text(7), quantity: 25, gift: None }]);
    });
}

#[test]
fn what_ends_by_itself_reaches_its_bound_with_its_deadline() {
    reaches_its_bound::<Ends>(|session| {
        session.set_sudo(false);
        session.set_code(text(6));
        session.set_notice(escapes(12));
        session.push_queue(255);
        session.push_queue(255);
        session.set_once(Gift::WithCard { text: text(20) });
        session.push_texts(text(3));
    });
}

#[test]
fn generic_structs_reach_the_bound_of_their_parameters() {
    let word = || Word(text(20));
    reaches_its_bound::<Generic<Word, 3>>(|session| {
        session.set_value(word());
        session.set_list(vec![word(); 2]);
        session.set_bounded(word());
        session.set_flash(word());
        session.set_ends(word());
    });
}

/// In the year 4822, when a time of issue has eleven digits.
#[test]
fn a_revocable_struct_has_room_for_its_id_and_its_time_of_issue() {
    reaches_its_bound::<Revocable>(|session| session.set_name(text(5)));
    reaches_its_bound::<FullRevocable>(|session| session.set_text(text(2719)));
    assert_eq!(FullRevocable::budget().limit_bytes(), FullRevocable::budget().bounded_payload_bytes());
}

#[test]
fn a_bound_of_what_may_be_text_leaves_room_for_its_quotes() {
    let number = Generic::<i64, 3>::FIELDS.get(2).and_then(FieldBudget::max_bytes);
    assert_eq!(number, Some(r#""bounded":"-9223372036854775808","#.len()));
}

#[test]
fn a_part_larger_than_its_own_bound_is_not_saved() {
    let site = Site::at(LATE);
    let large = || Item { product_sku: text(300), ..item() };
    let refusal = site.refusal::<Lists>("", |session| session.deque_mut().push_back(large()));
    assert_eq!(refusal, "`deque` has 392 bytes, but at most 310 are allowed");
    let refusal = site.refusal::<Ends>("", |session| session.set_once(Gift::WithCard { text: text(21) }));
    assert_eq!(refusal, "`once` has 51 bytes, but at most 50 are allowed");
    let refusal = site.refusal::<Generic<Word, 3>>("", |session| session.set_ends(Word(text(21))));
    assert_eq!(refusal, "`ends` has 23 bytes, but at most 22 are allowed");

    let mut session = Lists::empty();
    assert!(session.try_set_deque(VecDeque::from([large()])).is_err());
    assert_eq!(session.try_set_deque(VecDeque::from([item()])), Ok(()));
}

#[test]
fn a_reserve_is_left_free() {
    let len = payload_len::<Reserved>(|session| session.set_id(255));
    assert_eq!(Reserved::budget().max_payload_bytes(), Some(len + 30));
    assert_eq!(Reserved::SCHEMA.reserve_unknown_bytes(), 30);
}

#[test]
fn what_is_never_on_the_wire_is_not_counted() {
    assert!(Nothing::FIELDS.is_empty());
    assert!(Nothing::budget().max_payload_bytes().is_some());
}

#[derive(IronSession, Clone)]
#[session(overhead = 300)]
struct Unbounded {
    id: u8,
    name: String,
    list: Vec<u8>,
    #[session(max_items = 3)]
    names: Vec<String>,
    #[session(with = "iron_session::with::text")]
    text: u64,
    #[session(flash)]
    queue: Vec<u8>,
}

#[test]
fn a_field_without_a_bound_is_told_apart() {
    let unbounded = Unbounded::FIELDS.iter().filter(|field| field.max_bytes().is_none());
    let names: Vec<_> = unbounded.map(FieldBudget::name).collect();
    assert_eq!(names, ["name", "list", "names", "text", "queue"]);
    assert_eq!(Unbounded::budget().max_payload_bytes(), None);
    assert_eq!(Unbounded::SCHEMA.overhead_bytes(), 300);
}

/// A generator of numbers that are the same in every run.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit
    }

    fn text(&mut self) -> String {
        const CHARS: [char; 10] = ['a', '"', '\\', '\n', '\u{0}', '\u{7f}', 'é', '€', '😀', '/'];
        let len = self.below(40);
        (0..len).filter_map(|_| CHARS.get(usize::try_from(self.below(10)).ok()?)).collect()
    }

    fn item(&mut self) -> Result<Item, FieldTooLarge> {
        let mut bounded = Texts::empty();
        bounded.try_set_secret(self.text())?;
        let gift = (self.below(2) == 0).then_some(Gift::Plain);
        let quantity = u8::try_from(self.below(256)).unwrap_or_default();
        Ok(Item { product_sku: bounded.secret().expose_secret().clone(), quantity, gift })
    }
}

#[test]
fn whatever_is_let_in_stays_below_the_bound() {
    let mut numbers = Numbers(1);
    let mut refused = 0;
    for _ in 0..300 {
        let len = payload_len::<Texts>(|session| {
            let results = [
                session.try_set_string(numbers.text()),
                session.try_set_option(numbers.text()),
                session.try_set_boxed(numbers.text()),
                session.try_set_path(numbers.text()),
                session.try_set_cow(Cow::Owned(numbers.text())),
                session.try_set_secret(numbers.text()),
                session.try_set_one(numbers.text()),
                session.try_set_id(numbers.below(u64::MAX)),
                session.try_set_alias(numbers.text()),
            ];
            refused += results.iter().filter(|result| result.is_err()).count();
        });
        assert!(Some(len) <= Texts::budget().max_payload_bytes());

        let len = payload_len::<Lists>(|session| {
            let items = (0..numbers.below(5)).filter_map(|_| numbers.item().ok());
            refused += usize::from(session.try_set_deque(items.collect()).is_err());
            let strings = (0..numbers.below(4)).map(|_| numbers.text()).collect();
            refused += usize::from(session.try_set_strings(strings).is_err());
            let map = BTreeMap::from([(numbers.text(), 7)]);
            refused += usize::from(session.try_set_map(map).is_err());
            session.set_vec(vec![1]);
        });
        assert!(Some(len) <= Lists::budget().max_payload_bytes());
    }
    assert!(refused > 300, "most of it is too large, or this shows nothing: {refused}");
}
