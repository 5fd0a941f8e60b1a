//! The largest sizes of value types from other crates, each behind a feature with the
//! crate's name. Enable the `serde` feature of those crates yourself.
//!
//! A URL has no largest size, so `url` is not supported here. Give such a field
//! `max_bytes`.

use super::max_size::MaxSize;
use super::size::text;

macro_rules! max_size {
    ($($feature:literal $ty:ty = $bytes:expr;)*) => {
        $(#[cfg(feature = $feature)]
        impl MaxSize for $ty {
            const MAX_BYTES: usize = $bytes;
        })*
    };
}

max_size! {
    "uuid" uuid::Uuid = text("ffffffff-ffff-ffff-ffff-ffffffffffff".len());

    "rust_decimal" rust_decimal::Decimal = text("-7.9228162514264337593543950335".len());

    "chrono" chrono::NaiveDate = text("+262142-12-31".len());
    "chrono" chrono::NaiveTime = text("23:59:59.999999999".len());
    "chrono" chrono::NaiveDateTime = text("+262142-12-31T23:59:59.999999999".len());
    "chrono" chrono::DateTime<chrono::Utc> = text("+262142-12-31T23:59:59.999999999Z".len());
    "chrono" chrono::DateTime<chrono::FixedOffset> = text("+262142-12-31T23:59:59.999999999+23:59".len());
    "chrono" chrono::Weekday = text("Mon".len());

    "jiff" jiff::Timestamp = text("-009999-01-02T01:59:59.999999999Z".len());
    "jiff" jiff::civil::Date = text("-009999-01-01".len());
    "jiff" jiff::civil::Time = text("23:59:59.999999999".len());
    "jiff" jiff::civil::DateTime = text("-009999-01-01T23:59:59.999999999".len());

    "time" time::Date = either("+999999-12-31", "[-999999,366]");
    "time" time::Time = either("23:59:59.999999999", "[23,59,59,999999999]");
    "time" time::UtcOffset = either("+23:59:59", "[-25,-59,-59]");
    "time" time::PrimitiveDateTime =
        either("+999999-12-31 23:59:59.999999999", "[-999999,366,23,59,59,999999999]");
    "time" time::OffsetDateTime = either(
        "+999999-12-31 23:59:59.999999999 +23:59:59",
        "[-999999,366,23,59,59,999999999,-25,-59,-59]",
    );
    "time" time::Duration = either("-9223372036854775808.999999999", "[-9223372036854775808,-999999999]");
    "time" time::Weekday = either("Wednesday", "7");
    "time" time::Month = either("September", "12");
}

/// `time` writes text with its feature `serde-human-readable` and arrays without it, and any
/// program in the build may enable it. Years are counted as with `large-dates`.
#[cfg(feature = "time")]
const fn either(human_readable: &str, otherwise: &str) -> usize {
    super::size::larger(text(human_readable.len()), otherwise.len())
}

#[cfg(all(
    test,
    feature = "uuid",
    feature = "rust_decimal",
    feature = "chrono",
    feature = "jiff",
    feature = "time"
))]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;
    use serde::Serialize;

    #[track_caller]
    fn assert_longest<T: MaxSize + Serialize>(longest: &T) {
        assert_eq!(serde_json::to_string(longest).unwrap().len(), T::MAX_BYTES);
    }

    #[track_caller]
    fn assert_fits<T: MaxSize + Serialize>(values: impl IntoIterator<Item = T>) {
        for value in values {
            let text = serde_json::to_string(&value).unwrap();
            assert!(text.len() <= T::MAX_BYTES, "{text} is longer than {}", T::MAX_BYTES);
        }
    }

    #[test]
    fn of_uuid_and_rust_decimal() {
        assert_longest(&uuid::Uuid::max());
        let decimal = |text: &str| text.parse::<rust_decimal::Decimal>().unwrap();
        assert_longest(&decimal("-7.9228162514264337593543950335"));
        assert_fits([rust_decimal::Decimal::MIN, decimal("-0.0000000000000000000000000001")]);
    }

    #[test]
    fn of_chrono() {
        use chrono::{DateTime, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, Utc};

        let time = NaiveTime::from_hms_nano_opt(23, 59, 59, 999_999_999).unwrap();
        let date = NaiveDate::from_ymd_opt(262_141, 12, 31).unwrap();
        assert_longest(&date);
        assert_longest(&time);
        assert_longest(&NaiveDateTime::new(date, time));
        assert_longest(&NaiveDateTime::new(date, time).and_utc());
        assert_longest(
            &NaiveDateTime::new(date, time)
                .and_utc()
                .with_timezone(&FixedOffset::west_opt(23 * 3600 + 59 * 60).unwrap()),
        );
        assert_fits([NaiveDate::MIN, NaiveDate::MAX]);
        assert_fits([NaiveDateTime::MIN, NaiveDateTime::MAX]);
        assert_fits([DateTime::<Utc>::MIN_UTC, DateTime::<Utc>::MAX_UTC]);
        // A leap second.
        assert_fits([NaiveTime::from_hms_nano_opt(23, 59, 59, 1_999_999_999).unwrap()]);
        assert_longest(&chrono::Weekday::Wed);
    }

    #[test]
    fn of_jiff() {
        use jiff::Timestamp;
        use jiff::civil::{Date, DateTime, Time};

        assert_longest(&(Timestamp::MIN + jiff::Span::new().nanoseconds(999_999_999)));
        assert_longest(&Date::MIN);
        assert_longest(&Time::MAX);
        assert_longest(&Date::MIN.to_datetime(Time::MAX));
        assert_fits([Timestamp::MIN, Timestamp::MAX]);
        assert_fits([DateTime::MIN, DateTime::MAX]);
    }

    #[test]
    fn of_time() {
        use time::{Date, Duration, Month, OffsetDateTime, PrimitiveDateTime, Time, UtcOffset, Weekday};

        let latest = Time::from_hms_nano(23, 59, 59, 999_999_999).unwrap();
        let offset = UtcOffset::from_hms(-23, -59, -59).unwrap();
        assert_fits([Date::MIN, Date::MAX]);
        assert_fits([latest]);
        assert_fits([offset]);
        assert_fits([PrimitiveDateTime::MIN, PrimitiveDateTime::MAX]);
        assert_fits([OffsetDateTime::new_in_offset(Date::MIN, latest, offset)]);
        assert_fits([Duration::MIN, Duration::MAX]);
        assert_fits([Weekday::Wednesday]);
        assert_fits([Month::September]);
    }
}
