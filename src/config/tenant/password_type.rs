//! `[[password_type]]`: the kinds of password a tenant has.

use std::ops::RangeInclusive;

use crate::config::mistakes::Mistake;
use crate::config::names;
use crate::config::reader::{Advice, Read, Reader};
use crate::config::typed::{DAY, MINUTE, asked, seconds};
use crate::domain::password_type::{OwnerRights, Spec};
use crate::domain::status::{BlockPolicy, Mode};
use crate::domain::tenant::Profile;

use super::generated::Guard;
use super::policy::{self, Part};
use super::{generated, required};

const MODES: [(&str, Mode); 3] = [
    ("manual", Mode::Manual),
    ("generated", Mode::Generated),
    ("otp", Mode::Otp),
];
const VALIDITY: RangeInclusive<u64> = DAY..=3650 * DAY;
const BLOCK: RangeInclusive<u64> = 1..=365 * DAY;
const OTP_LIFETIME: RangeInclusive<u64> = 30..=10 * MINUTE;

const INTERNAL_NAME: &str = "password_type.internal_name";
const NAME: &str = "password_type.name";
const ACCESS: &str = "password_type.access";

/// Reads every type of the file; when it has none, the one of the defaults.
pub(super) fn read_all(reader: &mut Reader, profile: Profile) -> Read<Vec<Spec>> {
    let rows = reader.take_rows("password_type")?;
    let written = if rows.written.is_empty() {
        // Who writes no type has written the default one.
        vec![
            rows.defaults
                .only(&[INTERNAL_NAME, NAME, ACCESS], &rows.place),
        ]
    } else {
        rows.written
    };
    let count = written.len();
    let mut types = Vec::new();
    let mut all = Ok(());
    for row in written {
        let mut row = Reader::new(vec![rows.defaults.clone(), row], &[]);
        match read(&mut row, profile, count) {
            Ok(spec) => {
                compare(&mut row, &spec, &types);
                types.push(spec);
            }
            Err(noted) => all = Err(noted),
        }
        reader.note_all(row.into_mistakes());
    }
    if all.is_ok() && !types.iter().any(|spec| spec.access) {
        let sentence = "is true for no password type; write access = true in exactly one";
        return Err(reader.note(Mistake::new(rows.place, ACCESS, sentence)));
    }
    all.map(|()| types)
}

/// Reads one of `count` types.
fn read(row: &mut Reader, profile: Profile, count: usize) -> Read<Spec> {
    let advice = "write a letter, then up to 49 letters, digits, hyphens and underscores";
    let internal_name = required(row, INTERNAL_NAME, advice, |text| {
        internal_name(text, advice)
    });
    let name = row.text(NAME, names::title);
    let name = match &internal_name {
        Ok(internal_name) if !row.is_written(NAME) => Ok(internal_name.clone()),
        Ok(_) | Err(_) => name,
    };
    let access = row.flag(ACCESS);
    let access = access.map(|access| {
        if row.is_written(ACCESS) {
            access
        } else {
            count == 1
        }
    });
    let mode = row.choice("password_type.mode", &MODES);
    let part = part(row, access, mode, profile);
    let policy = policy::read(row, part);
    let history = row.number("password_type.history", &(0..=24));
    let validity = row.optional("password_type.validity", |text| {
        let advice = || format!("{}, like \"90d\", or \"\" for ever", asked(&VALIDITY)).into();
        seconds(text, &VALIDITY).ok_or_else(advice)
    });
    let max_tries = row.number("password_type.max_tries", &(1..=100));
    let block = row.text("password_type.block", block);
    let block_max = row.duration("password_type.block_max", &BLOCK);
    let admin_authorization = row.flag("password_type.admin_authorization");
    let guard = guard(access, max_tries, block);
    let generated = generated::read(row, mode, guard);
    let otp_lifetime = row.duration("password_type.otp_lifetime", &OTP_LIFETIME);
    let owner = owner(row);
    if matches!(
        (admin_authorization, mode),
        (Ok(true), Ok(Mode::Manual | Mode::Otp))
    ) {
        row.refuse(
            &["password_type.admin_authorization"],
            "is true, which only generated values know; write false, or mode = \"generated\"",
        );
    }
    let (mut generated, mut policy, mode) = (generated?, policy?, mode?);
    generated::fit(row, (mode, part?), &mut policy, &mut generated)?;
    Ok(Spec {
        internal_name: internal_name?,
        name: name?,
        access: access?,
        mode,
        policy,
        history: history?,
        validity: validity?,
        max_tries: max_tries?,
        block: block?,
        block_max: block_max?,
        admin_authorization: admin_authorization?,
        generated_length: generated.length,
        generated_alphabet: generated.alphabet,
        otp_lifetime: otp_lifetime?,
        owner: owner?,
    })
}

fn guard(access: Read<bool>, max_tries: Read<u32>, block: Read<BlockPolicy>) -> Read<Guard> {
    Ok(Guard {
        access: access?,
        max_tries: max_tries?,
        block: block?,
    })
}

/// What the type is for.
fn part(row: &mut Reader, access: Read<bool>, mode: Read<Mode>, profile: Profile) -> Read<Part> {
    match (access?, mode?, profile) {
        (true, Mode::Otp, _) => Err(row.refuse(
            &["password_type.mode", ACCESS],
            "cannot be otp for the access password; write manual or generated",
        )),
        (true, Mode::Manual | Mode::Generated, Profile::Hardened) => Ok(Part::HardenedAccess),
        (true, Mode::Manual, Profile::Contract) => Ok(Part::Access),
        (true, Mode::Generated, Profile::Contract) | (false, _, _) => Ok(Part::Other),
    }
}

/// Refuses what only one type may have.
fn compare(row: &mut Reader, spec: &Spec, earlier: &[Spec]) {
    let name = &spec.internal_name;
    if earlier.iter().any(|other| other.internal_name == *name) {
        let sentence = format!("is {name:?} a second time; write another name");
        row.refuse(&[INTERNAL_NAME], sentence);
    }
    if let Some(access) = earlier.iter().find(|other| other.access && spec.access) {
        let other = &access.internal_name;
        let sentence = format!("is true for {other:?} already; write it in exactly one");
        row.refuse(&[ACCESS], sentence);
    }
}

fn owner(row: &mut Reader) -> Read<OwnerRights> {
    let change = row.flag("password_type.may_change");
    let enable = row.flag("password_type.may_enable");
    let reset = row.flag("password_type.may_reset");
    let unblock = row.flag("password_type.may_unblock");
    Ok(OwnerRights {
        change: change?,
        enable: enable?,
        reset: reset?,
        unblock: unblock?,
    })
}

fn internal_name(text: &str, advice: &'static str) -> Result<String, Advice> {
    let fits = text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.len() <= 50
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
    // `/api/{user}/passwords/list-data` is an operation of Cyclos.
    if text == "list-data" {
        Err("write another name, since list-data is part of a path".into())
    } else if fits {
        Ok(text.to_owned())
    } else {
        Err(advice.into())
    }
}

fn block(text: &str) -> Result<BlockPolicy, Advice> {
    match text {
        "forever" => Ok(BlockPolicy::Forever),
        "disable" => Ok(BlockPolicy::Disable),
        text => seconds(text, &BLOCK).map(BlockPolicy::For).ok_or_else(|| {
            let duration = asked(&BLOCK);
            format!("{duration}, like \"15m\", or \"forever\" or \"disable\"").into()
        }),
    }
}
