//! The seals in a request that may be the session's, in the order in which they are tried.

use std::borrow::Cow;
use std::fmt;

use super::header::{MAX_CANDIDATES, Received};
use crate::limits::MAX_CHUNKS;
#[cfg(feature = "inspect")]
use crate::profile::Chunking;

/// Holds one of the seals that a server tries.
#[derive(Clone)]
#[cfg_attr(not(feature = "inspect"), expect(unreachable_pub, reason = "public for tools alone"))]
pub struct Candidate<'a> {
    pub(super) seal: Cow<'a, str>,
    pub(super) chunks: usize,
}

#[cfg(feature = "inspect")]
impl Candidate<'_> {
    /// Copies the seal, so that it outlives the request's cookies.
    pub(crate) fn into_owned(self) -> Candidate<'static> {
        Candidate { seal: self.seal.into_owned().into(), chunks: self.chunks }
    }

    /// Returns the seal, or the text in its place, as it was sent except that it is decoded
    /// and joined.
    pub fn seal(&self) -> &str {
        &self.seal
    }

    /// Returns the number of chunks that it was joined from; 0 for one whole cookie.
    pub fn chunks(&self) -> usize {
        self.chunks
    }
}

/// Omits the seal, because anyone who has it is signed in.
impl fmt::Debug for Candidate<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Candidate").field("chunks", &self.chunks).finish_non_exhaustive()
    }
}

/// Lists the seals in the cookies of a request that a server tries for the session `name`, in
/// its order: the whole cookies, then the chunks. There are at most four.
///
/// Of the seals that open, the one that was sealed last is the session. A server also skips
/// seals that name none of its passwords, unless they come first:
/// [`chosen_cookie`](crate::session::chosen_cookie) does so.
///
/// # Example
///
/// ```
/// use iron_session::cookie::candidates;
///
/// let seals = candidates(["sid=planted; sid.1=~2; sid.0=Fe26.2*1"], "sid");
/// assert_eq!((seals[0].seal(), seals[0].chunks()), ("planted", 0));
/// assert_eq!((seals[1].seal(), seals[1].chunks()), ("Fe26.2*1~2", 2));
/// ```
#[cfg(feature = "inspect")]
pub fn candidates<H: AsRef<[u8]>>(
    headers: impl IntoIterator<Item = H>,
    name: &str,
) -> Vec<Candidate<'static>> {
    let received = Received::parse(headers, &memchr::memmem::Finder::new(name), Chunking::Discovered, None);
    received.candidates().map(Candidate::into_owned).collect()
}

impl Received {
    /// Lists the seals that are tried, in their order.
    pub(super) fn candidates(&self) -> impl Iterator<Item = Candidate<'_>> {
        // One try is reserved for the chunks, if there are any.
        let most = MAX_CANDIDATES - usize::from(self.joins() > 0);
        let wholes = self.wholes().len();
        let left = MAX_CANDIDATES - wholes.min(most);
        let tried = move |index: usize| is_tried(index, wholes, most);
        let wholes = self.wholes().enumerate().filter(move |(index, _)| tried(*index));
        let wholes = wholes.map(|(index, seal)| match self.count(&seal) {
            None => Candidate { seal, chunks: 0 },
            Some(count) => {
                let (seal, chunks) = self.join(index, count);
                Candidate { seal: seal.into(), chunks }
            }
        });
        let joins = self.joins();
        let joins = (0..joins).filter(move |attempt| is_tried(*attempt, joins, left));
        let joins = joins.map(|attempt| {
            let (seal, chunks) = self.join(attempt, MAX_CHUNKS);
            Candidate { seal: seal.into(), chunks }
        });
        wholes.chain(joins)
    }
}

/// Returns which seals are tried if there are too many: the first ones and the last one.
/// Planted cookies with a longer path come before the server's own cookie; others mostly come
/// after it.
fn is_tried(index: usize, count: usize, most: usize) -> bool {
    index + 1 < most || index + 1 == count
}
