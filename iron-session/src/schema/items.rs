//! Types that `max_items` limits.

/// Marks types whose values are sequences or sets, so that `max_items` limits them.
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
