//! The generated code. Nothing here can fail, and little is decided here: as much as possible
//! is done in the runtime.

mod accessors;
mod budget;
mod compress;
mod docs;
mod guarded;
mod json_schema;
mod keep;
mod payload;
mod version;
mod with;

pub(crate) use accessors::{Bodies, accessors};
pub(crate) use guarded::guarded;

use proc_macro2::TokenStream;
use quote::quote;

use crate::model::Model;

/// Writes the accessors, the `impl IronSession`, and the checks of its budget, version and secrets.
pub(crate) fn expand(model: &Model<'_>) -> TokenStream {
    let accessors = accessors(&model.head, &model.accessors, Bodies::Real);
    let payload = payload::payload(model);
    let with = with::with(model);
    let budget = budget::checks(model);
    let version = version::check(model);
    let json_schema = json_schema::json_schema(model);
    let compress = compress::check(model);
    let keep = keep::check(model);
    let guarded = guarded(&model.head, model.guarded, Bodies::Real);
    quote!(#accessors #payload #with #budget #version #compress #keep #json_schema #guarded)
}
