//! How soon a password is guessed: what an estimator makes of it, and words that everybody knows of somebody.

use std::collections::BTreeSet;

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;
use zxcvbn::{Score, zxcvbn};

use super::identifier::fold;

/// How hard a password must be to guess, by the estimator's scores of 0 to 4.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Strength {
    /// Not among the first thousand guesses: no score of 0.
    #[default]
    NotObvious,
    /// A hundred million guesses do not find it: a score of 3 or 4.
    Hard,
}

/// What is known of a password before anybody types it: whose it is, and how hard it must be to guess.
#[derive(Clone, Debug, Default)]
pub struct Context {
    strength: Strength,
    /// Each word as it is written, folded.
    whole: Vec<String>,
    /// What the words consist of: runs of letters, and parts that a capital begins.
    parts: BTreeSet<String>,
}

/// How many characters are estimated: the cost grows faster than the length, and these are enough for the
/// best score. Of a longer password its end is looked at too if its beginning is weak.
const ESTIMATED: usize = 24;

/// In how many ways a text may be read with letters for its signs and digits. Each way costs as much as all
/// else together.
const READINGS: usize = 8;

/// What the estimator reads as one letter each: a, c, g, i, l, s, t.
const READ_ALIKE: [&str; 7] = ["4@", "({[<", "69", "1!|", "1|7", "5$", "7+"];

/// The fewest letters of a part that counts: two are in any password. Other scripts say more with a letter.
const PART_MIN: (usize, usize) = (3, 2);

/// The shortest limit on length under which a random password can be [hard](Strength::Hard) to guess.
const HARD_MIN: u32 = 9;

impl Context {
    /// What is known where `words` are the first that somebody would try.
    pub fn new<'a>(strength: Strength, words: impl IntoIterator<Item = &'a str>) -> Self {
        let mut context = Self {
            strength,
            ..Self::default()
        };
        for word in words {
            for part in word.split(|c: char| !c.is_alphabetic()) {
                context.add_part(part);
                for piece in capitals(part) {
                    context.add_part(piece);
                }
            }
            context.whole.push(fold(word));
        }
        context
    }

    fn add_part(&mut self, part: &str) {
        let bare = bare(part);
        let least = if bare.is_ascii() {
            PART_MIN.0
        } else {
            PART_MIN.1
        };
        if bare.chars().count() >= least {
            self.parts.insert(bare);
        }
    }

    /// Whether a folded text is one of the words.
    pub(super) fn is_word(&self, folded: &str) -> bool {
        self.whole.iter().any(|word| word == folded)
    }

    /// Whether a password is nothing but words, or parts of them, with digits or signs about them.
    pub(super) fn is_dressed_up(&self, password: &str) -> bool {
        let bare = bare(password);
        let mut runs = bare
            .split(|c: char| !c.is_alphabetic())
            .filter(|run| !run.is_empty())
            .peekable();
        runs.peek().is_some() && runs.all(|run| self.is_made_of_parts(run))
    }

    /// Whether letters can be taken apart so that nothing is left over.
    fn is_made_of_parts(&self, run: &str) -> bool {
        let mut reached = vec![false; run.len() + 1];
        reached[0] = true;
        for start in 0..run.len() {
            if reached[start] {
                for part in &self.parts {
                    if run[start..].starts_with(part.as_str()) {
                        reached[start + part.len()] = true;
                    }
                }
            }
        }
        reached[run.len()]
    }

    /// Whether the estimator finds a password too soon. `longest` is what the policy takes: where nothing could
    /// be hard to guess, it must only not be obvious.
    pub(super) fn is_guessed(&self, password: &str, longest: u32) -> bool {
        let least = match self.strength {
            Strength::Hard if longest >= HARD_MIN => Score::Three,
            Strength::Hard | Strength::NotObvious => Score::One,
        };
        let inputs: Vec<_> = self
            .whole
            .iter()
            .chain(&self.parts)
            .map(String::as_str)
            .collect();
        let is_weak = |text: String| zxcvbn(&text, &inputs).score() < least;
        let length = password.chars().count();
        is_weak(legible(password.chars().take(ESTIMATED)))
            && (length <= ESTIMATED || is_weak(legible(password.chars().skip(length - ESTIMATED))))
    }
}

/// Loads the estimator's lists, so that whoever types the first password does not wait for it.
pub fn prepare() {
    zxcvbn("prepare", &[]);
}

/// What the estimator is given of a text. Where signs can be read in many ways, those that stand for one letter
/// become one: it tries every way, and somebody could send all of them.
fn legible(text: impl Iterator<Item = char>) -> String {
    let text: String = text.collect();
    let readings = READ_ALIKE.iter().map(|alike| {
        let present = alike.chars().filter(|c| text.contains(*c));
        present.count().max(1)
    });
    if readings.product::<usize>() <= READINGS {
        return text;
    }
    let one = |c: char| match c {
        '@' => '4',
        '{' | '[' | '<' => '(',
        '!' | '|' => '1',
        '$' => '5',
        '+' => '7',
        c => c,
    };
    text.chars().map(one).collect()
}

/// A text as names are typed in a hurry: no capitals, no accents.
fn bare(text: &str) -> String {
    let folded = fold(text);
    folded.nfd().filter(|c| !is_combining_mark(*c)).collect()
}

/// The pieces of a name like `JohnDoe` that begin with a capital.
fn capitals(part: &str) -> impl Iterator<Item = &str> {
    let mut starts = vec![0];
    let mut before = None;
    for (at, c) in part.char_indices() {
        if c.is_uppercase() && before.is_some_and(char::is_lowercase) {
            starts.push(at);
        }
        before = Some(c);
    }
    let ends: Vec<_> = starts.iter().skip(1).copied().chain([part.len()]).collect();
    starts
        .into_iter()
        .zip(ends)
        .map(|(start, end)| &part[start..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of_john(strength: Strength) -> Context {
        let words = [
            "JohnDoe",
            "john.doe@people.example",
            "Ann Robertson",
            "Demo Coop",
            "André",
            "王芳",
        ];
        Context::new(strength, words)
    }

    #[test]
    fn names_dressed_up_are_names() {
        let context = of_john(Strength::NotObvious);
        for dressed in [
            "robertson1",
            "JohnDoe2026",
            "Coop2026!",
            "2026!coop",
            "john.doe.1999",
            "DoeJohn77",
            "Robertson-Ann-1",
            "andre2026",
            "ANDRÉ!!!!",
            "王芳123456",
            "people.example1",
        ] {
            assert!(context.is_dressed_up(dressed), "{dressed}");
        }
        for other in [
            "12345678",
            "Qwerty1234!",
            "johndoe's own",
            "robertsonia1",
            "x9!ann!8kj2",
            "jo-do-2026",
            "",
        ] {
            assert!(!context.is_dressed_up(other), "{other}");
        }
        assert!(!Context::default().is_dressed_up("robertson1"));
    }

    #[test]
    fn what_a_keyboard_or_a_habit_makes_is_guessed() {
        for strength in [Strength::NotObvious, Strength::Hard] {
            let context = of_john(strength);
            for guessed in [
                "00000000",
                "aaaaaaaa",
                "abcdefgh",
                "qwertyui",
                "        ",
                "asdfghjk",
                &"a".repeat(128),
                &"abc123".repeat(20),
            ] {
                assert!(context.is_guessed(guessed, 128), "{guessed}");
            }
        }
        assert!(!of_john(Strength::NotObvious).is_guessed("Qwerty1234!", 128));
        assert!(of_john(Strength::Hard).is_guessed("Qwerty1234!", 128));
        assert!(of_john(Strength::Hard).is_guessed("sunshine9", 128));
        assert!(!of_john(Strength::Hard).is_guessed("correct horse battery", 128));
    }

    #[test]
    fn one_good_end_is_enough() {
        let long = format!("{}k7!Rz0pQ vexing thumb", "a".repeat(60));
        assert!(!of_john(Strength::Hard).is_guessed(&long, 128));
    }

    #[test]
    fn what_cannot_be_hard_to_guess_must_only_not_be_obvious() {
        let context = of_john(Strength::Hard);
        assert!(!context.is_guessed("837192", 6));
        assert!(context.is_guessed("837192", 9));
        assert!(context.is_guessed("000000", 6));
    }

    #[test]
    fn signs_that_could_be_read_in_many_ways_are_read_in_few() {
        assert_eq!(legible("Qwerty1234!".chars()), "Qwerty1234!");
        assert_eq!(legible("4@8({[<3691!|7$5+".chars()), "448((((3691117557");
    }
}
