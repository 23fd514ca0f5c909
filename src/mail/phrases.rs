//! Durations and moments in words.

use time::{Duration, UtcOffset};

use crate::domain::Timestamp;
use crate::domain::language::Language;

const MONTHS_EN: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const MONTHS_FR: [&str; 12] = [
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
];

/// How long something lasts: "1 hour", "une heure et 30 minutes". Rounded down, never up: a
/// letter must not promise time that is not there.
pub(super) fn lifetime(duration: Duration, language: Language) -> String {
    let seconds = duration.whole_seconds().max(0);
    let (hours, minutes) = (seconds / 3600, seconds % 3600 / 60);
    match (hours, minutes) {
        (0, 0) => count(seconds, "second", "seconde", language),
        (0, minutes) => count(minutes, "minute", "minute", language),
        (hours, 0) => count(hours, "hour", "heure", language),
        (hours, minutes) => {
            let and = match language {
                Language::En => "and",
                Language::Fr => "et",
            };
            let hours = count(hours, "hour", "heure", language);
            let minutes = count(minutes, "minute", "minute", language);
            format!("{hours} {and} {minutes}")
        }
    }
}

/// A moment in UTC, to the minute: "21 November 2026 at 05:44 UTC".
pub(super) fn moment(at: Timestamp, language: Language) -> String {
    let at = at.to_offset(UtcOffset::UTC);
    let month = usize::from(u8::from(at.month())) - 1;
    let (year, hour, minute) = (at.year(), at.hour(), at.minute());
    match (language, at.day()) {
        (Language::En, day) => {
            let month = MONTHS_EN[month];
            format!("{day} {month} {year} at {hour:02}:{minute:02} UTC")
        }
        (Language::Fr, 1) => {
            let month = MONTHS_FR[month];
            format!("1er {month} {year} à {hour:02}:{minute:02} UTC")
        }
        (Language::Fr, day) => {
            let month = MONTHS_FR[month];
            format!("{day} {month} {year} à {hour:02}:{minute:02} UTC")
        }
    }
}

fn count(n: i64, english: &str, french: &str, language: Language) -> String {
    match (language, n) {
        (Language::En, 1) => format!("1 {english}"),
        (Language::En, n) => format!("{n} {english}s"),
        (Language::Fr, 0) => format!("0 {french}"),
        (Language::Fr, 1) => format!("une {french}"),
        (Language::Fr, n) => format!("{n} {french}s"),
    }
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    #[test]
    fn lifetimes_in_words() {
        for (seconds, english, french) in [
            (1, "1 second", "une seconde"),
            (5, "5 seconds", "5 secondes"),
            (60, "1 minute", "une minute"),
            (119, "1 minute", "une minute"),
            (1800, "30 minutes", "30 minutes"),
            (3600, "1 hour", "une heure"),
            (3661, "1 hour and 1 minute", "une heure et une minute"),
            (5400, "1 hour and 30 minutes", "une heure et 30 minutes"),
            (86400, "24 hours", "24 heures"),
            (-3, "0 seconds", "0 seconde"),
        ] {
            let duration = Duration::seconds(seconds);
            assert_eq!(lifetime(duration, Language::En), english);
            assert_eq!(lifetime(duration, Language::Fr), french);
        }
    }

    #[test]
    fn moments_are_told_in_utc() {
        let night = datetime!(2026-11-21 00:44:59 -5);
        assert_eq!(moment(night, Language::En), "21 November 2026 at 05:44 UTC");
        assert_eq!(moment(night, Language::Fr), "21 novembre 2026 à 05:44 UTC");
        let first = datetime!(2027-02-01 09:05 UTC);
        assert_eq!(moment(first, Language::Fr), "1er février 2027 à 09:05 UTC");
    }
}
