//! Times of requests about everybody, in an order that nobody can foresee and a seed repeats.

use rand::seq::SliceRandom as _;
use rand_chacha::ChaCha8Rng;

use crate::harness::keepalive::Connection;
use crate::harness::whom::{Question, STATES, name, wrong};

/// What was measured of one question.
pub struct Series {
    /// Milliseconds, by state, and for sign-ins by the password's kind.
    pub samples: Vec<Sample>,
}

/// One request.
pub struct Sample {
    pub state: usize,
    /// Which of the passwords was wrong.
    pub kind: usize,
    /// Whom the request just before was about.
    pub before: Option<usize>,
    pub took: f64,
}

impl Series {
    /// The times of those that `is_wanted`.
    pub fn of(&self, is_wanted: impl Fn(&Sample) -> bool) -> Vec<f64> {
        let wanted = self.samples.iter().filter(|sample| is_wanted(sample));
        wanted.map(|sample| sample.took).collect()
    }
}

/// Asks about `count` people of each state over one connection.
pub async fn take(
    url: &str,
    question: Question,
    key: &str,
    count: usize,
    dice: &mut ChaCha8Rng,
) -> Series {
    let mut order: Vec<(usize, usize)> = (0..STATES.len())
        .flat_map(|state| (0..count).map(move |number| (state, number)))
        .collect();
    order.shuffle(dice);
    let (url, key) = (url.to_owned(), key.to_owned());
    let asking = tokio::task::spawn_blocking(move || {
        let mut connection = Connection::open(&url);
        // The first exchange of a connection is about nobody.
        connection.exchange(&question.about("nobodyatall", &key, "x"));
        let mut before = None;
        let mut samples = Vec::with_capacity(order.len());
        for (state, number) in order {
            let kind = number % 4;
            let request = question.about(&name(state, number), &key, &wrong(kind));
            let (status, took) = connection.exchange(&request);
            assert!(
                question.statuses().contains(&status),
                "{question:?}: {status}"
            );
            samples.push(Sample {
                state,
                kind,
                before,
                took,
            });
            before = Some(state);
        }
        Series { samples }
    });
    asking.await.unwrap()
}
