//! The validated struct, checked across fields. Its types can't represent an invalid
//! combination of attributes.

mod accessor;
mod bounds;
mod compress;
mod conflict;
mod guarded;
mod head;
mod identity;
mod kind;
mod names;
mod storage;
mod subject;
mod version;

use syn::{Attribute, Ident, LitStr, Type};

pub(crate) use accessor::{Accessor, Action, Guard, Param};
pub(crate) use bounds::{Bounds, check_length};
pub(crate) use guarded::Guarded;
pub(crate) use head::Head;
pub(crate) use identity::Identity;
pub(crate) use kind::{Initial, Kind, Value, Wire};
pub(crate) use subject::Subject;
pub(crate) use version::Version;

use crate::ast::Input;
use crate::attr::{Attrs, ContainerAttrs, Storage};
use crate::mistakes::Mistakes;
use crate::spelling::Runtime;

/// A session type without mistakes.
pub(crate) struct Model<'a> {
    pub(crate) head: Head<'a>,
    pub(crate) schema: Schema,
    /// `budget = "strict"`
    pub(crate) strict: bool,
    /// `json_schema`: the struct's documentation goes into the JSON Schema too.
    pub(crate) json_schema: Option<&'a [Attribute]>,
    pub(crate) fields: Vec<Field<'a>>,
    pub(crate) accessors: Vec<Accessor<'a>>,
    pub(crate) guarded: Guarded<'a>,
}

/// The values of the struct's attributes, if they are present.
pub(crate) struct Schema {
    pub(crate) max_cookies: Option<usize>,
    pub(crate) overhead: Option<usize>,
    pub(crate) reserve_unknown: Option<usize>,
    pub(crate) compress: bool,
    pub(crate) javascript: bool,
    pub(crate) max_record_bytes: Option<usize>,
    pub(crate) revocable: bool,
    pub(crate) storage: Storage,
    pub(crate) version: Option<Version>,
    /// `forget("…", …)`
    pub(crate) forgotten: Vec<String>,
}

/// A field and its meaning.
pub(crate) struct Field<'a> {
    /// The number of members before this one.
    pub(crate) index: usize,
    pub(crate) attrs: &'a [Attribute],
    pub(crate) ident: &'a Ident,
    pub(crate) ty: &'a Type,
    pub(crate) kind: Kind<'a>,
}

/// The known parts of a struct that has mistakes.
pub(crate) struct Draft<'a> {
    /// `None` if the path of the runtime is unknown.
    pub(crate) head: Option<Head<'a>>,
    /// Whether the struct has `json_schema` and the feature is enabled.
    pub(crate) json_schema: bool,
    /// The accessors that are certain or probably meant.
    pub(crate) accessors: Vec<Accessor<'a>>,
    pub(crate) guarded: Guarded<'a>,
}

/// Checks the attributes against the struct and against each other.
pub(crate) fn build<'a>(
    input: &Input<'a>,
    attrs: &Attrs,
    mistakes: &mut Mistakes,
) -> Result<Model<'a>, Box<Draft<'a>>> {
    let names = names::of_fields(input, attrs, mistakes);
    let runtime = Runtime::at(attrs.container.runtime.get());
    let mut fields = Vec::new();
    let mut accessors = Vec::new();
    let attributed = input.fields.iter().zip(&attrs.fields).zip(names);
    let mut index = 0;
    for ((field, attrs), names) in attributed {
        let (kind, actions) = kind::decide(index, field, attrs, names, runtime, mistakes);
        accessors.extend(accessor::for_field(*field, attrs, actions, mistakes));
        fields.push(kind.map(|kind| Field {
            index,
            attrs: field.attrs,
            ident: field.ident,
            ty: field.ty,
            kind,
        }));
        index += usize::from(!attrs.transient.is_given());
    }
    let accessors = accessor::without_collisions(accessors, mistakes);

    let guarded = Guarded::find(input, attrs, runtime, mistakes);

    compress::check(input, attrs, mistakes);
    storage::check(attrs, mistakes);
    let version = Version::from_attrs(input.ident, &attrs.container.versions, mistakes);

    let head = Head::new(input.ident, input.generics, input.mentions_deprecated(), &attrs.container.runtime);
    let fields = fields.into_iter().collect::<Option<Vec<_>>>();

    match (mistakes.is_empty(), head, fields) {
        (true, Some(head), Some(fields)) => {
            let strict = attrs.container.budget_is_strict.is_given();
            let json_schema = attrs.container.json_schema.is_given().then_some(input.attrs);
            let schema = Schema::from_attrs(&attrs.container, version);
            Ok(Model { head, schema, strict, json_schema, fields, accessors, guarded })
        }
        (_, head, _) => {
            let json_schema = attrs.container.json_schema.is_given() && cfg!(feature = "json-schema");
            Err(Box::new(Draft { head, json_schema, accessors, guarded }))
        }
    }
}

impl Schema {
    fn from_attrs(attrs: &ContainerAttrs, version: Option<Version>) -> Self {
        Self {
            max_cookies: attrs.max_cookies.get().copied(),
            overhead: attrs.overhead.get().copied(),
            reserve_unknown: attrs.reserve_unknown.get().copied(),
            compress: attrs.compress.is_given(),
            javascript: attrs.javascript.is_given(),
            max_record_bytes: attrs.max_record_bytes.get().copied(),
            revocable: attrs.is_revocable(),
            storage: attrs.storage.get().copied().unwrap_or_default(),
            version,
            forgotten: attrs.forgotten.iter().map(LitStr::value).collect(),
        }
    }
}
