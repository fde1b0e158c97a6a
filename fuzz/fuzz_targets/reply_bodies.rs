//! [`verigator_fuzz::reply_bodies`], driven by libFuzzer.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| verigator_fuzz::reply_bodies(data));
