//! XLSX (ECMA-376), streamed: the parts of a workbook of one sheet, with its strings inside the cells, so that nothing is
//! kept in memory. Strings are strings: nothing in it is a formula.

use super::{
    Export, Sink, failed,
    table::{Column, Out},
};
use crate::Thing;
use base::{Error, Result, Time};
use packs::Kind;
use std::io::Write;
use zip::{
    ZipWriter,
    write::{SimpleFileOptions, StreamWriter},
};

/// Rows of a sheet of Excel, without the two at the top and one at the end.
const MOST_ROWS: i64 = 1_048_573;
/// Characters of a cell of Excel.
const MOST_CHARACTERS: usize = 32_767;

const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";

/// Path and body of every part but the sheet.
const PARTS: [(&str, &str); 4] = [
    (
        "[Content_Types].xml",
        r#"<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>"#,
    ),
    (
        "_rels/.rels",
        r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#,
    ),
    (
        "xl/workbook.xml",
        r#"<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="台账" sheetId="1" r:id="rId1"/></sheets></workbook>"#,
    ),
    (
        "xl/_rels/workbook.xml.rels",
        r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#,
    ),
];

/// The first two rows stay in sight.
const SHEET: &str = r#"<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetViews><sheetView workbookViewId="0"><pane ySplit="2" topLeftCell="A3" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><sheetFormatPr defaultColWidth="16" defaultRowHeight="15"/><sheetData>"#;

pub(super) struct Xlsx<'w> {
    zip: ZipWriter<StreamWriter<&'w mut (dyn Write + Send)>>,
    columns: Vec<Column>,
    rows: i64,
    told: i64,
}

impl<'w> Xlsx<'w> {
    /// The first line says what this is: kind, filter, time, number of rows, and who took it out.
    pub fn begin(
        kind: &Kind,
        columns: Vec<Column>,
        what: &Export,
        total: i64,
        now: Time,
        out: &'w mut (dyn Write + Send),
    ) -> Result<Xlsx<'w>> {
        if total > MOST_ROWS {
            return Err(Error::invalid(
                "format",
                format!("有 {total} 行，XLSX 放不下，请导出 CSV"),
                format!("{total} rows do not fit into XLSX; export CSV"),
            ));
        }
        let mut x = Xlsx { zip: ZipWriter::new_stream(out), columns, rows: 0, told: total };
        let how = SimpleFileOptions::default();
        for (path, body) in PARTS {
            x.zip.start_file(path, how).map_err(failed)?;
            x.zip.write_all(format!("{HEAD}{body}").as_bytes()).map_err(failed)?;
        }
        x.zip.start_file("xl/worksheets/sheet1.xml", how).map_err(failed)?;
        let said = if what.said.is_empty() { "全部" } else { &what.said };
        let line = format!("{}；筛选：{said}；导出时间：{now}；{total} 行；导出人：{}", kind.name.zh, what.person);
        let mut head = format!("{HEAD}{SHEET}");
        row(&mut head, [Out::Text(line)]);
        row(&mut head, x.columns.iter().map(|c| Out::Text(c.heading.clone())));
        x.zip.write_all(head.as_bytes()).map_err(failed)?;
        Ok(x)
    }
}

impl Sink for Xlsx<'_> {
    fn row(&mut self, thing: &Thing) -> Result<()> {
        let mut xml = String::new();
        row(&mut xml, self.columns.iter().map(|c| c.of(thing)));
        self.rows += 1;
        self.zip.write_all(xml.as_bytes()).map_err(failed)
    }

    fn end(mut self: Box<Self>) -> Result<()> {
        let mut xml = String::new();
        if self.rows != self.told {
            row(&mut xml, [Out::Text(format!("导出期间台账有变化，实际 {} 行", self.rows))]);
        }
        xml.push_str("</sheetData></worksheet>");
        self.zip.write_all(xml.as_bytes()).map_err(failed)?;
        self.zip.finish().map_err(failed)?;
        Ok(())
    }
}

/// Cells without an address stand where they come; an empty one keeps the place.
fn row(xml: &mut String, cells: impl IntoIterator<Item = Out>) {
    xml.push_str("<row>");
    for cell in cells {
        match cell {
            Out::Empty => xml.push_str("<c/>"),
            Out::Number(n) => xml.push_str(&format!("<c><v>{n}</v></c>")),
            Out::Text(text) => {
                xml.push_str(r#"<c t="inlineStr"><is><t xml:space="preserve">"#);
                text.chars().take(MOST_CHARACTERS).for_each(|c| escape(xml, c));
                xml.push_str("</t></is></c>");
            }
        }
    }
    xml.push_str("</row>");
}

fn escape(xml: &mut String, c: char) {
    match c {
        '&' => xml.push_str("&amp;"),
        '<' => xml.push_str("&lt;"),
        '>' => xml.push_str("&gt;"),
        // XML 1.0 has no other control characters.
        '\t' | '\n' => xml.push(c),
        c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => {}
        c => xml.push(c),
    }
}
