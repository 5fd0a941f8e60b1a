//! The trait of session types.

use super::decoder::Decoder;
use super::encoder::Encoder;
use super::version::Previous;
use crate::error::{DecodeError, EncodeError};
use crate::schema::field_budget::FieldBudget;
use crate::schema::left_out::LeftOut;
use crate::schema::{Budget, Schema};

/// Describes a type that a session can hold.
///
/// Derive it: it is not meant to be implemented by hand. Its other methods are hidden because
/// only generated code and this library use them; they change without notice. For a session
/// without a struct, use [`Untyped`](crate::Untyped).
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
///     #[session(flash)]
///     notice: Option<String>,
/// }
///
/// let mut session = AppSession::empty();
/// session.set_user_id(42);
/// assert_eq!(session.user_id(), Some(&42));
/// # }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a session",
    label = "add `#[derive(IronSession, Clone)]` to this type"
)]
pub trait IronSession: Clone + Send + Sync + 'static {
    /// The facts of the struct.
    const SCHEMA: Schema;

    /// The largest size of each field. It is empty for a type that does not know them.
    #[doc(hidden)]
    const FIELDS: &'static [FieldBudget] = &[];

    /// The previous version, which reads older cookies.
    #[doc(hidden)]
    const PREVIOUS: Option<Previous<Self>> = None;

    /// Returns the cookie budget: the most that the fields can need, and how much fits.
    fn budget() -> Budget {
        Budget::new(Self::SCHEMA, Self::FIELDS)
    }

    /// Creates the empty session, with each field's default.
    #[doc(alias("default", "new"))]
    fn empty() -> Self;

    /// Decodes a member into the field with that name. Does nothing for a name that the type
    /// does not know. An encoded value must decode to an equal one.
    ///
    /// # Errors
    ///
    /// [`DecodeError::Member`] if the member does not fit its field.
    #[doc(hidden)]
    fn decode(&mut self, name: &str, decoder: &mut Decoder<'_>) -> Result<(), DecodeError>;

    /// Passes every member to the encoder, under the one name that `canonical` returns for it.
    ///
    /// # Errors
    ///
    /// [`EncodeError`] if a field can't be encoded.
    #[doc(hidden)]
    fn encode(&self, encoder: &mut Encoder) -> Result<(), EncodeError>;

    /// Returns which fields are empty and would be left out. It returns none for a type that
    /// does not know.
    ///
    /// It is called before each change, so that a value that is set after another one was
    /// cleared does not inherit that one's unknown members.
    #[doc(hidden)]
    fn left_out(&self) -> LeftOut {
        LeftOut::NONE
    }

    /// Exchanges the fields that stay when the session starts again. It exchanges none for a type
    /// that keeps none.
    #[doc(hidden)]
    fn swap_kept(&mut self, _other: &mut Self) {}

    /// Returns the JSON text of the subject, if somebody is signed in. It returns none for a type that
    /// is not revocable, because only revocations need it.
    #[doc(hidden)]
    fn subject_text(&self) -> Option<String> {
        None
    }

    /// Returns the name under which a member is written, for any name or alias that the type
    /// reads; `None` for a member that it does not know.
    #[doc(hidden)]
    fn canonical(name: &str) -> Option<&str>;
}

impl Budget {
    /// Returns the budget of a session type, also in a constant.
    #[must_use]
    pub const fn from_type<T: IronSession>() -> Self {
        Self::new(T::SCHEMA, T::FIELDS)
    }
}
