//! Compiler messages for a field whose type has no largest size.

use super::max_size::MaxSize;

/// The types that implement [`MaxSize`], under several names. For a type that does not
/// implement it, each name gives the advice that fits how the type is written.
macro_rules! bounded {
    ($($(#[$attr:meta])* $name:ident;)*) => {
        $($(#[$attr])*
        pub trait $name {
            /// Does nothing. Naming it is the check.
            const IS: () = ();
        }

        #[diagnostic::do_not_recommend]
        impl<T: MaxSize + ?Sized> $name for T {})*
    };
}

bounded! {
    /// Advises on text and maps.
    #[diagnostic::on_unimplemented(
        message = "`{Self}` has no largest size",
        label = "add `#[session(max_bytes = …)]`"
    )]
    BoundedText;

    /// Advises on lists.
    #[diagnostic::on_unimplemented(
        message = "`{Self}` has no largest size",
        label = "add `#[session(max_bytes = …)]`, or `#[session(max_items = …)]` if its items have a largest size"
    )]
    BoundedList;

    /// Advises on the items of a counted list.
    #[diagnostic::on_unimplemented(
        message = "`{Self}` has no largest size, and `max_items` does not limit the size of an item",
        label = "add `max_bytes` as well"
    )]
    BoundedItem;

    /// Advises on the application's own types and types of other crates.
    #[diagnostic::on_unimplemented(
        message = "`{Self}` has no largest size",
        label = "derive `MaxSize` for this type, or add `#[session(max_bytes = …)]` to the field",
        note = "for types of `chrono`, `jiff`, `rust_decimal`, `time` or `uuid`, enable the iron-session feature with \
                the crate's name, as in `cargo add iron-session --features uuid`"
    )]
    BoundedType;
}
