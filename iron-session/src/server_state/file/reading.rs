//! Reads the tables.

use redb::{Database, ReadableDatabase, ReadableTable};

use super::tables;
use super::tables::{LOG, NUMBERS, OWNERS, RECORDS};
use crate::clock::Timestamp;
use crate::server_state::store::{LogPage, LogPosition, Record};

/// The number of entries in one page of the log.
const PAGE: usize = 1000;

/// Reads a page of the log. A position is `incarnation:number`.
pub(super) fn page(
    database: &Database,
    incarnation: u128,
    after: Option<&LogPosition>,
) -> Result<LogPage, redb::Error> {
    let transaction = database.begin_read()?;
    let last = tables::last(&transaction.open_table(NUMBERS)?)?;
    let log = transaction.open_table(LOG)?;
    let number = after.and_then(|after| {
        let (of, number) = after.as_str().split_once(':')?;
        let number = number.parse().ok().filter(|number| *number <= last)?;
        (of == incarnation.to_string()).then_some(number)
    });
    let restarted = after.is_some() && number.is_none();
    let mut next = number.unwrap_or(0);
    let mut rest = log.range(next.saturating_add(1)..)?;
    let mut entries = Vec::new();
    for item in rest.by_ref().take(PAGE) {
        let (number, entry) = item?;
        entries.push(entry.value().1.to_owned());
        next = number.value();
    }
    let is_last = rest.next().is_none();
    let next = if is_last { last } else { next };
    Ok(LogPage { entries, next: LogPosition::new(format!("{incarnation}:{next}")), is_last, restarted })
}

/// Reads a record that has not ended.
pub(super) fn record(database: &Database, key: &str, now: Timestamp) -> Result<Option<Record>, redb::Error> {
    let transaction = database.begin_read()?;
    live_record(&transaction.open_table(RECORDS)?, key, now)
}

/// Reads the records of an owner that have not ended.
pub(super) fn records_of(
    database: &Database,
    owner: &str,
    now: Timestamp,
) -> Result<Vec<(String, Record)>, redb::Error> {
    let transaction = database.begin_read()?;
    let records = transaction.open_table(RECORDS)?;
    let owners = transaction.open_table(OWNERS)?;
    let mut found = Vec::new();
    for item in owners.range((owner, "")..)? {
        let (index, ()) = item.map(|(index, unit)| (index, unit.value()))?;
        let (of, key) = index.value();
        if of != owner {
            break;
        }
        if let Some(record) = live_record(&records, key, now)? {
            found.push((key.to_owned(), record));
        }
    }
    Ok(found)
}

/// Reads a record from this table, unless it has ended.
pub(super) fn live_record(
    records: &impl ReadableTable<&'static str, tables::StoredRecord>,
    key: &str,
    now: Timestamp,
) -> Result<Option<Record>, redb::Error> {
    Ok(any_record(records, key)?.filter(|record| record.until.is_none_or(|until| until > now)))
}

/// Reads a record from this table, even if it has ended.
pub(super) fn any_record(
    records: &impl ReadableTable<&'static str, tables::StoredRecord>,
    key: &str,
) -> Result<Option<Record>, redb::Error> {
    let Some(stored) = records.get(key)? else { return Ok(None) };
    let (revision, until, has_owner, owner, text) = stored.value();
    Ok(Some(Record {
        text: text.to_owned(),
        revision,
        owner: has_owner.then(|| owner.to_owned()),
        until: until.map(Timestamp::from_unix_ms),
    }))
}
