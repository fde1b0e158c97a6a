//! Plays the service for the conformance cases: answers each by its script, and judges what it was
//! sent. The folder's README.md says what a case is and how a runner asks for the verdict.
//!
//! `conformance-peer [CASES]`, where CASES is the folder of the case files. It ends when its
//! standard input does, so that it never outlives the runner that started it.

mod case;
mod connection;
mod judge;
mod message;
mod runs;

use std::error::Error;
use std::io::{self, Write};
use std::net::TcpListener;
use std::path::PathBuf;
use std::sync::Arc;
use std::thread;

use runs::Runs;

fn main() -> Result<(), Box<dyn Error>> {
    let cases = case::read_folder(&cases_folder())?;
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let host = listener.local_addr()?.to_string();
    println!("conformance-peer listening on http://{host}");
    io::stdout().flush()?;
    let runs = Arc::new(Runs::new(host, cases));
    thread::spawn(move || accept(&listener, &runs));
    io::copy(&mut io::stdin(), &mut io::sink())?;
    Ok(())
}

fn cases_folder() -> PathBuf {
    std::env::args_os()
        .nth(1)
        .map_or_else(|| "tests/conformance/cases".into(), PathBuf::from)
}

/// Serves every connection on a thread of its own; it ends when the other side closes.
fn accept(listener: &TcpListener, runs: &Arc<Runs>) {
    for stream in listener.incoming().flatten() {
        let runs = Arc::clone(runs);
        thread::spawn(move || {
            // A client that breaks off in the middle is part of some cases, and no failure here.
            drop(connection::serve(stream, &runs));
        });
    }
}
