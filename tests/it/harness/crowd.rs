//! People who keep the hashing threads busy.

use futures::future::join_all;
use rekey::domain::password::Password;
use rekey::recovery::Hasher;
use tokio::task::JoinHandle;

/// Hashes waited for one after another until [`Self::leave`]. There are many more of them than places
/// in a short queue, and a place that becomes free goes to who waits for it: nobody else gets one.
pub struct Crowd {
    hasher: Hasher,
    waiting: Vec<JoinHandle<()>>,
}

impl Crowd {
    pub fn before(hasher: &Hasher) -> Self {
        let wait = || {
            let hasher = hasher.clone();
            tokio::spawn(async move {
                loop {
                    hasher.hash_patiently(&password()).await.unwrap();
                }
            })
        };
        Self {
            hasher: hasher.clone(),
            waiting: (0..64).map(|_| wait()).collect(),
        }
    }

    /// Ends the crowd, and returns when nothing of it is left in the queue: a hash that nobody waits
    /// for any more has its place until a thread has seen that.
    pub async fn leave(self) {
        self.waiting.iter().for_each(JoinHandle::abort);
        for ended in join_all(self.waiting).await {
            assert!(ended.unwrap_err().is_cancelled());
        }
        self.hasher.hash_patiently(&password()).await.unwrap();
    }
}

fn password() -> Password {
    Password::new("busy".to_owned())
}
