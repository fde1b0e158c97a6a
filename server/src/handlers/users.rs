//! Users: register, list, get, delete.

use axum::extract::State;
use axum::http::StatusCode;
use serde_json::{Value, json};

use super::{Reply, nothing, ok};
use crate::body::Fields;
use crate::clock::rfc3339;
use crate::error::ApiError;
use crate::extract::Asked;
use crate::model::User;
use crate::state::Shared;
use crate::{phone, reply};

const LONGEST_ID_IN_SERVICE: usize = 255;

/// Registers a user.
pub async fn register(asked: Asked, State(state): State<Shared>, fields: Fields) -> Reply {
    let phone_number = phone::normalise(fields.required("phone_number")?)
        .map_err(|problem| ApiError::invalid(format!("\"phone_number\" {problem}")))?;
    let id_in_service = fields
        .text("id_in_service", LONGEST_ID_IN_SERVICE)?
        .to_owned();
    let id = state.randomness.uuid();
    let user = User {
        id,
        phone_number,
        id_in_service,
        ctime: state.now(),
    };
    let body = json(&user);
    state
        .stored(move |storage| storage.register_user(&asked.target, &user))
        .await?;
    Ok(reply::json(
        state.success_codes.code(StatusCode::CREATED),
        &body,
    ))
}

/// Lists the users of a service.
pub async fn list(asked: Asked, State(state): State<Shared>) -> Reply {
    let users = state
        .stored(move |storage| storage.users(&asked.target))
        .await?;
    let users: Vec<Value> = users.iter().map(json).collect();
    let total = users.len();
    // Older clients read the number of users under the older name.
    ok(&json!({ "users": users, "total": total, "count": total }))
}

/// Reads a user.
pub async fn read(asked: Asked, State(state): State<Shared>) -> Reply {
    ok(&json(
        &state
            .stored(move |storage| storage.user(&asked.target, &asked.user))
            .await?,
    ))
}

/// Deletes a user.
pub async fn delete(asked: Asked, State(state): State<Shared>) -> Reply {
    let now = state.now();
    state
        .stored(move |storage| storage.delete_user(&asked.target, &asked.user, now))
        .await?;
    Ok(reply::json(
        state.success_codes.code(StatusCode::ACCEPTED),
        &nothing(),
    ))
}

fn json(user: &User) -> Value {
    json!({ "id": user.id, "ctime": rfc3339(user.ctime), "id_in_service": user.id_in_service })
}
