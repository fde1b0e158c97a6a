//! Limits on messages: whatever is tried, no phone, service, account, range or country gets more of them.

use std::sync::Arc;

use reqwest::header::RETRY_AFTER;
use serde_json::json;
use verigator_server::clock::Clock;
use verigator_server::delivery::{Delivery, Route};
use verigator_server::limits::destinations::Destinations;
use verigator_server::limits::{Limit, Limits};
use verigator_server::server::Settings;

use crate::delivery::{by_real_time, wait_for, webhook};
use crate::gateway::{Answer, Gateway};
use crate::harness::{Answer as Reply, BEGINNING, Client, Harness, User, last_pin, wait};
use crate::process::Files;

fn limited(limits: Limits) -> impl FnOnce(&mut Settings) {
    move |settings| settings.delivery.limits = Arc::new(limits)
}

async fn with(limits: Limits) -> Harness {
    Harness::with(limited(limits)).await
}

/// Two users of whom nothing is the same that a limit counts by.
async fn strangers(harness: &Harness) -> (User, User) {
    let other = harness.client_as(Some("other:other-password"));
    (
        User::with_phone(harness.client(), "one.example", "+447911123456").await,
        User::with_phone(other, "two.example", "+37250000000").await,
    )
}

/// A user who has in common with another what a limit counts by, and nothing else.
async fn relative(harness: &Harness, user: &User, limit: Limit) -> User {
    let other = harness.client_as(Some("other:other-password"));
    match limit {
        Limit::PhoneTenMinutes | Limit::PhoneDay => {
            User::with_phone(other, "three.example", "+44 (0)7911 123456").await
        }
        Limit::RangeHour => User::with_phone(other, "three.example", "+447911129999").await,
        Limit::CountryHour => User::with_phone(other, "three.example", "+442079460000").await,
        Limit::AccountDay => {
            User::with_phone(harness.client(), "three.example", "+12025550123").await
        }
        Limit::ServiceHour => {
            let body = json!({ "phone_number": "+12025550123", "id_in_service": "john" });
            let users = format!("/v1/service/service/{}/users", user.service);
            let john = user.client.post(&users, body).await.expect(201);
            User {
                user: john["id"].as_str().unwrap().to_owned(),
                ..user.clone()
            }
        }
    }
}

fn retry_after(reply: &Reply) -> i64 {
    let seconds = reply.headers[RETRY_AFTER].to_str().unwrap();
    seconds.parse().unwrap()
}

async fn has_metric(client: &Client, line: &str) -> bool {
    let metrics = client.get("/metrics").await.text;
    metrics.lines().any(|found| found == line)
}

async fn last_outcome(harness: &Harness) -> String {
    let rows = harness.storage.audit(None).await.unwrap();
    rows.last().unwrap().outcome.clone()
}

#[tokio::test]
async fn each_limit_is_reached_by_what_it_counts_and_by_nothing_else() {
    for limit in Limit::ALL {
        let harness = with(Limits::none().with(limit, Some(2))).await;
        let (user, stranger) = strangers(&harness).await;
        let relative = relative(&harness, &user, limit).await;
        user.start_sms().await;
        relative.start_sms().await;
        let refused = relative.start("totp").await;
        refused.refused(409, "too many messages");
        refused.refused(409, "the limit is 2 in");
        user.start("sms").await.refused(409, "too many messages");
        stranger.start_sms().await;

        // What was begun before is as it was.
        user.accepted(&harness.pin(&user), "sms").await;
        let name = limit.as_str();
        user.start("sms").await.refused(409, "too many messages");
        assert_eq!(last_outcome(&harness).await, format!("limit {name}"));
        let line = format!("verigator_sends_refused_total{{limit=\"{name}\"}} 3");
        assert!(has_metric(&user.client, &line).await, "{name}");

        // No sooner than told, and no later.
        harness.clock.advance(retry_after(&refused) - 1);
        user.start("sms").await.refused(409, "in 1 s");
        harness.clock.advance(1);
        relative.start_sms().await;
    }
}

#[tokio::test]
async fn a_limit_of_none_sends_nothing_and_of_one_sends_one() {
    for limit in Limit::ALL {
        let harness = with(Limits::none().with(limit, Some(0))).await;
        let user = harness.user().await;
        let refused = user.start("sms").await;
        refused.refused(409, "no messages are sent");
        assert_eq!(refused.headers.get(RETRY_AFTER), None);
        assert!(harness.storage.outbox(None).await.unwrap().is_empty());
        let secret = user.enrol(&harness).await;
        user.start("totp").await.expect(201);
        user.accepted(&harness.code(&secret, 1), "totp").await;

        let harness = with(Limits::none().with(limit, Some(1))).await;
        let user = harness.user().await;
        user.start_sms().await;
        user.start("sms").await.refused(409, "the limit is 1 in");
        user.accepted(&harness.pin(&user), "sms").await;

        let harness = with(Limits::none().with(limit, Some(u32::MAX))).await;
        let user = harness.user().await;
        for _ in 0..30 {
            user.start_sms().await;
        }
    }
}

#[tokio::test]
async fn a_refused_start_counts_nothing_and_leaves_the_old_pin() {
    let harness = with(Limits::none().with(Limit::PhoneTenMinutes, Some(1))).await;
    let user = harness.user().await;
    let id = user.start_sms().await;
    for _ in 0..20 {
        user.start("sms").await.refused(409, "too many messages");
    }
    let by_id = json!({ "token": harness.pin(&user), "method": "sms", "auth_id": id });
    assert_eq!(user.verify_with(by_id).await.expect(200)["verified"], true);
    harness.clock.advance(600);
    user.start_sms().await;
}

#[tokio::test]
async fn a_phone_that_is_deleted_and_registered_again_has_the_same_limits() {
    let harness = with(Limits::default()).await;
    let mut sent = 0;
    for round in 0..10 {
        let spelling = ["+447911123456", "+44 (0)7911 123456", "0044 7911 123456"][round % 3];
        let user = User::with_phone(harness.client(), "example.com", spelling).await;
        sent += usize::from(user.start("sms").await.status == 201);
        let gone = match round % 2 {
            0 => user.client.delete(&user.path()).await,
            _ => harness.client().delete(&service(&user)).await,
        };
        gone.expect(202);
        harness.storage.clean(harness.clock.now()).await.unwrap();
        let service = service(&user);
        if round % 2 == 0 {
            harness.client().delete(&service).await.expect(202);
        }
    }
    assert_eq!(sent, 5);
}

fn service(user: &User) -> String {
    format!("/v1/service/service/{}", user.service)
}

#[tokio::test]
async fn a_clock_that_is_moved_ends_every_limit() {
    for limit in Limit::ALL {
        let harness = with(Limits::none().with(limit, Some(1))).await;
        let user = harness.user().await;
        user.start_sms().await;
        harness.clock.advance(-300);
        user.start("sms").await.refused(409, "too many messages");
        harness.clock.advance(-10 * 86_400);
        user.start_sms().await;
        // What was counted after now is forgotten, or it would come back.
        harness.storage.clean(harness.clock.now()).await.unwrap();
        harness.clock.set(BEGINNING);
        user.start_sms().await;
        harness.clock.advance(20 * 86_400);
        user.start_sms().await;
        user.start("sms").await.refused(409, "too many messages");
    }
}

#[tokio::test]
async fn the_countries_that_are_not_wanted_are_sent_nothing() {
    let mut limits = Limits::default();
    limits.destinations = Destinations {
        allowed: vec!["+372".parse().unwrap(), "+44".parse().unwrap()],
        refused: vec!["+4470".parse().unwrap()],
    };
    let harness = with(limits).await;
    for (number, (phone_number, is_sent)) in [
        ("+37250000000", true),
        ("+44 (0)7911 123456", true),
        ("+44 (0)7011 123456", false),
        ("+37120000000", false),
    ]
    .into_iter()
    .enumerate()
    {
        let fqdn = format!("{number}.example");
        let user = User::with_phone(harness.client(), &fqdn, phone_number).await;
        let answer = user.start("sms").await;
        match is_sent {
            true => drop(answer.expect(201)),
            false => answer.refused(409, "to the country or range of this phone number"),
        }
        let secret = user.enrol(&harness).await;
        user.start("totp").await.expect(201);
        user.accepted(&harness.code(&secret, 1), "totp").await;
    }
    let refused = "verigator_sends_refused_total{limit=\"destination\"} 2";
    assert!(has_metric(&harness.client(), refused).await);
    let outcomes = harness.storage.audit(None).await.unwrap();
    assert!(outcomes.iter().any(|row| row.outcome == "no sms there"));
}

#[tokio::test]
async fn what_was_certainly_not_sent_counts_for_no_limit() {
    let mut gateway = Gateway::start(&[Answer::Status(400), Answer::Status(200)]).await;
    let once = Limit::ALL
        .into_iter()
        .fold(Limits::none(), |limits, limit| limits.with(limit, Some(1)));
    let channels = vec![webhook(&gateway.url)];
    let harness = Harness::with(|settings| {
        by_real_time(settings, channels);
        limited(once)(settings);
    })
    .await;
    let user = harness.user().await;
    let failed = user.start_sms().await;
    gateway.next().await;
    wait_for(&harness.storage, &failed, "failed").await;
    let taken = user.start_sms().await;
    gateway.next().await;
    wait_for(&harness.storage, &taken, "handed-over").await;
    user.start("sms").await.refused(409, "too many messages");
}

#[tokio::test]
async fn what_nobody_took_in_time_counts_for_no_limit() {
    let files = Files::new();
    let once = || Limits::none().with(Limit::CountryHour, Some(3));
    let queueing = |settings: &mut Settings| {
        // There is a channel, and no worker comes to it: the clock stands still.
        settings.delivery = Delivery::by(Route::Sent(Vec::new()));
        limited(once())(settings);
    };
    let harness = Harness::on(files.storage(), queueing).await;
    for fqdn in ["a.example", "b.example", "c.example"] {
        let user = User::register(harness.client(), fqdn).await;
        user.start_sms().await;
        user.client.delete(&user.path()).await.expect(202);
    }
    let user = harness.user().await;
    user.start("sms").await.refused(409, "too many messages");
    let settled = harness.storage.settle_overdue(BEGINNING).await.unwrap();
    assert_eq!(settled.len(), 3);
    for _ in 0..3 {
        user.start_sms().await;
    }
    user.start("sms").await.refused(409, "too many messages");
}

#[tokio::test]
async fn what_counts_no_more_is_removed_and_nothing_else() {
    let files = Files::new();
    let harness = Harness::on(files.storage(), |_| ()).await;
    let kinds = "SELECT kind FROM send_counts ORDER BY kind";
    let kinds = || -> Vec<String> {
        let kinds = files.database.column(kinds);
        kinds.into_iter().flatten().collect()
    };
    let all = ["account", "country", "phone", "range", "service"];
    harness.user().await.start_sms().await;
    assert_eq!(kinds(), all);
    // A slot begins before what is counted in it: that may count a little longer.
    let ages = [
        (3_600_000 - 1, &all[..]),
        (3_660_000, &["account", "phone"]),
        (86_400_000 - 1, &["account", "phone"]),
        (86_400_000, &["account"]),
        (86_400_000 + 1_440_000, &[]),
    ];
    for (age, left) in ages {
        harness.storage.clean(BEGINNING + age).await.unwrap();
        assert_eq!(kinds(), left, "{age}");
    }
    files.database.column(
        "INSERT INTO send_counts (kind, name, slot, count)
         WITH RECURSIVE number (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < 1200)
         SELECT 'phone', CAST(n AS TEXT), CASE WHEN n % 2 = 0 THEN 1 ELSE 3000000000000 END, 1
         FROM number RETURNING name",
    );
    harness.storage.clean(BEGINNING).await.unwrap();
    assert_eq!(kinds(), Vec::<String>::new());
}

#[tokio::test]
async fn what_is_sent_and_what_comes_back_is_counted_by_country() {
    let harness = Harness::start().await;
    let (user, stranger) = strangers(&harness).await;
    user.start_sms().await;
    user.start_sms().await;
    user.accepted(&harness.pin(&user), "sms").await;
    stranger.start_sms().await;
    let secret = stranger.enrol(&harness).await;
    stranger.start("totp").await.expect(201);
    stranger.accepted(&harness.code(&secret, 1), "totp").await;
    let metrics = harness.client().get("/metrics").await.text;
    let lines: Vec<_> = metrics
        .lines()
        .filter(|line| line.contains("_by_country_total{"))
        .collect();
    let expected = [
        "verigator_sends_by_country_total{country=\"+44\"} 2",
        "verigator_sends_by_country_total{country=\"+372\"} 1",
        "verigator_sends_verified_by_country_total{country=\"+44\"} 1",
    ];
    assert_eq!(lines, expected);
}

#[tokio::test]
async fn a_development_server_has_the_limits_that_it_is_given() {
    let files = Files::new();
    let free = files.serve(&["--dev"]);
    let user = User::register(free.client(), "example.com").await;
    for _ in 0..30 {
        user.start_sms().await;
    }
    let limited = files.serve(&["--dev", "--sms-per-phone", "1"]);
    let user = User::with_phone(limited.client(), "example.net", "+37250000000").await;
    user.start_sms().await;
    user.start("sms").await.refused(409, "the limit is 1 in 10");
}

/// Starts a login, however often a busy database has to be asked.
async fn start(user: User) -> Reply {
    loop {
        let reply = user.start("sms").await;
        match reply.status {
            503 => reply.refused(503, "nothing was changed"),
            _ => return reply,
        }
    }
}

/// Starts logins of all users at once, each as often as said, by turns at each of the servers; gives how
/// many began. Whatever did not begin was refused by a limit.
async fn start_all(servers: &[Client], users: &[User], times: usize) -> usize {
    let mut starts = Vec::new();
    for turn in 0..times {
        for (number, user) in users.iter().enumerate() {
            let client = servers[(turn + number) % servers.len()].clone();
            let user = User {
                client,
                ..user.clone()
            };
            starts.push(tokio::spawn(start(user)));
        }
    }
    let mut begun = 0;
    for start in starts {
        let answer = start.await.unwrap();
        match answer.status {
            201 => begun += 1,
            _ => answer.refused(409, "too many messages"),
        }
    }
    begun
}

/// Users of services of their own, with phones that are told by their number.
async fn users(client: &Client, count: usize, phone: impl Fn(usize) -> String) -> Vec<User> {
    let mut users = Vec::new();
    for number in 0..count {
        let fqdn = format!("{number}.example");
        users.push(User::with_phone(client.clone(), &fqdn, &phone(number)).await);
    }
    users
}

#[tokio::test(flavor = "multi_thread")]
async fn two_processes_do_not_exceed_a_limit_together() {
    for (option, same_phone) in [
        ("--sms-per-phone", true),
        ("--sms-per-phone-day", true),
        ("--sms-per-range-hour", false),
        ("--sms-per-account-day", false),
        ("--sms-per-country-hour", false),
    ] {
        let files = Files::new();
        let arguments = ["--dev", option, "7"];
        let (one, two) = (files.serve(&arguments), files.serve(&arguments));
        let phone = |number| match same_phone {
            true => "+37250000000".to_owned(),
            false => format!("+3725000{number:04}"),
        };
        let users = users(&one.client(), 20, phone).await;
        let begun = start_all(&[one.client(), two.client()], &users, 4).await;
        assert_eq!(begun, 7, "{option}");
        let messages = wait(files.storage().outbox(None)).unwrap();
        assert_eq!(messages.len(), 7, "{option}");
    }
}

/// Ten thousand starts over a day, of 500 services and for 3 phones, while others log in.
#[tokio::test(flavor = "multi_thread")]
async fn an_attacker_with_many_services_gets_no_more_than_the_limits_allow() {
    const SERVICES: usize = 500;
    const PHONES: usize = 3;
    const STARTS: usize = 10_000;
    const ROUNDS: usize = 20;
    let harness = with(Limits::default()).await;
    let attacker = harness.client_as(Some("other:other-password"));
    let mut victims = Vec::new();
    for number in 0..SERVICES {
        let service = attacker.create_service(&format!("{number}.example")).await;
        let users = format!("/v1/service/service/{service}/users");
        for phone in 0..PHONES {
            let body = json!({
                "phone_number": format!("+37250{phone:06}"),
                "id_in_service": format!("victim {phone}"),
            });
            let user = attacker.post(&users, body).await.expect(201);
            victims.push(User {
                client: attacker.clone(),
                service: service.clone(),
                user: user["id"].as_str().unwrap().to_owned(),
            });
        }
    }
    let tenant = User::with_phone(harness.client(), "tenant.example", "+37251000000").await;
    let mut sent = 0;
    let servers = [attacker];
    for round in 0..ROUNDS {
        let some = victims.iter().cycle().skip(round * STARTS / ROUNDS);
        let some: Vec<_> = some.take(STARTS / ROUNDS).cloned().collect();
        let (begun, ()) = tokio::join!(start_all(&servers, &some, 1), async {
            tenant.start_sms().await;
            tenant.accepted(&harness.pin(&tenant), "sms").await;
        });
        sent += begun;
        harness.clock.advance(86_399 / ROUNDS as i64);
    }
    assert_eq!(sent, PHONES * 20);
    let stored = harness.storage.outbox(None).await.unwrap();
    let to_victims = stored
        .iter()
        .filter(|message| message.phone_number.as_str() < "+37250000004");
    assert_eq!(to_victims.count(), sent);
}

#[tokio::test]
async fn a_killed_server_remembers_what_was_sent() {
    let files = Files::new();
    let arguments = ["--dev", "--sms-per-phone", "1"];
    let process = files.serve(&arguments);
    let user = User::register(process.client(), "example.com").await;
    user.start_sms().await;
    process.stop("-KILL");
    files.database.settle();
    let process = files.serve(&arguments);
    let user = process.user(&user);
    user.start("sms").await.refused(409, "too many messages");
    user.accepted(&last_pin(&files.storage(), &user), "sms")
        .await;
}
