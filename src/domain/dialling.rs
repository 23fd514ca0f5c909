//! Phone numbers as people write them, each in the one form that is stored and looked up.
//!
//! The numbering plans are those of libphonenumber, which knows for each country what is dialled before a number
//! at home and left out from abroad. What it does not know stays the digits that were written.

use rlibphonenumber::{
    NumberLengthType, PHONE_NUMBER_UTIL, PhoneNumber, PhoneNumberFormat, PhoneNumberType, Region,
};
use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization as _;

/// A country whose numbers can be written as they are dialled there: two capital letters (ISO 3166-1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Country(Region);

/// No such country, or none whose numbers are known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("is no country whose phone numbers are known")]
pub struct UnknownCountry;

/// The longest text that is read as a phone number, in characters.
const LONGEST: usize = 40;

/// How often a number is read again until it stays as it is. One that does not is taken as it was written.
const ROUNDS: usize = 4;

impl Country {
    /// Reads two letters, in either case.
    pub fn parse(text: &str) -> Result<Self, UnknownCountry> {
        let region = Region::from_code(text).map_err(|_| UnknownCountry)?;
        match PHONE_NUMBER_UTIL.get_country_code_for_region(region) {
            Some(_) if text.len() == 2 => Ok(Self(region)),
            Some(_) | None => Err(UnknownCountry),
        }
    }

    /// A number as it is written there: an example of what is taken, and nobody's that we know of.
    pub fn example(self) -> Option<String> {
        let kinds = [PhoneNumberType::Mobile, PhoneNumberType::FixedLine];
        let number = kinds.into_iter().find_map(|kind| {
            PHONE_NUMBER_UTIL
                .get_example_number_for_type_and_region(self.0, kind)
                .ok()
        })?;
        let national = PhoneNumberFormat::National;
        Some(PHONE_NUMBER_UTIL.format(&number, national).into_owned())
    }
}

impl TryFrom<String> for Country {
    type Error = UnknownCountry;

    fn try_from(text: String) -> Result<Self, UnknownCountry> {
        Self::parse(&text)
    }
}

impl From<Country> for String {
    fn from(country: Country) -> Self {
        country.0.as_region_str().as_str().to_owned()
    }
}

/// A number that begins with `+` or `00`, as `+` and 7 to 15 digits.
pub fn international(text: &str) -> Option<String> {
    let digits = bare(text)?;
    let digits = digits
        .strip_prefix('+')
        .or_else(|| digits.strip_prefix("00"))?;
    let is_number = |digits: &str| {
        (7..=15).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit())
    };
    // A zero that is dialled at home only, `+44 (0)20 …`, may make it longer than a number can be.
    let written = format!("+{digits}");
    let settled = settled(&written).filter(|number| is_number(&number[1..]));
    settled.or_else(|| is_number(digits).then_some(written))
}

/// A number as it is dialled in a country, as `+` and 7 to 15 digits. What could only be dialled in one town
/// of it is none.
pub fn national(text: &str, country: Country) -> Option<String> {
    let digits = bare(text).filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()))?;
    let number = PHONE_NUMBER_UTIL.parse(&digits, Some(country.0)).ok()?;
    match PHONE_NUMBER_UTIL.is_possible_number_with_reason(&number) {
        Ok(NumberLengthType::IsPossible) => international(&written(&number)),
        Ok(NumberLengthType::IsPossibleLocalOnly) | Err(_) => None,
    }
}

/// Digits and a leading `+`, if the text holds nothing else but what people group digits with.
fn bare(text: &str) -> Option<String> {
    const BETWEEN: &str = " .-()/\u{2010}\u{2012}\u{2013}\u{2014}\u{2212}";
    if text.chars().nth(LONGEST).is_some() {
        return None;
    }
    // Full-width digits, and the blanks and hyphens that do not break, become the usual ones.
    let bare: String = text.nfkc().filter(|c| !BETWEEN.contains(*c)).collect();
    let digits = bare.strip_prefix('+').unwrap_or(&bare);
    let is_all = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_all.then_some(bare)
}

/// An international number without what is dialled at home only, if it is one of a known plan.
fn settled(written_as: &str) -> Option<String> {
    let mut number = written_as.to_owned();
    for _ in 0..ROUNDS {
        let read = PHONE_NUMBER_UTIL.parse(&number, None).ok()?;
        let again = written(&read);
        if again == number {
            return Some(number);
        }
        number = again;
    }
    None
}

fn written(number: &PhoneNumber) -> String {
    let form = PhoneNumberFormat::E164;
    PHONE_NUMBER_UTIL.format(number, form).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_the_same_however_it_is_written() {
        for (text, number) in [
            ("+44 (0)20 7946 0000", "+442079460000"),
            ("+44(0)2079460000", "+442079460000"),
            ("+4402079460000", "+442079460000"),
            ("0044 20 7946 0000", "+442079460000"),
            ("(+44) 20-7946-0000", "+442079460000"),
            ("+1 514 555 0100", "+15145550100"),
            ("\u{ff0b}\u{ff11} 514\u{a0}555\u{2011}0100", "+15145550100"),
            ("+1.514.555.0100", "+15145550100"),
            ("+49 (0) 30 / 12345678", "+493012345678"),
            // A zero that belongs to the number stays.
            ("+39 06 1234 5678", "+390612345678"),
            // Of a plan that nobody knows, the digits stay as they are.
            ("+999 123 4567", "+9991234567"),
        ] {
            assert_eq!(international(text).as_deref(), Some(number), "{text}");
            assert_eq!(international(number).as_deref(), Some(number), "{number}");
        }
        for text in [
            "",
            "+",
            "514 555 0100",
            "+1 514 call me",
            "alice +15145550100",
            "++15145550100",
        ] {
            assert_eq!(international(text), None, "{text}");
        }
    }

    #[test]
    fn a_number_as_it_is_dialled_at_home_is_one_of_the_country() {
        for (country, text, number) in [
            ("CA", "514 555 0100", "+15145550100"),
            ("CA", "(514) 555-0100", "+15145550100"),
            ("CA", "1-514-555-0100", "+15145550100"),
            ("GB", "020 7946 0000", "+442079460000"),
            ("fr", "06 12 34 56 78", "+33612345678"),
            ("IT", "06 1234 5678", "+390612345678"),
            ("DE", "030/12345678", "+493012345678"),
            ("MX", "55 1234 5678", "+525512345678"),
        ] {
            let country = Country::parse(country).unwrap();
            assert_eq!(national(text, country).as_deref(), Some(number), "{text}");
        }
        let canada = Country::parse("CA").unwrap();
        for text in [
            "555-0100",
            "alice5145550100",
            "514 555 0100 ext. 7",
            "5145",
            "",
        ] {
            assert_eq!(national(text, canada), None, "{text}");
        }
        for text in ["", "C", "CAN", "UK", "XX", "001", "C1"] {
            assert_eq!(Country::parse(text), Err(UnknownCountry), "{text}");
        }
    }

    #[test]
    fn the_example_of_a_country_is_read_as_one_of_its_numbers() {
        for code in ["CA", "FR", "MX", "GB", "IT", "BR", "AR"] {
            let country = Country::parse(code).unwrap();
            let example = country.example().unwrap();
            assert!(national(&example, country).is_some(), "{code}: {example}");
        }
    }
}
