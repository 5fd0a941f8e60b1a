//! `types`: a schema as TypeScript.

use serde_json::json;

use crate::args::SchemaFile;
use crate::failure::Failure;
use crate::output::Report;
use crate::{input, typescript};

pub(crate) fn run(args: &SchemaFile) -> Result<Report, Failure> {
    let schema = input::schema(&args.schema)?;
    let text = typescript::print(&schema);
    Ok(Report::new(text.as_str(), json!({ "typescript": text })))
}
