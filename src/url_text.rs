//! URLs as a person writes them into a configuration, and as a message shows them.

use std::net::IpAddr;

use url::Url;

use crate::option::LONGEST_URL;

/// The URL that `text` is, or why it is none.
pub(crate) fn parse(text: &str) -> Result<Url, String> {
    if text.len() > LONGEST_URL {
        return Err(format!("is longer than {LONGEST_URL} bytes"));
    }
    Url::parse(text).map_err(|error| format!("is not a URL ({error})"))
}

/// The IP address that stands in the place of a host name.
pub(crate) fn literal(url: &Url) -> Option<IpAddr> {
    let host = url.host_str()?;
    let host = host.strip_prefix('[').unwrap_or(host);
    host.strip_suffix(']').unwrap_or(host).parse().ok()
}

/// `text` as a message may show it: quoted, short, and without what stands before an `@`, be it a
/// URL or not.
pub(crate) fn shown(text: &str) -> String {
    let shown = match text.rfind('@') {
        Some(at) => format!("…{}", &text[at..]),
        None => text.to_owned(),
    };
    format!("{:?}", crate::sanitise::sanitise(&shown))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_are_not_shown_wherever_they_stand() {
        for text in [
            "ftp://user:secret@host/",
            "user:secret@host",
            "https:/user:secret@host",
            "user:secret@http://host",
            "http://user:secret@part@host",
        ] {
            let shown = shown(text);
            assert!(
                !shown.contains("secret") && shown.contains("host"),
                "{shown}"
            );
        }
        assert_eq!(shown("https//host"), "\"https//host\"");
    }

    #[test]
    fn an_address_stands_in_brackets_or_not() {
        for (url, expected) in [
            ("http://127.0.0.1:8080", Some("127.0.0.1")),
            ("http://[::1]:8080", Some("::1")),
            ("http://localhost", None),
        ] {
            let expected = expected.map(|address| address.parse().unwrap());
            assert_eq!(literal(&url.parse().unwrap()), expected, "{url}");
        }
    }
}
