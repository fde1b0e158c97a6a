//! Handles: what C holds in the place of a value. A handle has the type of a pointer, but is a number that
//! is looked up in a table: one that was freed is refused, and no memory is touched for it.
//!
//! The number is made of the handle's kind, generation and slot. On 64-bit machines it is at least 2^48,
//! so that it is no address: a program that follows it stops there and then, and a garbage collector does
//! not take it for its own. It is below 2^52, so that a double can hold it.

use std::ops::Deref;
use std::ptr;
use std::sync::Arc;

use super::kinds::Numbered;
use crate::error::{Error, Result, Status};
use crate::table::{Entry, Generations, Table, Ticket};

/// An opaque C type, and what its handles stand for.
pub(super) trait Kind: Numbered + Sized {
    type Value: Send + Sync + 'static;

    fn table() -> &'static Table<Self::Value>;
}

/// How many bits of a handle hold what: slot (plus one, so that no handle is NULL), generation, kind.
#[cfg(target_pointer_width = "64")]
const BITS: (u32, u32) = (24, 24);
#[cfg(target_pointer_width = "32")]
const BITS: (u32, u32) = (16, 12);

const SLOT_BITS: u32 = BITS.0;
/// On 64-bit machines no handle is ever given twice; on others there are too few for that.
const GENERATIONS: Generations = Generations {
    count: 1 << BITS.1,
    begin_anew: cfg!(target_pointer_width = "32"),
};
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
pub(super) fn new<K: Kind>(value: K::Value) -> Result<*mut K> {
    let ticket = K::table()
        .insert(value, GENERATIONS)
        .filter(|ticket| ticket.slot < (1 << SLOT_BITS) - 1)
        .ok_or_else(|| {
            let message = format!("there are too many handles of kind {}; free some", K::NAME);
            Error::new(Status::SYSTEM, message)
        })?;
    let value = K::NUMBER << KIND_SHIFT
        | (ticket.generation as usize) << SLOT_BITS
        | (ticket.slot as usize + 1);
    Ok(ptr::without_provenance_mut(value))
}

/// The value that `handle` stands for.
pub(super) fn get<K: Kind>(handle: *const K) -> Result<Held<K::Value>> {
    ticket(handle)
        .and_then(|ticket| K::table().get(ticket))
        .map(Held)
        .ok_or_else(invalid::<K>)
}

/// Ends `handle`; calls that are using its value keep it until they return. NULL is no handle to
/// end.
pub(super) fn free<K: Kind>(handle: *mut K) -> Result<()> {
    take(handle).map(drop)
}

/// [`free`], for what has to be done with the value then.
pub(super) fn take<K: Kind>(handle: *mut K) -> Result<Option<Held<K::Value>>> {
    if handle.is_null() {
        return Ok(None);
    }
    ticket(handle.cast_const())
        .and_then(|ticket| K::table().remove(ticket, GENERATIONS))
        .map(|value| Some(Held(value)))
        .ok_or_else(invalid::<K>)
}

fn ticket<K: Kind>(handle: *const K) -> Option<Ticket> {
    let value = handle.addr();
    let slot = (value & ((1 << SLOT_BITS) - 1)).checked_sub(1)?;
    let generation = (value >> SLOT_BITS) & (usize::MAX >> (usize::BITS - BITS.1));
    let is_kind = value >> KIND_SHIFT == K::NUMBER;
    is_kind.then_some(Ticket {
        slot: slot as u32,
        generation: generation as u32,
    })
}

fn invalid<K: Kind>() -> Error {
    Error::new(Status::INVALID_HANDLE, K::NOT_LIVE)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ffi::kinds::numbered;

    struct Apple(u8);
    struct Pear;
    struct Plum;
    enum OpaqueApple {}
    enum OpaquePear {}
    enum OpaquePlum {}

    numbered! {
        OpaqueApple = 1,
        OpaquePear = 2,
        OpaquePlum = 3,
    }

    static APPLES: Table<Apple> = Table::new();
    static PEARS: Table<Pear> = Table::new();
    static PLUMS: Table<Plum> = Table::new();

    impl Kind for OpaqueApple {
        type Value = Apple;

        fn table() -> &'static Table<Apple> {
            &APPLES
        }
    }

    impl Kind for OpaquePear {
        type Value = Pear;

        fn table() -> &'static Table<Pear> {
            &PEARS
        }
    }

    impl Kind for OpaquePlum {
        type Value = Plum;

        fn table() -> &'static Table<Plum> {
            &PLUMS
        }
    }

    #[test]
    fn a_handle_gives_its_value_until_it_is_freed() {
        let apple = new::<OpaqueApple>(Apple(7)).unwrap();
        assert_eq!(get::<OpaqueApple>(apple).unwrap().0.0, 7);
        assert!(free::<OpaqueApple>(apple).is_ok());
        assert!(get::<OpaqueApple>(apple).is_err());
        assert_eq!(
            free::<OpaqueApple>(apple).unwrap_err().status(),
            Status::INVALID_HANDLE
        );
    }

    #[test]
    fn null_another_kind_and_an_address_are_no_handles() {
        let pear = new::<OpaquePear>(Pear).unwrap();
        let number = 7;
        for foreign in [
            ptr::null(),
            pear.cast(),
            (&raw const number).cast(),
            ptr::dangling(),
        ] {
            assert!(get::<OpaqueApple>(foreign).is_err(), "{foreign:?}");
        }
        assert!(free::<OpaqueApple>(ptr::null_mut()).is_ok());
        assert!(free::<OpaqueApple>(pear.cast()).is_err());
        assert!(free::<OpaquePear>(pear).is_ok());
    }

    /// Once a slot has had all the handles that it can have, it has no more on 64-bit machines; on 32-bit
    /// ones the first comes again.
    #[test]
    fn a_value_is_given_twice_only_where_there_are_too_few() {
        let used = |most: u32| {
            PLUMS.age(0, most);
            let plum = new::<OpaquePlum>(Plum).unwrap();
            assert!(free::<OpaquePlum>(plum).is_ok());
            plum.addr()
        };
        let (first, last) = (used(0), used(GENERATIONS.count - 1));
        assert_ne!(first, last);
        let next = new::<OpaquePlum>(Plum).unwrap();
        assert_eq!(next.addr() == first, cfg!(target_pointer_width = "32"));
    }

    #[test]
    #[cfg(target_pointer_width = "64")]
    fn a_handle_is_no_address_and_a_double_keeps_it() {
        let apple = new::<OpaqueApple>(Apple(0)).unwrap();
        assert!((1 << 48..1 << 52).contains(&apple.addr()), "{apple:?}");
        assert_eq!(apple.addr() as f64 as usize, apple.addr());
        free::<OpaqueApple>(apple).unwrap();
        // Whatever its kind, slot and generation.
        let greatest = (15 << KIND_SHIFT) | ((1 << KIND_SHIFT) - 1);
        assert!((1_usize << KIND_SHIFT >= 1 << 48) && greatest < 1_usize << 52);
    }
}
