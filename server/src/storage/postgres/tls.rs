//! How a connection is made: encrypted, to a server whose certificate was checked, unless it stays on
//! this machine.

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};
use tokio::task::JoinHandle;
use tokio_postgres::{Client, Config, NoTls};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::address::Address;
use super::hosts;
use super::transaction::neutral;
use crate::authorities;
use crate::storage::{Error, Result};

/// A connection, and the task that keeps it going along with whatever is waited for on its thread. Both end
/// together, however long an answer is still due.
pub(super) struct Link {
    pub(super) client: Client,
    task: JoinHandle<std::result::Result<(), tokio_postgres::Error>>,
}

impl Drop for Link {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Connects, by whichever way leads there.
pub(super) async fn connect(address: &Address) -> Result<Link> {
    let mut failures = Vec::new();
    for way in hosts::ways(address.config()).await {
        match connect_by(&way.config, address).await {
            Ok(link) => return Ok(link),
            Err(error) => failures.push((way, error)),
        }
    }
    Err(hosts::said(failures))
}

async fn connect_by(config: &Config, address: &Address) -> Result<Link> {
    if !address.is_encrypted() {
        let (client, connection) = config.connect(NoTls).await.map_err(|e| neutral(&e))?;
        let task = tokio::spawn(connection);
        return Ok(Link { client, task });
    }
    let tls = MakeRustlsConnect::new(client_config(address)?);
    let (client, connection) = config.connect(tls).await.map_err(|e| neutral(&e))?;
    let task = tokio::spawn(connection);
    Ok(Link { client, task })
}

fn client_config(address: &Address) -> Result<ClientConfig> {
    authorities::trusting(authorities_of(address)?)
        .map_err(|error| Error::Unavailable(error.to_string()))
}

fn authorities_of(address: &Address) -> Result<RootCertStore> {
    let unusable = |why: String| Error::Unavailable(why);
    let Some(path) = address.authorities() else {
        let store = authorities::of_system();
        return match store.is_empty() {
            true => Err(unusable(
                "the system has no certificate authorities; name a file with --database-ca"
                    .to_owned(),
            )),
            false => Ok(store),
        };
    };
    let mut store = RootCertStore::empty();
    let shown = path.display();
    let certificates = CertificateDer::pem_file_iter(path)
        .and_then(Iterator::collect::<std::result::Result<Vec<_>, _>>)
        .map_err(|error| {
            unusable(format!(
                "the authorities in {shown} cannot be read: {error}"
            ))
        })?;
    for certificate in certificates {
        store
            .add(certificate)
            .map_err(|error| unusable(format!("an authority in {shown} is of no use: {error}")))?;
    }
    match store.is_empty() {
        true => Err(unusable(format!("there is no certificate in {shown}"))),
        false => Ok(store),
    }
}
