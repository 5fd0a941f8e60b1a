//! Checks the attributes of a session that may be kept in the store.

use crate::attr::{Attrs, Storage};
use crate::mistakes::Mistakes;

/// Checks `storage` next to the struct's other attributes, and `counter` on the fields.
pub(super) fn check(attrs: &Attrs, mistakes: &mut Mistakes) {
    let container = &attrs.container;
    let storage = match container.storage.get() {
        Some(storage) => *storage,
        None if container.storage.is_given() => return,
        None => Storage::Cookie,
    };
    if storage == Storage::Cookie {
        let record = container.max_record_bytes.key().map(|key| ("max_record_bytes", key));
        let counters = attrs.fields.iter().filter_map(|field| Some(("counter", field.counter.key()?)));
        for (name, key) in record.into_iter().chain(counters) {
            let message = format!(
                "`{name}` has no effect on a session that is always in its cookies; add `storage = \"server\"` or \
                 `storage = \"overflow\"` to the struct, or remove it"
            );
            mistakes.at(key, message);
        }
        return;
    }
    if let (Some(key), true) = (container.storage.key(), container.javascript.is_given()) {
        mistakes.at(
            key,
            "`storage` and `javascript` can't be combined, because JavaScript can't read a session that is in the \
             store; remove one of them",
        );
    }
    if storage == Storage::Server {
        let cookies = [("max_cookies", container.max_cookies.key()), ("compress", container.compress.key())];
        for (name, key) in cookies.into_iter().filter_map(|(name, key)| Some((name, key?))) {
            let message = format!(
                "`{name}` has no effect with `storage = \"server\"`, because the session is never in its cookies; \
                 remove it"
            );
            mistakes.at(key, message);
        }
    }
}
