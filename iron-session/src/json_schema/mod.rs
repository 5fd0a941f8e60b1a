//! The payload of a session type as a JSON Schema, draft 2020-12: for reviews,
//! for other programs, and for TypeScript.
//!
//! The schema describes what every reader accepts. Members are optional, because a missing
//! member reads as its default. Other members are allowed, because they are kept. Only the
//! version is required, if a session must have one. Names, types and limits are those of the
//! JSON in the cookie. Facts that JSON Schema has no keyword for are in `x-iron-session`:
//!
//! | for the session | |
//! | --- | --- |
//! | `version`, `untagged`, `readable_by` | the attributes of the same names; `untagged` if it differs from the version |
//! | `javascript` | JavaScript writes this session too |
//! | `revocable` | every session has an id and a time of issue |
//! | `storage`, `max_record_bytes` | where a session is kept that need not be in its cookies |
//! | `max_cookies`, `overhead_bytes`, `reserve_unknown_bytes` | the inputs of the budget |
//!
//! | for a member | |
//! | --- | --- |
//! | `flash` | is read once |
//! | `expiring` | expires; its form is `{"value":…,"until_ms":…}` |
//! | `secret` | must not be printed |
//! | `max_bytes` | the limit in bytes; `maxLength` counts code points and is a looser limit |
//! | `largest_bytes` | the largest size of the JSON of its value, for the budget |

mod change;
mod choice;
mod compare;
mod keywords;
mod member;
mod words;

pub use change::{Change, Impact};
pub use compare::changes;
pub(crate) use keywords::EXTENSION;
#[doc(hidden)]
pub use member::{Described, FieldSchema, anything};

use schemars::generate::{SchemaGenerator, SchemaSettings};
use serde_json::{Map, Value, json};

use crate::codec::{IronSession, Untyped};
use crate::limits::{MAX_LIFETIME_SECS, METADATA_NAME, SESSION_ID_CHARS};
use crate::schema::{Schema, Storage};

/// A session type whose payload has a JSON Schema. Implement it with `#[session(json_schema)]`.
///
/// The types of its fields must implement [`schemars::JsonSchema`]. A field with its own
/// functions (`with`) is described as any JSON, except with [`with::text`](crate::with::text).
///
/// # Example
///
/// ```
/// # #[cfg(feature = "derive")] {
/// use iron_session::IronSession;
/// use iron_session::json_schema::HasJsonSchema;
///
/// #[derive(IronSession, Clone)]
/// #[session(json_schema, rename_all = "camelCase")]
/// struct AppSession {
///     #[session(max_bytes = 36)]
///     user_id: Option<String>,
/// }
///
/// let schema = AppSession::json_schema();
/// let user_id = schema.pointer("/properties/userId").unwrap();
/// assert_eq!(user_id["type"], "string");
/// assert_eq!(user_id["maxLength"], 36);
/// # }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no JSON Schema",
    label = "add `#[session(json_schema)]` to this type"
)]
pub trait HasJsonSchema: IronSession {
    /// Returns the JSON Schema of the payload.
    ///
    /// If the struct has a field `json_schema`, its accessor takes precedence. Then call
    /// `<AppSession as HasJsonSchema>::json_schema()`.
    fn json_schema() -> schemars::Schema {
        let mut payload = PayloadSchema::new();
        Self::describe(&mut payload);
        payload.finish(&Self::SCHEMA)
    }

    /// Adds the members.
    #[doc(hidden)]
    fn describe(payload: &mut PayloadSchema);
}

/// Allows any members.
impl HasJsonSchema for Untyped {
    fn describe(_: &mut PayloadSchema) {}
}

/// A JSON Schema of a payload that is being built.
#[doc(hidden)]
#[derive(Debug)]
pub struct PayloadSchema {
    generator: SchemaGenerator,
    description: Option<&'static str>,
    properties: Map<String, Value>,
}

impl PayloadSchema {
    fn new() -> Self {
        let generator = SchemaSettings::draft2020_12().into_generator();
        Self { generator, description: None, properties: Map::new() }
    }

    /// Adds the struct's documentation.
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
        // A session without a tag has another version, so the tag is required.
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
        "description": "The lifetime of this session in seconds; 0 means until the browser closes.",
        "type": "integer",
        "minimum": 0,
        "maximum": MAX_LIFETIME_SECS,
    });
    properties.insert("t".to_owned(), lifetime);
    let issued_at = json!({
        "description": "When the session was issued, in Unix seconds.",
        "type": "integer",
        "minimum": 0,
    });
    properties.insert("iat".to_owned(), issued_at);
    let id = json!({
        "description": "The id of the session.",
        "type": "string",
        "pattern": format!("^[A-Za-z0-9_-]{{{SESSION_ID_CHARS}}}$"),
    });
    properties.insert("id".to_owned(), id);
    let mut required = Vec::new();
    if let Some((version, readable_by)) = session.tag() {
        let about = "The version of this schema.";
        properties.insert("v".to_owned(), json!({ "description": about, "const": version }));
        if let Some(oldest) = readable_by {
            let about = "The oldest version that may read this session.";
            properties.insert("r".to_owned(), json!({ "description": about, "const": oldest }));
        }
        if session.untagged() != session.version() {
            required.push("v");
        }
    }
    let mut metadata = json!({
        "description": "The metadata of the session.",
        "properties": properties,
        "required": required,
    });
    // Where no version has to be there, another program may use the name for anything: it is kept.
    if session.is_tagged()
        && let Some(metadata) = metadata.as_object_mut()
    {
        metadata.insert("type".to_owned(), "object".into());
    }
    metadata
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
    if !session.forgotten().is_empty() {
        say("forgets", session.forgotten().into());
    }
    if session.is_read_by_javascript() {
        say("javascript", true.into());
    }
    if session.is_revocable() {
        say("revocable", true.into());
    }
    let storage = match session.storage() {
        Storage::Cookie => None,
        Storage::Overflow => Some("overflow"),
        Storage::Server => Some("server"),
    };
    if let Some(storage) = storage {
        say("storage", storage.into());
        say("max_record_bytes", session.max_record_bytes().into());
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
