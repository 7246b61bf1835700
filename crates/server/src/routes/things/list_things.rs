use super::{
    json::{ListThings, Thing, ThingPage},
    kind_name, register,
};
use crate::{
    app::App,
    edge::{self, Answer, Query, Who, cursor, malformed},
};
use axum::{Json, extract::State};
use base::{Code, Error, Result, Text};
use things::{After, Filter, Sort, Test};

pub const MOST: usize = 200;

/// List things of a kind
///
/// Those that I may see, in the order in which they came on the register.
#[utoipa::path(get, path = "/api/things", tag = "things", params(ListThings), responses((status = 200, body = ThingPage)))]
pub async fn list_things(State(app): State<App>, who: Who, Query(ask): Query<ListThings>) -> Answer<Json<ThingPage>> {
    who.account()?;
    let most = edge::most(ask.most, 50, MOST)?;
    let filter = filter(&ask)?;
    let asked = ListThings { cursor: None, ..ask.clone() };
    let query = cursor::query_hash(&("list_things", &asked, who.caller.account, who.home().get()))?;
    let after: Option<After> = ask.cursor.as_deref().map(|c| cursor::open(query, c)).transpose()?;
    let register = register(&app, who.home())?;
    let page = app
        .look(&who, move |r, _, caller| {
            // One more than asked for tells whether there is another page.
            let mut rows = things::list(r, &register, caller, &filter, after, most + 1)?;
            let more = rows.len() > most;
            rows.truncate(most);
            let next = rows.last().filter(|_| more).map(|t| cursor::seal(query, &After::of(&register, &filter, t)?)).transpose()?;
            Ok(ThingPage { items: rows.into_iter().map(Thing::from).collect(), next })
        })
        .await?;
    Ok(Json(page))
}

pub fn filter(ask: &ListThings) -> Result<Filter> {
    let wrong = |_| malformed("region", Text::new("区划代码不对", "the region code is wrong"));
    let terms = ask.q.as_deref().map(|q| {
        let terms = language::search_query(q);
        terms.iter().map(|t| t.text.as_str()).collect::<Vec<_>>().join(" ")
    });
    Ok(Filter {
        kind: kind_name(&ask.kind)?,
        region: ask.region.as_deref().map(|r| r.parse::<Code>().map_err(wrong)).transpose()?,
        fields: ask.tests.as_deref().unwrap_or_default().split(',').filter(|t| !t.trim().is_empty()).map(test).collect::<Result<_>>()?,
        terms: terms.filter(|t| !t.is_empty()),
        bounds: ask.bounds.as_deref().map(bounds).transpose()?,
        sort: ask.sort.as_deref().map(sort),
    })
}

fn sort(text: &str) -> Sort {
    match text.strip_prefix('-') {
        Some(field) => Sort { field: field.to_owned(), descending: true },
        None => Sort { field: text.to_owned(), descending: false },
    }
}

fn test(text: &str) -> Result<(String, Test)> {
    // The longer signs first: `>=` holds a `=`.
    let (field, test) = if let Some((field, value)) = text.split_once(">=") {
        (field, Test::AtLeast(value.trim().to_owned()))
    } else if let Some((field, value)) = text.split_once("<=") {
        (field, Test::AtMost(value.trim().to_owned()))
    } else if let Some((field, value)) = text.split_once('=') {
        (field, Test::Is(value.trim().to_owned()))
    } else {
        return Err(Error::invalid("where", "应如 grade=first,girth>=300", "looks like grade=first,girth>=300"));
    };
    Ok((field.trim().to_owned(), test))
}

fn bounds(text: &str) -> Result<[f64; 4]> {
    let numbers: Option<Vec<f64>> = text.split(',').map(|n| n.trim().parse::<f64>().ok().filter(|n| n.is_finite())).collect();
    let four = numbers.and_then(|n| <[f64; 4]>::try_from(n).ok()).filter(|[w, s, e, n]| w <= e && s <= n);
    four.ok_or_else(|| {
        Error::invalid(
            "bounds",
            "应如 112.1,28.3,112.5,28.7（西、南、东、北）",
            "looks like 112.1,28.3,112.5,28.7 (west, south, east, north)",
        )
    })
}
