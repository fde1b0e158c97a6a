//! Reads certificates and keys in PEM (RFC 7468).

use std::path::Path;

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

use crate::error::{Error, Result, Status};
use crate::text;

/// All certificates in `pem`; at least one. `name` is what a message calls the option.
pub(crate) fn certificates(name: &str, pem: &[u8]) -> Result<Vec<CertificateDer<'static>>> {
    let pem = ascii(name, pem)?;
    let labels: Vec<String> = labels(pem).collect();
    if let Some(other) = labels.iter().find(|label| is_no_plain_certificate(label)) {
        return Err(Error::invalid_config(format!(
            "{name} holds a {other:?}, which is not read; pass certificates with a BEGIN CERTIFICATE \
             line, as openssl x509 writes them"
        )));
    }
    let certificates: Vec<_> = CertificateDer::pem_slice_iter(pem)
        .collect::<std::result::Result<_, _>>()
        .map_err(|_| {
            Error::invalid_config(format!(
                "{name} is not valid PEM: look at its BEGIN and END lines and what is between them"
            ))
        })?;
    let announced = labels.iter().filter(|label| *label == CERTIFICATE).count();
    if certificates.len() < announced {
        return Err(Error::invalid_config(format!(
            "of the {announced} certificates in {name} only {} can be read; their BEGIN and END lines \
             must stand at the beginning of a line",
            certificates.len()
        )));
    }
    if certificates.is_empty() {
        return Err(Error::invalid_config(format!(
            "{name} holds no certificate; pass PEM text with a BEGIN CERTIFICATE line"
        )));
    }
    Ok(certificates)
}

/// The first private key in `pem` (PKCS #8, PKCS #1 or SEC 1, not encrypted).
pub(crate) fn private_key(name: &str, pem: &[u8]) -> Result<PrivateKeyDer<'static>> {
    let pem = ascii(name, pem)?;
    PrivateKeyDer::from_pem_slice(pem).map_err(|_| {
        let is_encrypted = |text: &[u8]| text.windows(9).any(|part| part == b"ENCRYPTED");
        let problem = match is_encrypted(pem) {
            true => "is encrypted",
            false => "holds no private key",
        };
        Error::invalid_config(format!(
            "{name} {problem}; pass an unencrypted PEM key (PKCS #8, PKCS #1 or SEC 1)"
        ))
    })
}

const CERTIFICATE: &str = "CERTIFICATE";

/// What is wrong with a certificate or key of this side, in a sentence.
pub(crate) fn words(error: &rustls::Error) -> String {
    match error {
        rustls::Error::InvalidCertificate(_) => "it is malformed; export it anew".to_owned(),
        rustls::Error::InconsistentKeys(_) => {
            "the key is that of another certificate; pass the one that it was made with".to_owned()
        }
        rustls::Error::General(_) => {
            "the key is malformed, or neither RSA, ECDSA nor Ed25519; pass one of these".to_owned()
        }
        other => other.to_string(),
    }
}

/// What its reader would pass over without a word: OpenSSL's own forms, and requests.
fn is_no_plain_certificate(label: &str) -> bool {
    label.contains(CERTIFICATE) && label != CERTIFICATE
}

/// PEM is ASCII. Some editors put a mark before it, or write two bytes for each character.
fn ascii<'a>(name: &str, pem: &'a [u8]) -> Result<&'a [u8]> {
    if pem.starts_with(b"\xff\xfe") || pem.starts_with(b"\xfe\xff") {
        return Err(Error::invalid_config(format!(
            "{name} is UTF-16; save it as ASCII or UTF-8"
        )));
    }
    Ok(pem.strip_prefix(b"\xef\xbb\xbf").unwrap_or(pem))
}

/// What the sections say that they are, wherever in a line they begin.
fn labels(pem: &[u8]) -> impl Iterator<Item = String> {
    let text = String::from_utf8_lossy(pem);
    let labels: Vec<String> = text
        .split("-----BEGIN ")
        .skip(1)
        .filter_map(|rest| rest.split_once("-----"))
        .map(|(label, _)| label.to_owned())
        .collect();
    labels.into_iter()
}

/// A file's bytes, with the path in the message when it cannot be read.
pub(crate) fn read_file(name: &str, path: &Path) -> Result<Vec<u8>> {
    let bytes = path.as_os_str().as_encoded_bytes();
    text::check_bytes(Status::INVALID_CONFIG, name, bytes)?;
    std::fs::read(path)
        .map_err(|error| Error::invalid_config(format!("{name} {path:?} cannot be read: {error}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn certificate() -> String {
        let key = rcgen::KeyPair::generate().unwrap();
        let parameters = rcgen::CertificateParams::new(["h.example".to_owned()]).unwrap();
        parameters
            .self_signed(&key)
            .unwrap()
            .pem()
            .replace('\r', "")
    }

    fn read(pem: &str) -> Result<usize> {
        certificates("the CA file", pem.as_bytes()).map(|all| all.len())
    }

    #[test]
    fn all_certificates_are_read_whatever_editor_saved_them() {
        let one = certificate();
        let two = format!("{one}{}", certificate());
        assert_eq!(read(&two).unwrap(), 2);
        for other in [
            format!("\u{feff}{two}"),
            two.replace('\n', "\r\n"),
            two.replace('\n', " \n"),
            format!("A note.\n\n{two}\n\nAnother.\n"),
        ] {
            match read(&other) {
                Ok(count) => assert_eq!(count, 2, "{other:?}"),
                Err(error) => panic!("{other:?}: {error}"),
            }
        }
    }

    #[test]
    fn what_would_be_passed_over_is_refused_by_name() {
        let one = certificate();
        let trusted = one.replace("CERTIFICATE", "TRUSTED CERTIFICATE");
        let request = one.replace("CERTIFICATE", "CERTIFICATE REQUEST");
        for (pem, why) in [
            (format!("{one}{trusted}"), "TRUSTED CERTIFICATE"),
            (format!("{one}{request}"), "CERTIFICATE REQUEST"),
            (format!("{one} {one}"), "only 1 can be read"),
            (format!("{one}>{one}"), "only 1 can be read"),
            (one.replace('\n', "\t\n"), "not valid PEM"),
            (one.replace("MII", "M*I"), "not valid PEM"),
            (String::new(), "no certificate"),
        ] {
            let error = read(&pem).unwrap_err();
            assert!(error.message().contains(why), "{pem:?}: {error}");
        }
        let utf16: Vec<u8> = format!("\u{feff}{one}")
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        let error = certificates("the CA file", &utf16).unwrap_err();
        assert!(error.message().contains("UTF-16"), "{error}");
    }

    #[test]
    fn a_key_is_read_or_refused_for_what_it_is() {
        let key = rcgen::KeyPair::generate().unwrap().serialize_pem();
        for pem in [
            key.clone(),
            format!("\u{feff}{key}"),
            key.replace('\n', "\r\n"),
        ] {
            assert!(
                private_key("the client key", pem.as_bytes()).is_ok(),
                "{pem:?}"
            );
        }
        let encrypted = key.replace("PRIVATE KEY", "ENCRYPTED PRIVATE KEY");
        for (pem, why) in [
            (encrypted, "is encrypted"),
            (certificate(), "no private key"),
        ] {
            let error = private_key("the client key", pem.as_bytes()).unwrap_err();
            assert!(error.message().contains(why), "{error}");
        }
    }
}
