//! The documentation of an accessor.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::ext::IdentExt;
use syn::{Attribute, Expr, Lit, Meta};

use crate::ast::Field;
use crate::length::Length;
use crate::model::{Action, Param};
use crate::spelling::Runtime;

/// ```text
/// /// Returns `user_id`, if there is one.
/// ///
/// /// Who is signed in.
/// #[deprecated]
/// ```
pub(super) fn docs(action: Action<'_>, field: &Field<'_>, runtime: Runtime<'_>) -> TokenStream {
    let sentence = sentence(action, &field.ident.unraw().to_string());
    let own = own_lines(field.attrs);
    let blank = (!own.is_empty()).then_some("");
    let lines = std::iter::once(sentence.as_str()).chain(blank).chain(own.iter().map(String::as_str));
    let lines =
        lines.chain(inheritance(action, runtime).iter().copied()).chain(errors(action).iter().copied());
    // Start each line with a space, as `///` does.
    let lines = lines.map(|line| if line.is_empty() { String::new() } else { format!(" {line}") });
    let kept = field.attrs.iter().filter(|attr| is_kept(attr)).map(ToTokens::to_token_stream);
    quote!(#(#[doc = #lines])* #(#kept)*)
}

fn sentence(action: Action<'_>, field: &str) -> String {
    match action {
        Action::Get(_) => format!("Returns `{field}`."),
        Action::GetSome(_) => format!("Returns `{field}`, if there is one."),
        Action::GetAlive(_) => format!("Returns `{field}`, if there is one and it has not expired."),
        Action::GetMut(_) => format!("Returns `{field}` for changing it in place."),
        Action::GetSomeMut(_) => format!("Returns `{field}`, if there is one, for changing it in place."),
        Action::Set(_) | Action::SetSome(_) => format!("Sets `{field}`."),
        Action::SetAlive(_) => format!("Sets `{field}` and restarts its lifetime."),
        Action::TrySet(..) | Action::TrySetSome(..) => {
            format!("Sets `{field}`, unless the value is too large.")
        }
        Action::TrySetAlive(..) => {
            format!("Sets `{field}` and restarts its lifetime, unless the value is too large.")
        }
        Action::Take(_) | Action::TakeAlive(_) => {
            format!("Takes `{field}` out of the session, if there is one.")
        }
        Action::TakeOr(_) => {
            format!("Takes the path `{field}` out of the session, and returns `default` if there is none.")
        }
        Action::Clear | Action::ClearAlive | Action::ClearPath(_) => {
            format!("Removes `{field}` from the session.")
        }
        Action::Peek(_) => {
            format!("Returns `{field}`, if there is one, without taking it out of the session.")
        }
        Action::Push(_) => format!("Adds a value to the end of `{field}`."),
        Action::TryPush(..) => {
            format!("Adds a value to the end of `{field}`, unless it would become too large.")
        }
        Action::TakeAll(_) => format!("Takes all values of `{field}` out of the session."),
        Action::PeekAll(_) => {
            format!("Returns all values of `{field}` without taking them out of the session.")
        }
    }
}

/// Explains, for a value that may have members, which of them are kept.
fn inheritance(action: Action<'_>, runtime: Runtime<'_>) -> &'static [&'static str] {
    match action {
        Action::Set(Param { ty, .. })
        | Action::SetSome(Param { ty, .. })
        | Action::SetAlive(Param { ty, .. })
        | Action::TrySet(Param { ty, .. }, _)
        | Action::TrySetSome(Param { ty, .. }, _)
        | Action::TrySetAlive(Param { ty, .. }, _)
            if !matches!(Length::from_type(ty, runtime), Length::Fixed | Length::Text) =>
        {
            &[
                "",
                "If the new value stands for the same object as the old one (for example, it has the same `id`), members",
                "that only other programs know are kept. Otherwise it replaces the old value completely.",
            ]
        }
        _ => &[],
    }
}

fn errors(action: Action<'_>) -> &'static [&'static str] {
    match action {
        Action::TrySet(..) | Action::TrySetSome(..) | Action::TrySetAlive(..) | Action::TryPush(..) => {
            &["", "# Errors", "", "`FieldTooLarge` if the value is too large; the field is then unchanged."]
        }
        _ => &[],
    }
}

/// Returns the first paragraph of a field's documentation and the targets of its links.
pub(super) fn own_lines(attrs: &[Attribute]) -> Vec<String> {
    let lines: Vec<String> = attrs.iter().filter_map(text).flat_map(|text| lines(&text)).collect();
    let is_fence = |line: &&String| line.starts_with("```") || line.starts_with("~~~");
    let paragraph = lines.iter().skip_while(|line| line.is_empty());
    let mut own: Vec<String> =
        paragraph.take_while(|line| !line.is_empty() && !is_fence(line)).cloned().collect();

    let rest = lines.into_iter().skip(own.len());
    let references: Vec<String> = rest.filter(|line| is_reference(line)).collect();
    if !own.is_empty() && !references.is_empty() {
        own.push(String::new());
        own.extend(references);
    }
    own
}

fn lines(text: &str) -> Vec<String> {
    // `str::lines` returns no lines for `#[doc = ""]`, which is one empty line.
    if text.is_empty() {
        vec![String::new()]
    } else {
        text.lines().map(|line| line.trim().to_owned()).collect()
    }
}

/// `[name]: target`
fn is_reference(line: &str) -> bool {
    line.starts_with('[') && line.contains("]: ")
}

fn text(attr: &Attribute) -> Option<String> {
    match &attr.meta {
        Meta::NameValue(meta) if meta.path.is_ident("doc") => match &meta.value {
            Expr::Lit(literal) => match &literal.lit {
                Lit::Str(text) => Some(text.value()),
                _ => None,
            },
            _ => None,
        },
        _ => None,
    }
}

/// Tells whether an attribute of a field also applies to its accessors.
fn is_kept(attr: &Attribute) -> bool {
    let is_hidden = |attr: &Attribute| match &attr.meta {
        Meta::List(list) if list.path.is_ident("doc") => list.tokens.to_string() == "hidden",
        _ => false,
    };
    attr.path().is_ident("deprecated") || is_hidden(attr)
}

#[cfg(test)]
mod tests {
    use super::*;
    use syn::parse_quote;

    #[test]
    fn takes_the_first_paragraph() {
        let attrs: Vec<Attribute> = vec![
            parse_quote!(#[doc = " Who is signed in,"]),
            parse_quote!(#[doc = " by the database's id."]),
            parse_quote!(#[doc = ""]),
            parse_quote!(#[doc = " More."]),
        ];
        assert_eq!(own_lines(&attrs), ["Who is signed in,", "by the database's id."]);
    }

    #[test]
    fn keeps_the_targets_of_links() {
        let attrs = vec![parse_quote!(#[doc = "\n A [role].\n\n Not this.\n\n [role]: crate::Role\n"])];
        assert_eq!(own_lines(&attrs), ["A [role].", "", "[role]: crate::Role"]);
    }

    #[test]
    fn never_copies_an_example() {
        let attrs = vec![parse_quote!(#[doc = " As in\n ```\n panic!()\n ```"])];
        assert_eq!(own_lines(&attrs), ["As in"]);
        assert!(own_lines(&[parse_quote!(#[doc = "```\nx\n```"])]).is_empty());
    }

    #[test]
    fn keeps_what_holds_for_the_accessors_too() {
        assert!(is_kept(&parse_quote!(#[deprecated(note = "…")])));
        assert!(is_kept(&parse_quote!(#[doc(hidden)])));
        assert!(!is_kept(&parse_quote!(#[doc(alias = "x")])));
        assert!(!is_kept(&parse_quote!(#[serde(default)])));
    }
}
