//! The certificate that the server shows, and its key: read from two files, and again when these change.
//! What cannot be used takes the place of nothing.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use std::time::Duration;

use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use sha2::{Digest, Sha256};
use tokio::time::{MissedTickBehavior, interval, sleep};
use tokio_rustls::TlsAcceptor;
use x509_cert::der::Decode;
use zeroize::Zeroizing;

use crate::clock::{Clock, SystemClock};
use crate::metrics::Moment;

/// How often the files are looked at.
pub const LOOK_INTERVAL: Duration = Duration::from_secs(60);
/// How long files must have stayed as they are to be read: a pair is written one after the other.
const REST: Duration = Duration::from_secs(1);
const DAY: u64 = 24 * 60 * 60;
/// From when on it is said that a certificate expires: the last two weeks, or of a short life the last fifth.
const LAST_DAYS: u64 = 14 * DAY;
const LAST_PART: u64 = 5;

/// The certificate that is shown now, and where it comes from.
pub struct Certificates {
    certificate: PathBuf,
    key: PathBuf,
    current: RwLock<TlsAcceptor>,
    seen: Mutex<Seen>,
    expires: Moment,
}

/// What the files held when they were read last, whether it could be used or not.
struct Seen {
    content: [u8; 32],
    validity: Option<Validity>,
    /// When it was last said that the certificate expires.
    warned: u64,
}

/// From when and until when a certificate is valid, in seconds of Unix time.
#[derive(Debug, Clone, Copy)]
struct Validity {
    from: u64,
    until: u64,
}

/// The files as they are at one time.
struct Pair {
    certificate: Vec<u8>,
    key: Zeroizing<Vec<u8>>,
}

impl Certificates {
    /// Reads a certificate with those above it (PEM, its own first), and its key (PEM: PKCS #8, PKCS #1 or
    /// SEC1, not encrypted). One that has expired is only warned of.
    ///
    /// # Errors
    ///
    /// A file cannot be read or holds something else, or the key is that of another certificate.
    pub fn load(certificate: &Path, key: &Path) -> Result<Self, String> {
        let pair = Pair::read(certificate, key)?;
        let (acceptor, validity) = pair.check(certificate, key)?;
        let certificates = Self {
            certificate: certificate.to_owned(),
            key: key.to_owned(),
            current: RwLock::new(acceptor),
            seen: Mutex::new(Seen {
                content: pair.digest(),
                validity,
                warned: 0,
            }),
            expires: Moment::default(),
        };
        certificates
            .expires
            .set(validity.map_or(0, |validity| validity.until));
        certificates.warn();
        Ok(certificates)
    }

    /// When the certificate that is shown expires; zero if it does not say so.
    pub fn expires(&self) -> Moment {
        self.expires.clone()
    }

    /// What shakes hands with a client now.
    pub fn acceptor(&self) -> TlsAcceptor {
        self.current
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Reads the files again.
    ///
    /// # Errors
    ///
    /// As with [`Certificates::load`], or the certificate is not valid now: then the one before is still
    /// shown.
    pub fn reload(&self) -> Result<(), String> {
        self.take(&Pair::read(&self.certificate, &self.key)?)
    }

    /// Looks at the files now and then, for ever: at what they hold, since links and times of change tell
    /// too little. Warns once a day of a certificate that is about to expire.
    pub async fn watch(&self, every: Duration) {
        let mut ticks = interval(every);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            if let Err(problem) = self.look(REST.min(every)).await {
                tracing::warn!("the certificate stays as it was: {problem}");
            }
            self.warn();
        }
    }

    /// Takes what the files hold, if it is new and does not change any more.
    async fn look(&self, rest: Duration) -> Result<(), String> {
        let content = Pair::read(&self.certificate, &self.key)?.digest();
        if content == self.seen().content {
            return Ok(());
        }
        sleep(rest).await;
        let pair = Pair::read(&self.certificate, &self.key)?;
        match pair.digest() == content {
            true => self.take(&pair),
            false => Ok(()),
        }
    }

    fn take(&self, pair: &Pair) -> Result<(), String> {
        let mut seen = self.seen();
        seen.content = pair.digest();
        let (acceptor, validity) = pair.check(&self.certificate, &self.key)?;
        if let Some(validity) = validity {
            validity.check(&self.certificate)?;
        }
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = acceptor;
        self.expires
            .set(validity.map_or(0, |validity| validity.until));
        (seen.validity, seen.warned) = (validity, 0);
        tracing::info!(file = %self.certificate.display(), "the certificate was read again");
        Ok(())
    }

    fn warn(&self) {
        let mut seen = self.seen();
        let now = now();
        let Some(validity) = seen.validity else {
            return;
        };
        if validity.is_ending(now) && now >= seen.warned + DAY {
            seen.warned = now;
            let file = self.certificate.display();
            match validity.until.checked_sub(now) {
                Some(left) => {
                    tracing::warn!(%file, hours = left / 3600, "the certificate expires soon")
                }
                None => tracing::error!(%file, "the certificate has expired: clients refuse it"),
            }
        }
    }

    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Pair {
    fn read(certificate: &Path, key: &Path) -> Result<Self, String> {
        Ok(Self {
            certificate: read("certificate", certificate)?,
            key: Zeroizing::new(read("key", key)?),
        })
    }

    fn digest(&self) -> [u8; 32] {
        let lengths = (self.certificate.len() as u64).to_be_bytes();
        let digest = Sha256::new()
            .chain_update(lengths)
            .chain_update(&self.certificate);
        digest.chain_update(&*self.key).finalize().into()
    }

    /// What shakes hands with this pair.
    fn check(
        &self,
        certificate: &Path,
        key: &Path,
    ) -> Result<(TlsAcceptor, Option<Validity>), String> {
        let (shown, key_shown) = (certificate.display(), key.display());
        let chain =
            CertificateDer::pem_slice_iter(&self.certificate).collect::<Result<Vec<_>, _>>();
        let chain =
            chain.map_err(|error| format!("the certificate in {shown} cannot be read: {error}"))?;
        let Some(own) = chain.first() else {
            return Err(format!(
                "there is no certificate in {shown}: it has to be PEM"
            ));
        };
        let validity = Validity::of(own);
        let key = PrivateKeyDer::from_pem_slice(&self.key).map_err(|_| {
            format!("there is no key in {key_shown}: it has to be PEM, without a password")
        })?;
        let mut config = builder()
            .and_then(|builder| builder.with_single_cert(chain, key))
            .map_err(|error| match error {
                rustls::Error::InconsistentKeys(_) => format!(
                    "the key in {key_shown} does not belong to the first certificate in {shown}"
                ),
                error => format!("the certificate in {shown} with the key in {key_shown}: {error}"),
            })?;
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok((Arc::new(config).into(), validity))
    }
}

fn builder()
-> Result<rustls::ConfigBuilder<ServerConfig, rustls::server::WantsServerCert>, rustls::Error> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    // TLS 1.2 and 1.3. Nothing is taken before the handshake is over: it could be sent again by others.
    let builder = ServerConfig::builder_with_provider(provider);
    Ok(builder
        .with_safe_default_protocol_versions()?
        .with_no_client_auth())
}

impl Validity {
    /// That of a certificate, if it is written as most are.
    fn of(certificate: &CertificateDer) -> Option<Self> {
        let parsed = x509_cert::Certificate::from_der(certificate).ok()?;
        let validity = parsed.tbs_certificate.validity;
        Some(Self {
            from: validity.not_before.to_unix_duration().as_secs(),
            until: validity.not_after.to_unix_duration().as_secs(),
        })
    }

    /// Refuses one that is not valid now, in a file.
    fn check(self, file: &Path) -> Result<(), String> {
        let (now, shown) = (now(), file.display());
        match now {
            _ if now > self.until => Err(format!("the certificate in {shown} has expired")),
            _ if now < self.from => Err(format!("the certificate in {shown} is not valid yet")),
            _ => Ok(()),
        }
    }

    fn is_ending(self, now: u64) -> bool {
        let last = LAST_DAYS.min(self.until.saturating_sub(self.from) / LAST_PART);
        now + last >= self.until
    }
}

fn read(what: &str, path: &Path) -> Result<Vec<u8>, String> {
    let shown = path.display();
    fs::read(path).map_err(|error| format!("the {what} file {shown} cannot be read: {error}"))
}

/// The time that certificates go by, in seconds of Unix time.
fn now() -> u64 {
    (SystemClock.now() / 1000).max(0) as u64
}
