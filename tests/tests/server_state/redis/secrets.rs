//! No password is shown.

use std::error::Error;

use iron_session::error::RedisStoreError;
use iron_session::server_state::RedisStore;
use iron_session_tests::redis::Redis;

use super::every_call;

const PASSWORD: &str = "correct-horse-battery";

#[tokio::test]
async fn a_password_is_not_shown() {
    let redis = Redis::start("password");
    redis.command(&["CONFIG", "SET", "requirepass", "another"]);
    let url = format!("redis://:{PASSWORD}@127.0.0.1:{}", redis.port());
    let store = RedisStore::new(&url).unwrap();
    let mut shown = format!("{store:?}");
    for result in every_call(&store).await {
        shown += &show(&result.unwrap_err());
    }
    assert!(shown.contains("authentication failed"), "{shown}");
    assert!(!shown.contains(PASSWORD), "{shown}");

    let right = RedisStore::new(&url.replace(PASSWORD, "another")).unwrap();
    for result in every_call(&right).await {
        result.unwrap();
    }
}

#[test]
fn a_wrong_url_is_not_shown() {
    for url in [
        format!("http://:{PASSWORD}@localhost"),
        format!("redis://:{PASSWORD}@localhost:port"),
        format!("redis://:{PASSWORD}@localhost/first"),
        format!("redis://user:{PASSWORD}/@localhost"),
        PASSWORD.to_owned(),
        String::new(),
    ] {
        let error = RedisStore::new(&url).unwrap_err();
        assert_eq!(error, RedisStoreError::Url, "{url}");
        assert!(!show(&error).contains(PASSWORD), "{error:?}");
    }
}

/// Everything that a log could show.
fn show(error: &dyn Error) -> String {
    let chain = std::iter::successors(Some(error), |&error| error.source());
    chain.map(|error| format!("{error}\n{error:?}\n{error:#?}")).collect::<Vec<_>>().join("\n")
}
