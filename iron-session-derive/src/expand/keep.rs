//! The check of the fields with `keep`: that none of them holds a `CsrfToken`.

use proc_macro2::TokenStream;
use quote::format_ident;

use crate::model::{Field, Model, Value};
use crate::probe;

/// ```text
/// const _: () = { use Unprobed as _; assert_no_token(&[<probed>…]) };
/// ```
pub(super) fn check(model: &Model<'_>) -> TokenStream {
    let function = format_ident!("assert_no_token");
    // A `ReturnTo` is always kept, and holds no token.
    let is_checked = |field: &&Field<'_>| {
        field.kind.wire().is_some_and(|wire| wire.keep && !matches!(wire.value, Value::LocalPath))
    };
    let fields = model.fields.iter().filter(is_checked);
    fields.map(|field| probe::check_secrets(field, &model.head, &function)).collect()
}
