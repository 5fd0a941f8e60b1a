//! The plaintext of a session: its JSON text, or the compressed form if that saves a cookie.

use crate::codec::{IronSession, Written};
use crate::erase::Erasing;
use crate::error::SealError;
use crate::options::{SessionOptions, Validity};

/// A plaintext, and the size of its seal.
pub(super) struct Plaintext<'a> {
    text: &'a [u8],
    /// Replaces the text.
    compressed: Option<Erasing<Vec<u8>>>,
    pub(super) seal_bytes: usize,
    /// The number of cookies that it takes, which may be more than it is allowed.
    pub(super) cookies: usize,
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

        let seal_bytes = seal_len(written.bytes().len()).ok_or(SealError::NoSealingPassword)?;
        let cookies = layout.cookies(seal_bytes, max_age_secs);
        let plain = Self { text: written.bytes(), compressed: None, seal_bytes, cookies };
        #[cfg(feature = "compress")]
        if cookies > 1 && options.may_compress::<T>() && !written.keeps_plain::<T>() {
            let cookies_of = |len| seal_len(len).map_or(usize::MAX, |len| layout.cookies(len, max_age_secs));
            if let Some(form) = crate::payload::compress(written.text(), cookies_of)
                && form.cookies < cookies
            {
                let seal_bytes = seal_len(form.plaintext.len()).ok_or(SealError::NoSealingPassword)?;
                return Ok(Self {
                    compressed: Some(form.plaintext),
                    seal_bytes,
                    cookies: form.cookies,
                    ..plain
                });
            }
        }
        Ok(plain)
    }

    pub(super) fn is_compressed(&self) -> bool {
        self.compressed.is_some()
    }

    pub(super) fn bytes(&self) -> &[u8] {
        match &self.compressed {
            Some(bytes) => bytes,
            None => self.text,
        }
    }
}
