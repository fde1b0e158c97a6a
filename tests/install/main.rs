//! The library as it is installed.

mod consumers;
mod exports;
mod layout;
mod makefile;
mod pages;
#[path = "../support/mod.rs"]
mod support;
mod tree;
