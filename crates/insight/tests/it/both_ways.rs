//! Counted as changes come, counted from scratch, and counted by hand: the same, for every caller and window.

use crate::common::*;
use access::Caller;
use base::{Code, Level, MatterId, Time};
use insight::{Ask, Counting, Days, Every, LISTED, Tally, Value, Which, breakdown, catch_up, figure, recount_all, rows, trend};
use packs::{By, Name};
use std::collections::{BTreeMap, BTreeSet};
use store::{Reader, Store, sql, testing};
use uuid::Uuid;

const INDICATORS: &[&str] = &[
    "received",
    "answered",
    "on_time",
    "solved",
    "through",
    "either",
    "open_ones",
    "pleased",
    "repeated",
    "overdue_now",
    "old_ones",
    "due_soon",
];

const PLACES: &[&str] = &[
    "4309030012010040001",
    "4309030012010040002",
    "430903001201004",
    "430903001201005",
    "430903001201",
    "430903001202",
    "430903001202001",
    "430903001",
    "430903002201",
    "430903002201003",
    "430903002",
    "430903",
];

const HOUR: i64 = 3_600_000;

/// The pack's indicators once more, by hand. `from` is in the window and `to` is not.
fn by_hand(indicator: &str, m: &Row, from: Time, to: Time) -> Tally {
    let during = |t: Option<Time>| t.is_some_and(|t| from <= t && t < to);
    let received = during(Some(m.received_at));
    let (case, hit, out, total) = match indicator {
        "received" => (received, false, false, 0),
        "answered" => (m.flow == "report" && received, m.answered_at.is_some(), false, 0),
        "on_time" => {
            let hit = m.resolved_at.is_some_and(|t| t <= m.due_at);
            (m.flow == "report" && during(Some(m.due_at)), hit, matches!(m.ended_as, Some("withdrawn" | "merged")), 0)
        }
        "solved" => (during(m.asked_at) && m.solved.is_some(), m.solved == Some("solved"), false, 0),
        "through" => (received && during(m.resolved_at), false, false, 0),
        "either" => (received || during(m.closed_at), during(m.resolved_at), m.ended_as == Some("merged"), 0),
        "open_ones" => (m.closed_at.is_none(), false, false, 0),
        "pleased" => (during(m.asked_at) && m.pleased.is_some(), false, false, m.pleased.unwrap_or(0) * 1_000_000),
        "repeated" => (received, m.repeated, false, 0),
        "overdue_now" => (m.closed_at.is_none() && m.due_at < m.seen_at, false, false, 0),
        "old_ones" => {
            let hit = m.closed_at.is_none() && m.seen_at.0 - m.received_at.0 > 60 * 24 * HOUR;
            (received, hit, m.ended_as == Some("merged"), 0)
        }
        "due_soon" => {
            let left = m.due_at.0 - m.seen_at.0;
            (m.closed_at.is_none() && (0..10 * 24 * HOUR).contains(&left), false, false, 0)
        }
        other => panic!("no {other}"),
    };
    let (counts, left_out) = (case && !out, case && out);
    Tally { cases: counts.into(), hits: (counts && hit).into(), outs: left_out.into(), mutes: 0, total: if counts { total } else { 0 } }
}

fn change(dice: &mut Dice, m: &mut Row, now: Time) {
    match dice.below(9) {
        0 => m.resolved_at = Some(now),
        1 => m.resolved_at = None, // refused: the "done" is taken back
        2 => m.answered_at = m.answered_at.or(Some(now)),
        3 => m.asked_at = Some(now),
        4 => {
            m.solved = Some(dice.one(&["solved", "partly", "unsolved"]));
            m.pleased = dice.chance(70).then(|| dice.below(5) as i64 + 1);
        }
        5 => {
            m.closed_at = Some(now);
            m.ended_as = Some(dice.one(&["withdrawn", "merged", "closed"]));
        }
        6 => (m.closed_at, m.ended_as) = (None, None), // reopened
        7 => m.category = dice.one(&[None, Some("roads"), Some("water"), Some("dispute")]),
        _ => {
            m.holder = seat(dice.below(9) as u8);
            m.repeated = dice.chance(30);
            m.region = code(dice.one(PLACES)); // as a re-coding or a correction would
        }
    }
}

fn random_row(dice: &mut Dice, start: Time, about: &[Uuid]) -> Row {
    let mut m = Row::new(code(dice.one(PLACES)), Time(start.0 + dice.below(24 * 40) as i64 * HOUR));
    m.due_at = Time(m.received_at.0 + dice.below(24 * 12) as i64 * HOUR);
    m.flow = if dice.chance(80) { "report" } else { "other" };
    m.holder = seat(dice.below(9) as u8);
    if dice.chance(35) {
        m.about = vec![dice.one(about)];
        if dice.chance(30) {
            m.about.push(about[0]);
            m.about.dedup();
        }
    }
    m
}

/// What a caller may meet, by hand.
fn visible<'m>(all: &'m BTreeMap<MatterId, Row>, place: Code, barred: &[Uuid], flows: &[&str]) -> Vec<&'m Row> {
    all.values().filter(|m| place.contains(m.region) && flows.contains(&m.flow) && !m.about.iter().any(|a| barred.contains(a))).collect()
}

fn sum<'m>(indicator: &str, of: impl IntoIterator<Item = &'m &'m Row>, from: Time, to: Time) -> Tally {
    of.into_iter().fold(Tally::default(), |sum, m| sum + by_hand(indicator, m, from, to))
}

fn numbers(f: &insight::Figure) -> (i64, i64, i64) {
    (f.cases, f.hits, f.outs)
}

fn wanted(t: Tally) -> (i64, i64, i64) {
    (t.cases, t.hits, t.outs)
}

#[derive(Clone)]
struct Who {
    caller: Caller,
    place: Code,
    barred: Vec<Uuid>,
    flows: Vec<&'static str>,
    lists: bool,
}

fn who(dice: &mut Dice, counting: &Counting, about: &[Uuid]) -> Who {
    let (role, place) = dice.one(&[
        ("county_leader", "430903"),
        ("clerk", "430903"),
        ("township_duty", "430903001"),
        ("village_duty", "430903001201"),
        ("village_duty", "430903002201"),
        ("group_leader", "430903001201004"),
    ]);
    let barred: Vec<Uuid> = about.iter().filter(|_| dice.chance(40)).copied().collect();
    let only = role == "clerk";
    Who {
        caller: caller(counting, role, code(place), &barred),
        place: code(place),
        barred,
        flows: if only { vec!["report"] } else { vec!["report", "other"] },
        lists: !only,
    }
}

/// Every way to ask one figure, against the count by hand.
fn examine(
    r: &mut Reader,
    dice: &mut Dice,
    all: &BTreeMap<MatterId, Row>,
    who: &Who,
    indicator: &str,
    days: Days,
    starts: u8,
) -> base::Result<()> {
    let from = |day: jiff::civil::Date| {
        let noon = i64::from(starts) * HOUR - if starts > 0 { 24 * HOUR } else { 0 };
        Time(Time::from_civil(day.at(0, 0, 0, 0)).0 + noon)
    };
    let (first, last) = days.dates();
    let (begin, end) = (from(first), from(last.tomorrow().expect("a day")));
    let region = dice.chance(50).then(|| code(dice.one(PLACES))).filter(|c| who.place.contains(*c));
    let ask = Ask { indicator: Name::new("figures", indicator), days, region, only: None, starts };
    let mine = visible(all, region.unwrap_or(who.place), &who.barred, &who.flows);
    let said =
        format!("{indicator} {first}..{last} at {region:?} by {} at {:?} barred {:?}", who.caller.grants[0].role, who.place, who.barred);

    let whole = figure(r, &who.caller, &ask)?;
    let want = sum(indicator, &mine, begin, end);
    assert_eq!(numbers(&whole), wanted(want), "{said}");
    match whole.value {
        Some(Value::Share(rate)) => assert_eq!(Some(rate), base::Rate::of(want.hits, want.cases)),
        Some(Value::Mean(n)) => assert!((n * want.cases - want.total).abs() <= want.cases, "{said}"),
        Some(Value::Count(n)) => assert_eq!(n, want.cases),
        Some(Value::Score(_)) => panic!("{said}"),
        None => assert!(whole.why.is_some() && want.cases < 3, "{said}: {whole:?}"),
    }

    // Breakdowns: the same matters, told apart.
    for level in [Level::Town, Level::Village, Level::Group] {
        let parts = breakdown(r, &who.caller, &ask, &By::Level(level))?;
        let mut groups: BTreeMap<String, Vec<&Row>> = BTreeMap::new();
        for m in &mine {
            groups.entry(m.region.at(level).unwrap_or(m.region).to_string()).or_default().push(m);
        }
        told_apart(indicator, &parts, &groups, begin, end, &format!("{said} by {level:?}"));
    }
    if matches!(indicator, "received" | "on_time" | "solved") {
        let parts = breakdown(r, &who.caller, &ask, &By::Category)?;
        let mut groups: BTreeMap<String, Vec<&Row>> = BTreeMap::new();
        for m in &mine {
            groups.entry(m.category.unwrap_or("").to_owned()).or_default().push(m);
        }
        told_apart(indicator, &parts, &groups, begin, end, &format!("{said} by category"));
        let only = Ask { only: Some((By::Category, "roads".into())), ..ask.clone() };
        let roads: Vec<&Row> = mine.iter().filter(|m| m.category == Some("roads")).copied().collect();
        assert_eq!(numbers(&figure(r, &who.caller, &only)?), wanted(sum(indicator, &roads, begin, end)), "{said} roads alone");
    }
    if indicator == "received" {
        let mut groups: BTreeMap<String, Vec<&Row>> = BTreeMap::new();
        for m in &mine {
            // Seats 6 to 8 are unpaid leaders': nothing is counted under their names.
            let paid = (0..6).any(|n| seat(n) == m.holder);
            groups.entry(if paid { m.holder.to_string() } else { String::new() }).or_default().push(m);
        }
        let parts = breakdown(r, &who.caller, &ask, &By::Handler)?;
        told_apart(indicator, &parts, &groups, begin, end, &format!("{said} by handler"));
        let mut groups: BTreeMap<String, Vec<&Row>> = BTreeMap::new();
        for m in &mine {
            let of_category = m.category.map_or("", |c| if c == "water" { "water" } else { "roads" });
            groups.entry(if (0..3).any(|n| seat(n) == m.holder) { "water" } else { of_category }.to_owned()).or_default().push(m);
        }
        let parts = breakdown(r, &who.caller, &ask, &By::Unit)?;
        told_apart(indicator, &parts, &groups, begin, end, &format!("{said} by unit"));
    }

    for every in [Every::Day, Every::Month] {
        for (span, f) in trend(r, &who.caller, &ask, every)? {
            let (a, b) = span.dates();
            let want = sum(indicator, &mine, from(a), from(b.tomorrow().expect("a day")));
            assert_eq!(numbers(&f), wanted(want), "{said} {every:?} {a}..{b}");
        }
    }

    // It opens to exactly its matters, page by page.
    for which in [Which::Cases, Which::Hits, Which::Misses, Which::Outs] {
        if !who.lists {
            assert_eq!(
                rows(r, &who.caller, &ask, which, LISTED, None, 10).map(|_| ()).map_err(|e| e.kind()),
                Err(base::Kind::Forbidden),
                "{said}"
            );
            continue;
        }
        let want: BTreeSet<MatterId> = mine
            .iter()
            .filter(|m| {
                let t = by_hand(indicator, m, begin, end);
                match which {
                    Which::Cases => t.cases > 0,
                    Which::Hits => t.hits > 0,
                    Which::Misses => t.cases > 0 && t.hits == 0,
                    Which::Outs => t.outs > 0,
                    Which::Mutes => unreachable!("not asked"),
                }
            })
            .map(|m| m.id)
            .collect();
        let (mut found, mut after) = (Vec::new(), None);
        loop {
            let (page, next) = rows(r, &who.caller, &ask, which, LISTED, after, 7)?;
            assert!(page.len() == 7 || next.is_none(), "{said} {which:?}: a short page with more behind it");
            found.extend(page.iter().map(|m| m.id));
            after = next;
            if after.is_none() {
                break;
            }
        }
        assert_eq!(found.len(), want.len(), "{said} {which:?}: each once");
        assert_eq!(found.into_iter().collect::<BTreeSet<_>>(), want, "{said} {which:?}");
        if which == Which::Cases {
            assert_eq!(want.len() as i64, whole.cases);
        }
    }
    Ok(())
}

fn told_apart(indicator: &str, parts: &[insight::Part], groups: &BTreeMap<String, Vec<&Row>>, begin: Time, end: Time, said: &str) {
    let got: BTreeMap<&str, (i64, i64, i64)> =
        parts.iter().map(|p| (p.key.as_str(), numbers(&p.figure))).filter(|(_, n)| *n != (0, 0, 0)).collect();
    let want: BTreeMap<&str, (i64, i64, i64)> =
        groups.iter().map(|(k, of)| (k.as_str(), wanted(sum(indicator, of, begin, end)))).filter(|(_, n)| *n != (0, 0, 0)).collect();
    assert_eq!(got, want, "{said}");
}

/// All that is kept of the figures, in order.
async fn dump(store: &Store) -> Vec<String> {
    let statements = [
        "select 'cell ' || series || ' ' || grain || ' ' || place || ' ' || lo || ' ' || hi || ' ' || key || ' ' || flow || ' ' || cases || ' ' || hits || ' ' || outs || ' ' || mutes || ' ' || total from indicator_cell where county = $1 order by 1",
        "select 'turn ' || at || ' ' || count(*) from indicator_turn where county = $1 group by at order by 1",
        "select 'kept ' || body from indicator_kept where county = $1 order by 1",
        "select 'day ' || place || ' ' || day || ' ' || count(*) from indicator_day where county = $1 group by place, day order by 1",
        "select 'apart ' || series || ' ' || lo || ' ' || hi || ' ' || region || ' ' || category || ' ' || sum(cases) || ' ' || sum(hits) || ' ' || sum(outs) from indicator_apart
         where county = $1 group by matter, series, lo, hi, region, category, unit, handler having sum(cases) <> 0 or sum(outs) <> 0 order by 1",
        "select 'past ' || series || ' ' || place || ' ' || lo || ' ' || hi || ' ' || sum(cases) || ' ' || sum(hits) from indicator_past where county = $1
         group by series, place, lo, hi having sum(cases) <> 0 order by 1",
    ];
    let read = move |r: &mut Reader| {
        let mut all = Vec::new();
        for text in statements {
            all.extend(r.many::<(String,)>(sql(text).bind(r.home()))?.into_iter().map(|(s,)| s));
        }
        Ok(all)
    };
    store.read(testing::home(), read).await.expect("reads")
}

fn same(now: &[String], before: &[String], said: &str) {
    let (a, b): (BTreeSet<_>, BTreeSet<_>) = (now.iter().collect(), before.iter().collect());
    let (more, fewer): (Vec<_>, Vec<_>) = (a.difference(&b).take(5).collect(), b.difference(&a).take(5).collect());
    assert!(more.is_empty() && fewer.is_empty() && now.len() == before.len(), "{said}: {more:?} and not {fewer:?}");
}

#[test]
fn as_changes_come_and_from_scratch_and_by_hand() {
    testing::on_both(PARTS, async |store, clock, _| {
        let home = testing::home();
        let starts = 0;
        let about: Vec<Uuid> = (1..=3).map(Uuid::from_u128).collect();
        let counting = counting(PACK, starts);
        begin(&store, &counting).await;
        let mut all: BTreeMap<MatterId, Row> = BTreeMap::new();
        let mut dice = Dice(0x9e37_79b9_7f4a_7c15);
        for round in 0..6 {
            let begin = t("2026-08-01T00:00:00+08:00");
            for _ in 0..4 {
                let mut changed: BTreeMap<MatterId, Row> = BTreeMap::new();
                for _ in 0..25 {
                    let m = match all.len() > 30 && dice.chance(75) {
                        true => {
                            let n = dice.below(all.len() as u64) as usize;
                            let mut m = all.values().nth(n).expect("one").clone();
                            let now = Time(m.received_at.0 + dice.below(24 * 15) as i64 * HOUR);
                            change(&mut dice, &mut m, now);
                            m
                        }
                        false => random_row(&mut dice, begin, &about),
                    };
                    all.insert(m.id, m.clone());
                    changed.insert(m.id, m);
                }
                save(&store, &counting, &changed.into_values().collect::<Vec<_>>()).await;
                clock.move_to(Time(store.now().0 + 20 * HOUR));
                if dice.chance(60) {
                    catch_up(&store, home, &counting).await.expect("catches up");
                }
            }
            catch_up(&store, home, &counting).await.expect("catches up");
            all.values_mut().for_each(|m| m.seen_at = store.now());
            for _ in 0..6 {
                let who = who(&mut dice, &counting, &about);
                let first = jiff::civil::date(2026, 7, 28).saturating_add(jiff::Span::new().days(dice.below(50) as i64));
                let last = first.saturating_add(jiff::Span::new().days(dice.below(30) as i64));
                let days = Days::new(first, last).expect("in order");
                let (all, mut inner) = (all.clone(), Dice(dice.below(u64::MAX) | 1));
                let look = move |r: &mut Reader| INDICATORS.iter().try_for_each(|i| examine(r, &mut inner, &all, &who, i, days, starts));
                store.read(home, look).await.unwrap_or_else(|e| panic!("round {round}: {e:?}"));
            }
        }
        let before = dump(&store).await;
        assert!(before.len() > 500, "there is much to compare: {}", before.len());
        store.command(home, store::By::system("test"), recount_all).await.expect("asks");
        catch_up(&store, home, &counting).await.expect("counts again");
        same(&dump(&store).await, &before, "counting everything again changes nothing");

        let forget = |unit: &mut store::Unit| {
            let home = unit.home();
            for text in [
                "delete from indicator_cell where county = $1",
                "delete from indicator_kept where county = $1",
                "delete from indicator_turn where county = $1",
                "delete from indicator_day where county = $1",
                "delete from indicator_apart where county = $1",
                "delete from indicator_past where county = $1",
                "delete from indicator_series where county = $1",
            ] {
                unit.write(sql(text).bind(home))?;
            }
            Ok(())
        };
        store.command(home, store::By::system("test"), forget).await.expect("forgets");
        begin(&store, &counting).await;
        catch_up(&store, home, &counting).await.expect("counts from scratch");
        same(&dump(&store).await, &before, "from nothing it comes to the same");
    });
}

#[test]
fn days_from_noon_to_noon() {
    testing::on_both(PARTS, async |store, _, _| {
        let (home, starts) = (testing::home(), 12);
        let counting = counting(PACK, starts);
        begin(&store, &counting).await;
        let mut dice = Dice(77);
        let rows: Vec<Row> = (0..60).map(|_| random_row(&mut dice, t("2026-08-01T00:00:00+08:00"), &[Uuid::from_u128(9)])).collect();
        save(&store, &counting, &rows).await;
        catch_up(&store, home, &counting).await.expect("catches up");
        let all: BTreeMap<MatterId, Row> = rows.into_iter().map(|m| (m.id, Row { seen_at: store.now(), ..m })).collect();
        for n in 0..6 {
            let who = who(&mut dice, &counting, &[Uuid::from_u128(9)]);
            let days = Days::new(jiff::civil::date(2026, 8, 2 + n), jiff::civil::date(2026, 8, 9 + 2 * n)).expect("in order");
            let (all, mut inner) = (all.clone(), Dice(5 + n as u64));
            let look = move |r: &mut Reader| INDICATORS.iter().try_for_each(|i| examine(r, &mut inner, &all, &who, i, days, starts));
            store.read(home, look).await.expect("agrees");
        }
    });
}
