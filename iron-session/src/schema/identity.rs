//! What makes two values of a field one thing.

/// When a value that replaces another is the same thing, and so keeps the members
/// of it that only other programs know.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Identity {
    /// When it has the same `id`; without one, when at least half of its texts (where
    /// it has none, of its numbers and booleans) are the same, and no member whose name
    /// ends like `user_id` or `userId` differs.
    #[default]
    Alike,
    /// When these members are the same: `#[session(key = "…")]`.
    Key(&'static [&'static str]),
    /// Always: `#[session(keep_unknown)]`.
    Always,
}
