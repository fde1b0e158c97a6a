//! verigator-server.
fn main() {}
