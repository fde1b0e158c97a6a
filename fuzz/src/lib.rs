//! What is fuzzed: functions that take any bytes and panic when something is wrong.
//!
//! | target | the bytes are |
//! |---|---|
//! | [`reply_bodies`] | the body of a reply, for every noun of the contract |
//! | [`answers`] | an operation, a status, and the body that it is answered with |
//! | [`http_replies`] | an operation, and all that the server sends before it closes |
//! | [`retry_after`] | the value of the header `Retry-After` |
//! | [`c_strings`] | a function of the C API, and its strings |
//! | [`server_requests`] | a route of the server, and the body of a request to it |
//!
//! `reply_bodies` and `retry_after` call what reads the network's words, and run very often. The
//! others ask the library through its public interface, over its real transport: a [`peer`] in the
//! same process answers. An operation is chosen by the first byte, so that seeds can be read.

mod bodies;
mod c_strings;
pub mod operation;
pub mod peer;
mod replies;
mod retry_after;
mod server_requests;

pub use bodies::reply_bodies;
pub use c_strings::c_strings;
pub use replies::{answers, http_replies};
pub use retry_after::retry_after;
pub use server_requests::server_requests;

/// A target.
pub type Target = fn(&[u8]);

/// Every target, by the name of its seeds.
pub const TARGETS: [(&str, Target); 6] = [
    ("reply_bodies", reply_bodies),
    ("answers", answers),
    ("http_replies", http_replies),
    ("retry_after", retry_after),
    ("c_strings", c_strings),
    ("server_requests", server_requests),
];
