//! What reads the network's words, without the network: for `fuzz/`, with the feature `fuzzing`.

use std::time::{Duration, SystemTime};

use serde::de::DeserializeOwned;

use crate::{
    Challenge, Enrolment, EnrolmentLink, RecoveryCodes, Service, ServiceList, TotpState, User,
    UserList, Verification, model, transport,
};

/// A reply's body, if one of the contract's nouns can be read from it.
pub trait Reply: Sized {
    /// Reads it.
    fn read(body: &[u8]) -> Option<Self>;
}

macro_rules! replies {
    ($($noun:ty),*) => {
        $(impl Reply for $noun {
            fn read(body: &[u8]) -> Option<Self> {
                read(body)
            }
        })*
    };
}

replies!(
    Service,
    ServiceList,
    User,
    UserList,
    Challenge,
    Verification,
    Enrolment,
    EnrolmentLink,
    TotpState,
    RecoveryCodes
);

fn read<T: DeserializeOwned>(body: &[u8]) -> Option<T> {
    model::from_reply(body).ok()
}

/// How long `Retry-After` asks to wait.
pub fn retry_after(value: &str, now: SystemTime) -> Option<Duration> {
    transport::parse_retry_after(value, now)
}
