//! What gateways report of messages.

use axum::extract::{Path, Request, State};
use axum::http::StatusCode;

use super::{Reply, nothing, ok};
use crate::body;
use crate::clock::{Clock, SystemClock};
use crate::delivery::reports::{Kind, Unusable};
use crate::error::ApiError;
use crate::state::Shared;
use crate::storage::Reported;

/// Takes a report on a message. Any answer but a success has the gateway send it again.
pub async fn receive(
    State(state): State<Shared>,
    Path((kind, message)): Path<(String, String)>,
    request: Request,
) -> Reply {
    let headers = request.headers().clone();
    let body = body::bytes(request, &state).await?;
    let kind = Kind::named(&kind).filter(|kind| state.delivery.reports(*kind).next().is_some());
    let Some(kind) = kind else {
        return Err(ApiError::not_found("no gateway is asked for such reports"));
    };
    let count = |outcome| state.metrics.report(kind.as_str(), outcome);
    let mut reports = state.delivery.reports(kind);
    // No database is asked for what none can hold.
    let is_genuine = !message.contains('\0')
        && reports.any(|reports| reports.are_signed(&message, &headers, &body));
    if !is_genuine {
        count("forged");
        tracing::warn!(
            gateway = kind.as_str(),
            "a report is not signed as the gateway signs"
        );
        return Err(refused(
            "the report is not signed with the secret that is configured",
        ));
    }
    // The gateway's clock is a real one, whatever the server's shows in development.
    let report = match kind.read(&body, SystemClock.now()) {
        Ok(report) => report,
        Err(Unusable::Malformed) => {
            count("malformed");
            return Err(ApiError::invalid("the report cannot be read"));
        }
        Err(Unusable::OutOfTime) => {
            count("out-of-time");
            return Err(refused("the report is not of the last day"));
        }
    };
    let Some(became) = report.became else {
        count("nothing-new");
        return ok(&nothing());
    };
    let reported =
        state
            .storage
            .record_report(message.clone(), report.gateway_ids, became, state.now());
    match reported.await? {
        Reported::UnknownMessage => {
            count("unknown-message");
            Err(ApiError::not_found("there is no such message"))
        }
        Reported::AnotherMessage => {
            count("another-message");
            Err(refused(
                "the report is on another message than its address is",
            ))
        }
        Reported::Nothing => {
            count("nothing-new");
            ok(&nothing())
        }
        Reported::Became(channel) => {
            count("new");
            let channel = state.delivery.known_kind(channel.as_deref());
            state.metrics.message(channel, became.as_str());
            let state = became.as_str();
            tracing::info!(
                message_id = message,
                channel,
                state,
                "a gateway reported on a message"
            );
            ok(&nothing())
        }
    }
}

fn refused(message: &str) -> ApiError {
    ApiError::new(StatusCode::FORBIDDEN, message)
}
