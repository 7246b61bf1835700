//! How a thing is written: its versions in two times, its row in the living register, what it is found by.

use crate::{geometry::Geometry, label, register::full};
use base::{Code, Error, Level, Result, ThingId, Time};
use packs::Kind;
use serde_json::{Map, Value as Json, json};
use sha2::{Digest, Sha256};
use store::{Reader, Sql, Unit, Value, sql};
use uuid::Uuid;

pub(crate) type Values = Map<String, Json>;

/// What a thing is during one span of time.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct State {
    pub region: Code,
    pub public: Values,
    /// Field → id of the word that holds its value.
    pub words: Values,
    pub geometry: Option<Geometry>,
    pub gone: bool,
}

store::row! {
    #[derive(Clone, Debug)]
    pub(crate) struct VersionRow {
        pub id: Uuid,
        pub thing: ThingId,
        pub n: i64,
        pub kind: String,
        pub since: Time,
        pub until: Option<Time>,
        pub known: Time,
        pub unknown: Option<Time>,
        pub region: Code,
        pub gone: bool,
        pub body: String,
        pub words: String,
        pub geometry: Option<String>,
    }
}

impl VersionRow {
    pub fn state(&self) -> Result<State> {
        let map = |text: &str| serde_json::from_str::<Values>(text).map_err(Error::internal);
        let geometry = match &self.geometry {
            Some(text) => Some(serde_json::from_str(text).map(|json| Geometry { bounds: bounds(&json), json }).map_err(Error::internal)?),
            None => None,
        };
        Ok(State { region: self.region, public: map(&self.body)?, words: map(&self.words)?, geometry, gone: self.gone })
    }
}

/// Of a geometry that was checked when it came.
fn bounds(json: &Json) -> [f64; 4] {
    fn grow(v: &Json, b: &mut [f64; 4]) {
        let Some(items) = v.as_array() else { return };
        if let [Json::Number(lon), Json::Number(lat)] = &items[..] {
            let (lon, lat) = (lon.as_f64().unwrap_or_default(), lat.as_f64().unwrap_or_default());
            *b = [b[0].min(lon), b[1].min(lat), b[2].max(lon), b[3].max(lat)];
        } else {
            items.iter().for_each(|i| grow(i, b));
        }
    }
    let mut b = [f64::MAX, f64::MAX, f64::MIN, f64::MIN];
    grow(&json["coordinates"], &mut b);
    b
}

/// Text that is the same for the same state, whatever the order in which its values were given.
fn canonical(state: &State) -> String {
    fn sorted(v: &Json) -> Json {
        match v {
            Json::Object(m) => {
                let mut keys: Vec<&String> = m.keys().collect();
                keys.sort();
                Json::Object(keys.into_iter().map(|k| (k.clone(), sorted(&m[k]))).collect())
            }
            Json::Array(a) => Json::Array(a.iter().map(sorted).collect()),
            other => other.clone(),
        }
    }
    let geometry = state.geometry.as_ref().map(|g| &g.json);
    let all = json!({"region": state.region, "public": state.public, "words": state.words, "geometry": geometry, "gone": state.gone});
    sorted(&all).to_string()
}

/// The import that writes, where it is one: what it writes is hidden until it is shown.
pub(crate) type ByImport = Option<Uuid>;

/// A version that was written.
pub(crate) struct Written {
    pub version: Uuid,
    pub n: i64,
    /// Salted SHA-256 of what it says, hex.
    pub hash: String,
}

/// A span of a thing's life and what it is then.
pub(crate) struct Span<'a> {
    pub thing: ThingId,
    pub n: i64,
    pub since: Time,
    pub until: Option<Time>,
    pub state: &'a State,
}

pub(crate) fn version(unit: &Unit, batch: &mut Batch, kind: &Kind, span: &Span, import: ByImport) -> Written {
    let (home, now, id) = (unit.home(), unit.now(), Uuid::now_v7());
    let salt = *Uuid::new_v4().as_bytes();
    let mut h = Sha256::new();
    h.update(salt);
    h.update(canonical(span.state));
    let hash = hex(&h.finalize());
    let s = span.state;
    batch.versions.push(vec![
        home.into(),
        id.into(),
        span.thing.into(),
        span.n.into(),
        full(kind).to_string().into(),
        span.since.into(),
        span.until.into(),
        now.into(),
        import.into(),
        s.region.into(),
        s.gone.into(),
        Json::Object(s.public.clone()).to_string().into(),
        Json::Object(s.words.clone()).to_string().into(),
        s.geometry.as_ref().map(|g| g.json.to_string()).into(),
        salt.to_vec().into(),
    ]);
    Written { version: id, n: span.n, hash }
}

/// The thing's row in the living register, and what it is found by.
pub(crate) fn living(unit: &mut Unit, batch: &mut Batch, kind: &Kind, new: &Living, cut: fn(&str) -> String) -> Result<()> {
    let (home, now) = (unit.home(), unit.now());
    let Living { thing, written: w, state, import } = *new;
    let at = |level| state.region.at(level);
    let bound = |i: usize| -> Value { state.geometry.as_ref().map(|g| g.bounds[i]).into() };
    let middle = state.geometry.as_ref().map(|g| [(g.bounds[0] + g.bounds[2]) / 2.0, (g.bounds[1] + g.bounds[3]) / 2.0]);
    let spot = middle.and_then(geo::Spot::of).map(|s| s.0);
    batch.things.push(vec![
        home.into(),
        thing.into(),
        w.n.into(),
        w.version.into(),
        full(kind).to_string().into(),
        state.region.into(),
        at(Level::Town).into(),
        at(Level::Village).into(),
        at(Level::Group).into(),
        label::key(kind, &state.public).into(),
        label::title(kind, &state.public).into(),
        bound(0),
        bound(1),
        bound(2),
        bound(3),
        spot.into(),
        import.into(),
        now.into(),
    ]);
    for row in label::fields(kind, &state.public) {
        let name = full(kind).to_string();
        batch.fields.push(vec![
            home.into(),
            name.into(),
            row.field.into(),
            thing.into(),
            w.n.into(),
            row.i.into(),
            row.num.into(),
            row.txt.into(),
        ]);
    }
    let terms = cut(&label::words(kind, &state.public));
    // Under the version's id: what an import brings is not found before it is shown, and what it replaces still is.
    unit.index("thing", w.version, &terms)
}

/// A row of the living register to be.
#[derive(Clone, Copy)]
pub(crate) struct Living<'a> {
    pub thing: ThingId,
    pub written: &'a Written,
    pub state: &'a State,
    pub import: ByImport,
}

/// Rows that a command inserts, many at a time at its end.
#[derive(Default)]
pub(crate) struct Batch {
    versions: Vec<Vec<Value>>,
    things: Vec<Vec<Value>>,
    fields: Vec<Vec<Value>>,
}

impl Batch {
    pub fn write(self, unit: &mut Unit) -> Result<()> {
        insert_many(
            unit,
            "insert into thing_version (county, id, thing, n, kind, since, until, known, import, region, gone, body, words, geometry, salt) values",
            self.versions,
        )?;
        insert_many(
            unit,
            "insert into thing (county, id, n, version, kind, region, town, village, grp, key, title, min_lon, min_lat, max_lon, max_lat, spot, import, changed) values",
            self.things,
        )?;
        insert_many(unit, "insert into field (county, kind, field, thing, n, i, num, txt) values", self.fields)
    }
}

/// Takes a row out of the living register.
pub(crate) fn not_living(unit: &mut Unit, kind: &Kind, thing: ThingId, n: i64, version: Uuid) -> Result<()> {
    let home = unit.home();
    let declared: Vec<String> = kind.fields.values().filter(|f| label::listed(f)).map(|f| f.id.clone()).collect();
    if !declared.is_empty() {
        let mut q = sql("delete from field where county = ");
        q.arg(home).push(" and kind = ").arg(full(kind).to_string()).push(" and field in ").list(declared);
        q.push(" and thing = ").arg(thing).push(" and n = ").arg(n);
        unit.write(q)?;
    }
    unit.unindex(version)?;
    unit.write(sql("delete from thing where county = $1 and id = $2 and n = $3").bind(home).bind(thing).bind(n))
}

/// Keeps the personal values; gives the ids for the version and the references for the journal.
pub(crate) fn keep_words(unit: &mut Unit, thing: ThingId, personal: &Values) -> Result<(Values, Values)> {
    let (mut ids, mut refs) = (Values::new(), Values::new());
    for (field, value) in personal {
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let (id, reference) = unit.word(thing.uuid(), field, &text)?;
        ids.insert(field.clone(), json!(id));
        refs.insert(field.clone(), reference);
    }
    Ok((ids, refs))
}

/// Parts values by whether the kind says that they are personal.
pub(crate) fn part(kind: &Kind, values: Values) -> (Values, Values) {
    values.into_iter().partition(|(field, _)| !kind.fields.get(field).is_some_and(|f| f.masked()))
}

/// The spans of a thing as we know them now, oldest first.
pub(crate) fn known(r: &mut Reader, thing: ThingId) -> Result<Vec<VersionRow>> {
    let mut q = Sql::select::<VersionRow>("from thing_version where county = ");
    q.arg(r.home()).push(" and thing = ").arg(thing).push(" and unknown is null and unimport is null order by since");
    r.many(q)
}

/// Imports that have written something and are not shown: hidden from everyone. As a rule none, seldom more than one.
pub(crate) fn hidden(r: &mut Reader) -> Result<Vec<Uuid>> {
    let (home, on_its_way) = (r.home(), crate::import::State::Committing as i64);
    let rows: Vec<(Uuid,)> = r.many(sql("select id from import where county = $1 and state = $2").bind(home).bind(on_its_way))?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// Appends ` and …`: rows of `thing` under this alias that are shown.
pub(crate) fn shown(q: &mut Sql, alias: &str, hidden: &[Uuid]) {
    if hidden.is_empty() {
        q.push(&format!(" and {alias}.leaves is null"));
        return;
    }
    q.push(&format!(" and ({alias}.import is null or {alias}.import not in ")).list(hidden.iter().copied());
    q.push(&format!(") and ({alias}.leaves is null or {alias}.leaves in ")).list(hidden.iter().copied()).push(")");
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

/// Inserts rows many at a time: `head` is `insert into t (…) values`. Whole groups share one text, which stays prepared.
pub(crate) fn insert_many(unit: &mut Unit, head: &'static str, rows: Vec<Vec<Value>>) -> Result<()> {
    const GROUP: usize = 50;
    let mut rows = rows.into_iter();
    while rows.len() > 0 {
        let take = if rows.len() >= GROUP { GROUP } else { 1 };
        let mut q = sql(head);
        for (i, row) in rows.by_ref().take(take).enumerate() {
            q.push(if i == 0 { " (" } else { ", (" });
            for (j, value) in row.into_iter().enumerate() {
                if j > 0 {
                    q.push(", ");
                }
                q.arg(value);
            }
            q.push(")");
        }
        unit.write(q)?;
    }
    Ok(())
}
