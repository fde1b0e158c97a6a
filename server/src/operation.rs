//! The operations, by name: in metrics, in logs and in chaos rules.

use std::collections::HashMap;
use std::str::FromStr;

use axum::extract::Query;
use axum::http::Uri;

/// One of the contract's operations, or of those that an account has beside them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[allow(missing_docs, reason = "the names say it all")]
pub enum Operation {
    CreateService,
    GetService,
    DeleteService,
    RegisterUser,
    ListUsers,
    GetUser,
    DeleteUser,
    StartAuthentication,
    VerifyPin,
    ListServices,
    FindService,
    FindUser,
    BeginEnrolment,
    ConfirmEnrolment,
    GetEnrolment,
    RemoveEnrolment,
    MakeEnrolmentLink,
    MakeRecoveryCodes,
    CountRecoveryCodes,
    RemoveRecoveryCodes,
    Unlock,
}

impl Operation {
    /// All of them: the contract's nine first.
    pub const ALL: [Self; 21] = [
        Self::CreateService,
        Self::GetService,
        Self::DeleteService,
        Self::RegisterUser,
        Self::ListUsers,
        Self::GetUser,
        Self::DeleteUser,
        Self::StartAuthentication,
        Self::VerifyPin,
        Self::ListServices,
        Self::FindService,
        Self::FindUser,
        Self::BeginEnrolment,
        Self::ConfirmEnrolment,
        Self::GetEnrolment,
        Self::RemoveEnrolment,
        Self::MakeEnrolmentLink,
        Self::MakeRecoveryCodes,
        Self::CountRecoveryCodes,
        Self::RemoveRecoveryCodes,
        Self::Unlock,
    ];

    /// The operation's name.
    pub fn name(self) -> &'static str {
        match self {
            Self::CreateService => "create-service",
            Self::GetService => "get-service",
            Self::DeleteService => "delete-service",
            Self::RegisterUser => "register-user",
            Self::ListUsers => "list-users",
            Self::GetUser => "get-user",
            Self::DeleteUser => "delete-user",
            Self::StartAuthentication => "start-authentication",
            Self::VerifyPin => "verify-pin",
            Self::ListServices => "list-services",
            Self::FindService => "find-service",
            Self::FindUser => "find-user",
            Self::BeginEnrolment => "begin-enrolment",
            Self::ConfirmEnrolment => "confirm-enrolment",
            Self::GetEnrolment => "get-enrolment",
            Self::RemoveEnrolment => "remove-enrolment",
            Self::MakeEnrolmentLink => "make-enrolment-link",
            Self::MakeRecoveryCodes => "make-recovery-codes",
            Self::CountRecoveryCodes => "count-recovery-codes",
            Self::RemoveRecoveryCodes => "remove-recovery-codes",
            Self::Unlock => "unlock",
        }
    }

    /// What is asked of the route of an operation: a list that is asked for a name is a search.
    pub fn asked(self, uri: &Uri) -> Self {
        let (name, search) = match self {
            Self::ListServices => ("fqdn", Self::FindService),
            Self::ListUsers => ("id_in_service", Self::FindUser),
            other => return other,
        };
        let query = Query::<HashMap<String, String>>::try_from_uri(uri);
        match query.is_ok_and(|query| query.contains_key(name)) {
            true => search,
            false => self,
        }
    }

    /// Whether it is asked for by the route of a list.
    pub fn is_search(self) -> bool {
        matches!(self, Self::FindService | Self::FindUser)
    }

    /// All names, for a message.
    pub fn names() -> String {
        Self::ALL.map(Self::name).join(", ")
    }
}

impl FromStr for Operation {
    type Err = ();

    fn from_str(name: &str) -> Result<Self, ()> {
        Self::ALL
            .into_iter()
            .find(|operation| operation.name() == name)
            .ok_or(())
    }
}
