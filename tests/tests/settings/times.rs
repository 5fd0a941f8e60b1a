//! Conversions between timestamps and the system's times.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use iron_session::clock::Timestamp;

#[test]
fn a_system_time_is_whole_milliseconds_from_the_epoch_on() {
    let before = UNIX_EPOCH - Duration::from_secs(1);
    assert_eq!(Timestamp::from(before), Timestamp::from_unix_ms(0));
    assert_eq!(Timestamp::from(UNIX_EPOCH), Timestamp::from_unix_ms(0));
    let later = UNIX_EPOCH + Duration::from_micros(1_763_650_000_000_999);
    assert_eq!(Timestamp::from(later), Timestamp::from_unix_ms(1_763_650_000_000));
}

#[test]
fn a_timestamp_is_a_system_time_if_there_is_room() {
    for unix_ms in [0, 1, 1_763_650_000_000, 253_402_300_799_999] {
        let timestamp = Timestamp::from_unix_ms(unix_ms);
        assert_eq!(Timestamp::from(SystemTime::try_from(timestamp).unwrap()), timestamp);
    }
    // The range of a `SystemTime` depends on the system.
    if let Ok(time) = SystemTime::try_from(Timestamp::MAX) {
        assert_eq!(Timestamp::from(time), Timestamp::MAX);
    }
}
