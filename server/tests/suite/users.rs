//! Users: register, list, get, delete.

use serde_json::{Value, json};
use verigator_server::clock::Clock;
use verigator_server::model::User;
use verigator_server::storage::Target;

use crate::harness::{self, Client, Harness};

#[tokio::test]
async fn a_user_is_registered_read_listed_and_deleted() {
    let harness = Harness::start().await;
    let client = harness.client();
    let service = client.create_service("example.com").await;
    let users = format!("/v1/service/service/{service}/users");
    assert_eq!(
        client.get(&users).await.expect(200),
        json!({ "users": [], "total": 0, "count": 0 })
    );

    let body = json!({ "phone_number": "+44 (0123) 45-67", "id_in_service": " jane " });
    let jane = client.post(&users, body).await.expect(201);
    assert_eq!(jane["id_in_service"], "jane");
    assert_eq!(jane["ctime"], "2027-01-15T08:00:00.000Z");
    let id = uuid::Uuid::parse_str(jane["id"].as_str().unwrap()).unwrap();
    assert_eq!(id.get_version_num(), 4);
    harness.clock.set(harness::BEGINNING + 1);
    let body = json!({ "phone_number": "+3725555555", "id_in_service": "john" });
    let john = client.post(&users, body).await.expect(201);

    let listed = client.get(&users).await.expect(200);
    assert_eq!(
        listed,
        json!({ "users": [jane, john], "total": 2, "count": 2 })
    );
    let path = format!("{users}/{}", jane["id"].as_str().unwrap());
    assert_eq!(client.get(&path).await.expect(200), jane);
    assert_eq!(client.delete(&path).await.expect(202), json!({}));
    client.get(&path).await.refused(404, "user not found");
    client.delete(&path).await.refused(404, "user not found");
}

#[tokio::test]
async fn every_form_of_the_path_leads_to_the_user() {
    let harness = Harness::start().await;
    let user = harness.user().await;
    let expected = user.client.get(&user.path()).await.expect(200);
    for service in ["/v1/service/service", "/v1/service"] {
        for users in ["users", "user"] {
            let users = format!("{service}/{}/{users}", user.service);
            assert_eq!(user.client.get(&users).await.expect(200)["total"], 1);
            let path = format!("{users}/{}", user.user);
            assert_eq!(user.client.get(&path).await.expect(200), expected);
            let auth = format!("{path}/auth");
            user.client
                .post(&auth, json!({ "method": "sms" }))
                .await
                .expect(201);
            let token = json!({ "token": harness.pin(&user) });
            let verified = user.client.put(&auth, token).await.expect(200);
            assert_eq!(verified["verified"], true, "{auth}");
        }
    }
}

#[tokio::test]
async fn one_phone_and_one_name_are_one_user_of_a_service() {
    let harness = Harness::start().await;
    let user = harness.user().await;
    let users = format!("/v1/service/service/{}/users", user.service);
    for (phone_number, id_in_service, key) in [
        ("+3725555555", " jane ", "id_in_service"),
        ("00 44 0123-4567", "john", "phone_number"),
        ("+44.0123.4567", "john", "phone_number"),
    ] {
        let body = json!({ "phone_number": phone_number, "id_in_service": id_in_service });
        user.client.post(&users, body).await.refused(409, key);
    }
    let elsewhere = user.client.create_service("elsewhere.example").await;
    let body = json!({ "phone_number": "+4401234567", "id_in_service": "jane" });
    let users = format!("/v1/service/service/{elsewhere}/users");
    user.client.post(&users, body).await.expect(201);
    user.client
        .get(&format!("{users}/{}", user.user))
        .await
        .refused(404, "user not found");
}

#[tokio::test]
async fn ids_that_differ_in_case_are_two_users_and_one_in_two_encodings_is_one() {
    let harness = Harness::start().await;
    let client = harness.client();
    let service = client.create_service("example.com").await;
    let users = format!("/v1/service/service/{service}/users");
    let register = async |phone: u32, id_in_service: &str| {
        let phone_number = format!("+37255555{phone}");
        let body = json!({ "phone_number": phone_number, "id_in_service": id_in_service });
        client.post(&users, body).await
    };
    for (phone, id) in [
        (100, "aB3dE"),
        (101, "Ab3De"),
        (102, "J\u{fc}rgen"),
        (103, "\u{212a}"),
    ] {
        assert_eq!(register(phone, id).await.expect(201)["id_in_service"], id);
    }
    for (phone, id) in [(104, "aB3dE"), (105, "Ju\u{308}rgen"), (106, "K")] {
        register(phone, id).await.refused(409, "id_in_service");
    }
}

#[tokio::test]
async fn one_phone_however_it_is_written_is_one_user_and_is_sent_to() {
    let harness = Harness::start().await;
    let client = harness.client();
    let service = client.create_service("example.com").await;
    let users = format!("/v1/service/service/{service}/users");
    let register = async |phone_number: &str, id_in_service: &str| {
        let body = json!({ "phone_number": phone_number, "id_in_service": id_in_service });
        client.post(&users, body).await
    };
    let user = register("+44 (0)7911 123456", "0").await.expect(201)["id"].clone();
    let auth = format!("{users}/{}/auth", user.as_str().unwrap());
    client
        .post(&auth, json!({ "method": "sms" }))
        .await
        .expect(201);
    let sent = harness.storage.outbox(None).await.unwrap();
    assert_eq!(sent[0].phone_number, "+447911123456");
    for other in [
        "+447911123456",
        "+4407911123456",
        "0044 7911-123456",
        "+44 07911 123456",
    ] {
        register(other, other).await.refused(409, "phone_number");
    }
    // In Italy the zero is a part of the number.
    register("+39 06 698 12345", "Rome").await.expect(201);
    register("+39 (0)6 698 12345", "Rome, again")
        .await
        .refused(409, "phone_number");
}

#[tokio::test]
async fn a_number_with_a_zero_in_brackets_that_is_no_number_is_told_how_to_write_it() {
    let harness = Harness::start().await;
    let client = harness.client();
    let service = client.create_service("example.com").await;
    let users = format!("/v1/service/service/{service}/users");
    let body = json!({ "phone_number": "+44 (0)123 4567", "id_in_service": "x" });
    client.post(&users, body).await.refused(422, "+441234567");
}

#[tokio::test]
async fn characters_that_nobody_sees_are_no_part_of_an_id() {
    let harness = Harness::start().await;
    let client = harness.client();
    let service = client.create_service("example.com").await;
    let users = format!("/v1/service/service/{service}/users");
    for (id, told) in [
        ("jane\u{202e}nimda", "U+202E"),
        ("jane\u{200b}", "U+200B"),
        ("\u{feff}jane", "U+FEFF"),
        ("ja\u{ad}ne", "U+00AD"),
        ("ja\u{200d}ne", "U+200D"),
        ("jane\u{2028}x", "U+2028"),
        ("jane\u{e0061}", "U+E0061"),
    ] {
        let body = json!({ "phone_number": "+3725555555", "id_in_service": id });
        client.post(&users, body).await.refused(422, told);
    }
    // Persian and Sinhala are not written without them.
    for (phone, id) in [
        (100, "\u{645}\u{6cc}\u{200c}\u{62e}"),
        (101, "\u{dc1}\u{dca}\u{200d}\u{dbb}\u{dd3}"),
    ] {
        let phone_number = format!("+37255555{phone}");
        let body = json!({ "phone_number": phone_number, "id_in_service": id });
        client.post(&users, body).await.expect(201);
    }
}

#[tokio::test]
async fn what_is_not_acceptable_is_named() {
    let harness = Harness::start().await;
    let client = harness.client();
    let service = client.create_service("example.com").await;
    let users = format!("/v1/service/service/{service}/users");
    for (body, problem) in [
        (
            json!({ "id_in_service": "x" }),
            "lacks the key \"phone_number\"",
        ),
        (
            json!({ "phone_number": 4401234567_u64, "id_in_service": "x" }),
            "must be a string",
        ),
        (
            json!({ "phone_number": "01234567", "id_in_service": "x" }),
            "country prefix",
        ),
        (
            json!({ "phone_number": "+4401234567" }),
            "lacks the key \"id_in_service\"",
        ),
        (
            json!({ "phone_number": "+4401234567", "id_in_service": " " }),
            "must not be empty",
        ),
        (
            json!({ "phone_number": "+4401234567", "id_in_service": "x".repeat(256) }),
            "must not be longer than 255",
        ),
    ] {
        client.post(&users, body).await.refused(422, problem);
    }
}

#[tokio::test]
async fn a_deleted_service_takes_its_users_along() {
    let harness = Harness::start().await;
    let user = harness.user().await;
    user.start_sms().await;
    let service = format!("/v1/service/service/{}", user.service);
    user.client.delete(&service).await.expect(202);
    user.client
        .get(&user.path())
        .await
        .refused(404, "service not found");
    user.verify("123456")
        .await
        .refused(404, "service not found");
}

/// All that a list in pages gives, and how many pages there are.
async fn in_pages(client: &Client, users: &str, limit: usize) -> (Vec<Value>, usize) {
    let (mut listed, mut pages) = (Vec::new(), 0);
    let mut query = format!("limit={limit}");
    loop {
        let page = client.get(&format!("{users}?{query}")).await.expect(200);
        listed.extend(page["users"].as_array().unwrap().clone());
        pages += 1;
        match page["next_cursor"].as_str() {
            Some(cursor) => query = format!("limit={limit}&cursor={cursor}"),
            None => return (listed, pages),
        }
    }
}

#[tokio::test]
async fn a_list_comes_in_pages_or_whole_however_long_it_is() {
    let harness = Harness::start().await;
    let client = harness.client();
    let service = client.create_service("example.com").await;
    let users = format!("/v1/service/service/{service}/users");
    // More than are read at once, and some that are registered in the same millisecond.
    let all: Vec<_> = (0..2500)
        .map(|number| format!("user {number:04}"))
        .collect();
    for (id_in_service, number) in all.iter().zip(1_000_000_i64..) {
        harness.clock.set(harness::BEGINNING + number / 7);
        let user = User {
            id: format!(
                "{:08x}-0000-4000-8000-000000000000",
                number * 2_654_435_761 % (1 << 32)
            ),
            phone_number: format!("+3725{number}"),
            id_in_service: id_in_service.clone(),
            ctime: harness.clock.now(),
        };
        let target = Target {
            account: None,
            address: None,
            service: service.clone(),
        };
        harness.storage.register_user(target, &user).await.unwrap();
    }
    let names = |listed: &[Value]| {
        let name = |user: &Value| user["id_in_service"].as_str().unwrap().to_owned();
        let mut names: Vec<_> = listed.iter().map(name).collect();
        names.sort();
        names
    };
    let whole = client.get(&users).await.expect(200);
    assert_eq!(whole["total"], 2500);
    let listed = whole["users"].as_array().unwrap();
    assert_eq!(names(listed), all);
    assert!(listed.is_sorted_by_key(|user| user["ctime"].as_str().unwrap().to_owned()));
    for (limit, expected) in [(1000, 3), (999, 3), (500, 5)] {
        let (paged, pages) = in_pages(&client, &users, limit).await;
        assert!(paged == *listed, "in pages of {limit}");
        assert_eq!(pages, expected, "in pages of {limit}");
    }
}

#[tokio::test]
async fn a_list_in_pages_is_counted_when_it_begins() {
    let harness = Harness::start().await;
    let user = harness.user().await;
    let client = harness.client();
    let users = format!("/v1/service/service/{}/users", user.service);
    for number in 1..3 {
        let fields = json!({ "phone_number": format!("+3725000000{number}"), "id_in_service": number.to_string() });
        client.post(&users, fields).await.expect(201);
    }
    let first = client.get(&format!("{users}?limit=1")).await.expect(200);
    assert_eq!(first["total"], 3);
    client.delete(&user.path()).await.expect(202);
    let cursor = first["next_cursor"].as_str().unwrap();
    let next = format!("{users}?limit=1&cursor={cursor}");
    assert_eq!(client.get(&next).await.expect(200)["total"], 3);
    let anew = client.get(&format!("{users}?limit=1")).await.expect(200);
    assert_eq!(anew["total"], 2);
}

#[tokio::test]
async fn what_asks_for_no_page_is_told_so() {
    let harness = Harness::start().await;
    let client = harness.client();
    let service = client.create_service("example.com").await;
    let users = format!("/v1/service/service/{service}/users");
    for limit in ["0", "1001", "-1", "ten", "1.5", ""] {
        let answer = client.get(&format!("{users}?limit={limit}")).await;
        answer.refused(422, "\"limit\" must be a number from 1 to 1000");
    }
    let answer = client.get(&format!("{users}?cursor=x")).await;
    answer.refused(422, "next_cursor");
}
