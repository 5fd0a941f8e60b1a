//! The generated code. Nothing here can fail, and little is decided here: what
//! can be done in the runtime is done there.

mod accessors;
mod budget;
mod compress;
mod described;
mod docs;
mod payload;
mod version;
mod with;

pub(crate) use accessors::{Bodies, accessors};
pub(crate) use budget::{demanded, mentions, mentions_parameter};
pub(crate) use compress::probed;

use proc_macro2::{TokenStream, TokenTree};
use quote::{ToTokens, quote};

use crate::model::{Head, Model};

/// Writes the accessors, the `impl IronSession`, and the checks of its budget and version.
pub(crate) fn expand(model: &Model<'_>) -> TokenStream {
    let accessors = accessors(&model.head, &model.accessors, Bodies::Real);
    let payload = payload::payload(model);
    let with = with::with(model);
    let budget = budget::checks(model);
    let version = version::check(model);
    let described = described::described(model);
    let compress = compress::check(model);
    quote!(#accessors #payload #with #budget #version #compress #described)
}

/// Moves a call to where its failure is to be shown: the compiler underlines it
/// from its first token to its last.
fn at(shown: impl ToTokens, call: TokenStream) -> TokenStream {
    let shown: Vec<TokenTree> = shown.into_token_stream().into_iter().collect();
    let (Some(first), Some(last)) = (shown.first(), shown.last()) else { return call };
    let (first, last) = (first.span(), last.span());
    let call = call.into_iter().map(|mut token| {
        token.set_span(if let TokenTree::Group(_) = token { last } else { first });
        token
    });
    call.collect()
}

impl Head<'_> {
    /// Writes the module of the runtime that all generated paths begin with.
    pub(crate) fn private(&self) -> TokenStream {
        let named = self.runtime.as_ref().map(|runtime| quote!(#runtime::__private));
        named.unwrap_or_else(|| quote!(::iron_session::__private))
    }
}
