//! Expressions that ask a type for its facts: its largest size, and the secrets that it holds.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Generics, Ident, Type};

use crate::length::Length;
use crate::model::{Bounds, Field, Head};
use crate::shape::is_option;
use crate::span::{at, call_at};
use crate::spelling::{Runtime, mentions, mentions_parameter, parts};

/// Asks a type that must have a largest size; the expression is a `usize`. A type that contains a
/// parameter is asked through the trait. For other types, another check reports a missing size.
///
/// ```text
/// known(Probe::<Role>::MAX_BYTES)
/// <Role<T> as MaxSize>::MAX_BYTES
/// array(20, <<Vec<CartItem<T>> as Items>::Item as MaxSize>::MAX_BYTES)
/// ```
pub(crate) fn max_bytes(
    ty: &Type,
    bounds: Bounds,
    has_parameter: bool,
    runtime: Runtime<'_>,
    p: &TokenStream,
) -> TokenStream {
    let by_bytes = bounds.max_bytes.map(|max| match Length::from_type(ty, runtime) {
        Length::List | Length::Map => quote!(#max),
        // It may be text, and the bound does not count the quotes.
        Length::Fixed | Length::Text | Length::Url | Length::Unknown => quote!(#p::text(#max)),
    });
    let size = match (by_bytes, counted(ty, bounds, runtime)) {
        (Some(bytes), Some(max)) if !has_parameter => {
            let item = item(ty, p);
            quote!(#p::smaller(#bytes, #p::array_of(#max, #item)))
        }
        (Some(bytes), _) => bytes,
        (None, Some(max)) if !has_parameter => {
            let item = item(ty, p);
            quote!(#p::known(#p::array_of(#max, #item)))
        }
        (None, Some(max)) => {
            let item = at(ty, quote!(<<#ty as #p::Items>::Item as #p::MaxSize>::MAX_BYTES));
            quote!(#p::array(#max, #item))
        }
        (None, None) if !has_parameter => return quote!(#p::known(#p::Probe::<#ty>::MAX_BYTES)),
        (None, None) => return quote!(<#ty as #p::MaxSize>::MAX_BYTES),
    };
    if is_option(ty) { quote!(#p::larger(4, #size)) } else { size }
}

/// Asks a list's type for the largest size of an item. All tokens have the type's span, so that a
/// problem with the type is one error.
pub(crate) fn item(ty: &Type, p: &TokenStream) -> TokenStream {
    at(ty, quote!(#p::Probe::<<#ty as #p::Items>::Item>::MAX_BYTES))
}

/// Returns `max_items`, except for a map, whose keys can be long even if there are few.
pub(crate) fn counted(ty: &Type, bounds: Bounds, runtime: Runtime<'_>) -> Option<usize> {
    bounds.max_items.filter(|_| Length::from_type(ty, runtime) != Length::Map)
}

/// Asks types which secrets they hold. Skips types that depend on a type parameter or on
/// `Self`, which are not known here.
///
/// ```text
/// &[Probe::<Unknown>::SECRETS, Probe::<Vec<Role>>::SECRETS, Probe::<Role>::SECRETS]
/// ```
pub(crate) fn secrets<'a>(
    types: impl IntoIterator<Item = &'a Type>,
    generics: &Generics,
    p: &TokenStream,
) -> TokenStream {
    let is_concrete = |ty: &&Type| {
        !mentions_parameter(ty, generics)
            && !mentions(ty, |ident| {
                ident == "Self" || generics.const_params().any(|param| param.ident == *ident)
            })
    };
    let types = types.into_iter().filter(is_concrete);
    // The first entry uses the trait, so that its import is never unused.
    quote!(&[#p::Probe::<#p::Unknown>::SECRETS #(, #p::Probe::<#types>::SECRETS)*])
}

/// Checks the secrets of a field with a function of the runtime, which panics in a constant.
///
/// ```text
/// const _: () = { use Unprobed as _; assert_no_secret(&[<probed>…]) };
/// ```
pub(crate) fn check_secrets(field: &Field<'_>, head: &Head<'_>, function: &Ident) -> TokenStream {
    let p = head.private();
    let secrets = secrets(parts(field.ty), head.generics, &p);
    let allow = head.allow();
    let call = call_at(field.ty, quote!(#p::#function(#secrets)));
    quote! {
        #allow
        const _: () = {
            use #p::Unprobed as _;
            #call
        };
    }
}
