use super::{
    json::{ListMatters, MatterPage, PartAsked},
    late_asked::LateAsked,
    open_matter::flow_name,
    show,
};
use crate::{
    app::App,
    edge::{self, Answer, Query, Who, cursor},
};
use axum::{Json, extract::State};
use base::{Code, Error, MatterId, Result, Time};
use matters::{After, Filter, Part, Said};
use store::Reader;

const MOST: usize = 200;

/// List matters
///
/// Those that I may see, by their next deadline; the ended ones after the open ones.
#[utoipa::path(get, path = "/api/matters", tag = "matters", params(ListMatters), responses((status = 200, body = MatterPage)))]
pub async fn list_matters(State(app): State<App>, who: Who, Query(ask): Query<ListMatters>) -> Answer<Json<MatterPage>> {
    who.account()?;
    let most = edge::most(ask.most, 50, MOST)?;
    let (mut filter, q) = (filter(&ask)?, ask.q.clone());
    let query = cursor::query_hash(&("list_matters", &ask, who.caller.account, who.home().get()))?;
    let after: Option<After> = ask.cursor.as_deref().map(|c| cursor::open(query, c)).transpose()?;
    let page = app
        .look(&who, move |r, rules, caller| {
            filter.said = said(r, q.as_deref())?;
            // One more than asked for tells whether there is another page.
            let mut rows = matters::list(r, caller, &filter, after, most + 1)?;
            let more = rows.len() > most;
            rows.truncate(most);
            let next = rows.last().filter(|_| more).map(|m| cursor::seal(query, &m.place())).transpose()?;
            Ok(MatterPage { items: show::listed(r, rules, caller, rows)?, next })
        })
        .await?;
    Ok(Json(page))
}

pub fn filter(ask: &ListMatters) -> Result<Filter> {
    let region = ask.region.as_deref().map(str::parse::<Code>).transpose()?;
    if ask.q.as_ref().is_some_and(|q| q.chars().count() > 200) {
        return Err(Error::invalid("q", "最多 200 字", "at most 200 characters"));
    }
    Ok(Filter {
        ids: ask.ids.as_deref().map(ids).transpose()?,
        flow: ask.flow.as_deref().map(flow_name).transpose()?,
        open: ask.open,
        region,
        category: ask.category.clone(),
        step: ask.step.clone(),
        late: ask.late == Some(LateAsked::True),
        in_time: ask.late == Some(LateAsked::False),
        late_now: ask.late == Some(LateAsked::Now),
        urgent: ask.urgent,
        untaken: None,
        mine: ask.mine.unwrap_or(false),
        part: part(ask)?,
        said: None,
        received_from: ask.received_from,
        received_to: ask.received_to,
        closed_from: ask.closed_from,
        closed_to: ask.closed_to,
    })
}

fn ids(said: &str) -> Result<Vec<MatterId>> {
    let ids: Vec<MatterId> = said
        .split(',')
        .map(|id| id.parse().map(MatterId::from_uuid))
        .collect::<std::result::Result<_, uuid::Error>>()
        .map_err(|_| Error::invalid("ids", "用逗号隔开的事项编号", "ids of matters with commas between them"))?;
    match ids.len() {
        ..=MOST => Ok(ids),
        _ => Err(Error::invalid("ids", "最多 200 个", "at most 200")),
    }
}

fn part(ask: &ListMatters) -> Result<Option<Part>> {
    let asked = ask.part.map(|p| match p {
        PartAsked::Held => Part::Held,
        PartAsked::Offered => Part::Offered,
        PartAsked::Asked => Part::Asked,
        PartAsked::Task => Part::Task,
    });
    let all = [asked, ask.waits.map(|_| Part::Waits), ask.handed_over.map(|_| Part::Was)];
    let mut said = all.into_iter().flatten();
    match (said.next(), said.next()) {
        (part, None) => Ok(part),
        _ => Err(Error::invalid("part", "part、waits、handed_over 只能写一个", "only one of part, waits and handed_over can be asked for")),
    }
}

/// What was typed to find a matter: words, a number, the name of a place or several of them, parted by spaces.
pub fn said(r: &mut Reader, q: Option<&str>) -> Result<Option<Said>> {
    let Some(q) = q.map(str::trim).filter(|q| !q.is_empty()) else { return Ok(None) };
    let terms = |q: &str| {
        let terms = language::search_query(q);
        terms.iter().map(|t| format!("{}{}", t.text, if t.prefix { "*" } else { "" })).collect::<Vec<_>>().join(" ")
    };
    let (mut places, mut beside) = (Vec::new(), Vec::new());
    for token in q.split_whitespace() {
        let named = access::places_named(r, token)?;
        match named.is_empty() {
            true => beside.push(token),
            false => places.extend(named),
        }
    }
    let said = Said { terms: terms(q), numbers: numbers(q, r.now()), places, beside: terms(&beside.join(" ")) };
    // Nothing that could be found by (signs alone): then nothing is asked for, as before.
    let nothing = said.terms.is_empty() && said.numbers.is_empty() && said.places.is_empty();
    Ok((!nothing).then_some(said))
}

/// `2026-000123`, or as people say it: 123, of this year and the two before.
fn numbers(q: &str, now: Time) -> Vec<String> {
    let digits = |s: &str| (1..=6).contains(&s.len()) && s.bytes().all(|b| b.is_ascii_digit());
    match q.split_once('-') {
        Some((year, n)) if year.len() == 4 && digits(year) && digits(n) => vec![format!("{year}-{n:0>6}")],
        None if digits(q) => (0..3).map(|back| format!("{}-{q:0>6}", now.date().year() - back)).collect(),
        _ => Vec::new(),
    }
}
