//! Checks `Set-Cookie` lines against their documented form, and compares them with
//! iron-session's.

use std::collections::BTreeSet;

use crate::file::{MaxAge, Options, Request};
use crate::header;
use crate::options::max_cookies;
use crate::room::MAX_LINE_BYTES;

/// The lines of one response.
pub(crate) struct Lines<'a> {
    /// The lines that hold a seal, in the order of their names.
    pub(crate) set: Vec<Line<'a>>,
    pub(crate) expired: Vec<Line<'a>>,
}

pub(crate) struct Line<'a> {
    pub(crate) name: &'a str,
    pub(crate) value: &'a str,
    /// The attributes except `Max-Age`.
    attributes: String,
    max_age: Option<&'a str>,
    len: usize,
}

impl<'a> Line<'a> {
    fn parse(line: &'a str) -> Self {
        let (pair, attributes) = line.split_once("; ").unwrap_or((line, ""));
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let (mut max_age, mut others) = (None, Vec::new());
        for attribute in attributes.split("; ") {
            match attribute.strip_prefix("Max-Age=") {
                Some(secs) => max_age = Some(secs),
                None => others.push(attribute),
            }
        }
        Self { name, value, attributes: others.join("; "), max_age, len: line.len() }
    }
}

impl<'a> Lines<'a> {
    pub(crate) fn parse(lines: &'a [String]) -> Self {
        let lines = lines.iter().map(|line| Line::parse(line));
        let (mut set, expired): (Vec<_>, Vec<_>) = lines.partition(|line| line.max_age != Some("0"));
        set.sort_by_key(|line| line.name);
        Self { set, expired }
    }

    /// Returns the seal in the lines.
    pub(crate) fn token(&self) -> String {
        self.set.iter().map(|line| line.value).collect()
    }

    /// Returns the `Cookie` header that a browser sends after these lines.
    pub(crate) fn header(&self) -> String {
        let pairs: Vec<String> =
            self.set.iter().map(|line| format!("{}={}", line.name, line.value)).collect();
        pairs.join("; ")
    }
}

fn names(lines: &[Line<'_>]) -> BTreeSet<String> {
    lines.iter().map(|line| line.name.to_owned()).collect()
}

/// Checks that the lines hold a whole seal or its chunks, that chunks are cut where the lines
/// are full, and that exactly the documented names are expired.
pub(crate) fn check_shape(ours: &Lines<'_>, case: &Options, request: &Request) -> Result<(), String> {
    let name = case.cookie_name.as_str();
    let sent = header::sent_chunks(&request.cookie, name);
    let expired: BTreeSet<String> = match ours.set.as_slice() {
        [] => header::names(name).into_iter().collect(),
        [line] if line.name == name => {
            let first = (max_cookies(case) > 1).then_some(0);
            sent.into_iter().chain(first).map(|index| header::chunk_name(name, index)).collect()
        }
        chunks => {
            check_chunks(chunks, case)?;
            let stale = sent.into_iter().filter(|index| *index >= chunks.len());
            stale.map(|index| header::chunk_name(name, index)).chain([name.to_owned()]).collect()
        }
    };
    let found = names(&ours.expired);
    if found != expired || found.len() != ours.expired.len() {
        return Err(format!("expires {found:?}, documented as {expired:?}"));
    }
    match ours.set.iter().chain(&ours.expired).find(|line| line.len > MAX_LINE_BYTES) {
        Some(line) => Err(format!("a line of {} bytes", line.len)),
        None => Ok(()),
    }
}

fn check_chunks(chunks: &[Line<'_>], case: &Options) -> Result<(), String> {
    let found: Vec<&str> = chunks.iter().map(|line| line.name).collect();
    let documented: Vec<String> =
        (0..chunks.len()).map(|index| header::chunk_name(&case.cookie_name, index)).collect();
    if chunks.len() > max_cookies(case) || found != documented {
        return Err(format!("wrote the cookies {found:?}"));
    }
    let whole_len: usize = chunks.iter().map(|line| line.value.len()).sum::<usize>()
        + chunks.first().map_or(0, |line| line.len - line.value.len() - ".0".len());
    let full = chunks.iter().rev().skip(1).all(|line| line.len == MAX_LINE_BYTES);
    if whole_len <= MAX_LINE_BYTES || !full {
        let lens: Vec<usize> = chunks.iter().map(|line| line.len).collect();
        return Err(format!("cut into lines of {lens:?} bytes"));
    }
    Ok(())
}

/// Compares the attributes with iron-session's, and the names if both seals have the same
/// length. A session with its own lifetime, in seconds, has its own `Max-Age`.
pub(crate) fn compare(
    ours: &Lines<'_>,
    theirs: &Lines<'_>,
    case: &Options,
    own_lifetime: Option<u64>,
) -> Result<(), String> {
    let Some(example) = theirs.set.first().or(theirs.expired.first()) else { return Ok(()) };
    let attributes = &example.attributes;
    let max_age = documented_max_age(example.max_age, case, own_lifetime);
    for line in ours.set.iter().chain(&ours.expired) {
        if line.attributes != *attributes {
            return Err(format!("{}: attributes `{}`, not `{attributes}`", line.name, line.attributes));
        }
    }
    if let Some(line) = ours.set.iter().find(|line| line.max_age != max_age.as_deref()) {
        return Err(format!("{}: Max-Age {:?}, not {max_age:?}", line.name, line.max_age));
    }

    if ours.token().len() != theirs.token().len() {
        return Ok(());
    }
    let missed: Vec<String> = names(&theirs.expired).difference(&names(&ours.expired)).cloned().collect();
    if names(&ours.set) != names(&theirs.set) || !missed.is_empty() {
        let (ours, theirs) = (names(&ours.set), names(&theirs.set));
        return Err(format!("wrote {ours:?}, iron-session {theirs:?}; did not expire {missed:?}"));
    }
    Ok(())
}

/// Returns the documented `Max-Age`: that of a session's own lifetime, or the one that iron-session
/// wrote, unless that comes from a ttl between 60 s and 120 s.
fn documented_max_age(theirs: Option<&str>, case: &Options, own_lifetime: Option<u64>) -> Option<String> {
    const SKEW_SECS: u64 = 60;
    const LONGEST_SECS: u64 = 2_147_483_647;

    match own_lifetime {
        Some(0) => None,
        Some(secs) => {
            Some(secs.saturating_sub(SKEW_SECS).max(secs.min(SKEW_SECS)).min(LONGEST_SECS).to_string())
        }
        None if case.cookie.max_age == MaxAge::FollowsTtl
            && case.ttl.is_some_and(|ttl| ttl > 60.0 && ttl < 120.0) =>
        {
            Some(SKEW_SECS.to_string())
        }
        None => theirs
            .map(|secs| secs.parse().map_or(secs.to_owned(), |secs: u64| secs.min(LONGEST_SECS).to_string())),
    }
}
