use super::*;
use jiff::civil::date;
use rust_xlsxwriter::{ExcelDateTime, Format, Formula, Workbook};

fn csv(bytes: &[u8]) -> Result<Vec<Row>> {
    Sheet::read(bytes.to_vec(), "表.csv")?.rows()
}

fn says(e: &Error) -> String {
    e.to_string()
}

fn text(row: &Row, column: usize) -> String {
    row.cell(column).text().expect("text").unwrap_or_default()
}

#[test]
fn encodings_of_this_country_are_found_and_mixed_ones_refused() {
    let table = "树号,树种\nT-1,银杏\nT-2,\"香樟\n（大）\"\n\n'=T-3,樟树\n";
    let gbk = encoding_rs::GBK.encode(table).0.into_owned();
    let mut utf16 = vec![0xff, 0xfe];
    utf16.extend(table.encode_utf16().flat_map(u16::to_le_bytes));
    for bytes in [
        table.as_bytes().to_vec(),
        [b"\xef\xbb\xbf", table.as_bytes()].concat(),
        gbk.clone(),
        utf16,
        table.replace('\n', "\r\n").into_bytes(),
    ] {
        let rows = csv(&bytes).expect("reads");
        assert_eq!(rows.iter().map(|r| r.number).collect::<Vec<_>>(), [1, 2, 3, 5], "as the spreadsheet counts");
        assert_eq!(text(&rows[2], 1), "香樟\n（大）");
        assert_eq!(text(&rows[3], 0), "=T-3", "the guard of an export is taken off");
    }
    let mixed = [&gbk[..], "T-9,银杏\n".as_bytes()].concat();
    let e = csv(&mixed).expect_err("mixed");
    assert!(says(&e).contains("line 7"), "{e}");
    let mixed = [b"\xef\xbb\xbf", table.as_bytes(), &encoding_rs::GBK.encode("T-9,银杏\n").0].concat();
    assert!(says(&csv(&mixed).expect_err("mixed")).contains("mixes two encodings"));
    assert!(says(&csv(b"a,b\n\xff\xff\xff,1\n").expect_err("neither")).contains("line 2"));
    assert_eq!(csv("树号\t树种\nT-1\t银杏".as_bytes()).expect("tabs")[1].cells.len(), 2);
}

#[test]
fn files_that_are_no_sheets_are_refused() {
    assert!(says(&csv(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 old").expect_err("xls")).contains("save it as .xlsx"));
    assert!(says(&csv(b"\x89PNG\r\n\x1a\n\0\0\0").expect_err("png")).contains("neither"));
    assert!(says(&csv(b"PK\x03\x04 torn").expect_err("torn")).contains("broken"));
    let big = within_limit(300 << 20, MOST_BYTES).expect_err("300 MB");
    assert_eq!(big.kind(), Kind::TooLarge);
    assert!(says(&big).contains("300 MB"));
    let unclosed = format!("a,b\n\"{}", "x,\n".repeat(30_000));
    assert!(says(&csv(unclosed.as_bytes()).expect_err("a quote is missing")).contains("quote"));
    assert!(says(&csv("a,".repeat(600).as_bytes()).expect_err("wide")).contains("columns"));
}

#[test]
fn a_bomb_is_refused_before_it_is_unpacked_whole() {
    use std::io::Write;
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let how = zip::write::SimpleFileOptions::default();
    zip.start_file("xl/workbook.xml", how).expect("starts");
    zip.write_all(b"<workbook/>").expect("writes");
    zip.start_file("xl/worksheets/sheet1.xml", how).expect("starts");
    let zeros = vec![b' '; 16 << 20];
    for _ in 0..41 {
        zip.write_all(&zeros).expect("writes");
    }
    let bytes = zip.finish().expect("packs").into_inner();
    assert!(bytes.len() < 2 << 20);
    let e = Sheet::read(bytes, "bomb.xlsx").err().expect("refused");
    assert_eq!((e.kind(), e.code()), (Kind::TooLarge, "unpacks_too_large"));
}

fn book() -> Vec<u8> {
    let mut book = Workbook::new();
    let s = book.add_worksheet();
    s.set_name("古树").expect("a name");
    let day = Format::new().set_num_format("yyyy/m/d");
    s.write_string(0, 0, "树号").expect("writes");
    s.merge_range(1, 0, 2, 0, "T-1", &Format::new()).expect("merges");
    s.write_string(1, 1, "银杏").expect("writes");
    s.write_string(2, 1, "银杏").expect("writes");
    s.write_number(3, 0, 13_800_138_000_f64).expect("writes");
    s.write_datetime_with_format(3, 1, ExcelDateTime::from_ymd(2026, 9, 30).expect("a day"), &day).expect("writes");
    s.write_formula(3, 2, Formula::new("=1+1").set_result("2")).expect("writes");
    s.write_formula(3, 3, Formula::new("=A9").set_result("#REF!")).expect("writes");
    s.write_number(3, 4, 430_903_199_001_011_234_f64).expect("writes");
    s.set_row_hidden(3).expect("hides");
    s.write_boolean(9, 0, true).expect("writes");
    book.add_worksheet().set_name("说明").expect("a name");
    book.save_to_buffer().expect("saves")
}

#[test]
fn an_xlsx_is_read_with_its_oddities() {
    let mut sheet = Sheet::read(book(), "树.xlsx").expect("reads");
    let notes: Vec<String> = sheet.notes().iter().map(|n| n.zh.clone()).collect();
    assert!(notes.iter().any(|n| n.contains("说明")) && notes.iter().any(|n| n.contains("1 行是隐藏")), "{notes:?}");
    let rows = sheet.rows().expect("rows");
    assert_eq!(rows.iter().map(|r| (r.number, r.hidden)).collect::<Vec<_>>(), [(1, false), (2, false), (3, false), (4, true), (10, false)]);
    assert_eq!(text(&rows[1], 0), "T-1");
    assert!(rows[2].cell(0).text().expect_err("merged").wrong.en.contains("merged"));
    assert_eq!(text(&rows[3], 0), "13800138000", "a number as text keeps its digits");
    assert_eq!(rows[3].cell(1).date().expect("a day"), Some(date(2026, 9, 30)));
    assert!(rows[3].cell(2).formula && rows[3].cell(2).number().expect("its value") == Some(2.0));
    assert!(rows[3].cell(3).text().is_err(), "a formula whose value is an error");
    assert!(rows[3].cell(4).text().expect_err("18 digits as a number").right.zh.contains("文本"));
    assert_eq!(rows[4].cell(0).bool().expect("a truth"), Some(true));
}

#[test]
fn what_people_write_is_understood_or_explained() {
    let cell = Cell::typed;
    for s in ["2026-09-30", "2026/9/30", "2026.9.30", "2026年9月30日", "20260930", "２０２６／９／３０"] {
        assert_eq!(cell(s).date().expect(s), Some(date(2026, 9, 30)), "{s}");
    }
    for s in ["30/9/2026", "2026-13-01", "昨天", "2026-9", "26-9-30"] {
        assert!(cell(s).date().is_err(), "{s}");
    }
    let serial = Cell::new(Value::Number(46_295.0)).date().expect_err("a serial number");
    assert!(serial.right.zh.contains("2026-09-30"), "{serial:?}");
    assert_eq!(cell("2026/9/30 8:05").moment().expect("a time"), Some("2026-09-30T08:05:00+08:00".parse().expect("a time")));
    for s in ["1.38E+10", "4.30903E+17", "1.380013E+10"] {
        assert!(cell(s).text().expect_err(s).right.zh.contains("文本"), "{s}");
    }
    assert_eq!(cell("E+10路").text().expect("a name"), Some("E+10路".into()));
    assert_eq!(cell(" １,２３４.５ ").number().expect("a number"), Some(1234.5));
    assert!(cell("12米").number().is_err() && cell("nan").number().is_err() && cell("inf").number().is_err());
    assert_eq!(cell("√").bool().expect("a truth"), Some(true));
    assert!(cell("也许").bool().is_err());
    assert_eq!([0, 25, 26, 701, 702].map(letter), ["A", "Z", "AA", "ZZ", "AAA"]);
}
