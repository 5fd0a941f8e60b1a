//! The traits by which guards find the fields that they use.

use proc_macro2::TokenStream;
use quote::quote;

use super::{Bodies, own_ident};
use crate::model::{Guarded, Head};

/// ```text
/// impl<T> HasCsrfToken for AppSession<T> where … {
///     fn csrf_token(&self) -> &CsrfToken { <CsrfToken as Token>::token(&self.csrf) }
/// }
/// ```
///
/// Writes nothing for a struct with no field of this type, or with several.
pub(crate) fn guarded(head: &Head<'_>, guarded: Guarded<'_>, bodies: Bodies) -> Option<TokenStream> {
    let field = guarded.token?;
    let p = head.private();
    let (ident, ty) = (own_ident(field.ident.clone()), field.ty);
    let body = match bodies {
        Bodies::Real => quote!(<#ty as #p::Token>::token(&self.#ident)),
        Bodies::Stub => quote!(#p::stub()),
    };
    let session = head.ident;
    let (impl_generics, ty_generics, where_clause) = head.generics.split_for_impl();
    let allow = head.allow();
    Some(quote! {
        #[automatically_derived]
        #allow
        impl #impl_generics #p::HasCsrfToken for #session #ty_generics #where_clause {
            fn csrf_token(&self) -> &#p::CsrfToken { #body }
        }
    })
}
