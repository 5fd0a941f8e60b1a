//! Reads the `#[serde(…)]` attributes that change how a type is written.
//!
//! Serde itself reports mistakes in its attributes, so invalid ones are ignored here.

use proc_macro2::Span;
use syn::meta::ParseNestedMeta;
use syn::spanned::Spanned;
use syn::{Attribute, Type, token};

use crate::attr::serde_item::{each, text};
use crate::case::Case;

/// The serde attributes of a type.
#[derive(Default)]
pub(super) struct Container {
    pub(super) rename: Option<String>,
    pub(super) rename_all: Option<Case>,
    pub(super) rename_all_fields: Option<Case>,
    pub(super) tag: Option<String>,
    pub(super) content: Option<String>,
    pub(super) untagged: bool,
    pub(super) transparent: bool,
    /// `into = "Type"`: the value is written as this type.
    pub(super) into: Option<Type>,
}

/// The serde attributes of a variant.
#[derive(Default)]
pub(super) struct Variant {
    pub(super) rename: Option<String>,
    pub(super) rename_all: Option<Case>,
    pub(super) skip: bool,
    pub(super) untagged: bool,
    pub(super) with: Option<Span>,
}

/// The serde attributes of a field.
#[derive(Default)]
pub(super) struct Field {
    pub(super) rename: Option<String>,
    pub(super) skip: bool,
    pub(super) flatten: Option<Span>,
    pub(super) with: Option<Span>,
}

impl Container {
    pub(super) fn parse(attrs: &[Attribute]) -> Self {
        let mut this = Self::default();
        each(attrs, |key, meta| match key {
            "rename" => this.rename = written(&meta),
            "rename_all" => this.rename_all = case(&meta),
            "rename_all_fields" => this.rename_all_fields = case(&meta),
            "tag" => this.tag = text(&meta),
            "content" => this.content = text(&meta),
            "untagged" => this.untagged = true,
            "transparent" => this.transparent = true,
            "into" => this.into = text(&meta).and_then(|ty| syn::parse_str(&ty).ok()),
            _ => {}
        });
        this
    }
}

impl Variant {
    pub(super) fn parse(attrs: &[Attribute]) -> Self {
        let mut this = Self::default();
        each(attrs, |key, meta| match key {
            "rename" => this.rename = written(&meta),
            "rename_all" => this.rename_all = case(&meta),
            "skip" | "skip_serializing" => this.skip = true,
            "untagged" => this.untagged = true,
            "with" | "serialize_with" => this.with = Some(meta.path.span()),
            _ => {}
        });
        this
    }
}

impl Field {
    pub(super) fn parse(attrs: &[Attribute]) -> Self {
        let mut this = Self::default();
        each(attrs, |key, meta| match key {
            "rename" => this.rename = written(&meta),
            "skip" | "skip_serializing" => this.skip = true,
            "flatten" => this.flatten = Some(meta.path.span()),
            "with" | "serialize_with" => this.with = Some(meta.path.span()),
            _ => {}
        });
        this
    }
}

/// Reads `key = "text"` or `key(serialize = "text", deserialize = "…")`.
fn written(meta: &ParseNestedMeta<'_>) -> Option<String> {
    if !meta.input.peek(token::Paren) {
        return text(meta);
    }
    let mut written = None;
    let parsed = meta.parse_nested_meta(|inner| {
        let value = text(&inner);
        if inner.path.is_ident("serialize") {
            written = value;
        }
        Ok(())
    });
    drop(parsed);
    written
}

fn case(meta: &ParseNestedMeta<'_>) -> Option<Case> {
    Case::parse(&written(meta)?).ok()
}
