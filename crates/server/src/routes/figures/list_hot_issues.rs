use super::json::{AskHot, HotIssue, HotIssues};
use crate::{
    alike::{Grouped, Member, words_of},
    app::App,
    edge::{self, Answer, Query, Who, malformed},
    routes::matters::open_matter::flow_name,
};
use access::Caller;
use axum::{Json, extract::State};
use base::{Code, Error, MatterId, Result, Text, Time};
use language::{HotOptions, Message, describe, fresh, heat};
use matters::Filter;
use std::{collections::HashMap, sync::Arc, time::Duration};
use store::{Reader, sql};

const DAY: Duration = Duration::from_secs(86_400);
/// Matters that are looked up at once.
const PAGE: usize = 400;

/// What many people write about
///
/// Among the matters that I may list: what, where, since when, how many people, how hot. It counts people and not
/// messages, and is for a person to look into. In a large county messages of the last minutes may still be missing:
/// `looked_at` says when they were grouped.
#[utoipa::path(get, path = "/api/hot-issues", tag = "figures", params(AskHot), responses((status = 200, body = HotIssues)))]
pub async fn list_hot_issues(State(app): State<App>, who: Who, Query(q): Query<AskHot>) -> Answer<Json<HotIssues>> {
    who.account()?;
    let now = q.at.unwrap_or_else(|| app.store.now());
    let days = q.days.unwrap_or(90);
    if !(1..=366).contains(&days) {
        return Err(malformed("days", Text::new("应在 1 到 366 之间", "should be from 1 to 366")).into());
    }
    let most = edge::most(q.most, 20, 100)?;
    let wrong = |_| malformed("region", Text::new("区划代码不对", "the region code is wrong"));
    let options = HotOptions { window: DAY * u32::from(days), most, ..HotOptions::default() };
    let filter = Filter {
        flow: q.flow.as_deref().map(flow_name).transpose()?,
        region: q.region.as_deref().map(|r| r.parse::<Code>().map_err(wrong)).transpose()?,
        received_from: Some(now - options.window),
        received_to: Some(now + Duration::from_millis(1)),
        ..Filter::default()
    };
    let grouped = app.alike.grouped(&app, who.caller.home, days, q.at).await?;
    let (looked_at, cut) = (grouped.looked_at, grouped.cut);
    let all = grouped.clone();
    let found = app.look(&who, move |r, _, caller| Sought { caller, filter, now, options }.hottest(r, &all)).await?;
    let issues = tokio::task::spawn_blocking(move || described(found, &grouped)).await.map_err(Error::internal)?;
    let issues = app
        .look(&who, move |r, rules, caller| {
            let mut shown = issues;
            for issue in &mut shown {
                issue.region_name = issue.region.map(|c| rules.directory.place(r, caller, c)).transpose()?.map(|name| name.to_string());
            }
            Ok(shown)
        })
        .await?;
    Ok(Json(HotIssues { looked_at, cut, issues }))
}

/// One issue as far as the caller sees it: its matters in order of time, and its heat.
type Found = (f64, Vec<(MatterId, Message)>);

struct Sought<'a> {
    caller: &'a Caller,
    filter: Filter,
    now: Time,
    options: HotOptions,
}

impl Sought<'_> {
    /// Groups are looked up from the one that could be hottest, until none that is left could be hotter than what was found.
    fn hottest(&self, r: &mut Reader, grouped: &Arc<Grouped>) -> Result<Vec<Found>> {
        let within = |m: &&Member| m.received_at <= self.now && m.received_at >= self.now - self.options.window;
        // Counted as if each message had a writer of its own, and the caller saw all of them.
        let weigh = |group: &Vec<Member>| {
            let some = group.iter().filter(within);
            some.fold((0.0, 0.0), |(people, heat), m| {
                let n = 1.0 + self.options.supporter * f64::from(m.supporters);
                (people + n, heat + n * fresh(m.received_at, self.now, &self.options))
            })
        };
        let mut groups: Vec<(f64, &Vec<Member>)> = grouped
            .groups
            .iter()
            .filter_map(|g| {
                let (people, heat) = weigh(g);
                (people >= self.options.least_people).then_some((heat, g))
            })
            .collect();
        groups.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1[0].id.cmp(&b.1[0].id)));
        let mut found: Vec<Found> = Vec::new();
        let mut next = 0;
        while let Some((hottest, _)) = groups.get(next) {
            if found.get(self.options.most - 1).is_some_and(|last| last.0 >= *hottest) {
                break;
            }
            let from = next;
            let mut ids: Vec<MatterId> = Vec::new();
            while next < groups.len() && ids.len() < PAGE {
                ids.extend(groups[next].1.iter().filter(within).map(|m| m.id));
                next += 1;
            }
            let mut seen = self.seen(r, &ids)?;
            for (_, group) in &groups[from..next] {
                let mine: Vec<(MatterId, Message)> = group.iter().filter_map(|m| Some((m.id, seen.remove(&m.id)?))).collect();
                let (people, heat) = heat(mine.iter().map(|(_, m)| m), self.now, &self.options);
                if people >= self.options.least_people {
                    found.push((heat, mine));
                }
            }
            found.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1[0].0.cmp(&b.1[0].0)));
            found.truncate(self.options.most);
        }
        for (_, members) in &mut found {
            self.add_words(r, members)?;
        }
        Ok(found)
    }

    /// Those of `ids` that the caller may list, without their words.
    fn seen(&self, r: &mut Reader, ids: &[MatterId]) -> Result<HashMap<MatterId, Message>> {
        let mut seen = HashMap::new();
        for some in ids.chunks(PAGE) {
            let mut senders: HashMap<MatterId, (String, u32)> = HashMap::new();
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
            for m in matters::among(r, self.caller, &self.filter, some)? {
                let (sender, supporters) = senders.remove(&m.id).unwrap_or_default();
                let (time, region) = (m.received_at, Some(m.region));
                seen.insert(m.id, Message { sender, time, region, title: m.title, text: String::new(), supporters });
            }
        }
        Ok(seen)
    }

    fn add_words(&self, r: &mut Reader, members: &mut [(MatterId, Message)]) -> Result<()> {
        for some in members.chunks_mut(PAGE) {
            let mut words: HashMap<MatterId, String> = words_of(r, some.iter().map(|(id, _)| *id))?.into_iter().collect();
            some.iter_mut().for_each(|(id, m)| m.text = words.remove(id).unwrap_or_default());
        }
        Ok(())
    }
}

fn described(found: Vec<Found>, grouped: &Grouped) -> Vec<HotIssue> {
    let shown = |(heat, members): Found| {
        let messages: Vec<&Message> = members.iter().map(|(_, m)| m).collect();
        let issue = describe(&messages, &grouped.common, heat);
        HotIssue {
            title: issue.title,
            words: issue.words,
            region: issue.region,
            region_name: None,
            from: issue.from,
            to: issue.to,
            messages: issue.messages,
            people: issue.people,
            supporters: issue.supporters,
            heat: (issue.heat * 100.0).round() / 100.0,
            matters: members.iter().map(|(id, _)| *id).collect(),
        }
    };
    found.into_iter().map(shown).collect()
}
