//! How often something may happen.

use time::Duration;

use super::Timestamp;

/// At most so many times in a window, written `5/hour`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// How many are let through in one window; at least 1.
    pub times: u32,
    /// How long a window lasts, counted from its first event.
    pub per: Duration,
}

/// What a limit counts. Rows, log lines and metrics say it in these words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Recovery mails asked for from one address.
    RecoveryAddress,
    /// Recovery mails asked for in one tenant.
    RecoveryTenant,
    /// Recovery mails asked for with one identifier.
    RecoveryIdentifier,
    /// Sign-ins from one address.
    LoginAddress,
    /// One-time codes sent to one account.
    CodesAccount,
    /// Letters sent by the whole server.
    MailServer,
    /// That a tenant's letters wait for the server's limit was written down.
    MailServerNoted,
    /// Attempts at recovery codes.
    RecoveryCode,
    /// A form that was sent.
    Form,
    /// Attempts at the codes of access clients.
    ActivationCode,
}

impl Scope {
    /// What operators set limits on, and metrics show.
    pub const LIMITED: [Self; 6] = [
        Self::RecoveryAddress,
        Self::RecoveryTenant,
        Self::RecoveryIdentifier,
        Self::LoginAddress,
        Self::CodesAccount,
        Self::MailServer,
    ];

    /// The word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::RecoveryAddress => "recovery.address",
            Self::RecoveryTenant => "recovery.tenant",
            Self::RecoveryIdentifier => "recovery.identifier",
            Self::LoginAddress => "login.address",
            Self::CodesAccount => "codes.account",
            Self::MailServer => "mail.server",
            Self::MailServerNoted => "mail.server.noted",
            Self::RecoveryCode => "recovery.code",
            Self::Form => "form",
            Self::ActivationCode => "activation.code",
        }
    }
}

/// The text is not a rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a rate; write a whole number, a slash and second, minute, hour or day, like 5/hour")]
pub struct NotARate;

/// The limit is used up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("over the limit until {retry_at}")]
pub struct TooMany {
    /// When the next attempt will be let through, as far as this limit goes.
    pub retry_at: Timestamp,
}

impl Rate {
    /// Reads `N/second|minute|hour|day`.
    pub fn parse(text: &str) -> Result<Self, NotARate> {
        let (times, unit) = text.split_once('/').ok_or(NotARate)?;
        let per = match unit.trim() {
            "second" => Duration::SECOND,
            "minute" => Duration::MINUTE,
            "hour" => Duration::HOUR,
            "day" => Duration::DAY,
            _ => return Err(NotARate),
        };
        match times.trim().parse() {
            Ok(times) if times > 0 => Ok(Self { times, per }),
            Ok(_) | Err(_) => Err(NotARate),
        }
    }
}

impl TooMany {
    /// Whole seconds to wait from `now`, rounded up, never zero: the value of `Retry-After`
    /// (RFC 9110, 10.2.3).
    pub fn retry_after(self, now: Timestamp) -> u64 {
        let wait = self.retry_at - now;
        let seconds = wait.whole_seconds() + i64::from(wait.subsec_nanoseconds() > 0);
        u64::try_from(seconds).unwrap_or_default().max(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_a_rate() {
        assert_eq!(
            Rate::parse("5/hour"),
            Ok(Rate {
                times: 5,
                per: Duration::HOUR
            })
        );
        for wrong in [
            "",
            "5",
            "0/hour",
            "5/week",
            "-1/day",
            "5/hours",
            "five/hour",
        ] {
            assert_eq!(Rate::parse(wrong), Err(NotARate), "{wrong}");
        }
    }

    #[test]
    fn waits_whole_seconds_rounded_up() {
        let now = Timestamp::UNIX_EPOCH;
        let wait = |by| TooMany { retry_at: now + by }.retry_after(now);
        assert_eq!(wait(Duration::milliseconds(1)), 1);
        assert_eq!(wait(Duration::milliseconds(1_001)), 2);
        assert_eq!(wait(Duration::seconds(-3)), 1);
    }
}
