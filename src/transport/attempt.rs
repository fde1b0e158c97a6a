//! One attempt: a request sent and its reply read, in one lane, before the deadline.

use std::time::{Duration, Instant, SystemTime};

use bytes::Bytes;
use reqwest::header::{CONTENT_LENGTH, HeaderMap, HeaderName, RETRY_AFTER, TRANSFER_ENCODING};
use reqwest::{Client, Response};
use tokio::task::yield_now;
use tokio::time::sleep;

use crate::error::{Error, Result, Status};

use super::fault::{self, Fault};
use super::lane::{Blueprint, Lane, LaneRuntime};
use super::lanes::Closing;
use super::retry::parse_retry_after;
use super::{Reply, Request, sigpipe};

const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// What ends an attempt.
enum End {
    Exchange(std::result::Result<Reply, Fault>),
    Deadline,
    Closing,
}

/// Sends `request` and reads the whole reply.
pub(super) fn run(
    lane: &mut Lane,
    blueprint: &Blueprint,
    request: &Request,
    deadline: Instant,
    closing: Closing<'_>,
) -> Result<Reply> {
    if closing.has_begun() {
        return Err(cancelled(false));
    }
    let _sigpipe = sigpipe::Guard::new();
    lane.alarm.as_mut().reset(deadline.into());
    let (client, alarm) = (&lane.client, lane.alarm.as_mut());
    let end = lane.runtime.block_on(async {
        catch_up().await;
        tokio::select! {
            biased;
            result = exchange(client, blueprint, request) => End::Exchange(result),
            () = alarm => End::Deadline,
            () = closing.begin() => End::Closing,
        }
    });
    let error = match end {
        End::Exchange(Ok(reply)) => return Ok(reply),
        End::Exchange(Err(fault)) => fault.into_error(blueprint.base_url()),
        End::Deadline => fault::deadline_passed(blueprint.base_url(), lane.is_connected()),
        End::Closing => cancelled(lane.is_connected()),
    };
    let maybe_sent = error.maybe_sent();
    Err(error.sent(maybe_sent, request.is_idempotent()))
}

/// Waits between two attempts.
pub(super) fn wait(wait: Duration, closing: Closing<'_>) -> Result<()> {
    LaneRuntime::new()?.block_on(async {
        tokio::select! {
            biased;
            () = closing.begin() => Err(cancelled(false)),
            () = sleep(wait) => Ok(()),
        }
    })
}

fn cancelled(maybe_sent: bool) -> Error {
    let message = "the call was cancelled: its context was closed while it waited";
    Error::new(Status::CANCELLED, message).sent(maybe_sent, false)
}

/// Lets the runtime see what happened to its connection meanwhile: a lane that rests does not run,
/// so it has not noticed if the server closed it. One turn is enough, since hyper looks whether there
/// is something to read before it writes a request.
async fn catch_up() {
    yield_now().await;
}

async fn exchange(
    client: &Client,
    blueprint: &Blueprint,
    request: &Request,
) -> std::result::Result<Reply, Fault> {
    let mut response = client.execute(blueprint.request(request)).await?;
    if has_two_lengths(response.headers()) {
        return Err(Fault::TwoLengths);
    }
    let status = response.status().as_u16();
    let request_id = text(response.headers(), X_REQUEST_ID).map(str::to_owned);
    let retry_after = text(response.headers(), RETRY_AFTER)
        .and_then(|value| parse_retry_after(value, SystemTime::now()));
    let body = read_body(&mut response, blueprint.max_response_bytes).await?;
    Ok(Reply {
        status,
        body,
        request_id,
        retry_after,
    })
}

/// Whether two readers could disagree on where the reply ends (RFC 9112 section 6.3), so that the
/// rest could be taken for the next one. hyper lets some of these pass.
fn has_two_lengths(headers: &HeaderMap) -> bool {
    let lines =
        [CONTENT_LENGTH, TRANSFER_ENCODING].map(|name| headers.get_all(name).iter().count());
    lines.iter().sum::<usize>() > 1
}

fn text(headers: &HeaderMap, name: HeaderName) -> Option<&str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

async fn read_body(response: &mut Response, most: usize) -> std::result::Result<Bytes, Fault> {
    let too_large = Fault::TooLarge { most };
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
    let mut body = Vec::new();
    append(&mut body, &first, most)?;
    loop {
        append(&mut body, &next, most)?;
        match response.chunk().await? {
            Some(chunk) => next = chunk,
            None => return Ok(body.into()),
        }
    }
}

/// Adds a chunk to a body of at most this size. The body alone may be large: without memory for it,
/// the call fails and not the process.
fn append(body: &mut Vec<u8>, chunk: &[u8], most: usize) -> std::result::Result<(), Fault> {
    if body.len() + chunk.len() > most {
        return Err(Fault::TooLarge { most });
    }
    body.try_reserve(chunk.len()).map_err(|_| Fault::NoMemory)?;
    body.extend_from_slice(chunk);
    Ok(())
}
