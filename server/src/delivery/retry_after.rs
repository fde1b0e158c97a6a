//! When a gateway wants to be asked again: `Retry-After`, in seconds or as a date (RFC 9110 section 10.2.3).

use std::time::{Duration, SystemTime};

/// How long to wait from `now`; nothing where the header says nothing, or nothing that can be read.
pub fn wait(header: Option<&[u8]>, now: SystemTime) -> Duration {
    let text = header.and_then(|value| std::str::from_utf8(value).ok());
    text.and_then(|text| parsed(text.trim(), now))
        .unwrap_or_default()
}

fn parsed(text: &str, now: SystemTime) -> Option<Duration> {
    if text.bytes().all(|byte| byte.is_ascii_digit()) && !text.is_empty() {
        // What has too many digits is for ever, all the same.
        return Some(Duration::from_secs(text.parse().unwrap_or(u64::MAX)));
    }
    let date = httpdate::parse_http_date(text).ok()?;
    Some(date.duration_since(now).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_and_dates_are_read() {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(784_111_777);
        for (header, seconds) in [
            ("120", 120),
            (" 7 ", 7),
            ("0", 0),
            ("99999999999999999999999", u64::MAX),
            ("Sun, 06 Nov 1994 08:50:07 GMT", 30),
            ("Sun, 06 Nov 1994 08:00:00 GMT", 0),
            ("-5", 0),
            ("1.5", 0),
            ("soon", 0),
            ("", 0),
        ] {
            let waited = wait(Some(header.as_bytes()), now);
            assert_eq!(waited, Duration::from_secs(seconds), "{header:?}");
        }
        assert_eq!(wait(None, now), Duration::ZERO);
    }
}
