//! What must be survived, by calls that are awaited on a Tokio runtime: the program's name says so.

include!("rows.rs");
