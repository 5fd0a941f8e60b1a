//! Whoever has a dump of the store learns no name, no id and no address of a user.

use std::fs;

use super::*;

#[test]
fn of_the_file() {
    Framework::Axum.run(|framework| a_dump_tells_nothing_about_users(framework, StoreKind::File));
}

#[test]
fn of_redis() {
    Framework::Actix.run(|framework| a_dump_tells_nothing_about_users(framework, StoreKind::Redis));
}

#[derive(IronSession, Clone)]
#[session(storage = "server", json_schema)]
struct Account {
    #[session(subject)]
    id: Option<u64>,
    name: Option<String>,
    email: Option<String>,
}

const ID: u64 = 7_340_912_655_108;

/// Returns everything that the store has written. Its server has been killed.
fn dump(servers: &mut Servers<AnyStore>) -> Vec<u8> {
    match (&mut servers.redis, &servers.directory) {
        (Some(redis), _) => {
            redis.kill();
            redis.data().into_iter().flat_map(|(_, bytes)| bytes).collect()
        }
        (None, Some(directory)) => fs::read(directory.path().join("state.redb")).unwrap(),
        (None, None) => unreachable!("a store in memory leaves nothing behind"),
    }
}

fn holds(dump: &[u8], text: &str) -> bool {
    dump.windows(text.len()).any(|window| window.eq_ignore_ascii_case(text.as_bytes()))
}

async fn a_dump_tells_nothing_about_users(framework: Framework, kind: StoreKind) {
    let mut servers = Servers::new(kind);
    let site = |options: SessionOptionsBuilder| {
        Site::<Account>::new(options).route("/sign-in", |mut session: Session<Account>| async move {
            session.sign_in(ID);
            session.set_name("Ada Lovelace");
            session.set_email("ada.lovelace@example.com");
            ok()
        })
    };
    let mut server = servers.start_with(framework, site).await;
    server.browser.get("/sign-in").await;
    let key = servers.key(&server.copy());
    server.state.revoke_subject("sid", &ID).await.unwrap();
    server.state.claim("ada.lovelace@example.com", DAY).await.unwrap();

    let dump = dump(&mut servers);
    assert!(holds(&dump, &key) && holds(&dump, "Fe26.2*1_record*"), "the record is in the dump");
    let secrets = ["Ada Lovelace", "Lovelace", "ada.lovelace", "example.com", "email", &ID.to_string()];
    for secret in secrets {
        assert!(!holds(&dump, secret), "{secret}");
    }
    let id = |bytes: &[u8]| dump.windows(8).any(|window| window == bytes);
    assert!(!id(&ID.to_be_bytes()) && !id(&ID.to_le_bytes()));
}
