//! What all text has to be: UTF-8 without a NUL, which would end it in C. Other text is refused as
//! [`Status::INVALID_ARGUMENT`] in a call, and as [`Status::INVALID_CONFIG`] in an option.

use crate::error::{Error, Result, Status};

/// A NUL within a string of C, as bindings write what their languages can say and C cannot. It is no
/// UTF-8, so that it is never anything else's.
#[cfg(feature = "capi")]
const NUL_IN_C: &[u8] = b"\xc0\x80";

/// The text in these bytes of a C string.
#[cfg(feature = "capi")]
pub(crate) fn from_c<'a>(refusal: Status, name: &str, bytes: &'a [u8]) -> Result<&'a str> {
    std::str::from_utf8(bytes).map_err(|_| {
        if bytes.windows(2).any(|pair| pair == NUL_IN_C) {
            has_nul(refusal, name)
        } else {
            Error::new(refusal, [name, " is not UTF-8; pass text that is"].concat())
        }
    })
}

/// Refuses a text with a NUL.
pub(crate) fn check(refusal: Status, name: &str, text: &str) -> Result<()> {
    check_bytes(refusal, name, text.as_bytes())
}

/// The same for what need not be UTF-8, such as a path.
pub(crate) fn check_bytes(refusal: Status, name: &str, bytes: &[u8]) -> Result<()> {
    if bytes.contains(&0) {
        return Err(has_nul(refusal, name));
    }
    Ok(())
}

fn has_nul(refusal: Status, name: &str) -> Error {
    Error::new(
        refusal,
        [name, " has a NUL character; pass text without one"].concat(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const REFUSAL: Status = Status::INVALID_CONFIG;

    #[test]
    fn a_nul_is_told_from_what_is_no_text() {
        let said = |bytes| {
            from_c(REFUSAL, "x", bytes)
                .unwrap_err()
                .message()
                .to_owned()
        };
        assert_eq!(from_c(REFUSAL, "x", "ü".as_bytes()).unwrap(), "ü");
        for nul in [&b"\xc0\x80"[..], b"u1\xc0\x80", b"\xed\xa0\x80\xc0\x80"] {
            let expected = "x has a NUL character; pass text without one";
            assert_eq!(said(nul), expected, "{nul:?}");
        }
        // 0xff, half of a surrogate pair, a longer form of "/", and the two bytes the other way round.
        for other in [&b"\xff"[..], b"a\xed\xa0\x80", b"\xc0\xaf", b"\x80\xc0"] {
            let expected = "x is not UTF-8; pass text that is";
            assert_eq!(said(other), expected, "{other:?}");
        }
    }

    #[test]
    fn text_of_rust_is_held_to_the_same_rule() {
        let error = check(REFUSAL, "x", "u1\0").unwrap_err();
        assert_eq!(error.status(), REFUSAL);
        let of_c = from_c(REFUSAL, "x", b"u1\xc0\x80").unwrap_err();
        assert_eq!(error.message(), of_c.message());
        assert!(check(REFUSAL, "x", "u1").is_ok());
    }
}
