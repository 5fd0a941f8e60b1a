//! The cookie budget: how large each field's JSON can be, and what the compiler
//! checks of it.

use proc_macro2::{TokenStream, TokenTree};
use quote::quote;
use syn::{Generics, Ident, Type};

use super::at;
use crate::model::{Bounds, Field, Model, Value, Wire};
use crate::shape::{Length, Shape, is_option};

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
    let generics = model.head.generics;
    let fields = model.fields.iter().filter_map(|field| {
        let wire = field.kind.wire()?;
        let name = &wire.names.name;
        let largest = largest(field, wire, generics, &p).into_option(&p);
        let max_bytes = wire.bounds.max_bytes.map(|max| quote!(.with_max_bytes(#max)));
        let max_items = wire.bounds.max_items.map(|max| quote!(.with_max_items(#max)));
        let bounds =
            (!wire.bounds.is_none()).then(|| quote!(.with_bounds(#p::Bounds::NONE #max_bytes #max_items)));
        let deadline = wire.value.ends().then(|| quote!(.with_deadline()));
        let compress = wire
            .compress
            .map(|compress| if compress { quote!(.waiving_secrets()) } else { quote!(.keeping_plain()) });
        Some(quote!(#p::FieldBudget::new(#name, #largest) #bounds #deadline #compress))
    });
    quote! {
        {
            #[allow(unused_imports)]
            use #p::Unbounded as _;
            &[#(#fields),*]
        }
    }
}

/// ```text
/// const _: () = { use Unbounded as _; assert_bounded(Probe::<Role>::MAX_BYTES, "field `role` …") };
///
/// const _: () = Budget::of::<AppSession>().assert_fits();
/// ```
///
/// What depends on a type parameter is checked where the layer is built.
pub(super) fn checks(model: &Model<'_>) -> TokenStream {
    let p = model.head.private();
    let (ident, generics) = (model.head.ident, model.head.generics);
    let strict = model.strict.then(|| {
        let fields = model.fields.iter();
        fields.filter_map(|field| assert_bounded(field, generics, &p)).collect::<TokenStream>()
    });
    let is_generic = generics.type_params().next().is_some() || generics.const_params().next().is_some();
    let fits = (!is_generic).then(|| {
        let call = quote!(#p::Budget::of::<#ident>().assert_fits());
        let call = at(ident, call);
        quote! {
            #[allow(deprecated, unused_qualifications)]
            const _: () = #call;
        }
    });
    quote!(#strict #fits)
}

fn assert_bounded(field: &Field<'_>, generics: &Generics, p: &TokenStream) -> Option<TokenStream> {
    let wire = field.kind.wire()?;
    let largest = match largest(field, wire, generics, p) {
        Largest::Is(_) => return None,
        Largest::Unknown => quote!(#p::None),
        Largest::Asked(option) => option,
    };
    let attribute = match (Length::of(field.ty), wire.bounds.max_items) {
        _ if wire.with.is_some() => "`max_bytes`, since `with` can write anything",
        (Length::List, None) => "`max_bytes` or `max_items`",
        (Length::List, Some(_)) => "`max_bytes`, or bound what it holds",
        (Length::Unknown, None) => "`max_bytes`, or derive `MaxSize` for its type",
        _ => "`max_bytes`",
    };
    let message = format!(
        "field `{}` has no bound, which `budget = \"strict\"` asks for: add {attribute}",
        field.ident
    );
    let call = at(field.ty, quote!(#p::assert_bounded(#largest, #message)));
    Some(quote! {
        #[allow(deprecated, unused_qualifications)]
        const _: () = {
            #[allow(unused_imports)]
            use #p::Unbounded as _;
            #call
        };
    })
}

/// The largest size of a field's value.
fn largest(field: &Field<'_>, wire: &Wire<'_>, generics: &Generics, p: &TokenStream) -> Largest {
    let ty = match &wire.value {
        Value::Plain { .. } | Value::Queue { .. } | Value::Token => field.ty,
        Value::Optional { inner, .. } | Value::Expiring { inner, .. } => inner,
    };
    if wire.with.is_some() {
        wire.bounds.max_bytes.map_or(Largest::Unknown, |max| Largest::Is(quote!(#p::text(#max))))
    } else if mentions_parameter(ty, generics) {
        match Shape::of(ty) {
            Shape::Vec(_) if wire.bounds.is_none() => Largest::Unknown,
            _ => Largest::Is(demanded(ty, wire.bounds, true, p)),
        }
    } else {
        asked(ty, wire.bounds, p)
    }
}

/// Tells whether a value can be larger than the field allows: it has bounds, or
/// its type may have parts that have some.
pub(super) fn is_limited(field: &Field<'_>, wire: &Wire<'_>) -> bool {
    let may_be = match Length::of(field.ty) {
        Length::Unknown | Length::Url => wire.with.is_none(),
        Length::List => !matches!(Shape::of(field.ty), Shape::Vec(_)),
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

/// Asks any type, in which there is no parameter, by a probe.
///
/// ```text
/// Probe::<Role>::MAX_BYTES
/// array_of(20, Probe::<<Vec<CartItem> as Items>::Item>::MAX_BYTES)
/// ```
fn asked(ty: &Type, bounds: Bounds, p: &TokenStream) -> Largest {
    match (bounds.max_bytes, counted(ty, bounds)) {
        (Some(_), _) => Largest::Is(demanded(ty, bounds, false, p)),
        (None, Some(max)) => {
            let item = probed_item(ty, p);
            Largest::Asked(quote!(#p::array_of(#max, #item)))
        }
        (None, None) => Largest::Asked(quote!(#p::Probe::<#ty>::MAX_BYTES)),
    }
}

/// Asks a type that must have a largest size, by the trait: a `usize`.
///
/// ```text
/// <Role as MaxSize>::MAX_BYTES
/// array(20, <<Vec<CartItem> as Items>::Item as MaxSize>::MAX_BYTES)
/// ```
pub(crate) fn demanded(ty: &Type, bounds: Bounds, has_parameter: bool, p: &TokenStream) -> TokenStream {
    let by_bytes = bounds.max_bytes.map(|max| match Length::of(ty) {
        Length::List | Length::Map => quote!(#max),
        // It may be text, of which the bound does not count the quotes.
        Length::Fixed | Length::Text | Length::Url | Length::Unknown => quote!(#p::text(#max)),
    });
    let size = match (by_bytes, counted(ty, bounds)) {
        (Some(bytes), Some(max)) if !has_parameter => {
            let item = probed_item(ty, p);
            quote!(#p::smaller(#bytes, #p::array_of(#max, #item)))
        }
        (Some(bytes), _) => bytes,
        (None, Some(max)) => {
            let item = at(ty, quote!(<<#ty as #p::Items>::Item as #p::MaxSize>::MAX_BYTES));
            quote!(#p::array(#max, #item))
        }
        (None, None) => return quote!(<#ty as #p::MaxSize>::MAX_BYTES),
    };
    if is_option(ty) { quote!(#p::larger(4, #size)) } else { size }
}

/// All of it at the type, for what is wrong with it to be one error.
fn probed_item(ty: &Type, p: &TokenStream) -> TokenStream {
    at(ty, quote!(#p::Probe::<<#ty as #p::Items>::Item>::MAX_BYTES))
}

/// A map's names may be long, however few they are.
fn counted(ty: &Type, bounds: Bounds) -> Option<usize> {
    bounds.max_items.filter(|_| Length::of(ty) != Length::Map)
}

/// Tells whether a type's spelling has a type parameter in it.
pub(crate) fn mentions_parameter(ty: &Type, generics: &Generics) -> bool {
    mentions(ty, |ident| generics.type_params().any(|param| param.ident == *ident))
}

/// Tells whether there is one of these identifiers in a type's spelling.
pub(crate) fn mentions(ty: &Type, is_one: impl Fn(&Ident) -> bool + Copy) -> bool {
    fn any(tokens: TokenStream, is_one: impl Fn(&Ident) -> bool + Copy) -> bool {
        tokens.into_iter().any(|token| match token {
            TokenTree::Group(group) => any(group.stream(), is_one),
            TokenTree::Ident(ident) => is_one(&ident),
            TokenTree::Punct(_) | TokenTree::Literal(_) => false,
        })
    }
    any(quote!(#ty), is_one)
}
