//! The client of asynchronous programs, on their own Tokio runtime.

mod support;

use std::sync::mpsc::channel;
use std::sync::{Arc, Barrier};
use std::time::Duration;

use support::peer::{Peer, reply};
use support::route::Route;
use tokio::runtime::{Builder, Runtime};
use verigator::{AsyncClient, Client, Config, Method, Status};

const VERIFIED: &str = r#"{"verified":true,"method":"totp"}"#;

fn one_thread() -> Runtime {
    Builder::new_current_thread().enable_all().build().unwrap()
}

fn client(base_url: &str) -> AsyncClient {
    let mut config = Config::new("user", "password").unwrap();
    config.set_base_url(base_url).unwrap();
    AsyncClient::new(&config).unwrap()
}

#[test]
fn a_call_is_awaited_on_every_route_and_its_connection_is_used_again() {
    Route::each(|route| {
        let routed = route.to(|connection| {
            while let Some(request) = connection.request() {
                let body = match request.line.starts_with("POST") {
                    true => r#"{"method":"sms"}"#,
                    false => VERIFIED,
                };
                connection.send(&reply(200, body));
            }
        });
        let client = AsyncClient::from(routed.client());
        one_thread().block_on(async {
            let challenge = client.initiate("s", "u", Method::Totp).await.unwrap();
            assert_eq!(challenge.method, Method::Sms);
            let answer = client.verify("s", "u", Some(&challenge), "123456").await;
            assert!(answer.unwrap().verified);
        });
        assert_eq!(routed.peer.connections(), 1);
    });
}

#[test]
fn many_calls_wait_at_once_on_one_thread() {
    let all = 100;
    let barrier = Arc::new(Barrier::new(all));
    let peer = Peer::start(move |connection| {
        if connection.request().is_some() {
            // None is answered before all are there.
            barrier.wait();
            connection.send(&reply(200, VERIFIED));
        }
    });
    let client = client(&peer.base_url());
    one_thread().block_on(async {
        let calls: Vec<_> = (0..all)
            .map(|_| {
                let client = client.clone();
                tokio::spawn(async move { client.verify("s", "u", None, "123456").await })
            })
            .collect();
        for call in calls {
            assert!(call.await.unwrap().unwrap().verified);
        }
    });
}

#[test]
fn tasks_of_several_threads_share_a_client() {
    let peer = Peer::always(reply(200, VERIFIED));
    let client = client(&peer.base_url());
    let runtime = Builder::new_multi_thread()
        .worker_threads(4)
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let calls: Vec<_> = (0..500)
            .map(|_| {
                let client = client.clone();
                tokio::spawn(async move { client.verify("s", "u", None, "123456").await })
            })
            .collect();
        for call in calls {
            assert!(call.await.unwrap().unwrap().verified);
        }
    });
}

/// A future that is dropped closes its connection, so that nobody else gets its reply.
#[test]
fn a_call_that_is_dropped_is_cancelled_on_every_route() {
    Route::each(|route| {
        let (seen, seeing) = channel();
        let (closed, closing) = channel();
        let routed = route.to(move |connection| {
            connection.request();
            seen.send(()).unwrap();
            connection.wait_for_close();
            let _ = closed.send(());
        });
        let client = AsyncClient::from(routed.client());
        let runtime = one_thread();
        runtime.block_on(async {
            let call = tokio::spawn({
                let client = client.clone();
                async move { client.verify("s", "u", None, "123456").await }
            });
            while seeing.try_recv().is_err() {
                tokio::task::yield_now().await;
            }
            call.abort();
            assert!(call.await.unwrap_err().is_cancelled());
            while closing.try_recv().is_err() {
                tokio::task::yield_now().await;
            }
        });
    });
}

#[test]
fn the_deadline_ends_a_call_and_so_does_closing_the_client() {
    let (seen, seeing) = channel();
    let peer = Peer::start(move |connection| {
        connection.request();
        seen.send(()).unwrap();
        connection.wait_for_close();
    });
    let mut config = Config::new("user", "password").unwrap();
    config.set_base_url(&peer.base_url()).unwrap();
    config.set_timeout(Duration::from_millis(50)).unwrap();
    let hasty = AsyncClient::new(&config).unwrap();
    let patient = client(&peer.base_url());
    one_thread().block_on(async {
        let late = hasty.verify("s", "u", None, "123456").await.unwrap_err();
        assert_eq!(late.status(), Status::TIMEOUT);
        seeing.recv().unwrap();
        let waiting = tokio::spawn({
            let patient = patient.clone();
            async move { patient.verify("s", "u", None, "123456").await }
        });
        while seeing.try_recv().is_err() {
            tokio::task::yield_now().await;
        }
        patient.close();
        let ended = waiting.await.unwrap().unwrap_err();
        assert_eq!(ended.status(), Status::CANCELLED);
        assert!(ended.maybe_sent());
    });
}

#[test]
fn outside_of_a_runtime_there_is_an_error() {
    let client = AsyncClient::from(Client::new(&Config::new("user", "password").unwrap()).unwrap());
    let mut call = std::pin::pin!(client.service("s"));
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    let std::task::Poll::Ready(Err(error)) = std::future::Future::poll(call.as_mut(), &mut context)
    else {
        panic!("it waits");
    };
    assert_eq!(error.status(), Status::SYSTEM);
    assert!(error.message().contains("Tokio"), "{error}");
}
