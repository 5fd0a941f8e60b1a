//! The accessors: inherent methods, so that no trait must be imported.

use proc_macro2::TokenStream;
use quote::quote;
use syn::Type;

use super::docs;
use crate::model::{Accessor, Action, Head};
use crate::shape::Text;

/// What the accessors do.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Bodies {
    /// What they are for.
    Real,
    /// Nothing: they stand in, beside a mistake, for those who call them.
    Stub,
}

/// ```text
/// impl<T> AppSession<T> where … {
///     <method>…
/// }
/// ```
pub(crate) fn accessors(head: &Head<'_>, accessors: &[Accessor<'_>], bodies: Bodies) -> TokenStream {
    if accessors.is_empty() {
        return TokenStream::new();
    }
    let private = head.private();
    let methods = accessors.iter().map(|accessor| method(accessor, &private, bodies));
    let ident = head.ident;
    let (impl_generics, ty_generics, where_clause) = head.generics.split_for_impl();
    // Nobody calls every accessor, and what a lint says of the field is said
    // once, at the field.
    quote! {
        #[allow(
            dead_code,
            deprecated,
            non_snake_case,
            clippy::all,
            clippy::pedantic,
            clippy::impl_trait_in_params,
        )]
        impl #impl_generics #ident #ty_generics #where_clause {
            #(#methods)*
        }
    }
}

/// ```text
/// /// <sentence>
/// ///
/// /// <the first paragraph of the field's own documentation>
/// #[inline]
/// pub fn user_id(&self) -> Option<&str> { Option::as_deref(&self.user_id) }
/// ```
fn method(accessor: &Accessor<'_>, private: &TokenStream, bodies: Bodies) -> TokenStream {
    let Accessor { name, action, field } = accessor;
    let Method { attr, inputs, output, body } = Method::new(*action, field.ident, private);
    let docs = docs::docs(*action, field);
    let vis = field.vis;
    let body = match bodies {
        Bodies::Real => body,
        Bodies::Stub => quote!(#private::stub()),
    };
    quote! {
        #docs
        #attr
        #[inline]
        #vis fn #name(#inputs) #output { #body }
    }
}

/// The parts in which accessors differ.
struct Method {
    attr: TokenStream,
    inputs: TokenStream,
    output: TokenStream,
    body: TokenStream,
}

impl Method {
    fn new(action: Action<'_>, f: &syn::Ident, p: &TokenStream) -> Self {
        let reads = |output, body| Self { attr: quote!(#[must_use]), inputs: quote!(&self), output, body };
        let changes = |output, body| Self { attr: quote!(), inputs: quote!(&mut self), output, body };
        let takes_in = |ty: &Type, body: &dyn Fn(TokenStream) -> TokenStream| {
            let (ty, value) = value(ty, p);
            Self {
                attr: quote!(),
                inputs: quote!(&mut self, value: #ty),
                output: quote!(),
                body: body(value),
            }
        };
        match action {
            // fn f(&self) -> &U { &self.f }
            Action::Get(ty) => {
                let ty = borrowed(ty, p);
                reads(quote!(-> &#ty), quote!(&self.#f))
            }
            // fn f(&self) -> Option<&U> { Option::as_ref(&self.f) }
            // fn peek_f(&self) -> Option<&U> { Option::as_ref(&self.f) }
            Action::GetSome(inner) | Action::Peek(inner) => {
                let ty = borrowed(inner, p);
                let function = if Text::of(inner).is_some() { quote!(as_deref) } else { quote!(as_ref) };
                reads(quote!(-> #p::Option<&#ty>), quote!(#p::Option::#function(&self.#f)))
            }
            // fn f_mut(&mut self) -> &mut U { &mut self.f }
            Action::GetMut(ty) => changes(quote!(-> &mut #ty), quote!(&mut self.#f)),
            // fn set_f(&mut self, value: U) { self.f = value; }
            Action::Set(ty) => takes_in(ty, &|value| quote!(self.#f = #value;)),
            // fn set_f(&mut self, value: U) { self.f = Some(value); }
            Action::SetSome(inner) => takes_in(inner, &|value| quote!(self.#f = #p::Some(#value);)),
            // fn take_f(&mut self) -> Option<U> { Option::take(&mut self.f) }
            Action::Take(inner) => {
                changes(quote!(-> #p::Option<#inner>), quote!(#p::Option::take(&mut self.#f)))
            }
            // fn clear_f(&mut self) { self.f = None; }
            Action::Clear => changes(quote!(), quote!(self.#f = #p::None;)),
            // fn push_f(&mut self, value: U) { Vec::push(&mut self.f, value); }
            Action::Push(inner) => takes_in(inner, &|value| quote!(#p::Vec::push(&mut self.#f, #value);)),
            // fn take_f(&mut self) -> Vec<U> { mem::take(&mut self.f) }
            Action::TakeAll(inner) => changes(quote!(-> #p::Vec<#inner>), quote!(#p::take(&mut self.#f))),
            // fn peek_f(&self) -> &[U] { &self.f }
            Action::PeekAll(inner) => reads(quote!(-> &[#inner]), quote!(&self.#f)),
        }
    }
}

/// `str` for `String`, else the type itself.
fn borrowed(ty: &Type, private: &TokenStream) -> TokenStream {
    Text::of(ty).map_or_else(|| quote!(#ty), |text| text.borrowed(private))
}

/// A parameter's type, and the value it makes: `impl Into<…>` for text alone,
/// since an integer literal would not know its type.
fn value(ty: &Type, private: &TokenStream) -> (TokenStream, TokenStream) {
    match Text::of(ty) {
        Some(_) => (quote!(impl #private::Into<#ty>), quote!(#private::Into::into(value))),
        None => (quote!(#ty), quote!(value)),
    }
}
