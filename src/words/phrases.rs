//! Durations and moments in words.

use time::{Duration, UtcOffset};

use super::{Args, say};
use crate::domain::Timestamp;
use crate::domain::language::Language;

/// How long something lasts: "1 hour", "une heure et 30 minutes". Rounded down, never up: nobody
/// must be promised time that is not there.
pub fn lifetime(duration: Duration, language: Language) -> String {
    let seconds = duration.whole_seconds().max(0);
    let (hours, minutes) = (seconds / 3600, seconds % 3600 / 60);
    match (hours, minutes) {
        (0, 0) => count("seconds", seconds, language),
        (0, minutes) => count("minutes", minutes, language),
        (hours, 0) => count("hours", hours, language),
        (hours, minutes) => {
            let mut args = Args::new();
            args.set("hours", count("hours", hours, language));
            args.set("minutes", count("minutes", minutes, language));
            told(language, "hours-minutes", &args)
        }
    }
}

/// How long to wait, rounded up: after it, waiting was enough.
pub fn wait(duration: Duration, language: Language) -> String {
    let seconds = duration.whole_seconds();
    if seconds < 60 {
        return lifetime(duration, language);
    }
    let minutes = (seconds + 59) / 60;
    lifetime(Duration::minutes(minutes), language)
}

/// A moment in UTC, to the minute: "21 November 2026 at 05:44 UTC".
pub fn moment(at: Timestamp, language: Language) -> String {
    let at = at.to_offset(UtcOffset::UTC);
    let mut args = Args::new();
    args.set("day", i64::from(at.day()));
    args.set(
        "month",
        count("month", i64::from(u8::from(at.month())), language),
    );
    args.set("year", at.year().to_string());
    args.set("clock", format!("{:02}:{:02}", at.hour(), at.minute()));
    told(language, "moment", &args)
}

fn count(name: &str, n: i64, language: Language) -> String {
    let mut args = Args::new();
    args.set("n", n);
    told(language, name, &args)
}

/// A message of the files that every language has: a test says them all.
fn told(language: Language, name: &str, args: &Args<'_>) -> String {
    say(language, name, args).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    #[test]
    fn lifetimes_in_words() {
        for (seconds, english, french, spanish) in [
            (1, "1 second", "une seconde", "un segundo"),
            (5, "5 seconds", "5 secondes", "5 segundos"),
            (60, "1 minute", "une minute", "un minuto"),
            (119, "1 minute", "une minute", "un minuto"),
            (1800, "30 minutes", "30 minutes", "30 minutos"),
            (3600, "1 hour", "une heure", "una hora"),
            (
                3661,
                "1 hour and 1 minute",
                "une heure et une minute",
                "una hora y un minuto",
            ),
            (
                5400,
                "1 hour and 30 minutes",
                "une heure et 30 minutes",
                "una hora y 30 minutos",
            ),
            (86400, "24 hours", "24 heures", "24 horas"),
            (-3, "0 seconds", "0 seconde", "0 segundos"),
        ] {
            let duration = Duration::seconds(seconds);
            assert_eq!(lifetime(duration, Language::En), english);
            assert_eq!(lifetime(duration, Language::Fr), french);
            assert_eq!(lifetime(duration, Language::Es), spanish);
        }
    }

    #[test]
    fn waits_are_long_enough() {
        for (seconds, words) in [
            (5, "5 seconds"),
            (60, "1 minute"),
            (61, "2 minutes"),
            (3590, "1 hour"),
        ] {
            assert_eq!(wait(Duration::seconds(seconds), Language::En), words);
        }
    }

    #[test]
    fn moments_are_told_in_utc() {
        let night = datetime!(2026-11-21 00:44:59 -5);
        assert_eq!(moment(night, Language::En), "21 November 2026 at 05:44 UTC");
        assert_eq!(moment(night, Language::Fr), "21 novembre 2026 à 05:44 UTC");
        let spanish = "21 de noviembre de 2026 a las 05:44 UTC";
        assert_eq!(moment(night, Language::Es), spanish);
        let first = datetime!(2027-02-01 09:05 UTC);
        assert_eq!(moment(first, Language::Fr), "1er février 2027 à 09:05 UTC");
    }
}
