//! The checks for a struct with `compress`: that the runtime can compress, and that no
//! secret is compressed unless the user allows it.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use crate::model::{Field, Model};
use crate::probe;
use crate::span::at;

/// ```text
/// const _: () = assert_can_compress();
///
/// const _: () = { use Unprobed as _; assert_no_secret(&[<probed>…]) };
/// ```
pub(super) fn check(model: &Model<'_>) -> Option<TokenStream> {
    if !model.schema.compress {
        return None;
    }
    let p = model.head.private();
    let call = at(model.head.ident, quote!(#p::assert_can_compress()));
    let is_checked = |field: &&Field<'_>| field.kind.wire().is_some_and(|wire| wire.compress.is_none());
    let function = format_ident!("assert_no_secret");
    let fields = model.fields.iter().filter(is_checked);
    let fields = fields.map(|field| probe::check_secrets(field, &model.head, &function));
    Some(quote! {
        const _: () = #call;
        #(#fields)*
    })
}
