//! [`verigator_fuzz::answers`], driven by libFuzzer.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| verigator_fuzz::answers(data));
