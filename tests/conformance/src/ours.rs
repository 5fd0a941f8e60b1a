//! This library, configured for a case.

use std::sync::{Arc, Mutex, PoisonError};

use iron_session::error::{DecodeError, UnsealError};
use iron_session::session::RequestSession;
use iron_session::{Sealer, SessionOptions, Untyped};
use serde_json::value::RawValue;

use crate::file::{self, Options};
use crate::json::{self, Object};
use crate::{options, passwords};

/// The reason for a payload with a number too large for `f64`. It is separate from other
/// undecodable payloads, because iron-session reads such a payload.
pub(crate) const NUMBER_TOO_LARGE: &str = "number_too_large";

/// The result of reading a `Cookie` header.
pub(crate) struct Outcome {
    pub(crate) session: Object,
    /// The reason that the hook received, if a cookie could not be opened.
    pub(crate) reason: Option<&'static str>,
}

pub(crate) struct Ours {
    options: SessionOptions,
    sealer: Sealer,
    /// The reasons that the hook has received since the last call.
    reasons: Arc<Mutex<Vec<&'static str>>>,
}

impl Ours {
    pub(crate) fn new(case: &Options, now_ms: f64) -> Result<Self, String> {
        let reasons = Arc::new(Mutex::new(Vec::new()));
        let told = Arc::clone(&reasons);
        let builder = options::builder(case, now_ms)?.on_unseal_error(move |error| {
            let reason = match error {
                UnsealError::Undecodable(DecodeError::NumberTooLarge { .. }) => NUMBER_TOO_LARGE,
                error => error.reason(),
            };
            told.lock().unwrap_or_else(PoisonError::into_inner).push(reason);
        });
        let options = builder.build().map_err(|error| error.to_string())?;
        let sealer = Sealer::new(passwords::build_strictly(&case.passwords)?).with_clock(file::clock(now_ms));
        Ok(Self { options, sealer, reasons })
    }

    /// Starts a request.
    pub(crate) fn request(&self) -> RequestSession<Untyped> {
        RequestSession::new(self.options.check().unwrap())
    }

    /// Reads the session in a `Cookie` header.
    pub(crate) fn read(&self, header: &str) -> Result<Outcome, String> {
        let mut reasons = self.reasons.lock().unwrap_or_else(PoisonError::into_inner);
        reasons.clear();
        drop(reasons);
        let session = self.request().handle([header]).map_err(|error| error.to_string())?;
        let session = json::object(&session.to_json())?;
        let reasons = self.reasons.lock().unwrap_or_else(PoisonError::into_inner);
        match reasons.as_slice() {
            [] => Ok(Outcome { session, reason: None }),
            [reason] => Ok(Outcome { session, reason: Some(reason) }),
            reasons => Err(format!("one read, reported as {reasons:?}")),
        }
    }

    /// Unseals a token to its text.
    pub(crate) fn text(&self, token: &str) -> Option<String> {
        let text: Box<RawValue> = self.sealer.unseal(token).ok()?;
        Some(text.get().to_owned())
    }
}
