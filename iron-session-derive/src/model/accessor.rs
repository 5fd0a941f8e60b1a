//! Decides which accessors a field has, and checks their names.

use std::collections::HashMap;

use proc_macro2::Ident;
use quote::format_ident;
use syn::Type;

use crate::ast::Field;
use crate::attr::{FieldAttrs, Given};
use crate::mistakes::Mistakes;
use crate::reserved::{IRON_SESSION_METHODS, SESSION_METHODS, STD_METHODS};

/// A method to be generated.
pub(crate) struct Accessor<'a> {
    pub(crate) name: Ident,
    pub(crate) action: Action<'a>,
    pub(crate) field: Field<'a>,
}

/// The operation of an accessor. The type is the one that it returns or takes: for an
/// `Option`, an `Expiring` or a queue, the inner type.
#[derive(Clone, Copy)]
pub(crate) enum Action<'a> {
    /// `f() -> &U`
    Get(&'a Type),
    /// `f() -> Option<&U>`
    GetSome(&'a Type),
    /// `f() -> Option<&U>` of an `Expiring<U>`
    GetAlive(&'a Type),
    /// `f_mut() -> &mut U`
    GetMut(&'a Type),
    /// `f_mut() -> Option<&mut U>`
    GetSomeMut(&'a Type),
    /// `set_f(U)`
    Set(Param<'a>),
    /// `set_f(U)` of an `Option<U>`
    SetSome(Param<'a>),
    /// `set_f(U)` of an `Expiring<U>`
    SetAlive(Param<'a>),
    /// `try_set_f(U) -> Result<(), FieldTooLarge>`
    TrySet(Param<'a>, Guard),
    /// `try_set_f(U) -> Result<(), FieldTooLarge>` of an `Option<U>`
    TrySetSome(Param<'a>, Guard),
    /// `try_set_f(U) -> Result<(), FieldTooLarge>` of an `Expiring<U>`
    TrySetAlive(Param<'a>, Guard),
    /// `take_f() -> Option<U>`
    Take(&'a Type),
    /// `take_f() -> Option<U>` of an `Expiring<U>`
    TakeAlive(&'a Type),
    /// `clear_f()`
    Clear,
    /// `clear_f()` of an `Expiring<U>`
    ClearAlive,
    /// `take_f_or(&str) -> String` of a `ReturnTo`
    TakeOr(&'a Type),
    /// `clear_f()` of a `ReturnTo`
    ClearPath(&'a Type),
    /// `peek_f() -> Option<&U>`
    Peek(&'a Type),
    /// `push_f(U)`
    Push(Param<'a>),
    /// `try_push_f(U) -> Result<(), FieldTooLarge>`
    TryPush(Param<'a>, Guard),
    /// `take_f() -> Vec<U>`
    TakeAll(&'a Type),
    /// `peek_f() -> &[U]`
    PeekAll(&'a Type),
}

/// The parameter of a setter.
#[derive(Clone, Copy)]
pub(crate) struct Param<'a> {
    pub(crate) ty: &'a Type,
    /// Whether it is an `impl Into` of the type.
    pub(crate) into: bool,
}

/// The size check that a value must pass before it is set.
#[derive(Clone, Copy)]
pub(crate) struct Guard {
    /// The index of the field's member.
    pub(crate) index: usize,
    /// Whether the functions of `with` encode it.
    pub(crate) with: bool,
}

impl<'a> Action<'a> {
    pub(super) fn for_value(ty: &'a Type, param: Param<'a>, guard: Option<Guard>) -> Vec<Self> {
        let mut actions = vec![Self::Get(ty), Self::GetMut(ty), Self::Set(param)];
        actions.extend(guard.map(|guard| Self::TrySet(param, guard)));
        actions
    }

    pub(super) fn for_option(param: Param<'a>, guard: Option<Guard>) -> Vec<Self> {
        let inner = param.ty;
        let mut actions = vec![
            Self::GetSome(inner),
            Self::GetSomeMut(inner),
            Self::SetSome(param),
            Self::Take(inner),
            Self::Clear,
        ];
        actions.extend(guard.map(|guard| Self::TrySetSome(param, guard)));
        actions
    }

    pub(super) fn for_expiring(param: Param<'a>, guard: Option<Guard>) -> Vec<Self> {
        let inner = param.ty;
        let mut actions =
            vec![Self::GetAlive(inner), Self::SetAlive(param), Self::TakeAlive(inner), Self::ClearAlive];
        actions.extend(guard.map(|guard| Self::TrySetAlive(param, guard)));
        actions
    }

    pub(super) fn for_flash(param: Param<'a>, guard: Option<Guard>) -> Vec<Self> {
        let inner = param.ty;
        let mut actions = vec![Self::SetSome(param), Self::Take(inner), Self::Peek(inner)];
        actions.extend(guard.map(|guard| Self::TrySetSome(param, guard)));
        actions
    }

    pub(super) fn for_queue(param: Param<'a>, guard: Option<Guard>) -> Vec<Self> {
        let inner = param.ty;
        let mut actions = vec![Self::Push(param), Self::TakeAll(inner), Self::PeekAll(inner)];
        actions.extend(guard.map(|guard| Self::TryPush(param, guard)));
        actions
    }

    pub(super) fn for_token(ty: &'a Type) -> Vec<Self> {
        vec![Self::Get(ty), Self::GetMut(ty)]
    }

    pub(super) fn for_path(param: Param<'a>) -> Vec<Self> {
        let ty = param.ty;
        vec![Self::Get(ty), Self::Set(param), Self::TakeOr(ty), Self::ClearPath(ty)]
    }

    /// Names the method after the field, or after the name in `accessor`.
    fn name(self, base: &Ident) -> Ident {
        match self {
            Self::Get(_) | Self::GetSome(_) | Self::GetAlive(_) => base.clone(),
            Self::GetMut(_) | Self::GetSomeMut(_) => format_ident!("{}_mut", base),
            Self::Set(_) | Self::SetSome(_) | Self::SetAlive(_) => format_ident!("set_{}", base),
            Self::TrySet(..) | Self::TrySetSome(..) | Self::TrySetAlive(..) => {
                format_ident!("try_set_{}", base)
            }
            Self::Take(_) | Self::TakeAlive(_) | Self::TakeAll(_) => format_ident!("take_{}", base),
            Self::TakeOr(_) => format_ident!("take_{}_or", base),
            Self::Clear | Self::ClearAlive | Self::ClearPath(_) => format_ident!("clear_{}", base),
            Self::Peek(_) | Self::PeekAll(_) => format_ident!("peek_{}", base),
            Self::Push(_) => format_ident!("push_{}", base),
            Self::TryPush(..) => format_ident!("try_push_{}", base),
        }
    }
}

/// Names a field's accessors. Returns none if the field has none, or if their name is
/// unknown because of a mistake.
pub(super) fn for_field<'a>(
    field: Field<'a>,
    attrs: &FieldAttrs,
    actions: Vec<Action<'a>>,
    mistakes: &mut Mistakes,
) -> Vec<Accessor<'a>> {
    let base = match (&attrs.accessor, &attrs.skip_accessors) {
        (Given::Is { key, .. }, Given::Is { .. }) => {
            mistakes.at(*key, "`accessor` has no effect with `skip_accessors`; remove one of them");
            return Vec::new();
        }
        (Given::Is { value, .. }, _) => value,
        (Given::Absent, Given::Absent | Given::Broken) => field.ident,
        (Given::Broken, _) | (_, Given::Is { .. }) => return Vec::new(),
    };
    let accessors = actions.into_iter().map(|action| Accessor { name: action.name(base), action, field });
    accessors.collect()
}

/// Drops and reports every accessor whose name is taken, with one mistake per field or
/// pair of fields.
pub(super) fn without_collisions<'a>(
    accessors: Vec<Accessor<'a>>,
    mistakes: &mut Mistakes,
) -> Vec<Accessor<'a>> {
    let mut owners: HashMap<String, &Ident> = HashMap::new();
    let mut reported: Vec<(&Ident, Option<&Ident>)> = Vec::new();
    let mut kept = Vec::with_capacity(accessors.len());
    for accessor in accessors {
        let (name, field) = (accessor.name.to_string(), accessor.field.ident);
        let other = owners.get(&name).copied();
        let Some(with) = collides_with(&name, other) else {
            owners.insert(name, field);
            kept.push(accessor);
            continue;
        };
        if !reported.contains(&(field, other)) {
            mistakes.at(
                accessor.name.span(),
                format!(
                    "the accessor `{name}` of field `{field}` collides with {with}; \
                     choose another name with `#[session(accessor = \"…\")]`"
                ),
            );
            reported.push((field, other));
        }
    }
    kept
}

fn collides_with(name: &str, other: Option<&Ident>) -> Option<String> {
    if let Some(field) = other {
        return Some(format!("an accessor of field `{field}`"));
    }
    if SESSION_METHODS.contains(&name) {
        Some(format!("`Session::{name}`"))
    } else if IRON_SESSION_METHODS.contains(&name) {
        Some(format!("`IronSession::{name}`"))
    } else if STD_METHODS.contains(&name) {
        Some("a method of a standard library trait".to_owned())
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use quote::format_ident;
    use syn::{DeriveInput, Visibility, parse_quote};

    use super::*;
    use crate::ast::Input;
    use crate::attr::Attrs;
    use crate::model;

    fn mistakes(input: &DeriveInput) -> Vec<String> {
        let mut mistakes = Mistakes::default();
        let input = Input::new(input, &mut mistakes);
        let attrs = Attrs::parse(&input, &mut mistakes);
        let model = model::build(&input, &attrs, &mut mistakes);
        assert_eq!(model.is_ok(), mistakes.is_empty());
        mistakes.messages()
    }

    #[test]
    fn no_field_can_have_a_reserved_accessor() {
        for name in [SESSION_METHODS, IRON_SESSION_METHODS, STD_METHODS].concat() {
            let field = format_ident!("{}", name);
            let input = parse_quote!(struct S { #[session(rename = "x")] #field: u8 });
            let found = mistakes(&input);
            assert_eq!(found.len(), 1, "{name}: {found:?}");
            assert!(found[0].contains(&format!("`{name}`")), "{name}: {found:?}");
        }
    }

    #[test]
    fn what_is_not_generated_does_not_collide() {
        // A flash has no accessor of the field's own name, a plain field no `clear_f`.
        let input = parse_quote!(
            struct S {
                #[session(flash)]
                save: Option<u8>,
                clear: u8,
            }
        );
        assert_eq!(mistakes(&input).len(), 1);
        let input = parse_quote!(
            struct S {
                a: u8,
                clear_a: u8,
                #[session(skip_accessors)]
                set_a: u8,
            }
        );
        assert_eq!(mistakes(&input), [""; 0]);
    }

    #[test]
    fn two_fields_collide_once_however_many_names_they_share() {
        let input = parse_quote!(
            struct S {
                a: u8,
                #[session(accessor = "a")]
                b: u8,
            }
        );
        assert_eq!(mistakes(&input).len(), 1);
        let input = parse_quote!(
            struct S {
                a: u8,
                b: u8,
                #[session(accessor = "b")]
                set_a: u8,
            }
        );
        assert_eq!(mistakes(&input).len(), 1);
    }

    #[test]
    fn accessors_are_named_after_the_field_without_its_mark() {
        let ty = parse_quote!(u8);
        let vis = Visibility::Inherited;
        let ident = format_ident!("r#type");
        let field = Field { attrs: &[], vis: &vis, ident: &ident, ty: &ty };
        let param = Param { ty: &ty, into: false };
        let guard = Some(Guard { index: 0, with: false });
        let actions = [
            Action::for_value(&ty, param, guard),
            Action::for_option(param, None),
            Action::for_queue(param, guard),
        ];
        let actions = actions.concat();
        let accessors = for_field(field, &FieldAttrs::default(), actions, &mut Mistakes::default());
        let names = accessors.iter().map(|accessor| accessor.name.to_string()).collect::<Vec<_>>().join(" ");
        assert_eq!(
            names,
            "r#type type_mut set_type try_set_type r#type type_mut set_type take_type clear_type \
             push_type take_type peek_type try_push_type"
        );
    }
}
