//! The checks for a struct with `compress`: that the runtime can compress, and that no
//! secret is compressed unless the user allows it.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Generics, Type};

use super::{at, call_at, mentions, mentions_parameter};
use crate::model::{Field, Head, Model};
use crate::shape::parts;

/// ```text
/// const _: () = assert_can_compress();
///
/// const _: () = { use Unprobed as _; assert_no_secret(&[<probed>…]) };
/// ```
pub(super) fn check(model: &Model<'_>) -> Option<TokenStream> {
    if !model.schema.compress {
        return None;
    }
    let p = model.head.private();
    let call = at(model.head.ident, quote!(#p::assert_can_compress()));
    let fields = model.fields.iter().filter_map(|field| no_secret(field, &model.head, &p));
    Some(quote! {
        const _: () = #call;
        #(#fields)*
    })
}

fn no_secret(field: &Field<'_>, head: &Head<'_>, p: &TokenStream) -> Option<TokenStream> {
    if field.kind.wire()?.compress.is_some() {
        return None;
    }
    let secrets = probed(parts(field.ty), head.generics, p);
    let allow = head.allow();
    let call = call_at(field.ty, quote!(#p::assert_no_secret(#secrets)));
    Some(quote! {
        #allow
        const _: () = {
            use #p::Unprobed as _;
            #call
        };
    })
}

/// Asks types which secret they hold. Skips types that depend on a type parameter or on
/// `Self`, which are not known here.
///
/// ```text
/// &[Probe::<Unknown>::SECRET, Probe::<Vec<Role>>::SECRET, Probe::<Role>::SECRET]
/// ```
pub(crate) fn probed<'a>(
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
    quote!(&[#p::Probe::<#p::Unknown>::SECRET #(, #p::Probe::<#types>::SECRET)*])
}
