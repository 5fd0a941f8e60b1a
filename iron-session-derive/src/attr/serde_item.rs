//! The items of `#[serde(…)]`.

use syn::meta::ParseNestedMeta;
use syn::{Attribute, LitStr, Token};

/// Calls `item` with each item and its key, and skips the rest of the item.
pub(crate) fn each(attrs: &[Attribute], mut item: impl FnMut(&str, ParseNestedMeta<'_>)) {
    for attr in attrs.iter().filter(|attr| attr.path().is_ident("serde")) {
        let parsed = attr.parse_nested_meta(|meta| {
            let key = meta.path.get_ident().map(ToString::to_string).unwrap_or_default();
            let input = meta.input;
            item(&key, meta);
            while !input.is_empty() && !input.peek(Token![,]) {
                input.parse::<proc_macro2::TokenTree>()?;
            }
            Ok(())
        });
        // Serde reports the error.
        drop(parsed);
    }
}

/// Reads `key = "text"`.
pub(crate) fn text(meta: &ParseNestedMeta<'_>) -> Option<String> {
    meta.value().ok()?.parse::<LitStr>().ok().map(|text| text.value())
}
