//! One connection that is kept, and as little around a request as can be: for taking times.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::time::Instant;

/// A connection to a server.
pub struct Connection(BufReader<TcpStream>);

impl Connection {
    /// Connects to `http://address`.
    pub fn open(url: &str) -> Self {
        let address = url.strip_prefix("http://").unwrap();
        let stream = TcpStream::connect(address).unwrap();
        stream.set_nodelay(true).unwrap();
        Self(BufReader::new(stream))
    }

    /// Sends a request; returns the status and how many milliseconds the whole answer took.
    pub fn exchange(&mut self, request: &str) -> (u16, f64) {
        let began = Instant::now();
        self.0.get_mut().write_all(request.as_bytes()).unwrap();
        let mut line = String::new();
        self.0.read_line(&mut line).unwrap();
        let status = line.split(' ').nth(1).unwrap().parse().unwrap();
        let mut length = 0;
        loop {
            line.clear();
            self.0.read_line(&mut line).unwrap();
            if line == "\r\n" {
                break;
            }
            let (name, value) = line.split_once(':').unwrap();
            if name.eq_ignore_ascii_case("content-length") {
                length = value.trim().parse().unwrap();
            }
        }
        let mut body = vec![0; length];
        self.0.read_exact(&mut body).unwrap();
        (status, began.elapsed().as_secs_f64() * 1_000.0)
    }
}

/// A request with a body of JSON.
pub fn post(path: &str, headers: &[(&str, &str)], body: &str) -> String {
    let lines: Vec<_> = headers
        .iter()
        .map(|(name, value)| format!("{name}: {value}\r\n"))
        .collect();
    let lines = lines.concat();
    format!(
        "POST {path} HTTP/1.1\r\nhost: demo.localhost\r\ncontent-type: application/json\r\n{lines}\
         content-length: {}\r\n\r\n{body}",
        body.len()
    )
}
