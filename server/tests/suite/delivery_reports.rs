//! What gateways report of messages: in any order, twice, forged, too early and too late.

use std::time::Duration;

use data_encoding::{BASE64, HEXLOWER};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha1::Sha1;
use sha2::Sha256;
use verigator_server::clock::{Clock, SystemClock, rfc3339};
use verigator_server::delivery::http::preset::Preset;
use verigator_server::storage::Message;

use crate::delivery::{audited, has_metric, serve, wait_for};
use crate::gateway::{Answer, Gateway};
use crate::harness::{Harness, User, http_client};
use crate::http_channel::{PASSWORD, messente_took_it, pairs, preset};

const PUBLIC: &str = "https://login.example.com/sms";
const DAY: i64 = 24 * 60 * 60 * 1000;

/// A server that a gateway reports to.
struct Reported {
    harness: Harness,
    gateway: Gateway,
}

impl Reported {
    async fn on(kind: Preset, answers: &[Answer]) -> Self {
        let gateway = Gateway::start(answers).await;
        let harness = serve(vec![preset(kind, &gateway.url, Some(PUBLIC))]).await;
        Self { harness, gateway }
    }

    /// Starts a login, and gives the id of the message that was handed over.
    async fn hand_over(&self) -> String {
        let id = self.harness.user().await.start_sms().await;
        wait_for(&self.harness.storage, &id, "handed-over").await;
        id
    }

    async fn post(&self, path: &str, headers: &[(&str, &str)], body: String) -> u16 {
        let mut request = http_client()
            .post(format!("{}{path}", self.harness.url))
            .body(body);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        request.send().await.unwrap().status().as_u16()
    }

    /// Sends a report as Messente does.
    async fn messente(&self, id: &str, status: &str) -> u16 {
        self.messente_at(id, status, SystemClock.now()).await
    }

    async fn messente_at(&self, id: &str, status: &str, time: i64) -> u16 {
        let time = rfc3339(time).replace('Z', "");
        let body = json!({ "status": status, "message_id": "m-1", "err": 0, "timestamp": time });
        self.messente_saying(id, &body).await
    }

    async fn messente_saying(&self, id: &str, body: &Value) -> u16 {
        let body = body.to_string();
        let signature = HEXLOWER.encode(&hmac_sha256(&body));
        let headers = [("X-Messente-Signature", signature.as_str())];
        self.post(&format!("/delivery-reports/messente/{id}"), &headers, body)
            .await
    }

    /// Sends a report as Twilio does, to an address that it has signed.
    async fn twilio(&self, id: &str, status: &str, signed_url: &str) -> u16 {
        let body = format!("To=%2B4401234567&MessageStatus={status}&MessageSid=SM1");
        let mut mac = Hmac::<Sha1>::new_from_slice(PASSWORD.as_bytes()).unwrap();
        mac.update(signed_url.as_bytes());
        mac.update(format!("MessageSidSM1MessageStatus{status}To+4401234567").as_bytes());
        let signature = BASE64.encode(&mac.finalize().into_bytes());
        let headers = [
            ("X-Twilio-Signature", signature.as_str()),
            ("Content-Type", "application/x-www-form-urlencoded"),
            ("Host", "other.example"),
            ("X-Forwarded-Host", "another.example"),
        ];
        self.post(&format!("/delivery-reports/twilio/{id}"), &headers, body)
            .await
    }

    async fn message(&self, id: &str) -> Message {
        let mut messages = self.harness.storage.outbox(None).await.unwrap();
        messages.retain(|message| message.id == id);
        messages.pop().unwrap()
    }

    async fn state(&self, id: &str) -> String {
        self.message(id).await.state
    }
}

fn hmac_sha256(body: &str) -> Vec<u8> {
    let mut mac = Hmac::<Sha256>::new_from_slice(PASSWORD.as_bytes()).unwrap();
    mac.update(body.as_bytes());
    mac.finalize().into_bytes().to_vec()
}

/// All orders of some words.
fn orders(words: &[&'static str]) -> Vec<Vec<&'static str>> {
    if words.is_empty() {
        return vec![Vec::new()];
    }
    let mut orders_of_all = Vec::new();
    for (place, word) in words.iter().enumerate() {
        let mut rest = words.to_vec();
        rest.remove(place);
        for mut order in orders(&rest) {
            order.insert(0, word);
            orders_of_all.push(order);
        }
    }
    orders_of_all
}

#[tokio::test]
async fn states_only_climb_whatever_the_order_of_reports() {
    let server = Reported::on(Preset::Messente, &[messente_took_it()]).await;
    let user = server.harness.user().await;
    for (number, (words, state)) in [
        (["ACK", "SENT", "DELIVRD", "DELIVRD"], "delivered"),
        (["ACK", "SENT", "UNDELIV", "FAILED"], "undelivered"),
        (["ACK", "UNKNOWN", "WHATEVER", "SEEN"], "delivered"),
    ]
    .into_iter()
    .enumerate()
    {
        for (place, order) in orders(&words).into_iter().enumerate() {
            let colleague = (number * 24 + place).try_into().unwrap();
            let id = user.colleague(colleague).await.start_sms().await;
            wait_for(&server.harness.storage, &id, "handed-over").await;
            for word in &order {
                assert_eq!(server.messente(&id, word).await, 200, "{order:?}");
            }
            assert_eq!(server.state(&id).await, state, "{order:?}");
        }
    }
}

#[tokio::test]
async fn whether_a_message_came_is_decided_once() {
    let server = Reported::on(Preset::Messente, &[messente_took_it()]).await;
    let id = server.hand_over().await;
    let other = User::register(server.harness.client(), "other.example")
        .await
        .start_sms()
        .await;
    wait_for(&server.harness.storage, &other, "handed-over").await;
    for word in ["DELIVRD", "UNDELIV"] {
        assert_eq!(server.messente(&other, word).await, 200);
    }
    assert_eq!(server.state(&other).await, "delivered");
    // Part of it did not come: that another part did does not mend it.
    for word in ["UNDELIV", "DELIVRD", "UNDELIV"] {
        assert_eq!(server.messente(&id, word).await, 200);
    }
    assert_eq!(server.state(&id).await, "undelivered");
    assert_eq!(
        audited(&server.harness.storage).await,
        ["handed-over", "handed-over", "delivered", "undelivered"]
    );
    for (metric, count) in [
        (
            "messages_total{channel=\"messente\",state=\"undelivered\"}",
            1,
        ),
        (
            "delivery_reports_total{gateway=\"messente\",outcome=\"new\"}",
            2,
        ),
        (
            "delivery_reports_total{gateway=\"messente\",outcome=\"nothing-new\"}",
            3,
        ),
    ] {
        has_metric(&server.harness, &format!("verigator_{metric} {count}")).await;
    }
}

#[tokio::test]
async fn a_report_that_is_not_signed_by_the_gateway_is_refused_and_counted() {
    let server = Reported::on(Preset::Messente, &[messente_took_it()]).await;
    let id = server.hand_over().await;
    let body = "{\"status\": \"DELIVRD\"}";
    let right = HEXLOWER.encode(&hmac_sha256(body));
    let path = format!("/delivery-reports/messente/{id}");
    let changed = "{\"status\": \"UNDELIV\"}";
    let nowhere = "/delivery-reports/messente/4f1c86b5-0d6a-4f43-8a0e-6f6a3f3a9f10";
    for (path, signature, body) in [
        (path.as_str(), "", body),
        (&path, &right[..62], body),
        (&path, "00", body),
        (&path, "\u{20ac}", body),
        (&path, &right.replace(&right[..1], "x"), body),
        (&path, &right, changed),
        (nowhere, "00", body),
    ] {
        let headers = [("X-Messente-Signature", signature)];
        let status = server.post(path, &headers, body.to_owned()).await;
        assert_eq!(status, 403, "{signature} {body}");
    }
    assert_eq!(server.post(&path, &[], body.to_owned()).await, 403);
    assert_eq!(server.state(&id).await, "handed-over");
    let forged = "verigator_delivery_reports_total{gateway=\"messente\",outcome=\"forged\"} 8";
    has_metric(&server.harness, forged).await;

    let upper = right.to_uppercase();
    let headers = [("X-Messente-Signature", upper.as_str())];
    assert_eq!(server.post(&path, &headers, body.to_owned()).await, 200);
    assert_eq!(server.state(&id).await, "delivered");
}

#[tokio::test]
async fn a_report_that_was_moved_to_the_address_of_another_message_is_refused() {
    let server = Reported::on(Preset::Messente, &[messente_took_it()]).await;
    let id = server.hand_over().await;
    let of = |ids: [&str; 2]| json!({ "status": "DELIVRD", "message_id": ids[0], "omnimessage_id": ids[1] });
    assert_eq!(server.messente_saying(&id, &of(["m-2", "o-2"])).await, 403);
    assert_eq!(server.state(&id).await, "handed-over");
    let metric = "delivery_reports_total{gateway=\"messente\",outcome=\"another-message\"} 1";
    has_metric(&server.harness, &format!("verigator_{metric}")).await;
    // A template may keep either id.
    assert_eq!(server.messente_saying(&id, &of(["m-2", "m-1"])).await, 200);
    assert_eq!(server.state(&id).await, "delivered");
}

#[tokio::test]
async fn a_report_on_nothing_is_404_and_one_of_another_day_is_refused() {
    let server = Reported::on(Preset::Messente, &[messente_took_it()]).await;
    let id = server.hand_over().await;
    let unknown = "4f1c86b5-0d6a-4f43-8a0e-6f6a3f3a9f10";
    assert_eq!(server.messente(unknown, "DELIVRD").await, 404);
    assert_eq!(server.messente("%00", "DELIVRD").await, 403);
    let now = SystemClock.now();
    for (away, status, state) in [
        (-DAY - 60_000, 403, "handed-over"),
        (DAY + 60_000, 403, "handed-over"),
        (60_000 - DAY, 200, "delivered"),
        (DAY - 60_000, 200, "delivered"),
    ] {
        let answered = server.messente_at(&id, "DELIVRD", now + away).await;
        assert_eq!(answered, status, "{away}");
        assert_eq!(server.state(&id).await, state, "{away}");
    }
    let signature = HEXLOWER.encode(&hmac_sha256("[]"));
    let headers = [("X-Messente-Signature", signature.as_str())];
    let path = format!("/delivery-reports/messente/{id}");
    assert_eq!(server.post(&path, &headers, "[]".to_owned()).await, 422);
    let long = "x".repeat(70_000);
    assert_eq!(server.post(&path, &headers, long).await, 413);
    for (outcome, count) in [("unknown-message", 1), ("out-of-time", 2), ("malformed", 1)] {
        let labels = format!("gateway=\"messente\",outcome=\"{outcome}\"");
        let metric = format!("verigator_delivery_reports_total{{{labels}}} {count}");
        has_metric(&server.harness, &metric).await;
    }
}

#[tokio::test]
async fn a_report_that_is_quicker_than_the_answer_counts() {
    let slow = Answer::Slow(Duration::from_millis(1000));
    let mut server = Reported::on(Preset::Messente, &[slow]).await;
    let id = server.harness.user().await.start_sms().await;
    let asked_for = server.gateway.next().await.body()["dlr_url"].clone();
    assert_eq!(
        asked_for,
        json!(format!("{PUBLIC}/delivery-reports/messente/{id}"))
    );
    assert_eq!(server.state(&id).await, "sending");
    assert_eq!(server.messente(&id, "DELIVRD").await, 200);
    assert_eq!(server.state(&id).await, "delivered");
    // What the answer says is less, though it is written down later.
    while server.message(&id).await.channel.is_none() {
        tokio::task::yield_now().await;
    }
    assert_eq!(server.state(&id).await, "delivered");
}

#[tokio::test]
async fn what_was_sent_after_all_is_not_sent_again() {
    let refusal = Answer::Header(500, "Retry-After: 2".to_owned());
    let answers = [refusal.clone(), refusal, messente_took_it()];
    let mut server = Reported::on(Preset::Messente, &answers).await;
    let user = server.harness.user().await;
    let id = user.start_sms().await;
    server.gateway.next().await;
    wait_for(&server.harness.storage, &id, "queued").await;
    // A try has failed, and not the message.
    assert_eq!(server.messente(&id, "FAILED").await, 200);
    assert_eq!(server.state(&id).await, "queued");
    assert_eq!(server.messente(&id, "ACK").await, 200);
    assert_eq!(server.state(&id).await, "handed-over");
    // One that was refused later is tried again; this one would have been before it.
    let other = user.colleague(1).await.start_sms().await;
    for _ in 0..2 {
        let asked_for = server.gateway.next().await.body()["dlr_url"].to_string();
        assert!(asked_for.contains(&other), "{asked_for}");
    }
    wait_for(&server.harness.storage, &other, "handed-over").await;
    server.gateway.has_no_more();
}

#[tokio::test]
async fn twilio_signs_the_address_with_or_without_its_port_and_never_that_of_the_request() {
    let took_it = Answer::Body(201, json!({ "sid": "SM1" }).to_string());
    let mut server = Reported::on(Preset::Twilio, &[took_it]).await;
    let id = server.hand_over().await;
    let form = pairs(&server.gateway.next().await.text);
    let callback = form.iter().find(|(name, _)| name == "StatusCallback");
    let path = format!("/delivery-reports/twilio/{id}");
    let url = format!("{PUBLIC}{path}");
    assert_eq!(callback.unwrap().1, url);
    let with_port = url.replace("example.com", "example.com:443");
    for wrong in [
        format!("https://other.example{path}"),
        format!("https://another.example{path}"),
        format!("{}{path}", server.harness.url),
        url.replace("https", "http"),
        url.replace("example.com", "example.com:8443"),
        url.replace(&id, "4f1c86b5-0d6a-4f43-8a0e-6f6a3f3a9f10"),
        String::new(),
    ] {
        assert_eq!(server.twilio(&id, "failed", &wrong).await, 403, "{wrong}");
    }
    assert_eq!(server.twilio(&id, "delivered", &with_port).await, 200);
    assert_eq!(server.state(&id).await, "delivered");
    assert_eq!(server.twilio(&id, "sent", &url).await, 200);
    assert_eq!(server.state(&id).await, "delivered");
    // A report that is signed for one gateway is none of the other's.
    assert_eq!(server.messente(&id, "UNDELIV").await, 404);
}

#[tokio::test]
async fn without_a_public_url_no_report_is_asked_for_and_none_is_taken() {
    let mut gateway = Gateway::start(&[messente_took_it()]).await;
    let harness = serve(vec![preset(Preset::Messente, &gateway.url, None)]).await;
    let mut server = Reported {
        gateway: Gateway::start(&[Answer::Hang]).await,
        harness,
    };
    let id = server.hand_over().await;
    assert!(gateway.next().await.body().get("dlr_url").is_none());
    assert_eq!(server.messente(&id, "DELIVRD").await, 404);
    assert_eq!(server.state(&id).await, "handed-over");
    server.gateway.has_no_more();
}

#[tokio::test]
async fn a_page_shows_what_was_reported_and_is_told_of_it() {
    let server = Reported::on(Preset::Messente, &[messente_took_it()]).await;
    let id = server.hand_over().await;
    let page = async || {
        let url = format!("{}/_/", server.harness.url);
        http_client()
            .get(url)
            .send()
            .await
            .unwrap()
            .text()
            .await
            .unwrap()
    };
    let news = async || server.harness.storage.latest_changes().await.unwrap();
    assert!(page().await.contains("Handed over"));
    let before = news().await;
    assert_eq!(server.messente(&id, "DELIVRD").await, 200);
    assert_ne!(news().await, before);
    let page = page().await;
    assert!(
        page.contains("Delivered") && !page.contains("Handed over"),
        "{page}"
    );
}
