//! What proves who sent it: a PIN, a code, an administrator's token.

use std::ops::Deref;

use subtle::ConstantTimeEq;
use zeroize::{Zeroize, Zeroizing};

/// A secret that is sent, or expected. All that can be done with it is to compare it in constant time,
///
/// ```
/// # use verigator_server::token::Token;
/// assert!(Token::new("012345").equals(&Token::new("012345")));
/// ```
///
/// since it has neither a `==`, which stops at the first difference,
///
/// ```compile_fail
/// # use verigator_server::token::Token;
/// assert!(Token::new("012345") == Token::new("012345"));
/// ```
///
/// nor a way to what is in it:
///
/// ```compile_fail
/// # use verigator_server::token::Token;
/// let _ = &*Token::new("012345");
/// ```
///
/// What it is made of is a parameter, so that even in here there is no `==` for it.
pub struct Token<T: Zeroize = Vec<u8>>(Zeroizing<T>);

impl Token {
    /// A token of these bytes.
    pub fn new(bytes: impl Into<Vec<u8>>) -> Self {
        Self(Zeroizing::new(bytes.into()))
    }

    /// A code or a PIN as a person typed or pasted it. Apps show it in groups: blanks and hyphens are
    /// left out. Whatever else there is, such as full-width digits, makes it another code.
    pub fn typed(text: &str) -> Self {
        // Longer than it may become, so that no part of it is left behind when it grows.
        let mut bytes = Zeroizing::new(Vec::with_capacity(text.len()));
        for character in without_groups(text) {
            bytes.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
        }
        Self(bytes)
    }
}

/// What somebody typed, without the blanks and hyphens that codes are shown in groups by.
pub fn without_groups(text: &str) -> impl Iterator<Item = char> {
    text.chars()
        .filter(|character| !(character.is_whitespace() || *character == '-'))
}

impl<T: Zeroize + Deref<Target: ConstantTimeEq>> Token<T> {
    /// Whether both are the same. The time taken tells at most whether their lengths are.
    pub fn equals(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

#[cfg(test)]
mod tests {
    use super::Token;

    #[test]
    fn a_code_may_be_typed_in_groups() {
        let code = Token::new("012345");
        for spelt in [
            "012345",
            "012 345",
            "012-345",
            " 012345\r\n",
            "01 23 45",
            "012\u{a0}345",
            "0-1-2 345",
        ] {
            assert!(Token::typed(spelt).equals(&code), "{spelt:?}");
        }
        for other in [
            "",
            " ",
            "12345",
            "0012345",
            "012345 0",
            "012.345",
            "012_345",
            "O12345",
            "012\u{2212}345",
            "\u{ff10}12345",
            "\u{660}12345",
            "012\u{200b}345",
        ] {
            assert!(!Token::typed(other).equals(&code), "{other:?}");
        }
    }
}
