//! `impl IronSession`: how the empty session is made, decoded and encoded.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::ext::IdentExt;
use syn::spanned::Spanned;

use crate::model::{Field, Initial, Kind, Model, Names};

/// ```text
/// impl<T> Empty for AppSession<T> where … {
///     fn empty() -> Self {
///         Self { user_id: None, role: <Role as Initial>::initial(), … }
///     }
/// }
///
/// impl<T> IronSession for AppSession<T> where … {
///     const SCHEMA: Schema = Schema::new("AppSession").with_max_cookies(2);
///
///     fn empty() -> Self {
///         <Self as Empty>::empty()
///     }
///
///     fn decode(decoder: &mut Decoder<'_>) -> Result<Self, DecodeError> {
///         let mut session = <Self as Empty>::empty();
///         <decode>…
///         Ok(session)
///     }
///
///     fn encode(&self, encoder: &mut Encoder) -> Result<(), EncodeError> {
///         <encode>…
///         Ok(())
///     }
///
///     fn canonical(name: &str) -> Option<&str> {
///         match name { "userId" | "uid" => Some("userId"), …, _ => None }
///     }
/// }
/// ```
pub(super) fn payload(model: &Model<'_>) -> TokenStream {
    let p = model.head.private();
    let ident = model.head.ident;
    let name = ident.unraw().to_string();
    let max_cookies = model.max_cookies;
    let (impl_generics, ty_generics, where_clause) = model.head.generics.split_for_impl();

    let fields = model.fields.iter().map(|field| field.ident);
    let initials = model.fields.iter().map(|field| initial(field, &p));
    let decodes = model.fields.iter().filter_map(|field| decode(field, &p));
    let encodes = model.fields.iter().filter_map(|field| encode(field, &p));
    let canonicals = model.fields.iter().filter_map(|field| canonical(field, &p));

    // The names of variables begin with underscores, for nobody's constants to
    // be taken for them in a pattern.
    quote! {
        #[automatically_derived]
        #[allow(deprecated)]
        impl #impl_generics #p::Empty for #ident #ty_generics #where_clause {
            fn empty() -> Self {
                Self { #(#fields: #initials),* }
            }
        }

        #[automatically_derived]
        #[allow(deprecated)]
        impl #impl_generics #p::IronSession for #ident #ty_generics #where_clause {
            const SCHEMA: #p::Schema = #p::Schema::new(#name).with_max_cookies(#max_cookies);

            fn empty() -> Self {
                <Self as #p::Empty>::empty()
            }

            fn decode(__decoder: &mut #p::Decoder<'_>) -> #p::Result<Self, #p::DecodeError> {
                let mut __session = <Self as #p::Empty>::empty();
                #(#decodes)*
                #p::Ok(__session)
            }

            fn encode(&self, __encoder: &mut #p::Encoder) -> #p::Result<(), #p::EncodeError> {
                #(#encodes)*
                #p::Ok(())
            }

            fn canonical(__name: &#p::str) -> #p::Option<&#p::str> {
                match __name {
                    #(#canonicals)*
                    _ => #p::None,
                }
            }
        }
    }
}

/// ```text
/// None
/// ```
fn initial(field: &Field<'_>, p: &TokenStream) -> TokenStream {
    match &field.kind {
        Kind::Plain { initial, .. } | Kind::Transient { initial } => match initial {
            Initial::Default(ty) => quote!(<#ty as #p::Initial>::initial()),
            Initial::Function(path) => quote_spanned!(path.span()=> #path()),
            Initial::None => quote!(#p::None),
        },
        Kind::Optional { .. } => quote!(#p::None),
        Kind::Queue { .. } => quote!(#p::Vec::new()),
    }
}

/// ```text
/// <u64 as Member>::decode_option(&mut session.user_id, decoder, &["userId", "uid"])?;
/// ```
fn decode(field: &Field<'_>, p: &TokenStream) -> Option<TokenStream> {
    let (ty, function, names) = match &field.kind {
        Kind::Plain { names, ty, .. } => (ty, quote!(decode), names),
        Kind::Optional { names, inner } => (inner, quote!(decode_option), names),
        Kind::Queue { names, inner } => (inner, quote!(decode_queue), names),
        Kind::Transient { .. } => return None,
    };
    let ident = field.ident;
    let names = names.all();
    Some(quote!(<#ty as #p::Member>::#function(&mut __session.#ident, __decoder, &[#(#names),*])?;))
}

/// ```text
/// <u64 as Member>::encode_option(&self.user_id, encoder, "userId")?;
/// ```
fn encode(field: &Field<'_>, p: &TokenStream) -> Option<TokenStream> {
    let (ty, function, Names { name, .. }) = match &field.kind {
        Kind::Plain { names, ty, .. } => (ty, quote!(encode), names),
        Kind::Optional { names, inner } => (inner, quote!(encode_option), names),
        Kind::Queue { names, inner } => (inner, quote!(encode_queue), names),
        Kind::Transient { .. } => return None,
    };
    let ident = field.ident;
    Some(quote!(<#ty as #p::Member>::#function(&self.#ident, __encoder, #name)?;))
}

/// ```text
/// "userId" | "uid" => Some("userId"),
/// ```
fn canonical(field: &Field<'_>, p: &TokenStream) -> Option<TokenStream> {
    let names = field.kind.names()?;
    let (name, all) = (&names.name, names.all());
    Some(quote!(#(#all)|* => #p::Some(#name),))
}
