//! What a field's type is, as far as its spelling tells: a macro sees no types.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{GenericArgument, Path, PathArguments, Type};

/// The types that accessors treat in a way of their own.
pub(crate) enum Shape<'a> {
    Option(&'a Type),
    Vec(&'a Type),
    Other,
}

impl<'a> Shape<'a> {
    pub(crate) fn of(ty: &'a Type) -> Self {
        if let Some(inner) = argument(ty, "option", "Option") {
            Self::Option(inner)
        } else if let Some(inner) = argument(ty, "vec", "Vec") {
            Self::Vec(inner)
        } else {
            Self::Other
        }
    }
}

/// An owned type that is read through its borrowed form and can be made from it.
#[derive(Clone, Copy)]
pub(crate) enum Text {
    Str,
    Path,
}

impl Text {
    pub(crate) fn of(ty: &Type) -> Option<Self> {
        let boxed = argument(ty, "boxed", "Box").map(strip);
        let is_str =
            |ty: &Type| matches!(ty, Type::Path(ty) if ty.qself.is_none() && ty.path.is_ident("str"));
        if is_plain(ty, "string", "String") || boxed.is_some_and(is_str) {
            Some(Self::Str)
        } else if is_plain(ty, "path", "PathBuf") {
            Some(Self::Path)
        } else {
            None
        }
    }

    /// Writes the borrowed form's type.
    pub(crate) fn borrowed(self, private: &TokenStream) -> TokenStream {
        match self {
            Self::Str => quote!(#private::str),
            Self::Path => quote!(#private::Path),
        }
    }
}

/// Returns `U` of a `name<U>`.
fn argument<'a>(ty: &'a Type, module: &str, name: &str) -> Option<&'a Type> {
    match std_path(ty, module, name)? {
        PathArguments::AngleBracketed(list) if list.args.len() == 1 => match list.args.first()? {
            GenericArgument::Type(inner) => Some(inner),
            _ => None,
        },
        _ => None,
    }
}

fn is_plain(ty: &Type, module: &str, name: &str) -> bool {
    matches!(std_path(ty, module, name), Some(PathArguments::None))
}

/// Returns the arguments of a type that is spelt `name` or `std::module::name`.
///
/// Not of any other path that ends so: `my::Option<T>` is somebody else's.
fn std_path<'a>(ty: &'a Type, module: &str, name: &str) -> Option<&'a PathArguments> {
    let Type::Path(ty) = strip(ty) else { return None };
    if ty.qself.is_some() {
        return None;
    }
    let last = ty.path.segments.last()?;
    (last.ident == name && is_std(&ty.path, module)).then_some(&last.arguments)
}

fn is_std(path: &Path, module: &str) -> bool {
    let mut segments = path.segments.iter().rev().skip(1);
    match (segments.next(), segments.next(), segments.next()) {
        (None, ..) => path.leading_colon.is_none(),
        (Some(parent), Some(root), None) => {
            parent.ident == module && ["std", "core", "alloc"].iter().any(|name| root.ident == name)
        }
        _ => false,
    }
}

/// Takes off parentheses, and the invisible group around a macro's `$t:ty`.
fn strip(ty: &Type) -> &Type {
    match ty {
        Type::Group(group) => strip(&group.elem),
        Type::Paren(paren) => strip(&paren.elem),
        _ => ty,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use syn::parse_str;

    fn shape(ty: &str) -> &'static str {
        match Shape::of(&parse_str(ty).unwrap()) {
            Shape::Option(_) => "option",
            Shape::Vec(_) => "vec",
            Shape::Other => "other",
        }
    }

    #[test]
    fn knows_std_types_however_they_are_spelt() {
        for (ty, expected) in [
            ("Option<u8>", "option"),
            ("std::option::Option<u8>", "option"),
            ("::core::option::Option<u8>", "option"),
            ("(Option<u8>)", "option"),
            ("Vec<u8>", "vec"),
            ("alloc::vec::Vec<u8>", "vec"),
        ] {
            assert_eq!(shape(ty), expected, "{ty}");
        }
    }

    #[test]
    fn leaves_types_that_only_look_alike() {
        for ty in ["my::Option<u8>", "Option", "Option<u8, u8>", "::Option<u8>", "<T as Tr>::Vec<u8>", "[u8]"]
        {
            assert_eq!(shape(ty), "other", "{ty}");
        }
    }

    #[test]
    fn knows_owned_text() {
        let is_text = |ty: &str| Text::of(&parse_str(ty).unwrap()).is_some();
        for ty in ["String", "std::string::String", "Box<str>", "PathBuf", "std::path::PathBuf"] {
            assert!(is_text(ty), "{ty}");
        }
        for ty in ["my::String", "Box<u8>", "Arc<str>", "Cow<'static, str>", "String<u8>"] {
            assert!(!is_text(ty), "{ty}");
        }
    }
}
