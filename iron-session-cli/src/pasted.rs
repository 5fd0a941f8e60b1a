//! Finding the seal in what was pasted: a `Cookie` header, `Set-Cookie` lines,
//! or the seal itself.

use std::collections::BTreeMap;

use iron_session::seal::Parts;

use crate::failure::Failure;

/// A seal, and the cookies that it came in.
#[derive(Debug, PartialEq)]
pub(crate) struct Pasted {
    pub(crate) seal: String,
    /// `None`: it was pasted as it is.
    pub(crate) name: Option<String>,
    /// How many cookies hold it: 0 for one whole cookie, or for none.
    pub(crate) chunks: usize,
    /// The bytes of the lines as they were pasted.
    pub(crate) bytes: usize,
}

/// The cookies of one session.
#[derive(Default)]
struct Found {
    whole: Option<String>,
    chunks: BTreeMap<usize, String>,
}

impl Pasted {
    /// Finds the seal, in the cookie `name` where that is given.
    pub(crate) fn find(text: &str, name: Option<&str>) -> Result<Self, Failure> {
        let bytes = text.len();
        if text.starts_with(Parts::PREFIX) && name.is_none() {
            // A terminal's line breaks are no part of it, nor are the attributes of its cookie.
            let value = text.split(';').next().unwrap_or_default();
            let seal = decode(&value.split_whitespace().collect::<String>());
            return Ok(Self { seal, name: None, chunks: 0, bytes });
        }
        let mut found: BTreeMap<String, Found> = BTreeMap::new();
        for (key, value) in text.lines().flat_map(pairs) {
            let value = decode(value);
            match chunk(key) {
                Some((base, index)) => {
                    found.entry(base.to_owned()).or_default().chunks.insert(index, value);
                }
                None => found.entry(key.to_owned()).or_default().whole = Some(value),
            }
        }
        let mut seals: Vec<_> =
            found.into_iter().filter_map(|(name, found)| found.seal(name, bytes)).collect();
        if let Some(name) = name {
            seals.retain(|seal| seal.name.as_deref() == Some(name));
        }
        match (seals.pop(), name) {
            (Some(seal), _) if seals.is_empty() => Ok(seal),
            (Some(seal), _) => {
                let names = seals.iter().chain([&seal]).filter_map(|seal| seal.name.clone());
                let names = names.collect::<Vec<_>>().join(", ");
                Err(Failure::no_seal(
                    format!("several cookies hold a seal: {names}"),
                    "say which one: --name NAME",
                ))
            }
            (None, Some(name)) => Err(Failure::no_seal(
                format!("there is no cookie `{name}` with a seal"),
                "look at the names in the browser's developer tools; chunks are named by what is before `.0`",
            )),
            (None, None) => Err(Failure::no_seal(
                "there is no seal in it",
                "paste a `Cookie` header, a `Set-Cookie` line or a seal, which begins with `Fe26.2*`",
            )),
        }
    }
}

impl Found {
    /// The whole cookie goes first, as in a server.
    fn seal(self, name: String, bytes: usize) -> Option<Pasted> {
        let is_seal = |text: &String| text.starts_with(Parts::PREFIX);
        if let Some(seal) = self.whole.filter(is_seal) {
            return Some(Pasted { seal, name: Some(name), chunks: 0, bytes });
        }
        let joined = self
            .chunks
            .into_iter()
            .enumerate()
            .map_while(|(at, (index, text))| (at == index).then_some(text));
        let parts: Vec<_> = joined.collect();
        let (chunks, seal) = (parts.len(), parts.concat());
        is_seal(&seal).then_some(Pasted { seal, name: Some(name), chunks, bytes })
    }
}

/// Lists the cookies of a line, with or without the header's name.
fn pairs(line: &str) -> impl Iterator<Item = (&str, &str)> {
    let is_header = |name: &&str| ["cookie", "set-cookie"].contains(&name.trim().to_lowercase().as_str());
    let (line, is_answer) = match line.split_once(':').filter(|(name, _)| is_header(name)) {
        Some((name, rest)) => (rest, name.trim().eq_ignore_ascii_case("set-cookie")),
        None => (line, false),
    };
    // Of `Set-Cookie` only the first is a cookie, the others are attributes.
    let most = if is_answer { 1 } else { usize::MAX };
    line.split(';').take(most).filter_map(|pair| pair.trim().split_once('='))
}

/// Decodes what is percent-encoded, as a server does; a value with an error in it stays as it is.
fn decode(value: &str) -> String {
    let mut pieces = value.split('%');
    let mut bytes = pieces.next().unwrap_or_default().as_bytes().to_vec();
    for piece in pieces {
        let digits = piece.get(..2).filter(|digits| digits.bytes().all(|b| b.is_ascii_hexdigit()));
        let Some(byte) = digits.and_then(|digits| u8::from_str_radix(digits, 16).ok()) else {
            return value.to_owned();
        };
        bytes.push(byte);
        bytes.extend_from_slice(piece.get(2..).unwrap_or_default().as_bytes());
    }
    String::from_utf8(bytes).unwrap_or_else(|_| value.to_owned())
}

/// Splits `name.0` to `name.3`.
fn chunk(name: &str) -> Option<(&str, usize)> {
    let (base, index) = name.rsplit_once('.')?;
    let index = index.parse().ok().filter(|index| *index < iron_session::schema::MAX_CHUNKS)?;
    Some((base, index))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

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
            assert_eq!(find(text).seal, "Fe26.2*1*x", "{text}");
        }
        assert_eq!(find("Fe26.2*1\n*x").seal, "Fe26.2*1*x");
    }

    #[test]
    fn joins_chunks_in_their_order_up_to_a_gap() {
        let pasted = find("sid.1=*x; sid.0=Fe26.2*1; sid.3=lost");
        assert_eq!((pasted.seal.as_str(), pasted.chunks), ("Fe26.2*1*x", 2));
        assert_eq!(find("sid=; sid.0=Fe26.2*1").name.as_deref(), Some("sid"));
    }

    #[test]
    fn asks_which_one() {
        let text = "a=Fe26.2*1*x; b=Fe26.2*1*y";
        assert!(Pasted::find(text, None).unwrap_err().message().ends_with("a, b"));
        assert_eq!(Pasted::find(text, Some("b")).unwrap().seal, "Fe26.2*1*y");
        assert!(Pasted::find(text, Some("c")).is_err());
        assert!(Pasted::find("nothing=here", None).is_err());
    }
}
