//! Reads the file on a thread of its own and hands over rows in batches, so that no more than a few batches are in memory.

use super::{
    build::{Builder, Said},
    columns::{self, Columns, Target},
    features,
    places::Places,
};
use crate::sheet::{Cell, Fault, Row, Sheet, Value, letter, refused, within_limit};
use base::{Code, Error, Result, Text};
use jiff::civil::Date;
use packs::Kind;
use std::collections::HashMap;
use tokio::sync::mpsc::{Receiver, Sender, channel};

/// Rows that are handed over at once.
const BATCH: usize = 250;

/// Rows at the top of a sheet among which the headings are looked for: above them stand titles.
const HEAD: usize = 10;

pub(super) enum Part {
    Columns(Columns),
    Rows(Vec<Said>),
    Notes(Vec<Text>),
}

pub(super) struct Job {
    /// As [`crate::check::of_rows`] gives it.
    pub kind: Kind,
    /// As it holds in townships that lay something over it.
    pub towns: HashMap<Code, Kind>,
    pub places: Places,
    pub today: Date,
    pub region: Option<Code>,
    pub name: String,
}

/// Begins to read. The thread ends when the receiver is dropped.
pub(super) fn begin(job: Job, bytes: Vec<u8>) -> Result<Receiver<Result<Part>>> {
    let (tell, told) = channel(2);
    std::thread::Builder::new()
        .name("import".into())
        .spawn(move || {
            let mut out = Out { tell, batch: Vec::new() };
            let outcome = if is_geojson(&bytes) { job.features(&bytes, &mut out) } else { job.sheet(bytes, &mut out) };
            let last = outcome.map(|notes| {
                out.flush();
                Part::Notes(notes)
            });
            let _ = out.tell.blocking_send(last);
        })
        .map_err(Error::internal)?;
    Ok(told)
}

fn is_geojson(bytes: &[u8]) -> bool {
    bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).iter().find(|b| !b.is_ascii_whitespace()) == Some(&b'{')
}

struct Out {
    tell: Sender<Result<Part>>,
    batch: Vec<Said>,
}

impl Out {
    /// False where nobody listens any more.
    fn row(&mut self, said: Said) -> bool {
        self.batch.push(said);
        self.batch.len() < BATCH || self.flush()
    }

    fn flush(&mut self) -> bool {
        let rows = std::mem::take(&mut self.batch);
        rows.is_empty() || self.tell.blocking_send(Ok(Part::Rows(rows))).is_ok()
    }
}

impl Job {
    fn sheet(&self, bytes: Vec<u8>, out: &mut Out) -> Result<Vec<Text>> {
        let mut sheet = Sheet::read(bytes, &self.name)?;
        let mut notes = sheet.notes().to_vec();
        let known = columns::known(&self.kind);
        let mut head: Vec<Row> = Vec::new();
        let mut columns: Option<Columns> = None;
        let mut formulas = 0;
        sheet.each(|row| {
            formulas += row.cells.iter().filter(|c| c.formula).count();
            if let Some(columns) = &columns {
                return Ok(out.row(self.row(columns, &row)));
            }
            head.push(row);
            if head.len() < HEAD {
                return Ok(true);
            }
            columns = Some(self.headings(&known, &mut head, &mut notes, out)?);
            Ok(columns.as_ref().is_some_and(|c| c.faults.is_empty()))
        })?;
        if columns.is_none() {
            self.headings(&known, &mut head, &mut notes, out)?;
        }
        if formulas > 0 {
            notes.push(Text::new(
                format!("有 {formulas} 格是公式，取的是保存时的结果"),
                format!("{formulas} cells are formulas; the values saved with them were taken"),
            ));
        }
        Ok(notes)
    }

    /// Finds the headings, and hands over the rows that were read in search of them.
    fn headings(&self, known: &HashMap<String, Target>, head: &mut Vec<Row>, notes: &mut Vec<Text>, out: &mut Out) -> Result<Columns> {
        let rows = std::mem::take(head);
        // The first of the best: a row of data never has more headings in it than the headings have.
        let best = rows.iter().enumerate().max_by_key(|(i, r)| (Columns::score(known, r), usize::MAX - i)).map(|(i, _)| i);
        let Some(at) = best.filter(|i| Columns::score(known, &rows[*i]) > 0) else {
            let names = self.kind.fields.values().map(|f| f.name.zh.as_str()).collect::<Vec<_>>();
            return Err(refused(
                format!("没有找到表头。前几行里应有一行列名，例如：{}、区划代码", names.join("、")),
                format!("no headings were found. One of the first rows must name the columns, such as {}, region", names.join(", ")),
            ));
        };
        if at > 0 {
            let row = rows[at].number;
            notes.push(Text::new(
                format!("表头在第 {row} 行，上面的标题没有读"),
                format!("the headings are in row {row}; what is above was not read"),
            ));
        }
        let columns = Columns::read(&self.kind, known, &rows[at]);
        let _ = out.tell.blocking_send(Ok(Part::Columns(columns.clone())));
        if columns.faults.is_empty() {
            for row in &rows[at + 1..] {
                out.row(self.row(&columns, row));
            }
        }
        Ok(columns)
    }

    fn row(&self, columns: &Columns, row: &Row) -> Said {
        let mut b = Builder::new(&self.kind, &self.towns, &self.places, self.today, row.number);
        for (i, cell) in row.cells.iter().enumerate().filter(|(_, c)| !c.is_empty()) {
            match columns.targets.get(i) {
                Some((Some(target), heading)) => b.cell(target, &format!("{} {heading}", letter(i)), cell),
                Some((None, heading)) if !heading.is_empty() => {}
                _ if cell.value == Value::Merged => {}
                _ => {
                    let wrong = ("这一格上面没有表头，可能整行错位了", "no heading stands above this cell; the row may be shifted");
                    b.fault(
                        Some(letter(i)),
                        cell,
                        Fault::new(wrong, ("把值移到它的列下，或补上表头", "move the value under its heading, or add one")),
                    );
                }
            }
        }
        b.finish(self.region, &|t| columns.at(t))
    }

    fn features(&self, bytes: &[u8], out: &mut Out) -> Result<Vec<Text>> {
        within_limit(bytes.len(), crate::sheet::MOST_BYTES)?;
        let known = columns::known(&self.kind);
        let mut left: Vec<String> = Vec::new();
        features::each(bytes, &mut |n, feature| {
            let mut b = Builder::new(&self.kind, &self.towns, &self.places, self.today, n);
            for (key, v) in feature["properties"].as_object().into_iter().flatten() {
                match known.get(&columns::plain(key)) {
                    Some(target) if !key.ends_with(columns::MASKED) => b.json(target, key, v),
                    _ if left.len() < 20 && !left.contains(key) => left.push(key.chars().take(40).collect()),
                    _ => {}
                }
            }
            if feature["type"] != "Feature" {
                let wrong = ("这一项不是 Feature", "this is no Feature");
                b.fault(None, &Cell::default(), Fault::new(wrong, (r#"{"type": "Feature", …}"#, r#"{"type": "Feature", …}"#)));
            }
            b.geometry(&feature["geometry"]);
            Ok(out.row(b.finish(self.region, &|t| match t {
                Target::Field(id) => Some(id.clone()),
                Target::Geometry => Some("geometry".to_owned()),
                _ => Some("region".to_owned()),
            })))
        })?;
        if left.is_empty() {
            return Ok(Vec::new());
        }
        let left = left.join("、");
        Ok(vec![Text::new(format!("这些属性没有读：{left}"), format!("these properties were not read: {left}"))])
    }
}
