//! The library as it is installed.

mod bill;
mod consumers;
mod exports;
mod layout;
mod makefile;
mod pages;
#[path = "../support/mod.rs"]
mod support;
mod tree;
