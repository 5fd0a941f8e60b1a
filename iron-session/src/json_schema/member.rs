//! Describes one member of the payload in its JSON Schema.

use schemars::{JsonSchema, SchemaGenerator, json_schema};
use serde_json::{Map, Value};

use super::keywords::EXTENSION;
use crate::codec::{IronSession, UNTIL, VALUE};
use crate::schema::field_budget::FieldBudget;

/// A type that has a JSON Schema.
///
/// It is implemented for every `JsonSchema`. It exists because it gives a better compiler
/// message for a field whose type has no JSON Schema.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no JSON Schema, which `#[session(json_schema)]` requires for every member",
    label = "does not implement `JsonSchema`",
    note = "derive `schemars::JsonSchema` for the type",
    note = "a field with `#[session(transient)]` is never in the cookie and needs no schema"
)]
pub trait Described {
    /// Returns the schema, as a reference if the type has a name.
    fn described(generator: &mut SchemaGenerator) -> schemars::Schema;
}

#[diagnostic::do_not_recommend]
impl<T: JsonSchema + ?Sized> Described for T {
    fn described(generator: &mut SchemaGenerator) -> schemars::Schema {
        generator.subschema_for::<T>()
    }
}

/// Describes an unknown type: any JSON.
pub fn anything(_: &mut SchemaGenerator) -> schemars::Schema {
    schemars::Schema::default()
}

/// The facts about a member other than its type.
#[derive(Clone, Copy, Debug)]
pub struct FieldSchema {
    budget: FieldBudget,
    docs: Option<&'static str>,
    flash: bool,
    expiring: bool,
}

impl FieldSchema {
    /// Starts with the name and the bounds of the session's member at this index.
    pub fn new<T: IronSession>(index: usize) -> Self {
        let unnamed = FieldBudget::new("", None);
        let budget = T::FIELDS.get(index).copied().unwrap_or(unnamed);
        Self { budget, docs: None, flash: false, expiring: false }
    }

    /// Adds the field's documentation.
    #[must_use]
    pub fn with_docs(self, docs: &'static str) -> Self {
        Self { docs: Some(docs), ..self }
    }

    /// Marks the member as read once.
    #[must_use]
    pub fn flash(self) -> Self {
        Self { flash: true, ..self }
    }

    /// Marks the member as one that has a deadline.
    #[must_use]
    pub fn expiring(self) -> Self {
        Self { expiring: true, ..self }
    }

    pub(super) fn name(&self) -> &'static str {
        self.budget.name()
    }

    /// Completes the schema of a member, given the schema of its value.
    pub(super) fn finish(self, mut value: schemars::Schema, definitions: &Map<String, Value>) -> Value {
        self.bound(value.ensure_object(), definitions);
        let mut says = match value.remove(EXTENSION) {
            Some(Value::Object(says)) => says,
            _ => Map::new(),
        };
        let mut schema = if self.expiring { expiring(&value) } else { value };

        let bounds = self.budget.bounds();
        let marks = [("flash", self.flash), ("expiring", self.expiring)];
        for (name, _) in marks.into_iter().filter(|(_, is_set)| *is_set) {
            says.insert(name.to_owned(), true.into());
        }
        for (name, bytes) in [("max_bytes", bounds.max_bytes()), ("largest_bytes", bounds.largest())] {
            if let Some(bytes) = bytes {
                says.insert(name.to_owned(), bytes.into());
            }
        }
        let schema = schema.ensure_object();
        if !says.is_empty() {
            schema.insert(EXTENSION.to_owned(), says.into());
        }
        if let Some(docs) = self.docs {
            schema.insert("description".to_owned(), docs.into());
        }
        std::mem::take(schema).into()
    }

    /// Adds the bounds, in the keyword that JSON Schema has for the value's type.
    fn bound(self, value: &mut Map<String, Value>, definitions: &Map<String, Value>) {
        let bounds = self.budget.bounds();
        let named = value.get("$ref").and_then(Value::as_str).and_then(|path| path.rsplit('/').next());
        let kind = named.and_then(|name| definitions.get(name)?.get("type")).or(value.get("type"));
        let (keyword, bound) = match kind.and_then(Value::as_str) {
            Some("string") => ("maxLength", bounds.max_bytes()),
            Some("array") => ("maxItems", bounds.max_items()),
            Some("object") => ("maxProperties", bounds.max_items()),
            _ => return,
        };
        let own = value.get(keyword).and_then(Value::as_u64);
        let bound = bound.and_then(|bound| u64::try_from(bound).ok());
        if let Some(smaller) = bound.into_iter().chain(own).min() {
            value.insert(keyword.to_owned(), smaller.into());
        }
    }
}

fn expiring(value: &schemars::Schema) -> schemars::Schema {
    json_schema!({
        "type": "object",
        "properties": {
            VALUE: value,
            UNTIL: { "description": "The time at which the value expires, in Unix milliseconds.", "type": "integer", "minimum": 0 },
        },
        "required": [VALUE, UNTIL],
    })
}
