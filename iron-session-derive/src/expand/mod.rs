//! The generated code. Nothing here can fail, and little is decided here: what
//! can be done in the runtime is done there.

mod accessors;
mod docs;
mod payload;

pub(crate) use accessors::{Bodies, accessors};

use proc_macro2::TokenStream;
use quote::quote;

use crate::model::{Head, Model};

/// Writes the accessors and the `impl IronSession`.
pub(crate) fn expand(model: &Model<'_>) -> TokenStream {
    let accessors = accessors(&model.head, &model.accessors, Bodies::Real);
    let payload = payload::payload(model);
    quote!(#accessors #payload)
}

impl Head<'_> {
    /// Writes the module of the runtime that all generated paths begin with.
    pub(crate) fn private(&self) -> TokenStream {
        let named = self.runtime.as_ref().map(|runtime| quote!(#runtime::__private));
        named.unwrap_or_else(|| quote!(::iron_session::__private))
    }
}
