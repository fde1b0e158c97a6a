//! A program in Rust that depends on the crate, and has an allocator of its own. Argument: a server.

use std::alloc::System;

use verigator::{Client, Config};

#[global_allocator]
static OWN: System = System;

fn main() -> verigator::Result<()> {
    let mut config = Config::new("user", "password")?;
    config.set_base_url(&std::env::args().nth(1).unwrap())?;
    let service = Client::new(&config)?.service("s")?;
    println!("{}", service.name);
    Ok(())
}
