//! Decides whether a new value is the old thing with changes, or a different thing, which
//! inherits nothing.
//!
//! Only our encodings of both are known, so this is a heuristic. An `id` decides, or the members
//! that the field names as its key. Without them, the share of equal members decides.

use std::collections::HashMap;

use super::members::{Member, members_of};

/// Selects when a value that replaces another is the same thing, and therefore keeps the
/// members that only other programs know.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Identity {
    /// If it has the same `id`. Without an `id`, if at least half of its texts are the same
    /// (or of its numbers and booleans, if it has no text), and no member differs whose name
    /// ends like `user_id` or `userId`.
    #[default]
    Alike,
    /// If these members are the same: `#[session(key = "…")]`.
    Key(&'static [&'static str]),
    /// Always: `#[session(keep_unknown)]`.
    Always,
}

/// The member that identifies a thing.
const ID: &str = "id";

/// Tells whether an object that replaces another is the same thing.
pub(crate) fn is_same_thing(before: &[Member<'_>], after: &[Member<'_>], identity: Identity) -> bool {
    let before = by_name(before);
    let after = by_name(after);
    let agree = |name: &str| before.get(name) == after.get(name);
    match identity {
        Identity::Always => true,
        Identity::Key(keys) => keys.iter().all(|key| agree(key)),
        Identity::Alike if before.contains_key(ID) || after.contains_key(ID) => agree(ID),
        Identity::Alike => {
            let mut names = before.keys().chain(after.keys());
            let is_another = names.any(|name| is_like_an_id(name) && !agree(name));
            !is_another && are_alike(&before, &after)
        }
    }
}

/// Returns the key or id of an element, by which it is found wherever it moves.
pub(crate) fn name_of_thing(element: &str, identity: Identity) -> Option<String> {
    let keys = match identity {
        Identity::Always => return None,
        Identity::Alike => &[ID],
        Identity::Key(keys) => keys,
    };
    let members = members_of(element).ok()?;
    let members = by_name(&members);
    let values: Option<Vec<&str>> = keys.iter().map(|key| members.get(key).copied()).collect();
    values.map(|values| values.join(","))
}

/// Returns the rule for values inside an object. The key of a field belongs to the outermost
/// object that has its members.
pub(crate) fn inside(object: &[Member<'_>], identity: Identity) -> Identity {
    match identity {
        Identity::Key(keys) if object.iter().any(|member| keys.contains(&&*member.name)) => Identity::Alike,
        identity => identity,
    }
}

/// Tells whether a member is the id of something else, such as an owner. If it is equal, the two
/// things need not be the same. If it differs, they are not.
fn is_like_an_id(name: &str) -> bool {
    const NAMES: [&str; 9] =
        ["uid", "uuid", "guid", "userid", "sub", "email", "login", "username", "user_name"];
    const ENDS: [&str; 5] = ["_id", "Id", "ID", "_uuid", "Uuid"];
    NAMES.iter().any(|known| name.eq_ignore_ascii_case(known)) || ENDS.iter().any(|end| name.ends_with(end))
}

/// Tells whether at least half of an object's texts are equal, or of its numbers and booleans if
/// it has no text. An object with none of these only holds other things, and counts as alike.
fn are_alike(before: &HashMap<&str, &str>, after: &HashMap<&str, &str>) -> bool {
    let share_of = |is_judged: fn(&str) -> bool| {
        let judged: Vec<_> = before.iter().filter(|(_, value)| is_judged(value)).collect();
        let left = judged.iter().filter(|(name, value)| after.get(*name) == Some(value)).count();
        (!judged.is_empty()).then_some(2 * left >= judged.len())
    };
    share_of(is_text).or_else(|| share_of(is_number_or_boolean)).unwrap_or(true)
}

/// Tells whether a value is text. Empty text does not count, because it identifies nothing.
fn is_text(value: &str) -> bool {
    value.starts_with('"') && value != "\"\""
}

fn is_number_or_boolean(value: &str) -> bool {
    value.starts_with(|c: char| c == '-' || c == 't' || c == 'f' || c.is_ascii_digit())
}

fn by_name<'a>(list: &'a [Member<'_>]) -> HashMap<&'a str, &'a str> {
    list.iter().map(|member| (member.name.as_ref(), member.received)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn same(before: &str, after: &str, identity: Identity) -> bool {
        let there_and_back = [(before, after), (after, before)].map(|(before, after)| {
            is_same_thing(&members_of(before).unwrap(), &members_of(after).unwrap(), identity)
        });
        assert_eq!(there_and_back[0], there_and_back[1], "{before} {after}");
        there_and_back[0]
    }

    #[test]
    fn an_id_decides() {
        assert!(same(r#"{"id":1,"name":"a"}"#, r#"{"id":1,"name":"b"}"#, Identity::Alike));
        assert!(!same(r#"{"id":1,"name":"a"}"#, r#"{"id":2,"name":"a"}"#, Identity::Alike));
        assert!(!same(r#"{"id":1,"name":"a"}"#, r#"{"name":"a"}"#, Identity::Alike));
    }

    #[test]
    fn an_id_of_another_name_tells_things_apart_only() {
        assert!(!same(r#"{"userId":1,"plan":"pro"}"#, r#"{"userId":2,"plan":"pro"}"#, Identity::Alike));
        assert!(!same(r#"{"order_id":1,"sku":"pen"}"#, r#"{"order_id":1,"sku":"ink"}"#, Identity::Alike));
        for name in ["sub", "email", "userName", "login", "ownerUuid", "GUID"] {
            let user = |value| format!(r#"{{"{name}":"{value}","plan":"pro","locale":"en"}}"#);
            assert!(!same(&user("ada"), &user("bob"), Identity::Alike), "{name}");
        }
        assert!(same(r#"{"paid":true,"sku":"pen"}"#, r#"{"paid":false,"sku":"pen"}"#, Identity::Alike));
    }

    #[test]
    fn texts_go_before_numbers() {
        assert!(same(r#"{"sku":"pen","q":1}"#, r#"{"sku":"pen","q":2}"#, Identity::Alike));
        assert!(!same(r#"{"sku":"pen","q":1}"#, r#"{"sku":"ink","q":1}"#, Identity::Alike));
        assert!(same(r#"{"a":"1","b":"2","c":"3"}"#, r#"{"a":"1","b":"2","c":"4"}"#, Identity::Alike));
        assert!(same(r#"{"x":1,"y":2}"#, r#"{"x":1,"y":3}"#, Identity::Alike));
        assert!(!same(r#"{"x":1,"y":2}"#, r#"{"x":3,"y":4}"#, Identity::Alike));
        assert!(same(r#"{"list":[1]}"#, r#"{"list":[2]}"#, Identity::Alike));
    }

    #[test]
    fn what_was_empty_can_be_filled() {
        for empty in [r#"{"nick":null}"#, r#"{"nick":""}"#, "{}"] {
            let (before, after) = (members_of(empty).unwrap(), members_of(r#"{"nick":"a"}"#).unwrap());
            assert!(is_same_thing(&before, &after, Identity::Alike), "{empty}");
            assert!(!is_same_thing(&after, &before, Identity::Alike), "{empty}");
        }
    }

    #[test]
    fn what_the_field_names_decides_alone() {
        let key = Identity::Key(&["sku", "size"]);
        assert!(same(r#"{"sku":"a","size":1,"id":1}"#, r#"{"sku":"a","size":1,"id":2}"#, key));
        assert!(!same(r#"{"sku":"a","size":1,"n":1}"#, r#"{"sku":"a","size":2,"n":1}"#, key));
        assert!(same(r#"{"theme":"dark"}"#, r#"{"theme":"light"}"#, Identity::Always));
    }
}
