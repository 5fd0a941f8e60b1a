//! A field's attributes.

use syn::{Attribute, ExprPath, Ident, LitStr};

use super::given::Given;
use super::item::{Item, Value, items};
use super::key::FieldKey;
use crate::mistakes::Mistakes;

/// What the user said about a field.
#[derive(Default)]
pub(crate) struct FieldAttrs {
    pub(crate) accessor: Given<Ident>,
    pub(crate) aliases: Vec<LitStr>,
    pub(crate) default: Given<DefaultValue>,
    pub(crate) flash: Given<()>,
    pub(crate) rename: Given<LitStr>,
    pub(crate) skip_accessors: Given<()>,
    pub(crate) transient: Given<()>,
}

/// Where the value of a field in the empty session comes from.
pub(crate) enum DefaultValue {
    /// `default`: the type's `Default`, as without the attribute.
    Type,
    /// `default = "path"`.
    Function(Box<ExprPath>),
}

impl FieldAttrs {
    pub(super) fn parse(attrs: &[Attribute], mistakes: &mut Mistakes) -> Self {
        let mut this = Self::default();
        for item in items(attrs, mistakes) {
            if let Some(key) = FieldKey::of(&item, mistakes) {
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
            FieldKey::Default => {
                let default = default(item, mistakes);
                self.default.set(item, default, mistakes);
            }
            FieldKey::Flash => {
                item.flag(mistakes);
                self.flash.set(item, Some(()), mistakes);
            }
            FieldKey::Rename => {
                let name = item.text("newName", mistakes);
                self.rename.set(item, name, mistakes);
            }
            FieldKey::SkipAccessors => {
                item.flag(mistakes);
                self.skip_accessors.set(item, Some(()), mistakes);
            }
            FieldKey::Transient => {
                item.flag(mistakes);
                self.transient.set(item, Some(()), mistakes);
            }
        }
    }
}

fn default(item: &Item, mistakes: &mut Mistakes) -> Option<DefaultValue> {
    match &item.value {
        Value::Nothing => Some(DefaultValue::Type),
        Value::Equals(_) => {
            let path = item.parsed("a path to a function", "path::to::function", mistakes)?;
            Some(DefaultValue::Function(Box::new(path)))
        }
        Value::List(_) | Value::Unreadable => {
            item.expects("nothing, or a function, as in `default = \"path::to::function\"`", mistakes)
        }
    }
}
