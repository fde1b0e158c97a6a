//! Reads certificates and keys in PEM (RFC 7468).

use std::path::Path;

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

use crate::error::{Error, Result};

/// All certificates in `pem`; at least one. `name` is what a message calls the option.
pub(crate) fn certificates(name: &str, pem: &[u8]) -> Result<Vec<CertificateDer<'static>>> {
    let certificates: Vec<_> = CertificateDer::pem_slice_iter(pem)
        .collect::<std::result::Result<_, _>>()
        .map_err(|error| Error::invalid_config(format!("{name} is not valid PEM: {error}")))?;
    if certificates.is_empty() {
        return Err(Error::invalid_config(format!(
            "{name} holds no certificate; pass PEM text with a BEGIN CERTIFICATE line"
        )));
    }
    Ok(certificates)
}

/// The first private key in `pem` (PKCS #8, PKCS #1 or SEC 1, not encrypted).
pub(crate) fn private_key(name: &str, pem: &[u8]) -> Result<PrivateKeyDer<'static>> {
    PrivateKeyDer::from_pem_slice(pem).map_err(|_| {
        Error::invalid_config(format!(
            "{name} holds no private key; pass an unencrypted PEM key (PKCS #8, PKCS #1 or SEC 1)"
        ))
    })
}

/// A file's bytes, with the path in the message when it cannot be read.
pub(crate) fn read_file(name: &str, path: &Path) -> Result<Vec<u8>> {
    std::fs::read(path)
        .map_err(|error| Error::invalid_config(format!("{name} {path:?} cannot be read: {error}")))
}
