//! Keeps the library loaded when its class loader is collected: a name lookup that a deadline cut
//! off goes on in its thread, and the code under it must stay.

use std::env;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    if env::var("CARGO_CFG_TARGET_OS").is_ok_and(|os| os == "linux") {
        println!("cargo::rustc-cdylib-link-arg=-Wl,-z,nodelete");
    }
}
