//! Runs that fail: tried again at the right times, parked, replayed, dropped; and the depth that is refused.

use crate::town::{Town, VILLAGE, home, on_both};
use packs::{Catalogue, Name, Source};
use reactions::{Failed, Standing, drop_run, failures};
use serde_json::json;
use store::By;

async fn list(town: &Town, all: bool) -> Vec<Failed> {
    let it = town.caller("it");
    let rows = town.store.read(home(), move |r| failures(r, &it, all, None, 100)).await.expect("reads");
    rows.into_iter().filter(|f| f.name == "trial.stuck").collect()
}

#[test]
fn tried_again_at_the_right_times_then_parked_then_replayed() {
    on_both(async |mut town: Town| {
        let start = town.store.now();
        town.job("road", false).await;
        town.settle().await;
        // No seat can hold what it opens: the county's own is not made yet.
        for (tries, wait) in [(1, 1), (2, 10), (3, 60), (4, 600)] {
            let run = list(&town, false).await.remove(0);
            assert_eq!((run.tries, run.standing(), run.code.as_str()), (tries, Standing::Again, "no_seat"));
            assert_eq!(run.due.0 - run.last.0, wait * 1000, "try {tries}");
            assert_eq!(town.runner.next_due(home()).await.expect("reads"), Some(run.due));
            town.clock.move_to(base::Time(run.due.0 - 1));
            town.settle().await;
            assert_eq!(list(&town, false).await[0].tries, tries, "not before its time");
            town.clock.move_to(run.due);
            town.settle().await;
        }
        let run = list(&town, false).await.remove(0);
        assert_eq!((run.tries, run.standing()), (5, Standing::Parked));
        assert_eq!(run.last.0 - start.0, 671_000, "1 s, 10 s, 1 min, 10 min");
        assert_eq!(run.first, start);
        assert!(town.opened("hard").await.is_empty());
        assert_eq!(town.count("select count(*) from notice where reaction = 'trial.stuck'").await, 0, "what a failed run did is undone");
        let parked = town.entries("reaction.parked").await;
        assert_eq!((parked.len(), parked[0].actor.as_str()), (1, "pack:trial"));
        let given = run.matter.expect("a matter for the county's IT");
        let m = town.store.read(home(), move |r| matters::load(r, given)).await.expect("reads").expect("there");
        assert_eq!((m.flow.as_str(), m.holder), ("upkeep", town.seat("it")));

        let (it, seq) = (town.caller("it"), run.seq);
        let again = town.runner.replay(home(), it.clone(), None, "trial.stuck", seq).await.expect_err("still no seat");
        assert_eq!(again.code(), "no_seat");
        assert_eq!(list(&town, false).await[0].standing(), Standing::Parked);
        town.sit("chief", "430903", None).await;
        let stranger = town.caller("helper");
        assert_eq!(
            town.runner.replay(home(), stranger, None, "trial.stuck", seq).await.expect_err("not his").kind(),
            base::Kind::Forbidden
        );
        town.runner.replay(home(), it.clone(), None, "trial.stuck", seq).await.expect("runs");
        assert_eq!(town.opened("hard").await.len(), 1);
        assert!(list(&town, false).await.is_empty());
        assert_eq!(list(&town, true).await[0].standing(), Standing::Done);
        let twice = town.runner.replay(home(), it, None, "trial.stuck", seq).await.expect_err("once");
        assert_eq!(twice.code(), "not_parked");
        // And the next one goes by itself.
        town.job("road", false).await;
        town.settle().await;
        assert_eq!(town.opened("hard").await.len(), 2);
    });
}

#[test]
fn a_stuck_one_stops_nobody_and_keeps_its_order() {
    on_both(async |mut town: Town| {
        for _ in 0..5 {
            town.job("flood", true).await;
        }
        town.settle().await;
        assert_eq!(town.opened("task").await.len(), 5);
        assert_eq!(town.count("select count(*) from notice where reaction = 'trial.urgent'").await, 15);
        let waiting = list(&town, true).await;
        assert_eq!(waiting.len(), 1, "the others wait behind the first");
        town.sit("chief", "430903", None).await;
        town.until("2026-11-19T09:00:02+08:00").await;
        let causes: Vec<_> = town.opened("hard").await.iter().filter_map(|e| e.cause).collect();
        let jobs: Vec<_> = town.opened("job").await.iter().map(|e| e.seq).collect();
        assert_eq!(causes, jobs, "in the order of the journal");
        assert_eq!(list(&town, true).await[0].standing(), Standing::Done);
    });
}

#[test]
fn a_parked_run_is_dropped_with_a_reason() {
    on_both(async |town: Town| {
        town.job("road", false).await;
        town.until("2026-11-19T09:20:00+08:00").await;
        let run = list(&town, false).await.remove(0);
        assert_eq!(run.standing(), Standing::Parked);
        let (seq, it, helper) = (run.seq, town.caller("it"), town.caller("helper"));
        let refused = town
            .store
            .command(home(), store::By::nobody(), {
                let rules = town.rules.clone();
                move |u| drop_run(u, &rules, &helper, "trial.stuck", seq, "不用了")
            })
            .await;
        assert_eq!(refused.expect_err("not his").kind(), base::Kind::Forbidden);
        let caller = it.clone();
        let refused = town
            .store
            .command(home(), store::By::nobody(), {
                let rules = town.rules.clone();
                move |u| drop_run(u, &rules, &caller, "trial.stuck", seq, " ")
            })
            .await;
        assert_eq!(refused.expect_err("no reason").kind(), base::Kind::Invalid);
        let rules = town.rules.clone();
        town.write(move |u| drop_run(u, &rules, &it, "trial.stuck", seq, "不用了")).await;
        assert!(list(&town, false).await.is_empty());
        let dropped = town.entries("reaction.dropped").await;
        assert_eq!(dropped.len(), 1);
        assert!(!dropped[0].payload.to_string().contains("不用了"), "the reason is a word");
    });
}

#[test]
fn the_eighth_reaction_in_a_row_is_refused() {
    on_both(async |town: Town| {
        town.open_flow("echo", json!({}), None, false).await;
        town.settle().await;
        let depths: Vec<i64> = town.opened("echo").await.iter().map(|e| e.depth).collect();
        assert_eq!(depths, [0, 1, 2, 3, 4, 5, 6, 7]);
        let refused = town.entries("reaction.refused").await;
        assert_eq!((refused.len(), refused[0].depth), (1, 8));
        let it = town.caller("it");
        let rows = town.store.read(home(), move |r| failures(r, &it, false, None, 100)).await.expect("reads");
        let row = rows.iter().find(|f| f.name == "trial.echoes").expect("visible");
        assert_eq!((row.standing(), row.code.as_str()), (Standing::TooDeep, "too_deep"));
    });
}

/// A township's own pack, beside those that are shipped. What its reaction changes is not in the register yet.
const LAMPS: &str = r#"
pack: lamps
name: {zh: 路灯, en: Lamps}
uses: [three_leaders]
kinds:
  lamp:
    name:   {zh: 路灯, en: Lamp}
    shape:  none
    key:    code
    fields:
      code:  {type: text, name: {zh: 编号, en: Code}, required: true, search: true}
      state: {type: text, name: {zh: 状态, en: State}}
reactions:
  lit:
    when: {flow: service, is: opened}
    do:   {thing: {kind: lamp, key: '"L-1"', fields: {state: {zh: 亮, en: lit}}}}
"#;

#[test]
fn with_the_shipped_packs_what_cannot_be_done_becomes_a_matter_of_the_countys_it() {
    let root = std::path::PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../packs");
    let mut sources: Vec<Source> = ["three_leaders", "direct_line", "worry_free"]
        .map(|pack| {
            let path = format!("{pack}/pack.yaml");
            Source { text: std::fs::read_to_string(root.join(&path)).expect("a pack"), path }
        })
        .into();
    sources.push(Source { path: "lamps/pack.yaml".into(), text: LAMPS.into() });
    let packs = Catalogue::read(&sources, None).unwrap_or_else(|faults| panic!("\n{faults}"));
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
    for database in store::testing::databases() {
        runtime.block_on(async {
            let seats = [("village_duty", VILLAGE), ("county_it", "430903"), ("county_leader", "430903")];
            let town = Town::with(&database, packs.clone(), &seats).await;
            let service = |words: &'static str| {
                let caller = town.caller("village_duty");
                let opening = matters::Opening {
                    flow: Name::new("three_leaders", "service"),
                    door: packs::Door::Page,
                    form: json!({ "what": "visit", "words": words, "place": { "region": VILLAGE } }),
                    region: None,
                    category: None,
                    triage: None,
                    urgent: false,
                    resident: None,
                    for_another: None,
                    outer: None,
                    told_at: None,
                    terms: String::new(),
                    about: Vec::new(),
                    receipt: None,
                };
                town.run(move |u, rules| matters::open(u, rules, &caller, &opening))
            };
            service("灯亮了").await.expect("opens");
            service("又亮了").await.expect("opens");
            town.until("2026-11-19T09:45:00+08:00").await;
            let it = town.caller("county_it");
            let parked = town.store.read(home(), move |r| failures(r, &it, false, None, 100)).await.expect("reads");
            assert!(parked.iter().all(|f| (f.name.as_str(), f.standing(), f.code.as_str()) == ("lamps.lit", Standing::Parked, "no_thing")));
            assert_eq!(parked.len(), 2);
            for run in &parked {
                let m = town.get(run.matter.expect("a matter for the county's IT")).await;
                assert_eq!((m.pack.as_str(), m.flow.as_str(), m.step.as_str()), ("three_leaders", "upkeep", "mend"));
                assert_eq!((m.open, m.holder), (true, town.seat("county_it")));
                assert_eq!(m.due.to_string(), "2026-11-20T18:00:00+08:00", "a day, while the parked list says why");
            }
            // Somebody registers the lamp: one run is done again, the other given up with a reason.
            let register = things::Register { catalogue: town.rules.catalogue.clone(), terms: |text| text.to_owned() };
            let system = access::Caller::system(home(), town.rules.catalogue.clone());
            let values = json!({ "code": "L-1" }).as_object().expect("values").clone();
            let given = things::Given { region: VILLAGE.parse().expect("a code"), values, geometry: None };
            town.store
                .command(home(), By::system("test"), move |u| things::add(u, &register, &system, &Name::new("lamps", "lamp"), &given, None))
                .await
                .expect("registers it");
            let it = town.caller("county_it");
            town.runner.replay(home(), it.clone(), None, "lamps.lit", parked[1].seq).await.expect("is done");
            let seq = parked[0].seq;
            let rules = town.rules.clone();
            town.write(move |u| drop_run(u, &rules, &it, "lamps.lit", seq, "前一次已经改好")).await;
            let it = town.caller("county_it");
            let left = town.store.read(home(), move |r| failures(r, &it, false, None, 100)).await.expect("reads");
            assert!(left.is_empty());
            for run in &parked {
                let m = town.get(run.matter.expect("a matter")).await;
                assert_eq!((m.open, m.ended_as.as_deref()), (false, Some("mended")), "settled with its run, whether done or dropped");
            }
        });
    }
}
