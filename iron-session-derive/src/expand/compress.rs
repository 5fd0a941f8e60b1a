//! The checks for a struct with `compress`: that the runtime can compress, and that no
//! secret is compressed unless the user allows it.

use proc_macro2::TokenStream;
use quote::quote;

use crate::model::{Field, Head, Model};
use crate::probe;
use crate::span::{at, call_at};
use crate::spelling::parts;

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
    let fields = model.fields.iter().filter_map(|field| no_secret(field, &model.head, &p));
    Some(quote! {
        const _: () = #call;
        #(#fields)*
    })
}

fn no_secret(field: &Field<'_>, head: &Head<'_>, p: &TokenStream) -> Option<TokenStream> {
    if field.kind.wire()?.compress.is_some() {
        return None;
    }
    let secrets = probe::secrets(parts(field.ty), head.generics, p);
    let allow = head.allow();
    let call = call_at(field.ty, quote!(#p::assert_no_secret(#secrets)));
    Some(quote! {
        #allow
        const _: () = {
            use #p::Unprobed as _;
            #call
        };
    })
}
