//! A certificate for 127.0.0.1, made at each start and signed by an authority of its own.

use std::io;
use std::path::Path;
use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, KeyUsagePurpose};
use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::pki_types::PrivateKeyDer;

/// A configuration that resumes sessions; the authority's certificate is written to `ca_file`.
pub fn config(ca_file: &Path) -> io::Result<Arc<ServerConfig>> {
    let (authority, certificate, key) = certificates().map_err(io::Error::other)?;
    std::fs::write(ca_file, authority)?;
    let key = PrivateKeyDer::try_from(key.serialize_der()).map_err(io::Error::other)?;
    let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .and_then(|builder| {
            builder
                .with_no_client_auth()
                .with_single_cert(vec![certificate.der().clone()], key)
        })
        .map_err(io::Error::other)?;
    config.ticketer = ring::Ticketer::new().map_err(io::Error::other)?;
    Ok(Arc::new(config))
}

/// The authority as PEM, the certificate that it signed, and the key of that.
fn certificates() -> Result<(String, rcgen::Certificate, KeyPair), rcgen::Error> {
    let mut params = CertificateParams::default();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
    // Not the name that a certificate has without one, which OpenSSL would take for self-signed.
    params
        .distinguished_name
        .push(DnType::CommonName, "the authority of the bench");
    let authority_key = KeyPair::generate()?;
    let authority = params.self_signed(&authority_key)?.pem();
    let issuer = Issuer::new(params, authority_key);
    let key = KeyPair::generate()?;
    let certificate =
        CertificateParams::new(vec!["127.0.0.1".to_owned()])?.signed_by(&key, &issuer)?;
    Ok((authority, certificate, key))
}
