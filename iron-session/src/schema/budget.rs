//! The cookie budget. It computes the bytes of the `Set-Cookie` lines from the fields'
//! largest sizes, in constants, so that the compiler can check them.

use std::fmt;

use super::const_text::ConstText;
use super::facts::Schema;
use super::field_budget::FieldBudget;
use super::size::plus;
use super::storage::Storage;
use crate::limits::{EXPIRY_DIGITS, MAX_CHUNKS, MAX_LINE_BYTES};
use crate::seal;

/// Shows the most that the fields of a session can need, and how much fits its cookies.
///
/// It is printed as a table with bars.
///
/// # Example
///
/// ```
/// # #[cfg(feature = "derive")] {
/// use iron_session::IronSession;
///
/// #[derive(IronSession, Clone)]
/// struct AppSession {
///     user_id: Option<u64>,
///     #[session(max_bytes = 20)]
///     name: String,
/// }
///
/// let budget = AppSession::budget();
/// // {"$":{"t":9999999999},"user_id":18446744073709551615,"name":"····················"}
/// assert_eq!(budget.max_payload_bytes(), Some(83));
/// assert!(budget.max_payload_bytes() <= Some(budget.limit_bytes()));
/// println!("{budget}");
/// # }
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Budget {
    schema: Schema,
    fields: &'static [FieldBudget],
}

impl Budget {
    /// Adds up the sizes of the fields.
    #[doc(hidden)]
    #[must_use]
    pub const fn new(schema: Schema, fields: &'static [FieldBudget]) -> Self {
        Self { schema, fields }
    }

    /// Returns the fields.
    #[doc(hidden)]
    #[must_use]
    pub const fn fields(&self) -> &'static [FieldBudget] {
        self.fields
    }

    /// The object's braces, and the metadata of a session that has its own lifetime, with the
    /// version of the type.
    const fn metadata_bytes(&self) -> usize {
        "{}".len() + self.schema.metadata_max_bytes()
    }

    /// Returns the maximum bytes of JSON that the bounded fields, the metadata and the
    /// reserve take together.
    #[must_use]
    pub const fn bounded_payload_bytes(&self) -> usize {
        // The metadata comes first. Its comma replaces the one that the last member does not
        // need.
        let mut sum = plus(self.metadata_bytes(), self.schema.reserve_unknown_bytes());
        let mut rest = self.fields;
        while let [field, tail @ ..] = rest {
            if let Some(bytes) = field.max_bytes() {
                sum = plus(sum, bytes);
            }
            rest = tail;
        }
        sum
    }

    /// Returns the maximum bytes of JSON that a session can need; `None` if a field has no
    /// largest size.
    #[must_use]
    pub const fn max_payload_bytes(&self) -> Option<usize> {
        let mut rest = self.fields;
        while let [field, tail @ ..] = rest {
            if field.max_bytes().is_none() {
                return None;
            }
            rest = tail;
        }
        Some(self.bounded_payload_bytes())
    }

    /// Returns the maximum bytes of JSON that fit the session's cookies.
    #[must_use]
    pub const fn limit_bytes(&self) -> usize {
        seal::text_len(self.max_seal_bytes(), 0, EXPIRY_DIGITS)
    }

    /// Returns how many cookies the session may use.
    #[must_use]
    pub const fn max_cookies(&self) -> usize {
        match self.schema.max_cookies() {
            Some(max_cookies) => max_cookies,
            None => 1,
        }
    }

    /// Returns how long a seal may be, apart from the overhead of each line.
    #[must_use]
    pub const fn max_seal_bytes(&self) -> usize {
        self.max_cookies() * MAX_LINE_BYTES.saturating_sub(self.schema.overhead_bytes())
    }

    /// Returns by how many bytes of JSON the bounded fields can exceed the limit. A session that may be
    /// in a record has no such limit.
    #[must_use]
    pub const fn excess_bytes(&self) -> usize {
        if self.schema.storage().may_be_record() {
            return 0;
        }
        match self.bounded_payload_bytes() {
            // If the sum saturates, the excess is unknown.
            usize::MAX => usize::MAX,
            sum => sum.saturating_sub(self.limit_bytes()),
        }
    }

    /// Panics with the budget table if the bounded fields can exceed the limit. In a `const`
    /// this is a compile error.
    ///
    /// For a struct without type parameters, the derive reports this. A generic struct is
    /// checked when its layer is built, or with this line:
    ///
    /// ```
    /// # #[cfg(feature = "derive")] {
    /// # use serde::{Serialize, de::DeserializeOwned};
    /// use iron_session::schema::Budget;
    /// use iron_session::{IronSession, MaxSize};
    ///
    /// #[derive(IronSession, Clone)]
    /// struct AppSession<T>
    /// where
    ///     T: MaxSize + Serialize + DeserializeOwned + Clone + Send + Sync + 'static,
    /// {
    ///     user: Option<T>,
    /// }
    ///
    /// const _: () = Budget::from_type::<AppSession<u64>>().assert_fits();
    /// # }
    /// ```
    ///
    /// # Panics
    ///
    /// Panics if they can exceed it.
    #[track_caller]
    pub const fn assert_fits(&self) {
        assert!(self.excess_bytes() == 0, "{}", self.text().as_str());
    }

    /// Writes the table as a constant, for a compile error.
    #[must_use]
    const fn text(&self) -> ConstText {
        let mut text = ConstText::new();
        text.push("`");
        text.push(self.schema.name());
        text.push("` can need ");
        text.push_size(self.bounded_payload_bytes());
        text.push(" bytes of JSON, but only ");
        text.push_size(self.limit_bytes());
        text.push(" fit in ");
        text.push_size(self.max_cookies());
        text.push(if self.max_cookies() == 1 { " cookie: " } else { " cookies: " });
        text.push_size(self.excess_bytes());
        text.push(" bytes too many\n");

        let mut rest = self.fields;
        while let [field, tail @ ..] = rest {
            if let Some(bytes) = field.max_bytes() {
                text.push_row(bytes, field.name());
            } else {
                text.push("\n        ?  ");
                text.push(field.name());
                text.push(" (no size limit: checked when saving)");
            }
            rest = tail;
        }
        text.push_row(self.metadata_bytes(), "(metadata and braces)");
        if self.schema.reserve_unknown_bytes() > 0 {
            text.push_row(self.schema.reserve_unknown_bytes(), "(reserved for other programs' members)");
        }
        text.push("\n    -----");
        text.push_row(self.bounded_payload_bytes(), "at most");
        text.push_row(self.limit_bytes(), "fit");
        text.push("\n\nlower a `max_bytes` or `max_items`, move large data out of the session");
        if self.max_cookies() < MAX_CHUNKS {
            text.push(", or raise `max_cookies`");
        }
        text
    }
}

impl fmt::Display for Budget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const BAR: usize = 24;
        let limit = self.limit_bytes().max(1);
        let names = self.fields.iter().map(|field| field.name().len());
        let width = names.chain(["metadata".len()]).max().unwrap_or_default();
        let bar = |bytes: usize| "█".repeat((bytes.min(limit) * BAR).div_ceil(limit));

        for field in self.fields {
            let name = field.name();
            match field.max_bytes() {
                Some(bytes) => writeln!(f, "{name:width$}  {bytes:>6}  {}", bar(bytes))?,
                None => writeln!(f, "{name:width$}  {:>6}  no size limit: checked when saving", "?")?,
            }
        }
        let metadata = self.metadata_bytes();
        writeln!(f, "{:width$}  {metadata:>6}  {}", "metadata", bar(metadata))?;
        let reserved = self.schema.reserve_unknown_bytes();
        if reserved > 0 {
            writeln!(f, "{:width$}  {reserved:>6}  {}", "reserved", bar(reserved))?;
        }
        let sum = self.bounded_payload_bytes();
        writeln!(f, "{:width$}  {sum:>6}  {}", "at most", bar(sum))?;
        let cookies = self.max_cookies();
        let record = self.schema.max_record_bytes();
        match self.schema.storage() {
            Storage::Cookie => {
                write!(f, "{:width$}  {limit:>6}  bytes of JSON in {cookies} cookie(s)", "fit")
            }
            Storage::Overflow => write!(
                f,
                "{:width$}  {limit:>6}  bytes of JSON in {cookies} cookie(s), and {record} in a record",
                "fit"
            ),
            Storage::Server => write!(f, "{:width$}  {record:>6}  bytes of JSON in a record", "fit"),
        }
    }
}
