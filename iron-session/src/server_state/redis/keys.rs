//! The names of the keys.

/// The names, which begin with the prefix.
pub(super) struct Keys {
    /// In braces: a cluster, or a proxy before one, keeps keys with the same braces on one node, as
    /// the scripts need it.
    pub(super) prefix: String,
    /// A hash: the log's incarnation, and the number of its last entry.
    pub(super) meta: String,
    /// A sorted set: the live entries of the log, by when they end.
    pub(super) live: String,
    /// A stream: the newest entries of the log.
    pub(super) stream: String,
}

impl Keys {
    pub(super) fn new(prefix: &str) -> Self {
        let prefix = format!("{{{prefix}}}");
        Self {
            meta: format!("{prefix}log"),
            live: format!("{prefix}log:live"),
            stream: format!("{prefix}log:stream"),
            prefix,
        }
    }

    /// A hash: a record. Without a key, the beginning of all of them.
    pub(super) fn record(&self, key: &str) -> String {
        format!("{}record:{key}", self.prefix)
    }

    /// A sorted set: the keys of an owner's records, by when they end.
    pub(super) fn owner(&self, owner: &str) -> String {
        format!("{}owner:{owner}", self.prefix)
    }

    /// A string: a claim.
    pub(super) fn claim(&self, key: &str) -> String {
        format!("{}claim:{key}", self.prefix)
    }
}
