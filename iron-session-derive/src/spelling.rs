//! Types as they are written, because a macro can't resolve them.

use proc_macro2::{TokenStream, TokenTree};
use quote::quote;
use syn::{GenericArgument, Generics, Ident, Path, PathArguments, Type};

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

/// Returns `U` of a `name<U>`.
pub(crate) fn argument<'a>(ty: &'a Type, module: &str, name: &str) -> Option<&'a Type> {
    only_type(std_path(ty, module, name)?)
}

/// Returns the argument, if it is the only one and a type.
pub(crate) fn only_type(arguments: &PathArguments) -> Option<&Type> {
    match arguments {
        PathArguments::AngleBracketed(list) if list.args.len() == 1 => match list.args.first()? {
            GenericArgument::Type(inner) => Some(inner),
            _ => None,
        },
        _ => None,
    }
}

/// Tells whether a type is written as `name` or `std::module::name`, without arguments.
pub(crate) fn is_plain(ty: &Type, module: &str, name: &str) -> bool {
    matches!(std_path(ty, module, name), Some(PathArguments::None))
}

/// Returns the arguments of a type of the runtime: written as `name`, or as
/// `iron_session::name` after any path prefix.
pub(crate) fn own<'a>(ty: &'a Type, name: &str, runtime: Runtime<'_>) -> Option<&'a PathArguments> {
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
pub(crate) fn std_path<'a>(ty: &'a Type, module: &str, name: &str) -> Option<&'a PathArguments> {
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
pub(crate) fn strip(ty: &Type) -> &Type {
    match ty {
        Type::Group(group) => strip(&group.elem),
        Type::Paren(paren) => strip(&paren.elem),
        _ => ty,
    }
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

/// Tells whether a type, as written, contains a type parameter.
pub(crate) fn mentions_parameter(ty: &Type, generics: &Generics) -> bool {
    mentions(ty, |ident| generics.type_params().any(|param| param.ident == *ident))
}

/// Tells whether a type, as written, contains one of these identifiers.
pub(crate) fn mentions(ty: &Type, is_one: impl Fn(&Ident) -> bool + Copy) -> bool {
    fn any(tokens: TokenStream, is_one: impl Fn(&Ident) -> bool + Copy) -> bool {
        tokens.into_iter().any(|token| match token {
            TokenTree::Group(group) => any(group.stream(), is_one),
            TokenTree::Ident(ident) => is_one(&ident),
            TokenTree::Punct(_) | TokenTree::Literal(_) => false,
        })
    }
    any(quote!(#ty), is_one)
}

#[cfg(test)]
mod tests {
    use super::*;
    use syn::parse_str;

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
}
