//! What the bare driver does with the server's own SQL: a run of lifecycles is recorded on tape and played again on a copy
//! of the database as it was before, in the order in which it was committed, with a commit every [`BATCH`] commands.
//! Everything the server asked is on the tape: the look-ups of people who ask, and of what runs beside them, too.

mod bare;

use crate::{Args, county::County, http::round, lifecycle, running::name};
use bare::{Bare, Copy};
use base::{Error, Result};
use serde_json::json;
use std::{
    fs::File,
    io::{BufRead, BufReader},
    path::Path,
    time::{Duration, Instant},
};
use store::tape::Piece;

const BATCH: usize = 16;

/// Long enough for some thousand lifecycles; the tape of one is some 100 kB.
const RECORDED: Duration = Duration::from_secs(5);

/// `server`: lifecycles a second that it did without a tape.
pub async fn run(args: &Args, county: &County, server: f64) -> Result<()> {
    let copy = Copy::of(&crate::county::database(args)).await?;
    let file = std::env::temp_dir().join(format!("shuxiang-{}.tape", std::process::id()));
    let lifecycles = lifecycle::recorded(args, county, &file, RECORDED)?;
    let (mut bare, pieces) = (copy.connect().await?, read(&file)?);
    std::fs::remove_file(&file).map_err(Error::internal)?;
    let begun = Instant::now();
    let commands = play(&mut bare, &pieces).await?;
    let took = begun.elapsed().as_secs_f64();
    drop(bare);
    copy.remove().await?;
    let statements: usize = pieces.iter().map(|p| p.statements.len()).sum();
    let rate = lifecycles as f64 / took;
    println!(
        "{}",
        json!({ "bench": "driver", "database": name(args), "lifecycles_a_second": round(rate), "server": round(server), "share": round(server / rate),
            "commands": commands, "statements_a_lifecycle": round(statements as f64 / lifecycles as f64) })
    );
    Ok(())
}

fn read(tape: &Path) -> Result<Vec<Piece>> {
    let lines = BufReader::new(File::open(tape).map_err(Error::internal)?).lines();
    let mut pieces = Vec::new();
    for line in lines {
        // The server was killed: its last line may be cut short.
        let Ok(piece) = serde_json::from_str(&line.map_err(Error::internal)?) else { break };
        pieces.push(piece);
    }
    Ok(pieces)
}

/// Gives how many commands were played.
async fn play(bare: &mut Bare, pieces: &[Piece]) -> Result<usize> {
    let (mut all, mut batch, mut statements) = (0, 0, Vec::new());
    for piece in pieces {
        statements.extend(&piece.statements);
        batch += piece.commands;
        if batch >= BATCH {
            bare.transaction(&statements).await?;
            all += batch;
            batch = 0;
            statements.clear();
        }
    }
    bare.transaction(&statements).await?;
    Ok(all + batch)
}

#[cfg(test)]
mod tests;
