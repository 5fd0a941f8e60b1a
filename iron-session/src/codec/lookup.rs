//! Finds a member by its name.

use std::cell::{Cell, OnceCell};

/// An item that can be found by its name.
pub(super) trait Named {
    fn name(&self) -> &str;
}

/// Members that are looked up by name, mostly in their own order, so that the next one is
/// usually the right one. If it is not, an index is built, so that no order of names takes
/// quadratic time.
pub(super) struct Lookup<M> {
    list: Vec<M>,
    /// The expected place of the next lookup.
    next: Cell<usize>,
    /// Places in the list, sorted by the names of the members.
    index: OnceCell<Vec<usize>>,
}

impl<M: Named> Lookup<M> {
    /// Takes members with different names.
    pub(super) fn new(list: Vec<M>) -> Self {
        Self { list, next: Cell::new(0), index: OnceCell::new() }
    }

    pub(super) fn list(&self) -> &[M] {
        &self.list
    }

    /// Returns the members for changing anything but their names.
    pub(super) fn list_mut(&mut self) -> &mut [M] {
        &mut self.list
    }

    /// Returns the member with this name, and its place.
    pub(super) fn find(&self, name: &str) -> Option<(usize, &M)> {
        /// Up to this length, comparing each name is faster than an index.
        const FEW: usize = 8;

        let is_at = |place: usize| self.list.get(place).is_some_and(|member| member.name() == name);
        let expected = self.next.get();
        let place = if is_at(expected) {
            expected
        } else if self.list.len() <= FEW {
            (0..self.list.len()).find(|place| is_at(*place))?
        } else {
            let name_at = |place: &usize| self.list.get(*place).map_or("", M::name);
            let index = self.index.get_or_init(|| {
                let mut places: Vec<_> = (0..self.list.len()).collect();
                places.sort_unstable_by_key(name_at);
                places
            });
            *index.get(index.binary_search_by_key(&name, name_at).ok()?)?
        };
        // After the last member, continue with the first: callers go through a list
        // more than once.
        self.next.set((place + 1) % self.list.len());
        self.list.get(place).map(|member| (place, member))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    impl Named for String {
        fn name(&self) -> &str {
            self
        }
    }

    #[test]
    fn finds_members_in_any_order() {
        for len in [0, 1, 5, 8, 9, 50] {
            let names: Vec<_> = (0..len).map(|index| format!("field_{}", index * 7 % 50)).collect();
            let lookup = Lookup::new(names.clone());
            for step in [1, 3, 49] {
                for index in (0..len).map(|index| index * step % len) {
                    assert_eq!(lookup.find(&names[index]), Some((index, &names[index])));
                    assert!(lookup.find("other").is_none());
                }
            }
        }
    }
}
