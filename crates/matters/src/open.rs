//! Opening a matter.

use crate::{Course, Identity, Matter, Past, Rules, door, form, who::passed_json};
use access::{Basis, Caller};
use base::{AccountId, Code, Error, MatterId, Result, SeatId, Time};
use calendar::Term;
use packs::{Door, FieldKind, Flow, Form, Name};
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};
use sha2::{Digest, Sha256};
use std::sync::{Arc, OnceLock};
use store::{By, Entry, Reader, Unit, sql};
use uuid::Uuid;

/// What is told.
#[derive(Clone, Debug)]
pub struct Opening {
    pub flow: Name,
    pub door: Door,
    /// The flow's opening form. Its place gives the region, its identity field how the sender leaves a name, its party
    /// field whom the report is about.
    pub form: Json,
    /// Where the form has no place.
    pub region: Option<Code>,
    /// Code of the flow's list.
    pub category: Option<String>,
    /// What triage suggested, and how sure it was, in millionths.
    pub triage: Option<(String, i64)>,
    pub urgent: bool,
    /// The person whose matter it is, where somebody else writes it down.
    pub resident: Option<AccountId>,
    pub for_another: Option<ForAnother>,
    pub outer: Option<Outer>,
    /// When it was told, by the device's clock, corrected: shown, decides nothing.
    pub told_at: Option<Time>,
    /// Search terms of its words, cut beforehand.
    pub terms: String,
    /// Whom it is about beside those that its form names by an id.
    pub about: Vec<Uuid>,
    /// SHA-256 of the code with which a sender without an account follows it.
    pub receipt: Option<[u8; 32]>,
}

/// How a person spoke whose words another wrote down.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ForAnother {
    pub by: Spoke,
    /// It was read back to her and she agreed.
    pub agreed: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Spoke {
    Phone,
    Desk,
    Visit,
}

/// Where an order of another system comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outer {
    pub source: String,
    pub number: String,
    pub due: Option<Time>,
}

/// What the sender is given.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Opened {
    pub id: MatterId,
    /// The same outer order had come before.
    pub known: bool,
    /// There once the command is committed; not where it was known, nor in the answer to a request that came again.
    #[serde(skip)]
    pub number: Arc<OnceLock<String>>,
}

impl Opened {
    pub(crate) fn known(id: MatterId) -> Opened {
        Opened { id, known: true, number: Arc::default() }
    }
}

pub fn open(unit: &mut Unit, rules: &Rules, caller: &Caller, o: &Opening) -> Result<Opened> {
    let any = rules.catalogue.flow(&o.flow.pack, &o.flow.id).ok_or_else(Error::not_found)?;
    let place = place(unit, any, o)?;
    let flow = rules.flow(&o.flow, place)?;
    let basis = door::may_open(&flow, caller, o, place)?;
    door::may_come_by(&flow, caller, o, basis, place)?;
    // Only who may open it is told that it came before.
    if let Some(known) = known(unit, o)? {
        return Ok(Opened::known(known));
    }
    // Whoever leaves no name leaves none in the journal either.
    let nameless = basis == Basis::Owner && identity(&flow, o) == Identity::Anonymous;
    unit.act_as(if nameless { By::nobody() } else { caller.by(basis) });
    begin(unit, rules, &flow, caller, o, Start { place, basis, parent: None, lead: None, about: &[], past: None })
}

/// Opened by a pack's reaction or plan, which acts already: held by `lead` where it names a seat, and hidden from whom
/// the matter that caused it is about.
pub fn open_by_pack(unit: &mut Unit, rules: &Rules, o: &Opening, lead: Option<SeatId>, about: &[Uuid]) -> Result<Opened> {
    if let Some(known) = known(unit, o)? {
        return Ok(Opened::known(known));
    }
    let any = rules.catalogue.flow(&o.flow.pack, &o.flow.id).ok_or_else(Error::not_found)?;
    let place = place(unit, any, o)?;
    let flow = rules.flow(&o.flow, place)?;
    let caller = Caller::system(unit.home(), rules.catalogue.clone());
    let start = Start { place, basis: Basis::System, parent: None, lead, about, past: None };
    begin(unit, rules, &flow, &caller, o, start)
}

/// The same order twice is one matter.
pub(crate) fn known(unit: &mut Unit, o: &Opening) -> Result<Option<MatterId>> {
    let Some(outer) = &o.outer else { return Ok(None) };
    let home = unit.home();
    let row: Option<(MatterId,)> = unit.one(
        sql("select id from matter where county = $1 and source = $2 and outer_number = $3")
            .bind(home)
            .bind(&outer.source)
            .bind(&outer.number),
    )?;
    Ok(row.map(|(id,)| id))
}

/// Where the form says it is, if that is a code: to be looked up ahead.
pub fn place_of(flow: &Flow, o: &Opening) -> Option<Code> {
    let field = flow.opens.form.as_ref()?.fields.values().find(|f| matches!(f.kind, FieldKind::Place))?;
    o.form.get(&field.id)?.get("region")?.as_str()?.parse().ok()
}

/// The region, known to the village at least where the form asks for it.
pub(crate) fn place(r: &mut Reader, flow: &Flow, o: &Opening) -> Result<Code> {
    let field = flow.opens.form.as_ref().and_then(|f| f.fields.values().find(|f| matches!(f.kind, FieldKind::Place)));
    let told = field.and_then(|f| o.form.get(&f.id)).and_then(|p| p.get("region")).and_then(Json::as_str);
    match told {
        Some(code) => code.parse().map_err(|_| {
            let name = field.map_or("place", |f| f.id.as_str());
            Error::invalid(
                format!("form.{name}.region"),
                "区划代码不对，请从列表里选村",
                "the region code is wrong; pick the village from the list",
            )
        }),
        // What is kept apart goes to the county, wherever its sender lives.
        None if flow.apart && o.region.is_none() => Ok(r.home().code()),
        None => {
            let code = o.region.ok_or_else(|| Error::invalid("form.place", "请写明在哪个村", "say in which village"))?;
            // The county itself is always there. What the form names is looked up with the rest of it.
            if code != r.home().code() && code.home() == r.home() {
                access::region_there(r, code, "region")?;
            }
            Ok(code)
        }
    }
}

/// From where a matter begins.
pub(crate) struct Start<'a> {
    pub place: Code,
    pub basis: Basis,
    /// The matter that opens it and waits for it. It then has its parent's words and no form of its own.
    pub parent: Option<&'a Matter>,
    /// The seat that leads it, where its parent's flow says so.
    pub lead: Option<SeatId>,
    /// Whom it is about beside those its form names.
    pub about: &'a [Uuid],
    /// What is known of it before it came here.
    pub past: Option<&'a Past>,
}

pub(crate) fn begin(unit: &mut Unit, rules: &Rules, flow: &Arc<Flow>, caller: &Caller, o: &Opening, start: Start) -> Result<Opened> {
    let Start { place, basis, parent, lead, about: also, past } = start;
    let now = unit.now();
    let told = past.map_or(now, |p| p.received_at);
    let version = rules.version(flow)?;
    let source = o.outer.as_ref().map_or_else(|| o.door.word().to_owned(), |x| x.source.clone());
    let clock: Term = match (&flow.clock.urgent, o.urgent) {
        (Some(urgent), true) => urgent.on(told),
        _ => flow.clock.due.on(told),
    };
    let due = rules.calendar.due(told, clock);
    let nobody = SeatId::from_uuid(Uuid::nil());
    let mut m = Matter::new(&flow.name_of(), &version, &flow.first().id, place, lead.unwrap_or(nobody), told, due.at, &source);
    m.provisional = due.provisional;
    // A clock that ran out before it came here is late from the start; its consequence was another's to bear.
    m.clock_late = past.is_some() && due.at <= now;
    m.same_as = past.and_then(|p| p.same_as);
    m.urgent = o.urgent;
    m.opener = caller.account;
    if let Basis::Seat { seat, .. } = basis {
        m.opener_seat = Some(seat);
    }
    m.outer_number = o.outer.as_ref().map(|x| x.number.clone());
    m.outer_due = o.outer.as_ref().and_then(|x| x.due);
    m.triage = o.triage.as_ref().map(|(label, _)| label.clone());
    m.confidence = o.triage.as_ref().map(|(_, c)| *c);
    m.category = category(flow, o)?;
    m.spot = parent.map_or_else(|| spot(flow, &o.form), |p| p.spot);
    m.receipt = o.receipt.map(|r| r.to_vec());
    sender(flow, caller, o, basis, &mut m)?;
    let mut about = match parent {
        Some(parent) => crate::who::about(unit, parent)?,
        None => crate::about::named(unit, flow, caller, o)?,
    };
    about.extend_from_slice(also);
    about.extend_from_slice(&o.about);
    about.sort_unstable();
    about.dedup();
    let mut course = Course::begin(rules, flow.clone(), about, m);
    if let Some(parent) = parent {
        course.m.parent = Some(parent.id);
        course.m.title = parent.title.clone();
        course.m.category = parent.category.clone();
    }
    let words = match &flow.opens.form {
        Some(form) if parent.is_none() => {
            let taken = form::take(unit, &course, form, &o.form, "form")?;
            course.m.title = title(flow, form, &o.form);
            let mut body = json!({});
            body[&form.id] = taken.body;
            if let Some(f) = &o.for_another {
                body["for_another"] = json!(f);
            }
            course.m.set_body(&body);
            taken.words
        }
        _ => json!({}),
    };
    let sorted = past.and_then(|_| course.sorted());
    let first = sorted.as_ref().map_or_else(|| flow.first().id.clone(), |(next, _)| next.clone());
    let mut passed = course.enter(unit, &first, sorted.as_ref().map(|(_, mv)| mv))?;
    if let Some(lead) = lead {
        course.m.holder = lead;
    } else if course.m.holder == nobody {
        let found = course.lowest(unit)?;
        course.m.holder = found.seat.id;
        passed.extend(found.passed);
    }
    let answer = past.and_then(|p| p.answered.as_ref()).map(|a| course.answered_before(unit, a)).transpose()?;
    let (home, m) = (unit.home(), &course.m);
    crate::matter::insert(unit, m)?;
    for seat in [m.offered, m.waits_seat].into_iter().flatten() {
        crate::part::add(unit, m, seat, if m.offered == Some(seat) { crate::part::OFFERED } else { crate::part::WAITS })?;
    }
    for a in &course.about {
        unit.write(sql("insert into matter_about (county, subject, about) values ($1, $2, $3)").bind(home).bind(m.id).bind(*a))?;
    }
    if m.open {
        crate::matter::set_timer(unit, m)?;
    }
    if !o.terms.is_empty() {
        unit.index("matter", m.id.uuid(), &o.terms)?;
    }
    let (id, year) = (m.id, now.date().year());
    let opened = Opened { id, known: false, number: Arc::default() };
    let told = opened.number.clone();
    unit.number(format!("matter/{year}"), move |n| {
        let number = told.get_or_init(|| format!("{year}-{n:06}"));
        sql("update matter set number = $1 where county = $2 and id = $3").bind(number).bind(home).bind(id)
    });
    let mut payload = json!({
        "flow": flow.name_of(), "version": version, "step": first, "open": m.open, "holder": m.holder, "due": m.due, "clock_due": m.clock_due, "category": m.category,
        "door": o.door, "source": m.source, "outer": m.outer_number, "offered": m.offered, "passed": passed_json(&passed),
        "told_at": o.told_at, "for_another": o.for_another, "parent": m.parent, "words": words,
    });
    if past.is_some() {
        payload["past"] = json!({ "received_at": m.received_at, "answered_at": m.answered_at, "same_as": m.same_as, "words": answer });
    }
    let kind = if past.is_some() { "matter.brought" } else { "matter.opened" };
    unit.record(Entry::new(kind, ("matter", id.uuid()), Some(place), payload));
    // A sheet's sender waits for no receipt.
    if let (Some(outer), None) = (&o.outer, past) {
        unit.send(
            crate::OUTER,
            &json!({ "county": unit.home().to_string(), "what": "receipt", "source": outer.source, "number": outer.number, "matter": id }),
        )?;
    }
    Ok(opened)
}

/// Where on the map, as the form's place says it. A place that is a person's own is on no map.
fn spot(flow: &Flow, form: &Json) -> Option<i64> {
    let field = flow.opens.form.as_ref()?.fields.values().find(|f| matches!(f.kind, FieldKind::Place) && !f.masked())?;
    let point = form.get(&field.id)?.get("point")?;
    geo::Spot::of([point.get(0)?.as_f64()?, point.get(1)?.as_f64()?]).map(|s| s.0)
}

/// A person's choice, or a suggestion that is sure enough.
fn category(flow: &Flow, o: &Opening) -> Result<Option<String>> {
    let Some(declared) = &flow.category else { return Ok(None) };
    match (&o.category, &o.triage) {
        (Some(code), _) if declared.list.entry(code).is_some() => Ok(Some(code.clone())),
        (Some(code), _) => Err(Error::invalid("category", format!("没有“{code}”这一类"), format!("there is no category {code}"))),
        (None, Some((code, sure))) if declared.from_triage && *sure >= declared.confirm_below.0 && declared.list.entry(code).is_some() => {
            Ok(Some(code.clone()))
        }
        _ => Ok(None),
    }
}

/// How the sender leaves a name.
fn identity(flow: &Flow, o: &Opening) -> Identity {
    let field = flow.opens.form.as_ref().and_then(|f| f.fields.values().find(|f| matches!(f.kind, FieldKind::Identity { .. })));
    match field.and_then(|f| o.form.get(&f.id)).and_then(Json::as_str) {
        Some("sealed") => Identity::Sealed,
        Some("anonymous") => Identity::Anonymous,
        _ => Identity::Named,
    }
}

fn sender(flow: &Flow, caller: &Caller, o: &Opening, basis: Basis, m: &mut Matter) -> Result<()> {
    m.set_identity(identity(flow, o));
    m.resident = match m.identity() {
        Identity::Anonymous => None,
        Identity::Named | Identity::Sealed if o.for_another.is_some() || basis == Basis::System => o.resident,
        Identity::Named | Identity::Sealed if basis == Basis::Owner => caller.account,
        // A leader reports what he saw himself: there is no resident to ask.
        Identity::Named | Identity::Sealed => o.resident,
    };
    if m.identity() == Identity::Anonymous {
        m.opener = if basis == Basis::Owner { None } else { m.opener };
    }
    Ok(())
}

/// The beginning of the first words that were written in the form; where none were, the flow's name, for a list shows something to read and to press.
pub(crate) fn title(flow: &Flow, form: &Form, values: &Json) -> String {
    let texts =
        form.fields.values().filter(|f| matches!(f.kind, FieldKind::Text) && !f.masked()).filter_map(|f| values.get(&f.id)?.as_str());
    let words = texts.map(|t| t.split_whitespace().collect::<Vec<_>>().join(" ")).find(|t| !t.is_empty());
    let words = words.unwrap_or_else(|| flow.name.zh.clone());
    match words.char_indices().nth(40) {
        Some((end, _)) => format!("{}…", &words[..end]),
        None => words,
    }
}

/// What is kept of a code given to a sender without an account.
pub fn receipt_hash(number_or_code: &str) -> [u8; 32] {
    Sha256::digest(number_or_code.trim().to_ascii_uppercase().as_bytes()).into()
}
