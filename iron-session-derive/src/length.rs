//! The part of a type's JSON that `max_bytes` or `max_items` can limit.

use syn::{GenericArgument, PathArguments, Type};

use crate::shape::{Shape, Text, secret};
use crate::spelling::{Runtime, argument, is_plain, only_type, own, std_path, strip};

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

#[cfg(test)]
mod tests {
    use super::*;
    use syn::parse_str;

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
}
