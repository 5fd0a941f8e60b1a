//! `#[derive(MaxSize)]`: the largest JSON of a type, as serde writes it.
//!
//! `serde` reads the `#[serde(…)]` attributes, `form` derives the written form from them and
//! reports every mistake, and `size` adds up the sizes.

mod form;
mod serde;
mod size;

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::{DeriveInput, Generics, Type, parse_quote};

use self::form::{Form, Value};
use self::size::{Context, Sizes};
use crate::ast;
use crate::attr::MaxSizeAttrs;
use crate::length::{Length, item};
use crate::mistakes::Mistakes;
use crate::model::Head;
use crate::probe;
use crate::shape::is_secret;
use crate::spelling::{Runtime, mentions, parts};

pub(crate) fn derive(input: &DeriveInput) -> TokenStream {
    let mut mistakes = Mistakes::default();
    let attrs = MaxSizeAttrs::parse(&input.attrs, &mut mistakes);
    let form_attrs = serde::Container::parse(&input.attrs);
    let runtime = Runtime::at(attrs.runtime.get());
    let form = Form::from_input(input, &form_attrs, runtime, &mut mistakes);
    let is_deprecated = form::attributes(input).any(ast::mentions_deprecated);
    let head = Head::new(&input.ident, &input.generics, is_deprecated, &attrs.runtime);
    match (mistakes.is_empty(), head) {
        (true, Some(head)) => {
            let generics = bounded(&form, &head);
            let (p, allow) = (head.private(), head.allow());
            let cx =
                Context { p: &p, generics: head.generics, runtime: head.runtime(), allow: allow.as_ref() };
            let checks: TokenStream = form.values().filter_map(|value| check(value, &cx)).collect();
            let implementation = implementation(&head, &generics, &Sizes::from_form(&form, &cx));
            let secret = secret(&head, &form);
            quote!(#implementation #secret #checks)
        }
        (_, head) => {
            let errors = mistakes.to_compile_errors();
            let stub = head.map(|head| implementation(&head, head.generics, &Sizes::default()));
            quote!(#errors #stub)
        }
    }
}

/// ```text
/// impl<T: MaxSize> MaxSize for CartItem<T> {
///     const MAX_BYTES: usize = sum(22, &[text(12), <u8 as MaxSize>::MAX_BYTES]);
///     const MAX_INLINE_BYTES: usize = sum(21, …);
/// }
/// ```
fn implementation(head: &Head<'_>, generics: &Generics, sizes: &Sizes) -> TokenStream {
    let p = head.private();
    let ident = head.ident;
    let (impl_generics, ty_generics, where_clause) = generics.split_for_impl();
    let Sizes { whole, inline } = sizes;
    let allow = head.allow();
    quote! {
        #[automatically_derived]
        #allow
        impl #impl_generics #p::MaxSize for #ident #ty_generics #where_clause {
            const MAX_BYTES: #p::usize = {
                use #p::Unbounded as _;
                #whole
            };
            const MAX_INLINE_BYTES: #p::usize = {
                use #p::Unbounded as _;
                #inline
            };
        }
    }
}

/// ```text
/// impl<T> HoldsSecret for CartItem<T> {
///     const SECRETS: Secrets = { use Unprobed as _; Secrets::join(&[Probe::<Role>::SECRETS]) };
/// }
/// ```
fn secret(head: &Head<'_>, form: &Form<'_>) -> TokenStream {
    let p = head.private();
    let ident = head.ident;
    let (impl_generics, ty_generics, where_clause) = head.generics.split_for_impl();
    // Types can contain each other if `max_bytes` bounds the field. Ask such a field only if a
    // secret is visible in its type, so that no constant depends on itself.
    let types = form.values().flat_map(|value| {
        let is_asked = |ty: &&Type| value.bounds.max_bytes.is_none() || is_secret(ty, head.runtime());
        parts(value.ty).into_iter().filter(is_asked)
    });
    let secrets = probe::secrets(types, head.generics, &p);
    let allow = head.allow();
    quote! {
        #[automatically_derived]
        #allow
        impl #impl_generics #p::HoldsSecret for #ident #ty_generics #where_clause {
            const SECRETS: #p::Secrets = {
                use #p::Unprobed as _;
                #p::Secrets::join(#secrets)
            };
        }
    }
}

/// ```text
/// const _: () = <String as BoundedText>::IS;
/// const _: () = <<Vec<Line> as Items>::Item as BoundedType>::IS;
/// ```
///
/// Writes one constant per value, because the compiler shows only the first of several equal errors
/// in one item. The trait determines the advice. Types that depend on a parameter are checked in the
/// implementation.
fn check(value: &Value<'_>, cx: &Context<'_>) -> Option<TokenStream> {
    let Context { p, runtime, .. } = *cx;
    let (ty, bounds) = (value.ty, value.bounds);
    if value.with || bounds.max_bytes.is_some() || cx.depends(ty) {
        return None;
    }
    let length = Length::from_type(ty, runtime);
    let is_counted = bounds.max_items.is_some();
    let is_unknown = |ty| matches!(Length::from_type(ty, runtime), Length::Unknown | Length::Fixed);
    let (ty, needed) = match length {
        Length::Fixed => return None,
        _ if is_counted => {
            let needed =
                if item(ty).is_none_or(is_unknown) { quote!(BoundedType) } else { quote!(BoundedItem) };
            (item_of(ty, p), needed)
        }
        Length::List if item(ty).is_some() => (quote!(#ty), quote!(BoundedList)),
        Length::Unknown => (quote!(#ty), quote!(BoundedType)),
        Length::Text | Length::Url | Length::Map | Length::List => (quote!(#ty), quote!(BoundedText)),
    };
    let asked = quote!(<#ty as #p::#needed>::IS);
    let allow = cx.allow;
    Some(quote!(#allow const _: () = #asked;))
}

/// `<Vec<Line> as Items>::Item`, with spans from the first token to the last.
fn item_of(ty: &Type, p: &TokenStream) -> TokenStream {
    let mut spans = ty.to_token_stream().into_iter().map(|token| token.span());
    let first = spans.next().unwrap_or_else(Span::call_site);
    let last = spans.last().unwrap_or(first);
    let (begin, item) = (quote_spanned!(first=> <), quote_spanned!(last=> Item));
    quote!(#begin #ty as #p::Items>::#item)
}

/// Adds `T: MaxSize` for each parameter in a type whose size is needed.
fn bounded(form: &Form<'_>, head: &Head<'_>) -> Generics {
    let p = head.private();
    let mut generics = head.generics.clone();
    let asked = form.values().filter(|value| value.bounds.max_bytes.is_none());
    let asked: Vec<_> = asked.map(|value| value.ty).collect();
    for param in generics.type_params_mut() {
        if asked.iter().any(|ty| mentions(ty, |ident| *ident == param.ident)) {
            param.bounds.push(parse_quote!(#p::MaxSize));
        }
    }
    generics
}
