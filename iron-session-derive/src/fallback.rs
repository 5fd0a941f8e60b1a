//! Writes stubs next to the reported mistakes, so that no other errors follow from them.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Generics, parse_quote};

use crate::expand::{Bodies, accessors, guarded};
use crate::mistakes::Mistakes;
use crate::model::{Draft, Head};

/// Writes the mistakes, and stubs instead of the code for a correct struct, so that code
/// that uses the struct gets no errors.
pub(crate) fn fallback(draft: &Draft<'_>, mistakes: &Mistakes) -> TokenStream {
    let errors = mistakes.to_compile_errors();
    let outline = draft.head.as_ref().map(|head| {
        let accessors = accessors(head, &draft.accessors, Bodies::Stub);
        let stub = stub(head, draft.json_schema);
        let guarded = guarded(head, draft.guarded, Bodies::Stub);
        quote!(#accessors #stub #guarded)
    });
    quote!(#errors #outline)
}

/// ```text
/// impl<T> IronSession for AppSession<T> where … {
///     const SCHEMA: Schema = Schema::new("AppSession");
///     fn empty() -> Self { stub() }
///     …
/// }
///
/// impl<T> HasJsonSchema for AppSession<T> where … {
///     fn describe(_: &mut Payload) { stub() }
/// }
/// ```
fn stub(head: &Head<'_>, json_schema: bool) -> TokenStream {
    let p = head.private();
    let ident = head.ident;
    let generics = without_borrows(head.generics);
    let (impl_generics, ty_generics, where_clause) = generics.split_for_impl();
    let json_schema = json_schema.then(|| {
        quote! {
            #[automatically_derived]
            impl #impl_generics #p::HasJsonSchema for #ident #ty_generics #where_clause {
                fn describe(_: &mut #p::Payload) { #p::stub() }
            }
        }
    });
    quote! {
        #json_schema

        #[automatically_derived]
        impl #impl_generics #p::IronSession for #ident #ty_generics #where_clause {
            const SCHEMA: #p::Schema = #p::Schema::new("");
            fn empty() -> Self { #p::stub() }
            fn decode(&mut self, _: &#p::str, _: &mut #p::Decoder<'_>) -> #p::Result<(), #p::DecodeError> { #p::stub() }
            fn encode(&self, _: &mut #p::Encoder) -> #p::Result<(), #p::EncodeError> { #p::stub() }
            fn canonical(_: &#p::str) -> #p::Option<&#p::str> { #p::stub() }
        }
    }
}

/// Adds `'a: 'static`. Without it, a struct that borrows is not a session, which was
/// already reported.
fn without_borrows(generics: &Generics) -> Generics {
    let mut generics = generics.clone();
    let lifetimes: Vec<_> = generics.lifetimes().map(|param| param.lifetime.clone()).collect();
    if !lifetimes.is_empty() {
        let predicates = &mut generics.make_where_clause().predicates;
        predicates.extend(
            lifetimes.iter().map(|lifetime| -> syn::WherePredicate { parse_quote!(#lifetime: 'static) }),
        );
    }
    generics
}
