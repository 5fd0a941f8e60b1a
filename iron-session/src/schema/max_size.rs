//! Types that have a largest JSON encoding, and the size of that encoding.

use std::borrow::Cow;
use std::marker::PhantomData;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4, SocketAddrV6};
use std::num;
use std::time::{Duration, SystemTime};

/// Gives the size of a type's largest JSON encoding. Derive it for your own types.
///
/// Sizes are in bytes, as `serde_json` writes them. They are added up with [`plus`] and
/// [`times`], which saturate.
///
/// # Example
///
/// ```
/// # #[cfg(feature = "derive")] {
/// use iron_session::MaxSize;
///
/// #[derive(MaxSize)]
/// struct CartItem {
///     #[session(max_bytes = 12)]
///     sku: String,
///     quantity: u8,
/// }
///
/// // {"sku":"············","quantity":255}
/// assert_eq!(CartItem::MAX_BYTES, 37);
/// # }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no largest JSON encoding",
    label = "derive `MaxSize` for this type, or add `#[session(max_bytes = …)]` to the field",
    note = "for types of `chrono`, `jiff`, `rust_decimal`, `time` or `uuid`, enable the iron-session feature with the \
            crate's name, as in `cargo add iron-session --features uuid`"
)]
pub trait MaxSize {
    /// The length of the longest JSON text of a value, in bytes. A field with a longer value
    /// is not saved.
    const MAX_BYTES: usize;

    /// The bytes that a value adds to an object that includes its members, as an enum with
    /// `#[serde(tag = "…")]` does: with commas, without braces. The derive computes it. For
    /// other types it is unknown whether they are objects at all. A unit variant `"V"`
    /// becomes the member `,"V":null`.
    #[doc(hidden)]
    const MAX_INLINE_BYTES: usize = plus(Self::MAX_BYTES, ",:null".len());
}

/// Adds sizes.
#[must_use]
pub const fn plus(a: usize, b: usize) -> usize {
    a.saturating_add(b)
}

/// Multiplies a size.
#[must_use]
pub const fn times(count: usize, size: usize) -> usize {
    count.saturating_mul(size)
}

/// Returns the larger size.
#[must_use]
pub const fn larger(a: usize, b: usize) -> usize {
    if a > b { a } else { b }
}

/// Returns the size of a text whose escaped bytes are bounded.
#[must_use]
pub const fn text(max_bytes: usize) -> usize {
    plus("\"\"".len(), max_bytes)
}

/// Returns the size of an array of this many values.
#[must_use]
pub const fn array(items: usize, item: usize) -> usize {
    plus("[]".len(), plus(times(items, item), items.saturating_sub(1)))
}

/// Adds up sizes that are given as numbers and as types.
#[must_use]
pub const fn sum(known: usize, sizes: &[usize]) -> usize {
    let mut sum = known;
    let mut rest = sizes;
    while let [size, tail @ ..] = rest {
        sum = plus(sum, *size);
        rest = tail;
    }
    sum
}

/// Returns the largest size; `None` for an empty list.
#[must_use]
pub const fn largest(sizes: &[usize]) -> usize {
    let mut largest = 0;
    let mut rest = sizes;
    while let [size, tail @ ..] = rest {
        largest = larger(largest, *size);
        rest = tail;
    }
    largest
}

/// Returns the size of an array of this many values, if a value has a largest size.
#[must_use]
pub const fn array_of(items: usize, item: Option<usize>) -> Option<usize> {
    match item {
        Some(item) => Some(array(items, item)),
        None => None,
    }
}

/// Returns the smaller of two bounds, of which one may be missing.
#[must_use]
pub const fn smaller(a: usize, b: Option<usize>) -> usize {
    match b {
        Some(b) if b < a => b,
        _ => a,
    }
}

const NULL: usize = "null".len();

macro_rules! max_size {
    ($($ty:ty = $bytes:expr;)*) => {
        $(impl MaxSize for $ty {
            const MAX_BYTES: usize = $bytes;
        })*
    };
}

max_size! {
    () = NULL;
    bool = "false".len();
    u8 = "255".len();
    i8 = "-128".len();
    u16 = "65535".len();
    i16 = "-32768".len();
    u32 = "4294967295".len();
    i32 = "-2147483648".len();
    u64 = "18446744073709551615".len();
    i64 = "-9223372036854775808".len();
    u128 = "340282366920938463463374607431768211455".len();
    i128 = "-170141183460469231731687303715884105728".len();
    // As large as 64-bit numbers on every machine, because servers must agree on the budget.
    usize = u64::MAX_BYTES;
    isize = i64::MAX_BYTES;
    // The longest of all `f32`s, found by writing each of them.
    f32 = "-0.0000010000001".len();
    // The shortest text that reads back as the same number has at most 17 digits.
    f64 = "-2.2250738585072014e-308".len();
    // A control character.
    char = "\"\\u0000\"".len();
    num::NonZeroU8 = u8::MAX_BYTES;
    num::NonZeroI8 = i8::MAX_BYTES;
    num::NonZeroU16 = u16::MAX_BYTES;
    num::NonZeroI16 = i16::MAX_BYTES;
    num::NonZeroU32 = u32::MAX_BYTES;
    num::NonZeroI32 = i32::MAX_BYTES;
    num::NonZeroU64 = u64::MAX_BYTES;
    num::NonZeroI64 = i64::MAX_BYTES;
    num::NonZeroU128 = u128::MAX_BYTES;
    num::NonZeroI128 = i128::MAX_BYTES;
    num::NonZeroUsize = usize::MAX_BYTES;
    num::NonZeroIsize = isize::MAX_BYTES;
    Duration = r#"{"secs":18446744073709551615,"nanos":999999999}"#.len();
    SystemTime = r#"{"secs_since_epoch":18446744073709551615,"nanos_since_epoch":999999999}"#.len();
    Ipv4Addr = text("255.255.255.255".len());
    Ipv6Addr = text("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff".len());
    IpAddr = Ipv6Addr::MAX_BYTES;
    SocketAddrV4 = text("255.255.255.255:65535".len());
    SocketAddrV6 = text("[ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff%4294967295]:65535".len());
    SocketAddr = SocketAddrV6::MAX_BYTES;
}

impl<T> MaxSize for PhantomData<T> {
    const MAX_BYTES: usize = NULL;
}

impl<T: MaxSize> MaxSize for Option<T> {
    const MAX_BYTES: usize = larger(NULL, T::MAX_BYTES);
}

impl<T: MaxSize + ?Sized> MaxSize for Box<T> {
    const MAX_BYTES: usize = T::MAX_BYTES;
    const MAX_INLINE_BYTES: usize = T::MAX_INLINE_BYTES;
}

impl<T: MaxSize + ToOwned + ?Sized> MaxSize for Cow<'_, T> {
    const MAX_BYTES: usize = T::MAX_BYTES;
}

impl<T: MaxSize> MaxSize for std::cmp::Reverse<T> {
    const MAX_BYTES: usize = T::MAX_BYTES;
}

impl<T: MaxSize> MaxSize for num::Wrapping<T> {
    const MAX_BYTES: usize = T::MAX_BYTES;
}

impl<T: MaxSize> MaxSize for num::Saturating<T> {
    const MAX_BYTES: usize = T::MAX_BYTES;
}

impl<T: MaxSize, const N: usize> MaxSize for [T; N] {
    const MAX_BYTES: usize = array(N, T::MAX_BYTES);
}

macro_rules! max_size_of_tuples {
    ($($($name:ident)+;)*) => {
        $(impl<$($name: MaxSize),+> MaxSize for ($($name,)+) {
            const MAX_BYTES: usize = {
                let sizes = [$($name::MAX_BYTES),+];
                let mut sum = "]".len();
                let mut index = 0;
                while index < sizes.len() {
                    // Each is preceded by the bracket or a comma.
                    #[allow(clippy::indexing_slicing, reason = "bounded by the condition")]
                    {
                        sum = plus(sum, plus(",".len(), sizes[index]));
                    }
                    index += 1;
                }
                sum
            };
        })*
    };
}

max_size_of_tuples! {
    A;
    A B;
    A B C;
    A B C D;
    A B C D E;
    A B C D E F;
    A B C D E F G;
    A B C D E F G H;
}

/// Marks types whose values are sequences or sets, so that `max_items` bounds them.
#[diagnostic::on_unimplemented(
    message = "`max_items` requires a sequence or a set, and `{Self}` is neither",
    label = "use `#[session(max_bytes = …)]`, or implement `Items` if this type wraps a sequence or a set"
)]
pub trait Items {
    /// The type of the items.
    type Item;
}

impl<T> Items for Vec<T> {
    type Item = T;
}
impl<T> Items for std::collections::VecDeque<T> {
    type Item = T;
}
impl<T> Items for std::collections::LinkedList<T> {
    type Item = T;
}
impl<T> Items for std::collections::BTreeSet<T> {
    type Item = T;
}
impl<T> Items for std::collections::BinaryHeap<T> {
    type Item = T;
}
impl<T, S> Items for std::collections::HashSet<T, S> {
    type Item = T;
}
impl<T> Items for Box<[T]> {
    type Item = T;
}
impl<T: Items> Items for Option<T> {
    type Item = T::Item;
}

/// Finds the largest size of any concrete type: the inherent constant shadows the trait's if
/// the type has one.
#[derive(Debug)]
pub struct Probe<T: ?Sized>(PhantomData<T>);

impl<T: MaxSize + ?Sized> Probe<T> {
    /// The largest size.
    pub const MAX_BYTES: Option<usize> = Some(T::MAX_BYTES);
    /// The largest size among the members of an object.
    pub const MAX_INLINE_BYTES: Option<usize> = Some(T::MAX_INLINE_BYTES);
}

/// The fallback of [`Probe`] for a type without a largest size.
pub trait Unbounded {
    /// None.
    const MAX_BYTES: Option<usize> = None;
    /// None.
    const MAX_INLINE_BYTES: Option<usize> = None;
}

impl<T: ?Sized> Unbounded for Probe<T> {}

/// Returns a size. Its presence is checked elsewhere.
#[must_use]
pub const fn known(size: Option<usize>) -> usize {
    match size {
        Some(size) => size,
        None => 0,
    }
}

/// The types that implement [`MaxSize`], under several names. For a type that does not
/// implement it, each name gives the advice that fits how the type is written.
macro_rules! bounded {
    ($($(#[$attr:meta])* $name:ident;)*) => {
        $($(#[$attr])*
        pub trait $name {
            /// Does nothing. Naming it is the check.
            const IS: () = ();
        }

        #[diagnostic::do_not_recommend]
        impl<T: MaxSize + ?Sized> $name for T {})*
    };
}

bounded! {
    /// Advises on text and maps.
    #[diagnostic::on_unimplemented(
        message = "`{Self}` has no largest JSON encoding",
        label = "add `#[session(max_bytes = …)]`"
    )]
    BoundedText;

    /// Advises on lists.
    #[diagnostic::on_unimplemented(
        message = "`{Self}` has no largest JSON encoding",
        label = "add `#[session(max_bytes = …)]`, or `#[session(max_items = …)]` if its items have a largest size"
    )]
    BoundedList;

    /// Advises on the items of a counted list.
    #[diagnostic::on_unimplemented(
        message = "`{Self}` has no largest JSON encoding, and `max_items` does not limit the size of an item",
        label = "add `max_bytes` as well"
    )]
    BoundedItem;

    /// Advises on the application's own types and types of other crates.
    #[diagnostic::on_unimplemented(
        message = "`{Self}` has no largest JSON encoding",
        label = "derive `MaxSize` for this type, or add `#[session(max_bytes = …)]` to the field",
        note = "for types of `chrono`, `jiff`, `rust_decimal`, `time` or `uuid`, enable the iron-session feature with \
                the crate's name, as in `cargo add iron-session --features uuid`"
    )]
    BoundedType;
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::time::UNIX_EPOCH;

    use proptest::prelude::*;
    use serde::Serialize;

    use super::*;

    fn len(value: &impl Serialize) -> usize {
        serde_json::to_string(value).unwrap().len()
    }

    /// Checks that the value's type allows exactly the bytes that it needs.
    fn is_largest<T: MaxSize + Serialize>(value: &T) {
        assert_eq!(len(value), T::MAX_BYTES, "{}", std::any::type_name::<T>());
    }

    #[test]
    fn the_largest_values_are_as_large_as_they_are_said_to_be() {
        is_largest(&());
        is_largest(&false);
        is_largest(&u8::MAX);
        is_largest(&i8::MIN);
        is_largest(&u16::MAX);
        is_largest(&i16::MIN);
        is_largest(&u32::MAX);
        is_largest(&i32::MIN);
        is_largest(&u64::MAX);
        is_largest(&i64::MIN);
        is_largest(&u128::MAX);
        is_largest(&i128::MIN);
        is_largest(&-0.000_001_000_000_1_f32);
        is_largest(&-f64::MIN_POSITIVE);
        is_largest(&'\u{1}');
        is_largest(&num::NonZeroU64::MAX);
        is_largest(&num::NonZeroI8::MIN);
        is_largest(&Duration::MAX);
        is_largest(&Ipv4Addr::BROADCAST);
        is_largest(&Ipv6Addr::from(u128::MAX));
        is_largest(&IpAddr::V6(u128::MAX.into()));
        is_largest(&SocketAddrV4::new(Ipv4Addr::BROADCAST, u16::MAX));
        is_largest(&SocketAddrV6::new(u128::MAX.into(), u16::MAX, u32::MAX, u32::MAX));
        is_largest(&PhantomData::<u8>);
        is_largest(&None::<u8>);
        is_largest(&Some(u16::MAX));
        is_largest(&Box::new(u16::MAX));
        is_largest(&Cow::<'_, u16>::Owned(u16::MAX));
        is_largest(&std::cmp::Reverse(u8::MAX));
        is_largest(&num::Wrapping(u8::MAX));
        is_largest(&num::Saturating(u8::MAX));
        is_largest(&[u8::MAX; 3]);
        is_largest(&[(); 0]);
        is_largest(&(u8::MAX,));
        is_largest(&(u8::MAX, false, '\0', (), false, u8::MAX, u8::MAX, u8::MAX));
    }

    #[test]
    fn a_time_takes_the_digits_of_any_machine() {
        let latest = UNIX_EPOCH + Duration::new(9_999_999_999, 999_999_999);
        assert!(len(&latest) <= SystemTime::MAX_BYTES);
    }

    #[test]
    fn sums_stop_at_the_largest_number() {
        assert_eq!(array(usize::MAX, 2), usize::MAX);
        assert_eq!(<[[u128; usize::MAX / 16]; 16]>::MAX_BYTES, usize::MAX);
        assert_eq!(sum(1, &[usize::MAX, 1]), usize::MAX);
        assert_eq!((largest(&[]), largest(&[1, 3, 2])), (0, 3));
        assert_eq!((smaller(3, None), smaller(3, Some(2)), smaller(3, Some(4))), (3, 2, 3));
        assert_eq!((array_of(2, None), array_of(2, Some(3))), (None, Some(9)));
        assert_eq!((array(0, 9), array(1, 9)), (2, 11));
    }

    #[test]
    fn what_has_no_largest_size_says_so() {
        assert_eq!(Probe::<u8>::MAX_BYTES, Some(3));
        assert_eq!(Probe::<Option<[u8; 2]>>::MAX_BYTES, Some(9));
        assert_eq!(Probe::<String>::MAX_BYTES, None);
        assert_eq!(Probe::<Option<Vec<u8>>>::MAX_BYTES, None);
        assert_eq!(Probe::<str>::MAX_BYTES, None);
        assert_eq!(Probe::<<Option<BTreeSet<u16>> as Items>::Item>::MAX_BYTES, Some(5));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(20_000))]

        #[test]
        fn no_f32_is_longer(bits: u32) {
            prop_assert!(len(&f32::from_bits(bits)) <= f32::MAX_BYTES);
        }

        #[test]
        fn no_f64_is_longer(bits: u64) {
            prop_assert!(len(&f64::from_bits(bits)) <= f64::MAX_BYTES);
        }

        /// Close to one, where the decimal point is between the digits.
        #[test]
        fn no_f64_without_an_exponent_is_longer(bits: u64, exponent in 980_u64..1100) {
            let bits = bits & !(0x7ff << 52) | exponent << 52;
            prop_assert!(len(&f64::from_bits(bits)) <= f64::MAX_BYTES);
        }
    }
}
