//! A list of users that is read over and over: as a whole, or page by page.

use std::io;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::thread;

use serde_json::{Value, json};

use crate::connection::Connection;
use crate::options::Options;
use crate::plan::request;

/// Of a page.
const USERS: usize = 1000;

/// Reads the list until the standard input ends, and once at least. Prints a line when it begins, and one with
/// the number of lists at the end.
pub fn run(options: &Options) -> io::Result<()> {
    let mut connection = Connection::open(&options.addresses[0], 0)?;
    println!("{}", json!({ "calls": 0 }));
    let ended = AtomicBool::new(false);
    let mut lists = 0;
    thread::scope(|scope| {
        scope.spawn(|| {
            let _ = io::copy(&mut io::stdin(), &mut io::sink());
            ended.store(true, Relaxed);
        });
        while lists == 0 || !ended.load(Relaxed) {
            match options.pages {
                true => read_pages(&mut connection, options)?,
                false => read_whole(&mut connection, options)?,
            }
            lists += 1;
        }
        io::Result::Ok(())
    })?;
    println!("{}", json!({ "calls": lists }));
    Ok(())
}

fn read_whole(connection: &mut Connection, options: &Options) -> io::Result<()> {
    let asked = request("GET", &options.argument, &options.auth, "");
    listed(connection.ask(&asked)?.status)
}

fn read_pages(connection: &mut Connection, options: &Options) -> io::Result<()> {
    let mut place = String::new();
    loop {
        let path = format!("{}?limit={USERS}{place}", options.argument);
        let answer = connection.ask(&request("GET", &path, &options.auth, ""))?;
        listed(answer.status)?;
        let page: Value = serde_json::from_slice(answer.body)?;
        match page["next_cursor"].as_str() {
            Some(cursor) => place = format!("&cursor={cursor}"),
            None => return Ok(()),
        }
    }
}

fn listed(status: u16) -> io::Result<()> {
    match status {
        200 => Ok(()),
        _ => Err(io::Error::other(format!("the list was answered {status}"))),
    }
}
