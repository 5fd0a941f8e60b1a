//! Finds out which element of the old list each element of a changed list was.
//!
//! Elements have no names. Equal elements at the start and at the end of both lists were not
//! changed. In between, an element that equals an old one is that old one. Equal elements can
//! differ in members that only other programs know. If it is then unclear which of them is
//! left, none of them matches, because members of one element must not move to another.

use std::collections::{HashMap, HashSet, VecDeque};

use super::identity::{Identity, is_same_thing, name_of_thing};
use super::members::members_of;

/// The old element that an element was.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Origin {
    /// The element at this place, unchanged.
    Kept(usize),
    /// The element at this place, changed.
    Changed(usize),
    /// A new element, or one whose origin is unclear.
    New,
}

/// Finds the origin of each element of `after`. `received` holds the elements of `before` as received.
pub(crate) fn origins(received: &[&str], before: &[&str], after: &[&str], identity: Identity) -> Vec<Origin> {
    let found = vec![None; after.len()];
    let free = (0..before.len()).collect();
    let mut search = Search { received, before, after, found, free };
    search.match_ends();
    search.match_equal();
    search.match_names(identity);
    search.match_places(identity);
    search.found.into_iter().map(|origin| origin.unwrap_or(Origin::New)).collect()
}

struct Search<'a> {
    received: &'a [&'a str],
    before: &'a [&'a str],
    after: &'a [&'a str],
    /// `None`: not known yet.
    found: Vec<Option<Origin>>,
    /// The places in `before` that are not yet the origin of an element.
    free: HashSet<usize>,
}

impl<'a> Search<'a> {
    fn set(&mut self, index: usize, origin: Origin) {
        if let Some(found) = self.found.get_mut(index) {
            *found = Some(origin);
        }
        if let Origin::Kept(place) | Origin::Changed(place) = origin {
            self.free.remove(&place);
        }
    }

    fn unknown(&self) -> Vec<(usize, &'a str)> {
        let elements = self.after.iter().enumerate();
        elements
            .filter(|(index, _)| self.found.get(*index) == Some(&None))
            .map(|(index, it)| (index, *it))
            .collect()
    }

    /// Matches from the start, then from the end.
    fn match_ends(&mut self) {
        let (old, new) = (self.before.len(), self.after.len());
        let pairs = || self.before.iter().zip(self.after);
        let backwards = || self.before.iter().rev().zip(self.after.iter().rev());
        let start = pairs().take_while(|(before, after)| before == after).count();
        let end = backwards().take_while(|(before, after)| before == after).count();
        for index in 0..start {
            // If elements were removed, the origin may be this one or an equal one nearer to the end.
            let nearer_to_the_end = (old > new && index + end >= new).then(|| index + old - new);
            let differs =
                nearer_to_the_end.is_some_and(|other| self.received.get(other) != self.received.get(index));
            self.free.remove(&index);
            self.set(index, if differs { Origin::New } else { Origin::Kept(index) });
        }
        for from_end in 1..=end.min(old.min(new) - start) {
            self.set(new - from_end, Origin::Kept(old - from_end));
        }
    }

    /// Matches equal elements in order.
    fn match_equal(&mut self) {
        let mut places: HashMap<&str, VecDeque<usize>> = HashMap::new();
        for (place, element) in self.before.iter().enumerate().filter(|(place, _)| self.free.contains(place))
        {
            places.entry(element).or_default().push_back(place);
        }
        let mut wanted: HashMap<&str, Vec<usize>> = HashMap::new();
        for (index, element) in self.unknown() {
            wanted.entry(element).or_default().push(index);
        }
        let mut origins = Vec::new();
        for (element, wanted) in wanted {
            let Some(places) = places.get(element) else { continue };
            let mut texts = places.iter().map(|place| self.received.get(*place));
            let first = texts.next();
            let is_clear = wanted.len() >= places.len() || texts.all(|text| Some(text) == first);
            for (place, index) in places.iter().zip(wanted) {
                origins.push((index, if is_clear { Origin::Kept(*place) } else { Origin::New }));
            }
        }
        for (index, origin) in origins {
            self.set(index, origin);
        }
    }

    /// Matches changed elements by their key or id, if it occurs once in each list.
    fn match_names(&mut self, identity: Identity) {
        let mut places = HashMap::new();
        for place in self.free.iter().copied() {
            let name = self.before.get(place).and_then(|element| name_of_thing(element, identity));
            if let Some(name) = name {
                places.entry(name).and_modify(|place| *place = None).or_insert(Some(place));
            }
        }
        let mut indexes = HashMap::new();
        for (index, element) in self.unknown() {
            if let Some(name) = name_of_thing(element, identity) {
                indexes.entry(name).and_modify(|index| *index = None).or_insert(Some(index));
            }
        }
        for (name, index) in indexes {
            if let (Some(index), Some(Some(place))) = (index, places.get(&name)) {
                self.set(index, Origin::Changed(*place));
            }
        }
    }

    /// Matches elements that changed in place, if no element was added or removed.
    fn match_places(&mut self, identity: Identity) {
        if self.before.len() != self.after.len() {
            return;
        }
        let is_changed = |(index, element): &(usize, &str)| {
            let Some(before) = self.before.get(*index).filter(|_| self.free.contains(index)) else {
                return false;
            };
            matches!((members_of(before), members_of(element)), (Ok(before), Ok(after))
                if is_same_thing(&before, &after, identity))
        };
        let changed: Vec<usize> =
            self.unknown().into_iter().filter(is_changed).map(|(index, _)| index).collect();
        for index in changed {
            self.set(index, Origin::Changed(index));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Origin::{Changed, Kept, New};

    /// Takes the received elements. Our type knows the part of an element before its `+`.
    fn found(received: &[&'static str], after: &[&str]) -> Vec<Origin> {
        let before: Vec<_> = received.iter().map(|text| text.split('+').next().unwrap_or_default()).collect();
        origins(received, &before, after, Identity::Alike)
    }

    #[test]
    fn what_did_not_change_is_found_wherever_it_moved() {
        assert_eq!(found(&["1", "2", "3"], &["3", "1"]), [Kept(2), Kept(0)]);
        assert_eq!(found(&["1", "2"], &["0", "1", "2", "3"]), [New, Kept(0), Kept(1), New]);
    }

    #[test]
    fn of_equal_elements_the_one_that_is_left_is_found_by_what_stands_around() {
        assert_eq!(found(&["a", "e+1", "b", "e+2"], &["a", "b", "e"]), [Kept(0), Kept(2), Kept(3)]);
        assert_eq!(found(&["a", "e+1", "b", "e+2"], &["a", "e", "b"]), [Kept(0), Kept(1), Kept(2)]);
    }

    #[test]
    fn none_of_equal_elements_is_taken_for_another() {
        for gone in [["e+1", "e+2"], ["e+2", "e+1"]] {
            assert_eq!(found(&gone, &["e"]), [New]);
        }
        assert_eq!(found(&["a", "e+1", "e+2", "b"], &["a", "e", "b"]), [Kept(0), New, Kept(3)]);
        assert_eq!(found(&["e+1", "a", "e+2", "b"], &["b", "e"]), [Kept(3), New]);
        // It doesn't matter which.
        assert_eq!(found(&["e+1", "e+1"], &["e"]), [Kept(0)]);
        // None is gone.
        assert_eq!(found(&["e+1", "e+2"], &["e", "e", "e"]), [Kept(0), Kept(1), New]);
    }

    #[test]
    fn a_changed_element_is_found_by_its_id_or_by_its_place() {
        let (one, two) = (r#"{"id":1,"q":1}"#, r#"{"id":2,"q":1}"#);
        assert_eq!(found(&[one, two], &[r#"{"id":2,"q":5}"#]), [Changed(1)]);
        assert_eq!(found(&[one, two], &[two, r#"{"id":3,"q":1}"#]), [Kept(1), New]);
        let (pen, ink) = (r#"{"sku":"pen","q":1}"#, r#"{"sku":"ink","q":1}"#);
        assert_eq!(found(&[pen, ink], &[r#"{"sku":"pen","q":2}"#, ink]), [Changed(0), Kept(1)]);
        assert_eq!(found(&[pen], &[ink]), [New]);
        assert_eq!(found(&[one, one], &[r#"{"id":1,"q":2}"#, r#"{"id":1,"q":3}"#]), [Changed(0), Changed(1)]);
    }

    #[test]
    fn very_many_elements_are_matched_in_time() {
        // With quadratic work, this test would not finish.
        let elements: Vec<String> = (0..200_000).map(|n| format!(r#"{{"id":{},"q":1}}"#, n / 2)).collect();
        let before: Vec<&str> = elements.iter().map(String::as_str).collect();
        let changed: Vec<String> = elements.iter().rev().map(|it| it.replace('q', "p")).collect();
        let changed: Vec<&str> = changed.iter().map(String::as_str).collect();
        let reversed: Vec<&str> = before.iter().rev().copied().collect();
        assert!(!origins(&before, &before, &reversed, Identity::Alike).contains(&New));
        assert_eq!(origins(&before, &before, &changed, Identity::Alike).len(), changed.len());
    }
}
