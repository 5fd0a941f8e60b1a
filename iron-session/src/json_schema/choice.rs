//! The alternatives of a choice: the values that a schema lists, and the variants of an enum.

use std::collections::HashSet;

use serde_json::{Value, json};

use super::keywords::{ANNOTATIONS, Keywords, object, resolve};
use super::words::of_type;

/// One of the forms of a value.
#[derive(Clone)]
pub(super) struct Variant {
    /// A name that separates the form from most others: its tag, its only member, or its
    /// type.
    pub(super) name: String,
    pub(super) schema: Value,
    /// Its place among the objects that differ only in their members. serde uses the first
    /// one that fits.
    pub(super) turn: Option<usize>,
}

/// Returns the values, if the schema lists them.
pub(super) fn choices(root: &Value, schema: &Keywords) -> Option<Vec<Value>> {
    choices_of(root, schema, &mut HashSet::new())
}

/// `seen` holds the references that were followed already; each of them counts once.
fn choices_of(root: &Value, schema: &Keywords, seen: &mut HashSet<String>) -> Option<Vec<Value>> {
    if let Some(value) = schema.get("const") {
        return Some(vec![value.clone()]);
    }
    if let Some(Value::Array(values)) = schema.get("enum") {
        return Some(values.clone());
    }
    if schema.get("type").and_then(Value::as_str) == Some("null") {
        return Some(vec![Value::Null]);
    }
    let variants = schema.get("oneOf").or(schema.get("anyOf"))?.as_array()?;
    let each = variants.iter().map(|variant| {
        if is_seen(variant, seen) {
            Some(Vec::new())
        } else {
            choices_of(root, &resolve(root, variant), seen)
        }
    });
    Some(each.collect::<Option<Vec<_>>>()?.concat())
}

/// Returns the variants of a schema, including those of nested choices.
pub(super) fn variants(root: &Value, schema: &Keywords) -> Vec<Variant> {
    let mut found = Vec::new();
    add_variants(root, schema, &mut HashSet::new(), &mut found);
    found
}

fn add_variants(root: &Value, schema: &Keywords, seen: &mut HashSet<String>, found: &mut Vec<Variant>) {
    let lists = ["oneOf", "anyOf"].into_iter().filter_map(|keyword| {
        Some(schema.get(keyword)?.as_array()?.iter().map(move |variant| (keyword, variant)))
    });
    for (keyword, variant) in lists.flatten() {
        if is_seen(variant, seen) {
            continue;
        }
        let keywords = resolve(root, variant);
        if let Some(values) = choices(root, &keywords) {
            found.extend(values.into_iter().map(|value| Variant {
                name: value.to_string(),
                schema: json!({ "const": value }),
                turn: None,
            }));
        } else if is_only_choice(&keywords) {
            add_variants(root, &keywords, seen, found);
        } else {
            let is_tried =
                keyword == "anyOf" && of_type(&keywords) == "an object" && tag_of(&keywords).is_none();
            let turn = is_tried.then_some(found.len());
            found.push(Variant { name: name_of(&keywords), schema: variant.clone(), turn });
        }
    }
}

/// Pairs each old variant with a new one of the same name. The second list has the new variants
/// without a partner.
///
/// Variants can share a name, as objects without a tag do. Identical variants are paired first,
/// then those with the most members in common.
pub(super) fn pairs(
    (old_root, old): (&Value, Vec<Variant>),
    (new_root, mut new): (&Value, Vec<Variant>),
) -> (Vec<(Variant, Option<Variant>)>, Vec<Variant>) {
    let mut pairs: Vec<_> = old.into_iter().map(|was| (was, None)).collect();
    for alike in [true, false] {
        for (was, pair) in pairs.iter_mut().filter(|(_, pair)| pair.is_none()) {
            let was_members = resolve(old_root, &was.schema);
            let likeness = |is: &Variant| {
                let is_members = resolve(new_root, &is.schema);
                let names = object(&was_members, "properties").keys();
                names.filter(|name| object(&is_members, "properties").contains_key(*name)).count()
            };
            let candidates = new.iter().enumerate().rev().filter(|(_, is)| {
                is.name == was.name && (!alike || form(new_root, is) == form(old_root, was))
            });
            // `max_by_key` returns the last of several equal items, which is the
            // first one because the order is reversed.
            let best = candidates.max_by_key(|(_, is)| likeness(is)).map(|(index, _)| index);
            *pair = best.map(|index| new.remove(index));
        }
    }
    (pairs, new)
}

/// Returns a variant without its documentation.
fn form(root: &Value, variant: &Variant) -> Keywords {
    let keywords = resolve(root, &variant.schema).into_iter();
    let mut form: Keywords = keywords.filter(|(name, _)| !ANNOTATIONS.contains(&name.as_str())).collect();
    if let Some(Value::Object(members)) = form.get_mut("properties") {
        for member in members.values_mut().filter_map(Value::as_object_mut) {
            member.retain(|name, _| !ANNOTATIONS.contains(&name.as_str()));
        }
    }
    form
}

fn is_seen(schema: &Value, seen: &mut HashSet<String>) -> bool {
    let reference = schema.get("$ref").and_then(Value::as_str);
    reference.is_some_and(|reference| !seen.insert(reference.to_owned()))
}

/// Tells whether a schema only lists alternatives.
fn is_only_choice(schema: &Keywords) -> bool {
    let is_choice = |name: &str| ["oneOf", "anyOf"].contains(&name);
    schema.keys().any(|name| is_choice(name))
        && schema.keys().all(|name| is_choice(name) || ANNOTATIONS.contains(&name.as_str()))
}

fn tag_of(schema: &Keywords) -> Option<(&String, &Value)> {
    object(schema, "properties").iter().find_map(|(name, member)| Some((name, member.get("const")?)))
}

fn name_of(schema: &Keywords) -> String {
    let members = object(schema, "properties");
    match (tag_of(schema), members.keys().next(), members.len()) {
        (Some((name, value)), ..) => format!("{name}={value}"),
        (None, Some(name), 1) => format!("{{{name}}}"),
        _ => of_type(schema),
    }
}
