use super::json::{AskHot, HotIssue, HotIssues};
use crate::{
    app::App,
    edge::{Answer, Query, Who, malformed},
    routes::matters::open_matter::flow_name,
};
use access::Caller;
use axum::{Json, extract::State};
use base::{Code, Error, MatterId, Result, Text, Time};
use language::{HotOptions, Message, hot};
use matters::{Filter, Listed};
use std::{collections::HashMap, time::Duration};
use store::{Reader, sql};

/// Messages that are looked at, the newest.
const MOST: usize = 5_000;
const DAY: Duration = Duration::from_secs(86_400);

/// What many people write about
///
/// Among the matters that I may list: what, where, since when, how many people, how hot. It counts people and not
/// messages, and is for a person to look into.
#[utoipa::path(get, path = "/api/hot-issues", tag = "figures", params(AskHot), responses((status = 200, body = HotIssues)))]
pub async fn list_hot_issues(State(app): State<App>, who: Who, Query(q): Query<AskHot>) -> Answer<Json<HotIssues>> {
    who.account()?;
    let now = q.at.unwrap_or_else(|| app.store.now());
    let days = q.days.unwrap_or(90);
    let most = q.most.unwrap_or(20);
    if !(1..=366).contains(&days) {
        return Err(malformed("days", Text::new("应在 1 到 366 之间", "should be from 1 to 366")).into());
    }
    if !(1..=100).contains(&most) {
        return Err(malformed("most", Text::new("应在 1 到 100 之间", "should be from 1 to 100")).into());
    }
    let wrong = |_| malformed("region", Text::new("区划代码不对", "the region code is wrong"));
    let options = HotOptions { window: DAY * u32::from(days), most, ..HotOptions::default() };
    let filter = Filter {
        flow: q.flow.as_deref().map(flow_name).transpose()?,
        region: q.region.as_deref().map(|r| r.parse::<Code>().map_err(wrong)).transpose()?,
        received_from: Some(now - options.window),
        received_to: Some(now + Duration::from_millis(1)),
        ..Filter::default()
    };
    let (ids, messages, cut) = app.look(&who, move |r, _, caller| messages(r, caller, &filter)).await?;
    let n = messages.len();
    let begun = std::time::Instant::now();
    let issues = tokio::task::spawn_blocking(move || hot(&messages, now, &options)).await.map_err(Error::internal)?;
    tracing::debug!(messages = n, ms = begun.elapsed().as_millis() as u64, "hot issues were looked for");
    let issues = app
        .look(&who, move |r, rules, caller| {
            let mut shown = Vec::with_capacity(issues.len());
            for issue in issues {
                let region_name = issue.region.map(|c| rules.directory.place(r, caller, c)).transpose()?.map(|name| name.to_string());
                shown.push(HotIssue {
                    title: issue.title,
                    words: issue.words,
                    region: issue.region,
                    region_name,
                    from: issue.from,
                    to: issue.to,
                    messages: issue.messages,
                    people: issue.people,
                    supporters: issue.supporters,
                    heat: (issue.heat * 100.0).round() / 100.0,
                    matters: issue.members.into_iter().filter_map(|i| ids.get(i).copied()).collect(),
                });
            }
            Ok(shown)
        })
        .await?;
    Ok(Json(HotIssues { messages: n, cut, issues }))
}

/// The words that stand for a matter, and who sent it.
type Found = (Vec<MatterId>, Vec<Message>, bool);

fn messages(r: &mut Reader, caller: &Caller, filter: &Filter) -> Result<Found> {
    let mut rows: Vec<Listed> = matters::list(r, caller, filter, None, MOST * 2)?;
    rows.sort_by_key(|m| std::cmp::Reverse(m.received_at));
    let cut = rows.len() > MOST;
    rows.truncate(MOST);
    let ids: Vec<MatterId> = rows.iter().map(|m| m.id).collect();
    let mut words: HashMap<MatterId, String> = HashMap::new();
    let mut senders: HashMap<MatterId, (String, u32)> = HashMap::new();
    for some in ids.chunks(400) {
        let mut q = sql("select subject, value from word where county = ");
        q.arg(r.home()).push(" and value is not null and field like '%.words' and subject in ").list(some.iter().copied());
        words.extend(r.many::<(MatterId, String)>(q)?);
        let mut q = sql(
            "select m.id, m.resident, b.sender, b.support from matter m left join brought b on b.county = m.county and b.matter = m.id where m.county = ",
        );
        q.arg(r.home()).push(" and m.id in ").list(some.iter().copied());
        for (id, resident, sender, support) in r.many::<(MatterId, Option<uuid::Uuid>, Option<Vec<u8>>, Option<i64>)>(q)? {
            // Equal for equal people, and no name: it is thrown away after the count.
            let who = match (resident, sender) {
                (Some(account), _) => account.to_string(),
                (None, Some(hash)) => hash.iter().take(16).map(|b| format!("{b:02x}")).collect(),
                (None, None) => String::new(),
            };
            senders.insert(id, (who, support.unwrap_or(0).clamp(0, i64::from(u32::MAX)) as u32));
        }
    }
    let message = |m: Listed| {
        let (sender, supporters) = senders.remove(&m.id).unwrap_or_default();
        let time: Time = m.received_at;
        Message { sender, time, region: Some(m.region), title: m.title, text: words.remove(&m.id).unwrap_or_default(), supporters }
    };
    Ok((ids, rows.into_iter().map(message).collect(), cut))
}
