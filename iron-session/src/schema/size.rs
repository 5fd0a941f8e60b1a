//! Arithmetic with sizes in bytes, in constants. It saturates: a sum that is too large never
//! becomes a small one.

/// Adds sizes.
#[must_use]
pub(crate) const fn plus(a: usize, b: usize) -> usize {
    a.saturating_add(b)
}

/// Multiplies a size.
#[must_use]
pub(crate) const fn times(count: usize, size: usize) -> usize {
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

/// Adds a known size and a list of sizes.
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

/// Returns the largest size, and 0 for an empty list.
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

/// Returns a size. Its presence is checked elsewhere.
#[must_use]
pub const fn known(size: Option<usize>) -> usize {
    match size {
        Some(size) => size,
        None => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::max_size::MaxSize;

    #[test]
    fn sums_stop_at_the_largest_number() {
        assert_eq!(array(usize::MAX, 2), usize::MAX);
        assert_eq!(<[[u128; usize::MAX / 16]; 16] as MaxSize>::MAX_BYTES, usize::MAX);
        assert_eq!(sum(1, &[usize::MAX, 1]), usize::MAX);
        assert_eq!((largest(&[]), largest(&[1, 3, 2])), (0, 3));
        assert_eq!((smaller(3, None), smaller(3, Some(2)), smaller(3, Some(4))), (3, 2, 3));
        assert_eq!((array_of(2, None), array_of(2, Some(3))), (None, Some(9)));
        assert_eq!((array(0, 9), array(1, 9)), (2, 11));
    }
}
