//! The promises about claims.

use std::sync::Arc;

use super::records::{put, read, record};
use super::{at_once, confirmed, earlier, later, soon};
use crate::clock::Timestamp;
use crate::server_state::Store;

pub(super) async fn check<S: Store>(empty: &impl AsyncFn() -> S) {
    a_key_is_claimed_once(&empty().await).await;
    only_one_of_several_claims_succeeds(Arc::new(empty().await)).await;
}

pub(super) async fn claim<S: Store>(store: &S, key: &str, until: Timestamp) -> bool {
    confirmed(soon("`claim` returns", store.claim(key, until)).await, "claim")
}

async fn a_key_is_claimed_once<S: Store>(store: &S) {
    let longest = "k".repeat(S::MAX_KEY_BYTES);
    for key in ["key", "KEY", &longest] {
        assert!(claim(store, key, later()).await, "the first claim of {key} succeeds");
        assert!(!claim(store, key, later()).await, "the second claim of {key} fails");
        assert!(!claim(store, key, Timestamp::MAX).await, "a later end does not claim {key} again");
    }
    assert!(claim(store, "as-late-as-possible", Timestamp::MAX).await);
    assert!(!claim(store, "as-late-as-possible", Timestamp::MAX).await, "a claim may end very late");
    assert!(claim(store, "ended", earlier()).await, "a claim that ends at once is accepted");
    // Whether this one succeeds depends on whether the store has forgotten the first.
    claim(store, "ended", later()).await;

    assert_eq!(read(store, "key").await, None, "a claim is no record");
    assert!(put(store, "record", None, &record("text", 1, None)).await);
    assert!(claim(store, "record", later()).await, "a record is no claim");
}

async fn only_one_of_several_claims_succeeds<S: Store>(store: Arc<S>) {
    for round in 0..5 {
        let claims = at_once(&store, 50, |store, _| claim_link(store, round)).await;
        let won = claims.into_iter().filter(|won| *won).count();
        assert_eq!(won, 1, "one of 50 claims at once succeeds");
    }
}

async fn claim_link<S: Store>(store: Arc<S>, round: u8) -> bool {
    claim(&*store, &format!("link-{round}"), later()).await
}
