//! One entry of the parameter: its names, and what each one's prefix says.

/// What is said of a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mark {
    /// No prefix, or `+`.
    Include,
    /// `-` or `!`.
    Exclude,
    /// `*`
    NestedOnly,
}

/// One name of an entry.
pub(super) struct Segment<'a> {
    pub(super) mark: Mark,
    pub(super) name: &'a str,
}

/// The names of an entry, from the outermost in; blank ones are skipped.
pub(super) fn segments(entry: &str) -> impl Iterator<Item = Segment<'_>> {
    let mut inherited = Mark::Include;
    entry.split('.').filter_map(move |text| {
        let segment = Segment::parse(text, inherited)?;
        inherited = match segment.mark {
            Mark::Exclude => Mark::Exclude,
            Mark::Include | Mark::NestedOnly => Mark::Include,
        };
        Some(segment)
    })
}

impl<'a> Segment<'a> {
    fn parse(text: &'a str, inherited: Mark) -> Option<Self> {
        let text = text.trim();
        let (mark, name) = match text.split_at_checked(1) {
            Some(("+", name)) => (Mark::Include, name),
            Some(("-" | "!", name)) => (Mark::Exclude, name),
            Some(("*", name)) => (Mark::NestedOnly, name),
            Some(_) | None => (inherited, text),
        };
        let name = name.trim();
        (!name.is_empty()).then_some(Self { mark, name })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The marks written out, one at every name.
    fn spelt(entry: &str) -> String {
        let spelt = segments(entry).map(|Segment { mark, name }| match mark {
            Mark::Include => format!("+{name}"),
            Mark::Exclude => format!("-{name}"),
            Mark::NestedOnly => format!("*{name}"),
        });
        spelt.collect::<Vec<_>>().join(".")
    }

    #[test]
    fn prefixes() {
        for (entry, wanted) in [
            ("a", "+a"),
            ("+a", "+a"),
            ("-a", "-a"),
            ("!a", "-a"),
            ("*a", "*a"),
            ("a.b.c", "+a.+b.+c"),
            ("a.-b", "+a.-b"),
            ("a.!b", "+a.-b"),
            ("a.+b", "+a.+b"),
            ("*a.b", "*a.+b"),
            ("*a.-b", "*a.-b"),
            // Only one prefix is one.
            ("--a", "--a"),
            ("-+a", "-+a"),
            ("é", "+é"),
            ("-é", "-é"),
        ] {
            assert_eq!(spelt(entry), wanted, "{entry}");
        }
    }

    #[test]
    fn a_minus_reaches_to_the_next_prefix() {
        for (entry, wanted) in [
            ("-a.b", "-a.-b"),
            ("-a.b.c", "-a.-b.-c"),
            ("a.-b.c", "+a.-b.-c"),
            ("-a.+b.c", "-a.+b.+c"),
            ("-a.*b.c", "-a.*b.+c"),
            ("-a.-b", "-a.-b"),
        ] {
            assert_eq!(spelt(entry), wanted, "{entry}");
        }
    }

    #[test]
    fn blanks() {
        for (entry, wanted) in [
            ("", ""),
            (".", ""),
            ("...", ""),
            ("-", ""),
            ("+.*", ""),
            ("a..b", "+a.+b"),
            (".a.", "+a"),
            ("a.-", "+a"),
            ("-.a", "+a"),
            ("- a . b ", "-a.-b"),
            ("a . -b", "+a.-b"),
            // `a.+b` after a `+` was read as a blank.
            ("a. b", "+a.+b"),
        ] {
            assert_eq!(spelt(entry), wanted, "{entry}");
        }
    }
}
