//! `shuxiang calendar due`: a line with a start and a term is answered with the moment.

use crate::{Calendar, Term};
use base::{Error, Result, Time};

/// `START<TAB>DURATION`, such as `2026-09-30T16:20+08:00<TAB>5 work-days`, is answered with the moment in RFC 3339;
/// behind a provisional one stands `<TAB>暂定 provisional`.
pub fn answer_line(calendar: &Calendar, line: &str) -> Result<String> {
    let (start, term) = line.trim_end_matches(['\r', '\n']).split_once('\t').ok_or_else(|| {
        Error::invalid(
            "line",
            format!("“{line}”应为 起点<TAB>期限，如 2026-09-30T16:20+08:00<TAB>5 work-days"),
            format!("\"{line}\" should be START<TAB>DURATION, such as 2026-09-30T16:20+08:00<TAB>5 work-days"),
        )
    })?;
    let due = calendar.due(start.trim().parse::<Time>()?, term.parse::<Term>()?);
    Ok(format!("{}{}", due.at, if due.provisional { "\t暂定 provisional" } else { "" }))
}
