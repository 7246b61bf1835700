//! CSV in UTF-8 with a mark, so that spreadsheets of this country read it right.

use super::{
    Sink, failed,
    table::{Column, Out},
};
use crate::Thing;
use base::Result;
use std::io::Write;

pub(super) struct Csv<'w> {
    out: csv::Writer<&'w mut (dyn Write + Send)>,
    columns: Vec<Column>,
}

impl<'w> Csv<'w> {
    pub fn begin(columns: Vec<Column>, out: &'w mut (dyn Write + Send)) -> Result<Csv<'w>> {
        out.write_all(b"\xef\xbb\xbf").map_err(failed)?;
        let mut out = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(out);
        out.write_record(columns.iter().map(|c| guarded(c.heading.clone()))).map_err(failed)?;
        Ok(Csv { out, columns })
    }
}

impl Sink for Csv<'_> {
    fn row(&mut self, thing: &Thing) -> Result<()> {
        for c in &self.columns {
            let text = match c.of(thing) {
                Out::Empty => String::new(),
                Out::Number(n) => n.to_string(),
                Out::Text(t) => guarded(t),
            };
            self.out.write_field(text).map_err(failed)?;
        }
        self.out.write_record(None::<&[u8]>).map_err(failed)
    }

    fn end(mut self: Box<Self>) -> Result<()> {
        self.out.flush().map_err(failed)
    }
}

/// A text that a spreadsheet would run as a formula gets an apostrophe before it, which [`crate::sheet`] takes off again.
fn guarded(text: String) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}") } else { text }
}
