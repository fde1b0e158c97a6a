//! Every path that the server answers, and what answers it. No other module knows a path.

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::StatusCode;
use axum::middleware::{from_fn_with_state, map_response};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, delete, get, post, put};

use crate::error::ApiError;
use crate::handlers::{
    authentication, development, enrolment, operations, recovery_codes, reports, services, users,
};
use crate::operation::Operation;
use crate::state::Shared;
use crate::{body, middleware};

/// The paths of the contract: the documented one, and the one that an example in the
/// documentation uses. No id is the word `service`, so the two do not meet.
const SERVICE_PATHS: [&str; 2] = ["/v1/service/service", "/v1/service"];
/// The documented path, and the one that the Java client uses.
const USER_PATHS: [&str; 2] = ["users", "user"];

/// All routes.
pub fn router(state: Shared) -> Router {
    Router::new()
        .merge(contract(&state))
        .merge(around_the_contract(&state))
        .fallback(async || ApiError::not_found("there is no such route"))
        .method_not_allowed_fallback(async || {
            ApiError::new(
                StatusCode::METHOD_NOT_ALLOWED,
                "this route has no such method",
            )
        })
        .layer(DefaultBodyLimit::max(body::LIMIT))
        .layer(map_response(no_store))
        .layer(from_fn_with_state(state.clone(), middleware::log))
        .with_state(state)
}

/// The contract's nine operations, and what else an account can do for itself.
fn contract(state: &Shared) -> Router<Shared> {
    let on = |operation, handler: MethodRouter<Shared>| {
        handler.route_layer(from_fn_with_state(
            (state.clone(), operation),
            middleware::operate,
        ))
    };
    let mut router = Router::new();
    for services in SERVICE_PATHS {
        let service = format!("{services}/{{service}}");
        router = router
            .route(
                services,
                on(Operation::CreateService, post(services::create))
                    .merge(on(Operation::ListServices, get(services::list))),
            )
            .route(
                &service,
                on(Operation::GetService, get(services::read))
                    .merge(on(Operation::DeleteService, delete(services::delete))),
            );
        for users in USER_PATHS {
            let users = format!("{service}/{users}");
            let user = format!("{users}/{{user}}");
            router = router
                .route(
                    &users,
                    on(Operation::RegisterUser, post(users::register))
                        .merge(on(Operation::ListUsers, get(users::list))),
                )
                .route(
                    &user,
                    on(Operation::GetUser, get(users::read))
                        .merge(on(Operation::DeleteUser, delete(users::delete))),
                )
                .route(
                    &format!("{user}/auth"),
                    on(Operation::StartAuthentication, post(authentication::start))
                        .merge(on(Operation::VerifyPin, put(authentication::verify))),
                )
                .route(
                    &format!("{user}/totp"),
                    on(Operation::BeginEnrolment, post(enrolment::begin))
                        .merge(on(Operation::ConfirmEnrolment, put(enrolment::confirm)))
                        .merge(on(Operation::GetEnrolment, get(enrolment::read)))
                        .merge(on(Operation::RemoveEnrolment, delete(enrolment::remove))),
                )
                .route(
                    &format!("{user}/recovery_codes"),
                    on(Operation::MakeRecoveryCodes, post(recovery_codes::make))
                        .merge(on(
                            Operation::CountRecoveryCodes,
                            get(recovery_codes::count),
                        ))
                        .merge(on(
                            Operation::RemoveRecoveryCodes,
                            delete(recovery_codes::remove),
                        )),
                )
                .route(
                    &format!("{user}/unlock"),
                    on(Operation::Unlock, post(operations::unlock)),
                );
        }
    }
    router
}

/// What is not part of the contract.
fn around_the_contract(state: &Shared) -> Router<Shared> {
    Router::new()
        .route("/healthz", get(operations::health))
        .route("/readyz", get(operations::readiness))
        .route("/metrics", get(operations::metrics))
        .route(
            "/delivery-reports/{gateway}/{message}",
            post(reports::receive),
        )
        .merge(administration(state))
        .route_layer(from_fn_with_state(state.clone(), middleware::limit_time))
}

/// The routes for development and for administrators.
fn administration(state: &Shared) -> Router<Shared> {
    let user = "/_/services/{service}/users/{user}";
    Router::new()
        .route("/_", get(development::outbox_page))
        .route("/_/", get(development::outbox_page))
        .route(
            "/_/outbox",
            get(development::outbox).delete(development::clear_outbox),
        )
        .route(
            "/_/clock",
            get(development::clock)
                .put(development::set_clock)
                .delete(development::reset_clock),
        )
        .route(
            "/_/chaos",
            get(development::chaos)
                .put(development::set_chaos)
                .delete(development::clear_chaos),
        )
        .route("/_/audit", get(operations::audit))
        .route(
            &format!("{user}/totp"),
            post(enrolment::begin)
                .put(enrolment::confirm)
                .get(enrolment::read)
                .delete(enrolment::remove),
        )
        .route(&format!("{user}/unlock"), post(operations::unlock))
        .route_layer(from_fn_with_state(
            state.clone(),
            middleware::administrators,
        ))
}

/// Replies hold ids, secrets and PINs: nothing between server and client is to keep them.
async fn no_store(mut response: Response) -> Response {
    let value = axum::http::HeaderValue::from_static("no-store");
    response
        .headers_mut()
        .insert(axum::http::header::CACHE_CONTROL, value);
    response.into_response()
}
