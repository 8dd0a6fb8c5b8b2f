//! Times and periods for people.

use jiff::Timestamp;
use jiff::tz::TimeZone;

/// A time in unix seconds as a clock on the wall shows it: `Tue 30 Jun 00:08 CEST`; nothing for one that no calendar has.
pub(super) fn local(unix_seconds: u64, zone: &TimeZone) -> Option<String> {
    let timestamp = Timestamp::from_second(i64::try_from(unix_seconds).ok()?).ok()?;
    Some(timestamp.to_zoned(zone.clone()).strftime("%a %d %b %H:%M %Z").to_string())
}

/// The same for a time that may be far away: `Tue 30 Jun 2026 00:08 CEST`.
pub(super) fn local_date(unix_seconds: u64, zone: &TimeZone) -> Option<String> {
    let timestamp = Timestamp::from_second(i64::try_from(unix_seconds).ok()?).ok()?;
    Some(timestamp.to_zoned(zone.clone()).strftime("%a %d %b %Y %H:%M %Z").to_string())
}

/// The same in UTC, for programs: `2026-06-29T22:08:42Z`.
pub(super) fn rfc3339(unix_seconds: u64) -> Option<String> {
    Timestamp::from_second(i64::try_from(unix_seconds).ok()?).ok().map(|timestamp| timestamp.to_string())
}

/// The two largest units of a period: `2 h 30 min`.
pub(super) fn period(seconds: u64) -> String {
    let (days, hours, minutes) = (seconds / 86_400, seconds / 3600 % 24, seconds / 60 % 60);
    match (days, hours, minutes) {
        (0, 0, 0) => format!("{seconds} s"),
        (0, 0, minutes) => format!("{minutes} min"),
        (0, hours, minutes) => format!("{hours} h {minutes} min"),
        (days, hours, _) => format!("{days} d {hours} h"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn periods_have_two_units() {
        assert_eq!([59, 60, 9000, 200_000].map(period), ["59 s", "1 min", "2 h 30 min", "2 d 7 h"]);
    }

    #[test]
    fn times_are_local() {
        let zone = TimeZone::fixed(jiff::tz::offset(2));
        assert_eq!(local(1_782_770_922, &zone).as_deref(), Some("Tue 30 Jun 00:08 +02"));
        assert_eq!(rfc3339(1_782_770_922).as_deref(), Some("2026-06-29T22:08:42Z"));
        assert_eq!(local(u64::MAX, &zone), None);
    }
}
