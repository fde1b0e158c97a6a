//! Compares what came with what a case says must come.

use serde_json::Value;

use crate::case::{Case, ExpectedHeader, ExpectedRequest};
use crate::message::Request;

/// `Err` says what was not as the case has it.
pub fn judge(case: &Case, host: &str, requests: &[Request]) -> Result<(), String> {
    if requests.len() != case.requests.len() {
        let lines: Vec<_> = requests
            .iter()
            .map(|request| request.line.as_str())
            .collect();
        let expected = case.requests.len();
        return Err(format!(
            "{} requests came, not {expected}: {lines:?}",
            requests.len()
        ));
    }
    for (number, (request, expected)) in requests.iter().zip(&case.requests).enumerate() {
        judge_request(case, host, request, expected)
            .map_err(|why| format!("request {}: {why}", number + 1))?;
    }
    Ok(())
}

fn judge_request(
    case: &Case,
    host: &str,
    request: &Request,
    expected: &ExpectedRequest,
) -> Result<(), String> {
    if request.line != expected.line {
        return Err(format!(
            "the line is {:?}, not {:?}",
            request.line, expected.line
        ));
    }
    let is = |value: &str| ExpectedHeader::Is(value.to_owned());
    judge_header(request, "host", &is(host))?;
    judge_header(request, "accept", &is("application/json"))?;
    judge_header(request, "x-service-auth", &is(&case.service_auth()))?;
    judge_header(
        request,
        "user-agent",
        &ExpectedHeader::Contains {
            contains: "libverigator/".into(),
        },
    )?;
    judge_header(request, "transfer-encoding", &ExpectedHeader::Absent(()))?;
    judge_body(request, expected.body.as_ref())?;
    expected
        .headers
        .iter()
        .try_for_each(|(name, value)| judge_header(request, name, value))
}

/// A header that must be there stands exactly once.
fn judge_header(request: &Request, name: &str, expected: &ExpectedHeader) -> Result<(), String> {
    let values = request.header(&name.to_ascii_lowercase());
    let (fits, wanted) = match expected {
        ExpectedHeader::Absent(()) => (values.is_empty(), "absent".to_owned()),
        ExpectedHeader::Is(value) => (values == [value], format!("{value:?}, once")),
        ExpectedHeader::Contains { contains } => {
            let fits = matches!(values[..], [value] if value.contains(contains.as_str()));
            (fits, format!("one with {contains:?} in it"))
        }
    };
    if fits {
        Ok(())
    } else {
        Err(format!("header {name} is {values:?}, not {wanted}"))
    }
}

fn judge_body(request: &Request, expected: Option<&Value>) -> Result<(), String> {
    let Some(expected) = expected else {
        judge_header(request, "content-type", &ExpectedHeader::Absent(()))?;
        let length = request.body.len();
        return if length == 0 {
            Ok(())
        } else {
            Err(format!("a body of {length} bytes came"))
        };
    };
    judge_header(
        request,
        "content-type",
        &ExpectedHeader::Is("application/json".to_owned()),
    )?;
    let length = request.body.len().to_string();
    judge_header(request, "content-length", &ExpectedHeader::Is(length))?;
    match serde_json::from_slice::<Value>(&request.body) {
        Ok(body) if body == *expected => Ok(()),
        Ok(body) => Err(format!("the body is {body}, not {expected}")),
        Err(error) => Err(format!("the body is no JSON: {error}")),
    }
}
