//! Plays the service for the conformance cases.
fn main() {}
