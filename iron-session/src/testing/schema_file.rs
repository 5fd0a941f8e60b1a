//! A session's schema as a file that is reviewed with the code.

use std::path::Path;

use serde_json::Value;

use crate::json_schema::{Change, HasJsonSchema, Impact, changes};
use crate::schema::Schema;

/// The environment variable that rewrites the files.
const VARIABLE: &str = "IRON_SESSION_SCHEMAS";

/// The implementation of [`assert_schema!`], which a macro has to export at the crate's root.
#[doc(hidden)]
#[macro_export]
macro_rules! __assert_schema {
    ($session:ty, $path:expr $(, reads = $older:expr)* $(,)?) => {{
        let directory = ::core::env!("CARGO_MANIFEST_DIR");
        // No file is written for a struct that breaks its own `readable_by`.
        $($crate::testing::__assert_schema_reads::<$session>(directory, $older);)*
        $crate::testing::__assert_schema_file::<$session>(directory, $path);
    }};
}

/// Compares the schema of a session type with the file that was committed for this version,
/// and fails if it has changed. A changed struct needs a new version, or the cookies of the
/// previous release are misread.
///
/// The path is relative to the package's directory. The message lists the changes, whether
/// each one is additive or breaking ([`changes`](crate::json_schema::changes)), and what to
/// do. With `IRON_SESSION_SCHEMAS=overwrite` the file is written instead. Documentation is
/// not compared.
///
/// It needs the features `testing` and `json-schema`, `#[session(json_schema)]` on the struct,
/// and version 1 of `schemars` for the types of its fields:
///
/// ```toml
/// [dependencies]
/// iron-session = { version = "0.1", features = ["json-schema"] }
/// schemars = "1"
///
/// [dev-dependencies]
/// iron-session = { version = "0.1", features = ["testing"] }
/// ```
///
/// `reads = "schemas/app_session.v1.json"` after the path checks `readable_by`: every change
/// since that file must be additive. Add it once for each older version that may read this
/// one. Such a file is never written.
///
/// With `IRON_SESSION_SCHEMAS=overwrite` a file of another version is not replaced.
///
/// # Panics
///
/// Panics if there is no such file or its schema differs; if a change since an older file is
/// breaking; or if `readable_by` does not allow that file's version to read this one.
///
/// # Example
///
/// ```no_run
/// use iron_session::IronSession;
/// use iron_session::testing::assert_schema;
///
/// #[derive(IronSession, Clone)]
/// #[session(json_schema, version = 2, untagged = 2)]
/// struct AppSession {
///     user_id: Option<u64>,
/// }
///
/// // #[test]
/// fn the_schema_is_the_one_that_was_reviewed() {
///     assert_schema!(AppSession, "schemas/app_session.v2.json");
///     // With `readable_by = 1`:
///     // assert_schema!(AppSession, "…v2.json", reads = "schemas/app_session.v1.json");
/// }
/// # the_schema_is_the_one_that_was_reviewed();
/// ```
#[doc(inline)]
pub use crate::__assert_schema as assert_schema;

/// The implementation of `assert_schema!`, relative to the caller's package.
#[doc(hidden)]
#[track_caller]
pub fn __assert_schema_file<T: HasJsonSchema>(directory: &str, path: impl AsRef<Path>) {
    let path = Path::new(directory).join(path);
    let schema = T::json_schema().to_value();
    let result = match std::env::var_os(VARIABLE) {
        Some(value) if value == "overwrite" => overwrite::<T>(&path, &schema),
        Some(_) => Err(format!("the only value of {VARIABLE} is \"overwrite\"")),
        None => compare::<T>(&path, &schema),
    };
    if let Err(message) = result {
        panic!("{message}");
    }
}

/// The implementation of `reads = …` in `assert_schema!`.
#[doc(hidden)]
#[track_caller]
pub fn __assert_schema_reads<T: HasJsonSchema>(directory: &str, path: impl AsRef<Path>) {
    let path = Path::new(directory).join(path);
    if let Err(message) = compare_older::<T>(&path, &T::json_schema().to_value()) {
        panic!("{message}");
    }
}

fn overwrite<T: HasJsonSchema>(path: &Path, schema: &Value) -> Result<(), String> {
    // A file that is not JSON, for example after a merge conflict, is written again.
    let committed = std::fs::read_to_string(path).ok().and_then(|text| serde_json::from_str(&text).ok());
    if let Some(committed) = committed {
        same_version::<T>(path, &committed)?;
    }
    let failed = |error: &dyn std::fmt::Display| format!("{} can't be written: {error}", path.display());
    if let Some(directory) = path.parent() {
        std::fs::create_dir_all(directory).map_err(|error| failed(&error))?;
    }
    std::fs::write(path, format!("{schema:#}\n")).map_err(|error| failed(&error))
}

fn compare<T: HasJsonSchema>(path: &Path, schema: &Value) -> Result<(), String> {
    let (name, file) = (T::SCHEMA.name(), path.display());
    let write = format!("run the test with {VARIABLE}=overwrite");
    let text = std::fs::read_to_string(path)
        .map_err(|error| format!("{file} can't be read: {error}\nto write it, {write}"))?;
    let committed: Value = serde_json::from_str(&text)
        .map_err(|error| format!("{file} is not JSON: {error}\nto write it again, {write}"))?;

    same_version::<T>(path, &committed)?;
    let changes = changes(&committed, schema);
    if changes.is_empty() && without_docs(&committed) == without_docs(schema) {
        return Ok(());
    }
    let old = T::SCHEMA.version();
    Err(if changes.is_empty() {
        format!("{file} is out of date, although payloads have not changed: {write}")
    } else {
        format!(
            "`{name}` has changed since {file} but still has version {old}\n\n{}\n\n\
             if version {old} was released: {}\nif it was not: {write}",
            lines(&changes),
            advice(&changes, &T::SCHEMA),
        )
    })
}

/// Checks that a struct and an older version of it can read each other.
fn compare_older<T: HasJsonSchema>(path: &Path, schema: &Value) -> Result<(), String> {
    let (name, file) = (T::SCHEMA.name(), path.display());
    let take = "copy it from the release of that version";
    let text =
        std::fs::read_to_string(path).map_err(|error| format!("{file} can't be read: {error}\n{take}"))?;
    let older: Value =
        serde_json::from_str(&text).map_err(|error| format!("{file} is not JSON: {error}\n{take}"))?;

    let (new, oldest, old) = (T::SCHEMA.version(), T::SCHEMA.readable_by(), version(&older));
    if !(oldest..new).contains(&old) {
        let says =
            if oldest == new { "no older version".to_owned() } else { format!("version {oldest} and later") };
        return Err(format!(
            "{file} is for version {old}, but `{name}` has version {new} and is readable by {says}: name the \
             file of a version that `readable_by` lets read this one"
        ));
    }
    let changes: Vec<_> =
        changes(&older, schema).into_iter().filter(|change| change.impact() == Impact::Breaking).collect();
    if changes.is_empty() {
        return Ok(());
    }
    Err(format!(
        "`{name}` has `readable_by = {oldest}`, but version {old} can't read it; changes since {file}:\n\n{}\n\n\
         revert the breaking changes, or keep the old struct and use `previous = …` instead of `readable_by`",
        lines(&changes),
    ))
}

/// A file that was reviewed for one version must not be used for another.
fn same_version<T: HasJsonSchema>(path: &Path, committed: &Value) -> Result<(), String> {
    let (name, file) = (T::SCHEMA.name(), path.display());
    let (new, old) = (T::SCHEMA.version(), version(committed));
    if new == old {
        return Ok(());
    }
    Err(format!(
        "{file} is for version {old}, but `{name}` has version {new}: keep that file for the struct of version \
         {old}, and name a new file here, which is written when you run the test with {VARIABLE}=overwrite; \
         if version {old} was never released, delete the file"
    ))
}

fn lines(changes: &[Change]) -> String {
    changes.iter().map(|change| format!("  {change}")).collect::<Vec<_>>().join("\n")
}

/// Returns the attributes that the struct needs, including those it has.
fn advice(changes: &[Change], schema: &Schema) -> String {
    let attributes =
        format!("version = {}, untagged = {}", schema.version().saturating_add(1), schema.untagged());
    let oldest = schema.readable_by();
    if changes.iter().all(|change| change.impact() == Impact::Additive) {
        format!(
            "add `{attributes}, readable_by = {oldest}` to the struct, name a new file, and name this one after it: `reads = …`"
        )
    } else {
        let claim = if oldest == schema.version() { "" } else { ", without its `readable_by`," };
        format!(
            "keep the old struct, add `{attributes}, previous = …` to the new one{claim} with a `From` impl that \
             converts the old session, and name a new file"
        )
    }
}

/// A session without a version has the version of a cookie without a tag: 1.
fn version(schema: &Value) -> u32 {
    let version = schema.pointer("/x-iron-session/version").and_then(Value::as_u64);
    version.and_then(|version| version.try_into().ok()).unwrap_or(1)
}

/// Removes the documentation: `title` and `description` if they are text, because members may
/// have these names.
fn without_docs(schema: &Value) -> Value {
    let is_docs = |name: &str, value: &Value| ["title", "description"].contains(&name) && value.is_string();
    match schema {
        Value::Object(keywords) => {
            let kept = keywords.iter().filter(|(name, value)| !is_docs(name, value));
            kept.map(|(name, value)| (name.clone(), without_docs(value))).collect()
        }
        Value::Array(values) => values.iter().map(without_docs).collect(),
        value => value.clone(),
    }
}
