//! What a check has found.

use serde::Serialize;

/// What one check has found. Holds no secret.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Finding {
    /// What was checked.
    pub(super) check: &'static str,
    /// How it is.
    pub(super) state: State,
    /// What there is.
    pub(super) found: String,
    /// What to do about it; `None` where nothing needs doing.
    pub(super) mend: Option<String>,
}

/// How something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum State {
    /// As it should be.
    Ok,
    /// It works, and somebody should look at it.
    Warn,
    /// It does not work, or is not safe.
    Fail,
}

impl State {
    /// The word for it.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warn => "warn",
            Self::Fail => "fail",
        }
    }
}

pub(super) fn ok(check: &'static str, found: impl Into<String>) -> Finding {
    Finding {
        check,
        state: State::Ok,
        found: found.into(),
        mend: None,
    }
}

pub(super) fn warn(
    check: &'static str,
    found: impl Into<String>,
    mend: impl Into<String>,
) -> Finding {
    Finding {
        check,
        state: State::Warn,
        found: found.into(),
        mend: Some(mend.into()),
    }
}

pub(super) fn fail(
    check: &'static str,
    found: impl Into<String>,
    mend: impl Into<String>,
) -> Finding {
    Finding {
        check,
        state: State::Fail,
        found: found.into(),
        mend: Some(mend.into()),
    }
}

/// All that is wrong; where nothing is, that it is well.
pub(super) fn or_ok(wrong: Vec<Finding>, well: impl FnOnce() -> Finding) -> Vec<Finding> {
    if wrong.is_empty() {
        vec![well()]
    } else {
        wrong
    }
}
