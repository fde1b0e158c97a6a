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
}

impl<T: Zeroize + Deref<Target: ConstantTimeEq>> Token<T> {
    /// Whether both are the same. The time taken tells at most whether their lengths are.
    pub fn equals(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}
