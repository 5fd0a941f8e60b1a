//! The generated code. Nothing here can fail, and little is decided here: as much as possible
//! is done in the runtime.

mod accessors;
mod budget;
mod compress;
mod docs;
mod guarded;
mod json_schema;
mod payload;
mod version;
mod with;

pub(crate) use accessors::{Bodies, accessors};
pub(crate) use budget::{demanded, mentions, mentions_parameter};
pub(crate) use compress::probed;
pub(crate) use guarded::guarded;

use proc_macro2::{Group, Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote};

use crate::model::{Head, Model};

/// Writes the accessors, the `impl IronSession`, and the checks of its budget and version.
pub(crate) fn expand(model: &Model<'_>) -> TokenStream {
    let accessors = accessors(&model.head, &model.accessors, Bodies::Real);
    let payload = payload::payload(model);
    let with = with::with(model);
    let budget = budget::checks(model);
    let version = version::check(model);
    let json_schema = json_schema::json_schema(model);
    let compress = compress::check(model);
    let guarded = guarded(&model.head, model.guarded, Bodies::Real);
    quote!(#accessors #payload #with #budget #version #compress #json_schema #guarded)
}

/// Gives a path the span at which an error about it should appear.
fn at(shown: impl ToTokens, path: TokenStream) -> TokenStream {
    moved(shown, path, |place| place)
}

/// Moves a call to where its failure is to be shown. Of a path that had the user's place through
/// and through, a lint would say that it could be shorter.
fn call_at(shown: impl ToTokens, call: TokenStream) -> TokenStream {
    moved(shown, call, |place| place.resolved_at(Span::call_site()))
}

/// The compiler underlines from the first token to the last.
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

/// Marks what the user wrote as written by the derive, in the same place: no lint is about it a
/// second time, and nothing needs an `#[allow(…)]`, which is an error under a `#![forbid(…)]`.
fn own(tokens: impl ToTokens) -> TokenStream {
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

fn own_ident(mut ident: Ident) -> Ident {
    // What these mean depends on where they were written, or on the edition there.
    if !["$crate", "async", "await", "dyn", "gen", "try"].iter().any(|name| ident == name) {
        ident.set_span(ident.span().resolved_at(Span::call_site()));
    }
    ident
}

impl Head<'_> {
    /// `#[allow(deprecated)]`, where the user's code shows that it is wanted: something in the
    /// struct is deprecated, or may be.
    pub(crate) fn allow(&self) -> Option<TokenStream> {
        self.is_deprecated.then(|| quote!(#[allow(deprecated)]))
    }

    /// Writes the module of the runtime that all generated paths begin with.
    pub(crate) fn private(&self) -> TokenStream {
        let named = self.runtime.as_ref().map(|runtime| quote!(#runtime::__private));
        named.unwrap_or_else(|| quote!(::iron_session::__private))
    }
}
