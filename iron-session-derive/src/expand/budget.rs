//! The cookie budget: how large each field's JSON can be, and the checks that the compiler
//! makes.

use proc_macro2::TokenStream;
use quote::quote;
use syn::Type;

use crate::length::{Length, feature, item};
use crate::model::{Bounds, Field, Head, Identity, Model, Value, Wire};
use crate::probe;
use crate::shape::Shape;
use crate::span::call_at;
use crate::spelling::{Runtime, mentions_parameter};

/// ```text
/// {
///     use Unbounded as _;
///     &[
///         FieldBudget::new("userId", Some(text(36))).with_bounds(Bounds::NONE.with_max_bytes(36)),
///         FieldBudget::new("role", Probe::<Role>::MAX_BYTES).with_deadline(),
///         …
///     ]
/// }
/// ```
pub(super) fn fields(model: &Model<'_>) -> TokenStream {
    let p = model.head.private();
    let fields = model.fields.iter().filter_map(|field| {
        let wire = field.kind.wire()?;
        let name = &wire.names.name;
        let largest = largest(field, wire, &model.head, &p).into_option(&p);
        let max_bytes = wire.bounds.max_bytes.map(|max| quote!(.with_max_bytes(#max)));
        let max_items = wire.bounds.max_items.map(|max| quote!(.with_max_items(#max)));
        let bounds =
            (!wire.bounds.is_none()).then(|| quote!(.with_bounds(#p::Bounds::NONE #max_bytes #max_items)));
        let deadline = wire.value.ends().then(|| quote!(.with_deadline()));
        let compress = wire
            .compress
            .map(|compress| if compress { quote!(.waiving_secrets()) } else { quote!(.keeping_plain()) });
        let identity = match &wire.identity {
            Identity::Alike => None,
            Identity::Key(keys) => Some(quote!(.with_identity(#p::Identity::Key(&[#(#keys),*])))),
            Identity::Always => Some(quote!(.with_identity(#p::Identity::Always))),
        };
        let keep = wire.keep.then(|| quote!(.kept()));
        let counter = wire.counter.then(|| quote!(.counting()));
        Some(quote!(#p::FieldBudget::new(#name, #largest) #bounds #deadline #compress #identity #keep
            #counter))
    });
    quote! {
        {
            use #p::Unbounded as _;
            &[#(#fields),*]
        }
    }
}

/// ```text
/// const _: () = { use Unbounded as _; assert_bounded(Probe::<Role>::MAX_BYTES, "field `role` …") };
///
/// const _: () = Budget::from_type::<AppSession>().assert_fits();
/// ```
///
/// A struct with type parameters is checked when its layer is built.
pub(super) fn checks(model: &Model<'_>) -> TokenStream {
    let p = model.head.private();
    let (ident, generics) = (model.head.ident, model.head.generics);
    let strict = model.strict.then(|| {
        let fields = model.fields.iter();
        fields.filter_map(|field| assert_bounded(field, &model.head, &p)).collect::<TokenStream>()
    });
    let is_generic = generics.type_params().next().is_some() || generics.const_params().next().is_some();
    let fits = (!is_generic).then(|| {
        let call = quote!(#p::Budget::from_type::<#ident>().assert_fits());
        let call = call_at(ident, call);
        let allow = model.head.allow();
        quote! {
            #allow
            const _: () = #call;
        }
    });
    quote!(#strict #fits)
}

fn assert_bounded(field: &Field<'_>, head: &Head<'_>, p: &TokenStream) -> Option<TokenStream> {
    let wire = field.kind.wire()?;
    let largest = match largest(field, wire, head, p) {
        Largest::Is(_) => return None,
        Largest::Unknown => quote!(#p::None),
        Largest::Asked(option) => option,
    };
    let runtime = head.runtime();
    let cure = match (Length::from_type(field.ty, runtime), wire.bounds.max_items) {
        _ if wire.with.is_some() => {
            "add `max_bytes`, because `with` can write a value of any size".to_owned()
        }
        (Length::List, None) if item(field.ty).is_none_or(|item| is_known(item, runtime)) => {
            "add `max_bytes` or `max_items`".to_owned()
        }
        (Length::List, None) => {
            "add `max_bytes`, or add `max_items` and derive `MaxSize` for the item type".to_owned()
        }
        (_, Some(_)) => match item(field.ty) {
            Some(item) if !is_known(item, runtime) => bound_type(item, "the item type"),
            _ => "add `max_bytes`, because `max_items` does not limit the size of each item".to_owned(),
        },
        (Length::Unknown, None) => bound_type(field.ty, "the field's type"),
        _ => "add `max_bytes`".to_owned(),
    };
    let message =
        format!("field `{}` has no size limit, which `budget = \"strict\"` requires: {cure}", field.ident);
    let call = call_at(field.ty, quote!(#p::assert_bounded(#largest, #message)));
    let allow = head.allow();
    Some(quote! {
        #allow
        const _: () = {
            use #p::Unbounded as _;
            #call
        };
    })
}

/// Tells whether the macro can see if a type has a largest size.
fn is_known(ty: &Type, runtime: Runtime<'_>) -> bool {
    Length::from_type(ty, runtime) != Length::Unknown
}

/// Returns how to give a type a largest size.
fn bound_type(ty: &Type, what: &str) -> String {
    match feature(ty) {
        Some(feature) => format!(
            "enable the feature `{feature}` of iron-session (`cargo add iron-session --features {feature}`), or \
             add `max_bytes`"
        ),
        None => format!("add `max_bytes`, or derive `MaxSize` for {what}"),
    }
}

/// The largest size of a field's value.
fn largest(field: &Field<'_>, wire: &Wire<'_>, head: &Head<'_>, p: &TokenStream) -> Largest {
    let runtime = head.runtime();
    let ty = match &wire.value {
        Value::Plain { .. } | Value::Queue { .. } | Value::Token | Value::LocalPath => field.ty,
        Value::Optional { inner, .. } | Value::Expiring { inner, .. } => inner,
    };
    if wire.with.is_some() {
        wire.bounds.max_bytes.map_or(Largest::Unknown, |max| Largest::Is(quote!(#p::text(#max))))
    } else if mentions_parameter(ty, head.generics) {
        match Shape::from_type(ty, runtime) {
            Shape::Vec(_) if wire.bounds.is_none() => Largest::Unknown,
            _ => Largest::Is(probe::max_bytes(ty, wire.bounds, true, runtime, p)),
        }
    } else {
        asked(ty, wire.bounds, runtime, p)
    }
}

/// Tells whether a value can be larger than the field allows: it has bounds, or
/// its type may have parts that have some.
pub(super) fn is_limited(field: &Field<'_>, wire: &Wire<'_>, runtime: Runtime<'_>) -> bool {
    let may_be = match Length::from_type(field.ty, runtime) {
        Length::Unknown | Length::Url => wire.with.is_none(),
        Length::List => !matches!(Shape::from_type(field.ty, runtime), Shape::Vec(_)),
        Length::Fixed | Length::Text | Length::Map => false,
    };
    may_be || !wire.bounds.is_none()
}

/// The largest size of a value.
enum Largest {
    /// This expression, a `usize`.
    Is(TokenStream),
    /// None.
    Unknown,
    /// This expression, an `Option<usize>`.
    Asked(TokenStream),
}

impl Largest {
    fn into_option(self, p: &TokenStream) -> TokenStream {
        match self {
            Self::Is(size) => quote!(#p::Some(#size)),
            Self::Unknown => quote!(#p::None),
            Self::Asked(option) => option,
        }
    }
}

/// Asks a type without type parameters, through a probe.
///
/// ```text
/// Probe::<Role>::MAX_BYTES
/// array_of(20, Probe::<<Vec<CartItem> as Items>::Item>::MAX_BYTES)
/// ```
fn asked(ty: &Type, bounds: Bounds, runtime: Runtime<'_>, p: &TokenStream) -> Largest {
    match (bounds.max_bytes, probe::counted(ty, bounds, runtime)) {
        (Some(_), _) => Largest::Is(probe::max_bytes(ty, bounds, false, runtime, p)),
        (None, Some(max)) => {
            let item = probe::item(ty, p);
            Largest::Asked(quote!(#p::array_of(#max, #item)))
        }
        (None, None) => Largest::Asked(quote!(#p::Probe::<#ty>::MAX_BYTES)),
    }
}
