//! What the service can answer: one of the nouns of [`crate::model`], or only that something was done.

use crate::model::{
    self, Challenge, Confirmation, Enrolment, EnrolmentLink, RecoveryCodes, RecoveryCodesLeft,
    Service, ServiceList, TotpState, User, UserList, Verification,
};

/// An answer of whichever kind.
pub(crate) enum Answer {
    Service(Service),
    Services(ServiceList),
    User(User),
    Users(UserList),
    Challenge(Challenge),
    Verification(Verification),
    Enrolment(Enrolment),
    EnrolmentLink(EnrolmentLink),
    TotpState(TotpState),
    RecoveryCodes(RecoveryCodes),
    RecoveryCodesLeft(RecoveryCodesLeft),
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
    ($($noun:ident in $answer:ident by $read:ident,)*) => {
        $(impl Noun for $noun {
            fn read(body: &[u8]) -> serde_json::Result<Self> {
                model::$read(body)
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
    Service in Service by from_reply,
    ServiceList in Services by from_reply,
    User in User by from_reply,
    UserList in Users by from_reply,
    Challenge in Challenge by from_reply,
    Verification in Verification by from_reply,
    Enrolment in Enrolment by from_secret_reply,
    EnrolmentLink in EnrolmentLink by from_secret_reply,
    TotpState in TotpState by from_reply,
    RecoveryCodes in RecoveryCodes by from_secret_reply,
    RecoveryCodesLeft in RecoveryCodesLeft by from_reply,
}

/// It says nothing more once it is read: what does not say so is not read.
impl Noun for Confirmation {
    fn read(body: &[u8]) -> serde_json::Result<Self> {
        model::from_reply(body)
    }

    fn into_answer(self) -> Answer {
        Answer::Done
    }

    fn from_answer(answer: Answer) -> Result<Self, Answer> {
        <()>::from_answer(answer).map(|()| Self)
    }
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
