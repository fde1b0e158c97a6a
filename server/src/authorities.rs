//! TLS as a client: who vouches for the other side, and with which cryptography.

use std::sync::Arc;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme};

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

/// A configuration that takes any certificate, for what is asked on this machine and sends nothing secret.
///
/// # Errors
///
/// The cryptography does not offer what TLS needs.
pub fn trusting_anybody() -> Result<ClientConfig, rustls::Error> {
    let mut config = trusting(RootCertStore::empty())?;
    let schemes = config.crypto_provider().signature_verification_algorithms;
    let anybody = Anybody(schemes.supported_schemes());
    config
        .dangerous()
        .set_certificate_verifier(Arc::new(anybody));
    Ok(config)
}

/// Takes any certificate that is signed in one of some ways.
#[derive(Debug)]
struct Anybody(Vec<SignatureScheme>);

impl ServerCertVerifier for Anybody {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn verify_tls13_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.clone()
    }
}
