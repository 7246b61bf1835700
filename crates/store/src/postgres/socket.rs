//! The socket to PostgreSQL, and how one signs in on it.

use super::refused::lost;
use crate::conn::DbError;
use std::{
    io::{self, Read, Write},
    net::{SocketAddr, TcpStream},
    os::unix::net::UnixStream,
    time::Duration,
};
use tokio_postgres::{Config, NoTls};

const CONNECT: Duration = Duration::from_secs(5);

pub(super) enum Socket {
    Tcp(TcpStream),
    Unix(UnixStream),
}

impl Socket {
    pub fn tcp(addresses: &[SocketAddr]) -> Result<Socket, DbError> {
        let mut failed = lost("the host has no address");
        for address in addresses {
            match TcpStream::connect_timeout(address, CONNECT) {
                Ok(stream) => {
                    stream.set_nodelay(true)?;
                    // A server that vanished without a word is noticed in about a minute.
                    let alive = socket2::TcpKeepalive::new().with_time(Duration::from_secs(30)).with_interval(Duration::from_secs(10));
                    socket2::SockRef::from(&stream).set_tcp_keepalive(&alive.with_retries(3))?;
                    return Ok(Socket::Tcp(stream));
                }
                Err(e) => failed = e.into(),
            }
        }
        Err(failed)
    }

    /// Lets tokio-postgres introduce us and prove the password, on a second handle of the same socket: when the server is
    /// ready it has nothing more to say until it is asked.
    pub fn sign_in(&self, config: &Config) -> Result<(), DbError> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(async {
            let signed_in = tokio::time::timeout(CONNECT, async {
                match self {
                    Socket::Tcp(stream) => {
                        let twin = stream.try_clone()?;
                        twin.set_nonblocking(true)?;
                        config.connect_raw(tokio::net::TcpStream::from_std(twin)?, NoTls).await.map(drop)
                    }
                    Socket::Unix(stream) => {
                        let twin = stream.try_clone()?;
                        twin.set_nonblocking(true)?;
                        config.connect_raw(tokio::net::UnixStream::from_std(twin)?, NoTls).await.map(drop)
                    }
                }
                .map_err(DbError::from)
            });
            signed_in.await.unwrap_or_else(|_| Err(lost("the database did not answer in time")))
        })?;
        match self {
            Socket::Tcp(stream) => stream.set_nonblocking(false),
            Socket::Unix(stream) => stream.set_nonblocking(false),
        }?;
        Ok(())
    }

    pub fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        match self {
            Socket::Tcp(stream) => stream.write_all(bytes),
            Socket::Unix(stream) => stream.write_all(bytes),
        }
    }

    pub fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        match self {
            Socket::Tcp(stream) => stream.read(into),
            Socket::Unix(stream) => stream.read(into),
        }
    }
}
