//! Turns an id into exactly one segment of a URL's path (RFC 3986 section 3.3), and a text into one
//! parameter of its query.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::error::{Error, Result, Status};
use crate::text;

/// The longest id accepted, in bytes of UTF-8. Ids are UUIDs in practice.
pub(crate) const LONGEST_ID: usize = 1024;

/// Everything but RFC 3986's unreserved characters.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// Appends `/` and the encoded `id` to `path`.
///
/// `.`, `..` and the empty id would name another resource; control characters have no place in an
/// id and every place in an attack. `name` is what a message calls the id.
pub(crate) fn push(path: &mut String, name: &'static str, id: &str) -> Result<()> {
    // A UUID stays as it is.
    let is_plain = id.bytes().all(|byte| UNRESERVED[usize::from(byte)]);
    check(name, id, is_plain)?;
    path.push('/');
    if is_plain {
        path.push_str(id);
    } else {
        path.extend(utf8_percent_encode(id, RESERVED));
    }
    Ok(())
}

/// Appends a parameter to the query of `path` (RFC 3986 section 3.4), encoded so that it ends where
/// `value` does.
pub(crate) fn push_query(path: &mut String, name: &'static str, value: &str) {
    path.push(if path.contains('?') { '&' } else { '?' });
    path.push_str(name);
    path.push('=');
    path.extend(utf8_percent_encode(value, RESERVED));
}

/// Looked up, since every call asks for each byte of its ids.
const UNRESERVED: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < table.len() {
        let character = byte as u8;
        table[byte] =
            character.is_ascii_alphanumeric() || matches!(character, b'-' | b'.' | b'_' | b'~');
        byte += 1;
    }
    table
};

fn check(name: &'static str, id: &str, is_plain: bool) -> Result<()> {
    if !is_plain {
        text::check(Status::INVALID_ARGUMENT, name, id)?;
    }
    let problem = if id.is_empty() {
        "is empty"
    } else if id.len() > LONGEST_ID {
        "is longer than 1024 bytes"
    } else if id == "." || id == ".." {
        "is a dot segment, which a URL cannot carry as an id"
    } else if !is_plain && id.chars().any(char::is_control) {
        "has a control character"
    } else {
        return Ok(());
    };
    let advice = "; pass the id as the service gave it";
    Err(Error::invalid_argument(
        [name, " ", problem, advice].concat(),
    ))
}

#[cfg(test)]
mod tests {
    use percent_encoding::{percent_decode_str, percent_encode};
    use proptest::prelude::*;

    use super::*;

    fn segment(id: &str) -> Option<String> {
        let mut path = String::new();
        push(&mut path, "service_id", id).ok().map(|()| path)
    }

    #[test]
    fn an_ordinary_id_stays_as_it_is() {
        assert_eq!(segment("3f2a-B_9.~").as_deref(), Some("/3f2a-B_9.~"));
    }

    #[test]
    fn whatever_could_end_the_segment_is_encoded() {
        for (id, encoded) in [
            ("a/b", "/a%2Fb"),
            ("a?x", "/a%3Fx"),
            ("a#x", "/a%23x"),
            ("a\\b", "/a%5Cb"),
            ("a%2Fb", "/a%252Fb"),
            ("%2e%2e", "/%252e%252e"),
            ("...", "/..."),
            ("a b;=@:", "/a%20b%3B%3D%40%3A"),
            ("é", "/%C3%A9"),
        ] {
            assert_eq!(segment(id).as_deref(), Some(encoded), "{id}");
        }
    }

    /// Or an ordinary id would be encoded byte by byte, to no avail.
    #[test]
    fn what_is_looked_up_is_what_stays_as_it_is() {
        for byte in 0..=u8::MAX {
            let encoded: String = percent_encode(&[byte], RESERVED).collect();
            let stays = encoded.as_bytes() == [byte];
            assert_eq!(UNRESERVED[usize::from(byte)], stays, "{encoded}");
        }
    }

    #[test]
    fn what_is_no_id_is_refused() {
        let long = "x".repeat(LONGEST_ID + 1);
        for id in ["", ".", "..", "a\r\nb", "a\0b", "\u{7f}", "\u{85}", &long] {
            assert_eq!(segment(id), None, "{id:?}");
        }
        assert!(segment(&long[1..]).is_some());
    }

    #[test]
    fn a_parameter_ends_where_its_value_does() {
        let mut path = "/list".to_owned();
        push_query(&mut path, "limit", "1&cursor=2");
        push_query(&mut path, "cursor", "a=b+c d#?/é%26");
        let url = url::Url::parse("http://h/").unwrap().join(&path).unwrap();
        let read: Vec<_> = url.query_pairs().into_owned().collect();
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let expected = [
            pair("limit", "1&cursor=2"),
            pair("cursor", "a=b+c d#?/é%26"),
        ];
        assert_eq!((url.path(), read.as_slice()), ("/list", &expected[..]));
    }

    #[test]
    fn the_message_names_the_argument() {
        let error = push(&mut String::new(), "user_id", "").unwrap_err();
        assert!(error.message().starts_with("user_id is empty"), "{error}");
    }

    proptest! {
        #[test]
        fn an_id_is_one_segment_that_decodes_to_it(id in r"\PC{1,40}|[./%\\?#;:@& a-f0-9]{1,8}") {
            let Some(path) = segment(&id) else {
                prop_assert!(id == "." || id == "..");
                return Ok(());
            };
            let encoded = path.strip_prefix('/').unwrap();
            prop_assert!(encoded.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~%".contains(&byte)));
            prop_assert_eq!(percent_decode_str(encoded).decode_utf8().unwrap(), id.as_str());
            // Those who resolve the URL find it where it was put.
            let url = url::Url::parse("http://h/base").unwrap().join(&format!("/v1{path}/users")).unwrap();
            let segments: Vec<_> = url.path_segments().unwrap().collect();
            prop_assert_eq!(segments, ["v1", encoded, "users"]);
        }

        #[test]
        fn what_is_refused_has_a_reason(id in any::<String>()) {
            let refused = id.is_empty()
                || id.len() > LONGEST_ID
                || id == "."
                || id == ".."
                || id.chars().any(char::is_control);
            prop_assert_eq!(segment(&id).is_none(), refused);
        }
    }
}
