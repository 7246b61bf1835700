use super::json::SeatOfRegion;
use crate::edge::shape::Region;
use crate::{
    app::App,
    edge::{self, Answer, Query, Who, cursor, malformed},
    routes::matters::show,
};
use axum::{Json, extract::State};
use base::{Code, SeatId, Text};
use matters::Rules;
use serde::{Deserialize, Serialize};
use store::{Reader, Sql, sql};
use utoipa::{IntoParams, ToSchema};

const MOST: usize = 200;

#[derive(Clone, Serialize, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListUnits {
    /// A region and all below it.
    #[param(value_type = Option<Region>, inline)]
    pub region: Option<String>,
    /// Only seats of this role.
    pub role: Option<String>,
    /// Only seats of this department.
    pub unit: Option<String>,
    /// Words of the title, parted by spaces: 水利, 石桥村 组长.
    #[param(max_length = 100)]
    pub q: Option<String>,
    /// Rows of a page, 1 to 200; 50 if left out.
    #[param(minimum = 1, maximum = 200)]
    #[serde(skip_serializing)]
    pub most: Option<usize>,
    /// Where the page before ended.
    #[serde(skip_serializing)]
    pub cursor: Option<String>,
}

#[derive(Serialize, ToSchema)]
pub struct UnitPage {
    pub items: Vec<SeatOfRegion>,
    /// Of the next page; `null` where this is the last.
    pub next: Option<String>,
}

/// Whom a matter may be handed to
///
/// Departments and offices, from the county down, with their titles; which there are is no secret to whoever has signed
/// in.
#[utoipa::path(get, path = "/api/units", tag = "seats", params(ListUnits), responses((status = 200, body = UnitPage)))]
pub async fn list_units(State(app): State<App>, who: Who, Query(ask): Query<ListUnits>) -> Answer<Json<UnitPage>> {
    who.account()?;
    let most = edge::most(ask.most, 50, MOST)?;
    if ask.q.as_ref().is_some_and(|q| q.chars().count() > 100) {
        return Err(malformed("q", Text::new("最多 100 字", "at most 100 characters")).into());
    }
    let region = ask.region.as_deref().map(str::parse::<Code>).transpose()?;
    let query = cursor::query_hash(&("list_units", &ask, who.home().get()))?;
    let after: Option<(i64, SeatId)> = ask.cursor.as_deref().map(|c| cursor::open(query, c)).transpose()?;
    let page = app
        .look(&who, move |r, rules, caller| {
            let mut rows: Vec<(SeatId, Code, Option<uuid::Uuid>)> = r.many(seats(r, rules, &ask, region, after, most + 1))?;
            let more = rows.len() > most;
            rows.truncate(most);
            let next = rows.last().filter(|_| more).map(|(id, code, _)| cursor::seal(query, &(code.get(), id))).transpose()?;
            let mut items = Vec::with_capacity(rows.len());
            for (id, _, area) in rows {
                if let Some(seat) = show::seat(r, rules, caller, id)? {
                    items.push(SeatOfRegion { seat, area });
                }
            }
            Ok(UnitPage { items, next })
        })
        .await?;
    Ok(Json(page))
}

fn seats(r: &Reader, rules: &Rules, ask: &ListUnits, region: Option<Code>, after: Option<(i64, SeatId)>, most: usize) -> Sql {
    let mut q = sql("select s.id, s.region, s.area from seat s where s.county = ");
    q.arg(r.home()).push(" and s.closed is null");
    if let Some(region) = region {
        let (first, last) = region.range();
        q.push(" and s.region between ").arg(first).push(" and ").arg(last);
    }
    for (column, value) in [("role", &ask.role), ("unit", &ask.unit)] {
        if let Some(value) = value {
            q.push(" and s.").push(column).push(" = ").arg(value);
        }
    }
    for word in ask.q.as_deref().unwrap_or_default().split_whitespace() {
        of_title(&mut q, r, rules, word);
    }
    if let Some((code, id)) = after {
        q.push(" and (s.region, s.id) > (").arg(code).push(", ").arg(id).push(")");
    }
    // A region's code comes before those of what lies in it: the county's first.
    q.push(" order by s.region, s.id limit ").arg(most as i64);
    q
}

/// A title is the place's, the department's and the role's name: the word is in one of them.
fn of_title(q: &mut Sql, r: &Reader, rules: &Rules, word: &str) {
    let lower = word.to_lowercase();
    let has = |t: &Text| t.zh.contains(word) || t.en.to_lowercase().contains(&lower);
    let roles: Vec<&str> = rules.catalogue.roles().filter(|role| has(&role.name)).map(|role| role.id.as_str()).collect();
    let units: Vec<&str> = rules.catalogue.units().filter(|unit| has(&unit.name)).map(|unit| unit.id.as_str()).collect();
    let plain: String = word.chars().filter(|c| !matches!(c, '%' | '_' | '\\')).collect();
    q.push(" and (s.role in ").list(roles).push(" or s.unit in ").list(units);
    q.push(" or s.region in (select g.code from region g where g.county = ").arg(r.home());
    q.push(" and g.ended is null and g.name like ").arg(format!("%{plain}%")).push("))");
}
