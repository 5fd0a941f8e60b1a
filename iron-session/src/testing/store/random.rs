//! Compares random sequences of calls with a simple model of a store.

use std::collections::{BTreeMap, BTreeSet};

use super::claims::claim;
use super::records::{delete, of_owner, put, read, record};
use super::{confirmed, later, rest, soon};
use crate::server_state::{LogEntry, LogPosition, Record, Store};

/// The sequences are the same each time, so a failure happens again.
const SEEDS: u64 = 6;
const CALLS: usize = 150;

const KEYS: [&str; 4] = ["a", "b", "A", "ab"];
const OWNERS: [Option<&str>; 3] = [None, Some("ann"), Some("bob")];

pub(super) async fn check<S: Store>(empty: &impl AsyncFn() -> S) {
    for seed in 0..SEEDS {
        let store = empty().await;
        let mut model = Model::default();
        let mut random = Random(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15).wrapping_add(1));
        for number in 0..CALLS {
            let call = Call::any(&mut random, &model);
            // Shows which call it was if the model disagrees.
            let place = format!("call {number} of the sequence {seed}: {call:?}");
            model.compare(&store, call, &place).await;
        }
    }
}

#[derive(Debug)]
enum Call {
    Append,
    ReadAll,
    ReadOn,
    Read { key: &'static str },
    Put { key: &'static str, replaces: Option<u64>, owner: Option<&'static str> },
    Delete { key: &'static str },
    List { owner: &'static str },
    Claim { key: &'static str },
}

impl Call {
    fn any(random: &mut Random, model: &Model) -> Self {
        let key = random.one_of(KEYS);
        match random.below(10) {
            0 | 1 => Self::Append,
            2 => Self::ReadAll,
            3 => Self::ReadOn,
            4 => Self::Read { key },
            5..=7 => {
                let stored = model.records.get(key).map(|record| record.revision);
                // Mostly the right one.
                let other = Some(random.below(5));
                let replaces = random.one_of([stored, stored, stored, None, other]);
                Self::Put { key, replaces, owner: random.one_of(OWNERS) }
            }
            8 => random.one_of([
                Self::Delete { key },
                Self::List { owner: "ann" },
                Self::List { owner: "bob" },
            ]),
            _ => Self::Claim { key },
        }
    }
}

/// What a store must contain.
#[derive(Default)]
struct Model {
    appended: usize,
    /// The number of entries that the reader has read, and its position.
    read: usize,
    position: Option<LogPosition>,
    records: BTreeMap<&'static str, Record>,
    claims: BTreeSet<&'static str>,
}

impl Model {
    /// Calls the store, and compares its results with the model's.
    async fn compare<S: Store>(&mut self, store: &S, call: Call, place: &str) {
        match call {
            Call::Append => {
                let entry = LogEntry { text: self.appended.to_string(), until: Some(later()) };
                confirmed(soon(place, store.append(entry)).await, "append");
                self.appended += 1;
            }
            Call::ReadAll => {
                let (entries, position, restarted) = rest(store, None).await;
                let entries: BTreeSet<_> = entries.into_iter().collect();
                let expected: BTreeSet<_> = (0..self.appended).map(|number| number.to_string()).collect();
                assert_eq!(entries, expected, "{place}");
                assert!(!restarted, "{place}");
                (self.read, self.position) = (self.appended, Some(position));
            }
            Call::ReadOn => {
                let (mut entries, position, restarted) = rest(store, self.position.take()).await;
                let expected: Vec<_> = (self.read..self.appended).map(|number| number.to_string()).collect();
                if self.read == 0 {
                    entries.sort_by_key(|entry| entry.parse::<usize>().ok());
                }
                assert_eq!(entries, expected, "{place}");
                assert!(!restarted, "{place}");
                (self.read, self.position) = (self.appended, Some(position));
            }
            Call::Read { key } => {
                assert_eq!(read(store, key).await, self.records.get(key).cloned(), "{place}");
            }
            Call::Put { key, replaces, owner } => {
                let new =
                    record(&place.replace(' ', "-"), replaces.map_or(1, |revision| revision + 1), owner);
                let matches = self.records.get(key).map(|record| record.revision) == replaces;
                assert_eq!(put(store, key, replaces, &new).await, matches, "{place}");
                if matches {
                    self.records.insert(key, new);
                }
            }
            Call::Delete { key } => {
                delete(store, key).await;
                self.records.remove(key);
            }
            Call::List { owner } => {
                let of_model =
                    self.records.iter().filter(|(_, record)| record.owner.as_deref() == Some(owner));
                let expected: Vec<_> =
                    of_model.map(|(key, record)| ((*key).to_owned(), record.clone())).collect();
                assert_eq!(of_owner(store, owner).await, expected, "{place}");
            }
            Call::Claim { key } => {
                let is_first = self.claims.insert(key);
                assert_eq!(claim(store, key, later()).await, is_first, "{place}");
            }
        }
    }
}

/// A small generator of numbers (xorshift), which need not be unpredictable.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) % limit
    }

    fn one_of<T, const N: usize>(&mut self, choices: [T; N]) -> T {
        let mut rest = choices.into_iter();
        let last = rest.next_back();
        let chosen = usize::try_from(self.below(N as u64)).ok().and_then(|index| rest.nth(index));
        chosen.or(last).unwrap_or_else(|| panic!("there is nothing to choose from"))
    }
}
