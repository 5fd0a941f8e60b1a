//! The log: a sorted set of the live entries, which starting servers read, and a stream, which they
//! follow from then on.

use std::time::Duration;

use tokio::time::Instant;

use super::super::store::{LogEntry, LogPage, LogPosition};
use super::connections::Connections;
use super::keys::Keys;
use super::position::{Position, StreamPosition};
use super::scripts;
use crate::error::StoreError;

/// The number of entries in one page.
const PAGE: usize = 1000;

/// How long Redis is asked to wait for an entry, at most. A reader asks again until its own time is
/// over. So a connection that has died silently is noticed, and a log that was replaced as well.
const WAIT: Duration = Duration::from_secs(2);

pub(super) async fn append(
    connections: &Connections,
    keys: &Keys,
    entry: &LogEntry,
) -> Result<(), StoreError> {
    let ends = scripts::expires_at(entry.until).map_or("+inf".to_owned(), |until| until.to_string());
    let mut append = scripts::APPEND.prepare_invoke();
    append.key(&keys.meta).key(&keys.live).key(&keys.stream);
    append.arg(scripts::random()?).arg(&entry.text).arg(ends);
    connections.run(&append).await
}

pub(super) async fn read(
    connections: &Connections,
    keys: &Keys,
    after: Option<&LogPosition>,
    wait: Duration,
) -> Result<LogPage, StoreError> {
    let deadline = Instant::now().checked_add(wait);
    let mut next = after.and_then(Position::parse);
    loop {
        let page = match &next {
            None => None,
            Some(Position::Starting { then, score, text }) => {
                continue_start(connections, keys, then, score, text).await?
            }
            Some(Position::Following(position)) => follow(connections, keys, position).await?,
        };
        // Without a page, the log can't be continued.
        let (page, restarted) = match page {
            Some(page) => (page, false),
            None => (start(connections, keys).await?, after.is_some()),
        };
        let left = deadline.map_or(WAIT, |deadline| deadline.saturating_duration_since(Instant::now()));
        let has_news = !page.entries.is_empty() || !page.is_last || restarted;
        if let Position::Following(position) = &page.next
            && !has_news
            && left >= Duration::from_millis(1)
        {
            wait_for_entry(connections, keys, position, left.min(WAIT)).await?;
            next = Some(page.next);
            continue;
        }
        let Page { entries, next, is_last } = page;
        return Ok(LogPage { entries, next: next.into(), is_last, restarted });
    }
}

/// A page of the log.
struct Page {
    entries: Vec<String>,
    next: Position,
    is_last: bool,
}

/// Reads the first live entries.
async fn start(connections: &Connections, keys: &Keys) -> Result<Page, StoreError> {
    let mut start = scripts::START.prepare_invoke();
    start.key(&keys.meta).key(&keys.live).key(&keys.stream);
    start.arg(scripts::random()?).arg(LogEntry::MAX_BYTES).arg(PAGE);
    let read = connections.run(&start).await?;
    live_page(read, None)?.ok_or_else(malformed)
}

/// Reads further live entries. `None`: this is no longer the same log.
async fn continue_start(
    connections: &Connections,
    keys: &Keys,
    then: &StreamPosition,
    score: &str,
    text: &str,
) -> Result<Option<Page>, StoreError> {
    let mut start = scripts::START.prepare_invoke();
    start.key(&keys.meta).key(&keys.live).key(&keys.stream);
    start.arg("").arg(LogEntry::MAX_BYTES).arg(PAGE).arg(&then.incarnation).arg(score).arg(text);
    live_page(connections.run(&start).await?, Some(then))
}

/// Interprets the reply of the script `start.lua`.
fn live_page(reply: Vec<Vec<u8>>, then: Option<&StreamPosition>) -> Result<Option<Page>, StoreError> {
    if reply.is_empty() {
        return Ok(None);
    }
    let mut reply = reply.into_iter();
    let mut field = || reply.next().and_then(visible).ok_or_else(malformed);
    let end = StreamPosition {
        incarnation: field()?,
        id: field()?,
        number: field()?.parse().map_err(|_| malformed())?,
    };
    let (is_last, score) = (field()? == "1", field()?);
    // Another program may have written it.
    let text = reply.next().and_then(|text| String::from_utf8(text).ok()).unwrap_or_default();
    let next = match (is_last, then) {
        (true, then) => Position::Following(then.cloned().unwrap_or(end)),
        (false, then) => Position::Starting { then: then.cloned().unwrap_or(end), score, text },
    };
    // What was appended while several pages were read is in the stream.
    let is_last = is_last && then.is_none();
    Ok(Some(Page { entries: reply.filter_map(visible).collect(), next, is_last }))
}

/// Reads what follows a position in the stream. `None`: this is no longer the same log, or the stream
/// has forgotten what follows.
async fn follow(
    connections: &Connections,
    keys: &Keys,
    position: &StreamPosition,
) -> Result<Option<Page>, StoreError> {
    let mut follow = scripts::FOLLOW.prepare_invoke();
    follow.key(&keys.meta).key(&keys.stream).arg(LogEntry::MAX_BYTES).arg(PAGE);
    follow.arg(&position.incarnation).arg(&position.id).arg(position.number);
    let reply: Vec<Vec<u8>> = connections.run(&follow).await?;
    if reply.is_empty() {
        return Ok(None);
    }
    let mut reply = reply.into_iter();
    let mut field = || reply.next().and_then(visible).ok_or_else(malformed);
    let next = StreamPosition {
        incarnation: position.incarnation.clone(),
        id: field()?,
        number: field()?.parse().map_err(|_| malformed())?,
    };
    let is_last = field()? == "1";
    let entries = reply.filter_map(visible).collect();
    Ok(Some(Page { entries, next: Position::Following(next), is_last }))
}

/// Waits until an entry follows the position, or until the time is over.
async fn wait_for_entry(
    connections: &Connections,
    keys: &Keys,
    position: &StreamPosition,
    wait: Duration,
) -> Result<(), StoreError> {
    let mut read = redis::cmd("XREAD");
    read.arg("COUNT").arg(1).arg("BLOCK").arg(u64::try_from(wait.as_millis()).unwrap_or(1).max(1));
    read.arg("STREAMS").arg(&keys.stream).arg(&position.id);
    connections.wait(&read, wait).await
}

/// Returns a text of visible ASCII. The library writes no other, so another program wrote the rest.
fn visible(bytes: Vec<u8>) -> Option<String> {
    String::from_utf8(bytes).ok().filter(|text| text.bytes().all(|byte| byte.is_ascii_graphic()))
}

fn malformed() -> StoreError {
    StoreError::new("Redis holds a log that this version of the library can't read")
}
