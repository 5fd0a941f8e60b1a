//! The tables of the file.

use redb::{Database, ReadableTable, TableDefinition};

/// The two numbers of the file that belong to no other table.
pub(super) const NUMBERS: TableDefinition<'_, &str, u128> = TableDefinition::new("numbers");

/// A random number that identifies this file.
const INCARNATION: &str = "incarnation";

/// The number of the last entry of the log. The log itself may have forgotten that entry.
pub(super) const LAST: &str = "last";

/// The entries of the log by their number: until when, and the text.
pub(super) const LOG: TableDefinition<'_, u64, (Option<u64>, &str)> = TableDefinition::new("log");

/// The records by their key.
pub(super) const RECORDS: TableDefinition<'_, &str, StoredRecord> = TableDefinition::new("records");

/// Revision, until when, whether there is an owner, the owner, and the text.
pub(super) type StoredRecord = (u64, Option<u64>, bool, &'static str, &'static str);

/// The owner and the key of each record that has an owner.
pub(super) const OWNERS: TableDefinition<'_, (&str, &str), ()> = TableDefinition::new("owners");

/// The claimed keys, and until when.
pub(super) const CLAIMS: TableDefinition<'_, &str, u64> = TableDefinition::new("claims");

/// Everything that ends, in the order in which it ends: when, its kind, and its key. The key of an
/// entry of the log is its number.
pub(super) const ENDS: TableDefinition<'_, (u64, u8, &str), ()> = TableDefinition::new("ends");

/// The kinds in [`ENDS`].
pub(super) const LOG_ENTRY: u8 = 0;
pub(super) const RECORD: u8 = 1;
pub(super) const CLAIM: u8 = 2;

/// Creates the tables of a new file. Returns the file's incarnation, and the number of the log's last
/// entry.
pub(super) fn create(database: &Database) -> Result<(u128, u64), redb::Error> {
    let transaction = database.begin_write()?;
    transaction.open_table(LOG)?;
    transaction.open_table(RECORDS)?;
    transaction.open_table(OWNERS)?;
    transaction.open_table(CLAIMS)?;
    transaction.open_table(ENDS)?;
    let mut numbers = transaction.open_table(NUMBERS)?;
    let stored = numbers.get(INCARNATION)?.map(|number| number.value());
    let incarnation = if let Some(stored) = stored {
        stored
    } else {
        let new = random()?;
        numbers.insert(INCARNATION, new)?;
        new
    };
    let last = last(&numbers)?;
    drop(numbers);
    transaction.commit()?;
    Ok((incarnation, last))
}

/// Reads the number of the log's last entry.
pub(super) fn last(numbers: &impl ReadableTable<&'static str, u128>) -> Result<u64, redb::Error> {
    let last = numbers.get(LAST)?.map_or(0, |number| number.value());
    Ok(u64::try_from(last).unwrap_or(u64::MAX))
}

fn random() -> Result<u128, redb::Error> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(|error| redb::Error::Io(std::io::Error::other(error)))?;
    Ok(u128::from_ne_bytes(bytes))
}
