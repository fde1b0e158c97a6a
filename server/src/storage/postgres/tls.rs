//! How a connection is made: encrypted, to a server whose certificate was checked, unless it stays on
//! this machine.

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};
use tokio_postgres::{Client, NoTls};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::address::Address;
use super::transaction::neutral;
use crate::authorities;
use crate::storage::{Error, Result};

/// Connects. What keeps the connection going runs along with whatever is waited for on this thread.
pub(super) async fn connect(address: &Address) -> Result<Client> {
    let config = address.config();
    if !address.is_encrypted() {
        let (client, connection) = config.connect(NoTls).await.map_err(|e| neutral(&e))?;
        tokio::spawn(connection);
        return Ok(client);
    }
    let tls = MakeRustlsConnect::new(client_config(address)?);
    let (client, connection) = config.connect(tls).await.map_err(|e| neutral(&e))?;
    tokio::spawn(connection);
    Ok(client)
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
