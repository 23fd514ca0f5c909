//! Callers who do not wait for one another.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use reqwest::{Client, StatusCode};
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::{Instant, MissedTickBehavior, interval};

use crate::furnish::{body, path};

/// Requests in a second, whatever becomes of the earlier ones.
const RATE: u32 = 200;

/// A load under way.
pub struct Load {
    stop: Arc<AtomicBool>,
    task: JoinHandle<Report>,
}

/// What became of it.
#[derive(Default)]
pub struct Report {
    pub sent: usize,
    /// Requests that were not answered as they should have been, by how.
    pub failed: BTreeMap<String, usize>,
    /// Who was promised a letter.
    pub promised: Vec<usize>,
    /// When the first and the last of those were answered, or given up.
    pub failures: Option<(Instant, Instant)>,
    pub slowest: Duration,
    pub lasted: Duration,
}

struct Answer {
    number: usize,
    took: Duration,
    at: Instant,
    result: Result<(StatusCode, String), String>,
    is_promise: bool,
}

/// Every other request promises a letter to somebody new; the others look at a token.
async fn one(client: Client, url: Arc<str>, key: Arc<str>, number: usize) -> Answer {
    let is_promise = number.is_multiple_of(2);
    let operation = if is_promise {
        "resetPasswordRequest"
    } else {
        "validateToken"
    };
    let began = Instant::now();
    let call = client
        .post(format!("{url}{}", path(operation)))
        .header("authorization", &*key)
        .json(&body(operation, &format!("Person{}", number / 2)));
    let result = match call.send().await {
        Ok(reply) => {
            let status = reply.status();
            reply.text().await.map(|text| (status, text))
        }
        Err(error) => Err(error),
    };
    Answer {
        number,
        took: began.elapsed(),
        at: Instant::now(),
        result: result.map_err(|error| format!("{error:?}")),
        is_promise,
    }
}

impl Report {
    fn fail(&mut self, why: String, at: Instant) {
        *self.failed.entry(why).or_default() += 1;
        let (first, last) = self.failures.unwrap_or((at, at));
        self.failures = Some((first.min(at), last.max(at)));
    }

    fn count(&mut self, answer: Answer) {
        let expected = if answer.is_promise { 204 } else { 422 };
        self.slowest = self.slowest.max(answer.took);
        match answer.result {
            Ok((status, _)) if status == expected => {
                if answer.is_promise {
                    self.promised.push(answer.number / 2);
                }
            }
            Ok((status, text)) => self.fail(format!("{status} {text}"), answer.at),
            Err(error) => self.fail(error, answer.at),
        }
    }
}

impl Load {
    /// Begins.
    pub fn start(url: &str, key: &str) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let (stopped, url, key): (_, Arc<str>, Arc<str>) =
            (Arc::clone(&stop), url.into(), key.into());
        let task = tokio::spawn(async move {
            let client = Client::builder()
                .timeout(Duration::from_secs(40))
                .build()
                .unwrap();
            let mut tick = interval(Duration::from_secs(1) / RATE);
            tick.set_missed_tick_behavior(MissedTickBehavior::Burst);
            let (mut calls, mut report, began) =
                (JoinSet::new(), Report::default(), Instant::now());
            while !stopped.load(Ordering::Relaxed) {
                tick.tick().await;
                calls.spawn(one(
                    client.clone(),
                    Arc::clone(&url),
                    Arc::clone(&key),
                    report.sent,
                ));
                report.sent += 1;
                while let Some(answer) = calls.try_join_next() {
                    report.count(answer.unwrap());
                }
            }
            report.lasted = began.elapsed();
            while let Some(answer) = calls.join_next().await {
                report.count(answer.unwrap());
            }
            report
        });
        Self { stop, task }
    }

    /// Ends, and waits for the answers.
    pub async fn stop(self) -> Report {
        self.stop.store(true, Ordering::Relaxed);
        self.task.await.unwrap()
    }
}
