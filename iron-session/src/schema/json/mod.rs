//! The payload of a session type as a JSON Schema, draft 2020-12: for reviews,
//! for other programs, and for TypeScript.
//!
//! It tells what every reader accepts: no member is required but the version
//! that a session must have, since a missing one reads as its default, and any
//! others may be there, since they are kept. Names, types and bounds are those of
//! the wire. What JSON Schema has no word for stands in `x-iron-session`:
//!
//! | of the session | |
//! | --- | --- |
//! | `version`, `untagged`, `readable_by` | the attributes of these names; `untagged` where it differs from the version |
//! | `javascript` | JavaScript writes this session too |
//! | `max_cookies`, `overhead_bytes`, `reserve_unknown_bytes` | what the budget is made of |
//!
//! | of a member | |
//! | --- | --- |
//! | `flash` | it is read once |
//! | `expiring` | it ends by itself: `{"value":…,"until_ms":…}` |
//! | `secret` | it is not to be printed |
//! | `max_bytes` | the bound in bytes; `maxLength` counts code points, and is the looser one |
//! | `largest_bytes` | what its value's JSON can take, for the budget |

mod changes;
mod choice;
mod compare;
mod member;
mod words;

pub use changes::{Change, Impact, changes};
#[doc(hidden)]
pub use member::{Described, FieldSchema, anything};

use schemars::generate::{SchemaGenerator, SchemaSettings};
use serde_json::{Map, Value, json};

use super::{IronSession, Schema};
use crate::payload::METADATA_NAME;

/// Where a schema says what JSON Schema has no word for.
pub(crate) const EXTENSION: &str = "x-iron-session";

/// A session type whose payload has a JSON Schema: say `#[session(schema)]`.
///
/// The types of its fields need [`schemars::JsonSchema`]. Fields with functions
/// of their own (`with`) can hold anything, but for
/// [`with::text`](crate::with::text).
///
/// # Example
///
/// ```
/// # #[cfg(feature = "derive")] {
/// use iron_session::IronSession;
/// use iron_session::schema::WireSchema;
///
/// #[derive(IronSession, Clone)]
/// #[session(schema, rename_all = "camelCase")]
/// struct AppSession {
///     #[session(max_bytes = 36)]
///     user_id: Option<String>,
/// }
///
/// let schema = AppSession::schema();
/// let user_id = schema.pointer("/properties/userId").unwrap();
/// assert_eq!(user_id["type"], "string");
/// assert_eq!(user_id["maxLength"], 36);
/// # }
/// ```
#[diagnostic::on_unimplemented(message = "`{Self}` has no schema", label = "add `#[session(schema)]` to it")]
pub trait WireSchema: IronSession {
    /// Returns the JSON Schema of the payload.
    ///
    /// On a struct with a field `schema`, whose accessor goes first, this is
    /// `<AppSession as WireSchema>::schema()`.
    fn schema() -> schemars::Schema {
        let mut payload = Payload::new();
        Self::describe(&mut payload);
        payload.finish(&Self::SCHEMA)
    }

    /// Adds the members.
    #[doc(hidden)]
    fn describe(payload: &mut Payload);
}

/// A schema in the making.
#[doc(hidden)]
#[derive(Debug)]
pub struct Payload {
    generator: SchemaGenerator,
    description: Option<&'static str>,
    properties: Map<String, Value>,
}

impl Payload {
    fn new() -> Self {
        let generator = SchemaSettings::draft2020_12().into_generator();
        Self { generator, description: None, properties: Map::new() }
    }

    /// Takes over the struct's documentation.
    pub fn describe(&mut self, text: &'static str) {
        self.description = Some(text);
    }

    /// Adds a member.
    pub fn add(&mut self, field: FieldSchema, value: fn(&mut SchemaGenerator) -> schemars::Schema) {
        let value = value(&mut self.generator);
        let schema = field.finish(value, self.generator.definitions());
        self.properties.insert(field.name().to_owned(), schema);
    }

    fn finish(mut self, session: &Schema) -> schemars::Schema {
        self.properties.insert(METADATA_NAME.to_owned(), metadata(session));
        let mut schema = schemars::json_schema!({
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "title": session.name(),
            "type": "object",
            "properties": self.properties,
            EXTENSION: extension(session),
        });
        if let Some(description) = self.description {
            schema.insert("description".to_owned(), description.into());
        }
        // What has no tag has another version.
        if session.is_tagged() && session.untagged() != session.version() {
            schema.insert("required".to_owned(), json!([METADATA_NAME]));
        }
        let definitions = self.generator.take_definitions(true);
        if !definitions.is_empty() {
            schema.insert("$defs".to_owned(), definitions.into());
        }
        schema
    }
}

/// Describes the member `$`.
fn metadata(session: &Schema) -> Value {
    let mut properties = Map::new();
    let lifetime = json!({
        "description": "The session's own lifetime in seconds; 0 until the browser closes.",
        "type": "integer",
        "minimum": 0,
        "maximum": 9_999_999_999_u64,
    });
    properties.insert("t".to_owned(), lifetime);
    let mut required = Vec::new();
    if let Some((version, readable_by)) = session.tag() {
        let about = "The version of this schema.";
        properties.insert("v".to_owned(), json!({ "description": about, "const": version }));
        if let Some(oldest) = readable_by {
            let about = "The oldest version that may read it.";
            properties.insert("r".to_owned(), json!({ "description": about, "const": oldest }));
        }
        if session.untagged() != session.version() {
            required.push("v");
        }
    }
    json!({
        "description": "What the session says about itself.",
        "type": "object",
        "properties": properties,
        "required": required,
    })
}

fn extension(session: &Schema) -> Value {
    let mut says = Map::new();
    let mut say = |name: &str, value: Value| says.insert(name.to_owned(), value);
    if let Some((version, readable_by)) = session.tag() {
        say("version", version.into());
        if session.untagged() != version {
            say("untagged", session.untagged().into());
        }
        if let Some(oldest) = readable_by {
            say("readable_by", oldest.into());
        }
    }
    if session.is_read_by_javascript() {
        say("javascript", true.into());
    }
    if let Some(max_cookies) = session.max_cookies() {
        say("max_cookies", max_cookies.into());
    }
    say("overhead_bytes", session.overhead_bytes().into());
    if session.reserve_unknown_bytes() > 0 {
        say("reserve_unknown_bytes", session.reserve_unknown_bytes().into());
    }
    says.into()
}
