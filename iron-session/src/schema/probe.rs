//! Finds the size of a type that may have none, for generated code.

use std::marker::PhantomData;

use super::max_size::MaxSize;

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

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::schema::Items;

    #[test]
    fn what_has_no_largest_size_says_so() {
        assert_eq!(Probe::<u8>::MAX_BYTES, Some(3));
        assert_eq!(Probe::<Option<[u8; 2]>>::MAX_BYTES, Some(9));
        assert_eq!(Probe::<String>::MAX_BYTES, None);
        assert_eq!(Probe::<Option<Vec<u8>>>::MAX_BYTES, None);
        assert_eq!(Probe::<str>::MAX_BYTES, None);
        assert_eq!(Probe::<<Option<BTreeSet<u16>> as Items>::Item>::MAX_BYTES, Some(5));
    }
}
