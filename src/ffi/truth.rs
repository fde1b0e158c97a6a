//! Truth values as C sees them: 0 or 1 in an `int32_t`. Of a C `bool` only one byte of the register is
//! written, and a caller that reads it as an `int` would take what else is there for a yes.

use crate::error::{Error, Result};

pub(super) fn output(value: bool) -> i32 {
    i32::from(value)
}

/// Reads an option that is a truth value. Other numbers are a mistake, and neither yes nor no.
pub(super) fn input(name: &'static str, value: i32) -> Result<bool> {
    match value {
        0 => Ok(false),
        1 => Ok(true),
        _ => Err(Error::invalid_config(format!(
            "{name} is {value}; pass 0 or 1"
        ))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_one_is_true() {
        assert_eq!((output(false), output(true)), (0, 1));
        assert!(!input("allow", 0).unwrap() && input("allow", 1).unwrap());
        for other in [-1, 2, 256, i32::MIN] {
            let error = input("allow", other).unwrap_err();
            assert!(error.message().contains(&other.to_string()), "{error}");
        }
    }
}
