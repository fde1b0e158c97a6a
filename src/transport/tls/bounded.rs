//! A certificate verifier that takes no longer than the call may.
//!
//! That of an operating system may fetch what it needs (revocation lists, intermediate certificates) over the
//! network, for ten seconds and more, and cannot be interrupted. So it runs on a thread that lives for one
//! verification, and the handshake waits for it until the deadline.

use std::cell::Cell;
use std::fmt;
use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, sync_channel};
use std::time::Instant;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{DigitallySignedStruct, Error, OtherError, SignatureScheme};

use super::super::own_thread;
use super::super::system_threads::Place;

thread_local! {
    /// When the handshake that this thread makes has to be over.
    static END: Cell<Option<Instant>> = const { Cell::new(None) };
}

/// Makes a part of a handshake, in which no verification goes on for longer than until `end`.
pub(in super::super) fn until<T>(end: Instant, handshake: impl FnOnce() -> T) -> T {
    struct Reset(Option<Instant>);

    impl Drop for Reset {
        fn drop(&mut self) {
            let _ = END.try_with(|now| now.set(self.0));
        }
    }

    let _reset = Reset(
        END.try_with(|now| now.replace(Some(end)))
            .unwrap_or_default(),
    );
    handshake()
}

#[derive(Debug)]
pub(super) struct Bounded(pub(super) Arc<dyn ServerCertVerifier>);

#[derive(Debug)]
struct TooSlow;

impl fmt::Display for TooSlow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the operating system did not verify the certificate before the deadline")
    }
}

impl std::error::Error for TooSlow {}

fn other(error: impl std::error::Error + Send + Sync + 'static) -> Error {
    Error::Other(OtherError(Arc::new(error)))
}

impl ServerCertVerifier for Bounded {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let place = Place::take().map_err(other)?;
        let verifier = Arc::clone(&self.0);
        let end_entity = end_entity.clone().into_owned();
        let intermediates: Vec<_> = intermediates
            .iter()
            .map(|certificate| certificate.clone().into_owned())
            .collect();
        let (server_name, ocsp_response) = (server_name.to_owned(), ocsp_response.to_vec());
        let (verified, verifying) = sync_channel(1);
        own_thread::start("verigator-tls", move || {
            let _place = place;
            // Nobody may wait for it any more.
            let _ = verified.send(verifier.verify_server_cert(
                &end_entity,
                &intermediates,
                &server_name,
                &ocsp_response,
                now,
            ));
        })
        .map_err(other)?;
        let end = END.try_with(Cell::get).ok().flatten();
        match end {
            Some(end) => verifying.recv_timeout(end.saturating_duration_since(Instant::now())),
            None => verifying.recv().map_err(RecvTimeoutError::from),
        }
        .unwrap_or_else(|_| Err(other(TooSlow)))
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.0
            .verify_tls12_signature(message, certificate, signature)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.0
            .verify_tls13_signature(message, certificate, signature)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.supported_verify_schemes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Mutex;
    use std::sync::mpsc::{Receiver, channel};
    use std::time::Duration;

    /// Answers once it is told to.
    #[derive(Debug)]
    struct Slow(Mutex<Receiver<()>>);

    impl ServerCertVerifier for Slow {
        fn verify_server_cert(
            &self,
            _: &CertificateDer<'_>,
            _: &[CertificateDer<'_>],
            _: &ServerName<'_>,
            _: &[u8],
            _: UnixTime,
        ) -> Result<ServerCertVerified, Error> {
            self.0.lock().unwrap().recv().unwrap();
            Ok(ServerCertVerified::assertion())
        }

        fn verify_tls12_signature(
            &self,
            _: &[u8],
            _: &CertificateDer<'_>,
            _: &DigitallySignedStruct,
        ) -> Result<HandshakeSignatureValid, Error> {
            unreachable!("no handshake is made")
        }

        fn verify_tls13_signature(
            &self,
            _: &[u8],
            _: &CertificateDer<'_>,
            _: &DigitallySignedStruct,
        ) -> Result<HandshakeSignatureValid, Error> {
            unreachable!("no handshake is made")
        }

        fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
            Vec::new()
        }
    }

    #[test]
    fn a_verifier_that_takes_longer_is_not_waited_for() {
        let (tell, told) = channel();
        let verifier = Bounded(Arc::new(Slow(Mutex::new(told))));
        let certificate = CertificateDer::from_slice(b"");
        let name = ServerName::try_from("verigator.example").unwrap();
        let verify = || verifier.verify_server_cert(&certificate, &[], &name, &[], UnixTime::now());

        let error = until(Instant::now(), verify).unwrap_err();
        assert!(error.to_string().contains("before the deadline"), "{error}");
        // The one that nobody waits for any more, and another.
        tell.send(()).unwrap();
        tell.send(()).unwrap();
        let plenty = Instant::now() + Duration::from_secs(300);
        assert!(until(plenty, verify).is_ok());
        assert_eq!(END.get(), None);
    }
}
