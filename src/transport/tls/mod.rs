//! TLS, shared by all connections of a context so that sessions resume across them. No other module knows
//! which library speaks it.

#[cfg(any(windows, target_vendor = "apple", target_os = "android", test))]
mod bounded;
mod roots;
mod session;

use std::error::Error as StdError;
use std::fmt;
use std::io;
use std::sync::Arc;

use ring::digest::{SHA256, digest};
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, ring as ring_provider};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::sign::SingleCertAndKey;
use rustls::version::{TLS12, TLS13};
use rustls::{
    AlertDescription, CertificateError, ClientConfig, DigitallySignedStruct, OtherError,
    RootCertStore, SignatureScheme, SupportedProtocolVersion,
};

use crate::config::{TlsOptions, TlsVersion};
use crate::error::{Error, Result};

use super::causes;
#[cfg(any(windows, target_vendor = "apple", target_os = "android", test))]
pub(super) use bounded::until;
pub(super) use session::Session;

/// Here a verifier asks nobody, and is done at once.
#[cfg(not(any(windows, target_vendor = "apple", target_os = "android", test)))]
pub(super) fn until<T>(_: std::time::Instant, handshake: impl FnOnce() -> T) -> T {
    handshake()
}

/// How TLS is spoken by one process.
pub(super) struct Settings {
    server: Arc<ClientConfig>,
    proxy: Arc<ClientConfig>,
}

impl Settings {
    /// Settings for these options; they load the system's authorities if they need them. None: for a
    /// context that speaks no TLS; they trust nobody and load nothing.
    pub(super) fn new(options: Option<&TlsOptions>) -> Result<Self> {
        let Some(options) = options else {
            let nobody = Arc::new(unused_config()?);
            return Ok(Self {
                server: Arc::clone(&nobody),
                proxy: nobody,
            });
        };
        let provider = Arc::new(ring_provider::default_provider());
        let verifier = verifier(options, &provider)?;
        let builder = |verifier| {
            Ok(ClientConfig::builder_with_provider(Arc::clone(&provider))
                .with_protocol_versions(versions(options.min_version))
                .map_err(unusable)?
                .dangerous()
                .with_custom_certificate_verifier(verifier))
        };
        let server = builder(pinned(options, Arc::clone(&verifier)))?;
        Ok(Self {
            server: Arc::new(match &options.client_certificate {
                None => server.with_no_client_auth(),
                Some(certificate) => server.with_client_cert_resolver(Arc::new(
                    SingleCertAndKey::from(Arc::clone(certificate)),
                )),
            }),
            // A key is the server's, and so is whom the client says that it is.
            proxy: Arc::new(builder(verifier)?.with_no_client_auth()),
        })
    }

    /// A session with the server of this name or address.
    pub(super) fn with_server<S: io::Read + io::Write>(
        &self,
        host: &str,
        inner: S,
    ) -> io::Result<Session<S>> {
        Session::new(&self.server, host, inner)
    }

    /// A session with the proxy of this name or address.
    pub(super) fn with_proxy<S: io::Read + io::Write>(
        &self,
        host: &str,
        inner: S,
    ) -> io::Result<Session<S>> {
        Session::new(&self.proxy, host, inner)
    }

    /// For a client that takes rustls' own: what is spoken with the server, or with the proxy alone.
    pub(super) fn config(&self, is_for_proxy: bool) -> ClientConfig {
        let config = if is_for_proxy {
            &self.proxy
        } else {
            &self.server
        };
        ClientConfig::clone(config)
    }
}

/// What TLS complains of.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Complaint {
    /// What came is no TLS at all.
    NoTls,
    /// The peer was refused, or refuses.
    Refused,
}

/// What TLS complains of in this error, if it does.
pub(super) fn complaint(error: &(dyn StdError + 'static)) -> Option<Complaint> {
    causes::find::<rustls::Error>(error).map(|error| match error {
        rustls::Error::InvalidMessage(_) => Complaint::NoTls,
        _ => Complaint::Refused,
    })
}

/// What TLS says of the peer, in a sentence; None where its own words are one.
pub(super) fn words(error: &(dyn StdError + 'static)) -> Option<&'static str> {
    match causes::find::<rustls::Error>(error)? {
        rustls::Error::InvalidMessage(_) => Some("what came is no TLS"),
        rustls::Error::InvalidCertificate(problem) => words_for_certificate(problem),
        rustls::Error::AlertReceived(alert) => words_for_alert(*alert),
        rustls::Error::PeerIncompatible(_) => {
            Some("it speaks no version of TLS, or none of its methods, that are spoken here")
        }
        rustls::Error::PeerMisbehaved(_)
        | rustls::Error::InappropriateMessage { .. }
        | rustls::Error::InappropriateHandshakeMessage { .. } => Some("it does not keep to TLS"),
        _ => None,
    }
}

/// What the peer found fault with (RFC 8446 section 6.2); None for what says nothing of the cause.
fn words_for_alert(alert: AlertDescription) -> Option<&'static str> {
    Some(match alert {
        AlertDescription::HandshakeFailure
        | AlertDescription::ProtocolVersion
        | AlertDescription::InsufficientSecurity => {
            "it refuses every version and method of TLS that it was offered"
        }
        AlertDescription::CertificateRequired => "it wants a client certificate",
        AlertDescription::BadCertificate
        | AlertDescription::UnsupportedCertificate
        | AlertDescription::CertificateRevoked
        | AlertDescription::CertificateExpired
        | AlertDescription::CertificateUnknown
        | AlertDescription::UnknownCA
        | AlertDescription::AccessDenied => {
            "it refuses the client certificate, or that there is none"
        }
        AlertDescription::UnrecognisedName => "it knows no server of this name",
        _ => return None,
    })
}

fn words_for_certificate(problem: &CertificateError) -> Option<&'static str> {
    Some(match problem {
        // The latter of an authority that only has the name of one.
        CertificateError::UnknownIssuer | CertificateError::BadSignature => {
            "its certificate is signed by no authority that is trusted here"
        }
        CertificateError::BadEncoding => "its certificate is malformed",
        CertificateError::Revoked => "its certificate was revoked",
        CertificateError::InvalidPurpose => "its certificate is not one for a server",
        // webpki's own word, which rustls hands on.
        CertificateError::Other(error) if error.to_string().contains("CaUsedAsEndEntity") => {
            "its certificate is that of an authority, which signs others and proves no server; \
             give the server one that is signed by it"
        }
        _ => return None,
    })
}

fn unused_config() -> Result<ClientConfig> {
    Ok(
        ClientConfig::builder_with_provider(Arc::new(ring_provider::default_provider()))
            .with_protocol_versions(&[&TLS13])
            .map_err(unusable)?
            .with_root_certificates(RootCertStore::empty())
            .with_no_client_auth(),
    )
}

fn versions(least: TlsVersion) -> &'static [&'static SupportedProtocolVersion] {
    const NEWEST_FIRST: &[&SupportedProtocolVersion] = &[&TLS13, &TLS12];
    match least {
        TlsVersion::Tls12 => NEWEST_FIRST,
        TlsVersion::Tls13 => &NEWEST_FIRST[..1],
    }
}

fn verifier(
    options: &TlsOptions,
    provider: &Arc<CryptoProvider>,
) -> Result<Arc<dyn ServerCertVerifier>> {
    if options.authorities.is_empty() {
        return roots::system(provider);
    }
    let mut store = RootCertStore::empty();
    for authority in &options.authorities {
        store.add(authority.clone()).map_err(unusable)?;
    }
    match WebPkiServerVerifier::builder_with_provider(store.into(), provider.clone()).build() {
        Ok(verifier) => Ok(verifier),
        Err(error) => Err(unusable(error)),
    }
}

fn unusable(error: impl fmt::Display) -> Error {
    Error::invalid_config(format!("the TLS options cannot be used together: {error}"))
}

fn pinned(
    options: &TlsOptions,
    verifier: Arc<dyn ServerCertVerifier>,
) -> Arc<dyn ServerCertVerifier> {
    if options.pinned_keys.is_empty() {
        return verifier;
    }
    Arc::new(PinnedKeys {
        verifier,
        digests: options.pinned_keys.clone(),
    })
}

/// Accepts a certificate that `verifier` accepts and whose key is pinned (as RFC 7469 section 2.4
/// digests it).
#[derive(Debug)]
struct PinnedKeys {
    verifier: Arc<dyn ServerCertVerifier>,
    digests: Vec<[u8; 32]>,
}

#[derive(Debug)]
struct NotPinned;

impl fmt::Display for NotPinned {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the server's public key is not one of the pinned keys")
    }
}

impl std::error::Error for NotPinned {}

impl ServerCertVerifier for PinnedKeys {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> std::result::Result<ServerCertVerified, rustls::Error> {
        let verified = self.verifier.verify_server_cert(
            end_entity,
            intermediates,
            server_name,
            ocsp_response,
            now,
        )?;
        let key = ParsedCertificate::try_from(end_entity)?.subject_public_key_info();
        let digest = digest(&SHA256, key.as_ref());
        if self.digests.iter().any(|pinned| pinned == digest.as_ref()) {
            Ok(verified)
        } else {
            Err(rustls::Error::Other(OtherError(Arc::new(NotPinned))))
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> std::result::Result<HandshakeSignatureValid, rustls::Error> {
        self.verifier
            .verify_tls12_signature(message, certificate, signature)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> std::result::Result<HandshakeSignatureValid, rustls::Error> {
        self.verifier
            .verify_tls13_signature(message, certificate, signature)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.verifier.supported_verify_schemes()
    }
}

#[cfg(test)]
mod tests {
    use rustls::{ContentType, InvalidMessage, PeerIncompatible, PeerMisbehaved};

    use super::*;

    /// rustls tells these by the names of its own types.
    #[test]
    fn what_a_peer_does_is_told_in_sentences() {
        let alerts = [
            AlertDescription::HandshakeFailure,
            AlertDescription::CertificateRequired,
            AlertDescription::UnknownCA,
            AlertDescription::UnrecognisedName,
        ];
        let mut errors = vec![
            rustls::Error::InvalidMessage(InvalidMessage::InvalidContentType),
            rustls::Error::InvalidCertificate(CertificateError::UnknownIssuer),
            rustls::Error::PeerIncompatible(PeerIncompatible::NoCipherSuitesInCommon),
            rustls::Error::PeerMisbehaved(PeerMisbehaved::TooManyEmptyFragments),
            rustls::Error::InappropriateMessage {
                expect_types: vec![ContentType::Handshake],
                got_type: ContentType::ApplicationData,
            },
        ];
        errors.extend(alerts.map(rustls::Error::AlertReceived));
        for error in errors {
            assert!(words(&error).is_some(), "{error}");
        }
        let is_told_by_rustls = rustls::Error::NoCertificatesPresented;
        assert_eq!(words(&is_told_by_rustls), None);
    }
}
