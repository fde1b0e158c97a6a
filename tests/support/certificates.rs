//! A certificate authority made for the test, and the certificates it signs.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use rcgen::{
    BasicConstraints, CertificateParams, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose, date_time_ymd,
};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::{StoresServerSessions, WebPkiClientVerifier};
use rustls::sign::{CertifiedKey, SingleCertAndKey};
use rustls::{RootCertStore, ServerConfig};

pub struct Authority {
    issuer: Issuer<'static, KeyPair>,
    /// Its own certificate.
    pub pem: String,
}

/// A certificate, signed by the authority, and its key.
pub struct Signed {
    pub pem: String,
    pub key: KeyPair,
}

impl Authority {
    pub fn new() -> Self {
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
        let key = KeyPair::generate().unwrap();
        let pem = params.self_signed(&key).unwrap().pem();
        Self {
            issuer: Issuer::new(params, key),
            pem,
        }
    }

    /// A certificate for these host names or addresses.
    pub fn sign(&self, names: &[&str]) -> Signed {
        self.sign_with(names, |_| {})
    }

    /// A certificate that was good until long ago.
    pub fn sign_expired(&self, names: &[&str]) -> Signed {
        self.sign_with(names, |params| {
            params.not_before = date_time_ymd(2001, 1, 1);
            params.not_after = date_time_ymd(2002, 1, 1);
        })
    }

    /// A certificate for these names, with changes.
    pub fn sign_with(&self, names: &[&str], change: impl FnOnce(&mut CertificateParams)) -> Signed {
        let mut params = leaf(names);
        change(&mut params);
        let key = KeyPair::generate().unwrap();
        let pem = params.signed_by(&key, &self.issuer).unwrap().pem();
        Signed { pem, key }
    }

    fn roots(&self) -> RootCertStore {
        let mut roots = RootCertStore::empty();
        roots.add(der(&self.pem)).unwrap();
        roots
    }
}

/// What stands in a certificate of a server and client of these names.
fn leaf(names: &[&str]) -> CertificateParams {
    let names: Vec<String> = names.iter().map(ToString::to_string).collect();
    let mut params = CertificateParams::new(names).unwrap();
    params.extended_key_usages = vec![
        ExtendedKeyUsagePurpose::ServerAuth,
        ExtendedKeyUsagePurpose::ClientAuth,
    ];
    params
}

impl Signed {
    /// A certificate that nobody vouches for but its own key.
    pub fn by_itself(names: &[&str]) -> Self {
        let key = KeyPair::generate().unwrap();
        let pem = leaf(names).self_signed(&key).unwrap().pem();
        Self { pem, key }
    }

    /// A server that shows this certificate.
    pub fn server(&self) -> Arc<ServerConfig> {
        self.server_with(rustls::ALL_VERSIONS)
    }

    pub fn server_with(
        &self,
        versions: &[&'static rustls::SupportedProtocolVersion],
    ) -> Arc<ServerConfig> {
        let config = builder(versions).with_no_client_auth();
        Arc::new(
            config
                .with_single_cert(vec![der(&self.pem)], self.key_der())
                .unwrap(),
        )
    }

    /// A server that shows this certificate without its key, as one who stole it: it signs with another.
    pub fn thief(&self, versions: &[&'static rustls::SupportedProtocolVersion]) -> ServerConfig {
        let other = PrivateKeyDer::try_from(KeyPair::generate().unwrap().serialize_der()).unwrap();
        let other = rustls::crypto::ring::sign::any_supported_type(&other).unwrap();
        let shown = CertifiedKey::new(vec![der(&self.pem)], other);
        let config = builder(versions).with_no_client_auth();
        config.with_cert_resolver(Arc::new(SingleCertAndKey::from(shown)))
    }

    /// A server that also asks for a client certificate of this authority.
    pub fn server_for_clients_of(&self, authority: &Authority) -> Arc<ServerConfig> {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let clients =
            WebPkiClientVerifier::builder_with_provider(authority.roots().into(), provider);
        let config =
            builder(rustls::ALL_VERSIONS).with_client_cert_verifier(clients.build().unwrap());
        Arc::new(
            config
                .with_single_cert(vec![der(&self.pem)], self.key_der())
                .unwrap(),
        )
    }

    pub fn key_pem(&self) -> String {
        self.key.serialize_pem()
    }

    /// The pin of this certificate's key.
    pub fn pin(&self) -> String {
        let spki = rcgen::PublicKeyData::subject_public_key_info(&self.key);
        let digest = ring::digest::digest(&ring::digest::SHA256, &spki);
        format!("sha256//{}", data_encoding::BASE64.encode(digest.as_ref()))
    }

    fn key_der(&self) -> PrivateKeyDer<'static> {
        PrivateKeyDer::from_pem_slice(self.key_pem().as_bytes()).unwrap()
    }
}

/// The sessions of a server that takes each for the last one it made itself.
#[derive(Debug, Default)]
pub struct OneForAll {
    last: Mutex<Option<Vec<u8>>>,
    taken: AtomicUsize,
}

impl OneForAll {
    /// How often a client was offered to go on with it.
    pub fn taken(&self) -> usize {
        self.taken.load(Ordering::SeqCst)
    }
}

impl StoresServerSessions for OneForAll {
    fn put(&self, _: Vec<u8>, session: Vec<u8>) -> bool {
        *self.last.lock().unwrap() = Some(session);
        true
    }

    fn get(&self, _: &[u8]) -> Option<Vec<u8>> {
        let last = self.last.lock().unwrap().clone();
        self.taken.fetch_add(last.iter().len(), Ordering::SeqCst);
        last
    }

    fn take(&self, key: &[u8]) -> Option<Vec<u8>> {
        self.get(key)
    }

    fn can_cache(&self) -> bool {
        true
    }
}

fn builder(
    versions: &[&'static rustls::SupportedProtocolVersion],
) -> rustls::ConfigBuilder<ServerConfig, rustls::WantsVerifier> {
    ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_protocol_versions(versions)
        .unwrap()
}

fn der(pem: &str) -> CertificateDer<'static> {
    CertificateDer::from_pem_slice(pem.as_bytes()).unwrap()
}
