//! `impl IronSession`: makes the empty session, decodes and encodes.

use std::time::Duration;

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::ext::IdentExt;
use syn::spanned::Spanned;

use super::{budget, version};
use crate::attr::Storage;
use crate::length::Length;
use crate::model::{Field, Initial, Kind, Model, Value, Wire};
use crate::shape::Shape;
use crate::span::own_ident;
use crate::spelling::Runtime;

/// ```text
/// impl<T> IronSession for AppSession<T> where … {
///     const SCHEMA: Schema = Schema::new("AppSession").with_max_cookies(2);
///
///     const FIELDS: &'static [FieldBudget] = &[<budget>…];
///
///     fn empty() -> Self {
///         Self { user_id: None, role: <Role as Initial>::initial(), … }
///     }
///
///     fn decode(&mut self, name: &str, decoder: &mut Decoder<'_>) -> Result<(), DecodeError> {
///         match name { <decode>…, _ => {} }
///         Ok(())
///     }
///
///     fn encode(&self, encoder: &mut Encoder) -> Result<(), EncodeError> {
///         <encode>…
///         Ok(())
///     }
///
///     fn left_out(&self) -> LeftOut {
///         LeftOut::NONE.with(0, <is empty>)…
///     }
///
///     fn swap_kept(&mut self, other: &mut Self) {
///         swap(&mut self.cart, &mut other.cart);
///     }
///
///     fn subject_text(&self) -> Option<String> {
///         subject_text(&self.user_id)
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
    let schema = schema(model, &p);
    let budget = budget::fields(model);
    let (impl_generics, ty_generics, where_clause) = model.head.generics.split_for_impl();

    let fields = model.fields.iter().map(|field| field.ident);
    let initials = model.fields.iter().map(|field| initial(field, &p));
    let decodes = model.fields.iter().filter_map(|field| decode(field, &p));
    let encodes = model.fields.iter().filter_map(|field| encode(field, model.head.runtime(), &p));
    let previous = version::previous(model);
    let left_out = left_out(model, &p);
    let swap_kept = swap_kept(model, &p);
    let subject_text = subject_text(model, &p);
    let canonicals = model.fields.iter().filter_map(|field| canonical(field, &p));

    let allow = model.head.allow();
    // Variable names start with underscores, so that a user's constant is not matched in a
    // pattern instead.
    quote! {
        #[automatically_derived]
        #allow
        impl #impl_generics #p::IronSession for #ident #ty_generics #where_clause {
            const SCHEMA: #p::Schema = #schema;

            const FIELDS: &'static [#p::FieldBudget] = #budget;

            #previous

            fn empty() -> Self {
                Self { #(#fields: #initials),* }
            }

            fn decode(
                &mut self,
                __name: &#p::str,
                __decoder: &mut #p::Decoder<'_>,
            ) -> #p::Result<(), #p::DecodeError> {
                match __name {
                    #(#decodes)*
                    _ => {}
                }
                #p::Ok(())
            }

            fn encode(&self, __encoder: &mut #p::Encoder) -> #p::Result<(), #p::EncodeError> {
                #(#encodes)*
                #p::Ok(())
            }

            #left_out

            #swap_kept

            #subject_text

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
/// Schema::new("AppSession").with_max_cookies(2)
/// ```
fn schema(model: &Model<'_>, p: &TokenStream) -> TokenStream {
    let name = model.head.ident.unraw().to_string();
    let schema = &model.schema;
    let max_cookies = schema.max_cookies.map(|max| quote!(.with_max_cookies(#max)));
    let overhead = schema.overhead.map(|bytes| quote!(.with_overhead_bytes(#bytes)));
    let reserve = schema.reserve_unknown.map(|bytes| quote!(.with_reserve_unknown_bytes(#bytes)));
    let javascript = schema.javascript.then(|| quote!(.with_javascript()));
    let compress = schema.compress.then(|| quote!(.with_compress()));
    let revocable = schema.revocable.then(|| quote!(.with_revocable()));
    let storage = match schema.storage {
        Storage::Cookie => None,
        Storage::Overflow => Some(quote!(.with_storage(#p::Storage::Overflow))),
        Storage::Server => Some(quote!(.with_storage(#p::Storage::Server))),
    };
    let max_record_bytes = schema.max_record_bytes.map(|bytes| quote!(.with_max_record_bytes(#bytes)));
    let subject = model.guarded.subject.map(|_| quote!(.with_subject()));
    let version = schema.version.as_ref().map(version::schema);
    let names = &schema.forgotten;
    let forgotten = (!names.is_empty()).then(|| quote!(.with_forgotten(&[#(#names),*])));
    quote! {
        #p::Schema::new(#name) #version #max_cookies #overhead #reserve #javascript #compress #revocable #subject
            #storage #max_record_bytes #forgotten
    }
}

/// ```text
/// None
/// ```
fn initial(field: &Field<'_>, p: &TokenStream) -> TokenStream {
    match &field.kind {
        Kind::Transient { initial } | Kind::Wire(Wire { value: Value::Plain { initial }, .. }) => {
            match initial {
                Initial::Default(ty) => quote!(<#ty as #p::Initial>::initial()),
                Initial::Function(path) => quote_spanned!(path.span()=> #path()),
                Initial::None => quote!(#p::None),
            }
        }
        Kind::Wire(Wire { value, .. }) => match value {
            Value::Optional { .. } => quote!(#p::None),
            Value::Queue { .. } => quote!(#p::Vec::new()),
            Value::Plain { .. } | Value::Expiring { .. } | Value::Token | Value::LocalPath => {
                let ty = field.ty;
                quote!(<#ty as #p::Initial>::initial())
            }
        },
    }
}

/// ```text
/// "userId" | "uid" => {
///     decoder.claim(3)?;
///     <u64 as MemberValue>::decode_option(&mut self.user_id, decoder)?;
/// }
/// ```
///
/// With `on_error = "default"`:
///
/// ```text
///     let decoded = <u64 as MemberValue>::decode_option(…);
///     decoder.or_default(decoded)?;
/// ```
fn decode(field: &Field<'_>, p: &TokenStream) -> Option<TokenStream> {
    let wire = field.kind.wire()?;
    let function = if wire.with.is_some() {
        let index = field.index;
        quote!(#p::decode_with::<Self, #index, _>)
    } else {
        let (ty, function) = match &wire.value {
            Value::Plain { .. } | Value::Token | Value::LocalPath => (field.ty, quote!(decode)),
            Value::Optional { inner, ttl: None } => (*inner, quote!(decode_option)),
            Value::Optional { inner, ttl: Some(_) } => (*inner, quote!(decode_option_until)),
            Value::Queue { inner, ttl: None } => (*inner, quote!(decode_queue)),
            Value::Queue { inner, ttl: Some(_) } => (*inner, quote!(decode_queue_until)),
            Value::Expiring { inner, .. } => (*inner, quote!(decode_expiring)),
        };
        quote!(<#ty as #p::MemberValue>::#function)
    };
    let ident = field.ident;
    let (names, index) = (wire.names.all(), field.index);
    let decoded = quote!(#function(&mut self.#ident, __decoder));
    let decoded = if wire.falls_back {
        quote!(let __decoded = #decoded; __decoder.or_default(__decoded)?;)
    } else {
        quote!(#decoded?;)
    };
    Some(quote!(#(#names)|* => { __decoder.claim(#index)?; #decoded }))
}

/// ```text
/// <u64 as MemberValue>::encode_option(&self.user_id, encoder, "userId")?;
/// encoder.expire_changed("userId", Duration::from_secs(600));
/// encoder.limit("userId", bounds_of::<Self>(0));
/// ```
fn encode(field: &Field<'_>, runtime: Runtime<'_>, p: &TokenStream) -> Option<TokenStream> {
    let wire = field.kind.wire()?;
    let (ident, name) = (field.ident, &wire.names.name);
    let duration = |ttl: &Duration| {
        let secs = ttl.as_secs();
        quote!(#p::Duration::from_secs(#secs))
    };
    let mut ttl = None;
    let function = match &wire.value {
        _ if wire.with.is_some() => {
            let index = field.index;
            quote!(#p::encode_with::<Self, #index, _>)
        }
        Value::Plain { .. } => {
            let ty = field.ty;
            quote!(<#ty as #p::MemberValue>::encode)
        }
        Value::Optional { inner, ttl: until } => {
            ttl = until.as_ref().map(duration);
            quote!(<#inner as #p::MemberValue>::encode_option)
        }
        Value::Queue { inner, ttl: until } => {
            ttl = until.as_ref().map(duration);
            quote!(<#inner as #p::MemberValue>::encode_queue)
        }
        Value::Expiring { inner, .. } => quote!(<#inner as #p::MemberValue>::encode_expiring),
        Value::Token => {
            let ty = field.ty;
            quote!(<#ty as #p::CsrfTokenField>::encode)
        }
        Value::LocalPath => {
            let ty = field.ty;
            quote!(<#ty as #p::ReturnToField>::encode)
        }
    };
    let own_ttl = match &wire.value {
        Value::Expiring { ttl, .. } => {
            let ttl = duration(ttl);
            quote!(, #ttl)
        }
        _ => quote!(),
    };
    let encode = quote!(#function(&self.#ident, __encoder, #name #own_ttl)?;);
    let encode = match &wire.value {
        // The functions get the whole `Option`, but are not called to write `None`.
        Value::Optional { .. } if wire.with.is_some() => {
            quote!(if #p::Option::is_some(&self.#ident) { #encode })
        }
        _ => encode,
    };
    let expire = ttl.map(|ttl| quote!(__encoder.expire_changed(#name, #ttl);));
    let limit = budget::is_limited(field, wire, runtime).then(|| {
        let index = field.index;
        quote!(__encoder.limit(#name, #p::bounds_of::<Self>(#index));)
    });
    Some(quote!(#encode #expire #limit))
}

/// ```text
/// fn left_out(&self) -> LeftOut {
///     LeftOut::NONE.with(0, Option::is_none(&self.user)).with(2, Vec::is_empty(&self.cart))
/// }
/// ```
///
/// Covers the fields that can hold members.
fn left_out(model: &Model<'_>, p: &TokenStream) -> Option<TokenStream> {
    let runtime = model.head.runtime();
    let fields: Vec<_> = model.fields.iter().filter_map(|field| is_left_out(field, runtime, p)).collect();
    (!fields.is_empty()).then(|| {
        quote! {
            fn left_out(&self) -> #p::LeftOut {
                #p::LeftOut::NONE #(#fields)*
            }
        }
    })
}

fn is_left_out(field: &Field<'_>, runtime: Runtime<'_>, p: &TokenStream) -> Option<TokenStream> {
    let wire = field.kind.wire()?;
    if wire.with.is_none() && matches!(Length::from_type(field.ty, runtime), Length::Fixed | Length::Text) {
        return None;
    }
    let (ident, index) = (field.ident, field.index);
    let is_empty = match (&wire.value, Shape::from_type(field.ty, runtime)) {
        (Value::Optional { .. }, _) => quote!(#p::Option::is_none(&self.#ident)),
        (Value::Expiring { .. }, _) => quote!(#p::Option::is_none(&#p::Expiring::get(&self.#ident))),
        (Value::Queue { .. }, _) | (Value::Plain { .. }, Shape::Vec(_)) => {
            quote!(#p::Vec::is_empty(&self.#ident))
        }
        (Value::Plain { .. } | Value::Token | Value::LocalPath, _) => return None,
    };
    Some(quote!(.with(#index, #is_empty)))
}

/// ```text
/// fn swap_kept(&mut self, other: &mut Self) {
///     swap(&mut self.cart, &mut other.cart);
/// }
/// ```
fn swap_kept(model: &Model<'_>, p: &TokenStream) -> Option<TokenStream> {
    let is_kept = |field: &&Field<'_>| field.kind.wire().is_some_and(|wire| wire.keep);
    let fields: Vec<_> = model.fields.iter().filter(is_kept).map(|field| field.ident).collect();
    (!fields.is_empty()).then(|| {
        quote! {
            fn swap_kept(&mut self, __other: &mut Self) {
                #(#p::swap(&mut self.#fields, &mut __other.#fields);)*
            }
        }
    })
}

/// ```text
/// fn subject_text(&self) -> Option<String> {
///     subject_text(&self.user_id)
/// }
/// ```
fn subject_text(model: &Model<'_>, p: &TokenStream) -> Option<TokenStream> {
    let subject = model.guarded.subject.as_ref().filter(|_| model.schema.revocable)?;
    let ident = own_ident(subject.field.ident.clone());
    Some(quote! {
        fn subject_text(&self) -> #p::Option<#p::String> {
            #p::subject_text(&self.#ident)
        }
    })
}

/// ```text
/// "userId" | "uid" => Some("userId"),
/// ```
fn canonical(field: &Field<'_>, p: &TokenStream) -> Option<TokenStream> {
    let names = &field.kind.wire()?.names;
    let (name, all) = (&names.name, names.all());
    Some(quote!(#(#all)|* => #p::Some(#name),))
}
