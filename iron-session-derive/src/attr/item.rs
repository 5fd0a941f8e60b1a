//! The syntax of `#[session(…)]`: keys with or without a value.

use proc_macro2::{Span, TokenStream, TokenTree};
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::{Attribute, Ident, Meta, Token, token};

use crate::mistakes::Mistakes;

/// `key`, `key = value` or `key(value)`.
pub(super) struct Item {
    pub(super) key: Ident,
    pub(super) value: Value,
}

/// The part after a key.
pub(super) enum Value {
    Nothing,
    Equals(TokenStream),
    List(TokenStream),
    /// Invalid syntax, which was reported.
    Unreadable,
}

impl Item {
    pub(super) fn span(&self) -> Span {
        self.key.span()
    }
}

/// Collects the items of every `#[session(…)]` among the attributes.
///
/// After an invalid item, parsing continues after the next comma.
pub(super) fn items(attrs: &[Attribute], mistakes: &mut Mistakes) -> Vec<Item> {
    let mut items = Vec::new();
    for attr in attrs.iter().filter(|attr| attr.path().is_ident("session")) {
        let parse = |input: ParseStream<'_>| {
            parse_list(input, &mut items, mistakes);
            Ok(())
        };
        let parsed = match &attr.meta {
            Meta::List(list) if matches!(list.delimiter, syn::MacroDelimiter::Paren(_)) => {
                parse.parse2(list.tokens.clone())
            }
            _ => Err(syn::Error::new_spanned(&attr.meta, "expected `#[session(…)]`, with parentheses")),
        };
        if let Err(error) = parsed {
            mistakes.syntax(error);
        }
    }
    items
}

/// Collects the items inside a key's parentheses.
pub(super) fn items_of(list: TokenStream, mistakes: &mut Mistakes) -> Vec<Item> {
    let mut items = Vec::new();
    let parse = |input: ParseStream<'_>| {
        parse_list(input, &mut items, mistakes);
        Ok(())
    };
    if let Err(error) = parse.parse2(list) {
        mistakes.syntax(error);
    }
    items
}

fn parse_list(input: ParseStream<'_>, items: &mut Vec<Item>, mistakes: &mut Mistakes) {
    while !input.is_empty() {
        match parse_item(input, mistakes) {
            Ok(item) => items.push(item),
            Err(error) => {
                mistakes.syntax(error);
                take_value(input);
            }
        }
        // Here is the end, or a comma.
        let _: Option<Token![,]> = input.parse().ok();
    }
}

fn parse_item(input: ParseStream<'_>, mistakes: &mut Mistakes) -> syn::Result<Item> {
    if !input.peek(Ident::peek_any) {
        return Err(input.error("expected an attribute name"));
    }
    let key = input.call(Ident::parse_any)?;
    let value = if input.peek(token::Paren) {
        let content;
        syn::parenthesized!(content in input);
        Value::List(content.parse()?)
    } else if input.parse::<Option<Token![=]>>()?.is_some() {
        Value::Equals(take_value(input))
    } else {
        Value::Nothing
    };
    if input.is_empty() || input.peek(Token![,]) {
        return Ok(Item { key, value });
    }
    mistakes.syntax(input.error(format!("expected a comma, or `=` and a value, after `{key}`")));
    take_value(input);
    Ok(Item { key, value: Value::Unreadable })
}

/// Takes the tokens up to the next comma.
fn take_value(input: ParseStream<'_>) -> TokenStream {
    let mut tokens = TokenStream::new();
    while !input.is_empty() && !input.peek(Token![,]) {
        // Every token except the end of input is a token tree.
        tokens.extend(input.parse::<TokenTree>().ok());
    }
    tokens
}
