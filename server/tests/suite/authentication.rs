//! Logins: start, verify, and everything that must be denied.

use serde_json::json;
use verigator_server::clock::Clock;

use crate::harness::{Harness, User, is_denied, wrong};
use crate::process::Files;

#[tokio::test]
async fn a_pin_logs_in_once() {
    let harness = Harness::start().await;
    let user = harness.user().await;
    let begun = user.start("sms").await.expect(201);
    assert_eq!(begun["method"], "sms");
    uuid::Uuid::parse_str(begun["auth_id"].as_str().unwrap()).unwrap();
    let pin = harness.pin(&user);
    user.accepted(&pin, "sms").await;
    user.denied(&pin, "INVALID").await;
    user.denied(&pin, "INVALID").await;
}

#[tokio::test]
async fn totp_without_an_app_falls_back_to_sms() {
    let harness = Harness::start().await;
    let user = harness.user().await;
    let begun = user.start("totp").await.expect(201);
    assert_eq!(begun["method"], "sms");
    user.accepted(&harness.pin(&user), "sms").await;
}

#[tokio::test]
async fn an_app_logs_in_once_a_code() {
    let harness = Harness::start().await;
    let user = harness.user().await;
    let secret = user.enrol(&harness).await;
    assert_eq!(
        user.start("totp").await.expect(201),
        json!({ "method": "totp" })
    );
    user.denied(&harness.code(&secret, 0), "INVALID").await; // it confirmed the enrolment

    harness.clock.advance(30);
    let code = harness.code(&secret, 0);
    user.accepted(&code, "totp").await;
    user.denied(&code, "INVALID").await;
    user.start("totp").await.expect(201);
    user.denied(&code, "INVALID").await;
    user.denied(&harness.code(&secret, -1), "INVALID").await;
    user.accepted(&harness.code(&secret, 1), "totp").await;
}

#[tokio::test]
async fn an_answered_challenge_takes_no_other_answer_and_counts_none() {
    let harness = Harness::start().await;
    let user = harness.user().await;
    let secret = user.enrol(&harness).await;
    user.start("totp").await.expect(201);
    harness.clock.advance(30);
    user.accepted(&harness.code(&secret, 0), "totp").await;
    for _ in 0..10 {
        user.denied(&harness.code(&secret, 1), "INVALID").await;
    }
    user.start("totp").await.expect(201);
    user.accepted(&harness.code(&secret, 1), "totp").await;
}

#[tokio::test]
async fn a_user_with_an_app_may_ask_for_sms() {
    let harness = Harness::start().await;
    let user = harness.user().await;
    let secret = user.enrol(&harness).await;
    harness.clock.advance(30);
    user.start_sms().await;
    user.denied(&harness.code(&secret, 0), "INVALID").await;
    user.accepted(&harness.pin(&user), "sms").await;
}

#[tokio::test]
async fn nothing_pending_is_not_found() {
    let harness = Harness::start().await;
    let user = harness.user().await;
    user.verify("123456")
        .await
        .refused(404, "pending verification not found");
    let nobody = User {
        user: "nobody".to_owned(),
        ..user
    };
    nobody.verify("123456").await.refused(404, "user not found");
    nobody.start("sms").await.refused(404, "user not found");
}

#[tokio::test]
async fn what_is_not_acceptable_is_named() {
    let harness = Harness::start().await;
    let user = harness.user().await;
    let auth = format!("{}/auth", user.path());
    for (body, problem) in [
        (json!({}), "lacks the key \"method\""),
        (json!({ "method": 1 }), "\"method\" must be a string"),
        (
            json!({ "method": "SMS" }),
            "\"method\" must be \"totp\" or \"sms\"",
        ),
    ] {
        user.client.post(&auth, body).await.refused(422, problem);
    }
    user.start_sms().await;
    for (body, problem) in [
        (json!({}), "lacks the key \"token\""),
        (json!({ "token": 123456 }), "\"token\" must be a string"),
        (
            json!({ "token": "123456", "method": "fax" }),
            "\"method\" must be",
        ),
        (
            json!({ "token": "123456", "auth_id": 1 }),
            "\"auth_id\" must be a string",
        ),
    ] {
        user.verify_with(body).await.refused(422, problem);
    }
    user.accepted(&harness.pin(&user), "sms").await;
}

/// A code with something in it that no app shows.
fn misspelt(code: &str) -> [String; 5] {
    let full_width = |digit: u8| char::from_u32(0xff10 + u32::from(digit - b'0')).unwrap();
    [
        String::new(),
        format!("0{code}"),
        format!("{code}0"),
        format!("{}.{}", &code[..3], &code[3..]),
        code.bytes().map(full_width).collect(),
    ]
}

/// A code as people and apps write it.
fn spelt(code: &str) -> [String; 5] {
    let (first, last) = code.split_at(3);
    [
        format!("{first} {last}"),
        format!("{first}-{last}"),
        format!(" {code}\n"),
        format!("{first}\u{a0}{last}"),
        format!("{} {} {}", &code[..2], &code[2..4], &code[4..]),
    ]
}

#[tokio::test]
async fn a_pin_may_be_written_in_groups_and_in_no_other_way() {
    let harness = Harness::start().await;
    for (number, pin) in spelt("012345").iter().enumerate() {
        let user = User::register(harness.client(), &format!("{number}.example")).await;
        user.start_sms().await;
        let sent = harness.pin(&user);
        let misspelt = &misspelt(&sent)[number];
        user.denied(misspelt, "INVALID").await;
        let spelt = &spelt(&sent)[number];
        assert_eq!(spelt.len(), pin.len());
        user.accepted(spelt, "sms").await;
        for replay in [spelt, &sent] {
            user.denied(replay, "INVALID").await;
        }
    }
}

#[tokio::test]
async fn a_code_may_be_written_in_groups_and_in_no_other_way() {
    let harness = Harness::start().await;
    let user = harness.user().await;
    let secret = user.enrol(&harness).await;
    for number in 0..5 {
        harness.clock.advance(30);
        user.start("totp").await.expect(201);
        let code = harness.code(&secret, 0);
        user.denied(&misspelt(&code)[number], "INVALID").await;
        user.accepted(&spelt(&code)[number], "totp").await;
        user.start("totp").await.expect(201);
        user.denied(&spelt(&code)[number], "INVALID").await;
        user.denied(&code, "INVALID").await;
        harness.clock.advance(30);
        user.accepted(&harness.code(&secret, 0), "totp").await;
    }
}

#[tokio::test]
async fn an_app_is_confirmed_by_a_code_in_groups() {
    let harness = Harness::start().await;
    let user = harness.user().await;
    let path = format!("{}/totp", user.admin_path());
    let begun = user.client.post(&path, json!({})).await.expect(201);
    let code = harness.code(begun["secret"].as_str().unwrap(), 0);
    let confirmation = json!({ "code": spelt(&code)[0] });
    user.client.put(&path, confirmation).await.expect(200);
}

#[tokio::test]
async fn a_login_by_one_method_leaves_the_other_under_way() {
    let harness = Harness::start().await;
    let user = harness.user().await;
    let secret = user.enrol(&harness).await;
    harness.clock.advance(30);
    let (pin, code) = (
        async || {
            user.start_sms().await;
            harness.pin(&user)
        },
        async |steps| {
            user.start("totp").await.expect(201);
            harness.code(&secret, steps)
        },
    );

    let sent = pin().await;
    code(0).await;
    user.accepted(&sent, "sms").await;
    user.denied(&sent, "INVALID").await;
    let shown = harness.code(&secret, 0);
    user.accepted(&shown, "totp").await;

    let shown = code(1).await;
    let sent = pin().await;
    user.accepted(&shown, "totp").await;
    user.accepted(&sent, "sms").await;
    user.denied(&sent, "INVALID").await;
}

#[tokio::test]
async fn method_and_auth_id_say_which_login_is_answered() {
    let harness = Harness::start().await;
    let user = harness.user().await;
    let secret = user.enrol(&harness).await;
    harness.clock.advance(30);
    let auth_id = user.start_sms().await;
    let pin = harness.pin(&user);
    user.start("totp").await.expect(201);
    let code = harness.code(&secret, 0);
    for (token, meant, method) in [
        (&pin, json!({ "method": "totp" }), "totp"),
        (&code, json!({ "method": "sms" }), "sms"),
        (&code, json!({ "auth_id": auth_id }), "sms"),
    ] {
        let mut body = meant;
        body["token"] = json!(token);
        let answer = user.verify_with(body).await;
        is_denied(&answer, "INVALID");
        assert_eq!(answer.json()["method"], method);
    }
    let body = json!({ "token": pin, "auth_id": auth_id });
    assert_eq!(user.verify_with(body).await.expect(200)["method"], "sms");
    let body = json!({ "token": code, "method": "totp" });
    assert_eq!(user.verify_with(body).await.expect(200)["method"], "totp");
}

#[tokio::test]
async fn a_new_pin_ends_the_old_one() {
    let harness = Harness::start().await;
    let user = harness.user().await;
    let first = user.start_sms().await;
    let old = harness.pin(&user);
    let second = user.start_sms().await;
    assert_ne!(first, second);
    let new = harness.pin(&user);
    if old != new {
        user.denied(&old, "INVALID").await;
    }
    let stale = user
        .verify_with(json!({ "token": new, "auth_id": first }))
        .await;
    is_denied(&stale, "INVALID");
    let body = json!({ "token": new, "auth_id": second, "method": "sms" });
    assert_eq!(user.verify_with(body).await.expect(200)["verified"], true);
}

#[tokio::test]
async fn another_challenges_method_is_denied() {
    let harness = Harness::start().await;
    let user = harness.user().await;
    user.start_sms().await;
    let pin = harness.pin(&user);
    is_denied(
        &user
            .verify_with(json!({ "token": pin, "method": "totp" }))
            .await,
        "INVALID",
    );
    let body = json!({ "token": pin, "method": "sms", "auth_id": null });
    assert_eq!(user.verify_with(body).await.expect(200)["verified"], true);
}

#[tokio::test]
async fn another_users_pin_is_denied() {
    let harness = Harness::start().await;
    let jane = harness.user().await;
    let john = User::register(harness.client(), "john.example").await;
    jane.start_sms().await;
    john.start_sms().await;
    let pin = harness.pin(&jane);
    if pin != harness.pin(&john) {
        john.denied(&pin, "INVALID").await;
    }
    jane.accepted(&pin, "sms").await;
}

#[tokio::test]
async fn a_pin_lives_five_minutes() {
    let harness = Harness::start().await;
    let user = harness.user().await;
    user.start_sms().await;
    harness.clock.advance(299);
    user.denied(&wrong(&harness.pin(&user)), "INVALID").await;
    harness.clock.advance(1);
    user.denied(&harness.pin(&user), "EXPIRED").await;
    user.start_sms().await;
    harness.clock.advance(299);
    user.accepted(&harness.pin(&user), "sms").await;
}

#[tokio::test]
async fn a_clock_that_jumps_gives_no_code_a_second_life() {
    let harness = Harness::start().await;
    let user = harness.user().await;
    let secret = user.enrol(&harness).await;
    harness.clock.advance(30);
    user.start("totp").await.expect(201);
    let code = harness.code(&secret, 0);
    user.accepted(&code, "totp").await;

    harness.clock.advance(-3600);
    user.start("totp").await.expect(201);
    user.denied(&harness.code(&secret, 0), "INVALID").await;
    harness.clock.advance(3600);
    user.start("totp").await.expect(201);
    user.denied(&code, "INVALID").await;

    user.start_sms().await;
    harness.clock.advance(-3600);
    user.denied(&harness.pin(&user), "EXPIRED").await;
}

#[tokio::test]
async fn no_code_works_twice_wherever_the_clock_goes() {
    let harness = Harness::start().await;
    let user = harness.user().await;
    let secret = user.enrol(&harness).await;
    let now = harness.clock.now() + 30_000;
    let mut used = Vec::new();
    for moment in [
        now,
        0,
        now - 3_600_000,
        2_147_483_648_000,
        now,
        0,
        2_147_483_648_000,
    ] {
        harness.clock.set(moment);
        user.start("totp").await.expect(201);
        let code = harness.code(&secret, 0);
        let yes = user.verify(&code).await.expect(200)["verified"] == true;
        assert_eq!(
            yes,
            used.iter().all(|earlier| moment > *earlier),
            "at {moment}"
        );
        if yes {
            used.push(moment);
        }
    }
    assert_eq!(used, [now, 2_147_483_648_000]);
}

#[tokio::test]
async fn the_first_and_the_far_moments_work_too() {
    let harness = Harness::start().await;
    for (moment, fqdn) in [
        (0, "first.example"),
        (2_147_483_648_000, "2038.example"),
        (4_102_444_800_000, "far.example"),
    ] {
        harness.clock.set(moment);
        let user = User::register(harness.client(), fqdn).await;
        let secret = user.enrol(&harness).await;
        user.start("totp").await.expect(201);
        user.denied(&harness.code(&secret, 0), "INVALID").await;
        user.accepted(&harness.code(&secret, 1), "totp").await;
        user.start_sms().await;
        user.accepted(&harness.pin(&user), "sms").await;
        assert_eq!(harness.clock.now(), moment);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_hundred_parallel_verifications_of_one_code_give_one_yes() {
    let files = Files::new();
    let one = Harness::on(files.storage(), |_| ()).await;
    // A second server on the same file, with a connection of its own.
    let two = Harness::on(files.storage(), |_| ()).await;
    let user = one.user().await;
    let secret = user.enrol(&one).await;
    one.clock.advance(30);
    two.clock.advance(30);

    for method in ["sms", "totp"] {
        user.start(method).await.expect(201);
        let token = if method == "sms" {
            one.pin(&user)
        } else {
            one.code(&secret, 0)
        };
        let checks: Vec<_> = (0..200)
            .map(|number| {
                let client = if number % 2 == 0 {
                    one.client()
                } else {
                    two.client()
                };
                let (user, token) = (
                    User {
                        client,
                        ..user.clone()
                    },
                    token.clone(),
                );
                tokio::spawn(
                    async move { user.verify(&token).await.expect(200)["verified"] == true },
                )
            })
            .collect();
        let mut accepted = 0;
        for check in checks {
            accepted += u32::from(check.await.unwrap());
        }
        assert_eq!(accepted, 1, "{method}");
    }
}

#[tokio::test]
async fn the_java_client_gets_200_for_what_is_created_and_202_for_what_is_deleted() {
    use verigator_server::reply::SuccessCodes;
    let harness = Harness::with(|settings| settings.success_codes = SuccessCodes::Created200).await;
    let client = harness.client();
    let body = json!({ "fqdn": "example.com", "name": "Example" });
    let service = client.post("/v1/service/service", body).await.expect(200);
    let service = format!("/v1/service/service/{}", service["id"].as_str().unwrap());
    let body = json!({ "phone_number": "+4401234567", "id_in_service": "jane" });
    let user = client
        .post(&format!("{service}/users"), body)
        .await
        .expect(200);
    let user = format!("{service}/users/{}", user["id"].as_str().unwrap());
    client
        .post(&format!("{user}/auth"), json!({ "method": "sms" }))
        .await
        .expect(200);
    client
        .put(&format!("{user}/auth"), json!({ "token": "x" }))
        .await
        .expect(200);
    client.delete(&user).await.expect(202);
    client.delete(&service).await.expect(202);
    client.get(&service).await.refused(404, "service not found");
}
