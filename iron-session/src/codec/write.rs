//! Writes a session's payload over the one that was received.

use super::change::SessionChange;
use super::compare::Comparison;
use super::compose::{Composed, compose};
use super::encoder::Encoder;
use super::metadata::Metadata;
use super::session_type::IronSession;
use crate::error::EncodeError;
use crate::payload::{Member, members_of};
use crate::scratch::Scratch;

/// A payload ready to be sealed.
#[cfg_attr(
    feature = "compress",
    expect(clippy::struct_excessive_bools, reason = "independent facts about the text, no states")
)]
pub(crate) struct Written {
    text: Scratch,
    /// The text with the object that h3 puts around it.
    in_envelope: Option<Scratch>,
    pub(crate) metadata: Metadata,
    /// Whether it differs from the received payload.
    pub(crate) changed: bool,
    /// Whether members were added that the received payload lacks and nobody has set.
    pub(crate) completed: bool,
    /// Whether it holds nothing that an empty session would not have.
    pub(crate) empty: bool,
    /// Whether it holds a secret that may not be compressed.
    #[cfg(feature = "compress")]
    holds_guarded_secret: bool,
}

impl Written {
    pub(crate) fn text(&self) -> &str {
        self.text.as_text()
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        &self.text
    }

    /// Returns what is sealed.
    pub(crate) fn plaintext(&self) -> &[u8] {
        self.in_envelope.as_ref().unwrap_or(&self.text)
    }

    pub(crate) fn set_plaintext(&mut self, plaintext: Scratch) {
        self.in_envelope = Some(plaintext);
    }

    /// Counts each member's bytes, including its name and punctuation.
    pub(crate) fn sizes(&self) -> Vec<(String, usize)> {
        const PUNCTUATION: usize = ":,".len();
        let size = |member: Member<'_>| {
            let bytes = member.received_name.len() + member.received.len() + PUNCTUATION;
            (member.name.into_owned(), bytes)
        };
        members_of(self.text()).unwrap_or_default().into_iter().map(size).collect()
    }

    /// Tells whether it holds a member that forbids compression.
    #[cfg(feature = "compress")]
    pub(crate) fn keeps_plain<T: IronSession>(&self) -> bool {
        let mut marked = T::FIELDS.iter().filter(|field| field.keeps_plain()).peekable();
        self.holds_guarded_secret
            || marked.peek().is_some() && {
                // A text that can't be taken apart may hold such a member.
                let Ok(members) = members_of(self.text()) else { return true };
                let names: Vec<_> = members.iter().filter_map(|member| T::canonical(&member.name)).collect();
                marked.any(|field| names.contains(&field.name()))
            }
    }
}

/// Writes the payload.
pub(crate) fn write<T: IronSession>(change: &SessionChange<'_, T>) -> Result<Written, EncodeError> {
    let mut after = Encoder::new(change.now).encode(change.after)?;
    let is_default = after.matches(&T::empty())?;
    let comparison = Comparison::new(change, &after)?;

    let mut composed = compose(change, &comparison, &[])?;
    let empty = is_default && !composed.has_unknown;
    if !empty {
        let mut failed = Vec::new();
        loop {
            let misread = composed.misread::<T>(&after, &comparison, &failed)?;
            if misread.is_empty() {
                break;
            }
            failed.extend(misread);
            composed = compose(change, &comparison, &failed)?;
        }
    }
    let Composed { text, changed, completed, .. } = composed;
    Ok(Written {
        text,
        in_envelope: None,
        metadata: change.metadata,
        changed: changed || (completed && !empty),
        completed,
        empty,
        #[cfg(feature = "compress")]
        holds_guarded_secret: after.holds_guarded_secret::<T>(),
    })
}
