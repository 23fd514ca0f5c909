//! The proxies of deploy/proxy, on ports of a test.

use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpStream, UnixStream};
use tokio::process::{Child, Command};
use tokio::time::interval;

/// A running proxy. It ends with its value.
pub struct Proxy {
    _child: Child,
    /// Where it listens.
    pub url: String,
    socket: PathBuf,
}

/// A port that nobody has now.
pub fn free_port() -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    listener.local_addr().unwrap().port()
}

/// A file of deploy/proxy with each of some texts, all of which it holds, replaced.
fn configuration(name: &str, changes: &[(&str, &str)]) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("deploy/proxy")
        .join(name);
    let mut text = std::fs::read_to_string(path).unwrap();
    for (from, to) in changes {
        assert!(text.contains(from), "{name} does not say {from:?}");
        text = text.replace(from, to);
    }
    text
}

async fn start(mut command: Command, port: u16, socket: PathBuf) -> Proxy {
    let mut child = command
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .unwrap_or_else(|error| panic!("{command:?}: {error}; make rolling installs it"));
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let mut tick = interval(Duration::from_millis(20));
    while TcpStream::connect(address).await.is_err() {
        tick.tick().await;
        assert!(child.try_wait().unwrap().is_none(), "{command:?} ended");
    }
    Proxy {
        _child: child,
        url: format!("http://{address}"),
        socket,
    }
}

impl Proxy {
    pub async fn haproxy(folder: &Path, servers: [u16; 2]) -> Self {
        let (port, socket) = (free_port(), folder.join("haproxy.sock"));
        let text = configuration(
            "haproxy.cfg",
            &[
                (
                    ":443 ssl crt /etc/haproxy/rekey.pem alpn h2,http/1.1",
                    &format!("127.0.0.1:{port}"),
                ),
                ("/run/haproxy/admin.sock", &socket.display().to_string()),
                ("192.0.2.11:8080", &format!("127.0.0.1:{}", servers[0])),
                ("192.0.2.12:8080", &format!("127.0.0.1:{}", servers[1])),
            ],
        );
        let file = folder.join("haproxy.cfg");
        std::fs::write(&file, text).unwrap();
        let mut command = Command::new("/usr/sbin/haproxy");
        command.arg("-db").arg("-q").arg("-f").arg(file);
        start(command, port, socket).await
    }

    pub async fn nginx(folder: &Path, servers: [u16; 2]) -> Self {
        let port = free_port();
        let server = configuration(
            "nginx.conf",
            &[
                (
                    "listen 443 ssl http2;",
                    &format!("listen 127.0.0.1:{port};"),
                ),
                ("ssl_certificate /etc/nginx/rekey.crt;", ""),
                ("ssl_certificate_key /etc/nginx/rekey.key;", ""),
                ("192.0.2.11:8080", &format!("127.0.0.1:{}", servers[0])),
                ("192.0.2.12:8080", &format!("127.0.0.1:{}", servers[1])),
            ],
        );
        let text = format!(
            "daemon off;\nmaster_process off;\npid nginx.pid;\nerror_log error.log;\n\
             events {{ worker_connections 1024; }}\nhttp {{\naccess_log off;\n\
             client_body_temp_path body;\nproxy_temp_path proxy;\nfastcgi_temp_path fastcgi;\n\
             uwsgi_temp_path uwsgi;\nscgi_temp_path scgi;\n{server}\n}}\n"
        );
        std::fs::write(folder.join("nginx.conf"), text).unwrap();
        let mut command = Command::new("/usr/sbin/nginx");
        command.arg("-e").arg(folder.join("error.log"));
        command
            .arg("-p")
            .arg(folder)
            .arg("-c")
            .arg(folder.join("nginx.conf"));
        start(command, port, PathBuf::new()).await
    }

    /// Waits until HAProxy sends requests to as many servers.
    pub async fn has(&self, servers: usize) {
        let mut tick = interval(Duration::from_millis(50));
        loop {
            tick.tick().await;
            let mut stream = UnixStream::connect(&self.socket).await.unwrap();
            stream.write_all(b"show stat\n").await.unwrap();
            let mut said = String::new();
            stream.read_to_string(&mut said).await.unwrap();
            let is_server =
                |line: &&str| line.starts_with("rekey,one,") || line.starts_with("rekey,two,");
            let up = said
                .lines()
                .filter(is_server)
                .filter(|line| line.split(',').nth(17) == Some("UP"));
            if up.count() == servers {
                return;
            }
        }
    }
}
