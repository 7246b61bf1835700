//! PostgreSQL's protocol on a blocking socket of the thread's own: a journey is one write, one Sync and the answers.
//!
//! tokio-postgres signs in and then makes way. It would end each statement with a Sync of its own, which the server
//! answers each with a packet of its own, and pass each through a task and its channels: half of what a command costs.

use super::{
    refused::{Refused, lost, unsayable},
    socket::Socket,
    values,
};
use crate::{Row, Value, conn::DbError};
use bytes::BytesMut;
use fallible_iterator::FallibleIterator;
use postgres_protocol::message::{backend::Message, frontend};
use std::{
    io::{self, ErrorKind, Read},
    net::ToSocketAddrs,
    os::unix::net::UnixStream,
};
use tokio_postgres::{
    Config,
    config::{Host, TargetSessionAttrs},
    types::{ToSql, Type},
};

/// What is sent before answers are read, in bytes: less than the sockets of both sides hold, so that neither waits for
/// the other to read.
const PIECE: usize = 32 * 1024;

pub(super) struct Wire {
    socket: Socket,
    out: BytesMut,
    incoming: BytesMut,
    read: Box<[u8]>,
    named: u64,
    broken: bool,
}

/// A statement that the server has parsed.
pub(super) struct Prepared {
    name: String,
    params: Vec<Type>,
    columns: Vec<Type>,
}

/// A statement with its values.
pub(super) type Ask<'a> = (&'a Prepared, &'a [Value]);

#[derive(Default)]
pub(super) struct Answer {
    pub rows: Vec<Row>,
    /// Rows that were changed.
    pub changed: u64,
}

impl Wire {
    /// The first of the hosts that lets us in, and takes writes where the address asks for that.
    pub fn connect(config: &Config) -> Result<Wire, DbError> {
        let mut failed = lost("the address names no host");
        for (i, host) in config.get_hosts().iter().enumerate() {
            let ports = config.get_ports();
            let port = ports.get(i).or(ports.first()).copied().unwrap_or(5432);
            match Wire::open(config, i, host, port) {
                Ok(wire) => return Ok(wire),
                Err(e) => failed = e,
            }
        }
        Err(failed)
    }

    fn open(config: &Config, i: usize, host: &Host, port: u16) -> Result<Wire, DbError> {
        let socket = match (config.get_hostaddrs().get(i), host) {
            (Some(ip), _) => Socket::tcp(&[(*ip, port).into()])?,
            (None, Host::Tcp(name)) => Socket::tcp(&(name.as_str(), port).to_socket_addrs()?.collect::<Vec<_>>())?,
            (None, Host::Unix(folder)) => Socket::Unix(UnixStream::connect(folder.join(format!(".s.PGSQL.{port}")))?),
        };
        socket.sign_in(config)?;
        let mut wire =
            Wire { socket, out: BytesMut::new(), incoming: BytesMut::new(), read: vec![0; PIECE].into(), named: 0, broken: false };
        if config.get_target_session_attrs() == TargetSessionAttrs::ReadWrite {
            let read_only = wire.prepare("show transaction_read_only")?;
            let answers = wire.run(&[(&read_only, &[])])?;
            if !answers.iter().any(|a| matches!(&a.rows[..], [Row(values)] if *values == [Value::Text("off".into())])) {
                return Err(lost("the database takes no writes"));
            }
        }
        Ok(wire)
    }

    /// Nothing can be asked here any more.
    pub fn is_closed(&self) -> bool {
        self.broken
    }

    pub fn prepare(&mut self, text: &str) -> Result<Prepared, DbError> {
        self.named += 1;
        let name = format!("s{}", self.named);
        frontend::parse(&name, text, [], &mut self.out).and_then(|()| frontend::describe(b'S', &name, &mut self.out)).map_err(unsayable)?;
        let mut prepared = Prepared { name, params: Vec::new(), columns: Vec::new() };
        self.journey(|message| {
            match message {
                Message::ParameterDescription(body) => prepared.params = body.parameters().map(|oid| Ok(known(oid))).collect()?,
                Message::RowDescription(body) => prepared.columns = body.fields().map(|field| Ok(known(field.type_oid()))).collect()?,
                _ => {}
            }
            Ok(())
        })?;
        Ok(prepared)
    }

    /// Sends the statements in their order and reads all answers. The first that fails is the error; none after it is run.
    pub fn run(&mut self, asks: &[Ask]) -> Result<Vec<Answer>, DbError> {
        let mut answers = Vec::with_capacity(asks.len());
        let mut sent = 0;
        for (i, ask) in asks.iter().enumerate() {
            let before = self.out.len();
            if let Err(e) = self.bind(ask) {
                self.out.clear();
                return Err(e);
            }
            if before > 0 && self.out.len() > PIECE {
                let newest = self.out.split_off(before);
                self.answers(&asks[sent..i], &mut answers)?;
                (self.out, sent) = (newest, i);
            }
        }
        self.answers(&asks[sent..], &mut answers)?;
        Ok(answers)
    }

    fn bind(&mut self, (prepared, values): &Ask) -> Result<(), DbError> {
        if values.len() != prepared.params.len() {
            return Err(unsayable(format!("{} values for {} parameters", values.len(), prepared.params.len())));
        }
        let typed = values.iter().zip(&prepared.params);
        let write = |(value, ty): (&Value, &Type), out: &mut BytesMut| {
            value.to_sql_checked(ty, out).map(|null| match null {
                tokio_postgres::types::IsNull::Yes => postgres_protocol::IsNull::Yes,
                tokio_postgres::types::IsNull::No => postgres_protocol::IsNull::No,
            })
        };
        frontend::bind("", &prepared.name, [1], typed, write, [1], &mut self.out).map_err(|e| match e {
            frontend::BindError::Conversion(e) => unsayable(e),
            frontend::BindError::Serialization(e) => unsayable(e),
        })?;
        frontend::execute("", 0, &mut self.out).map_err(unsayable)
    }

    fn answers(&mut self, asks: &[Ask], answers: &mut Vec<Answer>) -> Result<(), DbError> {
        let mut asks = asks.iter();
        let (mut columns, mut answer) = (&[][..], Answer::default());
        self.journey(|message| {
            match message {
                Message::BindComplete => columns = asks.next().map_or(&[][..], |(prepared, _)| &prepared.columns),
                Message::DataRow(body) => answer.rows.push(values::read(&body, columns)?),
                Message::CommandComplete(body) => {
                    // `INSERT 0 5`, `UPDATE 5`, `SELECT 5`, `BEGIN`
                    answer.changed = body.tag()?.rsplit(' ').next().and_then(|n| n.parse().ok()).unwrap_or(0);
                    answers.push(std::mem::take(&mut answer));
                }
                Message::EmptyQueryResponse => answers.push(Answer::default()),
                _ => {}
            }
            Ok(())
        })
    }

    /// Sends what has been put together and gives the answers to `take`, up to the end that the Sync asked for.
    fn journey(&mut self, take: impl FnMut(Message) -> Result<(), DbError>) -> Result<(), DbError> {
        frontend::sync(&mut self.out);
        self.leave()?;
        self.until_ready(take)
    }

    fn leave(&mut self) -> Result<(), DbError> {
        let written = self.socket.write_all(&self.out);
        self.out.clear();
        written.map_err(|e| self.gone(e))
    }

    fn until_ready(&mut self, mut take: impl FnMut(Message) -> Result<(), DbError>) -> Result<(), DbError> {
        let mut failed = None;
        loop {
            match self.next() {
                // What the server said before it went tells more than that it went.
                Err(e) => return Err(failed.unwrap_or(e)),
                Ok(Message::ReadyForQuery(_)) => return failed.map_or(Ok(()), Err),
                Ok(Message::ErrorResponse(body)) => failed = failed.or(Some(Refused::read(&body)?.into())),
                // The rest is still read: the next journey begins behind it.
                Ok(message) => failed = failed.or(take(message).err()),
            }
        }
    }

    fn next(&mut self) -> Result<Message, DbError> {
        loop {
            if let Some(message) = Message::parse(&mut self.incoming).map_err(|e| self.gone(e))? {
                return Ok(message);
            }
            match self.socket.read(&mut self.read) {
                Ok(0) => return Err(self.gone(ErrorKind::UnexpectedEof.into())),
                Ok(n) => self.incoming.extend_from_slice(&self.read[..n]),
                Err(e) if e.kind() == ErrorKind::Interrupted => {}
                Err(e) => return Err(self.gone(e)),
            }
        }
    }

    fn gone(&mut self, e: io::Error) -> DbError {
        self.broken = true;
        e.into()
    }

    /// Statements without values, one after the other.
    pub fn script(&mut self, text: &str) -> Result<(), DbError> {
        self.say(text)?;
        self.until_ready(|_| Ok(()))
    }

    fn say(&mut self, text: &str) -> Result<(), DbError> {
        frontend::query(text, &mut self.out).map_err(unsayable)?;
        self.leave()
    }

    /// `copy … to stdout`, piece by piece.
    pub fn copy_out(&mut self, statement: &str, mut f: impl FnMut(&[u8]) -> io::Result<()>) -> Result<(), DbError> {
        self.say(statement)?;
        self.until_ready(|message| match message {
            Message::CopyData(body) => Ok(f(body.data())?),
            _ => Ok(()),
        })
    }

    /// `copy … from stdin`; gives how many rows came in.
    pub fn copy_in(&mut self, statement: &str, from: &mut dyn Read) -> Result<u64, DbError> {
        self.say(statement)?;
        match self.next()? {
            Message::CopyInResponse(_) => {}
            Message::ErrorResponse(body) => {
                self.until_ready(|_| Ok(()))?;
                return Err(Refused::read(&body)?.into());
            }
            _ => return Err(self.gone(ErrorKind::InvalidData.into())),
        }
        let (mut piece, mut unread) = (vec![0; 1 << 18], None);
        loop {
            match from.read(&mut piece) {
                Ok(0) => break frontend::copy_done(&mut self.out),
                Ok(n) => frontend::CopyData::new(&piece[..n]).map_err(unsayable)?.write(&mut self.out),
                Err(e) if e.kind() == ErrorKind::Interrupted => continue,
                Err(e) => {
                    frontend::copy_fail("the source could not be read", &mut self.out).map_err(unsayable)?;
                    break unread = Some(e);
                }
            }
            self.leave()?;
        }
        self.leave()?;
        let mut rows = 0;
        let ended = self.until_ready(|message| {
            if let Message::CommandComplete(body) = message {
                rows = body.tag()?.rsplit(' ').next().and_then(|n| n.parse().ok()).unwrap_or(0);
            }
            Ok(())
        });
        unread.map_or(Ok(()), |e| Err(e.into())).and(ended)?;
        Ok(rows)
    }
}

impl Drop for Wire {
    /// Said politely, the server ends the session without a line in its log.
    fn drop(&mut self) {
        self.out.clear();
        frontend::terminate(&mut self.out);
        let _ = self.socket.write_all(&self.out);
    }
}

fn known(oid: u32) -> Type {
    Type::from_oid(oid).unwrap_or(Type::TEXT)
}
