//! Who asks, and about what: the header and the path of a request.

use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;

use crate::client_address::ClientAddress;
use crate::error::ApiError;
use crate::state::Shared;
use crate::storage::Target;

/// The header that carries `username:password`.
pub const SERVICE_AUTH: &str = "x-service-auth";

/// The account that a request comes from.
pub struct Caller(pub String);

impl FromRequestParts<Shared> for Caller {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &Shared) -> Result<Self, ApiError> {
        let header = parts
            .headers
            .get(SERVICE_AUTH)
            .map(|value| value.as_bytes());
        let address = parts.extensions.get::<ClientAddress>().copied();
        let address = address.unwrap_or_default();
        let account = state.accounts.authenticate(header, address).await;
        account.map(Self).map_err(|refusal| {
            state.metrics.login_refused(refusal.reason());
            refusal.into()
        })
    }
}

/// The service and the user in the path, asked for by an account.
pub struct Asked {
    /// The service, and who asks.
    pub target: Target,
    /// The user; empty where the path names none.
    pub user: String,
}

impl FromRequestParts<Shared> for Asked {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &Shared) -> Result<Self, ApiError> {
        let Caller(account) = Caller::from_request_parts(parts, state).await?;
        let (service, user) = ids(parts, state).await?;
        Ok(Self {
            target: Target {
                account: Some(account),
                service,
            },
            user,
        })
    }
}

/// The service and the user in the path, asked for by an administrator. The routes under `/_/` let
/// nobody else come this far.
pub struct Administered {
    /// The service.
    pub target: Target,
    /// The user.
    pub user: String,
}

impl FromRequestParts<Shared> for Administered {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &Shared) -> Result<Self, ApiError> {
        let (service, user) = ids(parts, state).await?;
        Ok(Self {
            target: Target {
                account: None,
                service,
            },
            user,
        })
    }
}

async fn ids(parts: &mut Parts, state: &Shared) -> Result<(String, String), ApiError> {
    let Path(ids) = Path::<Vec<(String, String)>>::from_request_parts(parts, state)
        .await
        .map_err(|_| ApiError::not_found("the path is not UTF-8"))?;
    // No database is asked for what none can hold.
    if ids.iter().any(|(_, id)| id.contains('\0')) {
        return Err(ApiError::not_found("no id has a NUL in it"));
    }
    let mut ids = ids.into_iter().map(|(_, id)| id);
    Ok((
        ids.next().unwrap_or_default(),
        ids.next().unwrap_or_default(),
    ))
}
