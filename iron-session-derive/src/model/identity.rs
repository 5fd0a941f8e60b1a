//! Decides when a new value is the same object as the one that it replaces.

use crate::ast::Field;
use crate::attr::FieldAttrs;
use crate::length::Length;
use crate::mistakes::Mistakes;
use crate::spelling::Runtime;

/// The field's rule for this.
pub(crate) enum Identity {
    /// Nothing.
    Alike,
    /// `key = "…"`, once or more.
    Key(Vec<String>),
    /// `keep_unknown`
    Always,
}

impl Identity {
    pub(super) fn from_attrs(
        field: &Field<'_>,
        attrs: &FieldAttrs,
        runtime: Runtime<'_>,
        mistakes: &mut Mistakes,
    ) -> Self {
        let first_key = attrs.keys.first();
        if let (Some(key), Some(_)) = (attrs.keep_unknown.key(), first_key) {
            mistakes.at(
                key,
                "`keep_unknown` treats every new value as the same object, but `key` only a value with the \
                 same key; remove one of them",
            );
        }
        let keys = [("key", first_key.map(syn::LitStr::span)), ("keep_unknown", attrs.keep_unknown.key())];
        if attrs.with.is_given()
            || !matches!(Length::from_type(field.ty, runtime), Length::Fixed | Length::Text)
        {
            // It may be an object or contain objects.
        } else if let Some((name, span)) = keys.into_iter().find_map(|(name, span)| Some((name, span?))) {
            mistakes
                .at(span, format!("`{name}` has no effect on this type, which has no members; remove it"));
        }
        if attrs.keep_unknown.is_given() {
            Self::Always
        } else if attrs.keys.is_empty() {
            Self::Alike
        } else {
            Self::Key(attrs.keys.iter().map(syn::LitStr::value).collect())
        }
    }
}
