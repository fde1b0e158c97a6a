//! Compares the requests that came with those that a case says must come.

use serde_json::Value;

use crate::case::{Case, ExpectedHeader, ExpectedRequest};
use crate::language::Language;
use crate::message::Request;

/// `Err` says what was not as the case has it.
pub fn judge(
    case: &Case,
    language: &Language,
    host: &str,
    requests: &[Request],
) -> Result<(), String> {
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
        judge_request(case, language, host, request, expected)
            .map_err(|why| format!("request {}: {why}", number + 1))?;
    }
    Ok(())
}

fn judge_request(
    case: &Case,
    language: &Language,
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
    judge_header(request, "user-agent", &is(&case.user_agent(language)))?;
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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const HOST: &str = "127.0.0.1:1";
    const LINE: &str = "POST /v1/service/service HTTP/1.1";

    fn case() -> Case {
        serde_json::from_value(json!({
            "name": "a-case",
            "about": "Creates a service.",
            "call": { "operation": "create_service", "arguments": { "fqdn": "f", "name": "n" } },
            "replies": [{ "status": 201 }],
            "requests": [{ "line": LINE, "body": { "name": "n" }, "headers": { "cookie": null } }],
            "expect": { "value": null },
        }))
        .unwrap()
    }

    fn request(body: &str) -> Request {
        let length = body.len().to_string();
        let headers = [
            ("host", HOST),
            ("accept", "application/json"),
            ("x-service-auth", "user:pass:word"),
            (
                "user-agent",
                concat!("libverigator/", env!("CARGO_PKG_VERSION")),
            ),
            ("content-type", "application/json"),
            ("content-length", &length),
        ];
        let owned = |(name, value): (&str, &str)| (name.to_owned(), value.to_owned());
        Request {
            line: LINE.to_owned(),
            headers: headers.map(owned).into(),
            body: body.as_bytes().to_vec(),
        }
    }

    fn judged(language: &str, requests: &[Request]) -> Result<(), String> {
        judge(&case(), Language::named(language).unwrap(), HOST, requests)
    }

    fn why(requests: &[Request]) -> String {
        judged("c", requests).unwrap_err()
    }

    #[test]
    fn what_the_case_says_is_accepted() {
        assert_eq!(judged("c", &[request(r#"{ "name": "n" }"#)]), Ok(()));
    }

    #[test]
    fn the_number_of_requests_counts() {
        assert!(why(&[]).starts_with("0 requests came, not 1"));
        assert!(why(&[request("{}"), request("{}")]).starts_with("2 requests came, not 1"));
    }

    #[test]
    fn the_body_counts() {
        assert!(why(&[request(r#"{"name":"m"}"#)]).contains("the body is"));
        assert!(why(&[request("name")]).contains("the body is no JSON"));
    }

    #[test]
    fn every_mandatory_header_stands_once() {
        let sound = request(r#"{"name":"n"}"#);
        for index in 0..sound.headers.len() {
            let mut missing = request(r#"{"name":"n"}"#);
            let (name, value) = missing.headers.remove(index);
            assert!(why(&[missing]).contains(&format!("header {name}")));
            let mut twice = request(r#"{"name":"n"}"#);
            twice.headers.push((name.clone(), value));
            assert!(why(&[twice]).contains(&format!("header {name}")));
        }
    }

    #[test]
    fn each_language_names_itself() {
        for language in ["cpp", "python", "java"] {
            let why = judged(language, &[request(r#"{"name":"n"}"#)]).unwrap_err();
            assert!(
                why.contains(&format!("not \"verigator-{language}")),
                "{why}"
            );
        }
    }

    #[test]
    fn a_header_that_must_be_absent_is_seen() {
        let mut request = request(r#"{"name":"n"}"#);
        request.headers.push(("cookie".to_owned(), "x".to_owned()));
        assert!(why(&[request]).contains("header cookie"));
    }

    #[test]
    fn a_body_where_none_may_come_is_seen() {
        let expected = |request: &Request| judge_body(request, None);
        assert!(
            expected(&request("{}"))
                .unwrap_err()
                .contains("content-type")
        );
        let mut bare = request("{}");
        bare.headers.clear();
        assert!(expected(&bare).unwrap_err().contains("a body of 2 bytes"));
    }
}
