//! Makes the functions in the module that `with` names available to the runtime.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;

use crate::model::Model;

/// ```text
/// impl<T> With<3, u64> for AppSession<T> where … {
///     fn serialize<S: Serializer>(field: &u64, serializer: S) -> Result<S::Ok, S::Error> {
///         path::serialize(field, serializer)
///     }
///
///     fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
///         path::deserialize(deserializer)
///     }
/// }
/// ```
pub(super) fn with(model: &Model<'_>) -> TokenStream {
    let p = model.head.private();
    let ident = model.head.ident;
    let (impl_generics, ty_generics, where_clause) = model.head.generics.split_for_impl();
    let allow = model.head.allow();
    let fields = model.fields.iter().filter_map(|field| {
        let path = field.kind.wire()?.with.as_ref()?;
        let (index, ty) = (field.index, field.ty);
        let serialize = quote_spanned!(path.span()=> #path::serialize);
        let deserialize = quote_spanned!(path.span()=> #path::deserialize);
        Some(quote! {
            #[automatically_derived]
            #allow
            impl #impl_generics #p::With<#index, #ty> for #ident #ty_generics #where_clause {
                fn serialize<__S: #p::Serializer>(
                    __field: &#ty,
                    __serializer: __S,
                ) -> #p::Result<__S::Ok, __S::Error> {
                    #serialize(__field, __serializer)
                }

                fn deserialize<'__de, __D: #p::Deserializer<'__de>>(
                    __deserializer: __D,
                ) -> #p::Result<#ty, __D::Error> {
                    #deserialize(__deserializer)
                }
            }
        })
    });
    fields.collect()
}
