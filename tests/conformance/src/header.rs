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
}

impl Candidate {
    fn of(pairs: &[(String, &str)]) -> Self {
        let header: Vec<String> = pairs.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let token = pairs.iter().map(|(_, value)| decode(value)).collect();
        Self { header: header.join("; "), token }
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
///
/// A value after the first one of its name counts if it could open; if there are too many, the
/// first ones and the last one count.
pub(crate) fn candidates(
    header: &str,
    name: &str,
    could_open: impl Fn(&str) -> Result<bool, String>,
) -> Result<Vec<Candidate>, String> {
    let chunk_names = (0..CHUNKS).map(|index| chunk_name(name, index));
    let mut readable = Vec::new();
    for name in std::iter::once(name.to_owned()).chain(chunk_names) {
        let is_judged = readable.len() < 2;
        let mut values: Vec<&str> = Vec::new();
        for value in self::values(header, &name).into_iter().map(unquoted) {
            if value.is_empty() || value.len() > MAX_VALUE_BYTES || values.contains(&value) {
                continue;
            }
            if values.is_empty() || !is_judged || could_open(&as_whole(value, readable.is_empty()))? {
                values.truncate(MAX_CANDIDATES - 1);
                values.push(value);
            }
        }
        readable.push((name, values));
    }
    let mut readable = readable.into_iter();
    let (name, wholes) = readable.next().unwrap_or_default();
    let chunks: Vec<_> = readable.take_while(|(_, values)| !values.is_empty()).collect();

    let most = MAX_CANDIDATES - usize::from(!chunks.is_empty());
    let mut candidates: Vec<Candidate> = tried(wholes.len(), most)
        .filter_map(|index| Some(Candidate::of(&[(name.clone(), *wholes.get(index)?)])))
        .collect();
    let joins = chunks.iter().map(|(_, values)| values.len()).max().unwrap_or_default();
    for attempt in tried(joins, MAX_CANDIDATES - candidates.len()) {
        let parts = chunks.iter().filter_map(|(name, values)| {
            let value = values.get(attempt).or(values.last())?;
            Some((name.clone(), *value))
        });
        candidates.push(Candidate::of(&parts.collect::<Vec<_>>()));
    }
    Ok(candidates)
}

/// Which of some are tried: of too many, the first ones and the last.
fn tried(count: usize, most: usize) -> impl Iterator<Item = usize> {
    (0..count).filter(move |index| index + 1 < most || index + 1 == count)
}

/// A value of the whole cookie; one that the first chunk could be the start of.
fn as_whole(value: &str, is_whole: bool) -> String {
    let value = decode(value);
    let parts: Vec<&str> = value.split('*').collect();
    let id = match parts.as_slice() {
        _ if is_whole => return value,
        ["Fe26.2", id, _, ..] => *id,
        ["Fe26.2", _] => "1",
        [start] if "Fe26.2".starts_with(start) => "1",
        _ => return value,
    };
    format!("Fe26.2*{id}*salt*iv*text**salt*{}", "A".repeat(43))
}

/// Returns the candidate of iron-session: it uses the first value of each name.
pub(crate) fn iron_sessions_candidate(header: &str, name: &str) -> Option<Candidate> {
    let first = |name: &str| values(header, name).first().copied().filter(|value| !value.is_empty());
    if let Some(whole) = first(name) {
        return Some(Candidate::of(&[(name.to_owned(), whole)]));
    }
    let chunks = (0..CHUNKS).map(|index| chunk_name(name, index));
    let parts: Vec<_> = chunks.map_while(|name| first(&name).map(|value| (name, value))).collect();
    (!parts.is_empty()).then(|| Candidate::of(&parts))
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
