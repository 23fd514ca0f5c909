//! How long a connection of HTTP/1 may say nothing: much longer between requests than within one.
//!
//! hyper has one limit for both, the wait for the next request and the time its head may take. So it
//! is given none, and the stream that it reads from ends where a limit is over.

use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep, sleep_until};

/// What a connection may take its time for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Limits {
    /// The head of a request, from its first byte.
    head: Duration,
    /// What is between an answer and the next request.
    idle: Duration,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    /// Nothing is under way, until then.
    Idle(Instant),
    /// A head is coming in, until then.
    Head(Instant),
    /// A request is served. It has a deadline of its own.
    Busy,
}

/// How far a connection has come; shared by its stream and by what answers.
#[derive(Clone, Debug)]
pub(super) struct Pace {
    limits: Limits,
    phase: Arc<Mutex<Phase>>,
}

impl Pace {
    /// Of a connection that was opened now. Its first request is waited for as long as for a head:
    /// whoever connects has something to say.
    pub(super) fn new(head: Duration, idle: Duration) -> Self {
        let limits = Limits { head, idle };
        let phase = Arc::new(Mutex::new(Phase::Head(Instant::now() + head)));
        Self { limits, phase }
    }

    /// Notes that a whole head has arrived.
    pub(super) fn served(&self) {
        self.set(Phase::Busy);
    }

    /// Notes that the answer is there.
    pub(super) fn answered(&self) {
        self.set(Phase::Idle(Instant::now() + self.limits.idle));
    }

    /// Notes that something was read.
    fn heard(&self, now: Instant) {
        let mut phase = self.phase.lock().unwrap_or_else(PoisonError::into_inner);
        *phase = after_words(*phase, self.limits, now);
    }

    fn set(&self, phase: Phase) {
        *self.phase.lock().unwrap_or_else(PoisonError::into_inner) = phase;
    }

    fn deadline(&self) -> Option<Instant> {
        match *self.phase.lock().unwrap_or_else(PoisonError::into_inner) {
            Phase::Idle(until) | Phase::Head(until) => Some(until),
            Phase::Busy => None,
        }
    }
}

/// The first words after an answer begin a head. More of them give it no more time.
fn after_words(phase: Phase, limits: Limits, now: Instant) -> Phase {
    match phase {
        Phase::Idle(_) => Phase::Head(now + limits.head),
        Phase::Head(_) | Phase::Busy => phase,
    }
}

/// A stream that comes to its end where its caller was silent for too long.
pub(super) struct Paced<S> {
    stream: S,
    pace: Pace,
    sleep: Option<Pin<Box<Sleep>>>,
}

impl<S> Paced<S> {
    pub(super) fn new(stream: S, pace: Pace) -> Self {
        let sleep = None;
        Self {
            stream,
            pace,
            sleep,
        }
    }

    /// Waits for the deadline of the moment, if there is one.
    fn poll_deadline(&mut self, context: &mut Context<'_>) -> Poll<()> {
        let Some(deadline) = self.pace.deadline() else {
            return Poll::Pending;
        };
        let sleep = self
            .sleep
            .get_or_insert_with(|| Box::pin(sleep_until(deadline)));
        if sleep.deadline() != deadline {
            sleep.as_mut().reset(deadline);
        }
        sleep.as_mut().poll(context)
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Paced<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<std::io::Result<()>> {
        let before = buffer.filled().len();
        match Pin::new(&mut self.stream).poll_read(context, buffer) {
            Poll::Ready(read) => {
                if buffer.filled().len() > before {
                    self.pace.heard(Instant::now());
                }
                Poll::Ready(read)
            }
            Poll::Pending => {
                ready!(self.poll_deadline(context));
                // The end of the stream: hyper closes what is idle, and breaks off what is not.
                Poll::Ready(Ok(()))
            }
        }
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Paced<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<std::io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[std::io::IoSlice<'_>],
    ) -> Poll<std::io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(context, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<std::io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<std::io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: Duration = Duration::from_secs(15);
    const IDLE: Duration = Duration::from_secs(130);

    /// H-07: what trickles in gets no more time than what comes at once, and an answer gives the
    /// next request all of it.
    #[test]
    fn a_head_has_its_time_and_silence_between_requests_another() {
        let pace = Pace::new(HEAD, IDLE);
        let first = pace.deadline().unwrap();
        assert!(first <= Instant::now() + HEAD);
        pace.heard(Instant::now() + HEAD / 2);
        assert_eq!(
            pace.deadline(),
            Some(first),
            "the first words change nothing"
        );
        pace.served();
        assert_eq!(pace.deadline(), None);
        pace.heard(Instant::now());
        assert_eq!(pace.deadline(), None, "those of a body neither");
        let before = Instant::now();
        pace.answered();
        let idle = pace.deadline().unwrap();
        assert!(idle >= before + IDLE && idle <= Instant::now() + IDLE);
        let begun = idle - Duration::from_secs(1);
        pace.heard(begun);
        assert_eq!(
            pace.deadline(),
            Some(begun + HEAD),
            "begun in the last second"
        );
        pace.heard(begun + Duration::from_secs(9));
        assert_eq!(pace.deadline(), Some(begun + HEAD));
    }
}
