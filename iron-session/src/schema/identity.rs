//! Decides whether two values of a field are the same thing.

/// Selects when a value that replaces another is the same thing, and therefore keeps the
/// members that only other programs know.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Identity {
    /// If it has the same `id`. Without an `id`, if at least half of its texts are the same
    /// (or of its numbers and booleans, if it has no text), and no member differs whose name
    /// ends like `user_id` or `userId`.
    #[default]
    Alike,
    /// If these members are the same: `#[session(key = "…")]`.
    Key(&'static [&'static str]),
    /// Always: `#[session(keep_unknown)]`.
    Always,
}
