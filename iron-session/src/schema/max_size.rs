//! The trait of types that have a largest size, and the sizes of the types of the standard
//! library.

use std::borrow::Cow;
use std::marker::PhantomData;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4, SocketAddrV6};
use std::num;
use std::time::{Duration, SystemTime};

use super::size::{array, larger, plus, text};

/// Gives the largest size of a type. Derive it for your own types.
///
/// Sizes are in bytes of JSON, as `serde_json` writes it.
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
    message = "`{Self}` has no largest size",
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

#[cfg(test)]
mod tests {
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
