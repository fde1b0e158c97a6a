//! What the service can answer: one of the contract's nouns, or that something was done.

use crate::model::{self, Challenge, Service, User, UserList, Verification};

/// An answer of whichever kind.
pub(crate) enum Answer {
    Service(Service),
    User(User),
    Users(UserList),
    Challenge(Challenge),
    Verification(Verification),
    Done,
}

/// What one kind of operation is answered with.
pub(crate) trait Noun: Sized {
    /// Reads the body of a success.
    fn read(body: &[u8]) -> serde_json::Result<Self>;

    /// The same noun, for what does not know which it is.
    fn into_answer(self) -> Answer;

    /// The noun, if it is one of these.
    fn from_answer(answer: Answer) -> Result<Self, Answer>;
}

macro_rules! nouns {
    ($($noun:ident in $answer:ident,)*) => {
        $(impl Noun for $noun {
            fn read(body: &[u8]) -> serde_json::Result<Self> {
                model::from_reply(body)
            }

            fn into_answer(self) -> Answer {
                Answer::$answer(self)
            }

            fn from_answer(answer: Answer) -> Result<Self, Answer> {
                match answer {
                    Answer::$answer(noun) => Ok(noun),
                    other => Err(other),
                }
            }
        })*
    };
}

nouns! {
    Service in Service,
    User in User,
    UserList in Users,
    Challenge in Challenge,
    Verification in Verification,
}

/// Whatever a deletion is answered with says nothing more.
impl Noun for () {
    fn read(_: &[u8]) -> serde_json::Result<Self> {
        Ok(())
    }

    fn into_answer(self) -> Answer {
        Answer::Done
    }

    fn from_answer(answer: Answer) -> Result<Self, Answer> {
        match answer {
            Answer::Done => Ok(()),
            other => Err(other),
        }
    }
}
