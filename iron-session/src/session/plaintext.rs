//! The plaintext of a session: its JSON text, padded if the options say so, or the compressed form
//! if that saves a cookie.

use crate::codec::{IronSession, Written};
use crate::erase::Erasing;
use crate::error::SealError;
use crate::options::{SessionOptions, Validity};

/// A plaintext, and the size of its seal.
pub(super) struct Plaintext<'a> {
    form: Form<'a>,
    pub(super) seal_bytes: usize,
    /// The number of cookies that it takes, which may be more than it is allowed.
    pub(super) cookies: usize,
}

enum Form<'a> {
    Plain(&'a [u8]),
    Padded(Erasing<Vec<u8>>),
    #[cfg(feature = "compress")]
    Compressed(Erasing<Vec<u8>>),
}

impl<'a> Plaintext<'a> {
    /// Chooses the form that needs fewer cookies.
    pub(super) fn choose<T: IronSession>(
        options: &SessionOptions,
        validity: Validity,
        written: &'a Written,
    ) -> Result<Self, SealError> {
        let Validity { ttl, max_age_secs } = validity;
        let layout = options.layout::<T>();
        let seal_len = |len: usize| options.sealer().token_len(len, ttl);

        let text = written.plaintext();
        let seal_bytes = seal_len(text.len()).ok_or(SealError::NoSealingPassword)?;
        let cookies = layout.cookies(seal_bytes, max_age_secs);
        #[cfg(feature = "compress")]
        if cookies > 1 && options.may_compress::<T>() && !written.keeps_plain::<T>() {
            let cookies_of = |len| seal_len(len).map_or(usize::MAX, |len| layout.cookies(len, max_age_secs));
            if let Some(form) = crate::payload::compress(written.text(), cookies_of)
                && form.cookies < cookies
            {
                let seal_bytes = seal_len(form.plaintext.len()).ok_or(SealError::NoSealingPassword)?;
                return Ok(Self {
                    form: Form::Compressed(form.plaintext),
                    seal_bytes,
                    cookies: form.cookies,
                });
            }
        }
        let Some(multiple) = options.pad_to_multiple_of() else {
            return Ok(Self { form: Form::Plain(text), seal_bytes, cookies });
        };
        // Padding never makes a session too large.
        let room = options.sealer().text_room(layout.capacity(max_age_secs), ttl);
        let len = text.len().checked_next_multiple_of(multiple).unwrap_or(room).min(room);
        let form = Form::Padded(padded(text, len));
        let seal_bytes = seal_len(text.len().max(len)).ok_or(SealError::NoSealingPassword)?;
        Ok(Self { form, seal_bytes, cookies: layout.cookies(seal_bytes, max_age_secs) })
    }

    pub(super) fn is_compressed(&self) -> bool {
        match self.form {
            Form::Plain(_) | Form::Padded(_) => false,
            #[cfg(feature = "compress")]
            Form::Compressed(_) => true,
        }
    }

    pub(super) fn bytes(&self) -> &[u8] {
        match &self.form {
            Form::Plain(text) => text,
            Form::Padded(bytes) => bytes,
            #[cfg(feature = "compress")]
            Form::Compressed(bytes) => bytes,
        }
    }
}

/// Returns a JSON text followed by spaces up to this length, which every JSON parser ignores.
fn padded(text: &[u8], len: usize) -> Erasing<Vec<u8>> {
    let mut padded = Erasing::new(Vec::with_capacity(text.len().max(len)));
    padded.extend_from_slice(text);
    padded.resize(text.len().max(len), b' ');
    padded
}
