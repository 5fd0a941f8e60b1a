//! `unseal`: a seal becomes its JSON value again.

use iron_session::Sealer;
use serde_json::json;

use crate::args::UnsealArgs;
use crate::failure::Failure;
use crate::output::Report;
use crate::pasted::Pasted;
use crate::{input, json_text, secret};

pub(crate) fn run(args: &UnsealArgs) -> Result<Report, Failure> {
    let mut sealer = Sealer::new(secret::need(&args.passwords)?);
    if let Some(purpose) = &args.purpose {
        sealer = sealer.purpose(purpose);
    }
    let text = input::read("a cookie or a seal")?;
    let pasted = Pasted::find(&text, args.name.as_deref())?;
    let (result, expired) = super::inspect::open(&sealer, &pasted.seal);
    let payload = match expired.filter(|_| !args.ignore_expiry) {
        Some(error) => Err(error),
        None => result,
    }
    .map_err(|error| Failure::of_unseal(&error, &pasted.seal, Some(&sealer)))?;
    Ok(Report::new(json_text::indent(payload.get()), json!({})).with_payload(&payload))
}
