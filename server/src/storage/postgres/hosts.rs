//! The addresses of a host, such as those of `localhost` in IPv4 and IPv6: each is tried by itself, so that what each
//! of them says is told. Of all at once only the last would be heard, which may be the one where nobody listens.

use std::net::IpAddr;

use tokio_postgres::Config;
use tokio_postgres::config::Host;

use crate::randomness::{Randomness, SystemRandomness};
use crate::storage::Error;

/// PostgreSQL's, where an address names none.
const PORT: u16 = 5432;

/// One way to a database: at an address, unless it is for tokio-postgres to find those.
pub(super) struct Way {
    pub(super) config: Config,
    address: Option<IpAddr>,
}

/// All ways to a database, none of them always the first. Where several hosts are named it is one, and tokio-postgres
/// tries them.
pub(super) async fn ways(config: &Config) -> Vec<Way> {
    let mut addresses = addresses(config).await;
    let Ok(count @ 1..) = u32::try_from(addresses.len()) else {
        return vec![Way {
            config: config.clone(),
            address: None,
        }];
    };
    let randomness: &dyn Randomness = &SystemRandomness;
    addresses.rotate_left(randomness.below(count) as usize);
    addresses
        .into_iter()
        .map(|address| Way::by(config, address))
        .collect()
}

/// None, if it is no name of a single host, or not known: then tokio-postgres says why.
async fn addresses(config: &Config) -> Vec<IpAddr> {
    let ([Host::Tcp(name)], []) = (config.get_hosts(), config.get_hostaddrs()) else {
        return Vec::new();
    };
    let port = config.get_ports().first().copied().unwrap_or(PORT);
    let found = tokio::net::lookup_host((name.as_str(), port)).await;
    found.map_or_else(|_| Vec::new(), |found| found.map(|one| one.ip()).collect())
}

impl Way {
    fn by(config: &Config, address: IpAddr) -> Self {
        let mut config = config.clone();
        // The name is still what a certificate is for.
        config.hostaddr(address);
        Self {
            config,
            address: Some(address),
        }
    }
}

/// What all ways said that led nowhere; once, if it was the same.
pub(super) fn said(failures: Vec<(Way, Error)>) -> Error {
    let (ways, whys): (Vec<_>, Vec<_>) = failures
        .into_iter()
        .map(|(way, error)| match error {
            Error::Unavailable(why) => (way, why),
            other => (way, other.to_string()),
        })
        .unzip();
    let each = ways.iter().zip(&whys).map(|(way, why)| match way.address {
        Some(address) => format!("{address}: {why}"),
        None => why.clone(),
    });
    Error::Unavailable(match &whys[..] {
        [first, rest @ ..] if rest.iter().all(|why| why == first) => first.clone(),
        _ => each.collect::<Vec<_>>().join("; "),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(url: &str) -> Config {
        url.parse().unwrap()
    }

    #[tokio::test]
    async fn a_name_is_looked_up_and_kept_for_the_certificate() {
        let ways = ways(&config("postgres://v@localhost/d")).await;
        assert!(!ways.is_empty());
        for way in ways {
            assert_eq!(way.config.get_hosts(), [Host::Tcp("localhost".to_owned())]);
            assert_eq!(way.config.get_hostaddrs(), [way.address.unwrap()]);
        }
    }

    #[tokio::test]
    async fn several_hosts_sockets_and_given_addresses_are_left_to_tokio_postgres() {
        for url in [
            "postgres://v@one,two/d",
            "postgres:///d?user=v&host=/run/postgresql",
            "postgres://v@localhost/d?hostaddr=127.0.0.1",
            "postgres://v@nobody.invalid/d",
        ] {
            let ways = ways(&config(url)).await;
            assert!(matches!(&ways[..], [way] if way.address.is_none()), "{url}");
        }
    }

    #[test]
    fn each_addresss_answer_is_told() {
        let config = config("postgres://v@localhost/d");
        let way = |address: &str| Way::by(&config, address.parse().unwrap());
        let failed = |why: &str| Error::Unavailable(why.to_owned());
        let two = vec![
            (way("127.0.0.1"), failed("certificate expired")),
            (way("::1"), failed("connection refused")),
        ];
        let both = "127.0.0.1: certificate expired; ::1: connection refused";
        assert_eq!(said(two).to_string(), failed(both).to_string());
        let the_same = ["127.0.0.1", "::1"].map(|address| (way(address), failed("wrong password")));
        let once = failed("wrong password").to_string();
        assert_eq!(said(the_same.into()).to_string(), once);
    }
}
