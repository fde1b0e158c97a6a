//! One connection: requests in, replies out.

use std::io::{self, BufReader, Write};
use std::net::TcpStream;

use serde_json::json;

use crate::message::Request;
use crate::reply::Reply;
use crate::service::Service;

/// Answers requests until the other side closes or a reply ends the connection.
pub fn serve(mut stream: TcpStream, service: &Service) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let mut reader = BufReader::new(stream.try_clone()?);
    let unwanted = Reply::json(500, json!({ "message": "no case wants this request" }));
    while let Some(request) = Request::read(&mut reader)? {
        let reply = service.receive(request).unwrap_or(&unwanted);
        stream.write_all(&reply.bytes())?;
        if reply.stall {
            io::copy(&mut reader, &mut io::sink())?;
        }
        if reply.ends_connection() {
            return Ok(());
        }
    }
    Ok(())
}
