//! What somebody else changed of an account, as far as it says who gets in.

use serde::{Deserialize, Serialize};

/// A part of an account that says who gets in to it, its passwords apart, or who may act for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Part {
    /// Where its mail goes.
    Email,
    /// Where its text messages go.
    Phone,
    /// The question that recovers it, or the answer.
    SecurityQuestion,
    /// Whether it may be used.
    Status,
    /// Which of its names SSPR knows it by.
    UserType,
    /// What it may do to others.
    Role,
    /// Who manages it.
    Broker,
}

impl Part {
    /// Every part.
    pub const ALL: [Self; 7] = [
        Self::Email,
        Self::Phone,
        Self::SecurityQuestion,
        Self::Status,
        Self::UserType,
        Self::Role,
        Self::Broker,
    ];

    /// The member of an import line that says it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Phone => "phone",
            Self::SecurityQuestion => "securityQuestion",
            Self::Status => "status",
            Self::UserType => "userType",
            Self::Role => "role",
            Self::Broker => "broker",
        }
    }

    /// The part of that name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|part| part.as_str() == name)
    }

    /// Whether its owner is told: who gets in is theirs to know, who manages them is on record.
    pub fn is_told(self) -> bool {
        match self {
            Self::Email | Self::Phone | Self::SecurityQuestion | Self::Status => true,
            Self::UserType | Self::Role | Self::Broker => false,
        }
    }
}
