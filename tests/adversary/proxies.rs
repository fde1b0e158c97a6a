//! Proxies that fail, as proxies do: the error tells that it was the proxy, which, and what it said,
//! and nothing was sent to the service.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use socket2::{Domain, Socket, Type};

use crate::support::certificates::Authority;
use crate::support::peer::{Peer, always, reply, reply_with};
use crate::support::proxy::{How, Manner, Proxy};
use crate::support::route::{HOST, Route, Routed, authority, signed};
use crate::{SERVICE, YES, config, refused};
use verigator::{Config, Error, ErrorKind, LogLevel, Method, Status};

const BY_CONNECT: [Route; 2] = [Route::Tunnel, Route::TunnelThroughTlsProxy];
const BY_HTTP: [Route; 3] = [Route::Tunnel, Route::TunnelThroughTlsProxy, Route::Forward];

/// Credentials that no error shows.
const CREDENTIALS: (&str, &str) = ("proxy-user", "proxy-password");

fn through(proxy_url: &str, base_url: &str) -> Config {
    let mut config = config(base_url);
    config.set_allow_plain_http(true);
    config.set_ca_pem(authority().pem.as_bytes()).unwrap();
    config.set_proxy(proxy_url, Some(CREDENTIALS)).unwrap();
    config
}

/// A start that the proxy fails: not an error of the service, which was sent nothing.
fn start(config: &Config, proxy_url: &str) -> Error {
    let client = crate::client(config);
    let error = client.initiate("s", "u", Method::Sms).unwrap_err();
    is_the_proxys(&error, proxy_url);
    assert!(!error.maybe_sent() && error.retry_safe(), "{error:?}");
    error
}

fn is_the_proxys(error: &Error, proxy_url: &str) {
    assert_eq!(error.status(), Status::PROXY, "{error}");
    assert_eq!(error.kind(), ErrorKind::Network);
    assert!(error.message().contains(proxy_url), "{error}");
    let shown = format!("{error} {error:?}");
    for part in [CREDENTIALS.0, CREDENTIALS.1, "cHJveHkt"] {
        assert!(!shown.contains(part), "{part} in {shown}");
    }
}

/// The same, where the service's own end can be looked at.
fn start_on(route: Route, manner: Manner) -> (Error, Routed) {
    let routed = route.to_with(manner, always(reply(200, YES)));
    let proxy_url = routed.proxy.as_ref().unwrap().url();
    let error = start(&through(&proxy_url, routed.base_url()), &proxy_url);
    assert_eq!(routed.peer.connections(), 0, "the service was not reached");
    (error, routed)
}

/// How often a call with the default retries is repeated.
fn repetitions(mut config: Config) -> usize {
    let lines = Arc::new(Mutex::new(0));
    config.set_log(LogLevel::Warn, {
        let lines = Arc::clone(&lines);
        // Each repetition is told by a warning; the end of the call is an error.
        move |level, _| *lines.lock().unwrap() += usize::from(level == LogLevel::Warn)
    });
    crate::client(&config).service("s").unwrap_err();
    *lines.lock().unwrap()
}

/// A port that nobody listens at and nobody else takes.
struct ClosedPort(Socket);

impl ClosedPort {
    fn new() -> Self {
        let socket = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
        let any: SocketAddr = "127.0.0.1:0".parse().unwrap();
        socket.bind(&any.into()).unwrap();
        Self(socket)
    }

    fn url(&self, scheme: &str) -> String {
        let address = self.0.local_addr().unwrap().as_socket().unwrap();
        format!("{scheme}://{address}")
    }
}

#[test]
fn a_closed_port_is_tried_again_like_one_of_the_service() {
    let closed = ClosedPort::new();
    for scheme in ["http", "https", "socks5h"] {
        let proxy_url = closed.url(scheme);
        for base_url in ["https://verigator.test", "http://verigator.test"] {
            let config = through(&proxy_url, base_url);
            start(&config, &proxy_url);
            assert_eq!(repetitions(config), 2);
        }
    }
}

#[test]
fn a_name_that_cannot_be() {
    // A label is at most 63 bytes long (RFC 1035 section 2.3.4), so nobody needs to be asked.
    for scheme in ["http", "https", "socks5h"] {
        let proxy_url = format!("{scheme}://{}.invalid:3128", "a".repeat(64));
        for base_url in ["https://verigator.test", "http://verigator.test"] {
            start(&through(&proxy_url, base_url), &proxy_url);
        }
    }
}

#[test]
fn a_tunnel_that_is_refused_is_told_with_the_proxys_status() {
    for route in BY_CONNECT {
        for status in [400, 403, 407, 500, 502, 503, 504] {
            // A body is not the service's, whatever it says.
            for body in ["", "<html>no</html>", r#"{"message":"no"}"#] {
                let answer = Manner::Answering(reply(status, body));
                let (error, routed) = start_on(route, answer);
                assert!(error.message().contains(&status.to_string()), "{error}");
                assert_eq!(error.http_status(), None, "{error}");
                let proxy = routed.proxy.as_ref().unwrap();
                for received in proxy.peer().received() {
                    let port = routed.peer.address().port();
                    assert_eq!(received.line, format!("CONNECT {HOST}:{port} HTTP/1.1"));
                    assert_eq!(received.header("x-service-auth"), None);
                }
            }
        }
    }
}

#[test]
fn a_proxy_that_refuses_is_asked_once() {
    for route in BY_HTTP {
        for status in [403, 407] {
            let answer = Manner::Answering(reply(status, "<html>no</html>"));
            let routed = route.to_with(answer, |_| ());
            let error = routed.client().service("s").unwrap_err();
            let proxy = routed.proxy.as_ref().unwrap();
            is_the_proxys(&error, &proxy.url());
            assert_eq!(proxy.asked().len(), 1);
        }
    }
}

#[test]
fn a_proxy_that_hangs_up_or_speaks_something_else() {
    for route in BY_CONNECT {
        for manner in [
            Manner::Closed,
            Manner::HangingUp,
            Manner::Talking(reply(200, YES)),
            Manner::Talking("SSH-2.0-OpenSSH_9.9\r\n".to_owned()),
            Manner::Answering(String::new()),
            Manner::Answering("SSH-2.0-OpenSSH_9.9\r\n\r\n".to_owned()),
            Manner::Answering("HTTP/1.1 200 OK\r\n".to_owned()),
        ] {
            println!("{route:?}, {manner:?}");
            start_on(route, manner);
        }
    }
}

/// As a proxy that is spoken to by TLS, but speaks none.
#[test]
fn a_proxy_without_tls() {
    let peer = Peer::start(|connection| {
        connection.read(1);
        connection.send("HTTP/1.1 400 Bad Request\r\n\r\n");
    });
    let proxy_url = format!("https://{}", peer.address());
    start(&through(&proxy_url, "https://verigator.test"), &proxy_url);
}

/// A tunnel that stands is the service's: whatever comes out of it is not the proxy's.
#[test]
fn what_the_service_says_in_a_tunnel_is_the_services() {
    for route in BY_CONNECT {
        for status in [403, 407, 502] {
            let routed = route.to_one_that_always_answers(reply(status, "<html>no</html>"));
            let error = refused(&routed.client());
            assert_eq!(error.http_status(), Some(status), "{error}");
            assert!(error.maybe_sent());
        }
    }
}

#[test]
fn a_wrong_certificate_in_a_tunnel_is_the_services() {
    let wrong = Authority::new().sign(&[HOST]);
    let peer = Peer::start_tls(wrong.server(), always(reply(200, YES)));
    let base_url = peer.https_url(HOST);
    for proxy in [
        Proxy::http(peer.address(), Manner::Obliging),
        Proxy::https(signed().server(), peer.address(), Manner::Obliging),
    ] {
        let client = crate::client(&through(&proxy.url(), &base_url));
        let error = client.initiate("s", "u", Method::Sms).unwrap_err();
        assert_eq!(error.status(), Status::TLS, "{error}");
        assert!(error.message().contains(&base_url), "{error}");
        assert!(!error.maybe_sent());
    }
}

#[test]
fn a_proxy_that_demands_credentials_is_told_them() {
    let (username, password) = CREDENTIALS;
    let basic = data_encoding::BASE64.encode(format!("{username}:{password}").as_bytes());
    let expected = format!("Basic {basic}");
    for route in BY_HTTP {
        let manner = Manner::Demanding(expected.clone());
        let routed = route.to_with(manner, always(reply(200, SERVICE)));
        let proxy = routed.proxy.as_ref().unwrap();
        let error = routed.client().service("s").unwrap_err();
        is_the_proxys(&error, &proxy.url());
        assert!(error.message().contains("407"), "{error}");

        let config = through(&proxy.url(), routed.base_url());
        crate::client(&config).service("s").unwrap();
        let target = match route {
            Route::Forward => format!("{}/v1/service/service/s", routed.base_url()),
            _ => routed.base_url().replace("https://", ""),
        };
        for (asked, credentials) in proxy.asked().iter().zip([None, Some(&expected)]) {
            assert_eq!(
                (&asked.target, asked.credentials.as_ref()),
                (&target, credentials)
            );
        }
        assert_eq!(proxy.asked().len(), 2);
        for received in routed.peer.received() {
            assert_eq!(received.header("proxy-authorization"), None);
        }
    }
}

/// What a proxy answers to a request that it was to forward.
fn forwarded(answer: String) -> (Error, String) {
    let routed = Route::Forward.to_with(Manner::Answering(answer), |_| ());
    let proxy_url = routed.proxy.as_ref().unwrap().url();
    let client = crate::client(&through(&proxy_url, routed.base_url()));
    let error = client.initiate("s", "u", Method::Sms).unwrap_err();
    assert_eq!(routed.proxy.as_ref().unwrap().asked()[0].how, How::Forward);
    (error, proxy_url)
}

#[test]
fn a_407_to_a_forwarded_request_is_the_proxys() {
    for body in ["", "<html>no</html>", r#"{"message":"no"}"#] {
        let headers = "Proxy-Authenticate: Basic realm=\"proxy\"\r\n";
        let (error, proxy_url) = forwarded(reply_with(407, headers, body));
        is_the_proxys(&error, &proxy_url);
        assert!(error.message().contains("407"), "{error}");
        assert!(!error.maybe_sent() && error.retry_safe());
    }
}

/// The service's own are JSON objects, by its contract.
#[test]
fn a_refusal_of_a_forwarded_request_that_the_service_would_not_say_is_the_proxys() {
    for status in [403, 502, 503, 504] {
        for body in ["", "<html>no</html>", "[]", "null", "\"no\"", "{"] {
            let (error, proxy_url) = forwarded(reply(status, body));
            is_the_proxys(&error, &proxy_url);
            assert!(error.message().contains(&status.to_string()), "{error}");
            // A gateway may have asked the service and had no answer; one that refuses has not.
            assert_eq!(error.maybe_sent(), status != 403, "{error:?}");
        }
        let (error, _) = forwarded(reply(status, r#"{"message":"no"}"#));
        assert_eq!(error.http_status(), Some(status), "{error}");
        assert!(error.maybe_sent());
    }
}

/// Without a proxy they are the service's, or of what stands before it.
#[test]
fn a_refusal_without_a_proxy_is_not_a_proxys() {
    for route in [Route::Direct, Route::DirectTls] {
        for status in [403, 407, 502, 503, 504] {
            let routed = route.to_one_that_always_answers(reply(status, "<html>no</html>"));
            assert_eq!(refused(&routed.client()).http_status(), Some(status));
        }
    }
}

const BY_SOCKS: [Route; 2] = [Route::Socks, Route::SocksTls];

#[test]
fn a_socks_proxy_that_refuses() {
    const NOT_ALLOWED: u8 = 2;
    const REFUSED: u8 = 5;
    const UNASSIGNED: u8 = 0xfe;
    for route in BY_SOCKS {
        for code in [1, NOT_ALLOWED, 3, 4, REFUSED, 6, 7, 8, UNASSIGNED] {
            let (_, routed) = start_on(route, Manner::Refusing(code));
            let asked = routed.proxy.as_ref().unwrap().asked();
            assert!(
                asked.iter().all(|asked| asked.how == How::Name),
                "{asked:?}"
            );
        }
    }
}

#[test]
fn a_socks_proxy_that_hangs_up_or_speaks_something_else() {
    for route in BY_SOCKS {
        start_on(route, Manner::Closed);
        start_on(route, Manner::Answering(String::new()));
        start_on(
            route,
            Manner::Answering("HTTP/1.1 200 OK\r\n\r\n".to_owned()),
        );
    }
    start_on(Route::SocksTls, Manner::HangingUp);
    start_on(Route::SocksTls, Manner::Talking(reply(200, YES)));
}

#[test]
fn a_server_of_http_is_no_socks_proxy() {
    let peer = Peer::start(|connection| {
        connection.read(1);
        connection.send("HTTP/1.1 400 Bad Request\r\n\r\n");
    });
    let proxy_url = format!("socks5h://{}", peer.address());
    start(&through(&proxy_url, "https://verigator.test"), &proxy_url);
}

#[test]
fn a_socks_proxy_that_demands_credentials_is_told_them() {
    let (username, password) = CREDENTIALS;
    let expected = format!("{username}:{password}");
    for route in BY_SOCKS {
        let manner = Manner::Demanding(expected.clone());
        let routed = route.to_with(manner, always(reply(200, SERVICE)));
        let proxy = routed.proxy.as_ref().unwrap();
        let error = routed.client().service("s").unwrap_err();
        is_the_proxys(&error, &proxy.url());
        assert_eq!(proxy.asked(), [], "without credentials nothing is asked");

        let config = through(&proxy.url(), routed.base_url());
        crate::client(&config).service("s").unwrap();
        let [asked] = &proxy.asked()[..] else {
            panic!("{:?}", proxy.asked());
        };
        assert_eq!(asked.credentials.as_ref(), Some(&expected));

        start_on(route, Manner::Demanding("others:password".to_owned()));
    }
}
