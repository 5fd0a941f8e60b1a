//! Finding a member by its name.

use std::cell::{Cell, OnceCell};

/// What has a name to be found by.
pub(super) trait Named {
    fn name(&self) -> &str;
}

/// Members that are looked up by name, mostly in their own order: then the next
/// one is the one. Where it is not, an index is made, so that no order of names
/// takes quadratic time.
pub(super) struct Lookup<M> {
    list: Vec<M>,
    /// Where the one that is asked for next is expected.
    next: Cell<usize>,
    /// Places in the list, sorted by name.
    index: OnceCell<Vec<usize>>,
}

impl<M: Named> Lookup<M> {
    /// Takes members of different names.
    pub(super) fn new(list: Vec<M>) -> Self {
        Self { list, next: Cell::new(0), index: OnceCell::new() }
    }

    pub(super) fn list(&self) -> &[M] {
        &self.list
    }

    /// Returns the members to be changed, but for their names.
    pub(super) fn list_mut(&mut self) -> &mut [M] {
        &mut self.list
    }

    /// Returns the member of this name, and its place.
    pub(super) fn find(&self, name: &str) -> Option<(usize, &M)> {
        /// Up to here looking at each is swifter than an index.
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
        // Behind the last one it begins anew: a list is gone through more than once.
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
