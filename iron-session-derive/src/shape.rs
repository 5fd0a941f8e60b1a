//! Classifies a field's type by how it is written, because a macro can't resolve types.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{PathArguments, Type};

use crate::spelling::{Runtime, argument, is_plain, only_type, own, std_path, strip};

/// The types for which accessors differ.
#[derive(Clone, Copy)]
pub(crate) enum Shape<'a> {
    Option(&'a Type),
    Vec(&'a Type),
    /// `Expiring<U>`
    Expiring(&'a Type),
    /// `CsrfToken`
    Token,
    /// `ReturnTo`
    LocalPath,
    Other,
}

impl<'a> Shape<'a> {
    pub(crate) fn from_type(ty: &'a Type, runtime: Runtime<'_>) -> Self {
        if let Some(inner) = argument(ty, "option", "Option") {
            Self::Option(inner)
        } else if let Some(inner) = argument(ty, "vec", "Vec") {
            Self::Vec(inner)
        } else if let Some(inner) = own(ty, "Expiring", runtime).and_then(only_type) {
            Self::Expiring(inner)
        } else if let Some(PathArguments::None) = own(ty, "CsrfToken", runtime) {
            Self::Token
        } else if let Some(PathArguments::None) = own(ty, "ReturnTo", runtime) {
            Self::LocalPath
        } else {
            Self::Other
        }
    }
}

/// Returns `U` of a `Secret<U>`.
pub(crate) fn secret<'a>(ty: &'a Type, runtime: Runtime<'_>) -> Option<&'a Type> {
    own(ty, "Secret", runtime).and_then(only_type)
}

/// Tells whether a type is written as the runtime's `CsrfToken` or `Secret`.
pub(crate) fn is_secret(ty: &Type, runtime: Runtime<'_>) -> bool {
    secret(ty, runtime).is_some() || matches!(Shape::from_type(ty, runtime), Shape::Token)
}

/// Tells whether a type is written as `PhantomData<…>`.
pub(crate) fn is_phantom(ty: &Type) -> bool {
    std_path(ty, "marker", "PhantomData").is_some()
}

/// Tells whether a type is an `Option`; its `None` is written as `null` if it is not
/// left out.
pub(crate) fn is_option(ty: &Type) -> bool {
    argument(ty, "option", "Option").is_some()
}

/// An owned type that is read through its borrowed form and can be made from it.
#[derive(Clone, Copy)]
pub(crate) enum Text {
    Str,
    Path,
}

impl Text {
    pub(crate) fn from_type(ty: &Type) -> Option<Self> {
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

#[cfg(test)]
mod tests {
    use super::*;
    use syn::{Path, parse_str};

    fn shape(ty: &str) -> &'static str {
        match Shape::from_type(&parse_str(ty).unwrap(), Runtime::default()) {
            Shape::Option(_) => "option",
            Shape::Vec(_) => "vec",
            Shape::Expiring(_) => "expiring",
            Shape::Token => "token",
            Shape::LocalPath => "path",
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
    fn knows_its_own_types() {
        for (ty, expected) in [
            ("Expiring<u8>", "expiring"),
            ("iron_session::Expiring<u8>", "expiring"),
            ("::iron_session::Expiring<u8>", "expiring"),
            ("framework::iron_session::Expiring<u8>", "expiring"),
            ("my::Expiring<u8>", "other"),
            ("iron_session::field::Expiring<u8>", "other"),
            ("Expiring", "other"),
            ("CsrfToken", "token"),
            ("iron_session::CsrfToken", "token"),
            ("self::CsrfToken", "other"),
            ("ReturnTo", "path"),
            ("iron_session::ReturnTo", "path"),
            ("self::ReturnTo", "other"),
        ] {
            assert_eq!(shape(ty), expected, "{ty}");
        }
    }

    #[test]
    fn knows_its_own_types_by_the_name_that_their_crate_was_given() {
        let path: Path = parse_str("::sess").unwrap();
        let runtime = Runtime::at(Some(&path));
        for ty in ["::sess::CsrfToken", "sess::CsrfToken", "CsrfToken", "iron_session::CsrfToken"] {
            assert!(matches!(Shape::from_type(&parse_str(ty).unwrap(), runtime), Shape::Token), "{ty}");
        }
        assert!(secret(&parse_str("sess::Secret<u8>").unwrap(), runtime).is_some());
        assert!(matches!(Shape::from_type(&parse_str("my::CsrfToken").unwrap(), runtime), Shape::Other));
    }

    #[test]
    fn knows_owned_text() {
        let is_text = |ty: &str| Text::from_type(&parse_str(ty).unwrap()).is_some();
        for ty in ["String", "std::string::String", "Box<str>", "PathBuf", "std::path::PathBuf"] {
            assert!(is_text(ty), "{ty}");
        }
        for ty in ["my::String", "Box<u8>", "Arc<str>", "Cow<'static, str>", "String<u8>"] {
            assert!(!is_text(ty), "{ty}");
        }
    }
}
