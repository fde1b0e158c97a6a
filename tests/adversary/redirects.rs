//! Replies that point elsewhere: nobody is asked but the server of the base URL.

use crate::support::certificates::Authority;
use crate::support::peer::{Peer, reply, reply_with};
use crate::{YES, client, config, refused};
use verigator::{Client, Method};

#[test]
fn no_other_server_is_asked_and_none_learns_a_secret() {
    let elsewhere = Peer::always(reply(200, YES));
    for status in [300, 301, 302, 303, 305, 307, 308] {
        for target in [
            format!("{}/v1/service", elsewhere.base_url()),
            format!("//{}/", elsewhere.address()),
            format!("http://user:password@{}/", elsewhere.address()),
        ] {
            let location = format!("Location: {target}\r\nRefresh: 0; url={target}\r\n");
            let peer = Peer::always(reply_with(status, &location, YES));
            let client = client(&peer);
            assert_eq!(refused(&client).http_status(), Some(status));
            client.initiate("s", "u", Method::Sms).unwrap_err();
            client.service("s").unwrap_err();
            client.delete_user("s", "u").unwrap_err();
            client.create_user("s", "+3725555555", "kaisa").unwrap_err();
            assert_eq!(peer.received().len(), 5);
        }
    }
    assert_eq!(elsewhere.connections(), 0);
}

#[test]
fn a_path_on_the_same_server_is_not_asked_either() {
    let peer = Peer::always(reply_with(307, "Location: /elsewhere\r\n", YES));
    refused(&client(&peer));
    assert_eq!(peer.received().len(), 1);
}

#[test]
fn https_does_not_become_http() {
    let plain = Peer::always(reply(200, YES));
    let location = format!("Location: {}/\r\n", plain.base_url());
    let authority = Authority::new();
    let tls = authority.sign(&["127.0.0.1"]).server();
    let peer = Peer::start_tls(tls, move |connection| {
        while connection.request().is_some() {
            connection.send(&reply_with(302, &location, YES));
        }
    });
    let mut config = config(&peer.https_url("127.0.0.1"));
    config.set_ca_pem(authority.pem.as_bytes()).unwrap();
    let error = refused(&Client::new(&config).unwrap());
    assert_eq!(error.http_status(), Some(302));
    assert_eq!((peer.received().len(), plain.connections()), (1, 0));
}

/// Alternative services (RFC 7838) and upgrades would be redirects by another name.
#[test]
fn no_header_of_a_reply_moves_the_next_call() {
    let elsewhere = Peer::always(reply(200, YES));
    let headers = format!(
        "Alt-Svc: h2=\"{0}\"\r\nContent-Location: http://{0}/\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n",
        elsewhere.address()
    );
    let peer = Peer::always(reply_with(200, &headers, YES));
    let client = client(&peer);
    for _ in 0..3 {
        assert!(client.verify("s", "u", None, "1").unwrap().verified);
    }
    assert_eq!((peer.received().len(), elsewhere.connections()), (3, 0));
}
