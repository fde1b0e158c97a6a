//! Many clients of a server, each on a connection that is kept.
//!
//! | command | what it does |
//! |---|---|
//! | `requests PLAN` | makes each request of a plan once and prints how long the answers took, as a line of JSON |
//! | `hold PLAN` | makes the first request of a plan on each connection, says so, and keeps them open until its standard input ends |
//! | `list PATH` | reads a list of users over and over until its standard input ends, and prints how often |
//!
//! All take `--url URL` (more than once: connections are spread over them) and `--auth NAME:PASSWORD`, those with a
//! plan `--connections N`; `requests` also takes `--rate N`, requests a second at fixed times, and `--sources N`, addresses
//! that the connections come from; `list` takes `--pages`.

mod connection;
mod hold;
mod list;
mod options;
mod plan;
mod requests;

use std::io;
use std::process::ExitCode;

use options::Options;

fn main() -> ExitCode {
    let done = Options::read().and_then(|options| match options.command.as_str() {
        "requests" => requests::run(&options),
        "hold" => hold::run(&options),
        "list" => list::run(&options),
        other => Err(io::Error::other(format!(
            "\"{other}\" is not a command: use requests, hold or list"
        ))),
    });
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bench-load: {error}");
            ExitCode::FAILURE
        }
    }
}
