//! The header that proxies put before a connection to say whose it is (PROXY protocol, versions 1 and 2):
//! read to its last byte, and not beyond.

use std::io::{self, ErrorKind};

use proxy_header::{ParseConfig, ProxyHeader};
use tokio::io::{AsyncRead, AsyncReadExt};

use crate::client_address::Peer;

/// How a header of version 2 begins; so long is the beginning of any header.
const SIGNATURE: &[u8; 12] = b"\r\n\r\n\0\r\nQUIT\n";
/// Of version 2: version and command, where the proxy speaks for itself, as when it looks whether the
/// server is alive. Whatever else its header holds is not meant.
const LOCAL: u8 = 0x20;
/// The longest header of version 1, with its line end.
const LONGEST_LINE: usize = 107;
/// The longest header of version 2 that is taken: proxies add what they know, such as names in certificates.
const LONGEST: usize = 4096;

/// What a proxy that speaks for itself begins with.
pub fn for_itself() -> [u8; 16] {
    let mut header = [0; 16];
    header[..SIGNATURE.len()].copy_from_slice(SIGNATURE);
    header[SIGNATURE.len()] = LOCAL;
    header
}

/// Reads a header; `None` where the proxy speaks for itself, or does not say for whom.
///
/// # Errors
///
/// It is malformed, or longer than any proxy would make it.
pub async fn read(bytes: &mut (impl AsyncRead + Unpin)) -> io::Result<Option<Peer>> {
    let mut header = vec![0; SIGNATURE.len()];
    bytes.read_exact(&mut header).await?;
    match header.as_slice() == SIGNATURE {
        true => read_block(bytes, &mut header).await?,
        false => read_line(bytes, &mut header).await?,
    }
    if header.get(SIGNATURE.len()) == Some(&LOCAL) && header.starts_with(SIGNATURE) {
        return Ok(None);
    }
    let parsed = ProxyHeader::parse(&header, ParseConfig::default());
    let (parsed, _) = parsed.map_err(|error| malformed(&error.to_string()))?;
    let proxied = parsed.proxied_address();
    Ok(proxied.map(|addresses| Peer::of(addresses.source.ip())))
}

/// Reads what is left of a header of version 2.
async fn read_block(bytes: &mut (impl AsyncRead + Unpin), header: &mut Vec<u8>) -> io::Result<()> {
    let mut rest = [0; 4];
    bytes.read_exact(&mut rest).await?;
    header.extend(rest);
    let [_, _, high, low] = rest;
    let length = usize::from(u16::from_be_bytes([high, low]));
    if length > LONGEST {
        return Err(malformed("it is too long"));
    }
    let begin = header.len();
    header.resize(begin + length, 0);
    bytes.read_exact(&mut header[begin..]).await?;
    Ok(())
}

/// Reads what is left of a header of version 1.
async fn read_line(bytes: &mut (impl AsyncRead + Unpin), header: &mut Vec<u8>) -> io::Result<()> {
    if !header.starts_with(b"PROXY ") {
        return Err(malformed("there is none"));
    }
    while !header.ends_with(b"\r\n") {
        if header.len() == LONGEST_LINE {
            return Err(malformed("its line does not end"));
        }
        header.push(bytes.read_u8().await?);
    }
    Ok(())
}

fn malformed(why: &str) -> io::Error {
    io::Error::new(
        ErrorKind::InvalidData,
        format!("no header of the PROXY protocol: {why}"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a header says, and what is left behind it.
    async fn read_all(sent: &[u8]) -> io::Result<(Option<Peer>, Vec<u8>)> {
        let mut bytes = sent;
        let peer = read(&mut bytes).await?;
        Ok((peer, bytes.to_vec()))
    }

    fn block(command: u8, family: u8, rest: &[u8]) -> Vec<u8> {
        let length = (rest.len() as u16).to_be_bytes();
        [SIGNATURE, &[command, family][..], &length, rest].concat()
    }

    fn peer(address: &str) -> Option<Peer> {
        Some(Peer::of(address.parse().unwrap()))
    }

    #[tokio::test]
    async fn a_header_says_whose_a_connection_is() {
        let four = [203, 0, 113, 7, 10, 0, 0, 1, 0, 80, 1, 187];
        let mut six = [0; 36];
        six[..16].copy_from_slice(
            &"2001:db9::1"
                .parse::<std::net::Ipv6Addr>()
                .unwrap()
                .octets(),
        );
        for (header, expected) in [
            (
                b"PROXY TCP4 203.0.113.7 10.0.0.1 50000 443\r\n".to_vec(),
                peer("203.0.113.7"),
            ),
            (
                b"PROXY TCP6 2001:db9::1 ::1 50000 443\r\n".to_vec(),
                peer("2001:db9::1"),
            ),
            (
                b"PROXY TCP6 ::ffff:203.0.113.7 ::1 50000 443\r\n".to_vec(),
                peer("203.0.113.7"),
            ),
            (b"PROXY UNKNOWN\r\n".to_vec(), None),
            (
                b"PROXY UNKNOWN ffff::1 ffff::2 65535 65535\r\n".to_vec(),
                None,
            ),
            (block(0x21, 0x11, &four), peer("203.0.113.7")),
            (block(0x21, 0x21, &six), peer("2001:db9::1")),
            // With more behind the addresses.
            (
                block(0x21, 0x11, &[&four[..], b"\x04\0\x03abc"].concat()),
                peer("203.0.113.7"),
            ),
            (block(0x21, 0x31, &[0; 216]), None),
            // A proxy that looks whether the server is alive; what addresses it fills in mean nothing.
            (block(LOCAL, 0, &[]), None),
            (block(LOCAL, 0x11, &four), None),
            (block(LOCAL, 0x11, &[0; 5]), None),
        ] {
            let (peer, rest) = read_all(&[&header, &b"GET /"[..]].concat()).await.unwrap();
            let shown = header.escape_ascii();
            assert_eq!(
                (peer, rest.as_slice()),
                (expected, &b"GET /"[..]),
                "{shown}"
            );
        }
    }

    #[tokio::test]
    async fn what_is_no_header_is_refused() {
        for sent in [
            b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".to_vec(),
            b"PROXY TCP4 203.0.113.7 10.0.0.1 50000\r\n".to_vec(),
            b"PROXY TCP4 nonsense 10.0.0.1 50000 443\r\n".to_vec(),
            b"PROXY TCP4 203.0.113.7 10.0.0.1 99999 443\r\n".to_vec(),
            b"PROXY TCP7 203.0.113.7 10.0.0.1 1 443\r\n".to_vec(),
            b"PROXYTCP4 203.0.113.7 10.0.0.1 1 443\r\n".to_vec(),
            b"PROXY TCP\r\nGET / HTTP/1.1\r\n".to_vec(),
            [&b"PROXY UNKNOWN "[..], &[b'x'; 200], b"\r\n"].concat(),
            block(0x21, 0x11, &[1, 2, 3]),
            block(0x31, 0x11, &[0; 12]),
            block(0x22, 0x11, &[0; 12]),
            block(0x21, 0x77, &[0; 12]),
            block(0x21, 0x11, &[0; LONGEST + 1]),
            // Cut off.
            b"PROXY TCP4 203.0".to_vec(),
            block(0x21, 0x11, &[0; 12])[..20].to_vec(),
            b"".to_vec(),
        ] {
            let shown = sent.escape_ascii().to_string();
            assert!(read_all(&sent).await.is_err(), "{shown}");
        }
    }
}
