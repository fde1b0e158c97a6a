//! The target that reads `Retry-After` (RFC 9110 section 10.2.3).

use std::time::{Duration, SystemTime};

/// When the reply came: 2026-01-01T00:00:00Z.
const NOW: Duration = Duration::from_secs(1_767_225_600);

/// Reads the bytes as `Retry-After`.
pub fn retry_after(data: &[u8]) {
    let Ok(value) = std::str::from_utf8(data) else {
        return; // a header that is no text is not read
    };
    let now = SystemTime::UNIX_EPOCH + NOW;
    assert_eq!(
        verigator::fuzzing::retry_after(value, now),
        expected_wait(value, now)
    );
}

/// A second opinion.
fn expected_wait(value: &str, now: SystemTime) -> Option<Duration> {
    let value = value.trim();
    if !value.is_empty() && value.chars().all(|digit| digit.is_ascii_digit()) {
        let append = |number: u64, digit: u8| {
            number
                .saturating_mul(10)
                .saturating_add(u64::from(digit - b'0'))
        };
        return Some(Duration::from_secs(value.bytes().fold(0, append)));
    }
    let date = httpdate::parse_http_date(value).ok()?;
    Some(date.duration_since(now).unwrap_or_default())
}
