//! Finds types that hold a secret. A `CsrfToken` must not outlive a sign-in, and no secret may be
//! compressed with other text. It works in constants, so that the compiler can check it.

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

/// The secret types that a type holds.
#[derive(Clone, Copy, Debug)]
pub struct Secrets {
    csrf_token: bool,
    secret: bool,
}

impl Secrets {
    /// None, or none that is known.
    pub const NONE: Self = Self { csrf_token: false, secret: false };

    /// A `CsrfToken`.
    pub(crate) const CSRF_TOKEN: Self = Self { csrf_token: true, ..Self::NONE };

    /// A `Secret`.
    pub(crate) const SECRET: Self = Self { secret: true, ..Self::NONE };

    /// Joins the secrets of several types.
    #[must_use]
    pub const fn join(all: &[Self]) -> Self {
        let mut joined = Self::NONE;
        let mut rest = all;
        while let [next, tail @ ..] = rest {
            joined.csrf_token |= next.csrf_token;
            joined.secret |= next.secret;
            rest = tail;
        }
        joined
    }

    /// Names one of them.
    const fn name(self) -> Option<&'static str> {
        match self {
            Self { csrf_token: true, .. } => Some("CsrfToken"),
            Self { secret: true, .. } => Some("Secret"),
            Self { .. } => None,
        }
    }
}

/// Tells whether a type holds a `CsrfToken` or a `Secret`.
///
/// `derive(MaxSize)` implements it for the user's own types.
#[doc(hidden)]
pub trait HoldsSecret {
    /// The secret types that it holds.
    const SECRETS: Secrets;
}

impl<T: HoldsSecret + ?Sized> Probe<T> {
    /// The secrets that a value holds.
    pub const SECRETS: Secrets = T::SECRETS;
}

/// The fallback of [`Probe`] for an unknown type.
pub trait Unprobed {
    /// None that is known.
    const SECRETS: Secrets = Secrets::NONE;
}

impl<T: ?Sized> Unprobed for Probe<T> {}

/// An unknown type. Probing it with the others ensures that [`Unprobed`] is used.
#[derive(Debug)]
pub struct Unknown;

/// Panics in a constant, which is a compile error, if a field of a session that may be
/// compressed holds a secret.
///
/// # Panics
///
/// Panics if it does.
#[track_caller]
pub const fn assert_no_secret(secrets: &[Secrets]) {
    let secret = Secrets::join(secrets).name();
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

/// Panics in a constant, which is a compile error, if a field with `keep` holds a `CsrfToken`.
///
/// # Panics
///
/// Panics if it does.
#[track_caller]
pub const fn assert_no_token(secrets: &[Secrets]) {
    assert!(
        !Secrets::join(secrets).csrf_token,
        "`keep` can't be used on a field that holds a `CsrfToken`: an attacker who planted the session before the \
         sign-in knows its token; remove `keep`, or move the token to a field of its own"
    );
}

macro_rules! hold_none {
    ($($ty:ty)*) => {
        $(impl HoldsSecret for $ty {
            const SECRETS: Secrets = Secrets::NONE;
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
    const SECRETS: Secrets = Secrets::NONE;
}

macro_rules! hold_what_they_hold {
    ($($ty:ty)*) => {
        $(impl<T: HoldsSecret> HoldsSecret for $ty {
            const SECRETS: Secrets = T::SECRETS;
        })*
    };
}

hold_what_they_hold! {
    Option<T> Vec<T> VecDeque<T> LinkedList<T> BTreeSet<T> BinaryHeap<T> [T]
    Mutex<T> RwLock<T> std::cmp::Reverse<T> num::Wrapping<T> num::Saturating<T>
}

impl<T: HoldsSecret, S> HoldsSecret for HashSet<T, S> {
    const SECRETS: Secrets = T::SECRETS;
}

impl<T: HoldsSecret, const N: usize> HoldsSecret for [T; N] {
    const SECRETS: Secrets = T::SECRETS;
}

macro_rules! hold_what_they_point_to {
    ($($ty:ty)*) => {
        $(impl<T: HoldsSecret + ?Sized> HoldsSecret for $ty {
            const SECRETS: Secrets = T::SECRETS;
        })*
    };
}

hold_what_they_point_to! { Box<T> Arc<T> }

impl<T: HoldsSecret + ToOwned + ?Sized> HoldsSecret for Cow<'_, T> {
    const SECRETS: Secrets = T::SECRETS;
}

impl<K: HoldsSecret, V: HoldsSecret, S> HoldsSecret for HashMap<K, V, S> {
    const SECRETS: Secrets = Secrets::join(&[K::SECRETS, V::SECRETS]);
}

impl<K: HoldsSecret, V: HoldsSecret> HoldsSecret for BTreeMap<K, V> {
    const SECRETS: Secrets = Secrets::join(&[K::SECRETS, V::SECRETS]);
}

impl<T: HoldsSecret, E: HoldsSecret> HoldsSecret for Result<T, E> {
    const SECRETS: Secrets = Secrets::join(&[T::SECRETS, E::SECRETS]);
}

macro_rules! tuples_hold_what_they_hold {
    ($($($name:ident)+;)*) => {
        $(impl<$($name: HoldsSecret),+> HoldsSecret for ($($name,)+) {
            const SECRETS: Secrets = Secrets::join(&[$($name::SECRETS),+]);
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
