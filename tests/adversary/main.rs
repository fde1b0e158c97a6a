//! What must be survived: a hostile peer, a hostile environment, a careless host. docs/security-model.md says
//! which test keeps which promise. Here the calls block.

include!("rows.rs");
