//! What is wrong with a `[[password_type]]`, whose settings start at line 4.

use super::{check, tenant_mistakes};

/// T-01.
#[test]
fn every_mistake_says_where_and_what_to_write() {
    check(MISTAKES, |text| {
        tenant_mistakes(&format!("[[password_type]]\n{text}"))
    });
}

/// P-01.
#[test]
fn the_hardened_profile_raises_the_floor() {
    check(
        &[
            (
                "profile = \"hardened\"\n[[password_type]]\ninternal_name = \"a\"\n\
                 min_length = 14",
                "demo.toml:6: password_type.min_length is 14; write 15 or more, the floor of the \
                 access password in profile hardened",
            ),
            (
                "profile = \"hardened\"\n[[password_type]]\ninternal_name = \"a\"\n\
                 min_length = 15",
                "nothing",
            ),
            (
                "profile = \"hardened\"\n[[password_type]]\ninternal_name = \"a\"\n\
                 access = true\n[[password_type]]\ninternal_name = \"pin\"\nmin_length = 4",
                "nothing",
            ),
        ],
        tenant_mistakes,
    );
}

/// What is written in a password type, and what is said about it.
const MISTAKES: &[(&str, &str)] = &[
    (
        "name = \"PIN\"",
        "demo.toml:3: password_type.internal_name is missing; write a letter, then up to \
         49 letters, digits, hyphens and underscores",
    ),
    (
        "internal_name = \"4711\"",
        "demo.toml:4: password_type.internal_name is \"4711\"; write a letter, then up \
         to 49 letters, digits, hyphens and underscores",
    ),
    (
        "internal_name = \"list-data\"",
        "demo.toml:4: password_type.internal_name is \"list-data\"; write another name, \
         since list-data is part of a path",
    ),
    (
        "internal_name = \"a\"\nname = \"\"",
        "demo.toml:5: password_type.name is \"\"; write 1 to 100 characters",
    ),
    (
        "internal_name = \"a\"\naccess = false",
        "demo.toml: password_type.access is true for no password type; write access = \
         true in exactly one",
    ),
    (
        "internal_name = \"a\"\n[[password_type]]\ninternal_name = \"b\"",
        "demo.toml: password_type.access is true for no password type; write access = \
         true in exactly one",
    ),
    (
        "internal_name = \"a\"\naccess = true\n\
         [[password_type]]\ninternal_name = \"b\"\naccess = true",
        "demo.toml:8: password_type.access is true for \"a\" already; write it in \
         exactly one",
    ),
    (
        "internal_name = \"a\"\naccess = true\n[[password_type]]\ninternal_name = \"a\"",
        "demo.toml:7: password_type.internal_name is \"a\" a second time; write another \
         name",
    ),
    (
        "internal_name = \"a\"\nmode = \"script\"",
        "demo.toml:5: password_type.mode is \"script\"; write manual, generated or otp",
    ),
    (
        "internal_name = \"a\"\nmode = \"otp\"",
        "demo.toml:5: password_type.mode cannot be otp for the access password; write \
         manual or generated",
    ),
    (
        "internal_name = \"a\"\nmin_length = 7",
        "demo.toml:5: password_type.min_length is 7; write 8 or more, the floor of the \
         access password",
    ),
    (
        "internal_name = \"a\"\naccess = true\n\
         [[password_type]]\ninternal_name = \"b\"\nmin_length = 3",
        "demo.toml:8: password_type.min_length is 3; write 4 or more, the floor of any \
         password",
    ),
    (
        "internal_name = \"a\"\nmax_length = 63",
        "demo.toml:5: password_type.max_length is 63; write 64 or more, so that \
         passphrases fit",
    ),
    (
        "internal_name = \"a\"\nmax_length = 4097",
        "demo.toml:5: password_type.max_length is 4097; write a whole number from 1 to \
         4096",
    ),
    (
        "internal_name = \"a\"\nmin_length = 129",
        "demo.toml:5: password_type.min_length leaves no password: min_length is 129 and \
         max_length 128; write a max_length of at least min_length",
    ),
    (
        "internal_name = \"a\"\nrequire = [\"upper\", \"symbol\"]",
        "demo.toml:5: password_type.require has \"symbol\"; write upper, lower, digit or \
         special",
    ),
    (
        "internal_name = \"a\"\nhistory = 25",
        "demo.toml:5: password_type.history is 25; write a whole number from 0 to 24",
    ),
    (
        "internal_name = \"a\"\nvalidity = \"12h\"",
        "demo.toml:5: password_type.validity is \"12h\"; write a duration from 24 hours \
         to 3650 days, like \"90d\", or \"\" for ever",
    ),
    (
        "internal_name = \"a\"\nmax_tries = 0",
        "demo.toml:5: password_type.max_tries is 0; write a whole number from 1 to 100",
    ),
    (
        "internal_name = \"a\"\nblock = \"never\"",
        "demo.toml:5: password_type.block is \"never\"; write a duration from 1 second \
         to 365 days, like \"15m\", or \"forever\" or \"disable\"",
    ),
    (
        "internal_name = \"a\"\nadmin_authorization = true",
        "demo.toml:5: password_type.admin_authorization is true, which only generated \
         values know; write false, or mode = \"generated\"",
    ),
    (
        "internal_name = \"a\"\nmode = \"generated\"\ngenerated_length = 8",
        "demo.toml:6: password_type.generated_length makes values that can be guessed: 8 \
         of 56 characters are less than 48 bits; write a generated_length of at least 9",
    ),
    (
        "internal_name = \"a\"\ngenerated_alphabet = \"0123456789\"",
        "demo.toml:5: password_type.generated_alphabet makes values that can be guessed: \
         12 of 10 characters are less than 48 bits; write a generated_length of at least \
         15",
    ),
    (
        "internal_name = \"a\"\naccess = true\n\
         [[password_type]]\ninternal_name = \"b\"\nmode = \"otp\"\ngenerated_length = 5",
        "demo.toml:9: password_type.generated_length makes values that can be guessed: 5 \
         of 10 characters are less than the strength of 6 digits; write a \
         generated_length of at least 6",
    ),
    (
        "internal_name = \"a\"\naccess = true\n\
         [[password_type]]\ninternal_name = \"b\"\nmode = \"generated\"\ngenerated_length = 6\n\
         generated_alphabet = \"0123456789\"",
        "demo.toml:9: password_type.generated_length makes values that can be guessed: 6 \
         of 10 characters are less than 48 bits; write a generated_length of at least 15, \
         or, for a PIN, block = \"forever\" or \"disable\"",
    ),
    (
        "internal_name = \"a\"\naccess = true\n\
         [[password_type]]\ninternal_name = \"b\"\nmode = \"generated\"\ngenerated_length = 6\n\
         generated_alphabet = \"0123456789\"\nmax_tries = 6",
        "demo.toml:9: password_type.generated_length makes values that can be guessed: 6 \
         of 10 characters are less than 48 bits; write a generated_length of at least 15, \
         or, for a PIN, max_tries = 5 or less and block = \"forever\" or \"disable\"",
    ),
    (
        "internal_name = \"a\"\naccess = true\n\
         [[password_type]]\ninternal_name = \"b\"\nmode = \"generated\"\ngenerated_length = 6\n\
         generated_alphabet = \"0123456789\"\nmax_tries = 6\nblock = \"disable\"",
        "demo.toml:9: password_type.generated_length makes values that can be guessed: 6 \
         of 10 characters are less than 48 bits; write a generated_length of at least 15, \
         or, for a PIN, max_tries = 5 or less",
    ),
    (
        "internal_name = \"a\"\nmode = \"generated\"\ngenerated_length = 6\n\
         generated_alphabet = \"0123456789\"\nblock = \"forever\"",
        "demo.toml:6: password_type.generated_length makes values that can be guessed: 6 \
         of 10 characters are less than 48 bits; write a generated_length of at least 15",
    ),
    (
        "internal_name = \"a\"\nmin_length = 16\ngenerated_length = 12",
        "demo.toml:6: password_type.generated_length is 12, shorter than min_length asks \
         of any value; write 16 or more",
    ),
    (
        "internal_name = \"a\"\nmax_length = 64\ngenerated_length = 65",
        "demo.toml:6: password_type.generated_length is 65, longer than max_length lets \
         anybody type; write 64 or less",
    ),
    (
        "internal_name = \"a\"\nrequire = [\"digit\"]\ngenerated_alphabet = \"abcdefghijklmnop\"",
        "demo.toml:6: password_type.generated_alphabet lacks what require asks of any \
         value; write a digit into it",
    ),
    (
        "internal_name = \"a\"\ngenerated_alphabet = \"abcabcabcabc\"",
        "demo.toml:5: password_type.generated_alphabet is \"abcabcabcabc\"; write at \
         least 10 different characters, all of them visible ASCII, each once",
    ),
    (
        "internal_name = \"a\"\notp_lifetime = \"11m\"",
        "demo.toml:5: password_type.otp_lifetime is \"11m\"; write a duration from 30 \
         seconds to 10 minutes, like \"10m\"",
    ),
    (
        "internal_name = \"a\"\nmay_change = 1",
        "demo.toml:5: password_type.may_change is 1; write true or false",
    ),
];
