//! Two processes on one database, behind a balancer.

use crate::balancer::Balancer;
use crate::harness::{CREDENTIALS, Client, User, last_pin};
use crate::process::Files;

/// The same user, over a connection of its own.
fn anew(user: &User, balancer: &Balancer) -> User {
    let url = format!("http://{}", balancer.address);
    User {
        client: Client::new(&url, Some(CREDENTIALS)),
        ..user.clone()
    }
}

#[tokio::test]
async fn two_hundred_verifications_over_both_give_one_yes() {
    let files = Files::new();
    let (one, two) = (files.serve(&["--dev"]), files.serve(&["--dev"]));
    let balancer = Balancer::before_servers([&*one.url, &*two.url]);
    let user = User::register(one.client(), "example.com").await;
    user.start_sms().await;
    let pin = last_pin(&files.storage(), &user);
    let checks: Vec<_> = (0..200)
        .map(|_| {
            let (user, pin) = (anew(&user, &balancer), pin.clone());
            tokio::spawn(async move { user.verify(&pin).await.expect(200)["verified"] == true })
        })
        .collect();
    let mut accepted = 0;
    for check in checks {
        accepted += u32::from(check.await.unwrap());
    }
    assert_eq!(accepted, 1);
}

#[tokio::test]
async fn a_login_started_here_is_verified_there_at_once() {
    let files = Files::new();
    let storage = files.storage();
    let (one, two) = (files.serve(&["--dev"]), files.serve(&["--dev"]));
    let first = User::register(one.client(), "example.com").await;
    for number in 0..30 {
        let here = first.colleague(number).await;
        let there = two.user(&here);
        here.start_sms().await;
        // No later: the PIN is there as soon as the start is answered.
        there.accepted(&last_pin(&storage, &here), "sms").await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_of_two_is_killed_and_no_code_is_used_twice() {
    let files = Files::new();
    let storage = files.storage();
    let (one, two) = (files.serve(&["--dev"]), files.serve(&["--dev"]));
    let balancer = Balancer::before_servers([&*one.url, &*two.url]);
    let first = User::register(two.client(), "example.com").await;
    let mut logins = Vec::new();
    for number in 0..20 {
        let user = first.colleague(number).await;
        user.start_sms().await;
        logins.push((last_pin(&storage, &user), user));
    }
    let mut checks = Vec::new();
    for (pin, user) in &logins {
        let tries = (0..10).map(|_| {
            let (user, pin) = (anew(user, &balancer), pin.clone());
            tokio::spawn(async move { user.try_verify(&pin).await })
        });
        checks.push(tries.collect::<Vec<_>>());
    }
    // As soon as anything has been answered.
    let early = checks[0].remove(0).await.unwrap();
    drop(one); // by SIGKILL
    let mut told = vec![usize::from(early == Some(true))];
    told.resize(logins.len(), 0);
    for (tries, told) in checks.into_iter().zip(&mut told) {
        for check in tries {
            *told += usize::from(check.await.unwrap() == Some(true));
        }
    }
    for ((pin, user), told) in logins.iter().zip(told) {
        let mut later = 0;
        for _ in 0..2 {
            let user = anew(user, &balancer);
            later += usize::from(user.verify(pin).await.expect(200)["verified"] == true);
        }
        assert!(
            told + later <= 1,
            "told {told} times, and {later} times later"
        );
    }
    first.start_sms().await;
    first.accepted(&last_pin(&storage, &first), "sms").await;
}
