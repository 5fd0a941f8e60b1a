//! `keyring`: the passwords that rotate themselves, in the file of a server that is stopped, and in a
//! real Redis.

use std::fs;
use std::path::Path;

use iron_session::server_state::{FileStore, KeyRing, RedisStore, Store};
use iron_session::{Passwords, Sealer};
use serde_json::Value;

use super::PASSWORD;
use super::redis::Redis;
use super::store::{failed, path, run_with};

const MASTER: &str = "--password-env SECRET";

/// Does something with the ring of a server.
fn on_server<T>(path: &Path, work: impl AsyncFnOnce(KeyRing) -> T) -> T {
    on_store(FileStore::open(path).unwrap(), work)
}

fn on_store<T>(store: impl Store, work: impl AsyncFnOnce(KeyRing) -> T) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        work(KeyRing::start(store, Passwords::new(PASSWORD).unwrap()).await.unwrap()).await
    })
}

/// Runs a server that creates the ring. Returns the id that seals, and a session.
fn server(path: &Path) -> (u64, String) {
    on_server(path, async |ring| (ring.list()[0].id(), Sealer::new(ring.passwords()).seal(&7).unwrap()))
}

fn done(path: &Path, line: &str) -> String {
    let output =
        run_with(&format!("keyring {line} {MASTER}"), &[("IRON_SESSION_STORE", path.to_str().unwrap())]);
    assert_eq!((output.code, output.stderr.as_str()), (0, ""), "{line}");
    output.stdout
}

fn json(path: &Path, line: &str) -> Value {
    serde_json::from_str(&done(path, &format!("{line} --json"))).unwrap()
}

#[test]
fn keyring_lists_ids_and_times_but_no_passwords() {
    let path = path("list");
    let (id, _) = server(&path);
    let text = done(&path, "list");
    assert!(text.starts_with(&format!("{id}  seals\n  published    20")), "{text}");
    assert!(text.contains("+02:00") && text.contains("(in 89 days)"), "{text}");
    let list = json(&path, "list");
    let password = &list["passwords"][0];
    assert_eq!((password["id"].as_u64(), password["state"].as_str()), (Some(id), Some("seals")));
    assert_eq!(list["passwords"].as_array().unwrap().len(), 1);
    let exported = json(&path, "export");
    let secret = exported[id.to_string()].as_str().unwrap();
    assert!(!text.contains(secret) && !list.to_string().contains(secret));
}

#[test]
fn keyring_rotates_and_no_session_ends() {
    let path = path("rotate");
    let (id, session) = server(&path);
    let text = done(&path, "rotate");
    assert!(text.starts_with(&format!("the password {} was published, and seals from 20", id + 1)), "{text}");
    assert!(text.contains("(in 1 day)") || text.contains("(in 2 days)"), "{text}");
    let again = done(&path, "rotate");
    assert!(
        again.starts_with(&format!("nothing was changed: the password {} is waiting", id + 1)),
        "{again}"
    );
    assert_eq!(json(&path, "rotate")["id"], id + 1);
    on_server(&path, async |ring| {
        let sealer = Sealer::new(ring.passwords());
        assert_eq!(sealer.unseal::<u32>(&session).unwrap(), 7);
        assert_eq!(ring.list().len(), 2);
    });
}

#[test]
fn keyring_revokes_and_says_that_sessions_end() {
    let path = path("revoke");
    let (id, session) = server(&path);
    let text = done(&path, &format!("revoke {id}"));
    assert!(text.contains("every session under it has ended"), "{text}");
    assert!(text.contains(&format!("the password {} seals now", id + 1)), "{text}");
    on_server(&path, async |ring| {
        let refused = Sealer::new(ring.passwords()).unseal::<u32>(&session).unwrap_err();
        assert_eq!(refused.reason(), "unknown_password");
    });
    let store = [("IRON_SESSION_STORE", path.to_str().unwrap())];
    let told = [format!("the key ring has no password `{id}`"), "keyring list".to_owned()];
    failed(&format!("keyring revoke {id} {MASTER}"), &store, &told.each_ref().map(String::as_str));
}

/// The map is what JavaScript takes, and what `from_env` reads.
#[test]
fn keyring_exports_the_map_for_javascript() {
    let path = path("export");
    let (id, session) = server(&path);
    done(&path, "rotate");
    let map = done(&path, "export");
    assert_eq!(map.lines().count(), 1, "an environment variable is one line");
    let passwords = Passwords::parse(map.trim_end()).unwrap();
    assert_eq!(passwords.sealing_id().unwrap().as_str(), (id + 1).to_string());
    assert_eq!(Sealer::new(passwords).unseal::<u32>(&session).unwrap(), 7);
    assert_eq!(map, done(&path, "export --json"));
}

#[test]
fn the_address_of_the_store_comes_from_the_environment() {
    let path = path("address");
    let (id, _) = server(&path);
    let path = path.to_str().unwrap();
    let named = format!("{path}.address");
    fs::write(&named, format!("file:{path}\n")).unwrap();
    let list = format!("keyring list {MASTER}");
    for variables in [
        [("IRON_SESSION_STORE", format!("file:{path}").as_str())],
        [("IRON_SESSION_STORE", format!("file://{path}").as_str())],
        [("IRON_SESSION_STORE_FILE", named.as_str())],
    ] {
        let output = run_with(&list, &variables);
        assert!(output.stdout.starts_with(&id.to_string()), "{output:?}");
    }

    let variable = |value| [("IRON_SESSION_STORE", value)];
    failed(&list, &[], &["`IRON_SESSION_STORE` is not set", "state.redb"]);
    failed(&list, &[("IRON_SESSION_STORE", path), ("IRON_SESSION_STORE_FILE", path)], &["both"]);
    failed(&list, &[("IRON_SESSION_STORE_FILE", "/no/such")], &["/no/such can't be read"]);
    failed(&list, &variable(" \n"), &["is empty"]);
    failed(&list, &variable("/no/such/file"), &["there is no file /no/such/file"]);
    assert!(!Path::new("/no/such/file").exists());
    let output = run_with(&list, &variable("ftp://user:secret@host"));
    assert!(output.stderr.contains("`ftp:`") && !output.stderr.contains("secret"), "{output:?}");
    let output = run_with(&format!("{list} --store {path}"), &variable(path));
    assert_eq!(output.code, 2, "{output:?}");
}

#[test]
fn keyring_says_why_a_ring_can_not_be_read() {
    let empty = path("empty");
    drop(FileStore::open(&empty).unwrap());
    let list = format!("keyring list {MASTER}");
    let variable = |path: &Path| [("IRON_SESSION_STORE", path.to_str().unwrap().to_owned())];
    let told = |path: &Path, told: &[&str]| {
        let variables = variable(path);
        failed(&list, &variables.each_ref().map(|(name, value)| (*name, value.as_str())), told);
    };
    told(&empty, &["the store holds no key ring", "a server creates the ring"]);
    // Asking has not created one.
    told(&empty, &["the store holds no key ring"]);

    let used = path("used");
    server(&used);
    let open = FileStore::open(&used).unwrap();
    told(&used, &["is open in another process", "stop the server"]);
    drop(open);

    let other = "dUyz1fqapCdZxqlksPSvUF9emolG9uOOVam0";
    let variables = [("IRON_SESSION_STORE", used.to_str().unwrap()), ("SECRET", other)];
    failed(&list, &variables, &["does not open with this master secret", "--password-env"]);
    failed("keyring list", &variables, &["no password was given"]);

    let text = path("text");
    fs::write(&text, "a text file").unwrap();
    told(&text, &["can't be used for the server state"]);
}

/// The servers run on, unlike with a file.
#[test]
fn keyring_works_on_redis_while_servers_run() {
    let redis = Redis::start();
    let url = redis.url();
    let store = RedisStore::new(&url).unwrap().with_prefix("shop:");
    on_store(store, async |ring| {
        let id = ring.list()[0].id();
        let variables = [("IRON_SESSION_STORE", url.as_str()), ("IRON_SESSION_STORE_PREFIX", "shop:")];
        let output = run_with(&format!("keyring revoke {id} {MASTER}"), &variables);
        assert_eq!(output.code, 0, "{output:?}");
        ring.refresh().await.unwrap();
        assert_eq!(ring.passwords().current().sealing_id().unwrap().as_str(), (id + 1).to_string());
    });
    let list = format!("keyring list {MASTER}");
    failed(&list, &[("IRON_SESSION_STORE", &url)], &["holds no key ring", "IRON_SESSION_STORE_PREFIX"]);
    drop(redis);
    failed(
        &list,
        &[("IRON_SESSION_STORE", &url)],
        &["the key ring could not be read", "the store is running"],
    );
    let output = run_with(&list, &[("IRON_SESSION_STORE", "redis://user:secret@host:port")]);
    assert!(output.stderr.contains("not that of a Redis") && !output.stderr.contains("secret"), "{output:?}");
    failed(&list, &[("IRON_SESSION_STORE", "rediss://127.0.0.1:1")], &["the key ring could not be read"]);
}
