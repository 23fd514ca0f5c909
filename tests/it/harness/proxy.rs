//! Between a server and its Postgres: a proxy that reads along, and gets in the way when it is told.
//!
//! It knows as much of the protocol as it takes to tell one statement from another, so that nothing
//! in the product has to be made for tests.

mod connection;
mod frames;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use sqlx::PgPool;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};

use super::binary::database_url;

/// What is wrong with the database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    None,
    /// Nobody is there: connections end, and new ones end at once.
    Gone,
    /// Everything is taken and nothing is answered, as by a server that was stopped.
    Silent,
    /// What is written is refused with SQLSTATE 53100, as by a server whose disk is full. A real one
    /// is more than an ordinary user can arrange.
    Full,
}

/// How far a server may get.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Until {
    Forever,
    /// So many moments more; at the last of them everything stops.
    Moments(usize),
    /// It got there.
    Reached,
}

/// What connections through it are called in the database.
pub const NAME: &str = "proxied";

/// What the connections share.
struct Shared {
    database: Database,
    trouble: watch::Sender<Trouble>,
    until: Mutex<Until>,
    reached: watch::Sender<bool>,
    /// Connections end when this moves on.
    generation: watch::Sender<u64>,
}

/// Where the real one listens.
#[derive(Clone)]
enum Database {
    Socket(std::path::PathBuf),
    Address(String, u16),
}

/// A running proxy. It ends with its value.
pub struct Proxy {
    shared: Arc<Shared>,
    url: String,
    listening: JoinHandle<()>,
}

impl Proxy {
    /// Starts one before the database of a test.
    pub async fn start(db: &PgPool) -> Self {
        let options = db.connect_options();
        let database = match options.get_socket() {
            Some(folder) => {
                Database::Socket(folder.join(format!(".s.PGSQL.{}", options.get_port())))
            }
            None => Database::Address(options.get_host().to_owned(), options.get_port()),
        };
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let mut url: url::Url = database_url(db).parse().unwrap();
        url.set_host(Some("127.0.0.1")).unwrap();
        url.set_port(Some(port)).unwrap();
        url.set_query(Some(&format!("sslmode=disable&application_name={NAME}")));
        let shared = Arc::new(Shared {
            database,
            trouble: watch::Sender::new(Trouble::None),
            until: Mutex::new(Until::Forever),
            reached: watch::Sender::new(false),
            generation: watch::Sender::new(0),
        });
        let listening = tokio::spawn(listen(listener, Arc::clone(&shared)));
        Self {
            shared,
            url: url.into(),
            listening,
        }
    }

    /// What a server is told instead of the URL of the database.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// From now on, the database is in this trouble, on open connections too.
    pub fn is_in(&self, trouble: Trouble) {
        self.shared.trouble.send_replace(trouble);
        if trouble == Trouble::Gone {
            self.cut();
        }
    }

    /// Ends every connection.
    pub fn cut(&self) {
        self.shared
            .generation
            .send_modify(|generation| *generation += 1);
    }

    /// Lets the server get to the moment of this number, counted from now and from 1: right before a
    /// `COMMIT` arrives, right after one is done, right after a statement of its own has written. There
    /// everything stops, on every connection.
    pub fn stop_at(&self, moment: usize) {
        self.shared.reached.send_replace(false);
        *self.shared.until.lock().unwrap() = Until::Moments(moment);
    }

    /// Waits until that moment has come.
    pub async fn stopped(&self) {
        let mut reached = self.shared.reached.subscribe();
        reached.wait_for(|reached| *reached).await.unwrap();
    }

    /// Lets everything through again; what was held back is lost with its connection.
    pub fn release(&self) {
        self.cut();
        *self.shared.until.lock().unwrap() = Until::Forever;
        self.shared.reached.send_replace(false);
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.listening.abort();
    }
}

impl Shared {
    /// A moment has come. Says whether it is where everything stops.
    fn moment(&self) -> bool {
        let mut until = self.until.lock().unwrap();
        *until = match *until {
            Until::Moments(1) => Until::Reached,
            Until::Moments(left) => Until::Moments(left - 1),
            Until::Forever => Until::Forever,
            Until::Reached => Until::Reached,
        };
        let is_reached = *until == Until::Reached;
        drop(until);
        if is_reached {
            self.reached.send_replace(true);
        }
        is_reached
    }

    /// Waits while nothing may pass.
    async fn pass(&self) {
        let mut reached = self.reached.subscribe();
        let mut trouble = self.trouble.subscribe();
        let _ = reached.wait_for(|reached| !reached).await;
        let _ = trouble.wait_for(|now| *now != Trouble::Silent).await;
    }
}

/// Connections end with the task that accepts them.
async fn listen(listener: TcpListener, shared: Arc<Shared>) {
    let mut connections = JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        while connections.try_join_next().is_some() {}
        if *shared.trouble.borrow() == Trouble::Gone {
            continue;
        }
        stream.set_nodelay(true).unwrap();
        let shared = Arc::clone(&shared);
        let mut generation = shared.generation.subscribe();
        let born = *generation.borrow_and_update();
        connections.spawn(async move {
            tokio::select! {
                () = connection::run(stream, &shared) => {}
                _ = generation.wait_for(|now| *now != born) => {}
            }
        });
    }
}

/// Longer than a fault may be felt after it has ended.
pub const RECOVERED: Duration = Duration::from_secs(5);
