//! `seal`: a JSON value becomes a seal.

use std::time::Duration;

use iron_session::{Sealer, Ttl};
use serde_json::json;
use serde_json::value::RawValue;

use crate::args::SealArgs;
use crate::failure::Failure;
use crate::output::Report;
use crate::{input, json_text, secret};

pub(crate) fn run(args: &SealArgs) -> Result<Report, Failure> {
    let mut sealer = Sealer::new(secret::to_seal(&args.passwords)?);
    if let Some(purpose) = &args.purpose {
        sealer = sealer.with_purpose(purpose);
    }
    match args.ttl {
        Some(0) => sealer = sealer.with_ttl(Ttl::Unlimited),
        Some(secs) => sealer = sealer.with_ttl(Duration::from_secs(secs)),
        None => {}
    }
    let text = input::read("the JSON to seal")?;
    let value = RawValue::from_string(json_text::compact(&text)).map_err(|error| {
        Failure::other(
            format!("standard input is not JSON: {error}"),
            "quote names and strings: {\"userId\":\"ada\"}",
        )
    })?;
    let seal = sealer.seal(&value).map_err(|error| {
        Failure::caused_by(&error, "seal another value, or pass a password that can be used to seal")
    })?;
    Ok(Report::new(seal.as_str(), json!({ "seal": seal, "bytes": seal.len() })))
}
