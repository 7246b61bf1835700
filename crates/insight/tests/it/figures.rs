//! Golden figures, reasons for none, and what may happen to a county's figures.

use crate::common::*;
use base::{Level, Rate, Time};
use insight::{
    Ask, Days, Figure, LISTED, Tally, Value, Which, Why, breakdown, catch_up, export_parts, figure, figure_as_of, merge_parts, rows,
};
use jiff::civil::date;
use packs::{By, Catalogue, Name};
use store::{Store, testing};
use uuid::Uuid;

fn ask(indicator: &str, first: jiff::civil::Date, last: jiff::civil::Date) -> Ask {
    Ask { indicator: Name::new("figures", indicator), days: Days::new(first, last).expect("in order"), region: None, only: None, starts: 0 }
}

async fn shown(store: &Store, caller: &access::Caller, ask: &Ask) -> Figure {
    let (caller, ask) = (caller.clone(), ask.clone());
    store.read(testing::home(), move |r| figure(r, &caller, &ask)).await.expect("a figure")
}

/// A town's month: so many due, closed and closed in time, as a bulletin gives them.
fn bulletin(town: &str, due: i64, closed: i64, in_time: i64, month: &str) -> Vec<Row> {
    let start = t(&format!("{month}-01T09:00:00+08:00"));
    let one = |n: i64| {
        let mut m = Row::new(code(town), Time(start.0 + n % 20 * 86_400_000));
        m.due_at = Time(m.received_at.0 + 5 * 86_400_000);
        m.resolved_at = match n {
            n if n < in_time => Some(m.due_at),
            n if n < closed => Some(Time(m.due_at.0 + 1)),
            _ => None,
        };
        m.answered_at = m.resolved_at;
        m
    };
    (0..due).map(one).collect()
}

#[test]
fn golden_figures_of_public_bulletins() {
    testing::on_both(PARTS, async |store, _, _| {
        let counting = counting(PACK, 0);
        begin(&store, &counting).await;
        // Tianmen 2016-12 in full; Lianyungang 2017-04 at a tenth of its 24,932, as near as whole matters come.
        let mut all = bulletin("430903001201", 972, 911, 737, "2016-12");
        all.extend(bulletin("430903002201", 2_493, 2_397, 2_234, "2017-04"));
        save(&store, &counting, &all).await;
        catch_up(&store, testing::home(), &counting).await.expect("catches up");
        let caller = caller(&counting, "county_leader", code("430903"), &[]);
        for (indicator, month, want) in [
            ("on_time", date(2016, 12, 1), "75.82 %"),
            ("answered", date(2016, 12, 1), "93.72 %"),
            ("on_time", date(2017, 4, 1), "89.61 %"),
            ("answered", date(2017, 4, 1), "96.15 %"),
        ] {
            let f = shown(&store, &caller, &ask(indicator, month, month.last_of_month())).await;
            assert_eq!(f.share().map(|r| r.to_string()).as_deref(), Some(want), "{indicator} {month}");
        }
        // 75.82 % is 0.82 points of 15 above 75 %; 60 % of 93.72 points and 40 % of 0.825.
        let december = |i| ask(i, date(2016, 12, 1), date(2016, 12, 31));
        assert_eq!(shown(&store, &caller, &december("on_time")).await.points, Some(823));
        let score = shown(&store, &caller, &december("score")).await;
        assert_eq!(score.value, Some(Value::Score(56_564)), "0.6 × 93.724 + 0.4 × 0.823");
        let parts = store
            .read(testing::home(), {
                let (caller, ask) = (caller.clone(), december("score"));
                move |r| breakdown(r, &caller, &ask, &By::Level(Level::Town))
            })
            .await
            .expect("parts");
        assert_eq!(parts.len(), 1);
        assert_eq!((parts[0].key.as_str(), parts[0].figure.value), ("4309030010000000000", score.value));
    });
}

#[test]
fn the_ratios_of_the_two_bulletins_in_full() {
    // The same through the one place where a figure is made, without writing 24,932 rows.
    let counting = counting(PACK, 0);
    let on_time = counting.rules.catalogue.indicator("figures", "on_time").expect("there");
    for (cases, hits, want) in [(972, 911, "93.72 %"), (972, 737, "75.82 %"), (24_932, 23_974, "96.16 %"), (24_932, 22_345, "89.62 %")] {
        let f = Figure::of(on_time, Tally { cases, hits, ..Tally::default() });
        assert_eq!(f.share().map(|r| r.to_string()).as_deref(), Some(want));
    }
}

#[test]
fn no_figure_without_its_reason() {
    testing::on_both(PARTS, async |store, _, _| {
        let home = testing::home();
        let counting = counting(PACK, 0);
        begin(&store, &counting).await;
        let caller = caller(&counting, "county_leader", code("430903"), &[]);
        let august = |i| ask(i, date(2026, 8, 1), date(2026, 8, 31));
        assert_eq!(shown(&store, &caller, &august("on_time")).await.why, Some(Why::Counting), "before the first count");
        catch_up(&store, home, &counting).await.expect("catches up");
        let none = shown(&store, &caller, &august("on_time")).await;
        assert_eq!((none.value, none.why), (None, Some(Why::Nothing)));
        assert_eq!(shown(&store, &caller, &august("received")).await.value, Some(Value::Count(0)), "none is a count, too");
        assert_eq!(shown(&store, &caller, &august("in_window_now")).await.why, Some(Why::Now));

        // Imported messages: answered and closed; nobody was asked.
        let imported = |n: i64| {
            let mut m = Row::new(code("430903001201"), t("2026-08-05T10:00:00+08:00"));
            m.source = "messages";
            (m.answered_at, m.resolved_at, m.closed_at) = (Some(m.due_at), Some(m.due_at), Some(m.due_at));
            m.ended_as = Some("closed");
            m.due_at = Time(m.due_at.0 + n);
            m
        };
        save(&store, &counting, &[imported(0), imported(1)]).await;
        catch_up(&store, home, &counting).await.expect("catches up");
        let solved = shown(&store, &caller, &august("solved")).await;
        assert_eq!((solved.value, solved.why, solved.mutes), (None, Some(Why::NotRecorded { mutes: 2 }), 2));
        let page = {
            let (caller, ask) = (caller.clone(), august("solved"));
            store.read(home, move |r| rows(r, &caller, &ask, Which::Mutes, LISTED, None, 10)).await.expect("rows").0
        };
        assert_eq!(page.len(), 2, "what was not recorded can be opened, too");
        let few = shown(&store, &caller, &august("on_time")).await;
        assert_eq!((few.value, few.why), (None, Some(Why::TooFew { cases: 2, least: 3 })));
        assert!(matches!(shown(&store, &caller, &august("score")).await.why, Some(Why::Part { .. })));

        // One that was asked and said: a figure, and the two that say nothing beside it.
        let mut asked = Row::new(code("430903001201"), t("2026-08-06T10:00:00+08:00"));
        (asked.asked_at, asked.solved, asked.pleased) = (Some(t("2026-08-20T10:00:00+08:00")), Some("solved"), Some(4));
        save(&store, &counting, &[asked]).await;
        catch_up(&store, home, &counting).await.expect("catches up");
        let solved = shown(&store, &caller, &august("solved")).await;
        assert_eq!((solved.value, solved.cases, solved.mutes), (Some(Value::Share(Rate::ONE)), 1, 2));
        assert_eq!(shown(&store, &caller, &august("pleased")).await.value, Some(Value::Mean(4_000_000)));

        let unknown = {
            let (c, a) = (caller.clone(), august("nothing"));
            store.read(home, move |r| figure(r, &c, &a)).await
        };
        assert_eq!(unknown.map(|_| ()).map_err(|e| e.code()), Err("no_indicator"));
        let nobody = access::Caller::nobody(home, counting.rules.catalogue.clone());
        let refused = {
            let a = august("received");
            store.read(home, move |r| figure(r, &nobody, &a)).await
        };
        assert_eq!(refused.map(|_| ()).map_err(|e| e.kind()), Err(base::Kind::Forbidden));
    });
}

#[test]
fn another_declaration_is_counted_anew_and_open_matters_keep_their_version() {
    testing::on_both(PARTS, async |store, _, _| {
        let home = testing::home();
        let old = counting(PACK, 0);
        begin(&store, &old).await;
        let mut all = bulletin("430903001201", 300, 250, 200, "2026-08");
        all.iter_mut().take(10).for_each(|m| m.ended_as = Some("withdrawn"));
        save(&store, &old, &all).await;
        catch_up(&store, home, &old).await.expect("catches up");
        let leader = |c: &insight::Counting| caller(c, "county_leader", code("430903"), &[]);
        let august = ask("on_time", date(2026, 8, 1), date(2026, 9, 30));
        assert_eq!(shown(&store, &leader(&old), &august).await.cases, 290);
        // Withdrawn ones count from now on; one who names it differently does not change what is counted.
        let new = counting(&PACK.replace("[\"withdrawn\", \"merged\"]", "[\"merged\"]").replace("zh: 收到, en", "zh: 收件, en"), 0);
        begin(&store, &new).await;
        assert_eq!(shown(&store, &leader(&new), &august).await.why, Some(Why::Counting));
        let received = ask("received", date(2026, 8, 1), date(2026, 9, 30));
        assert_eq!(shown(&store, &leader(&new), &received).await.cases, 300, "the others stay in use");
        catch_up(&store, home, &new).await.expect("counts anew");
        assert_eq!(shown(&store, &leader(&new), &august).await.cases, 300);
        // The old one is gone with its cells; matters are still under the old version of the pack.
        let left =
            store.read(home, |r| r.count(store::sql("select count(*) from indicator_series where state = 2"))).await.expect("counts");
        assert_eq!(left, 0);
        let orphans = "select count(*) from indicator_cell where series not in (select id from indicator_series)";
        assert_eq!(store.read(home, move |r| r.count(store::sql(orphans))).await.expect("counts"), 0);
        // And back again.
        begin(&store, &old).await;
        catch_up(&store, home, &old).await.expect("counts anew");
        assert_eq!(shown(&store, &leader(&old), &august).await.cases, 290);
    });
}

#[test]
fn as_it_was_known_on_a_day() {
    testing::on_both(PARTS, async |store, clock, _| {
        let home = testing::home();
        // The clock of the test begins on 2026-09-30.
        let counting = counting(PACK, 0);
        begin(&store, &counting).await;
        let secret = Uuid::from_u128(7);
        let mut m = Row::new(code("430903001201004"), t("2026-09-30T10:00:00+08:00"));
        m.answered_at = Some(t("2026-09-30T11:00:00+08:00"));
        let about = Row { id: base::MatterId::fresh(), about: vec![secret], ..m.clone() };
        save(&store, &counting, &[m.clone(), about]).await;
        catch_up(&store, home, &counting).await.expect("catches up");
        // On 15 October it is undone, back to then.
        clock.move_to(t("2026-10-15T09:00:00+08:00"));
        m.answered_at = None;
        save(&store, &counting, &[m]).await;
        catch_up(&store, home, &counting).await.expect("catches up");
        let september = ask("answered", date(2026, 9, 1), date(2026, 9, 30));
        for (barred, known, want) in [
            (&[][..], date(2026, 9, 29), (None, 0, 0)),
            (&[], date(2026, 9, 30), (Some(Rate::ONE), 2, 2)),
            (&[], date(2026, 10, 14), (Some(Rate::ONE), 2, 2)),
            (&[], date(2026, 10, 15), (Some(Rate(500_000)), 2, 1)),
            (&[secret], date(2026, 9, 30), (Some(Rate::ONE), 1, 1)),
            (&[secret], date(2026, 10, 31), (Some(Rate(0)), 1, 0)),
        ] {
            let (who, asked) = (caller(&counting, "township_duty", code("430903001"), barred), september.clone());
            let f = store.read(home, move |r| figure_as_of(r, &who, &asked, known)).await.expect("a figure");
            assert_eq!((f.share(), f.cases, f.hits), want, "known on {known} by one barred from {barred:?}");
            assert_eq!(f.why.is_some(), f.value.is_none());
        }
        let today = shown(&store, &caller(&counting, "county_leader", code("430903"), &[]), &september).await;
        assert_eq!((today.cases, today.hits), (2, 1));
    });
}

#[test]
fn parts_of_a_county_add_up_to_its_figures() {
    testing::on_both(PARTS, async |store, _, _| {
        let home = testing::home();
        let counting = counting(PACK, 0);
        begin(&store, &counting).await;
        let mut all = bulletin("430903001201", 120, 100, 80, "2026-08");
        all.extend(bulletin("430903002201", 80, 60, 50, "2026-08"));
        save(&store, &counting, &all).await;
        catch_up(&store, home, &counting).await.expect("catches up");
        let days = Days::new(date(2026, 8, 1), date(2026, 8, 31)).expect("in order");
        let parts = {
            let c = counting.clone();
            store.read(home, move |r| export_parts(r, &c, days)).await.expect("parts")
        };
        let wire = serde_json::to_string(&parts).expect("writes");
        let parts: Vec<insight::Parts> = serde_json::from_str(&wire).expect("reads");
        let caller = caller(&counting, "county_leader", code("430903"), &[]);
        let sums = merge_parts(&parts, days);
        assert_eq!(sums.len(), 9, "all but the two that ask the resident: {:?}", sums.keys().collect::<Vec<_>>());
        for ((_, indicator, _), t) in &sums {
            let f = shown(&store, &caller, &ask(indicator, date(2026, 8, 1), date(2026, 8, 31))).await;
            assert_eq!((f.cases, f.hits, f.outs), (t.cases, t.hits, t.outs), "{indicator}");
        }
        let half = Days::new(date(2026, 8, 1), date(2026, 8, 10)).expect("in order");
        let f = shown(&store, &caller, &ask("on_time", date(2026, 8, 1), date(2026, 8, 10))).await;
        let on_time = merge_parts(&parts, half).into_iter().find(|((_, i, _), _)| i == "on_time").expect("there").1;
        assert_eq!((f.cases, f.hits), (on_time.cases, on_time.hits), "a shorter window from the same parts");
    });
}

#[test]
fn the_five_of_the_worry_free_pack_are_declared() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../packs");
    let folders = ["three_leaders", "direct_line", "worry_free"].map(|p| folder.join(p));
    let catalogue = Catalogue::load(&folders, None).unwrap_or_else(|faults| panic!("{faults}"));
    for id in ["answered", "solved", "pleased", "on_time", "repeated"] {
        let indicator = catalogue.indicator("worry_free", id).unwrap_or_else(|| panic!("no {id}"));
        assert!(matches!(indicator.figure, packs::Figure::Share { .. }), "{id}");
        assert!(indicator.least >= 20, "{id}");
    }
}

#[test]
fn a_recoded_village_keeps_its_figures() {
    const HOLDS: &[access::Holds] = &[access::Holds { table: "matter", column: "region", ancestors: true }];
    testing::on_both(PARTS, async |store, clock, _| {
        let home = testing::home();
        let counting = counting(PACK, 0);
        begin(&store, &counting).await;
        let system = access::Caller::system(home, counting.rules.catalogue.clone());
        let names = [("430903", "县"), ("430903001", "甲镇"), ("430903001201", "甲村"), ("430903001202", "乙村"), ("430903002", "乙镇")];
        let regions = names.map(|(c, name)| access::RegionRow { code: code(c), name: name.into() });
        access::import_regions(&store, &system, regions.to_vec()).await.expect("regions");
        let mut all = bulletin("430903001201", 40, 30, 20, "2026-06");
        all.extend(bulletin("430903001202", 7, 7, 7, "2026-06"));
        save(&store, &counting, &all).await;
        clock.move_to(t("2026-07-01T09:00:00+08:00"));
        catch_up(&store, home, &counting).await.expect("catches up");
        let caller = caller(&counting, "county_leader", code("430903"), &[]);
        let at = |region: &str| Ask { region: Some(code(region)), ..ask("on_time", date(2026, 6, 1), date(2026, 6, 30)) };
        let (village, county) = (shown(&store, &caller, &at("430903001201")).await, shown(&store, &caller, &at("430903")).await);
        assert_eq!((village.cases, village.hits), (40, 20), "due in June");

        access::recode(&store, &system, code("430903001201"), code("430903002301"), HOLDS, |_| Ok(0)).await.expect("re-codes");
        save(&store, &counting, &bulletin("430903002301", 10, 10, 10, "2026-07")).await;
        clock.move_to(t("2026-08-01T09:00:00+08:00"));
        catch_up(&store, home, &counting).await.expect("catches up");
        assert_eq!(shown(&store, &caller, &at("430903002301")).await, village, "the month before, by the new code");
        assert_eq!(shown(&store, &caller, &at("430903001201")).await, village, "and by the old one");
        assert_eq!(shown(&store, &caller, &at("430903")).await, county);
        assert_eq!(shown(&store, &caller, &at("430903002")).await, village, "its new town has it");
        assert_eq!(shown(&store, &caller, &at("430903001")).await.cases, county.cases - village.cases, "the old town no more");
        let july = |region: &str| Ask { region: Some(code(region)), ..ask("received", date(2026, 7, 1), date(2026, 7, 31)) };
        for region in ["430903002301", "430903001201"] {
            assert_eq!(shown(&store, &caller, &july(region)).await.value, Some(Value::Count(10)), "the month after");
        }
    });
}

/// Nobody does anything; the clock alone makes matters late.
#[test]
fn what_looks_at_now_turns_at_its_own_moment() {
    testing::on_both(PARTS, async |store, clock, _| {
        let home = testing::home();
        let counting = counting(PACK, 0);
        begin(&store, &counting).await;
        catch_up(&store, home, &counting).await.expect("catches up");
        let caller = caller(&counting, "county_leader", code("430903"), &[]);
        let september = |i| ask(i, date(2026, 9, 1), date(2026, 9, 30));
        let (open, mut closed) = (Row::new(code("430903001201"), store.now()), Row::new(code("430903002201"), store.now()));
        (closed.closed_at, closed.ended_as) = (Some(store.now()), Some("closed"));
        save(&store, &counting, &[open.clone(), closed]).await;
        let late = async || {
            catch_up(&store, home, &counting).await.expect("catches up");
            shown(&store, &caller, &september("overdue_now")).await.cases
        };
        assert_eq!(late().await, 0);
        clock.move_to(open.due_at);
        assert_eq!(late().await, 0, "on its deadline it is not past it");
        clock.move_to(Time(open.due_at.0 + 1));
        assert_eq!(late().await, 1, "a thousandth of a second later it is");
        let opened = {
            let (caller, ask) = (caller.clone(), september("overdue_now"));
            store.read(home, move |r| rows(r, &caller, &ask, Which::Cases, LISTED, None, 10)).await.expect("rows").0
        };
        assert_eq!(opened.iter().map(|m| m.id).collect::<Vec<_>>(), [open.id], "and opens to it");
        // It slept for two months: each turn is on record under its own day.
        clock.move_to(Time(open.received_at.0 + 75 * 86_400_000));
        assert_eq!(late().await, 1);
        let old = shown(&store, &caller, &september("old_ones")).await;
        assert_eq!((old.cases, old.hits), (2, 1));
        for (days, want) in [(9, 0), (10, 1)] {
            let known = open.received_at.date().saturating_add(jiff::Span::new().days(days));
            let (caller, ask) = (caller.clone(), september("overdue_now"));
            let f = store.read(home, move |r| figure_as_of(r, &caller, &ask, known)).await.expect("a figure");
            assert_eq!(f.cases, want, "as it was known {days} days on");
        }
        for (days, want) in [(60, 0), (61, 1)] {
            let known = open.received_at.date().saturating_add(jiff::Span::new().days(days - 1));
            let (caller, ask) = (caller.clone(), september("old_ones"));
            let f = store.read(home, move |r| figure_as_of(r, &caller, &ask, known)).await.expect("a figure");
            assert_eq!(f.hits, want, "as it was known {} days on", days - 1);
        }
    });
}
