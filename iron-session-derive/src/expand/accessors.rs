//! The accessors: inherent methods, so that no trait must be imported.

use proc_macro2::TokenStream;
use quote::quote;
use syn::ext::IdentExt;
use syn::{Ident, Type};

use super::docs;
use crate::model::{Accessor, Action, Guard, Head, Param};
use crate::shape::Text;
use crate::span::{own, own_ident};
use crate::spelling::Runtime;

/// The bodies of the accessors.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Bodies {
    /// The working implementation.
    Real,
    /// A stub next to a mistake, so that callers still compile.
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
    let methods = accessors.iter().map(|accessor| method(accessor, head.runtime(), &private, bodies));
    let ident = head.ident;
    let (impl_generics, ty_generics, where_clause) = head.generics.split_for_impl();
    let allow = head.allow();
    quote! {
        #allow
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
fn method(
    accessor: &Accessor<'_>,
    runtime: Runtime<'_>,
    private: &TokenStream,
    bodies: Bodies,
) -> TokenStream {
    let Accessor { name, action, field } = accessor;
    // Not every accessor is called, and a lint about the field should appear once, at the field.
    let (name, ident) = (own_ident(name.clone()), own_ident(field.ident.clone()));
    let Method { attr, inputs, output, body } = Method::new(*action, &ident, private);
    let (inputs, output) = (own(inputs), own(output));
    // This lint also checks generated code.
    let is_iter = name == "iter" || name == "iter_mut";
    let allow = is_iter.then(|| quote!(#[allow(clippy::iter_not_returning_iterator)]));
    let docs = docs::docs(*action, field, runtime);
    let vis = own(field.vis);
    let body = match bodies {
        Bodies::Real => body,
        Bodies::Stub => quote!(#private::stub()),
    };
    quote! {
        #docs
        #attr
        #allow
        #[inline]
        #vis fn #name(#inputs) #output { #body }
    }
}

/// The parts that differ between accessors.
struct Method {
    attr: TokenStream,
    inputs: TokenStream,
    output: TokenStream,
    body: TokenStream,
}

impl Method {
    fn new(action: Action<'_>, f: &Ident, p: &TokenStream) -> Self {
        let reads = |output, body| Self { attr: quote!(#[must_use]), inputs: quote!(&self), output, body };
        let changes = |output, body| Self { attr: quote!(), inputs: quote!(&mut self), output, body };
        let takes_in = |param: Param<'_>, body: &dyn Fn(TokenStream) -> TokenStream| {
            let (ty, value) = value(param, p);
            // This lint also checks generated code.
            let allow = param.into.then(|| quote!(#[allow(clippy::impl_trait_in_params)]));
            Self {
                attr: quote!(#allow),
                inputs: quote!(&mut self, value: #ty),
                output: quote!(),
                body: body(value),
            }
        };
        let tries = |param: Param<'_>, body: &dyn Fn(TokenStream) -> TokenStream| Self {
            output: quote!(-> #p::Result<(), #p::FieldTooLarge>),
            ..takes_in(param, body)
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
                let function =
                    if Text::from_type(inner).is_some() { quote!(as_deref) } else { quote!(as_ref) };
                reads(quote!(-> #p::Option<&#ty>), quote!(#p::Option::#function(&self.#f)))
            }
            // fn f(&self) -> Option<&U> { Expiring::get(&self.f) }
            Action::GetAlive(inner) => {
                let ty = borrowed(inner, p);
                let value = quote!(#p::Expiring::get(&self.#f));
                let value = if Text::from_type(inner).is_some() {
                    quote!(#p::Option::map(#value, |value| &**value))
                } else {
                    value
                };
                reads(quote!(-> #p::Option<&#ty>), value)
            }
            // fn f_mut(&mut self) -> &mut U { &mut self.f }
            Action::GetMut(ty) => changes(quote!(-> &mut #ty), quote!(&mut self.#f)),
            // fn f_mut(&mut self) -> Option<&mut U> { Option::as_mut(&mut self.f) }
            Action::GetSomeMut(inner) => {
                changes(quote!(-> #p::Option<&mut #inner>), quote!(#p::Option::as_mut(&mut self.#f)))
            }
            // fn set_f(&mut self, value: U) { self.f = value; }
            Action::Set(param) => takes_in(param, &|value| quote!(self.#f = #value;)),
            // fn set_f(&mut self, value: U) { self.f = Some(value); }
            Action::SetSome(param) => takes_in(param, &|value| quote!(self.#f = #p::Some(#value);)),
            // fn set_f(&mut self, value: U) { Expiring::set(&mut self.f, value); }
            Action::SetAlive(param) => {
                takes_in(param, &|value| quote!(#p::Expiring::set(&mut self.#f, #value);))
            }
            // fn try_set_f(&mut self, value: U) -> Result<(), FieldTooLarge> {
            //     <check>?;
            //     self.f = value;
            //     Ok(())
            // }
            Action::TrySet(param, guard) => tries(param, &|value| {
                let check = check(param, guard, f, p);
                quote!(let __value = #value; #check self.#f = __value; #p::Ok(()))
            }),
            Action::TrySetSome(param, guard @ Guard { with: true, .. }) => tries(param, &|value| {
                let check = check(param, guard, f, p);
                quote!(let __value = #p::Some(#value); #check self.#f = __value; #p::Ok(()))
            }),
            Action::TrySetSome(param, guard) => tries(param, &|value| {
                let check = check(param, guard, f, p);
                quote!(let __value = #value; #check self.#f = #p::Some(__value); #p::Ok(()))
            }),
            Action::TrySetAlive(param, guard) => tries(param, &|value| {
                let check = check(param, guard, f, p);
                quote!(let __value = #value; #check #p::Expiring::set(&mut self.#f, __value); #p::Ok(()))
            }),
            // fn take_f(&mut self) -> Option<U> { Option::take(&mut self.f) }
            Action::Take(inner) => {
                changes(quote!(-> #p::Option<#inner>), quote!(#p::Option::take(&mut self.#f)))
            }
            // fn take_f(&mut self) -> Option<U> { Expiring::take(&mut self.f) }
            Action::TakeAlive(inner) => {
                changes(quote!(-> #p::Option<#inner>), quote!(#p::Expiring::take(&mut self.#f)))
            }
            // fn clear_f(&mut self) { self.f = None; }
            Action::Clear => changes(quote!(), quote!(self.#f = #p::None;)),
            // fn clear_f(&mut self) { Expiring::clear(&mut self.f); }
            Action::ClearAlive => changes(quote!(), quote!(#p::Expiring::clear(&mut self.#f);)),
            // fn take_f_or(&mut self, default: &str) -> String {
            //     <ReturnTo as ReturnToField>::take_or(&mut self.f, default)
            // }
            Action::TakeOr(ty) => Self {
                inputs: quote!(&mut self, default: &#p::str),
                ..changes(
                    quote!(-> #p::String),
                    quote!(<#ty as #p::ReturnToField>::take_or(&mut self.#f, default)),
                )
            },
            // fn clear_f(&mut self) { self.f = <ReturnTo as Initial>::initial(); }
            Action::ClearPath(ty) => changes(quote!(), quote!(self.#f = <#ty as #p::Initial>::initial();)),
            // fn push_f(&mut self, value: U) { Vec::push(&mut self.f, value); }
            Action::Push(param) => takes_in(param, &|value| quote!(#p::Vec::push(&mut self.#f, #value);)),
            // fn try_push_f(&mut self, value: U) -> Result<(), FieldTooLarge> {
            //     <U as MemberValue>::try_push(&mut self.f, value, "f", bounds_of::<Self>(3))
            // }
            Action::TryPush(param, guard) => tries(param, &|value| {
                let (ty, name, index) = (param.ty, f.unraw().to_string(), guard.index);
                let bounds = quote!(#p::bounds_of::<Self>(#index));
                quote!(<#ty as #p::MemberValue>::try_push(&mut self.#f, #value, #name, #bounds))
            }),
            // fn take_f(&mut self) -> Vec<U> { mem::take(&mut self.f) }
            Action::TakeAll(inner) => changes(quote!(-> #p::Vec<#inner>), quote!(#p::take(&mut self.#f))),
            // fn peek_f(&self) -> &[U] { &self.f }
            Action::PeekAll(inner) => reads(quote!(-> &[#inner]), quote!(&self.#f)),
        }
    }
}

/// `str` for `String`, else the type itself.
fn borrowed(ty: &Type, private: &TokenStream) -> TokenStream {
    Text::from_type(ty).map_or_else(|| quote!(#ty), |text| text.borrowed(private))
}

/// ```text
/// <U as MemberValue>::check(&value, "f", bounds_of::<Self>(3))?;
/// check_with::<Self, 3, _>(&value, "f", bounds_of::<Self>(3))?;
/// ```
fn check(param: Param<'_>, guard: Guard, f: &Ident, p: &TokenStream) -> TokenStream {
    let (ty, name, index) = (param.ty, f.unraw().to_string(), guard.index);
    let function = if guard.with {
        quote!(#p::check_with::<Self, #index, _>)
    } else {
        quote!(<#ty as #p::MemberValue>::check)
    };
    quote!(#function(&__value, #name, #p::bounds_of::<Self>(#index))?;)
}

/// A parameter's type, and the value it makes.
fn value(param: Param<'_>, private: &TokenStream) -> (TokenStream, TokenStream) {
    let ty = param.ty;
    if param.into {
        (quote!(impl #private::Into<#ty>), quote!(<_ as #private::Into<#ty>>::into(value)))
    } else {
        (quote!(#ty), quote!(value))
    }
}
