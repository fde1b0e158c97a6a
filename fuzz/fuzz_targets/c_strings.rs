//! [`verigator_fuzz::c_strings`], driven by libFuzzer.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| verigator_fuzz::c_strings(data));
