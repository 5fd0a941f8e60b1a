//! Finds types that hold a secret, which must not be compressed with other text. It works in
//! constants, so that the compiler can check it.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap, HashMap, HashSet, LinkedList, VecDeque};
use std::marker::PhantomData;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4, SocketAddrV6};
use std::num;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, RwLock};
use std::time::{Duration, SystemTime};

use super::const_text::ConstText;
use super::probe::Probe;

/// Names the `CsrfToken` or `Secret` that a type holds, if any.
///
/// `derive(MaxSize)` implements it for the user's own types.
#[doc(hidden)]
pub trait HoldsSecret {
    /// The secret type that it holds, if any.
    const SECRET: Option<&'static str>;
}

impl<T: HoldsSecret + ?Sized> Probe<T> {
    /// The secret that a value holds.
    pub const SECRET: Option<&'static str> = T::SECRET;
}

/// The fallback of [`Probe`] for an unknown type.
pub trait Unprobed {
    /// None that is known.
    const SECRET: Option<&'static str> = None;
}

impl<T: ?Sized> Unprobed for Probe<T> {}

/// An unknown type. Probing it with the others ensures that [`Unprobed`] is used.
#[derive(Debug)]
pub struct Unknown;

/// Returns the first one that is present.
#[must_use]
pub const fn first_secret(secrets: &[Option<&'static str>]) -> Option<&'static str> {
    let mut rest = secrets;
    while let [secret, tail @ ..] = rest {
        if secret.is_some() {
            return *secret;
        }
        rest = tail;
    }
    None
}

/// Panics in a constant, which is a compile error, if a field of a session that may be
/// compressed holds a secret.
///
/// # Panics
///
/// Panics if it does.
#[track_caller]
pub const fn assert_no_secret(secrets: &[Option<&'static str>]) {
    let secret = first_secret(secrets);
    assert!(secret.is_none(), "{}", mistake(secret).as_str());
}

const fn mistake(secret: Option<&'static str>) -> ConstText {
    let mut text = ConstText::new();
    let Some(secret) = secret else { return text };
    text.push("compressing a `");
    text.push(secret);
    text.push(
        "` can leak it through the cookie's length if an attacker controls other text in the session; \
         add `#[session(compress = false)]` to disable compression while this field is set, \
         or `compress = true` if no attacker-controlled text is stored",
    );
    text
}

macro_rules! hold_none {
    ($($ty:ty)*) => {
        $(impl HoldsSecret for $ty {
            const SECRET: Option<&'static str> = None;
        })*
    };
}

hold_none! {
    () bool char str String Path PathBuf
    u8 u16 u32 u64 u128 usize i8 i16 i32 i64 i128 isize f32 f64
    num::NonZeroU8 num::NonZeroU16 num::NonZeroU32 num::NonZeroU64 num::NonZeroU128 num::NonZeroUsize
    num::NonZeroI8 num::NonZeroI16 num::NonZeroI32 num::NonZeroI64 num::NonZeroI128 num::NonZeroIsize
    Duration SystemTime IpAddr Ipv4Addr Ipv6Addr SocketAddr SocketAddrV4 SocketAddrV6
}

impl<T: ?Sized> HoldsSecret for PhantomData<T> {
    const SECRET: Option<&'static str> = None;
}

macro_rules! hold_what_they_hold {
    ($($ty:ty)*) => {
        $(impl<T: HoldsSecret> HoldsSecret for $ty {
            const SECRET: Option<&'static str> = T::SECRET;
        })*
    };
}

hold_what_they_hold! {
    Option<T> Vec<T> VecDeque<T> LinkedList<T> BTreeSet<T> BinaryHeap<T> [T]
    Mutex<T> RwLock<T> std::cmp::Reverse<T> num::Wrapping<T> num::Saturating<T>
}

impl<T: HoldsSecret, S> HoldsSecret for HashSet<T, S> {
    const SECRET: Option<&'static str> = T::SECRET;
}

impl<T: HoldsSecret, const N: usize> HoldsSecret for [T; N] {
    const SECRET: Option<&'static str> = T::SECRET;
}

macro_rules! hold_what_they_point_to {
    ($($ty:ty)*) => {
        $(impl<T: HoldsSecret + ?Sized> HoldsSecret for $ty {
            const SECRET: Option<&'static str> = T::SECRET;
        })*
    };
}

hold_what_they_point_to! { Box<T> Arc<T> }

impl<T: HoldsSecret + ToOwned + ?Sized> HoldsSecret for Cow<'_, T> {
    const SECRET: Option<&'static str> = T::SECRET;
}

impl<K: HoldsSecret, V: HoldsSecret, S> HoldsSecret for HashMap<K, V, S> {
    const SECRET: Option<&'static str> = first_secret(&[K::SECRET, V::SECRET]);
}

impl<K: HoldsSecret, V: HoldsSecret> HoldsSecret for BTreeMap<K, V> {
    const SECRET: Option<&'static str> = first_secret(&[K::SECRET, V::SECRET]);
}

impl<T: HoldsSecret, E: HoldsSecret> HoldsSecret for Result<T, E> {
    const SECRET: Option<&'static str> = first_secret(&[T::SECRET, E::SECRET]);
}

macro_rules! tuples_hold_what_they_hold {
    ($($($name:ident)+;)*) => {
        $(impl<$($name: HoldsSecret),+> HoldsSecret for ($($name,)+) {
            const SECRET: Option<&'static str> = first_secret(&[$($name::SECRET),+]);
        })*
    };
}

tuples_hold_what_they_hold! {
    A;
    A B;
    A B C;
    A B C D;
    A B C D E;
    A B C D E F;
    A B C D E F G;
    A B C D E F G H;
}
