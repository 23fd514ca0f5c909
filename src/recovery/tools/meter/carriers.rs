//! Whoever carries letters and texts, with an eye on what becomes of them.

use std::sync::Arc;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use metrics::{counter, histogram};
use tracing::{Instrument as _, info_span};

use crate::mail::{Letter, Mailer, Undelivered};
use crate::recovery::tools::meter::words::{reason, texted};
use crate::sms::{Text, Texter, Unsent};

/// Counts the letters that another mailer is given.
pub(in crate::recovery) struct MeteredMailer(pub(in crate::recovery) Arc<dyn Mailer>);

/// Counts the texts that another texter is given.
pub(in crate::recovery) struct MeteredTexter(pub(in crate::recovery) Arc<dyn Texter>);

#[async_trait]
impl Mailer for MeteredMailer {
    async fn send(&self, letter: &Letter) -> Result<(), Undelivered> {
        let since = Instant::now();
        let sent = self.0.send(letter).instrument(info_span!("letter")).await;
        histogram!("rekey_letter_seconds").record(since.elapsed());
        let (outcome, reason) = match sent {
            Ok(()) => ("sent", ""),
            Err(Undelivered::Later(why)) => ("deferred", reason(why)),
            Err(Undelivered::Unknown(why)) => ("unknown", reason(why)),
            Err(Undelivered::Never(why)) => ("refused", reason(why)),
        };
        counter!("rekey_letters_total", "outcome" => outcome, "reason" => reason).increment(1);
        sent
    }

    fn longest(&self) -> Duration {
        self.0.longest()
    }
}

#[async_trait]
impl Texter for MeteredTexter {
    async fn send(&self, text: &Text) -> Result<(), Unsent> {
        let since = Instant::now();
        let sent = self.0.send(text).instrument(info_span!("text")).await;
        histogram!("rekey_text_seconds").record(since.elapsed());
        counter!("rekey_texts_total", "outcome" => texted(sent)).increment(1);
        sent
    }
}
