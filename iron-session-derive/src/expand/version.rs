//! The version: the tag of new cookies, and how older cookies are read.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;

use crate::model::{Head, Model, Version};
use crate::span::{at, call_at};

/// ```text
/// .with_version(2, 1).with_readable_by(1)
/// ```
pub(super) fn schema(version: &Version) -> TokenStream {
    let Version { number, untagged, .. } = version;
    let readable_by = version.readable_by.map(|oldest| quote!(.with_readable_by(#oldest)));
    quote!(.with_version(#number, #untagged) #readable_by)
}

/// ```text
/// const PREVIOUS: Option<Previous<Self>> = Some(<Previous<Self>>::new::<v1::AppSession>().after_gap());
/// ```
pub(super) fn previous(model: &Model<'_>) -> Option<TokenStream> {
    let p = model.head.private();
    let previous = model.schema.version.as_ref()?.previous.as_ref()?;
    let ty = &previous.ty;
    let gap = previous.gap.then(|| quote!(.after_gap()));
    // The error for a type that is not a session, or a missing `From`, points to its name.
    let new = at(ty, quote!(<#p::Previous<Self>>::new));
    let new = quote_spanned!(ty.span()=> #new::<#ty>());
    Some(quote! {
        const PREVIOUS: #p::Option<#p::Previous<Self>> = #p::Some(#new #gap);
    })
}

/// ```text
/// const _: () = assert_follows::<AppSession>();
/// ```
///
/// A struct with type parameters is checked when its layer is built.
pub(super) fn check(model: &Model<'_>) -> Option<TokenStream> {
    let previous = model.schema.version.as_ref()?.previous.as_ref()?;
    let Head { ident, generics, .. } = &model.head;
    if generics.type_params().next().is_some() || generics.const_params().next().is_some() {
        return None;
    }
    let p = model.head.private();
    let call = call_at(&previous.ty, quote!(#p::assert_follows::<#ident>()));
    let allow = model.head.allow();
    Some(quote! {
        #allow
        const _: () = #call;
    })
}
