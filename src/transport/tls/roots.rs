//! The certificate authorities that the operating system trusts, loaded once a process.

use std::sync::Arc;

use once_cell::race::OnceBox;
use rustls::client::danger::ServerCertVerifier;
use rustls::crypto::CryptoProvider;

use crate::error::{Error, Result, Status};

type Verifier = Arc<dyn ServerCertVerifier>;

/// Loading takes milliseconds, so it is done once, and may fail, so it is tried again. Two threads
/// that come first both load and one result stays: waiting for another thread would wait for ever
/// in a child that was forked meanwhile.
static SYSTEM: OnceBox<Verifier> = OnceBox::new();

/// Verifies servers against the operating system's authorities.
pub(super) fn system(provider: &Arc<CryptoProvider>) -> Result<Verifier> {
    SYSTEM
        .get_or_try_init(|| platform::load(provider).map(Box::new))
        .cloned()
        .map_err(|why| {
            Error::new(
                Status::TLS,
                format!(
                    "the operating system's certificate authorities cannot be loaded: {why}; \
                     install them (package ca-certificates) or set a CA bundle"
                ),
            )
        })
}

/// These systems have a verifier of their own, with its policies and revocations, which it may fetch.
#[cfg(any(windows, target_vendor = "apple", target_os = "android"))]
mod platform {
    use super::super::bounded::Bounded;
    use super::*;

    pub(super) fn load(provider: &Arc<CryptoProvider>) -> std::result::Result<Verifier, String> {
        match rustls_platform_verifier::Verifier::new(provider.clone()) {
            Ok(verifier) => Ok(Arc::new(Bounded(Arc::new(verifier)))),
            Err(error) => Err(error.to_string()),
        }
    }
}

/// Elsewhere the authorities are a file. rustls-platform-verifier would find it as well, but lets
/// `SSL_CERT_FILE` and `SSL_CERT_DIR` put another in its place: in a PAM module of a set-uid
/// program that would let the attacker choose whom to trust. So it is read from its place here.
#[cfg(not(any(windows, target_vendor = "apple", target_os = "android")))]
mod platform {
    use std::path::Path;

    use rustls::RootCertStore;
    use rustls::client::WebPkiServerVerifier;
    use rustls::pki_types::CertificateDer;
    use rustls::pki_types::pem::PemObject;

    use super::*;

    /// Where each family of systems keeps its bundle.
    const BUNDLES: [&str; 6] = [
        "/etc/ssl/certs/ca-certificates.crt", // Debian, Ubuntu, Arch, Alpine, Gentoo
        "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem", // Fedora, RHEL and kin
        "/etc/pki/tls/certs/ca-bundle.crt",   // older Fedora and RHEL
        "/etc/ssl/ca-bundle.pem",             // openSUSE
        "/etc/ssl/cert.pem",                  // Alpine, the BSDs
        "/usr/local/share/certs/ca-root-nss.crt", // older FreeBSD
    ];

    pub(super) fn load(provider: &Arc<CryptoProvider>) -> std::result::Result<Verifier, String> {
        let Some(path) = BUNDLES.iter().find(|path| Path::new(path).exists()) else {
            return Err(format!("none of {} exists", BUNDLES.join(", ")));
        };
        let certificates = CertificateDer::pem_file_iter(path)
            .map_err(|error| format!("{path}: {error}"))?
            .filter_map(std::result::Result::ok);
        let mut store = RootCertStore::empty();
        // One that cannot be used is passed over, as the system's own tools do.
        let (usable, _) = store.add_parsable_certificates(certificates);
        if usable == 0 {
            return Err(format!("{path} holds no certificate"));
        }
        match WebPkiServerVerifier::builder_with_provider(store.into(), provider.clone()).build() {
            Ok(verifier) => Ok(verifier),
            Err(error) => Err(error.to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;
    use crate::{Client, Config};

    fn call(base_url: &str) {
        let mut config = Config::new("user", "password").unwrap();
        config.set_base_url(base_url).unwrap();
        config.set_max_retries(0).unwrap();
        // Nobody listens there.
        let error = Client::new(&config).unwrap().service("s").unwrap_err();
        assert!(!error.maybe_sent(), "{error}");
    }

    /// Other tests of this process may have loaded them already.
    #[test]
    fn they_are_loaded_once_and_for_https_only() {
        let child = Command::new(std::env::current_exe().unwrap())
            .args(["--ignored", "--exact"])
            .arg("transport::tls::roots::tests::in_a_new_process")
            .status();
        assert!(child.unwrap().success());
    }

    #[test]
    #[ignore = "run by they_are_loaded_once_and_for_https_only, in a process of its own"]
    fn in_a_new_process() {
        call("http://127.0.0.1:1");
        assert!(SYSTEM.get().is_none());
        call("https://127.0.0.1:1");
        let first = SYSTEM.get().unwrap();
        call("https://127.0.0.1:1");
        assert!(Arc::ptr_eq(first, SYSTEM.get().unwrap()));
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        assert!(Arc::ptr_eq(first, &system(&provider).unwrap()));
    }
}
