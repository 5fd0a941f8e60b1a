//! The traits by which guards and the sign-in find the fields that they use.

use proc_macro2::TokenStream;
use quote::quote;

use super::Bodies;
use crate::model::{Guarded, Head, Subject};
use crate::span::{own, own_ident};

/// ```text
/// impl<T> HasCsrfToken for AppSession<T> where … {
///     fn csrf_token(&self) -> &CsrfToken { <CsrfToken as CsrfTokenField>::token(&self.csrf) }
/// }
///
/// impl<T> HasReturnTo for AppSession<T> where … {
///     fn return_to_mut(&mut self) -> &mut ReturnTo { <ReturnTo as ReturnToField>::path_mut(&mut self.return_to) }
/// }
///
/// impl<T> SignIn for AppSession<T> where … {
///     type Subject = UserId;
///     const WAY_BACK: Option<fn(&mut Self) -> &mut ReturnTo> = Some(<Self as HasReturnTo>::return_to_mut);
///     fn subject(&self) -> Option<&UserId> { Option::as_ref(&self.user_id) }
///     fn set_subject(&mut self, subject: UserId) { self.user_id = Some(subject); }
/// }
///
/// impl<T> Revocable for AppSession<T> where … {}
/// ```
///
/// Writes nothing for a struct with no such field, or with several.
pub(crate) fn guarded(head: &Head<'_>, guarded: Guarded<'_>, bodies: Bodies) -> TokenStream {
    let p = head.private();
    let body = |body| match bodies {
        Bodies::Real => body,
        Bodies::Stub => quote!(#p::stub()),
    };
    let token = guarded.token.map(|field| {
        let (ident, ty) = (own_ident(field.ident.clone()), field.ty);
        let body = body(quote!(<#ty as #p::CsrfTokenField>::token(&self.#ident)));
        implement(head, &quote!(HasCsrfToken), &quote!(fn csrf_token(&self) -> &#p::CsrfToken { #body }))
    });
    let return_to = guarded.return_to.map(|field| {
        let (ident, ty) = (own_ident(field.ident.clone()), field.ty);
        let body = body(quote!(<#ty as #p::ReturnToField>::path_mut(&mut self.#ident)));
        implement(
            head,
            &quote!(HasReturnTo),
            &quote!(fn return_to_mut(&mut self) -> &mut #p::ReturnTo { #body }),
        )
    });
    let subject = guarded.subject.map(|Subject { field, inner }| {
        let (ident, inner) = (own_ident(field.ident.clone()), own(inner));
        let get = body(quote!(#p::Option::as_ref(&self.#ident)));
        let set = body(quote!(self.#ident = #p::Some(__subject);));
        let way_back = guarded.return_to.map(|_| {
            quote! {
                const WAY_BACK: #p::Option<fn(&mut Self) -> &mut #p::ReturnTo> =
                    #p::Some(<Self as #p::HasReturnTo>::return_to_mut);
            }
        });
        let items = quote! {
            type Subject = #inner;
            #way_back
            fn subject(&self) -> #p::Option<&#inner> { #get }
            fn set_subject(&mut self, __subject: #inner) { #set }
        };
        implement(head, &quote!(SignIn), &items)
    });
    let revocable = guarded.revocable.then(|| implement(head, &quote!(Revocable), &TokenStream::new()));
    quote!(#token #return_to #subject #revocable)
}

fn implement(head: &Head<'_>, name: &TokenStream, items: &TokenStream) -> TokenStream {
    let (p, session, allow) = (head.private(), head.ident, head.allow());
    let (impl_generics, ty_generics, where_clause) = head.generics.split_for_impl();
    quote! {
        #[automatically_derived]
        #allow
        impl #impl_generics #p::#name for #session #ty_generics #where_clause {
            #items
        }
    }
}
