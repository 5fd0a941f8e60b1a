//! Classifies a field's type by how it is written, because a macro can't resolve types.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{GenericArgument, Ident, Path, PathArguments, Type};

/// The last part of paths to the runtime: `iron_session`, or another name that
/// `#[session(crate = "…")]` gives it.
#[derive(Clone, Copy, Default)]
pub(crate) struct Runtime<'a> {
    name: Option<&'a Ident>,
}

impl<'a> Runtime<'a> {
    pub(crate) fn at(path: Option<&'a Path>) -> Self {
        Self { name: path.and_then(|path| path.segments.last()).map(|segment| &segment.ident) }
    }

    pub(crate) fn is(self, ident: &Ident) -> bool {
        ident == "iron_session" || self.name == Some(ident)
    }
}

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

/// Returns a type and all types written inside it: for a `Vec<(Role, u8)>` also
/// `(Role, u8)`, `Role` and `u8`.
pub(crate) fn parts(ty: &Type) -> Vec<&Type> {
    let ty = strip(ty);
    let inner: Vec<&Type> = match ty {
        Type::Array(array) => vec![&array.elem],
        Type::Slice(slice) => vec![&slice.elem],
        Type::Tuple(tuple) => tuple.elems.iter().collect(),
        Type::Path(ty) => ty.path.segments.iter().flat_map(|segment| arguments(&segment.arguments)).collect(),
        _ => Vec::new(),
    };
    std::iter::once(ty).chain(inner.into_iter().flat_map(parts)).collect()
}

fn arguments(arguments: &PathArguments) -> impl Iterator<Item = &Type> {
    let list = match arguments {
        PathArguments::AngleBracketed(list) => Some(&list.args),
        _ => None,
    };
    list.into_iter().flatten().filter_map(|argument| match argument {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    })
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

/// The part of a type's JSON that can be limited.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Length {
    /// Nothing, because the type already has a largest size.
    Fixed,
    /// Bytes between quotes.
    Text,
    /// Bytes between quotes, unless another type has the same name: `Url`.
    Url,
    /// Elements.
    List,
    /// Members.
    Map,
    /// Unknown.
    Unknown,
}

const NUMBERS: &[&str] = &[
    "u8", "u16", "u32", "u64", "u128", "usize", "i8", "i16", "i32", "i64", "i128", "isize", "f32", "f64",
    "bool", "char",
];
const LISTS: &[&str] = &["VecDeque", "LinkedList", "BTreeSet", "HashSet", "BinaryHeap"];
const MAPS: &[&str] = &["BTreeMap", "HashMap"];

/// Crates for which there is a feature, and their types that are usually written without a path.
const FEATURES: &[(&str, &[&str])] = &[
    ("chrono", &["DateTime", "NaiveDate", "NaiveTime", "NaiveDateTime"]),
    ("jiff", &[]),
    ("rust_decimal", &["Decimal"]),
    ("time", &["OffsetDateTime", "PrimitiveDateTime", "UtcOffset"]),
    ("uuid", &["Uuid"]),
];

impl Length {
    pub(crate) fn from_type(ty: &Type, runtime: Runtime<'_>) -> Self {
        let ty = strip(ty);
        let wrapped = argument(ty, "option", "Option")
            .or_else(|| secret(ty, runtime))
            .or_else(|| own(ty, "Expiring", runtime).and_then(only_type));
        if let Some(inner) = wrapped {
            return Self::from_type(inner, runtime);
        }
        let is_any = |module, names: &[&str]| names.iter().any(|name| std_path(ty, module, name).is_some());
        let is_primitive = |name: &&str| is_plain(ty, "primitive", name);
        let boxed = argument(ty, "boxed", "Box").map(strip);
        match ty {
            Type::Tuple(tuple) if tuple.elems.is_empty() => Self::Fixed,
            Type::Array(_) | Type::Tuple(_) => Self::List,
            _ if Text::from_type(ty).is_some() || is_cow_of_str(ty) => Self::Text,
            _ if matches!(boxed, Some(Type::Slice(_))) || argument(ty, "vec", "Vec").is_some() => Self::List,
            _ if is_any("collections", LISTS) => Self::List,
            _ if is_any("collections", MAPS) => Self::Map,
            _ if is_url(ty) => Self::Url,
            _ if NUMBERS.iter().any(is_primitive) => Self::Fixed,
            _ if matches!(Shape::from_type(ty, runtime), Shape::Token | Shape::LocalPath) => Self::Fixed,
            _ => Self::Unknown,
        }
    }
}

/// Returns the element type of a list, if it can be seen. Arrays and tuples have a fixed length and
/// return `None`.
pub(crate) fn item(ty: &Type) -> Option<&Type> {
    let ty = argument(ty, "option", "Option").unwrap_or(ty);
    let boxed = argument(ty, "boxed", "Box").map(strip);
    let list = LISTS.iter().find_map(|name| argument(ty, "collections", name));
    list.or_else(|| argument(ty, "vec", "Vec")).or(match boxed {
        Some(Type::Slice(slice)) => Some(&slice.elem),
        _ => None,
    })
}

/// Returns the feature of the runtime that supports a type of another crate.
pub(crate) fn feature(ty: &Type) -> Option<&'static str> {
    let ty = argument(ty, "option", "Option").unwrap_or(ty);
    let Type::Path(ty) = strip(ty) else { return None };
    let (first, last) = (ty.path.segments.first()?, ty.path.segments.last()?);
    FEATURES
        .iter()
        .find(|(name, types)| {
            let is_of_the_crate = ty.path.segments.len() > 1 && first.ident == name;
            let is_one_of_them = ty.path.segments.len() == 1 && types.iter().any(|name| last.ident == name);
            is_of_the_crate || is_one_of_them
        })
        .map(|(name, _)| *name)
}

fn is_cow_of_str(ty: &Type) -> bool {
    let Some(PathArguments::AngleBracketed(list)) = std_path(ty, "borrow", "Cow") else { return false };
    matches!(list.args.last(), Some(GenericArgument::Type(Type::Path(ty))) if ty.qself.is_none() && ty.path.is_ident("str"))
}

/// Tells whether a type is written as `Url` or `url::Url`.
fn is_url(ty: &Type) -> bool {
    let Type::Path(ty) = ty else { return false };
    let Some(last) = ty.path.segments.last() else { return false };
    let mut parents = ty.path.segments.iter().rev().skip(1);
    let is_of_the_crate = match (parents.next(), parents.next()) {
        (None, _) => ty.path.leading_colon.is_none(),
        (Some(parent), None) => parent.ident == "url",
        _ => false,
    };
    ty.qself.is_none() && is_of_the_crate && last.ident == "Url" && last.arguments.is_none()
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

/// Returns `U` of a `name<U>`.
fn argument<'a>(ty: &'a Type, module: &str, name: &str) -> Option<&'a Type> {
    only_type(std_path(ty, module, name)?)
}

fn only_type(arguments: &PathArguments) -> Option<&Type> {
    match arguments {
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

/// Returns the arguments of a type of the runtime: written as `name`, or as
/// `iron_session::name` after any path prefix.
fn own<'a>(ty: &'a Type, name: &str, runtime: Runtime<'_>) -> Option<&'a PathArguments> {
    let Type::Path(ty) = strip(ty) else { return None };
    if ty.qself.is_some() {
        return None;
    }
    let last = ty.path.segments.last()?;
    let mut parents = ty.path.segments.iter().rev().skip(1).map(|segment| &segment.ident);
    let is_own = match parents.next() {
        None => ty.path.leading_colon.is_none(),
        Some(parent) => runtime.is(parent),
    };
    (last.ident == name && is_own).then_some(&last.arguments)
}

/// Returns the arguments of a type that is written as `name` or `std::module::name`.
///
/// Any other path that ends in `name`, such as `my::Option<T>`, is a different type.
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

/// Removes parentheses and the invisible group around a macro's `$t:ty`.
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
    fn knows_what_can_be_counted() {
        let length = |ty: &str| Length::from_type(&parse_str(ty).unwrap(), Runtime::default());
        for ty in ["u8", "core::primitive::u8", "bool", "()", "CsrfToken", "Option<char>", "Secret<u64>"] {
            assert_eq!(length(ty), Length::Fixed, "{ty}");
        }
        for ty in ["String", "Box<str>", "Cow<'static, str>", "Option<PathBuf>", "Secret<String>"] {
            assert_eq!(length(ty), Length::Text, "{ty}");
        }
        for ty in ["Vec<u8>", "Box<[u8]>", "[u8; 4]", "(u8, String)", "HashSet<u8>", "Expiring<Vec<u8>>"] {
            assert_eq!(length(ty), Length::List, "{ty}");
        }
        for ty in ["HashMap<u8, u8>", "std::collections::BTreeMap<u8, u8>"] {
            assert_eq!(length(ty), Length::Map, "{ty}");
        }
        for ty in ["Url", "url::Url", "Option<::url::Url>", "Expiring<Url>"] {
            assert_eq!(length(ty), Length::Url, "{ty}");
        }
        for ty in ["Role", "my::u8", "Box<Role>", "T", "my::Url", "my::url::Url", "::Url", "Url<T>"] {
            assert_eq!(length(ty), Length::Unknown, "{ty}");
        }
    }

    #[test]
    fn takes_a_type_apart() {
        let ty = parse_str("Option<HashMap<String, (Role, [my::Secret<u8>; 2])>>").unwrap();
        let parts: Vec<_> = parts(&ty).into_iter().skip(2).map(|ty| quote!(#ty).to_string()).collect();
        assert_eq!(
            parts,
            [
                "String",
                "(Role , [my :: Secret < u8 > ; 2])",
                "Role",
                "[my :: Secret < u8 > ; 2]",
                "my :: Secret < u8 >",
                "u8"
            ]
        );
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
