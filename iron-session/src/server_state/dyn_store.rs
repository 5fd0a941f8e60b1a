//! A store whose type is not known, because options and sessions don't name it.

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use super::store::{LogEntry, LogPage, LogPosition, Record, Store};
use crate::clock::Timestamp;
use crate::error::StoreError;

type Answer<'a, R> = Pin<Box<dyn Future<Output = Result<R, StoreError>> + Send + 'a>>;

/// [`Store`] with boxed futures. A call of a store crosses a network or a disk, so a box costs nothing.
pub(super) trait DynStore: Send + Sync {
    fn append(&self, entry: LogEntry) -> Answer<'_, ()>;
    fn read_log<'a>(&'a self, after: Option<&'a LogPosition>, wait: Duration) -> Answer<'a, LogPage>;
    fn record<'a>(&'a self, key: &'a str) -> Answer<'a, Option<Record>>;
    fn put_record<'a>(&'a self, key: &'a str, replaces: Option<u64>, record: Record) -> Answer<'a, bool>;
    fn delete_record<'a>(&'a self, key: &'a str) -> Answer<'a, ()>;
    fn records_of<'a>(&'a self, owner: &'a str) -> Answer<'a, Vec<(String, Record)>>;
    fn claim<'a>(&'a self, key: &'a str, until: Timestamp) -> Answer<'a, bool>;
}

impl<S: Store> DynStore for S {
    fn append(&self, entry: LogEntry) -> Answer<'_, ()> {
        Box::pin(Store::append(self, entry))
    }

    fn read_log<'a>(&'a self, after: Option<&'a LogPosition>, wait: Duration) -> Answer<'a, LogPage> {
        Box::pin(Store::read_log(self, after, wait))
    }

    fn record<'a>(&'a self, key: &'a str) -> Answer<'a, Option<Record>> {
        Box::pin(Store::record(self, key))
    }

    fn put_record<'a>(&'a self, key: &'a str, replaces: Option<u64>, record: Record) -> Answer<'a, bool> {
        Box::pin(Store::put_record(self, key, replaces, record))
    }

    fn delete_record<'a>(&'a self, key: &'a str) -> Answer<'a, ()> {
        Box::pin(Store::delete_record(self, key))
    }

    fn records_of<'a>(&'a self, owner: &'a str) -> Answer<'a, Vec<(String, Record)>> {
        Box::pin(Store::records_of(self, owner))
    }

    fn claim<'a>(&'a self, key: &'a str, until: Timestamp) -> Answer<'a, bool> {
        Box::pin(Store::claim(self, key, until))
    }
}
