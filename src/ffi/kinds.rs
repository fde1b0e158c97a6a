//! The kinds of handle: the opaque C types, each with the number that its handles bear.

use super::{
    verigator_call, verigator_challenge, verigator_config, verigator_ctx, verigator_enrolment,
    verigator_enrolment_link, verigator_error, verigator_queue, verigator_recovery_codes,
    verigator_service, verigator_services, verigator_totp_state, verigator_user, verigator_users,
    verigator_verification,
};

/// An opaque C type that is in a list of [`numbered`] ones.
pub(super) trait Numbered {
    /// What tells its handles from those of other kinds.
    const NUMBER: usize;
    /// What a message calls it.
    const NAME: &'static str;
    /// What is said of a handle that is none of its own.
    const NOT_LIVE: &'static str;
}

/// Numbers the types of a list. They are an enum's variants too, so that it does not compile when one
/// of them, or a number, stands there twice.
macro_rules! numbered {
    ($($kind:ident = $number:literal,)*) => {
        const _: () = {
            #[repr(usize)]
            enum Number {
                $($kind = $number,)*
            }

            $(
                // What is left above a slot and its generation on 32-bit machines; 0 is no handle's.
                assert!(0 < $number && $number < 16);

                impl $crate::ffi::kinds::Numbered for $kind {
                    const NUMBER: usize = Number::$kind as usize;
                    const NAME: &'static str = stringify!($kind);
                    const NOT_LIVE: &'static str = concat!(
                        "not a live ",
                        stringify!($kind),
                        ": NULL, freed before, or another kind of handle"
                    );
                }
            )*
        };
    };
}

// The tests have kinds of their own.
#[cfg(test)]
pub(super) use numbered;

numbered! {
    verigator_error = 1,
    verigator_config = 2,
    verigator_ctx = 3,
    verigator_service = 4,
    verigator_user = 5,
    verigator_users = 6,
    verigator_challenge = 7,
    verigator_verification = 8,
    verigator_call = 9,
    verigator_queue = 10,
    verigator_services = 11,
    verigator_enrolment = 12,
    verigator_totp_state = 13,
    verigator_recovery_codes = 14,
    verigator_enrolment_link = 15,
}
