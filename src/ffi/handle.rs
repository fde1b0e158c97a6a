//! Handles as C holds them: pointers that nobody follows.
//!
//! A handle's value is made of its kind, its generation and its slot's number. On 64-bit machines
//! the kind is the topmost byte, which makes the value no valid address: a program that follows it
//! by mistake stops there and then.

use std::ops::Deref;
use std::ptr;
use std::sync::Arc;

use super::table::{Entry, Table, Ticket};
use crate::error::{Error, Result, Status};

/// A Rust type that C holds by a handle.
pub(super) trait Kind: Sized + Send + Sync + 'static {
    /// The opaque C type.
    type Opaque;
    /// What tells this kind's handles from the others'. Not 0, and below 16.
    const TAG: usize;
    /// What a message calls it.
    const NAME: &'static str;

    fn table() -> &'static Table<Self>;
}

/// How many bits of a handle hold what: slot (plus one, so that no handle is NULL), generation, kind.
#[cfg(target_pointer_width = "64")]
const BITS: (u32, u32) = (24, 32);
#[cfg(target_pointer_width = "32")]
const BITS: (u32, u32) = (16, 12);

const SLOT_BITS: u32 = BITS.0;
const GENERATIONS: u32 = (u32::MAX >> (32 - BITS.1)).saturating_sub(1);
const KIND_SHIFT: u32 = BITS.0 + BITS.1;

/// The value behind a handle, kept alive as long as this lives.
pub(super) struct Held<T>(Arc<Entry<T>>);

impl<T> Deref for Held<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

/// Makes a handle for `value`.
pub(super) fn new<T: Kind>(value: T) -> Result<*mut T::Opaque> {
    let ticket = T::table()
        .insert(value, GENERATIONS)
        .filter(|ticket| ticket.slot < (1 << SLOT_BITS) - 1)
        .ok_or_else(|| {
            let message = format!("there are too many handles of kind {}; free some", T::NAME);
            Error::new(Status::SYSTEM, message)
        })?;
    let value = T::TAG << KIND_SHIFT
        | (ticket.generation as usize) << SLOT_BITS
        | (ticket.slot as usize + 1);
    Ok(ptr::without_provenance_mut(value))
}

/// The value that `handle` stands for.
pub(super) fn get<T: Kind>(handle: *const T::Opaque) -> Result<Held<T>> {
    ticket::<T>(handle)
        .and_then(|ticket| T::table().get(ticket))
        .map(Held)
        .ok_or_else(invalid::<T>)
}

/// Ends `handle`; calls that are using its value keep it until they return. NULL is no handle to
/// end.
pub(super) fn free<T: Kind>(handle: *mut T::Opaque) -> Result<()> {
    if handle.is_null() {
        return Ok(());
    }
    ticket::<T>(handle)
        .and_then(|ticket| T::table().remove(ticket))
        .map(drop)
        .ok_or_else(invalid::<T>)
}

fn ticket<T: Kind>(handle: *const T::Opaque) -> Option<Ticket> {
    let value = handle.addr();
    let slot = (value & ((1 << SLOT_BITS) - 1)).checked_sub(1)?;
    let generation = (value >> SLOT_BITS) & (usize::MAX >> (usize::BITS - BITS.1));
    let is_kind = value >> KIND_SHIFT == T::TAG;
    is_kind.then_some(Ticket {
        slot: slot as u32,
        generation: generation as u32,
    })
}

fn invalid<T: Kind>() -> Error {
    let message = match T::NAME {
        "verigator_ctx" => {
            "not a live verigator_ctx: NULL, freed before, or another kind of handle"
        }
        _ => "not a live handle of the kind asked for: NULL, freed before, or another kind",
    };
    Error::new(Status::INVALID_HANDLE, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Apple(u8);
    struct Pear;
    enum OpaqueApple {}
    enum OpaquePear {}

    static APPLES: Table<Apple> = Table::new();
    static PEARS: Table<Pear> = Table::new();

    impl Kind for Apple {
        type Opaque = OpaqueApple;
        const TAG: usize = 1;
        const NAME: &'static str = "apple";

        fn table() -> &'static Table<Self> {
            &APPLES
        }
    }

    impl Kind for Pear {
        type Opaque = OpaquePear;
        const TAG: usize = 2;
        const NAME: &'static str = "pear";

        fn table() -> &'static Table<Self> {
            &PEARS
        }
    }

    #[test]
    fn a_handle_gives_its_value_until_it_is_freed() {
        let apple = new(Apple(7)).unwrap();
        assert_eq!(get::<Apple>(apple).unwrap().0.0, 7);
        assert!(free::<Apple>(apple).is_ok());
        assert!(get::<Apple>(apple).is_err());
        assert_eq!(
            free::<Apple>(apple).unwrap_err().status(),
            Status::INVALID_HANDLE
        );
    }

    #[test]
    fn null_another_kind_and_an_address_are_no_handles() {
        let pear = new(Pear).unwrap();
        let number = 7;
        for foreign in [
            ptr::null(),
            pear.cast(),
            (&raw const number).cast(),
            ptr::dangling(),
        ] {
            assert!(get::<Apple>(foreign).is_err(), "{foreign:?}");
        }
        assert!(free::<Apple>(ptr::null_mut()).is_ok());
        assert!(free::<Apple>(pear.cast()).is_err());
        assert!(free::<Pear>(pear).is_ok());
    }

    #[test]
    #[cfg(target_pointer_width = "64")]
    fn a_handle_is_not_an_address() {
        let apple = new(Apple(0)).unwrap();
        assert!(apple.addr() >> 56 != 0, "{apple:?}");
        free::<Apple>(apple).unwrap();
    }
}
