//! Merges the changes that two requests made to the same value at the same time.
//!
//! Three texts of one member are given: the value that both have read, the value that this request
//! wants (`mine`), and the value that another request has stored meanwhile (`theirs`). Whatever only one
//! of them has changed is taken from it, also inside an object that is still the same thing: two things
//! are never mixed. Where both have changed the same
//! value, lists get the elements that either has added; of anything else, mine is taken, because it is
//! the later write.

use std::collections::{HashMap, HashSet};

use super::identity::{Identity, inside, is_same_thing};
use super::members::{Member, elements_of, members_of};
use super::merge::{Fragment, ObjectWriter};
use super::scan::kind;
use crate::scratch::Scratch;

/// Merges one value. All three texts are checked JSON of the same member.
pub(crate) fn merge_both<'a>(read: &str, mine: &'a str, theirs: &'a str, identity: Identity) -> Fragment<'a> {
    if mine == read {
        return Fragment::Old(theirs);
    }
    if theirs == read || theirs == mine {
        return Fragment::Old(mine);
    }
    let merged = match (kind(read), kind(mine), kind(theirs)) {
        ("an object", "an object", "an object") => objects(read, mine, theirs, identity),
        ("an array", "an array", "an array") => arrays(read, mine, theirs, identity),
        _ => None,
    };
    merged.map_or(Fragment::Old(mine), Fragment::New)
}

/// Adds two changes of one integer. `None` for anything but three integers.
pub(crate) fn add_both(read: &str, mine: &str, theirs: &str) -> Option<String> {
    let [read, mine, theirs] = [read, mine, theirs].map(|text| text.parse::<i128>().ok());
    Some(theirs?.checked_add(mine?.checked_sub(read?)?)?.to_string())
}

fn objects(read: &str, mine: &str, theirs: &str, identity: Identity) -> Option<Scratch> {
    let (read, mine, theirs) = (members_of(read).ok()?, members_of(mine).ok()?, members_of(theirs).ok()?);
    if !is_same_thing(&read, &mine, identity) || !is_same_thing(&read, &theirs, identity) {
        return None;
    }
    let identity = inside(&mine, identity);
    let (before, after) = (by_name(&read), by_name(&mine));
    let mut object = ObjectWriter::new();
    for member in &theirs {
        let name = member.name.as_ref();
        match (before.get(name), after.get(name)) {
            (Some(read), Some(mine)) => {
                let merged = merge_both(read, mine, member.received, identity);
                object.push(member.received_name, merged.as_str());
            }
            (None, Some(mine)) => object.push(member.received_name, mine),
            (None, None) => object.push(member.received_name, member.received),
            (Some(_), None) => {}
        }
    }
    let stored: HashSet<&str> = theirs.iter().map(|member| member.name.as_ref()).collect();
    for member in &mine {
        let name = member.name.as_ref();
        let was_removed = before.get(name) == Some(&member.received);
        if !stored.contains(name) && !was_removed {
            object.push(member.received_name, member.received);
        }
    }
    Some(object.finish())
}

fn by_name<'a>(list: &'a [Member<'_>]) -> HashMap<&'a str, &'a str> {
    list.iter().map(|member| (member.name.as_ref(), member.received)).collect()
}

/// Merges lists if both requests have added elements at the end, or if both have changed elements and
/// added and removed none.
fn arrays(read: &str, mine: &str, theirs: &str, identity: Identity) -> Option<Scratch> {
    let (read, mine, theirs) = (elements_of(read).ok()?, elements_of(mine).ok()?, elements_of(theirs).ok()?);
    let merged: Vec<Fragment<'_>> = match (mine.strip_prefix(&*read), theirs.strip_prefix(&*read)) {
        (Some(added), Some(_)) => theirs.iter().chain(added).map(|element| Fragment::Old(element)).collect(),
        _ if read.len() == mine.len() && read.len() == theirs.len() => {
            let elements = read.iter().zip(&mine).zip(&theirs);
            elements.map(|((read, mine), theirs)| merge_both(read, mine, theirs, identity)).collect()
        }
        _ => return None,
    };
    let mut array = Scratch::new();
    array.push_str("[");
    for (index, element) in merged.iter().enumerate() {
        if index > 0 {
            array.push_str(",");
        }
        array.push_str(element.as_str());
    }
    array.push_str("]");
    Some(array)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn assert_merge([read, mine, theirs]: [&str; 3], expected: &str) {
        assert_eq!(merge_both(read, mine, theirs, Identity::Alike).as_str(), expected);
    }

    #[test]
    fn takes_what_only_one_has_changed() {
        assert_merge(["1", "1", "2"], "2");
        assert_merge(["1", "2", "1"], "2");
        assert_merge(
            [
                r#"{"id":1,"a":1,"b":{"id":2,"c":1,"d":1}}"#,
                r#"{"id":1,"a":2,"b":{"id":2,"c":2,"d":1}}"#,
                r#"{"id":1,"a":1,"b":{"id":2,"c":1,"d":2,"e":3}}"#,
            ],
            r#"{"id":1,"a":2,"b":{"id":2,"c":2,"d":2,"e":3}}"#,
        );
    }

    #[test]
    fn what_either_has_removed_is_gone() {
        assert_merge([r#"{"a":1,"b":1,"c":1}"#, r#"{"b":1,"c":1}"#, r#"{"a":1,"b":1}"#], r#"{"b":1}"#);
        // Unless the other has changed it.
        assert_merge([r#"{"a":1,"b":1}"#, r#"{"a":2,"b":1}"#, r#"{"b":1}"#], r#"{"b":1,"a":2}"#);
    }

    #[test]
    fn of_two_changes_of_one_value_mine_is_later() {
        assert_merge([r#""a""#, r#""b""#, r#""c""#], r#""b""#);
        assert_merge(["[1,2]", "[2]", "[1,2,3]"], "[2]");
    }

    #[test]
    fn lists_get_what_either_has_added_or_changed() {
        assert_merge(["[1]", "[1,2]", "[1,3]"], "[1,3,2]");
        assert_merge(["[]", "[1]", "[2]"], "[2,1]");
        assert_merge(
            [
                r#"[{"id":1,"q":1},{"id":2,"q":1}]"#,
                r#"[{"id":1,"q":2},{"id":2,"q":1}]"#,
                r#"[{"id":1,"q":1},{"id":2,"q":3}]"#,
            ],
            r#"[{"id":1,"q":2},{"id":2,"q":3}]"#,
        );
    }

    #[test]
    fn nothing_moves_to_another_thing() {
        assert_merge(
            [r#"{"id":1,"role":"user"}"#, r#"{"id":2,"role":"user"}"#, r#"{"id":1,"role":"admin"}"#],
            r#"{"id":2,"role":"user"}"#,
        );
    }

    #[test]
    fn adds_changes_of_an_integer() {
        assert_eq!(add_both("5", "6", "7").as_deref(), Some("8"));
        assert_eq!(add_both("5", "3", "4").as_deref(), Some("2"));
        assert_eq!(add_both("5", "6.5", "7"), None);
        let max = i128::MAX.to_string();
        assert_eq!(add_both("0", &max, "1"), None);
    }
}
