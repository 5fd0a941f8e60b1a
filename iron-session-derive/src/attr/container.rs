//! The struct's attributes.

use syn::{Attribute, LitStr, Path};

use super::given::Given;
use super::item::{Item, items};
use super::key::ContainerKey;
use super::storage::Storage;
use super::version::VersionAttrs;
use crate::case::Case;
use crate::limits::{MAX_CHUNKS, MAX_LINE_BYTES};
use crate::mistakes::Mistakes;

/// The largest `max_record_bytes`. A store has to move a whole record at once.
const MAX_RECORD_BYTES: u32 = 1024 * 1024;

/// The session attributes of the struct.
#[derive(Default)]
pub(crate) struct ContainerAttrs {
    pub(crate) budget_is_strict: Given<()>,
    pub(crate) compress: Given<()>,
    /// `forget("…", …)`
    pub(crate) forgotten: Vec<LitStr>,
    pub(crate) ignore_serde: Given<()>,
    pub(crate) javascript: Given<()>,
    pub(crate) json_schema: Given<()>,
    pub(crate) max_cookies: Given<usize>,
    pub(crate) max_record_bytes: Given<usize>,
    pub(crate) overhead: Given<usize>,
    pub(crate) rename_all: Given<Case>,
    pub(crate) reserve_unknown: Given<usize>,
    pub(crate) revocable: Given<()>,
    pub(crate) runtime: Given<Path>,
    pub(crate) storage: Given<Storage>,
    pub(crate) versions: VersionAttrs,
}

impl ContainerAttrs {
    /// Tells whether sessions have an id. A record needs one as its key.
    pub(crate) fn is_revocable(&self) -> bool {
        let is_stored = self.storage.get().is_some_and(|storage| *storage != Storage::Cookie);
        self.revocable.is_given() || is_stored
    }

    pub(super) fn parse(attrs: &[Attribute], mistakes: &mut Mistakes) -> Self {
        let mut this = Self::default();
        for item in items(attrs, mistakes) {
            if let Some(key) = ContainerKey::parse(&item, mistakes) {
                this.set(key, &item, mistakes);
            }
        }
        this
    }

    fn set(&mut self, key: ContainerKey, item: &Item, mistakes: &mut Mistakes) {
        match key {
            ContainerKey::Budget => {
                let strict = item.word("strict", mistakes);
                self.budget_is_strict.set(item, strict, mistakes);
            }
            ContainerKey::Compress => {
                item.flag(mistakes);
                self.compress.set(item, Some(()), mistakes);
            }
            ContainerKey::Crate => {
                let path = runtime(item, mistakes);
                self.runtime.set(item, path, mistakes);
            }
            ContainerKey::Forget => {
                self.forgotten.extend(item.texts("oldName", mistakes).unwrap_or_default());
            }
            ContainerKey::Gap
            | ContainerKey::Previous
            | ContainerKey::ReadableBy
            | ContainerKey::Untagged
            | ContainerKey::Version => self.versions.set(key, item, mistakes),
            ContainerKey::IgnoreSerde => {
                item.flag(mistakes);
                self.ignore_serde.set(item, Some(()), mistakes);
            }
            ContainerKey::Javascript => {
                item.flag(mistakes);
                self.javascript.set(item, Some(()), mistakes);
            }
            ContainerKey::MaxCookies => {
                let max_cookies = item.number(1..=MAX_CHUNKS, "2", mistakes);
                self.max_cookies.set(item, max_cookies, mistakes);
            }
            ContainerKey::MaxRecordBytes => {
                let bytes = item.number(1..=MAX_RECORD_BYTES, "65536", mistakes);
                self.max_record_bytes.set(item, bytes, mistakes);
            }
            ContainerKey::Overhead => {
                let overhead = item.number(1..=MAX_LINE_BYTES - 1, "256", mistakes);
                self.overhead.set(item, overhead, mistakes);
            }
            ContainerKey::RenameAll => {
                let case = case(item, mistakes);
                self.rename_all.set(item, case, mistakes);
            }
            ContainerKey::ReserveUnknown => {
                let bytes = item.number(0..=u32::MAX, "200", mistakes);
                self.reserve_unknown.set(item, bytes, mistakes);
            }
            ContainerKey::Revocable => {
                item.flag(mistakes);
                self.revocable.set(item, Some(()), mistakes);
            }
            ContainerKey::Storage => {
                let storage = Storage::parse(item, mistakes);
                self.storage.set(item, storage, mistakes);
            }
            ContainerKey::JsonSchema => {
                item.flag(mistakes);
                if !cfg!(feature = "json-schema") {
                    mistakes.at(
                        item.span(),
                        "`json_schema` needs the feature `json-schema` of iron-session: \
                         run `cargo add iron-session --features json-schema`",
                    );
                }
                self.json_schema.set(item, Some(()), mistakes);
            }
        }
    }
}

/// Reads the path of the runtime crate.
pub(super) fn runtime(item: &Item, mistakes: &mut Mistakes) -> Option<Path> {
    item.parsed("a path", "my_framework::iron_session", mistakes)
}

fn case(item: &Item, mistakes: &mut Mistakes) -> Option<Case> {
    let text = item.text("camelCase", mistakes)?;
    Case::parse(&text.value()).map_err(|message| mistakes.at(text.span(), message)).ok()
}
