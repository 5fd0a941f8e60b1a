//! Adds up the bytes of a form.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{GenericParam, Generics, Type};

use super::form::{Form, Member, Value};
use crate::limits::json_len;
use crate::probe;
use crate::spelling::{Runtime, mentions};

/// The constants of the trait.
pub(super) struct Sizes {
    /// `MAX_BYTES`
    pub(super) whole: TokenStream,
    /// `MAX_INLINE_BYTES`
    pub(super) inline: TokenStream,
}

impl Default for Sizes {
    fn default() -> Self {
        Self { whole: quote!(0), inline: quote!(0) }
    }
}

/// The context for writing expressions.
pub(super) struct Context<'a> {
    pub(super) p: &'a TokenStream,
    pub(super) generics: &'a Generics,
    pub(super) runtime: Runtime<'a>,
    pub(super) allow: Option<&'a TokenStream>,
}

impl Context<'_> {
    /// Tells whether a type can only be named inside the implementation.
    pub(super) fn depends(&self, ty: &Type) -> bool {
        mentions(ty, |ident| {
            let is_param = |param: &GenericParam| match param {
                GenericParam::Type(param) => param.ident == *ident,
                GenericParam::Const(param) => param.ident == *ident,
                GenericParam::Lifetime(param) => param.lifetime.ident == *ident,
            };
            ident == "Self" || self.generics.params.iter().any(is_param)
        })
    }
}

impl Sizes {
    pub(super) fn from_form(form: &Form<'_>, cx: &Context<'_>) -> Self {
        Self { whole: whole(form, cx).expression(cx), inline: inline(form, cx).expression(cx) }
    }
}

/// Bytes that are known here, and those that come from the types' constants.
#[derive(Default)]
struct Sum {
    known: usize,
    asked: Vec<TokenStream>,
}

impl Sum {
    fn known(known: usize) -> Self {
        Self { known, asked: Vec::new() }
    }

    fn asked(size: TokenStream) -> Self {
        Self { known: 0, asked: vec![size] }
    }

    fn plus(mut self, other: Self) -> Self {
        self.known += other.known;
        self.asked.extend(other.asked);
        self
    }

    /// ```text
    /// sum(22, &[text(12), <u8 as MaxSize>::MAX_BYTES])
    /// ```
    fn expression(&self, cx: &Context<'_>) -> TokenStream {
        let (known, asked, p) = (self.known, &self.asked, cx.p);
        if asked.is_empty() { quote!(#known) } else { quote!(#p::sum(#known, &[#(#asked),*])) }
    }

    /// Returns the largest of several sums.
    fn largest(sums: Vec<Self>, cx: &Context<'_>) -> Self {
        let (asked, known): (Vec<_>, Vec<_>) = sums.into_iter().partition(|sum| !sum.asked.is_empty());
        let known = known.iter().map(|sum| sum.known).max();
        if asked.is_empty() {
            return Self::known(known.unwrap_or_default());
        }
        let p = cx.p;
        let sizes = asked.iter().map(|sum| sum.expression(cx)).chain(known.map(|known| quote!(#known)));
        Self::asked(quote!(#p::largest(&[#(#sizes),*])))
    }
}

fn whole(form: &Form<'_>, cx: &Context<'_>) -> Sum {
    match form {
        Form::Null => Sum::known("null".len()),
        Form::Text(text) => Sum::known("\"\"".len() + json_len(text)),
        Form::Value(value) => of_value(value, cx),
        Form::Array(values) => {
            let punctuation = "[]".len() + values.len().saturating_sub(1);
            values.iter().fold(Sum::known(punctuation), |sum, value| sum.plus(of_value(value, cx)))
        }
        // The first member has no comma.
        Form::Object(members) => {
            let braces = if members.is_empty() { "{}".len() } else { "{}".len() - ",".len() };
            members.iter().fold(Sum::known(braces), |sum, member| sum.plus(of_member(member, cx)))
        }
        Form::Choice(forms) => Sum::largest(forms.iter().map(|form| whole(form, cx)).collect(), cx),
    }
}

/// Returns the size of a value whose members are written among others, including commas. For
/// a value without members, serde fails or writes nothing.
fn inline(form: &Form<'_>, cx: &Context<'_>) -> Sum {
    match form {
        Form::Null | Form::Array(_) => Sum::default(),
        Form::Text(text) => Sum::known(",\"\":null".len() + json_len(text)),
        Form::Value(value) => inlined(value, cx),
        Form::Object(members) => {
            members.iter().fold(Sum::default(), |sum, member| sum.plus(of_member(member, cx)))
        }
        Form::Choice(forms) => Sum::largest(forms.iter().map(|form| inline(form, cx)).collect(), cx),
    }
}

/// `,"name":value`
fn of_member(member: &Member<'_>, cx: &Context<'_>) -> Sum {
    match &member.form {
        Form::Value(value) if value.inline => inlined(value, cx),
        form => Sum::known(",\"\":".len() + json_len(&member.name)).plus(whole(form, cx)),
    }
}

fn of_value(value: &Value<'_>, cx: &Context<'_>) -> Sum {
    let p = cx.p;
    Sum::asked(match (value.with, value.bounds.max_bytes) {
        // Text, or anything else.
        (true, Some(max)) => quote!(#p::larger(4, #p::text(#max))),
        _ => probe::max_bytes(value.ty, value.bounds, cx.depends(value.ty), cx.runtime, p),
    })
}

fn inlined(value: &Value<'_>, cx: &Context<'_>) -> Sum {
    let (ty, p) = (value.ty, cx.p);
    match (value.bounds.max_bytes, value.bounds.max_items) {
        // An object without its braces, with a comma.
        (Some(max), _) => Sum::known(max.saturating_sub("{}".len() - ",".len())),
        // A list has no members.
        (None, Some(_)) => Sum::default(),
        (None, None) if cx.depends(ty) => Sum::asked(quote!(<#ty as #p::MaxSize>::MAX_INLINE_BYTES)),
        (None, None) => Sum::asked(quote!(#p::known(#p::Probe::<#ty>::MAX_INLINE_BYTES))),
    }
}
