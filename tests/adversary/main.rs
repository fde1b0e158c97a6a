//! What must be survived: a hostile peer, a hostile environment, a careless host. SECURITY.md says
//! which test keeps which promise. Here the calls block.

include!("rows.rs");
