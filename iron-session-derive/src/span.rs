//! The spans of generated tokens. They decide where the compiler shows an error, and which code
//! lints check.

use proc_macro2::{Group, Ident, Span, TokenStream, TokenTree};
use quote::ToTokens;

/// Gives a path the span at which an error about it should appear.
pub(crate) fn at(shown: impl ToTokens, path: TokenStream) -> TokenStream {
    moved(shown, path, |place| place)
}

/// Gives a call the span at which its failure should appear. Its path stays the derive's own,
/// because a lint would tell the user to shorten a path that looks like the user's.
pub(crate) fn call_at(shown: impl ToTokens, call: TokenStream) -> TokenStream {
    moved(shown, call, |place| place.resolved_at(Span::call_site()))
}

/// Gives the first and the last token the spans between which the compiler underlines.
fn moved(shown: impl ToTokens, tokens: TokenStream, ident: impl Fn(Span) -> Span) -> TokenStream {
    let shown: Vec<TokenTree> = shown.into_token_stream().into_iter().collect();
    let (Some(first), Some(last)) = (shown.first(), shown.last()) else { return tokens };
    let (first, last) = (first.span(), last.span());
    let tokens = tokens.into_iter().enumerate().map(|(index, mut token)| {
        token.set_span(match token {
            TokenTree::Group(_) => last,
            TokenTree::Ident(_) if index > 0 => ident(first),
            TokenTree::Ident(_) | TokenTree::Punct(_) | TokenTree::Literal(_) => first,
        });
        token
    });
    tokens.collect()
}

/// Marks the user's tokens as written by the derive, in the same place. So no lint checks them a
/// second time, and they need no `#[allow(…)]`, which is an error under a `#![forbid(…)]`.
pub(crate) fn own(tokens: impl ToTokens) -> TokenStream {
    let tokens = tokens.into_token_stream().into_iter().map(|token| match token {
        TokenTree::Group(group) => {
            let mut own = Group::new(group.delimiter(), own(group.stream()));
            own.set_span(group.span().resolved_at(Span::call_site()));
            TokenTree::Group(own)
        }
        TokenTree::Ident(ident) => TokenTree::Ident(own_ident(ident)),
        mut token => {
            token.set_span(token.span().resolved_at(Span::call_site()));
            token
        }
    });
    tokens.collect()
}

/// Does the same for an identifier.
pub(crate) fn own_ident(mut ident: Ident) -> Ident {
    // The meaning of these depends on where they were written, or on the edition there.
    if !["$crate", "async", "await", "dyn", "gen", "try"].iter().any(|name| ident == name) {
        ident.set_span(ident.span().resolved_at(Span::call_site()));
    }
    ident
}
