//! Every path that the server answers, and what answers it. No other module knows a path.

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::StatusCode;
use axum::middleware::{from_fn_with_state, map_response};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, delete, get, post, put};

use crate::error::ApiError;
use crate::handlers::{
    authentication, development, enrolment, enrolment_links, operations, recovery_codes, reports,
    services, users,
};
use crate::operation::Operation;
use crate::page::layout::STYLE_NAME;
use crate::page::{self, assets, login, messages, service, user, visit};
use crate::state::Shared;
use crate::{body, enrolment_link, middleware};

/// The paths of the contract: the documented one, and the one that an example in the
/// documentation uses. No id is the word `service`, so the two do not meet.
const SERVICE_PATHS: [&str; 2] = ["/v1/service/service", "/v1/service"];
/// The documented path, and the one that the Java client uses.
const USER_PATHS: [&str; 2] = ["users", "user"];

/// A path, and what answers it by which method.
pub type Route = (String, MethodRouter<Shared>);

/// All routes.
pub fn router(state: Shared) -> Router {
    let all = routes(&state).into_iter().chain(pages(&state));
    all.fold(Router::new(), |router, (path, methods)| {
        router.route(&path, methods)
    })
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

/// All paths of the API, to hold the description of the API against.
pub fn paths(state: &Shared) -> Vec<String> {
    routes(state).into_iter().map(|(path, _)| path).collect()
}

fn routes(state: &Shared) -> Vec<Route> {
    [contract(state), around_the_contract(state)].concat()
}

/// What is for people to look at, and no part of the API.
pub fn pages(state: &Shared) -> Vec<Route> {
    let visitors = from_fn_with_state(state.clone(), visit::visitors);
    let administrators = [
        ("/_/", get(messages::show).post(messages::clear)),
        ("/_/events", get(messages::events)),
        (
            "/_/services",
            get(page::services::show).post(page::services::make),
        ),
        (
            "/_/services/{service}",
            get(service::show).post(service::change),
        ),
        (
            "/_/services/{service}/users/{user}",
            get(user::show).post(user::change),
        ),
        (
            "/_/development",
            get(page::development::show).post(page::development::change),
        ),
    ];
    let administrators =
        administrators.map(|(path, methods)| (path, methods.route_layer(visitors.clone())));
    let everybody = [
        ("/_", get(visit::without_slash)),
        ("/_/login", get(login::show).post(login::log_in)),
        ("/_/logout", post(login::log_out)),
        ("/assets/page.css", get(assets::style)),
        ("/assets/page.js", get(assets::script)),
        ("/assets/icon.svg", get(assets::icon)),
    ];
    let limit_time = from_fn_with_state(state.clone(), middleware::limit_time);
    administrators
        .into_iter()
        .chain(everybody)
        .map(|(path, methods)| (path.to_owned(), methods.route_layer(limit_time.clone())))
        .collect()
}

/// The contract's nine operations, and what else an account can do for itself.
fn contract(state: &Shared) -> Vec<Route> {
    let on = |operation, handler: MethodRouter<Shared>| {
        handler.route_layer(from_fn_with_state(
            (state.clone(), operation),
            middleware::operate,
        ))
    };
    let mut routes = Vec::new();
    for services in SERVICE_PATHS {
        let service = format!("{services}/{{service}}");
        routes.extend([
            (
                services.to_owned(),
                on(Operation::CreateService, post(services::create))
                    .merge(on(Operation::ListServices, get(services::list))),
            ),
            (
                service.clone(),
                on(Operation::GetService, get(services::read))
                    .merge(on(Operation::DeleteService, delete(services::delete))),
            ),
        ]);
        for users in USER_PATHS {
            let users = format!("{service}/{users}");
            let user = format!("{users}/{{user}}");
            routes.extend([
                (
                    users,
                    on(Operation::RegisterUser, post(users::register))
                        .merge(on(Operation::ListUsers, get(users::list))),
                ),
                (
                    user.clone(),
                    on(Operation::GetUser, get(users::read))
                        .merge(on(Operation::DeleteUser, delete(users::delete))),
                ),
                (
                    format!("{user}/auth"),
                    on(Operation::StartAuthentication, post(authentication::start))
                        .merge(on(Operation::VerifyPin, put(authentication::verify))),
                ),
                (
                    format!("{user}/totp"),
                    on(Operation::BeginEnrolment, post(enrolment::begin))
                        .merge(on(Operation::ConfirmEnrolment, put(enrolment::confirm)))
                        .merge(on(Operation::GetEnrolment, get(enrolment::read)))
                        .merge(on(Operation::RemoveEnrolment, delete(enrolment::remove))),
                ),
                (
                    format!("{user}/totp/link"),
                    on(Operation::MakeEnrolmentLink, post(enrolment_links::make)),
                ),
                (
                    format!("{user}/recovery_codes"),
                    on(Operation::MakeRecoveryCodes, post(recovery_codes::make))
                        .merge(on(
                            Operation::CountRecoveryCodes,
                            get(recovery_codes::count),
                        ))
                        .merge(on(
                            Operation::RemoveRecoveryCodes,
                            delete(recovery_codes::remove),
                        )),
                ),
                (
                    format!("{user}/unlock"),
                    on(Operation::Unlock, post(operations::unlock)),
                ),
            ]);
        }
    }
    routes
}

/// What is not part of the contract.
fn around_the_contract(state: &Shared) -> Vec<Route> {
    let mut routes = administration(state);
    routes.extend([
        (
            format!("{}{{link}}", enrolment_link::PATH),
            get(enrolment_links::open).post(enrolment_links::post),
        ),
        (
            format!("{}{STYLE_NAME}", enrolment_link::PATH),
            get(assets::style),
        ),
    ]);
    routes.extend(
        [
            ("/healthz", get(operations::health)),
            ("/readyz", get(operations::readiness)),
            ("/metrics", get(operations::metrics)),
            ("/openapi.json", get(operations::description)),
            (
                "/delivery-reports/{gateway}/{message}",
                post(reports::receive),
            ),
        ]
        .map(|(path, methods)| (path.to_owned(), methods)),
    );
    let limit_time = from_fn_with_state(state.clone(), middleware::limit_time);
    routes
        .into_iter()
        .map(|(path, methods)| (path, methods.route_layer(limit_time.clone())))
        .collect()
}

/// The routes for development and for administrators.
fn administration(state: &Shared) -> Vec<Route> {
    let administrators = from_fn_with_state(state.clone(), middleware::administrators);
    [
        (
            "/_/outbox",
            get(development::outbox).delete(development::clear_outbox),
        ),
        (
            "/_/clock",
            get(development::clock)
                .put(development::set_clock)
                .delete(development::reset_clock),
        ),
        (
            "/_/chaos",
            get(development::chaos)
                .put(development::set_chaos)
                .delete(development::clear_chaos),
        ),
        ("/_/audit", get(operations::audit)),
        (
            "/_/services/{service}/users/{user}/totp",
            post(enrolment::begin)
                .put(enrolment::confirm)
                .get(enrolment::read)
                .delete(enrolment::remove),
        ),
        (
            "/_/services/{service}/users/{user}/unlock",
            post(operations::unlock),
        ),
    ]
    .map(|(path, methods)| (path.to_owned(), methods.route_layer(administrators.clone())))
    .into()
}

/// Replies hold ids, secrets and PINs: nothing between server and client is to keep them.
async fn no_store(mut response: Response) -> Response {
    let value = axum::http::HeaderValue::from_static("no-store");
    response
        .headers_mut()
        .insert(axum::http::header::CACHE_CONTROL, value);
    response.into_response()
}
