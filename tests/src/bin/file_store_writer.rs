//! Writes to a `FileStore` until it is killed, and prints everything that the store has confirmed.
//! The arguments are the path of the file, and a text that marks what this process wrote.

use std::io::Write as _;

use iron_session::clock::Timestamp;
use iron_session::server_state::{FileStore, LogEntry, Record, Store};

/// Several, so that their writes share commits.
const TASKS: usize = 4;

/// The year 2100.
const LATER: Timestamp = Timestamp::from_unix_ms(4_102_444_800_000);

#[tokio::main]
async fn main() {
    let mut arguments = std::env::args().skip(1);
    let (path, mark) = (arguments.next().unwrap(), arguments.next().unwrap());
    let store = FileStore::open(path).unwrap();
    let tasks: Vec<_> = (0..TASKS)
        .map(|task| tokio::spawn(write_until_killed(store.clone(), format!("{mark}-{task}"))))
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
}

async fn write_until_killed(store: FileStore, mark: String) {
    for number in 0_u64.. {
        let text = format!("{mark}-{number}");
        store.append(LogEntry { text: text.clone(), until: Some(LATER) }).await.unwrap();
        print(&format!("entry {text}"));
        let record = Record { text, revision: number, owner: Some(mark.clone()), until: Some(LATER) };
        assert!(store.put_record(&mark, number.checked_sub(1), record).await.unwrap());
        print(&format!("record {mark} {number}"));
        let claim = format!("{mark}-{number}");
        assert!(store.claim(&claim, LATER).await.unwrap());
        print(&format!("claim {claim}"));
    }
}

/// Prints a line at once. A reader that is gone has killed this process.
fn print(line: &str) {
    let mut out = std::io::stdout().lock();
    let _ = writeln!(out, "{line}").and_then(|()| out.flush());
}
