//! The names of the fields' members in the payload.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};

use proc_macro2::Span;
use syn::ext::IdentExt;
use syn::{Ident, LitStr};

use crate::ast::{Field, Input};
use crate::attr::{Attrs, ContainerAttrs, FieldAttrs, Given};
use crate::mistakes::Mistakes;

/// The member that holds the session's metadata.
const METADATA: &str = "$";

/// The methods that iron-session puts on every session object in JavaScript. They hide a
/// member with the same name, and iron-session 9 then rejects every `save()`.
const JAVASCRIPT_METHODS: &[&str] = &["save", "destroy", "updateConfig"];

/// In JavaScript, assigning to this name sets the prototype instead of a member. hapi's
/// reader rejects a payload that has such a member.
const JAVASCRIPT_PROTOTYPE: &str = "__proto__";

/// The names of one field's member.
pub(crate) struct Names {
    /// The one that is written.
    pub(crate) name: String,
    /// Other names that are also read.
    pub(crate) aliases: Vec<String>,
}

impl Names {
    /// Returns the names that are read, the one that is written first.
    pub(crate) fn all(&self) -> impl Iterator<Item = &str> {
        std::iter::once(&self.name).chain(&self.aliases).map(String::as_str)
    }
}

/// Names each field in order; `None` for a field that is not in the cookie, or whose name is
/// unknown because of a mistake.
pub(super) fn of_fields(input: &Input<'_>, attrs: &Attrs, mistakes: &mut Mistakes) -> Vec<Option<Names>> {
    let mut readers = HashMap::new();
    let fields = input.fields.iter().zip(&attrs.fields);
    let names = fields.map(|(field, of_field)| {
        if of_field.transient.key().is_some() {
            return None;
        }
        let name = written(field, of_field, &attrs.container);
        if let (Some((name, span)), true) = (&name, attrs.container.javascript.is_given()) {
            check_for_javascript(name, *span, field.ident, mistakes);
        }
        let aliases = of_field.aliases.iter().map(|alias| (alias.value(), alias.span()));
        for (name, span) in name.iter().cloned().chain(aliases.clone()) {
            claim(name, span, field.ident, &mut readers, mistakes);
        }
        let aliases = aliases.map(|(alias, _)| alias).collect();
        name.map(|(name, _)| Names { name, aliases })
    });
    let names = names.collect();
    check_forgotten(&attrs.container.forgotten, &readers, mistakes);
    names
}

/// Reports a name that can't be forgotten.
fn check_forgotten(forgotten: &[LitStr], readers: &HashMap<String, &Ident>, mistakes: &mut Mistakes) {
    let mut seen = HashSet::new();
    for literal in forgotten {
        let name = literal.value();
        let reason = if let Some(field) = readers.get(&name) {
            format!(
                "`forget` can't drop the member `{name}`, because field `{field}` reads it; remove one of them"
            )
        } else if name == METADATA {
            "`forget` can't drop the member `$`, which holds the session's metadata; remove it".to_owned()
        } else if !seen.insert(name.clone()) {
            format!("`forget` names the member `{name}` twice; remove one of them")
        } else {
            continue;
        };
        mistakes.at(literal.span(), reason);
    }
}

fn written(field: &Field<'_>, attrs: &FieldAttrs, container: &ContainerAttrs) -> Option<(String, Span)> {
    let ident = field.ident.unraw().to_string();
    match (&attrs.rename, &container.rename_all) {
        (Given::Is { value, .. }, _) => Some((value.value(), value.span())),
        (Given::Absent, Given::Absent) => Some((ident, field.ident.span())),
        (Given::Absent, Given::Is { value, .. }) => Some((value.apply(&ident), field.ident.span())),
        (Given::Broken, _) | (_, Given::Broken) => None,
    }
}

/// Reports a name that a session object in JavaScript can't have. An alias may have it, so
/// that a member can be renamed.
fn check_for_javascript(name: &str, span: Span, field: &Ident, mistakes: &mut Mistakes) {
    let reason = if JAVASCRIPT_METHODS.contains(&name) {
        "has the name of a session method in JavaScript and would make `session.save()` fail there"
    } else if name == JAVASCRIPT_PROTOTYPE {
        "can't be set in JavaScript, where it is the object's prototype"
    } else {
        return;
    };
    let message = format!("field `{field}`: the member `{name}` {reason}; add `#[session(rename = \"…\")]`");
    mistakes.at(span, message);
}

/// Records that a field reads a name, or reports that it can't.
fn claim<'a>(
    name: String,
    span: Span,
    field: &'a Ident,
    readers: &mut HashMap<String, &'a Ident>,
    mistakes: &mut Mistakes,
) {
    if name.is_empty() {
        mistakes.at(span, format!("field `{field}` has an empty member name; choose another name"));
        return;
    }
    if name == METADATA {
        mistakes.at(span, "the member name `$` is reserved for the session's metadata; choose another name");
        return;
    }
    match readers.entry(name) {
        Entry::Vacant(entry) => {
            entry.insert(field);
        }
        Entry::Occupied(entry) => {
            let (name, first) = (entry.key(), *entry.get());
            let message = if first == field {
                format!("field `{field}` already reads the member `{name}`; remove this name")
            } else {
                format!(
                    "the fields `{first}` and `{field}` both use the member name `{name}`; choose another name for one of them"
                )
            };
            mistakes.at(span, message);
        }
    }
}
