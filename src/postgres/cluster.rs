//! A running private Postgres, from start to stop.

use std::time::Duration;

use tokio::process::Child;
use tokio::time::{interval, timeout};

use super::binaries::{Binaries, Search};
use super::error::Error;
use super::init::Recipe;
use super::lock::Lock;
use super::log::Log;
use super::orphan::{GLANCE, STOPPING, settle};
use super::password::Password;
use super::places::{Home, Places};
use super::postmaster::{Postmaster, interrupt};
use super::server::Server;
use super::socket::SocketDir;
use super::user::User;
use super::{Options, url};

/// How long a server may take to let the first connection in.
const STARTING: Duration = Duration::from_mins(1);

/// A private Postgres that runs.
///
/// Dropping it asks the server to end; [`Cluster::stop`] also waits until it has.
#[derive(Debug)]
pub struct Cluster {
    child: Child,
    home: Home,
    socket: SocketDir,
    password: Password,
    log: Log,
    socket_port: u16,
    tcp: Option<u16>,
    _lock: Lock,
}

impl Cluster {
    /// Starts the server on the data directory, which nobody else may be using.
    ///
    /// Makes the cluster if there is none, and first ends a server that an earlier Rekey left.
    pub async fn start(options: &Options) -> Result<Self, Error> {
        let places = Places::make(&options.data_dir)?;
        let lock = Lock::take(&places)?;
        let home = places.home();
        let user = User::for_cluster(home.dir())?;
        if let Some(user) = &user {
            user.check_passage(places.dir())?;
        }
        let binaries = Binaries::find(&Search::system(), home.major()?).await?;
        settle(&home).await?;
        let recipe = Recipe {
            binaries: &binaries,
            user: user.as_ref(),
            durable: options.durable,
        };
        let password = recipe.ensure(&places).await?;
        let server = Server::new(&recipe, options)?;
        let socket = SocketDir::prepare(&home, user.as_ref())?;
        let log = Log::open(places.log())?;
        let mut cluster = Self {
            child: server.spawn(&home, &socket, &log)?,
            socket_port: server.port(),
            tcp: server.tcp,
            password,
            home,
            socket,
            log,
            _lock: lock,
        };
        cluster.ready().await?;
        tracing::info!(pid = cluster.pid(), "Postgres is ready");
        Ok(cluster)
    }

    /// The connection URL, over the socket; it holds the password.
    pub fn url(&self) -> String {
        url::of(&self.password, self.socket.path(), self.socket_port)
    }

    /// The loopback port, if one was asked for.
    pub fn port(&self) -> Option<u16> {
        self.tcp
    }

    /// The server's process; none once it has been seen to end.
    pub fn pid(&self) -> Option<u32> {
        self.child.id()
    }

    /// Ends the server: sessions are cut off, what is committed is kept.
    pub async fn stop(mut self) -> Result<(), Error> {
        if let Some(pid) = self.pid() {
            interrupt(pid);
            match timeout(STOPPING, self.child.wait()).await {
                Ok(Ok(status)) => tracing::info!(%status, "Postgres has ended"),
                Ok(Err(_)) | Err(_) => {
                    return Err(Error::NotStopped {
                        pid,
                        seconds: STOPPING.as_secs(),
                    });
                }
            }
        }
        self.socket.remove();
        Ok(())
    }

    async fn ready(&mut self) -> Result<(), Error> {
        let ready = async {
            let mut glances = interval(GLANCE);
            loop {
                glances.tick().await;
                if !matches!(self.child.try_wait(), Ok(None)) {
                    return Err(Error::Exited {
                        log: self.log.path().to_owned(),
                        tail: self.log.tail(),
                    });
                }
                let postmaster = Postmaster::read(&self.home)?;
                if postmaster.is_some_and(|found| found.is_ready_as(self.child.id())) {
                    return Ok(());
                }
            }
        };
        match timeout(STARTING, ready).await {
            Ok(result) => result,
            Err(_) => Err(Error::NotReady {
                seconds: STARTING.as_secs(),
                log: self.log.path().to_owned(),
                tail: self.log.tail(),
            }),
        }
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        if let Some(pid) = self.pid() {
            interrupt(pid);
        }
    }
}
