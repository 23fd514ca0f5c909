#![no_main]
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| rekey::fuzzing::run("hashes", bytes));
