//! The errors behind an error, down to the one that began it.

use std::error::Error as StdError;
use std::io;

use crate::sanitise::sanitise;

/// The first of this type.
pub(super) fn find<'a, T: StdError + 'static>(
    error: &'a (dyn StdError + 'static),
) -> Option<&'a T> {
    causes(error).find_map(|cause| cause.downcast_ref::<T>())
}

/// What began it, fit for a message.
pub(super) fn root_cause(error: &(dyn StdError + 'static)) -> String {
    let cause = causes(error).last().map(ToString::to_string);
    sanitise(&cause.unwrap_or_default())
}

/// The error and what caused it, outermost first. An `io::Error` hides the error that it wraps from
/// `source`, so it is asked for it.
pub(super) fn causes<'a>(
    error: &'a (dyn StdError + 'static),
) -> impl Iterator<Item = &'a (dyn StdError + 'static)> {
    std::iter::successors(Some(error), |&error| {
        let wrapped = error
            .downcast_ref::<io::Error>()
            .and_then(io::Error::get_ref);
        match wrapped {
            Some(wrapped) => Some(wrapped as &(dyn StdError + 'static)),
            None => error.source(),
        }
    })
}
