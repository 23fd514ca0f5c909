//! Driving a server: as hard as it can bear, or at a rate that does not care how it fares.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use hdrhistogram::Histogram;
use tokio::sync::{Mutex, mpsc};
use tokio::task::JoinSet;

use crate::Failure;
use crate::dice::Dice;
use crate::http::Connection;

/// What is asked next: a kind, the request as it is written, and the status it must be answered with.
pub struct Request {
    pub kind: usize,
    pub bytes: Vec<u8>,
    /// [`ANY`]: whatever it is answered with.
    pub status: u16,
}

/// The status of a request whose answer is not what is measured.
pub const ANY: u16 = 0;

impl Request {
    pub fn new(bytes: Vec<u8>, status: u16) -> Self {
        Self {
            kind: 0,
            bytes,
            status,
        }
    }
}

/// Makes requests; `None` when it has no more.
pub trait Source: Send + Sync + 'static {
    fn next(&self, dice: &mut Dice) -> Option<Request>;
}

impl<F: Fn(&mut Dice) -> Option<Request> + Send + Sync + 'static> Source for F {
    fn next(&self, dice: &mut Dice) -> Option<Request> {
        self(dice)
    }
}

/// How a drive went.
pub struct Outcome {
    /// Answered, by kind, in microseconds.
    pub latency: Vec<Histogram<u64>>,
    pub elapsed: Duration,
}

impl Outcome {
    fn new() -> Self {
        Self {
            latency: Vec::new(),
            elapsed: Duration::ZERO,
        }
    }

    fn note(&mut self, kind: usize, took: Duration) -> Result<(), Failure> {
        while self.latency.len() <= kind {
            self.latency.push(Histogram::new(3)?);
        }
        let took = u64::try_from(took.as_micros())?.max(1);
        Ok(self.latency[kind].record(took)?)
    }

    fn add(&mut self, other: &Self) -> Result<(), Failure> {
        for (kind, histogram) in other.latency.iter().enumerate() {
            while self.latency.len() <= kind {
                self.latency.push(Histogram::new(3)?);
            }
            self.latency[kind].add(histogram)?;
        }
        Ok(())
    }

    pub fn count(&self) -> u64 {
        self.latency.iter().map(Histogram::len).sum()
    }

    /// Answers a second.
    pub fn rate(&self) -> f64 {
        self.count() as f64 / self.elapsed.as_secs_f64()
    }

    /// A quantile of a kind, in milliseconds.
    pub fn quantile(&self, kind: usize, share: f64) -> f64 {
        self.latency
            .get(kind)
            .map_or(0.0, |times| times.value_at_quantile(share) as f64 / 1000.0)
    }
}

/// Asks on so many connections, each as soon as it was answered, until the time is over or there is
/// nothing more to ask. What is under way at the end is waited for and counted, and so is its time.
pub async fn closed(
    address: SocketAddr,
    connections: usize,
    time: Duration,
    seed: u64,
    source: Arc<dyn Source>,
) -> Result<Outcome, Failure> {
    let mut tasks = JoinSet::new();
    let began = Instant::now();
    for number in 0..connections {
        let source = Arc::clone(&source);
        let mut dice = Dice::seeded(seed * 1000 + u64::try_from(number)?);
        tasks.spawn(async move {
            let mut connection = Connection::open(address).await?;
            let mut outcome = Outcome::new();
            while began.elapsed() < time {
                let Some(request) = source.next(&mut dice) else {
                    break;
                };
                let asked = Instant::now();
                ask(&mut connection, &request).await?;
                outcome.note(request.kind, asked.elapsed())?;
            }
            Ok::<_, Failure>(outcome)
        });
    }
    let mut all = gather(tasks).await?;
    all.elapsed = began.elapsed();
    Ok(all)
}

/// Asks so many times a second, whether or not earlier requests were answered. Waiting counts from
/// the moment at which a request was due, so that a server that stalls cannot hide it.
pub async fn open(
    address: SocketAddr,
    connections: usize,
    rate: f64,
    time: Duration,
    seed: u64,
    source: Arc<dyn Source>,
) -> Result<Outcome, Failure> {
    let (due, arrivals) = mpsc::unbounded_channel();
    let arrivals = Arc::new(Mutex::new(arrivals));
    let mut tasks = JoinSet::new();
    for _ in 0..connections {
        let arrivals = Arc::clone(&arrivals);
        tasks.spawn(async move {
            let mut connection = Connection::open(address).await?;
            let mut outcome = Outcome::new();
            loop {
                let next = arrivals.lock().await.recv().await;
                let Some((due, request)) = next else {
                    return Ok::<_, Failure>(outcome);
                };
                let (due, request): (Instant, Request) = (due, request);
                ask(&mut connection, &request).await?;
                outcome.note(request.kind, due.elapsed())?;
            }
        });
    }
    // A thread of its own: it wakes to the tenth of a millisecond, which timers of the runtime do not.
    let began = Instant::now();
    let schedule = std::thread::spawn(move || {
        let (mut dice, mut next) = (Dice::seeded(seed), began);
        while next < began + time {
            std::thread::sleep(next.saturating_duration_since(Instant::now()));
            let Some(request) = source.next(&mut dice) else {
                return;
            };
            if due.send((next, request)).is_err() {
                return;
            }
            next += dice.gap(rate);
        }
    });
    let mut all = gather(tasks).await?;
    all.elapsed = began.elapsed();
    schedule.join().map_err(|_| "the schedule broke off")?;
    Ok(all)
}

async fn gather(mut tasks: JoinSet<Result<Outcome, Failure>>) -> Result<Outcome, Failure> {
    let mut all = Outcome::new();
    while let Some(done) = tasks.join_next().await {
        all.add(&done??)?;
    }
    Ok(all)
}

/// A server that answers anything else than it should is not measured.
async fn ask(connection: &mut Connection, request: &Request) -> Result<(), Failure> {
    let answer = connection.ask(&request.bytes).await?;
    if request.status == ANY || answer.status == request.status {
        return Ok(());
    }
    let asked = String::from_utf8_lossy(&request.bytes).into_owned();
    let (asked, _) = asked.split_once("\r\n").unwrap_or_default();
    Err(format!("{asked}: {} {}", answer.status, connection.body()).into())
}
