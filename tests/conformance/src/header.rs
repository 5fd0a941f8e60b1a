//! The `Cookie` header, and the seals in it that are tried (DESIGN §3).

/// A longer value is ignored, because no session cookie is longer.
const MAX_VALUE_BYTES: usize = 48 * 1024;

/// How many candidates are tried per request.
const MAX_CANDIDATES: usize = 4;

/// How many chunks there can be.
pub(crate) const CHUNKS: usize = 4;

/// A seal that may be the session's.
pub(crate) struct Candidate {
    /// A header that contains only this candidate.
    pub(crate) header: String,
    /// The seal, decoded.
    pub(crate) token: String,
    /// Whether it was sent under the cookie's own name.
    pub(crate) is_whole: bool,
}

impl Candidate {
    fn of(pairs: &[(String, &str)], is_whole: bool) -> Self {
        let header: Vec<String> = pairs.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let token = pairs.iter().map(|(_, value)| decode(value)).collect();
        Self { header: header.join("; "), token, is_whole }
    }
}

/// Returns the pairs of a header, without the white space around names and values.
pub(crate) fn pairs(header: &str) -> impl Iterator<Item = (&str, &str)> {
    header.split(';').filter_map(|pair| {
        let (name, value) = pair.split_once('=')?;
        Some((name.trim_matches([' ', '\t']), value.trim_matches([' ', '\t'])))
    })
}

/// Returns the values of one name, in the header's order.
pub(crate) fn values<'a>(header: &'a str, name: &str) -> Vec<&'a str> {
    pairs(header).filter(|(found, _)| *found == name).map(|(_, value)| value).collect()
}

/// Returns the content of a quoted value.
fn unquoted(value: &str) -> &str {
    value.strip_prefix('"').and_then(|value| value.strip_suffix('"')).unwrap_or(value)
}

pub(crate) fn chunk_name(name: &str, index: usize) -> String {
    format!("{name}.{index}")
}

/// Returns every name that a session's cookies may have.
pub(crate) fn names(name: &str) -> Vec<String> {
    let chunks = (0..CHUNKS).map(|index| chunk_name(name, index));
    std::iter::once(name.to_owned()).chain(chunks).collect()
}

/// Returns the candidates of this library, in order: the values of the whole cookie, then the
/// joined chunks. The n-th join takes the n-th value of each name, or the last one, and ends
/// before the first missing chunk.
pub(crate) fn candidates(header: &str, name: &str) -> Vec<Candidate> {
    let readable = |name: &str| -> Vec<&str> {
        let values = values(header, name).into_iter().map(unquoted);
        values
            .filter(|value| !value.is_empty() && value.len() <= MAX_VALUE_BYTES)
            .take(MAX_CANDIDATES)
            .collect()
    };
    let chunks: Vec<(String, Vec<&str>)> = (0..CHUNKS)
        .map(|index| chunk_name(name, index))
        .map(|name| (name.clone(), readable(&name)))
        .take_while(|(_, values)| !values.is_empty())
        .collect();

    let wholes = readable(name).into_iter().take(MAX_CANDIDATES - usize::from(!chunks.is_empty()));
    let mut candidates: Vec<Candidate> =
        wholes.map(|value| Candidate::of(&[(name.to_owned(), value)], true)).collect();
    let joins = chunks.iter().map(|(_, values)| values.len()).max().unwrap_or_default();
    for attempt in 0..joins.min(MAX_CANDIDATES - candidates.len()) {
        let parts = chunks.iter().filter_map(|(name, values)| {
            let value = values.get(attempt).or(values.last())?;
            Some((name.clone(), *value))
        });
        candidates.push(Candidate::of(&parts.collect::<Vec<_>>(), false));
    }
    candidates
}

/// Returns the candidate of iron-session: it uses the first value of each name.
pub(crate) fn iron_sessions_candidate(header: &str, name: &str) -> Option<Candidate> {
    let first = |name: &str| values(header, name).first().copied().filter(|value| !value.is_empty());
    if let Some(whole) = first(name) {
        return Some(Candidate::of(&[(name.to_owned(), whole)], true));
    }
    let chunks = (0..CHUNKS).map(|index| chunk_name(name, index));
    let parts: Vec<_> = chunks.map_while(|name| first(&name).map(|value| (name, value))).collect();
    (!parts.is_empty()).then(|| Candidate::of(&parts, false))
}

/// Decodes like `decodeURIComponent`; returns the text unchanged where that would throw.
fn decode(value: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = value.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let mut digit = || rest.next().and_then(|byte| char::from(byte).to_digit(16));
        let (Some(high), Some(low)) = (digit(), digit()) else { return value.to_owned() };
        bytes.extend(u8::try_from(high << 4 | low));
    }
    String::from_utf8(bytes).unwrap_or_else(|_| value.to_owned())
}

/// Tells which chunks a request sent, including empty ones.
pub(crate) fn sent_chunks(header: &str, name: &str) -> Vec<usize> {
    (0..CHUNKS).filter(|index| !values(header, &chunk_name(name, *index)).is_empty()).collect()
}
