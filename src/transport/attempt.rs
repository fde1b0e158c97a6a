//! One attempt: a request sent and its reply read, in one lane, before the deadline.

use std::future::Future;
use std::pin::pin;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant, SystemTime};

use bytes::{Bytes, BytesMut};
use reqwest::Response;
use reqwest::header::{HeaderMap, RETRY_AFTER};
use tokio::time::timeout_at;

use crate::error::{Error, Result, Status};

use super::lane::{Blueprint, Lane, LaneRuntime};
use super::lanes::Closing;
use super::retry::parse_retry_after;
use super::{Reply, Request, closed, fault, sigpipe};

/// Sends `request` and reads the whole reply.
pub(super) fn run(
    lane: &Lane,
    blueprint: &Blueprint,
    request: &Request,
    deadline: Instant,
    closing: Closing<'_>,
) -> Result<Reply> {
    let _sigpipe = sigpipe::Guard::new();
    lane.progress.reset();
    let exchange = async {
        match timeout_at(deadline.into(), exchange(lane, blueprint, request)).await {
            Ok(result) => result.map_err(|fault| fault.into_error(blueprint.base_url())),
            Err(_) => Err(fault::deadline_passed(blueprint.base_url(), &lane.progress)),
        }
    };
    lane.runtime
        .block_on(unless_closed(closing, exchange))
        .map_err(|error| {
            let maybe_sent = error.maybe_sent() && !lane.progress.is_connecting();
            error.sent(maybe_sent, request.is_idempotent())
        })
}

/// Waits between two attempts.
pub(super) fn wait(wait: Duration, closing: Closing<'_>) -> Result<()> {
    let sleep = async {
        tokio::time::sleep(wait).await;
        Ok(())
    };
    LaneRuntime::new()?.block_on(unless_closed(closing, sleep))
}

/// Runs `work`, or ends it as soon as the context is closed.
async fn unless_closed<T>(
    closing: Closing<'_>,
    work: impl Future<Output = Result<T>>,
) -> Result<T> {
    let mut notified = pin!(closing.notify.notified());
    // Listening before looking: a close in between is not missed.
    notified.as_mut().enable();
    if closing.closed.load(Ordering::SeqCst) {
        return Err(closed());
    }
    tokio::select! {
        biased;
        result = work => result,
        () = notified => {
            let message = "the call was cancelled: its context was closed while it waited";
            Err(Error::new(Status::CANCELLED, message).sent(true, false))
        }
    }
}

async fn exchange(
    lane: &Lane,
    blueprint: &Blueprint,
    request: &Request,
) -> std::result::Result<Reply, fault::Fault> {
    let mut response = lane.client.execute(blueprint.request(request)).await?;
    let status = response.status().as_u16();
    let request_id = text(response.headers(), "x-request-id").map(str::to_owned);
    let retry_after = text(response.headers(), RETRY_AFTER.as_str())
        .and_then(|value| parse_retry_after(value, SystemTime::now()));
    let body = read_body(&mut response, blueprint.max_response_bytes).await?;
    Ok(Reply {
        status,
        body,
        request_id,
        retry_after,
    })
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

async fn read_body(
    response: &mut Response,
    most: usize,
) -> std::result::Result<Bytes, fault::Fault> {
    let too_large = fault::Fault::TooLarge { most };
    if response
        .content_length()
        .is_some_and(|length| length > most as u64)
    {
        return Err(too_large);
    }
    let Some(first) = response.chunk().await? else {
        return Ok(Bytes::new());
    };
    if first.len() > most {
        return Err(too_large);
    }
    // Nearly always the only one, and then it is not copied.
    let Some(mut next) = response.chunk().await? else {
        return Ok(first);
    };
    let mut body = BytesMut::from(first);
    loop {
        if body.len() + next.len() > most {
            return Err(too_large);
        }
        body.extend_from_slice(&next);
        match response.chunk().await? {
            Some(chunk) => next = chunk,
            None => return Ok(body.freeze()),
        }
    }
}
