//! Counts the values that JSON writes as `null` although they are not `None`.
//!
//! A NaN, an infinity and `Some` of a unit are written as `null`, like `None`. The text does not
//! show the difference, but serde's data model does.

use serde::Serialize;
use serde::ser::{self, Serializer};

/// How many values a text hides, by kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Hidden {
    /// `Some` of a value that is written as `null`.
    pub(crate) somes: usize,
    nans: usize,
    infinities: usize,
    negative_infinities: usize,
}

impl Hidden {
    /// Examines a value whose text contains a `null`.
    pub(crate) fn from_value<T: Serialize + ?Sized>(value: &T) -> Self {
        let mut hidden = Self::default();
        // An error was already reported when the text was written.
        let _ = value.serialize(&mut hidden);
        hidden
    }

    pub(crate) fn is_nothing(self) -> bool {
        self == Self::default()
    }

    /// Tells whether there is a number that JSON can't write.
    pub(crate) fn has_numbers(self) -> bool {
        self.nans + self.infinities + self.negative_infinities > 0
    }

    fn number(&mut self, number: f64) -> IsNull {
        if number.is_nan() {
            self.nans += 1;
        } else if number == f64::INFINITY {
            self.infinities += 1;
        } else if number == f64::NEG_INFINITY {
            self.negative_infinities += 1;
        }
        IsNull(!number.is_finite())
    }
}

/// Whether a value is written as `null`.
pub(crate) struct IsNull(bool);

/// An error from a value's own `Serialize`.
#[derive(Debug)]
pub(crate) struct Failed;

impl std::fmt::Display for Failed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the value could not be serialized")
    }
}

impl std::error::Error for Failed {}

impl ser::Error for Failed {
    fn custom<T: std::fmt::Display>(_: T) -> Self {
        Self
    }
}

/// Methods for values that are never `null` and hide nothing.
macro_rules! plain {
    ($($method:ident($($ty:ty),*);)*) => {
        $(fn $method(self, $(_: $ty),*) -> Result<IsNull, Failed> {
            Ok(IsNull(false))
        })*
    };
}

impl Serializer for &mut Hidden {
    type Ok = IsNull;
    type Error = Failed;
    type SerializeSeq = Self;
    type SerializeTuple = Self;
    type SerializeTupleStruct = Self;
    type SerializeTupleVariant = Self;
    type SerializeMap = Self;
    type SerializeStruct = Self;
    type SerializeStructVariant = Self;

    plain! {
        serialize_bool(bool);
        serialize_i8(i8);
        serialize_i16(i16);
        serialize_i32(i32);
        serialize_i64(i64);
        serialize_i128(i128);
        serialize_u8(u8);
        serialize_u16(u16);
        serialize_u32(u32);
        serialize_u64(u64);
        serialize_u128(u128);
        serialize_char(char);
        serialize_str(&str);
        serialize_bytes(&[u8]);
        serialize_unit_variant(&'static str, u32, &'static str);
    }

    fn serialize_f32(self, number: f32) -> Result<IsNull, Failed> {
        Ok(self.number(number.into()))
    }

    fn serialize_f64(self, number: f64) -> Result<IsNull, Failed> {
        Ok(self.number(number))
    }

    fn serialize_none(self) -> Result<IsNull, Failed> {
        Ok(IsNull(true))
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<IsNull, Failed> {
        let is_null = value.serialize(&mut *self)?;
        self.somes += usize::from(is_null.0);
        Ok(is_null)
    }

    fn serialize_unit(self) -> Result<IsNull, Failed> {
        Ok(IsNull(true))
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<IsNull, Failed> {
        Ok(IsNull(true))
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Result<IsNull, Failed> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        value: &T,
    ) -> Result<IsNull, Failed> {
        value.serialize(self)?;
        Ok(IsNull(false))
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Self, Failed> {
        Ok(self)
    }

    fn serialize_tuple(self, _: usize) -> Result<Self, Failed> {
        Ok(self)
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Self, Failed> {
        Ok(self)
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self, Failed> {
        Ok(self)
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Self, Failed> {
        Ok(self)
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Self, Failed> {
        Ok(self)
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self, Failed> {
        Ok(self)
    }

    fn collect_str<T: std::fmt::Display + ?Sized>(self, _: &T) -> Result<IsNull, Failed> {
        Ok(IsNull(false))
    }
}

/// Traits that visit each part of a list, a map or a struct.
macro_rules! parts {
    ($($trait:ident::$method:ident($($name:ty)?);)*) => {
        $(impl ser::$trait for &mut Hidden {
            type Ok = IsNull;
            type Error = Failed;

            fn $method<T: Serialize + ?Sized>(&mut self, $(_: $name,)? value: &T) -> Result<(), Failed> {
                value.serialize(&mut **self).map(drop)
            }

            fn end(self) -> Result<IsNull, Failed> {
                Ok(IsNull(false))
            }
        })*
    };
}

parts! {
    SerializeSeq::serialize_element();
    SerializeTuple::serialize_element();
    SerializeTupleStruct::serialize_field();
    SerializeTupleVariant::serialize_field();
    SerializeStruct::serialize_field(&'static str);
    SerializeStructVariant::serialize_field(&'static str);
}

impl ser::SerializeMap for &mut Hidden {
    type Ok = IsNull;
    type Error = Failed;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, _: &T) -> Result<(), Failed> {
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Failed> {
        value.serialize(&mut **self).map(drop)
    }

    fn end(self) -> Result<IsNull, Failed> {
        Ok(IsNull(false))
    }
}
