//! The templates of letters: those built in, and those of an operator's folder.
//!
//! What people are called goes into a template as a value, never as a part of its text. Files
//! end in `.html` or `.txt`: in the first values are escaped, in the second they stand as they
//! are. A name that a template uses and nobody defines is an error, not an empty place.

mod builtin;

use std::io::ErrorKind as IoErrorKind;
use std::path::{Path, PathBuf};

use minijinja::{Environment, UndefinedBehavior};
use zeroize::Zeroizing;

use self::builtin::builtin;
use super::Content;
use super::letters::{Frame, Kind, Values};
use crate::domain::language::Language;
use crate::words::{self, plain};

/// The longest subject, in characters.
const SUBJECT_MAX: usize = 120;

/// A full set of templates, parsed.
pub struct Templates(Environment<'static>);

/// The operator's folder cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum Unloadable {
    /// The folder or a file in it cannot be read as text.
    #[error("cannot read {path}: {kind}")]
    Unreadable {
        /// The folder or the file.
        path: PathBuf,
        /// What the system said.
        kind: IoErrorKind,
    },
    /// A file is named like a template, and there is none of that name to replace.
    #[error("{path} replaces no template: its name is not one of theirs")]
    Unknown {
        /// The file.
        path: PathBuf,
    },
    /// A template does not parse, or not render with sample values.
    #[error("{path}, line {line}: {what}")]
    Broken {
        /// The file.
        path: PathBuf,
        /// The line, from 1; 0 where it is not known.
        line: usize,
        /// What is wrong with it.
        what: String,
    },
}

/// A letter could not be rendered. Tells the place, never a value.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("cannot render {template}, line {line}: {what}")]
pub struct RenderError {
    template: String,
    line: usize,
    what: minijinja::ErrorKind,
}

impl Templates {
    /// The templates that come with the program.
    pub fn builtin() -> Self {
        let mut environment = environment();
        for (name, source) in builtin() {
            // A test renders every one of them; if one were broken, rendering would say so.
            let _ = environment.add_template_owned(name, source);
        }
        Self(environment)
    }

    /// The built-in templates, some of them replaced by files of the same name in `folder`.
    /// Every letter is rendered once with sample values, so that a mistake shows here and not
    /// in the middle of somebody's trouble.
    pub fn with_overrides(folder: &Path) -> Result<Self, Unloadable> {
        let mut templates = Self::builtin();
        for path in files(folder)? {
            let name = path.file_name().and_then(|name| name.to_str());
            let Some((name, _)) = builtin().find(|(known, _)| Some(known.as_str()) == name) else {
                return Err(Unloadable::Unknown { path });
            };
            let source = std::fs::read_to_string(&path).map_err(|e| unreadable(&path, &e))?;
            let added = templates.0.add_template_owned(name, source);
            added.map_err(|error| broken(folder, &error))?;
        }
        templates.rehearse(folder)?;
        Ok(templates)
    }

    /// Writes a letter.
    pub fn render(&self, frame: &Frame<'_>, values: &Values<'_>) -> Result<Content, RenderError> {
        let write = |ending| self.part(frame, values, ending).map_err(|e| opaque(&e));
        let subject = Zeroizing::new(write("subject.txt")?);
        Ok(Content {
            subject: plain::line(&subject, SUBJECT_MAX),
            text: Zeroizing::new(write("txt")?),
            html: Zeroizing::new(write("html")?),
        })
    }

    fn part(
        &self,
        frame: &Frame<'_>,
        values: &Values<'_>,
        ending: &str,
    ) -> Result<String, minijinja::Error> {
        let (kind, language) = (values.kind().as_str(), frame.language.code());
        let template = self
            .0
            .get_template(&format!("{kind}.{language}.{ending}"))?;
        template.render(values.context(frame))
    }

    fn rehearse(&self, folder: &Path) -> Result<(), Unloadable> {
        for kind in Kind::ALL {
            for language in Language::ALL {
                for frame in Frame::samples(language) {
                    for ending in ["subject.txt", "txt", "html"] {
                        self.part(&frame, &Values::sample(kind), ending)
                            .map_err(|error| broken(folder, &error))?;
                    }
                }
            }
        }
        Ok(())
    }
}

/// Nothing is loaded on demand, so a template can name no file but those of the table.
fn environment() -> Environment<'static> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    // Errors must not carry the values they stumbled over.
    environment.set_debug(false);
    words::teach(&mut environment);
    environment
}

/// The files of the folder that are meant as templates, in the order of their names.
fn files(folder: &Path) -> Result<Vec<PathBuf>, Unloadable> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(|e| unreadable(folder, &e))? {
        let path = entry.map_err(|e| unreadable(folder, &e))?.path();
        let ending = path.extension().and_then(|ending| ending.to_str());
        if matches!(ending, Some("html" | "txt")) {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

fn unreadable(path: &Path, error: &std::io::Error) -> Unloadable {
    Unloadable::Unreadable {
        path: path.to_owned(),
        kind: error.kind(),
    }
}

/// At load there are no values but samples, so the whole message may be shown.
fn broken(folder: &Path, error: &minijinja::Error) -> Unloadable {
    Unloadable::Broken {
        path: folder.join(error.name().unwrap_or("?")),
        line: error.line().unwrap_or(0),
        what: error
            .detail()
            .map_or_else(|| error.kind().to_string(), str::to_owned),
    }
}

fn opaque(error: &minijinja::Error) -> RenderError {
    RenderError {
        template: error.name().unwrap_or("a template").to_owned(),
        line: error.line().unwrap_or(0),
        what: error.kind(),
    }
}
