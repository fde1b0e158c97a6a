//! Who asks, and about what: the header and the path of a request.

use std::convert::Infallible;

use axum::extract::path::ErrorKind;
use axum::extract::rejection::PathRejection;
use axum::extract::{FromRequestParts, Path};
use axum::http::Extensions;
use axum::http::request::Parts;
use tracing::Span;

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
        let address = address_of(&parts.extensions);
        match state.accounts.authenticate(header, address).await {
            Ok(account) => {
                // Of the request: see the middleware that logs it.
                Span::current().record("account", account.as_str());
                Ok(Self(account))
            }
            Err(refusal) => {
                state.metrics.login_refused(refusal.reason());
                Err(refusal.into())
            }
        }
    }
}

impl FromRequestParts<Shared> for ClientAddress {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &Shared) -> Result<Self, Infallible> {
        Ok(address_of(&parts.extensions))
    }
}

/// The address that a request comes from, which the conversation found out.
pub fn address_of(extensions: &Extensions) -> ClientAddress {
    let address = extensions.get::<ClientAddress>().copied();
    address.unwrap_or_default()
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
            target: Target {
                account,
                address: Some(address_of(&parts.extensions)),
                service,
            },
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
