//! A tenant's logo: a small picture that can do nothing but be looked at.

/// A picture that pages may show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Logo {
    /// What kind of picture it is.
    pub format: Format,
    /// The file.
    pub bytes: Vec<u8>,
}

/// A kind of picture. SVG is none: it may hold scripts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "lowercase")]
pub enum Format {
    /// PNG.
    Png,
    /// JPEG.
    Jpeg,
    /// WebP.
    Webp,
}

/// The file is no logo.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    /// Larger than a page should be.
    #[error("is larger than 32 KiB")]
    TooLarge,
    /// Something else than a picture of these kinds.
    #[error("is no PNG, JPEG or WebP file")]
    NoPicture,
}

impl Logo {
    /// The largest file, in bytes.
    pub const MOST: usize = 32 * 1024;

    /// Takes a file, by what it begins with and not by what it is called.
    pub fn read(bytes: Vec<u8>) -> Result<Self, Unfit> {
        if bytes.len() > Self::MOST {
            return Err(Unfit::TooLarge);
        }
        let format = if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
            Format::Png
        } else if bytes.starts_with(b"\xff\xd8\xff") {
            Format::Jpeg
        } else if bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP") {
            Format::Webp
        } else {
            return Err(Unfit::NoPicture);
        };
        Ok(Self { format, bytes })
    }
}

impl Format {
    /// What browsers call it.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
            Self::Webp => "image/webp",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_logo_is_what_it_begins_with() {
        let format = |bytes: &[u8]| Logo::read(bytes.to_vec()).map(|logo| logo.format);
        assert_eq!(format(b"\x89PNG\r\n\x1a\n..."), Ok(Format::Png));
        assert_eq!(format(b"\xff\xd8\xff\xe0"), Ok(Format::Jpeg));
        assert_eq!(format(b"RIFF\0\0\0\0WEBP"), Ok(Format::Webp));
        assert_eq!(format(b"<svg onload=alert(1)>"), Err(Unfit::NoPicture));
        assert_eq!(format(b""), Err(Unfit::NoPicture));
        assert_eq!(format(&vec![0; Logo::MOST + 1]), Err(Unfit::TooLarge));
    }
}
