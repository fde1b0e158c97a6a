//! [`verigator_fuzz::retry_after`], driven by libFuzzer.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| verigator_fuzz::retry_after(data));
