//! `#[derive(MaxSize)]`: the largest JSON of a type, as serde writes it.
//!
//! `serde` reads what `#[serde(…)]` says of the form, `form` makes of it what
//! is written, with every mistake on the way, and `size` adds it up.

mod form;
pub(crate) mod serde;
mod size;

use proc_macro2::TokenStream;
use quote::quote;
use syn::{DeriveInput, Generics, Type, parse_quote};

use self::form::Form;
use self::size::{Context, Sizes};
use crate::attr::SizedAttrs;
use crate::expand::{mentions, probed};
use crate::mistakes::Mistakes;
use crate::model::Head;
use crate::shape::{is_secret, parts};

pub(crate) fn derive(input: &DeriveInput) -> TokenStream {
    let mut mistakes = Mistakes::default();
    let attrs = SizedAttrs::parse(&input.attrs, &mut mistakes);
    let form_attrs = serde::Container::parse(&input.attrs);
    let form = Form::of(input, &form_attrs, &mut mistakes);
    let head = Head::of(&input.ident, &input.generics, &attrs.runtime);
    match (mistakes.is_empty(), head) {
        (true, Some(head)) => {
            let generics = bounded(&form, &head);
            let cx = Context { p: &head.private(), generics: head.generics };
            let sizes = implementation(&head, &generics, &Sizes::of(&form, &cx));
            let secret = secret(&head, &form);
            quote!(#sizes #secret)
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
    quote! {
        #[automatically_derived]
        #[allow(deprecated)]
        impl #impl_generics #p::MaxSize for #ident #ty_generics #where_clause {
            const MAX_BYTES: #p::usize = {
                #[allow(unused_imports)]
                use #p::Unbounded as _;
                #whole
            };
            const MAX_INLINE_BYTES: #p::usize = {
                #[allow(unused_imports)]
                use #p::Unbounded as _;
                #inline
            };
        }
    }
}

/// ```text
/// impl<T> HoldsSecret for CartItem<T> {
///     const SECRET: Option<&'static str> = { use Unprobed as _; first_secret(&[Probe::<Role>::SECRET]) };
/// }
/// ```
fn secret(head: &Head<'_>, form: &Form<'_>) -> TokenStream {
    let p = head.private();
    let ident = head.ident;
    let (impl_generics, ty_generics, where_clause) = head.generics.split_for_impl();
    // Types may hold each other where `max_bytes` bounds what they hold: such a field
    // is asked only where a secret can be seen, so that no constant needs itself.
    let types = form.values().flat_map(|value| {
        let is_asked = |ty: &&Type| value.bounds.max_bytes.is_none() || is_secret(ty);
        parts(value.ty).into_iter().filter(is_asked)
    });
    let secrets = probed(types, head.generics, &p);
    quote! {
        #[automatically_derived]
        #[allow(deprecated)]
        impl #impl_generics #p::HoldsSecret for #ident #ty_generics #where_clause {
            const SECRET: #p::Option<&'static #p::str> = {
                use #p::Unprobed as _;
                #p::first_secret(#secrets)
            };
        }
    }
}

/// Adds `T: MaxSize` for each parameter in a type whose size is asked for.
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
