//! Colours that can be read (WCAG 2.2, 1.4.3).

use std::fmt;

use serde::{Deserialize, Serialize};

/// A colour of the screen: red, green and blue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Colour([u8; 3]);

/// The text is not a colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a colour")]
pub struct NotAColour;

/// The least contrast between text and what is behind it.
pub const LEGIBLE: f64 = 4.5;

impl Colour {
    /// White.
    pub const WHITE: Self = Self([255; 3]);
    /// Black.
    pub const BLACK: Self = Self([0; 3]);
    /// What pages and letters are coloured with unless a tenant says otherwise.
    pub const USUAL: Self = Self([0x0b, 0x5b, 0xd3]);

    /// A colour of three parts.
    pub const fn new(red: u8, green: u8, blue: u8) -> Self {
        Self([red, green, blue])
    }

    /// Reads `#0b5bd3`.
    pub fn parse(text: &str) -> Result<Self, NotAColour> {
        Self::from_digits(text.strip_prefix('#').ok_or(NotAColour)?)
    }

    /// Reads six hexadecimal digits.
    pub fn from_digits(digits: &str) -> Result<Self, NotAColour> {
        let mut parts = [0; 3];
        hex::decode_to_slice(digits, &mut parts).map_err(|_| NotAColour)?;
        Ok(Self(parts))
    }

    /// Six hexadecimal digits.
    pub fn digits(self) -> String {
        hex::encode(self.0)
    }

    /// How well one stands out from the other: 1 to 21.
    pub fn contrast(self, other: Self) -> f64 {
        let (one, other) = (self.luminance(), other.luminance());
        (one.max(other) + 0.05) / (one.min(other) + 0.05)
    }

    /// Black or white, whichever reads better on this. One of them is always legible.
    #[must_use]
    pub fn ink(self) -> Self {
        if self.contrast(Self::WHITE) >= self.contrast(Self::BLACK) {
            Self::WHITE
        } else {
            Self::BLACK
        }
    }

    /// This colour, moved as little towards black or white as makes it legible on `ground`.
    #[must_use]
    pub fn on(self, ground: Self) -> Self {
        let goal = ground.ink();
        let blend = (0..=100).map(|percent| self.towards(goal, percent));
        let legible = |colour: &Self| colour.contrast(ground) >= LEGIBLE;
        blend.into_iter().find(legible).unwrap_or(goal)
    }

    fn towards(self, goal: Self, percent: u32) -> Self {
        let mut parts = [0; 3];
        for ((part, from), to) in parts.iter_mut().zip(self.0).zip(goal.0) {
            let mixed = (u32::from(from) * (100 - percent) + u32::from(to) * percent) / 100;
            *part = u8::try_from(mixed).unwrap_or(u8::MAX);
        }
        Self(parts)
    }

    /// Relative luminance, as WCAG defines it.
    fn luminance(self) -> f64 {
        let part = |value: u8| {
            let value = f64::from(value) / 255.0;
            if value <= 0.040_45 {
                value / 12.92
            } else {
                ((value + 0.055) / 1.055).powf(2.4)
            }
        };
        let [red, green, blue] = self.0;
        0.2126 * part(red) + 0.7152 * part(green) + 0.0722 * part(blue)
    }
}

impl Default for Colour {
    fn default() -> Self {
        Self::USUAL
    }
}

/// As style sheets write it.
impl fmt::Display for Colour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{}", self.digits())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_and_writes_a_colour() {
        assert_eq!(Colour::parse("#0B5bd3"), Ok(Colour::USUAL));
        assert_eq!(Colour::USUAL.to_string(), "#0b5bd3");
        for wrong in ["", "#", "0b5bd3", "#0b5bd", "#0b5bd3;", "#gggggg", "red"] {
            assert_eq!(Colour::parse(wrong), Err(NotAColour), "{wrong}");
        }
    }

    #[test]
    fn contrast_is_as_the_guidelines_say() {
        assert!((Colour::WHITE.contrast(Colour::BLACK) - 21.0).abs() < 1e-9);
        let grey = Colour::new(0x76, 0x76, 0x76);
        assert!((grey.contrast(Colour::WHITE) - 4.54).abs() < 0.01);
    }

    #[test]
    fn whatever_colour_is_chosen_can_be_read() {
        let dark = Colour::new(0x14, 0x17, 0x1a);
        let steps = || (0..=255).step_by(15);
        for red in steps() {
            for green in steps() {
                for blue in steps() {
                    let colour = Colour::new(red, green, blue);
                    assert!(colour.contrast(colour.ink()) >= LEGIBLE, "{colour}");
                    for ground in [Colour::WHITE, dark] {
                        let adapted = colour.on(ground);
                        assert!(adapted.contrast(ground) >= LEGIBLE, "{colour} on {ground}");
                        if colour.contrast(ground) >= LEGIBLE {
                            assert_eq!(adapted, colour);
                        }
                    }
                }
            }
        }
    }
}
