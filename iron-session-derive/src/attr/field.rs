//! A field's attributes.

use std::time::Duration;

use syn::{Attribute, ExprPath, Ident, LitStr};

use super::given::Given;
use super::item::{Item, Value, items, items_of};
use super::key::{FieldKey, FlashKey};
use crate::mistakes::Mistakes;

/// The session attributes of a field.
#[derive(Default)]
pub(crate) struct FieldAttrs {
    pub(crate) accessor: Given<Ident>,
    pub(crate) aliases: Vec<LitStr>,
    pub(crate) bounds: BoundAttrs,
    pub(crate) compress: Given<bool>,
    pub(crate) counter: Given<()>,
    pub(crate) default: Given<DefaultValue>,
    pub(crate) expires_in: Given<Duration>,
    pub(crate) flash: Given<Flash>,
    pub(crate) into: Given<()>,
    pub(crate) keep: Given<()>,
    pub(crate) keep_unknown: Given<()>,
    pub(crate) keys: Vec<LitStr>,
    pub(crate) on_error_default: Given<()>,
    pub(crate) rename: Given<LitStr>,
    pub(crate) skip_accessors: Given<()>,
    pub(crate) subject: Given<()>,
    pub(crate) transient: Given<()>,
    pub(crate) with: Given<Box<ExprPath>>,
}

/// How large the field's value may be.
#[derive(Default)]
pub(crate) struct BoundAttrs {
    pub(crate) max_bytes: Given<usize>,
    pub(crate) max_items: Given<usize>,
}

/// The content of `flash` or `flash(…)`.
#[derive(Clone, Copy, Default)]
pub(crate) struct Flash {
    /// `flash(expires_in = "10m")`
    pub(crate) expires_in: Option<Duration>,
}

/// The source of a field's value in the empty session.
pub(crate) enum DefaultValue {
    /// `default`: the type's `Default`, the same as without the attribute.
    Type,
    /// `default = "path"`.
    Function(Box<ExprPath>),
}

impl FieldAttrs {
    pub(super) fn parse(attrs: &[Attribute], mistakes: &mut Mistakes) -> Self {
        let mut this = Self::default();
        for item in items(attrs, mistakes) {
            if let Some(key) = FieldKey::parse(&item, mistakes) {
                this.set(key, &item, mistakes);
            }
        }
        this
    }

    fn set(&mut self, key: FieldKey, item: &Item, mistakes: &mut Mistakes) {
        match key {
            FieldKey::Accessor => {
                let ident = item.ident(mistakes);
                self.accessor.set(item, ident, mistakes);
            }
            FieldKey::Alias => self.aliases.extend(item.text("oldName", mistakes)),
            FieldKey::Compress => {
                let compress = item.boolean("false", mistakes);
                self.compress.set(item, compress, mistakes);
            }
            FieldKey::Counter => {
                item.flag(mistakes);
                self.counter.set(item, Some(()), mistakes);
            }
            FieldKey::Default => {
                let default = default(item, mistakes);
                self.default.set(item, default, mistakes);
            }
            FieldKey::ExpiresIn => {
                let duration = item.duration(mistakes);
                self.expires_in.set(item, duration, mistakes);
            }
            FieldKey::Flash => {
                let flash = flash(item, mistakes);
                self.flash.set(item, Some(flash), mistakes);
            }
            FieldKey::Into => {
                item.flag(mistakes);
                self.into.set(item, Some(()), mistakes);
            }
            FieldKey::Keep => {
                item.flag(mistakes);
                self.keep.set(item, Some(()), mistakes);
            }
            FieldKey::KeepUnknown => {
                item.flag(mistakes);
                self.keep_unknown.set(item, Some(()), mistakes);
            }
            FieldKey::Key => self.keys.extend(item.text("id", mistakes)),
            FieldKey::MaxBytes => self.bounds.set_max_bytes(item, mistakes),
            FieldKey::MaxItems => self.bounds.set_max_items(item, mistakes),
            FieldKey::OnError => {
                let default = item.word("default", mistakes);
                self.on_error_default.set(item, default, mistakes);
            }
            FieldKey::Rename => {
                let name = item.text("newName", mistakes);
                self.rename.set(item, name, mistakes);
            }
            FieldKey::SkipAccessors => {
                item.flag(mistakes);
                self.skip_accessors.set(item, Some(()), mistakes);
            }
            FieldKey::Subject => {
                item.flag(mistakes);
                self.subject.set(item, Some(()), mistakes);
            }
            FieldKey::Transient => {
                item.flag(mistakes);
                self.transient.set(item, Some(()), mistakes);
            }
            FieldKey::With => {
                let path = item.parsed("a path to a module", "iron_session::with::text", mistakes);
                self.with.set(item, path.map(Box::new), mistakes);
            }
        }
    }
}

impl BoundAttrs {
    pub(super) fn set_max_bytes(&mut self, item: &Item, mistakes: &mut Mistakes) {
        let bytes = item.number(1..=u32::MAX, "64", mistakes);
        self.max_bytes.set(item, bytes, mistakes);
    }

    pub(super) fn set_max_items(&mut self, item: &Item, mistakes: &mut Mistakes) {
        let items = item.number(1..=u32::MAX, "20", mistakes);
        self.max_items.set(item, items, mistakes);
    }

    pub(crate) fn is_given(&self) -> bool {
        self.max_bytes.is_given() || self.max_items.is_given()
    }
}

/// Returns a flash even if there is a mistake inside the parentheses.
fn flash(item: &Item, mistakes: &mut Mistakes) -> Flash {
    let Value::List(list) = &item.value else {
        item.flag(mistakes);
        return Flash::default();
    };
    let mut expires_in = Given::Absent;
    for item in items_of(list.clone(), mistakes) {
        if let Some(FlashKey::ExpiresIn) = FlashKey::parse(&item, mistakes) {
            let duration = item.duration(mistakes);
            expires_in.set(&item, duration, mistakes);
        }
    }
    Flash { expires_in: expires_in.get().copied() }
}

fn default(item: &Item, mistakes: &mut Mistakes) -> Option<DefaultValue> {
    match &item.value {
        Value::Nothing => Some(DefaultValue::Type),
        Value::Equals(_) => {
            let path = item.parsed("a path to a function", "path::to::function", mistakes)?;
            Some(DefaultValue::Function(Box::new(path)))
        }
        Value::List(_) | Value::Unreadable => item.expects(
            "no value, or the path of a function, as in `default = \"path::to::function\"`",
            mistakes,
        ),
    }
}
