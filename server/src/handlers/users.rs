//! Users: register, list, get, delete.

use std::collections::HashMap;

use axum::body::{Body, Bytes};
use axum::extract::{Query, State};
use axum::http::StatusCode;
use http_body_util::channel::{Channel, Sender};
use serde_json::{Value, json};

use super::{Reply, created, ok, removed};
use crate::body::{self, Fields};
use crate::clock::rfc3339;
use crate::error::ApiError;
use crate::extract::Asked;
use crate::list_page::Page;
use crate::model::User;
use crate::state::{Shared, State as ServerState};
use crate::storage::{ListPlace, Storage, Target};
use crate::{list_page, phone, reply};

const LONGEST_ID_IN_SERVICE: usize = 255;

/// How many users of a list without pages are read and written at a time: whoever logs in meanwhile waits
/// for a processor until so many are.
const PART: u32 = 200;

/// Registers a user.
pub async fn register(asked: Asked, State(state): State<Shared>, fields: Fields) -> Reply {
    let user = make(&state, asked.target, &fields).await?;
    created(&state, &json(&user))
}

/// Makes a user of what somebody gave.
pub async fn make(state: &ServerState, target: Target, fields: &Fields) -> Result<User, ApiError> {
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
    state.storage.register_user(target, &user).await?;
    Ok(user)
}

/// Lists the users of a service, a page of them or all; or finds the one with an id_in_service.
pub async fn list(
    asked: Asked,
    State(state): State<Shared>,
    Query(query): Query<HashMap<String, String>>,
) -> Reply {
    let page = list_page::asked(&query)?;
    if let Some(id_in_service) = query.get("id_in_service") {
        let id = body::checked("id_in_service", id_in_service, LONGEST_ID_IN_SERVICE)?.to_owned();
        return ok(&json(&state.storage.user_named(asked.target, id).await?));
    }
    match page {
        Some(page) => page_of(&state.storage, asked.target, page).await,
        None => all(state.storage.clone(), asked.target).await,
    }
}

async fn page_of(storage: &Storage, target: Target, page: Page) -> Reply {
    let users = storage.users(target.clone(), page.place(), page.wanted());
    let users = users.await?;
    let total = page.total(storage.count_users(target)).await?;
    ok(&page.reply("users", &users, total, json, ListPlace::after_user))
}

/// The contract's form, which has no pages: read and sent a part at a time, so that neither the memory
/// nor the database notices how many there are.
async fn all(storage: Storage, target: Target) -> Reply {
    let first = storage.users(target.clone(), None, PART).await?;
    if first.len() < PART as usize {
        let users: Vec<Value> = first.iter().map(json).collect();
        let total = users.len();
        // Older clients read the number of users under the older name.
        return ok(&json!({ "users": users, "total": total, "count": total }));
    }
    let (mut sender, body) = Channel::<Bytes, Cut>::new(1);
    tokio::spawn(async move {
        if send_all(&mut sender, storage, target, first).await.is_err() {
            // What was sent so far must not look like all.
            sender.abort(Cut);
        }
    });
    let mut response = reply::json(StatusCode::OK, &Value::Null);
    *response.body_mut() = Body::new(body);
    Ok(response)
}

/// The rest of a list that could not be read, or that nobody takes.
#[derive(Debug, thiserror::Error)]
#[error("the list of users was cut off")]
struct Cut;

async fn send_all(
    sender: &mut Sender<Bytes, Cut>,
    storage: Storage,
    target: Target,
    first: Vec<User>,
) -> Result<(), Cut> {
    let mut text = String::from("{\"users\":[");
    let (mut users, mut total) = (first, 0);
    while let Some(last) = users.last() {
        let after = ListPlace::after_user(last);
        for user in &users {
            if total > 0 {
                text.push(',');
            }
            text.push_str(&json(user).to_string());
            total += 1;
        }
        let part = Bytes::from(std::mem::take(&mut text));
        sender.send_data(part).await.map_err(|_| Cut)?;
        let rest = storage.users(target.clone(), Some(after), PART);
        users = rest.await.map_err(|_| Cut)?;
    }
    let end = Bytes::from(format!("],\"total\":{total},\"count\":{total}}}"));
    sender.send_data(end).await.map_err(|_| Cut)
}

/// Reads a user.
pub async fn read(asked: Asked, State(state): State<Shared>) -> Reply {
    ok(&json(&state.storage.user(asked.target, asked.user).await?))
}

/// Deletes a user.
pub async fn delete(asked: Asked, State(state): State<Shared>) -> Reply {
    let now = state.now();
    state
        .storage
        .delete_user(asked.target, asked.user, now)
        .await?;
    removed()
}

fn json(user: &User) -> Value {
    json!({ "id": user.id, "ctime": rfc3339(user.ctime), "id_in_service": user.id_in_service })
}
