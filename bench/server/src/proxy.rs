//! An HTTP proxy that knows nothing but CONNECT, to one address.

use std::io::{self, BufRead, BufReader, Write};
use std::net::{Shutdown, TcpStream};
use std::thread;

const REFUSED: &[u8] = b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n";
const CONNECTED: &[u8] = b"HTTP/1.1 200 Connection established\r\n\r\n";

/// Serves one client, until the tunnel ends; `opened` is called when it stands.
pub fn serve(mut client: TcpStream, target: &str, opened: impl Fn()) -> io::Result<()> {
    client.set_nodelay(true)?;
    if request_line(&client)? != format!("CONNECT {target} HTTP/1.1") {
        return client.write_all(REFUSED);
    }
    let server = TcpStream::connect(target)?;
    server.set_nodelay(true)?;
    opened();
    client.write_all(CONNECTED)?;
    thread::scope(|scope| {
        scope.spawn(|| relay(&server, &client));
        relay(&client, &server)
    })
}

/// The first line of a request that has no body. A client sends nothing more before the answer, so
/// nothing of the tunnel's is lost with the buffer.
fn request_line(client: &TcpStream) -> io::Result<String> {
    let mut lines = BufReader::new(client).lines();
    let first = lines.next().transpose()?.unwrap_or_default();
    for line in lines {
        if line?.is_empty() {
            break;
        }
    }
    Ok(first)
}

/// Passes on what comes, and its end.
fn relay(mut from: &TcpStream, mut to: &TcpStream) -> io::Result<()> {
    let copied = io::copy(&mut from, &mut to);
    // Fails only where the other end is gone already.
    let _ = to.shutdown(Shutdown::Write);
    copied.map(drop)
}
