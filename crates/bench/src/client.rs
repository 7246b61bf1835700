//! A keep-alive HTTP client of a hundred lines, so that the load costs little beside what it measures.

use base::{Error, Result};
use serde_json::Value as Json;
use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpStream},
    time::Duration,
};

pub struct Client {
    to: SocketAddr,
    stream: BufReader<TcpStream>,
    token: String,
}

pub struct Answer {
    pub status: u16,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn json(&self) -> Result<Json> {
        serde_json::from_slice(&self.body).map_err(Error::internal)
    }

    /// The body, or what was said instead.
    pub fn ok(&self, what: &str) -> Result<Json> {
        if self.status < 300 {
            return self.json();
        }
        Err(Error::internal(format!("{what}: {} {}", self.status, String::from_utf8_lossy(&self.body))))
    }
}

impl Client {
    pub fn connect(to: SocketAddr, token: &str) -> Result<Client> {
        let stream = TcpStream::connect(to).map_err(Error::unavailable)?;
        stream.set_nodelay(true).map_err(Error::internal)?;
        stream.set_read_timeout(Some(Duration::from_secs(30))).map_err(Error::internal)?;
        Ok(Client { to, stream: BufReader::new(stream), token: token.to_owned() })
    }

    pub fn get(&mut self, path: &str) -> Result<Answer> {
        self.send("GET", path, None, None)
    }

    pub fn post(&mut self, path: &str, body: &Json, key: &str) -> Result<Answer> {
        self.send("POST", path, Some(body.to_string()), Some(key))
    }

    fn send(&mut self, method: &str, path: &str, body: Option<String>, key: Option<&str>) -> Result<Answer> {
        let mut head = format!("{method} {path} HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {}\r\n", self.to, self.token);
        if let Some(key) = key {
            head.push_str(&format!("Idempotency-Key: {key}\r\n"));
        }
        match &body {
            Some(body) => head.push_str(&format!("Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}", body.len())),
            None => head.push_str("\r\n"),
        }
        self.stream.get_mut().write_all(head.as_bytes()).map_err(Error::unavailable)?;
        self.read()
    }

    fn read(&mut self) -> Result<Answer> {
        let mut line = String::new();
        self.stream.read_line(&mut line).map_err(Error::unavailable)?;
        let status = line.split(' ').nth(1).and_then(|s| s.parse().ok()).ok_or_else(|| Error::unavailable("the connection was closed"))?;
        let mut length = 0;
        loop {
            line.clear();
            self.stream.read_line(&mut line).map_err(Error::unavailable)?;
            let header = line.trim_end().to_ascii_lowercase();
            if header.is_empty() {
                break;
            }
            if let Some(n) = header.strip_prefix("content-length:") {
                length = n.trim().parse().unwrap_or(0);
            }
        }
        let mut body = vec![0; length];
        self.stream.read_exact(&mut body).map_err(Error::unavailable)?;
        Ok(Answer { status, body })
    }
}
