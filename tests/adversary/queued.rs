//! What must be survived, by calls that are submitted to a queue: the program's name says so.

include!("rows.rs");
