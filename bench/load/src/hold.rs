//! Many connections that are kept open, with nothing under way.

use std::io;

use serde_json::json;

use crate::connection::Connection;
use crate::options::Options;
use crate::plan;

/// Makes one request on each connection, says how many were answered, and keeps them all until the
/// standard input ends. A server may close the oldest for the newest.
pub fn run(options: &Options) -> io::Result<()> {
    let plan = plan::read(&options.argument, &options.auth)?;
    let step = plan.first();
    let step = step.ok_or_else(|| io::Error::other("the plan is empty"))?;
    let (mut held, mut answered) = (Vec::new(), 0);
    for address in options.addresses.iter().cycle().take(options.connections) {
        let mut connection = Connection::open(address, 0)?;
        answered += usize::from(connection.ask(&step.request).is_ok());
        held.push(connection);
    }
    println!("{}", json!({ "calls": held.len(), "answered": answered }));
    io::copy(&mut io::stdin(), &mut io::sink())?;
    Ok(())
}
