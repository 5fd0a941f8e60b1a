//! The writes, within one transaction.

use redb::{ReadableTable, Table, WriteTransaction};

use super::reading::any_record;
use super::tables::{
    self, CLAIM, CLAIMS, ENDS, LAST, LOG, LOG_ENTRY, NUMBERS, OWNERS, RECORD, RECORDS, StoredRecord,
};
use super::writer::Write;
use crate::clock::Timestamp;
use crate::server_state::store::{LogEntry, Record};

/// How many ended things one write removes, at most. More than one, so that they can't grow in number.
const REMOVED_PER_WRITE: usize = 4;

/// The tables of one transaction.
pub(super) struct Content<'t> {
    now: Timestamp,
    numbers: Table<'t, &'static str, u128>,
    log: Table<'t, u64, (Option<u64>, &'static str)>,
    records: Table<'t, &'static str, StoredRecord>,
    owners: Table<'t, (&'static str, &'static str), ()>,
    claims: Table<'t, &'static str, u64>,
    ends: Table<'t, (u64, u8, &'static str), ()>,
}

impl<'t> Content<'t> {
    pub(super) fn open(transaction: &'t WriteTransaction, now: Timestamp) -> Result<Self, redb::Error> {
        Ok(Self {
            now,
            numbers: transaction.open_table(NUMBERS)?,
            log: transaction.open_table(LOG)?,
            records: transaction.open_table(RECORDS)?,
            owners: transaction.open_table(OWNERS)?,
            claims: transaction.open_table(CLAIMS)?,
            ends: transaction.open_table(ENDS)?,
        })
    }

    /// Writes, and returns whether a condition of the write was met.
    pub(super) fn write(&mut self, write: &Write) -> Result<bool, redb::Error> {
        self.remove_ended()?;
        match write {
            Write::Append(entry) => self.append(entry),
            Write::PutRecord { key, replaces, record } => self.put_record(key, *replaces, record),
            Write::DeleteRecord { key } => self.delete_record(key),
            Write::Claim { key, until } => self.claim(key, *until),
        }
    }

    /// Returns the number of the log's last entry.
    pub(super) fn last(&self) -> Result<u64, redb::Error> {
        tables::last(&self.numbers)
    }

    fn append(&mut self, entry: &LogEntry) -> Result<bool, redb::Error> {
        let number = self.last()?.saturating_add(1);
        let until = entry.until.map(Timestamp::as_unix_ms);
        self.log.insert(number, (until, entry.text.as_str()))?;
        self.numbers.insert(LAST, u128::from(number))?;
        if let Some(until) = until {
            self.ends.insert((until, LOG_ENTRY, number.to_string().as_str()), ())?;
        }
        Ok(true)
    }

    fn put_record(&mut self, key: &str, replaces: Option<u64>, new: &Record) -> Result<bool, redb::Error> {
        let stored = any_record(&self.records, key)?;
        let is_live = |record: &&Record| record.until.is_none_or(|until| until > self.now);
        if stored.as_ref().filter(is_live).map(|record| record.revision) != replaces {
            return Ok(false);
        }
        self.delete_record(key)?;
        let until = new.until.map(Timestamp::as_unix_ms);
        let owner = new.owner.as_deref();
        let record = (new.revision, until, owner.is_some(), owner.unwrap_or_default(), new.text.as_str());
        self.records.insert(key, record)?;
        if let Some(owner) = owner {
            self.owners.insert((owner, key), ())?;
        }
        if let Some(until) = until {
            self.ends.insert((until, RECORD, key), ())?;
        }
        Ok(true)
    }

    fn delete_record(&mut self, key: &str) -> Result<bool, redb::Error> {
        let Some(stored) = any_record(&self.records, key)? else { return Ok(false) };
        self.records.remove(key)?;
        if let Some(owner) = &stored.owner {
            self.owners.remove((owner.as_str(), key))?;
        }
        if let Some(until) = stored.until {
            self.ends.remove((until.as_unix_ms(), RECORD, key))?;
        }
        Ok(true)
    }

    fn claim(&mut self, key: &str, until: Timestamp) -> Result<bool, redb::Error> {
        let stored = self.claims.get(key)?.map(|until| until.value());
        if let Some(stored) = stored {
            if stored > self.now.as_unix_ms() {
                return Ok(false);
            }
            self.ends.remove((stored, CLAIM, key))?;
        }
        self.claims.insert(key, until.as_unix_ms())?;
        self.ends.insert((until.as_unix_ms(), CLAIM, key), ())?;
        Ok(true)
    }

    /// Removes some of what has ended.
    fn remove_ended(&mut self) -> Result<(), redb::Error> {
        for _ in 0..REMOVED_PER_WRITE {
            let first = self.ends.first()?.map(|(end, _)| {
                let (until, kind, key) = end.value();
                (until, kind, key.to_owned())
            });
            let Some((until, kind, key)) = first else { break };
            if until > self.now.as_unix_ms() {
                break;
            }
            match kind {
                LOG_ENTRY => {
                    if let Ok(number) = key.parse::<u64>() {
                        self.log.remove(number)?;
                    }
                }
                RECORD => {
                    self.delete_record(&key)?;
                }
                _ => {
                    self.claims.remove(key.as_str())?;
                }
            }
            self.ends.remove((until, kind, key.as_str()))?;
        }
        Ok(())
    }
}
