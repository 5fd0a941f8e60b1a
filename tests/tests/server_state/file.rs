//! `FileStore`: what only a file can do wrong.

use std::collections::HashSet;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use iron_session::clock::{ManualClock, Timestamp};
use iron_session::error::FileStoreError;
use iron_session::server_state::{FileStore, LogEntry, LogPosition, Record, Store};
use iron_session_tests::directory::Directory;
use iron_session_tests::random::Random;

/// The year 2100.
const LATER: Timestamp = Timestamp::from_unix_ms(4_102_444_800_000);

fn entry(text: &str) -> LogEntry {
    LogEntry { text: text.to_owned(), until: Some(LATER) }
}

/// Reads the log to its end.
async fn read_log(store: &FileStore) -> (HashSet<String>, LogPosition) {
    let mut entries = HashSet::new();
    let mut page = store.read_log(None, Duration::ZERO).await.unwrap();
    loop {
        entries.extend(page.entries);
        if page.is_last {
            return (entries, page.next);
        }
        page = store.read_log(Some(&page.next), Duration::ZERO).await.unwrap();
    }
}

/// `kill -9` at any moment loses nothing that was confirmed, and the file opens again.
#[tokio::test]
async fn a_killed_process_loses_nothing() {
    const KILLS: u32 = 150;
    let directory = Directory::new("killed");
    let mut path = PathBuf::new();
    let mut random = Random::printed();
    let mut confirmed = HashSet::new();
    let mut total = 0;
    for kill in 0..KILLS {
        // Reading a long log again and again would take most of the time.
        if kill % 40 == 0 {
            path = directory.path().join(format!("{kill}.redb"));
            confirmed.clear();
        }
        // Sometimes the file is not even open by then.
        let lines = usize::try_from(random.below(10)).unwrap();
        let lines =
            write_and_kill(&path, &format!("{kill}"), lines, Duration::from_micros(random.below(4_000)));
        let store = FileStore::open(&path).unwrap();
        check(&store, &lines, &mut confirmed).await;
        total += lines.len();
    }
    assert!(total > 2 * KILLS as usize, "the processes have written {total} lines");
}

/// A process that is killed while it creates the file leaves one that can be opened, or none.
#[tokio::test]
async fn a_process_killed_while_it_creates_the_file_leaves_no_ruin() {
    let directory = Directory::new("created");
    let mut random = Random::printed();
    let mut complete = 0;
    for kill in 0..60 {
        let path = directory.path().join(format!("{kill}.redb"));
        write_and_kill(&path, "mark", 0, Duration::from_micros(random.below(30_000)));
        complete += u32::from(path.exists());
        drop(FileStore::open(&path).unwrap());
    }
    println!("{complete} files were complete");
    assert!((1..60).contains(&complete), "some are killed before the file is complete, and some later");
}

/// Starts a process that writes, and kills it some time after it has printed so many lines. Returns
/// all that it has printed: what is confirmed.
fn write_and_kill(path: &Path, mark: &str, lines: usize, then: Duration) -> Vec<String> {
    let mut writer = Command::new(env!("CARGO_BIN_EXE_file_store_writer"))
        .arg(path)
        .arg(mark)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut output = BufReader::new(writer.stdout.take().unwrap()).lines().map_while(Result::ok);
    let mut printed: Vec<_> = output.by_ref().take(lines).collect();
    std::thread::sleep(then);
    writer.kill().unwrap();
    writer.wait().unwrap();
    printed.extend(output);
    printed
}

/// Checks what a process has printed, and all confirmed entries of earlier ones.
async fn check(store: &FileStore, lines: &[String], confirmed: &mut HashSet<String>) {
    for line in lines {
        match line.split(' ').collect::<Vec<_>>()[..] {
            ["entry", text] => {
                confirmed.insert(text.to_owned());
            }
            ["record", key, revision] => {
                let record = store.record(key).await.unwrap().expect("a confirmed record is there");
                assert!(record.revision >= revision.parse::<u64>().unwrap(), "{line}: {record:?}");
                assert_eq!(record.text, format!("{key}-{}", record.revision));
                assert_eq!(store.records_of(key).await.unwrap(), [(key.to_owned(), record)]);
            }
            ["claim", key] => assert!(!store.claim(key, LATER).await.unwrap(), "{line} is kept"),
            // The kill has cut the last line.
            _ => {}
        }
    }
    let (entries, _) = read_log(store).await;
    let lost: Vec<_> = confirmed.difference(&entries).collect();
    assert_eq!(lost, [""; 0], "confirmed entries are kept");
}

#[tokio::test]
async fn a_file_that_is_open_is_not_opened_again() {
    let directory = Directory::new("in-use");
    let path = directory.path().join("state.redb");
    let store = FileStore::open(&path).unwrap();
    let error = FileStore::open(&path).unwrap_err();
    assert!(matches!(error, FileStoreError::InUse { .. }), "{error:?}");
    assert!(error.to_string().contains(path.to_str().unwrap()), "{error}");

    // In another process.
    let writer = env!("CARGO_BIN_EXE_file_store_writer");
    let output = Command::new(writer).arg(&path).arg("mark").output().unwrap();
    assert!(String::from_utf8_lossy(&output.stderr).contains("InUse"), "{output:?}");

    let clone = store.clone();
    drop(store);
    clone.append(entry("by a clone")).await.unwrap();
    drop(clone);
    let store = FileStore::open(&path).unwrap();
    assert_eq!(read_log(&store).await.0, HashSet::from(["by a clone".to_owned()]));
}

#[tokio::test]
async fn a_file_that_is_no_store_is_refused() {
    let directory = Directory::new("unusable");
    let text = directory.path().join("notes.txt");
    std::fs::write(&text, "These are my notes.\n".repeat(1000)).unwrap();
    for path in [&text, directory.path(), &directory.path().join("missing/state.redb")] {
        let error = FileStore::open(path).unwrap_err();
        assert!(matches!(error, FileStoreError::Unusable { .. }), "{error:?}");
    }
    assert!(std::fs::read_to_string(&text).unwrap().starts_with("These are my notes."), "it is unchanged");
}

/// A damaged file is refused, or the damage is where nothing is stored.
#[tokio::test]
async fn a_damaged_file_is_refused() {
    let directory = Directory::new("damaged");
    let path = directory.path().join("state.redb");
    let store = FileStore::open(&path).unwrap();
    for number in 0..50 {
        store.append(entry(&format!("entry-{number}"))).await.unwrap();
    }
    drop(store);
    let intact = std::fs::read(&path).unwrap();
    let mut random = Random::printed();
    let mut refused = 0;
    for _ in 0..100 {
        let mut damaged = intact.clone();
        if random.below(4) == 0 {
            damaged.truncate(usize::try_from(1 + random.below(intact.len() as u64 - 1)).unwrap());
        } else {
            // Most of the file's start is in use.
            let limit = if random.below(2) == 0 { 512 } else { intact.len() as u64 };
            let index = usize::try_from(random.below(limit)).unwrap();
            damaged[index] ^= 1 << random.below(8);
        }
        std::fs::write(&path, damaged).unwrap();
        match FileStore::open(&path) {
            Ok(store) => assert_eq!(read_log(&store).await.0.len(), 50, "all entries are there"),
            Err(_) => refused += 1,
        }
    }
    assert!(refused > 20, "refused {refused} damaged files");
}

/// A position in another file restarts the log, also if that file has the same number of entries.
#[tokio::test]
async fn another_file_restarts_the_log() {
    let directory = Directory::new("another");
    let mut positions = Vec::new();
    let path = directory.path().join("state.redb");
    for _ in 0..2 {
        let store = FileStore::open(&path).unwrap();
        store.append(entry("the only one")).await.unwrap();
        positions.push(read_log(&store).await.1);
        let page = store.read_log(positions.last(), Duration::ZERO).await.unwrap();
        assert!(page.entries.is_empty() && !page.restarted);
        if let [former, _] = &positions[..] {
            let page = store.read_log(Some(former), Duration::ZERO).await.unwrap();
            assert!(page.restarted);
            assert_eq!(page.entries, ["the only one"]);
        }
        drop(store);
        // Opened again, it is still the same file.
        let store = FileStore::open(&path).unwrap();
        let page = store.read_log(positions.last(), Duration::ZERO).await.unwrap();
        assert!(page.entries.is_empty() && !page.restarted);
        drop(store);
        std::fs::remove_file(&path).unwrap();
    }
}

/// What has ended is removed while new things are written, so the file stops growing.
#[tokio::test]
async fn what_has_ended_is_removed() {
    let directory = Directory::new("ended");
    let path = directory.path().join("state.redb");
    let start = Timestamp::from_unix_ms(1_763_650_000_000);
    let clock = ManualClock::at(start);
    let store = FileStore::open_with_clock(&path, clock.clone()).unwrap();
    let mut sizes = Vec::new();
    for round in 0_u32..4 {
        let until = start.saturating_add(Duration::from_secs(60) * (round + 1));
        for number in 0..300 {
            let text = "t".repeat(1000);
            let entry = LogEntry { text: format!("{round}-{number}-{text}"), until: Some(until) };
            let record = Record { text, revision: 1, owner: Some("owner".to_owned()), until: Some(until) };
            let key = format!("{round}-{number}");
            let (appended, put, claimed) = tokio::join!(
                store.append(entry),
                store.put_record(&key, None, record),
                store.claim(&key, until),
            );
            appended.unwrap();
            assert!(put.unwrap() && claimed.unwrap());
        }
        assert_eq!(store.records_of("owner").await.unwrap().len(), 300, "only the live ones");
        let (entries, _) = read_log(&store).await;
        assert!(
            entries.iter().all(|entry| entry.starts_with(&format!("{round}-"))),
            "the ended ones are gone"
        );
        sizes.push(std::fs::metadata(&path).unwrap().len());
        clock.advance(Duration::from_secs(60));
    }
    assert!(sizes[3] <= sizes[1] * 3 / 2, "the file grows on: {sizes:?}");
}
