//! PostgreSQL's protocol on a blocking socket of the thread's own: a journey is one write, one Sync and the answers.
//!
//! tokio-postgres signs in and then makes way. It would end each statement with a Sync of its own, which the server
//! answers each with a packet of its own, and pass each through a task and its channels: half of what a command costs.

use super::values;
use crate::{
    Row, Value,
    conn::{DbError, Fate},
};
use bytes::BytesMut;
use fallible_iterator::FallibleIterator;
use postgres_protocol::message::{
    backend::{ErrorResponseBody, Message},
    frontend,
};
use std::{
    fmt,
    io::{self, ErrorKind, Read, Write},
    net::{SocketAddr, TcpStream, ToSocketAddrs},
    os::unix::net::UnixStream,
    time::Duration,
};
use tokio_postgres::{
    Config, NoTls,
    config::{Host, TargetSessionAttrs},
    error::SqlState,
    types::{ToSql, Type},
};

/// What is sent before answers are read, in bytes: less than the sockets of both sides hold, so that neither waits for
/// the other to read.
const PIECE: usize = 32 * 1024;

const CONNECT: Duration = Duration::from_secs(5);

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
        let mut wire = Wire {
            socket,
            out: BytesMut::new(),
            incoming: BytesMut::new(),
            read: vec![0; PIECE].into(),
            named: 0,
            broken: false,
        };
        if config.get_target_session_attrs() == TargetSessionAttrs::ReadWrite {
            let asks = wire.prepare("show transaction_read_only")?;
            if !matches!(&wire.run(&[(&asks, &[])])?[0].rows[..], [Row(values)] if values == &[Value::Text("off".into())]) {
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

enum Socket {
    Tcp(TcpStream),
    Unix(UnixStream),
}

impl Socket {
    fn tcp(addresses: &[SocketAddr]) -> Result<Socket, DbError> {
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
    fn sign_in(&self, config: &Config) -> Result<(), DbError> {
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

    fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        match self {
            Socket::Tcp(stream) => stream.write_all(bytes),
            Socket::Unix(stream) => stream.write_all(bytes),
        }
    }

    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        match self {
            Socket::Tcp(stream) => stream.read(into),
            Socket::Unix(stream) => stream.read(into),
        }
    }
}

fn known(oid: u32) -> Type {
    Type::from_oid(oid).unwrap_or(Type::TEXT)
}

/// What the server said of a statement that it did not run.
#[derive(Debug, Default)]
struct Refused {
    code: String,
    message: String,
    /// Detail, hint, where, table and constraint, as far as they were named.
    more: Vec<String>,
}

impl Refused {
    fn read(body: &ErrorResponseBody) -> Result<Refused, DbError> {
        let mut refused = Refused::default();
        let mut fields = body.fields();
        while let Some(field) = fields.next()? {
            let value = String::from_utf8_lossy(field.value_bytes()).into_owned();
            match field.type_() {
                b'C' => refused.code = value,
                b'M' => refused.message = value,
                b'D' | b'H' | b'W' | b't' | b'n' => refused.more.push(value),
                _ => {}
            }
        }
        Ok(refused)
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.message, self.code)?;
        self.more.iter().try_for_each(|more| write!(f, "; {more}"))
    }
}

impl std::error::Error for Refused {}

/// Whether the server refused because this user may not.
pub(super) fn forbidden(e: &DbError) -> bool {
    e.cause.downcast_ref::<Refused>().is_some_and(|refused| refused.code == SqlState::INSUFFICIENT_PRIVILEGE.code())
}

fn fate(code: &SqlState) -> Fate {
    match *code {
        SqlState::T_R_SERIALIZATION_FAILURE | SqlState::T_R_DEADLOCK_DETECTED => Fate::Again,
        SqlState::ADMIN_SHUTDOWN | SqlState::CRASH_SHUTDOWN | SqlState::CANNOT_CONNECT_NOW | SqlState::DISK_FULL => Fate::Lost,
        _ => Fate::Command,
    }
}

impl From<Refused> for DbError {
    fn from(refused: Refused) -> DbError {
        let code = SqlState::from_code(&refused.code);
        DbError { fate: fate(&code), unique: code == SqlState::UNIQUE_VIOLATION, cause: refused.into() }
    }
}

/// Of signing in.
impl From<tokio_postgres::Error> for DbError {
    fn from(e: tokio_postgres::Error) -> DbError {
        DbError { fate: e.code().map_or(Fate::Lost, fate), unique: false, cause: e.into() }
    }
}

impl From<io::Error> for DbError {
    fn from(e: io::Error) -> DbError {
        DbError { fate: Fate::Lost, unique: false, cause: e.into() }
    }
}

/// A value or text that never leaves this process.
fn unsayable(why: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> DbError {
    DbError { fate: Fate::Command, unique: false, cause: why.into() }
}

pub(super) fn lost(why: &'static str) -> DbError {
    DbError { fate: Fate::Lost, unique: false, cause: why.into() }
}
