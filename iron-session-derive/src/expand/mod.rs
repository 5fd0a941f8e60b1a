//! The generated code. Nothing here can fail, and little is decided here: what
//! can be done in the runtime is done there.

mod accessors;
mod budget;
mod docs;
mod payload;
mod with;

pub(crate) use accessors::{Bodies, accessors};
pub(crate) use budget::{demanded, mentions, mentions_parameter};

use proc_macro2::TokenStream;
use quote::quote;

use crate::model::{Head, Model};

/// Writes the accessors, the `impl IronSession`, and the checks of its budget.
pub(crate) fn expand(model: &Model<'_>) -> TokenStream {
    let accessors = accessors(&model.head, &model.accessors, Bodies::Real);
    let payload = payload::payload(model);
    let with = with::with(model);
    let checks = budget::checks(model);
    quote!(#accessors #payload #with #checks)
}

impl Head<'_> {
    /// Writes the module of the runtime that all generated paths begin with.
    pub(crate) fn private(&self) -> TokenStream {
        let named = self.runtime.as_ref().map(|runtime| quote!(#runtime::__private));
        named.unwrap_or_else(|| quote!(::iron_session::__private))
    }
}
