//! One connection: requests in, replies out.

use std::io::{self, BufReader, Write};
use std::net::TcpStream;

use serde_json::json;

use crate::case::Reply;
use crate::message::Request;
use crate::runs::Runs;

/// Answers requests until the other side closes or a reply ends the connection.
pub fn serve(mut stream: TcpStream, runs: &Runs) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let mut reader = BufReader::new(stream.try_clone()?);
    while let Some(request) = Request::read(&mut reader)? {
        let own;
        let reply = match request.target().strip_prefix("/_/verdict/") {
            Some(run) => {
                own = Reply::json(200, verdict(runs, run));
                &own
            }
            None => match runs.receive(request) {
                Some(reply) => reply,
                None => {
                    own = Reply::json(500, json!({ "message": "no case wants this request" }));
                    &own
                }
            },
        };
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

fn verdict(runs: &Runs, run: &str) -> serde_json::Value {
    match runs.verdict(run) {
        Ok(()) => json!({ "ok": true }),
        Err(why) => json!({ "ok": false, "why": why }),
    }
}
