//! `unseal`: a seal becomes its JSON value again.

use iron_session::Sealer;
use serde_json::json;

use crate::args::UnsealArgs;
use crate::failure::Failure;
use crate::opened::OpenedSeal;
use crate::output::Report;
use crate::pasted::Pasted;
use crate::{input, json_text, secret};

pub(crate) fn run(args: &UnsealArgs) -> Result<Report, Failure> {
    let look = &args.look;
    let mut sealer = Sealer::new(secret::to_look(&look.passwords, look.json)?);
    if let Some(purpose) = &look.purpose {
        sealer = sealer.with_purpose(purpose);
    }
    let text = input::read("a cookie or a seal")?;
    let pasted = Pasted::find(&text, look.name.as_deref())?;
    let opened = OpenedSeal::new(&pasted, &sealer);
    let seal = opened.seal.text.clone();
    let payload = opened
        .into_payload(args.ignore_expiry)
        .map_err(|error| Failure::from_unseal_error(&error, &seal, Some(&sealer)))?;
    Ok(Report::new(json_text::indent(payload.get()), json!({})).with_raw("payload", &payload))
}
