//! [`verigator_fuzz::server_requests`], driven by libFuzzer.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| verigator_fuzz::server_requests(data));
