//! Records and claims.

use redis::Value;

use super::super::store::Record;
use super::RedisStore;
use super::connections::Connections;
use super::keys::Keys;
use super::scripts;
use crate::clock::Timestamp;
use crate::error::StoreError;

/// The number of an owner's records that are read in one step. Redis does nothing else meanwhile.
const AT_ONCE: usize = 50;

pub(super) async fn read(
    connections: &Connections,
    keys: &Keys,
    key: &str,
) -> Result<Option<Record>, StoreError> {
    let mut read = scripts::READ_RECORDS.prepare_invoke();
    read.key(keys.record(key)).arg(RedisStore::MAX_RECORD_BYTES);
    let replies: Vec<Vec<Value>> = connections.run(&read).await?;
    replies.into_iter().next().map_or(Ok(None), record)
}

pub(super) async fn put(
    connections: &Connections,
    keys: &Keys,
    key: &str,
    replaces: Option<u64>,
    record: &Record,
) -> Result<bool, StoreError> {
    if record.text.len() > RedisStore::MAX_RECORD_BYTES {
        return Err(too_long(record.text.len()));
    }
    let owner = record.owner.as_deref();
    let number = |number: Option<u64>| number.map_or(String::new(), |number| number.to_string());
    let mut put = scripts::PUT_RECORD.prepare_invoke();
    put.key(keys.record(key)).key(keys.owner(owner.unwrap_or_default()));
    put.arg(key).arg(number(replaces)).arg(scripts::random()?).arg(&record.text).arg(record.revision);
    put.arg(number(record.until.map(Timestamp::as_unix_ms))).arg(number(scripts::expires_at(record.until)));
    put.arg(u8::from(owner.is_some())).arg(owner.unwrap_or_default()).arg(keys.owner(""));
    connections.run(&put).await
}

pub(super) async fn delete(connections: &Connections, keys: &Keys, key: &str) -> Result<(), StoreError> {
    let mut delete = scripts::DELETE_RECORD.prepare_invoke();
    delete.key(keys.record(key)).arg(key).arg(keys.owner(""));
    let _: Value = connections.run(&delete).await?;
    Ok(())
}

pub(super) async fn of_owner(
    connections: &Connections,
    keys: &Keys,
    owner: &str,
) -> Result<Vec<(String, Record)>, StoreError> {
    let mut list = scripts::RECORDS_OF.prepare_invoke();
    list.key(keys.owner(owner)).arg(owner).arg(keys.record(""));
    let listed: Vec<String> = connections.run(&list).await?;
    let mut found = Vec::new();
    for some in listed.chunks(AT_ONCE) {
        let mut read = scripts::READ_RECORDS.prepare_invoke();
        for key in some {
            read.key(keys.record(key));
        }
        read.arg(RedisStore::MAX_RECORD_BYTES);
        let replies: Vec<Vec<Value>> = connections.run(&read).await?;
        for (key, reply) in some.iter().zip(replies) {
            // It may have changed since it was listed.
            if let Some(record) = record(reply)?.filter(|record| record.owner.as_deref() == Some(owner)) {
                found.push((key.clone(), record));
            }
        }
    }
    Ok(found)
}

pub(super) async fn claim(
    connections: &Connections,
    keys: &Keys,
    key: &str,
    until: Timestamp,
) -> Result<bool, StoreError> {
    let expires = scripts::expires_at(Some(until)).map_or(String::new(), |until| until.to_string());
    let mut claim = scripts::CLAIM.prepare_invoke();
    claim.key(keys.claim(key)).arg(scripts::random()?).arg(expires);
    connections.run(&claim).await
}

/// Interprets one reply of the script `read_records.lua`.
fn record(reply: Vec<Value>) -> Result<Option<Record>, StoreError> {
    let malformed = || StoreError::new("Redis holds a record that this version of the library can't read");
    let mut reply = reply.into_iter();
    let text = match reply.next() {
        None => return Ok(None),
        Some(Value::Int(bytes)) => return Err(too_long(usize::try_from(bytes).unwrap_or(usize::MAX))),
        Some(text) => redis::from_redis_value(text).map_err(StoreError::new)?,
    };
    let mut field =
        || reply.next().map(redis::from_redis_value::<String>).transpose().map_err(StoreError::new);
    let revision = field()?.and_then(|revision| revision.parse().ok()).ok_or_else(malformed)?;
    let until = field()?.filter(|until| !until.is_empty()).map(|until| until.parse()).transpose();
    let until = until.map_err(|_| malformed())?.map(Timestamp::from_unix_ms);
    Ok(Some(Record { text, revision, owner: field()?, until }))
}

fn too_long(bytes: usize) -> StoreError {
    let limit = RedisStore::MAX_RECORD_BYTES;
    StoreError::new(format!("a record of {bytes} bytes is too long for Redis; the limit is {limit} bytes"))
}
