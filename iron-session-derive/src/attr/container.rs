//! The struct's attributes.

use syn::{Attribute, Path};

use super::given::Given;
use super::item::{Item, items};
use super::key::ContainerKey;
use crate::case::Case;
use crate::mistakes::Mistakes;

/// What the user said about the struct.
#[derive(Default)]
pub(crate) struct ContainerAttrs {
    pub(crate) runtime: Given<Path>,
    pub(crate) max_cookies: Given<usize>,
    pub(crate) rename_all: Given<Case>,
}

impl ContainerAttrs {
    pub(super) fn parse(attrs: &[Attribute], mistakes: &mut Mistakes) -> Self {
        let mut this = Self::default();
        for item in items(attrs, mistakes) {
            match ContainerKey::of(&item, mistakes) {
                Some(ContainerKey::Crate) => {
                    let path = item.parsed("a path", "my_framework::iron_session", mistakes);
                    this.runtime.set(&item, path, mistakes);
                }
                Some(ContainerKey::MaxCookies) => {
                    let max_cookies = max_cookies(&item, mistakes);
                    this.max_cookies.set(&item, max_cookies, mistakes);
                }
                Some(ContainerKey::RenameAll) => {
                    let case = case(&item, mistakes);
                    this.rename_all.set(&item, case, mistakes);
                }
                None => {}
            }
        }
        this
    }
}

fn max_cookies(item: &Item, mistakes: &mut Mistakes) -> Option<usize> {
    let integer = item.integer("2", mistakes)?;
    let in_range = integer.base10_parse().ok().filter(|max_cookies| (1..=4).contains(max_cookies));
    if in_range.is_none() {
        mistakes.at(integer.span(), format!("`max_cookies` must be from 1 to 4, found {integer}"));
    }
    in_range
}

fn case(item: &Item, mistakes: &mut Mistakes) -> Option<Case> {
    let text = item.text("camelCase", mistakes)?;
    Case::parse(&text.value()).map_err(|message| mistakes.at(text.span(), message)).ok()
}
