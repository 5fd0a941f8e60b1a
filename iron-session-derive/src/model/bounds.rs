//! The size limits of a field.

use proc_macro2::Span;
use syn::Type;

use crate::attr::BoundAttrs;
use crate::length::Length;
use crate::mistakes::Mistakes;
use crate::spelling::Runtime;

/// `max_bytes` and `max_items`.
#[derive(Clone, Copy, Default)]
pub(crate) struct Bounds {
    pub(crate) max_bytes: Option<usize>,
    pub(crate) max_items: Option<usize>,
}

impl Bounds {
    pub(crate) fn from_attrs(attrs: &BoundAttrs) -> Self {
        Self { max_bytes: attrs.max_bytes.get().copied(), max_items: attrs.max_items.get().copied() }
    }

    pub(crate) fn is_none(self) -> bool {
        self.max_bytes.is_none() && self.max_items.is_none()
    }
}

/// Reports bounds on a type that, as far as the macro can see, has nothing to limit.
pub(crate) fn check_length(attrs: &BoundAttrs, ty: &Type, runtime: Runtime<'_>, mistakes: &mut Mistakes) {
    let length = Length::from_type(ty, runtime);
    let mut fixed = |key: Span, name: &str| {
        mistakes.at(
            key,
            format!(
                "`{name}` is only for values of variable size, such as text and lists; \
                 remove it, because this type already has a largest size"
            ),
        );
    };
    if length == Length::Fixed {
        attrs.max_bytes.key().into_iter().for_each(|key| fixed(key, "max_bytes"));
        attrs.max_items.key().into_iter().for_each(|key| fixed(key, "max_items"));
    }
    if let (Length::Text | Length::Url, Some(key)) = (length, attrs.max_items.key()) {
        mistakes.at(key, "`max_items` counts the elements of a list; use `max_bytes` for text");
    }
    if let (Length::Map, Some(key), false) = (length, attrs.max_items.key(), attrs.max_bytes.is_given()) {
        mistakes.at(key, "`max_items` alone does not limit the size of a map, because its keys can have any length; add `max_bytes`");
    }
}
