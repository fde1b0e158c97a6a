//! Who asks, and about what: the header and the path of a request.

use axum::extract::path::ErrorKind;
use axum::extract::rejection::PathRejection;
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

/// The mark of a request whose sender is known to be an administrator.
#[derive(Debug, Clone, Copy)]
pub struct Administrator;

/// The service and the user in the path, asked for by an account, or by an administrator.
pub struct Asked {
    /// The service, and who asks.
    pub target: Target,
    /// The user; empty where the path names none.
    pub user: String,
}

impl FromRequestParts<Shared> for Asked {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &Shared) -> Result<Self, ApiError> {
        let account = match parts.extensions.get::<Administrator>() {
            Some(Administrator) => None,
            None => Some(Caller::from_request_parts(parts, state).await?.0),
        };
        let (service, user) = ids(parts, state).await?;
        Ok(Self {
            target: Target { account, service },
            user,
        })
    }
}

async fn ids(parts: &mut Parts, state: &Shared) -> Result<(String, String), ApiError> {
    let Path(ids) = Path::<Vec<(String, String)>>::from_request_parts(parts, state)
        .await
        .map_err(no_id)?;
    // No database is asked for what none can hold.
    if let Some((what, _)) = ids.iter().find(|(_, id)| id.contains('\0')) {
        return Err(ApiError::missing(what));
    }
    let mut ids = ids.into_iter().map(|(_, id)| id);
    Ok((
        ids.next().unwrap_or_default(),
        ids.next().unwrap_or_default(),
    ))
}

/// There is nothing by an id that is not UTF-8.
fn no_id(rejection: PathRejection) -> ApiError {
    if let PathRejection::FailedToDeserializePathParams(failure) = &rejection
        && let ErrorKind::InvalidUtf8InPathParam { key } = failure.kind()
    {
        return ApiError::missing(key);
    }
    ApiError::not_found("the path is not UTF-8")
}
