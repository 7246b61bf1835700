//! The dry run.

use super::{
    columns::Columns,
    read::{self, Read, Told},
    report::{Alike, Report, State},
    twins::{Twins, here},
};
use crate::{app::App, routes::matters::open_matter::triage};
use access::{Caller, Object};
use base::{AccountId, Code, Error, Result, Text, Time};
use language::Fingerprint;
use matters::Rules;
use packs::{Action, Facts, FieldKind, Flow, Form, Name, Subject};
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};
use sha2::{Digest, Sha256};
use std::{collections::HashMap, sync::Arc};
use store::{By, Reader, Unit, sql};
use things::import::RowFault;
use uuid::Uuid;

/// A file with what its bringer says of it.
pub struct Upload {
    pub flow: Name,
    pub bytes: Vec<u8>,
    pub name: String,
    /// The system it comes from: numbers are one in it.
    pub source: String,
    /// Where the messages belong; the county where nothing is said.
    pub region: Option<Code>,
    pub columns: Columns,
}

impl Upload {
    /// The columns as `heading=field`.
    pub fn new(flow: Name, bytes: Vec<u8>, name: &str, source: &str, region: Option<Code>, map: &[String]) -> Result<Upload> {
        let columns = Columns::said(map.iter().map(String::as_str))?;
        let good = (1..=40).contains(&source.len()) && source.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.'));
        if !good {
            return Err(Error::invalid("source", "来源应是 1 到 40 个字母、数字", "a source is 1 to 40 letters and digits"));
        }
        Ok(Upload { flow, bytes, name: name.chars().take(200).collect(), source: source.to_owned(), region, columns })
    }
}

/// A message that waits for its matter.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Staged {
    pub told: Told,
    pub form: Json,
    pub triage: Option<(String, i64)>,
    /// Number of the earlier message that it is the same as.
    pub same: Option<String>,
}

/// Reads the file, says what is wrong, stages the rest. Answers its id and the report; a dry run stages nothing.
pub async fn check(app: &App, caller: &Caller, upload: Upload, dry: bool) -> Result<(Uuid, Report)> {
    let home = caller.home;
    let rules = app.rules(home)?;
    let region = upload.region.unwrap_or(home.code());
    caller.check(Action::Import, &Subject::Flow(upload.flow.clone()), &Object::at(region)).map_err(|_| Error::forbidden())?;
    let flow = rules.flow(&upload.flow, region)?;
    let form =
        flow.opens.form.clone().ok_or_else(|| Error::invalid("flow", "这个流程没有表单，不能导入", "this flow has no form to fill in"))?;
    let file: [u8; 32] = Sha256::digest(&upload.bytes).into();
    let (columns, name, now) = (upload.columns.clone(), upload.name.clone(), app.store.now());
    let bytes = upload.bytes;
    let read = tokio::task::spawn_blocking(move || read::read(bytes, &name, &columns, now)).await.map_err(Error::internal)??;
    let numbers: Vec<(String, Time)> = read.told.iter().map(|t| (t.number.clone(), t.at)).collect();
    let source = upload.source.clone();
    let there = app.store.read(home, move |r| numbers_there(r, &source, &numbers)).await?;
    let keys: Vec<i64> =
        read.told.iter().filter(|t| !there.contains_key(&t.number)).flat_map(|t| Fingerprint::of(&t.words).keys()).collect();
    let (source, field) = (upload.source.clone(), format!("{}.words", form.id));
    let earlier = app.store.read(home, move |r| here(r, &source, &field, &keys)).await?;
    let job = Job { home, app: app.clone(), rules, flow, form, there, earlier };
    let (report, staged) = tokio::task::spawn_blocking(move || job.run(read)).await.map_err(Error::internal)??;
    let id = Uuid::now_v7();
    if dry {
        return Ok((id, report));
    }
    let begun =
        Begun { id, flow: upload.flow.to_string(), name: upload.name, file, source: upload.source, region, account: caller.account };
    let by = caller.account.map_or_else(|| By::system("intake"), By::account);
    for (i, some) in staged.chunks(STAGED).enumerate() {
        let some: Vec<String> = some.iter().map(serde_json::to_string).collect::<Result<_, _>>().map_err(Error::internal)?;
        app.store.command(home, by.clone(), move |unit| stage(unit, id, (i * STAGED) as i64, &some)).await?;
    }
    // The row comes last: staged rows without it are nobody's.
    let text = serde_json::to_string(&report).map_err(Error::internal)?;
    app.store.command(home, by, move |unit| begun.insert(unit, &text)).await?;
    Ok((id, report))
}

/// Rows of one unit.
const STAGED: usize = 100;

fn stage(unit: &mut Unit, id: Uuid, from: i64, bodies: &[String]) -> Result<()> {
    let home = unit.home();
    for (i, body) in bodies.iter().enumerate() {
        unit.write(
            sql("insert into intake_row (county, intake, n, body) values ($1, $2, $3, $4)")
                .bind(home)
                .bind(id)
                .bind(from + i as i64 + 1)
                .bind(body),
        )?;
    }
    Ok(())
}

#[derive(Clone)]
struct Begun {
    id: Uuid,
    flow: String,
    name: String,
    file: [u8; 32],
    source: String,
    region: Code,
    account: Option<AccountId>,
}

impl Begun {
    fn insert(&self, unit: &mut Unit, report: &str) -> Result<()> {
        let (home, now) = (unit.home(), unit.now());
        unit.write(
            sql("insert into intake_sheet (county, id, flow, name, file, source, region, state, made, account, done, report)
                 values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 0, $11)")
            .bind(home)
            .bind(self.id)
            .bind(&self.flow)
            .bind(&self.name)
            .bind(self.file)
            .bind(&self.source)
            .bind(self.region)
            .bind(State::Checked as i64)
            .bind(now)
            .bind(self.account)
            .bind(report),
        )
    }
}

/// Which of these numbers the source has given before, and when those messages were received.
fn numbers_there(r: &mut Reader, source: &str, numbers: &[(String, Time)]) -> Result<HashMap<String, Time>> {
    let mut found = HashMap::new();
    for some in numbers.chunks(400) {
        let mut q = sql("select outer_number, received_at from matter where county = ");
        q.arg(r.home()).push(" and source = ").arg(source).push(" and outer_number in ").list(some.iter().map(|(n, _)| n));
        found.extend(r.many::<(String, Time)>(q)?);
    }
    Ok(found)
}

struct Job {
    home: base::Home,
    app: App,
    rules: Arc<Rules>,
    flow: Arc<Flow>,
    form: Arc<Form>,
    there: HashMap<String, Time>,
    earlier: Vec<(String, String, Time)>,
}

impl Job {
    fn run(self, read: Read) -> Result<(Report, Vec<Staged>)> {
        let Read { mut told, wrong, faults, notes, columns } = read;
        let mut report = Report { total: told.len() + wrong, wrong, notes, columns, ..Report::default() };
        faults.into_iter().for_each(|f| report.fault(f));
        told.sort_by_key(|t| (t.at, t.row));
        let mut twins = Twins::new(&self.rules.calendar)?;
        for (number, words, at) in &self.earlier {
            twins.add(number.clone(), words.clone(), *at);
        }
        let model = self.app.triage(self.home, Some(&self.flow));
        let mut rows: HashMap<String, usize> = HashMap::new();
        let mut staged = Vec::new();
        for t in told {
            if let Some(fault) = self.number(&t, &mut rows) {
                report.wrong += 1;
                report.fault(fault);
                continue;
            }
            if self.there.contains_key(&t.number) {
                report.known += 1;
                continue;
            }
            let form = self.values(&t);
            if let Err(e) = self.form.check(&form, &Facts::new(), "form") {
                report.wrong += 1;
                faults_of(&t, &e).into_iter().for_each(|f| report.fault(f));
                continue;
            }
            let twin = twins.meet(&t);
            let text = format!("{}\n{}", t.title.as_deref().unwrap_or_default(), t.words);
            let triage = triage(&model, &self.flow, &text);
            let sure = self.flow.category.as_ref().is_some_and(|c| triage.as_ref().is_some_and(|(_, s)| *s >= c.confirm_below.0));
            report.staged += 1;
            report.answered += usize::from(t.answer.is_some());
            *(if sure { &mut report.sorted } else { &mut report.to_sort }) += 1;
            let same = twin.as_ref().filter(|w| w.same).map(|w| w.earlier.clone());
            report.same += usize::from(same.is_some());
            if let Some(w) = twin {
                report.alike(Alike { row: t.row, earlier: w.earlier, closeness: w.closeness, same: w.same });
            }
            staged.push(Staged { told: t, form, triage, same });
        }
        Ok((report, staged))
    }

    /// A number stands for one message.
    fn number(&self, t: &Told, rows: &mut HashMap<String, usize>) -> Option<RowFault> {
        let fault = |wrong: Text, right: Text| {
            Some(RowFault { row: t.row, column: Some("number".into()), value: t.number.chars().take(40).collect(), wrong, right })
        };
        if let Some(row) = rows.insert(t.number.clone(), t.row) {
            return fault(
                Text::new(format!("和第 {row} 行编号相同"), format!("row {row} has the same number")),
                Text::new("每个编号只留一行", "keep one row of each"),
            );
        }
        match self.there.get(&t.number) {
            Some(at) if *at != t.at => fault(
                Text::new(format!("这个编号已用于 {at} 的留言"), format!("this number belongs to a message of {at}")),
                Text::new("如果来自另一个系统，请另取来源名（source）", "if it comes from another system, name another source"),
            ),
            _ => None,
        }
    }

    /// The message as the flow's opening form.
    fn values(&self, t: &Told) -> Json {
        let has = |id: &str| self.form.fields.get(id).is_some_and(|f| matches!(f.kind, FieldKind::Text));
        match (&t.title, has("title")) {
            (Some(title), true) => json!({ "title": title, "words": t.words }),
            (Some(title), false) => json!({ "words": format!("{title}\n{}", t.words) }),
            (None, _) => json!({ "words": t.words }),
        }
    }
}

/// The form's own objections, as faults of the row.
fn faults_of(t: &Told, e: &Error) -> Vec<RowFault> {
    let mend = || Text::new("请按表单要求改", "mend it as the form asks");
    let one = |column: Option<String>, wrong: Text| RowFault { row: t.row, column, value: String::new(), wrong, right: mend() };
    if e.fields().is_empty() {
        return vec![one(None, e.text().clone())];
    }
    e.fields().iter().map(|f| one(Some(f.field.trim_start_matches("form.").to_owned()), f.text.clone())).collect()
}
