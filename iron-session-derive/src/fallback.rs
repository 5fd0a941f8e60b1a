//! What is written beside a mistake, so that it is the only one reported.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Generics, parse_quote};

use crate::expand::{Bodies, accessors};
use crate::mistakes::Mistakes;
use crate::model::{Draft, Head};

/// Writes the mistakes, and in place of the code that would have followed from
/// a correct struct its outline: the struct's users hear of nothing.
pub(crate) fn fallback(draft: &Draft<'_>, mistakes: &Mistakes) -> TokenStream {
    let errors = mistakes.to_compile_errors();
    let outline = draft.head.as_ref().map(|head| {
        let accessors = accessors(head, &draft.accessors, Bodies::Stub);
        let stub = stub(head, draft.described);
        quote!(#accessors #stub)
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
/// impl<T> WireSchema for AppSession<T> where … {
///     fn describe(_: &mut Payload) { stub() }
/// }
/// ```
fn stub(head: &Head<'_>, described: bool) -> TokenStream {
    let p = head.private();
    let ident = head.ident;
    let generics = without_borrows(head.generics);
    let (impl_generics, ty_generics, where_clause) = generics.split_for_impl();
    let described = described.then(|| {
        quote! {
            #[automatically_derived]
            impl #impl_generics #p::WireSchema for #ident #ty_generics #where_clause {
                fn describe(_: &mut #p::Payload) { #p::stub() }
            }
        }
    });
    quote! {
        #described

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

/// Adds `'a: 'static`, without which a struct that borrows is no session: that
/// was said already.
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
