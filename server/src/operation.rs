//! The contract's nine operations, by name: in metrics, in logs and in chaos rules.

use std::str::FromStr;

/// One of the contract's operations.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[allow(missing_docs, reason = "the names are the contract's and say it all")]
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
}

impl Operation {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::CreateService,
        Self::GetService,
        Self::DeleteService,
        Self::RegisterUser,
        Self::ListUsers,
        Self::GetUser,
        Self::DeleteUser,
        Self::StartAuthentication,
        Self::VerifyPin,
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
        }
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
