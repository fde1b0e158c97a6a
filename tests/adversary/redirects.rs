//! Replies that point elsewhere: nobody is asked but the server of the base URL.

use crate::support::peer::{Peer, reply, reply_with};
use crate::support::route::{Route, Routed};
use crate::{YES, refused};
use verigator::Method;

/// The proxy, where there is one, was asked for the service and nothing else.
fn assert_only_the_service_was_asked_for(routed: &Routed) {
    let service = format!("verigator.test:{}", routed.peer.address().port());
    for asked in routed.proxy.iter().flat_map(|proxy| proxy.asked()) {
        let target = asked.target.trim_start_matches("http://");
        assert_eq!(target.split('/').next(), Some(service.as_str()));
    }
}

#[test]
fn no_other_server_is_asked_and_none_learns_a_secret() {
    let elsewhere = Peer::always(reply(200, YES));
    let address = elsewhere.address();
    Route::each(|route| {
        for status in [300, 301, 302, 303, 305, 307, 308] {
            for target in [
                format!("http://{address}/v1/service"),
                format!("https://{address}/v1/service"),
                format!("//{address}/"),
                format!("http://user:password@{address}/"),
                "/elsewhere".to_owned(),
            ] {
                let location = format!("Location: {target}\r\nRefresh: 0; url={target}\r\n");
                let routed = route.to_one_that_always_answers(reply_with(status, &location, YES));
                let client = routed.client();
                assert_eq!(refused(&client).http_status(), Some(status));
                client.initiate("s", "u", Method::Sms).unwrap_err();
                client.service("s").unwrap_err();
                client.delete_user("s", "u").unwrap_err();
                client.create_user("s", "+3725555555", "kaisa").unwrap_err();
                assert_eq!(routed.peer.received().len(), 5);
                assert_only_the_service_was_asked_for(&routed);
            }
        }
    });
    assert_eq!(elsewhere.connections(), 0);
}

/// Alternative services (RFC 7838) and upgrades would be redirects by another name.
#[test]
fn no_header_of_a_reply_moves_the_next_call() {
    let elsewhere = Peer::always(reply(200, YES));
    let headers = format!(
        "Alt-Svc: h2=\"{0}\"\r\nContent-Location: http://{0}/\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n",
        elsewhere.address()
    );
    Route::each(|route| {
        let routed = route.to_one_that_always_answers(reply_with(200, &headers, YES));
        let client = routed.client();
        for _ in 0..3 {
            assert!(client.verify("s", "u", None, "1").unwrap().verified);
        }
        assert_eq!(routed.peer.received().len(), 3);
        assert_only_the_service_was_asked_for(&routed);
    });
    assert_eq!(elsewhere.connections(), 0);
}
