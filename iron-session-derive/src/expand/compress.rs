//! That the runtime can compress.

use proc_macro2::TokenStream;
use quote::quote;

use super::at;
use crate::model::Model;

/// ```text
/// const _: () = assert_can_compress();
/// ```
pub(super) fn check(model: &Model<'_>) -> Option<TokenStream> {
    let p = model.head.private();
    let call = at(model.head.ident, quote!(#p::assert_can_compress()));
    model.schema.compress.then(|| quote!(const _: () = #call;))
}
