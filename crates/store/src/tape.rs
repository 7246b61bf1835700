//! A run on tape: the statements that the database was given, with their values, so that `bench driver` can play them again
//! by the bare driver. Recorded where `STORE_TAPE` names a file, which then holds all that was written, words too: for
//! measuring, never beside people's data.

use crate::{Sql, Value, conn::DbError};
use base::{Error, Result};
use serde::{Deserialize, Serialize};
use std::{
    fs::File,
    io::Write,
    path::Path,
    sync::{Arc, Mutex, PoisonError},
};

/// A file with one [`Piece`] a line, as JSON, in the order in which they were committed.
pub struct Tape(Mutex<File>);

/// One transaction that was committed, or one look.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Piece {
    /// Commands that were committed together; none in a look.
    pub commands: usize,
    pub statements: Vec<(String, Vec<Value>)>,
}

impl Tape {
    pub fn at(path: &Path) -> Result<Arc<Tape>> {
        Ok(Arc::new(Tape(Mutex::new(File::create(path).map_err(Error::unavailable)?))))
    }

    pub(crate) fn asked_for() -> Result<Option<Arc<Tape>>> {
        std::env::var_os("STORE_TAPE").map(|path| Tape::at(Path::new(&path))).transpose()
    }
}

/// What one connection was given since its transaction or look began.
pub(crate) struct Reel {
    tape: Arc<Tape>,
    piece: Piece,
    /// Where the command at work begins.
    mark: usize,
}

impl Reel {
    pub fn new(tape: Arc<Tape>) -> Reel {
        Reel { tape, piece: Piece::default(), mark: 0 }
    }

    pub fn clear(&mut self) {
        self.piece = Piece::default();
    }

    pub fn add(&mut self, sql: &Sql) {
        self.piece.statements.push((sql.text.to_string(), sql.values.clone()));
    }

    pub fn command(&mut self) {
        self.mark = self.piece.statements.len();
        self.piece.commands += 1;
    }

    /// The command at work leaves nothing.
    pub fn undo(&mut self) {
        self.piece.statements.truncate(self.mark);
        self.piece.commands -= 1;
    }

    /// Ends the piece by `commit` and keeps it. Nobody else commits meanwhile, so that the order on the tape is theirs.
    pub fn keep(&mut self, commit: impl FnOnce() -> Result<(), DbError>) -> Result<(), DbError> {
        let piece = std::mem::take(&mut self.piece);
        let mut file = self.tape.0.lock().unwrap_or_else(PoisonError::into_inner);
        commit()?;
        let line = serde_json::to_string(&piece).map(|line| line + "\n");
        if let Err(e) = line.map_err(std::io::Error::from).and_then(|line| file.write_all(line.as_bytes())) {
            tracing::error!(error = ?e, "the tape could not be written");
        }
        Ok(())
    }
}
