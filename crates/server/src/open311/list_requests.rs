//! `GET requests` and `GET requests/{id}`.

use super::{Given, params::Params, service, shown, tree::Tree};
use crate::{app::App, edge::Who, routes::matters::show::by_number};
use base::{Error, Result, Time};
use matters::Matter;
use std::time::Duration;

const MOST: i64 = 1000;
const WINDOW: Duration = Duration::from_secs(90 * 86_400);

/// A report by its number.
pub async fn one(app: &App, who: &Who, id: &str, params: &Params) -> Given {
    let (id, extensions) = (id.to_owned(), params.is_true("extensions"));
    let request = app
        .look(who, move |r, rules, caller| {
            let m = by_number(r, &id)?.ok_or_else(Error::not_found)?;
            if !shown::is_shown(r, &m)? {
                return Err(Error::not_found());
            }
            shown::request(r, rules, caller, &m, extensions)
        })
        .await?;
    Ok(("service_requests", Tree::List("request", vec![request])))
}

/// What `GET requests` asks for.
struct Ask {
    ids: Vec<String>,
    services: Vec<(String, String, Option<String>)>,
    /// `Some(true)`: open ones.
    open: Option<bool>,
    window: Option<(Time, Time)>,
    updated: (Option<Time>, Option<Time>),
    first: i64,
    size: i64,
    extensions: bool,
}

pub async fn list(app: &App, who: &Who, params: &Params) -> Given {
    let ask = read(app, who, params)?;
    let requests = app
        .look(who, move |r, rules, caller| {
            let mut requests = Vec::new();
            for m in find(r, &ask)? {
                requests.push(shown::request(r, rules, caller, &m, ask.extensions)?);
            }
            Ok(requests)
        })
        .await?;
    Ok(("service_requests", Tree::List("request", requests)))
}

fn read(app: &App, who: &Who, params: &Params) -> Result<Ask> {
    let ids: Vec<String> = params.list("service_request_id").into_iter().map(str::to_owned).collect();
    let mut services = Vec::new();
    let catalogue = &app.rules(who.home())?.catalogue;
    for code in params.list("service_code") {
        let s = service::find(catalogue, code)?;
        services.push((s.flow.pack.clone(), s.flow.id.clone(), s.category.map(|c| c.code.clone())));
    }
    let states = params.list("status");
    if let Some(other) = states.iter().find(|s| !matches!(**s, "open" | "closed")) {
        return Err(Error::invalid("status", format!("“{other}”应是 open 或 closed"), format!("{other} should be open or closed")));
    }
    let open = match (states.contains(&"open"), states.contains(&"closed")) {
        (true, false) => Some(true),
        (false, true) => Some(false),
        _ => None,
    };
    // A list of numbers overrides all other parameters of the window.
    let window = if ids.is_empty() { Some(window(app, params)?) } else { None };
    let size = params.number("page_size")?.unwrap_or(MOST).min(MOST);
    let first = (params.number("page")?.unwrap_or(1) - 1).saturating_mul(size);
    let updated = (params.time("updated_after")?.map(shown::second), params.time("updated_before")?.map(shown::second_end));
    Ok(Ask { ids, services, open, window, updated, first, size, extensions: params.is_true("extensions") })
}

/// 90 days from the one that is given; the last 90 days where none is; never more. Both ends are whole seconds, as times
/// are shown, and inside.
pub fn window(app: &App, params: &Params) -> Result<(Time, Time)> {
    let now = app.store.now();
    let (start, end) = match (params.time("start_date")?, params.time("end_date")?) {
        (Some(start), Some(end)) => (start, end),
        (Some(start), None) => (start, start + WINDOW),
        (None, Some(end)) => (end - WINDOW, end),
        (None, None) => (now - WINDOW, now),
    };
    if end < start {
        return Err(Error::invalid("end_date", "end_date 早于 start_date", "end_date is before start_date"));
    }
    if end.saturating_since(start) > WINDOW {
        return Err(Error::invalid("end_date", "start_date 到 end_date 最多 90 天", "start_date to end_date may span 90 days at most"));
    }
    Ok((shown::second(start), shown::second_end(end)))
}

fn find(r: &mut store::Reader, ask: &Ask) -> Result<Vec<Matter>> {
    let mut q = shown::scan(r);
    if !ask.ids.is_empty() {
        q.push(" and number in ").list(ask.ids.iter().take(MOST as usize).map(String::as_str));
    }
    if !ask.services.is_empty() {
        q.push(" and (1 = 0");
        for (pack, flow, category) in &ask.services {
            q.push(" or pack = ").arg(pack).push(" and flow = ").arg(flow);
            if let Some(category) = category {
                q.push(" and category = ").arg(category);
            }
        }
        q.push(")");
    }
    if let Some(open) = ask.open {
        q.push(" and open = ").arg(open);
    }
    if let Some((start, end)) = ask.window {
        q.push(" and received_at >= ").arg(start).push(" and received_at <= ").arg(end);
    }
    if let Some(t) = ask.updated.0 {
        q.push(" and (step_since >= ").arg(t).push(" or closed_at >= ").arg(t).push(")");
    }
    if let Some(t) = ask.updated.1 {
        q.push(" and step_since <= ").arg(t).push(" and (closed_at is null or closed_at <= ").arg(t).push(")");
    }
    q.push(" order by received_at desc, id desc limit ").arg(ask.size).push(" offset ").arg(ask.first);
    r.many(q)
}
