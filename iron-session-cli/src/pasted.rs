//! Finding the seals of one session in what was pasted: cookies, or a seal itself.

use std::collections::BTreeSet;
use std::fmt;

use iron_session::cookie::{self, candidates, session_name};
use iron_session::seal::Parts;

use crate::copied::{self, Cookie};
use crate::failure::Failure;

/// One of the pasted seals that a server tries.
#[derive(Clone)]
pub(crate) struct PastedSeal {
    pub(crate) text: String,
    /// How many chunks it was joined from; 0 for one whole cookie, or for none.
    pub(crate) chunks: usize,
}

impl From<cookie::Candidate<'_>> for PastedSeal {
    fn from(found: cookie::Candidate<'_>) -> Self {
        Self { text: found.seal().to_owned(), chunks: found.chunks() }
    }
}

/// Omits the seal, because anyone who has it is signed in.
impl fmt::Debug for PastedSeal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PastedSeal").field("chunks", &self.chunks).finish_non_exhaustive()
    }
}

/// The seals of one session, and where they came from.
#[derive(Debug)]
pub(crate) struct Pasted {
    /// The first one that starts like a seal.
    pub(crate) first: PastedSeal,
    /// The ones that a server tries after it.
    pub(crate) others: Vec<PastedSeal>,
    /// `None` if a seal was pasted without a cookie.
    pub(crate) cookies: Option<Cookies>,
    /// The bytes of the lines as they were pasted.
    pub(crate) bytes: usize,
}

/// The cookies of one session.
pub(crate) struct Cookies {
    pub(crate) name: String,
    /// The `Cookie` header with these cookies alone.
    pub(crate) header: String,
}

/// Omits the header, because anyone who has it is signed in.
impl fmt::Debug for Cookies {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cookies").field("name", &self.name).finish_non_exhaustive()
    }
}

impl Pasted {
    /// Finds the seals, in the cookies `name` where that is given.
    pub(crate) fn find(text: &str, name: Option<&str>) -> Result<Self, Failure> {
        let bytes = text.len();
        let text = copied::unquoted(text);
        if text.starts_with(Parts::PREFIX) && name.is_none() {
            return Ok(Self::from_seal(text, bytes));
        }
        let cookies = copied::cookies(text);
        let found = match name {
            Some(name) => name,
            None => match only_name(&cookies)? {
                Some(name) => name,
                None => return bare_seal(text).map(|seal| Self::from_seal(seal, bytes)).ok_or_else(none),
            },
        };
        let own = cookies.iter().filter(|(key, _)| session_name(key) == found);
        let header = own.map(|(key, value)| format!("{key}={value}")).collect::<Vec<_>>().join("; ");
        Self::from_header(header, found, bytes).ok_or_else(|| {
            Failure::no_seal(
                format!("no cookie named `{found}` has a seal"),
                "check the name in the browser's developer tools; for a session in chunks, omit the `.0`",
            )
        })
    }

    /// Takes a seal that stands by itself.
    fn from_seal(text: &str, bytes: usize) -> Self {
        // A terminal's line breaks are no part of it, nor are the attributes of its cookie.
        let value = text.split(';').next().unwrap_or_default();
        let seal: String = value.split_whitespace().collect();
        if let Some(pasted) = Self::from_header(format!("seal={seal}"), "seal", bytes) {
            return Self { cookies: None, ..pasted };
        }
        // Longer than a cookie can be, as a seal may that travels otherwise.
        let first = PastedSeal { text: seal, chunks: 0 };
        Self { first, others: Vec::new(), cookies: None, bytes }
    }

    fn from_header(header: String, name: &str, bytes: usize) -> Option<Self> {
        let seals = candidates([&header], name).into_iter().map(PastedSeal::from);
        let mut seals = seals.skip_while(|seal| !seal.text.starts_with(Parts::PREFIX));
        let (first, others) = (seals.next()?, seals.collect());
        let cookies = Some(Cookies { name: name.to_owned(), header });
        Some(Self { first, others, cookies, bytes })
    }
}

/// Finds the name of the only session among the cookies, if there is one at all.
fn only_name(cookies: &[Cookie]) -> Result<Option<&str>, Failure> {
    // None of these characters is ever percent-encoded; `*` may be.
    let sealed = cookies.iter().filter(|(_, value)| value.starts_with("Fe26.2"));
    let names: BTreeSet<_> = sealed.map(|(key, _)| session_name(key)).collect();
    let Some(first) = names.first().copied() else { return Ok(None) };
    if names.len() == 1 {
        return Ok(Some(first));
    }
    let shown = names.iter().take(10).copied().collect::<Vec<_>>().join(", ");
    let more = if names.len() > 10 { ", …" } else { "" };
    Err(Failure::no_seal(
        format!("several cookies have a seal: {shown}{more}"),
        "choose one with --name NAME",
    ))
}

fn none() -> Failure {
    Failure::no_seal(
        "the input has no seal",
        "paste a `Cookie` header, a `Set-Cookie` line, the cookie's row in the browser's developer tools, a \
         curl command, or a seal, which starts with `Fe26.2*`",
    )
}

/// Finds the first seal in a text of any other kind, such as a line of a log.
fn bare_seal(text: &str) -> Option<&str> {
    let seal = text.get(text.find(Parts::PREFIX)?..)?;
    let is_part = |c: char| c.is_ascii_alphanumeric() || "_-.*~%".contains(c);
    seal.get(..seal.find(|c| !is_part(c)).unwrap_or(seal.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find(text: &str) -> Pasted {
        Pasted::find(text, None).unwrap()
    }

    #[test]
    fn finds_a_seal_however_it_was_copied() {
        for text in [
            "Fe26.2*1*x",
            "sid=Fe26.2*1*x",
            "theme=dark; sid=Fe26.2*1*x; a=b",
            "Cookie: theme=dark; sid=Fe26.2*1*x",
            "set-cookie: sid=Fe26.2*1*x; Path=/; HttpOnly",
            "Set-Cookie: theme=dark\nSet-Cookie: sid=Fe26.2*1*x; Path=/",
            "sid=Fe26.2*1*x; sid.0=Fe26.2*1*old",
        ] {
            assert_eq!(find(text).first.text, "Fe26.2*1*x", "{text}");
        }
        assert_eq!(find("Fe26.2*1\n*x").first.text, "Fe26.2*1*x");
    }

    #[test]
    fn joins_chunks_in_their_order_up_to_a_gap() {
        let pasted = find("sid.1=*x; sid.0=Fe26.2*1; sid.3=lost");
        assert_eq!((pasted.first.text.as_str(), pasted.first.chunks), ("Fe26.2*1*x", 2));
        assert_eq!(find("sid=; sid.0=Fe26.2*1").cookies.unwrap().name, "sid");
    }

    #[test]
    fn asks_which_one() {
        let text = "a=Fe26.2*1*x; b=Fe26.2*1*y";
        assert!(Pasted::find(text, None).unwrap_err().message().ends_with("a, b"));
        assert_eq!(Pasted::find(text, Some("b")).unwrap().first.text, "Fe26.2*1*y");
        assert!(Pasted::find(text, Some("c")).is_err());
        assert!(Pasted::find("nothing=here", None).is_err());
    }
}
