//! TLS as a client: who vouches for the other side, and with which cryptography.

use std::sync::Arc;

use rustls::{ClientConfig, RootCertStore};

/// The certificate authorities of the system; none where it has none.
pub fn of_system() -> RootCertStore {
    let mut store = RootCertStore::empty();
    store.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    store
}

/// A configuration that trusts these authorities, and shows no certificate of its own.
///
/// # Errors
///
/// The cryptography does not offer what TLS needs.
pub fn trusting(authorities: RootCertStore) -> Result<ClientConfig, rustls::Error> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder =
        ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions()?;
    Ok(builder
        .with_root_certificates(authorities)
        .with_no_client_auth())
}
