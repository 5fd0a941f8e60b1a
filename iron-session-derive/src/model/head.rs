//! The information that every `impl` block needs.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Generics, Ident, Path};

use crate::attr::Given;
use crate::spelling::Runtime;

/// The type that has the derive, and the paths to the runtime.
pub(crate) struct Head<'a> {
    pub(crate) ident: &'a Ident,
    pub(crate) generics: &'a Generics,
    /// Whether the struct contains something deprecated, or allows it.
    pub(crate) is_deprecated: bool,
    /// `#[session(crate = "…")]`.
    pub(crate) runtime: Option<Path>,
}

impl<'a> Head<'a> {
    /// Returns `None` if the path of the runtime is unknown because of a mistake.
    pub(crate) fn new(
        ident: &'a Ident,
        generics: &'a Generics,
        is_deprecated: bool,
        runtime: &Given<Path>,
    ) -> Option<Self> {
        let runtime = match runtime {
            Given::Is { value, .. } => Some(value.clone()),
            Given::Absent => None,
            Given::Broken => return None,
        };
        Some(Self { ident, generics, is_deprecated, runtime })
    }

    /// Returns the last part of paths to the runtime.
    pub(crate) fn runtime(&self) -> Runtime<'_> {
        Runtime::at(self.runtime.as_ref())
    }

    /// Writes `#[allow(deprecated)]` if the struct contains something deprecated, or allows it.
    pub(crate) fn allow(&self) -> Option<TokenStream> {
        self.is_deprecated.then(|| quote!(#[allow(deprecated)]))
    }

    /// Writes the module of the runtime that all generated paths start with.
    pub(crate) fn private(&self) -> TokenStream {
        let named = self.runtime.as_ref().map(|runtime| quote!(#runtime::__private));
        named.unwrap_or_else(|| quote!(::iron_session::__private))
    }
}
