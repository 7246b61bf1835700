//! Leaders from a spreadsheet's rows: a report for each wrong cell, a dry run, chunks, twice the same: on both databases.

use crate::common::*;
use access::*;
use base::{Code, Kind, Level};
use std::time::Instant;
use store::{sql, testing, testing::home};

fn heading() -> Vec<String> {
    ["区划代码", "区划名称", "级别", "岗位", "姓名", "电话", "户数", "所辖组"].map(str::to_owned).to_vec()
}

fn row(cells: [&str; 8]) -> Vec<String> {
    cells.map(str::to_owned).to_vec()
}

async fn plan(w: &World, cells: &[Vec<String>]) -> Plan {
    let rows = read_leaders(cells).expect("columns");
    let (keys, catalogue) = (w.keys.clone(), w.catalogue.clone());
    w.store.read(home(), move |r| plan_leaders(r, &keys, &catalogue, &posts(&catalogue), &rows)).await.expect("plans")
}

#[test]
fn every_wrong_cell_is_named_and_nothing_is_brought() {
    on_both(async |w| {
        let cells = vec![
            heading(),
            row(["430903101200", "石桥村", "村", "", "", "", "320", ""]),
            row(["4.30903E+18", "某组", "组", "组长", "演示甲", "17900000001", "", ""]),
            row(["430903101200004", "4组", "村", "组长", "演示甲", "17900000001", "", ""]),
            row(["430903101999", "没有村", "村", "", "", "", "", ""]),
            row(["430903101200003", "3组", "组", "酋长", "演示乙", "17900000002", "", ""]),
            row(["430903101200003", "3组", "组", "组长", "=cmd()", "17900000002", "", ""]),
            row(["430903101200002", "2组", "组", "组长", "演示丙", "12345", "1.5", ""]),
            row(["430903101200001", "1组", "组", "组长", "演示丁", "17900000003", "40", ""]),
            row(["430903101200001", "1组", "组", "组长", "演示戊", "17900000004", "40", ""]),
            row(["430903101201001", "1组", "组", "组长", "演示己", "17900000003", "40", ""]),
            row(["430903101200", "东片", "片", "片长", "演示庚", "17900000005", "", "1-9"]),
            row(["430903001", "桃花仑街道", "乡镇", "邻长", "演示辛", "17900000006", "", ""]),
            row(["430904001", "外县", "乡镇", "", "", "", "", ""]),
        ];
        let plan = plan(&w, &cells).await;
        let found: Vec<(usize, &str)> = plan.faults.iter().map(|f| (f.row, f.column)).collect();
        assert_eq!(
            found,
            [
                (3, "区划代码"),
                (4, "级别"),
                (5, "区划代码"),
                (6, "岗位"),
                (7, "姓名"),
                (8, "户数"),
                (8, "电话"),
                (10, "岗位"),
                (11, "电话"),
                (12, "所辖组"),
                (13, "岗位"),
                (14, "区划代码"),
            ]
        );
        assert!(plan.faults.iter().all(|f| !f.text.zh.is_empty() && !f.text.en.is_empty()));
        let e = import_leaders(&w.store, &w.system(), &w.keys, &plan).await.expect_err("refused");
        assert_eq!((e.kind(), e.code()), (Kind::Invalid, "rows_wrong"));
        assert_eq!(w.store.read(home(), |r| r.count(sql("select count(*) from seat"))).await.expect("counts"), 0);
        let missing = read_leaders(&[vec!["区划代码".into(), "名字".into()]]).expect_err("columns are missing");
        assert_eq!(missing.len(), 6);
    });
}

#[test]
fn one_person_one_account_areas_and_a_second_run() {
    on_both(async |w| {
        let cells = vec![
            heading(),
            row(["430903101200", "石桥村", "村", "", "", "", "320", ""]),
            row(["430903101200", "东片", "片", "片长", "演示庚", "179 0000 0005", "160", "1-2、4"]),
            row(["430903101200001", "1组", "组", "组长", "演示丁", "17900000003", "40", ""]),
            row(["430903101200002", "2组", "组", "组长", "演示丁", "17900000003", "41", ""]),
            row(["430903101200003", "3组", "组", "组长", "", "", "42", ""]),
            row(["4309031012000030001", "3组1邻", "邻", "邻长", "演示庚", "17900000005", "12", ""]),
        ];
        let first = plan(&w, &cells).await;
        assert!(first.faults.is_empty(), "{:?}", first.faults);
        let want = Outcome { regions: 1, areas: 1, seats: 5, accounts: 2, filled: 4, replaced: 0, unchanged: 0, vacant: 1 };
        assert_eq!(first.outcome, want);
        // Staged, and the server stops: nothing is seen; it is found again and finished.
        let id = stage_leaders(&w.store, &w.system(), &w.keys, &first).await.expect("stages");
        let (left, seats) =
            w.store.read(home(), |r| Ok((unfinished_intakes(r)?, r.count(sql("select count(*) from seat"))?))).await.expect("reads");
        assert_eq!((left, seats), (vec![id], 0));
        finish_intake(&w.store, &w.system(), &w.keys, id).await.expect("finishes");
        assert!(w.store.read(home(), unfinished_intakes).await.expect("reads").is_empty());
        let keys = w.keys.clone();
        let who = w.store.read(home(), move |r| by_phone(r, &keys, "+8617900000005")).await.expect("reads").expect("is there");
        let caller = w.caller(who).await;
        let mut regions: Vec<Code> = caller.grants.iter().map(|g| g.region).collect();
        regions.sort();
        assert_eq!(regions, ["430903101200001", "430903101200002", "4309031012000030001", "430903101200004"].map(code));
        assert_eq!(caller.kind, CallerKind::Resident, "an unpaid leader signs in by phone");
        // The same sheet again does nothing; another holder takes over.
        let again = plan(&w, &cells).await;
        let nothing = Outcome { unchanged: 4, vacant: 1, ..Outcome::default() };
        assert_eq!(again.outcome, nothing);
        let mut changed = cells.clone();
        changed[3][4] = "演示新人".into();
        changed[3][5] = "17900000009".into();
        let third = plan(&w, &changed).await;
        assert_eq!((third.outcome.accounts, third.outcome.replaced, third.outcome.unchanged), (1, 1, 3));
        import_leaders(&w.store, &w.system(), &w.keys, &third).await.expect("imports");
        let now = plan(&w, &changed).await;
        assert_eq!(now.outcome, nothing);
        assert_eq!(plan(&w, &[heading(), row(["430903101200", "东片", "片", "", "", "", "", "1-3"])]).await.faults[0].column, "所辖组");
    });
}

#[test]
fn sixteen_thousand_leaders() {
    let mut tree = String::from("430903,赫山区\n");
    let mut cells = vec![heading()];
    let mut n = 0;
    let mut leader = |code: String, name: String, level: &str, post: &str| {
        n += 1;
        let phone = format!("179{n:08}");
        cells.push(row([&code, &name, level, post, &format!("演示{n}"), &phone, "12", ""]));
    };
    for town in 101..118 {
        tree += &format!("430903{town},{town}镇\n");
        for village in 200..213 {
            tree += &format!("430903{town}{village},{village}村\n");
            for group in 1..=10 {
                leader(format!("430903{town}{village}{group:03}"), format!("{group}组"), "组", "组长");
                for neighbour in 1..=6 {
                    leader(format!("430903{town}{village}{group:03}{neighbour:04}"), format!("{neighbour}邻"), "邻", "邻长");
                }
            }
        }
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
    for database in testing::databases() {
        runtime.block_on(async {
            let clock = std::sync::Arc::new(base::StoryClock::at(time("2026-11-23T09:00:00+08:00")));
            let store = testing::open(&database, clock.clone(), &[SCHEMA]).await;
            let keys = Keyring::new([(1, [7; 32])]).expect("a keyring");
            let w = World { store, clock, keys, catalogue: catalogue(), callers: Callers::default() };
            import_regions(&w.store, &w.system(), read_regions(&tree).expect("reads")).await.expect("the tree");
            let begun = Instant::now();
            let first = plan(&w, &cells).await;
            let planned = begun.elapsed();
            assert!(first.faults.is_empty(), "{:?}", &first.faults[..first.faults.len().min(3)]);
            assert_eq!((first.outcome.seats, first.outcome.accounts, first.outcome.regions), (15_470, 15_470, 15_470));
            import_leaders(&w.store, &w.system(), &w.keys, &first).await.expect("imports");
            let all = begun.elapsed();
            let again = Instant::now();
            assert_eq!(plan(&w, &cells).await.outcome, Outcome { unchanged: 15_470, ..Outcome::default() });
            println!("{database:?}: 15,470 leaders: dry run {planned:?}, with import {all:?}, second dry run {:?}", again.elapsed());
            assert!(all.as_secs() < 60, "{all:?}");
            // One caller costs little, also with so many seats around.
            let keys = w.keys.clone();
            let who = w.store.read(home(), move |r| by_phone(r, &keys, "+8617900000002")).await.expect("reads").expect("is there");
            let token = w.run(move |unit| open_session(unit, who, &Device::default(), true)).await.expect("opens").token;
            let found = w.authenticate(&token).await.expect("a caller").caller;
            assert_eq!(found.grants[0].region.level(), Level::Neighbour);
            let begun = Instant::now();
            for _ in 0..1000 {
                w.authenticate(&token).await.expect("a caller");
            }
            println!("authenticate, remembered: {:?} each", begun.elapsed() / 1000);
            let begun = Instant::now();
            for _ in 0..200 {
                let (catalogue, token) = (w.catalogue.clone(), token.clone());
                w.store.read(home(), move |r| authenticate(r, &Callers::default(), &catalogue, &token)).await.expect("a caller");
            }
            println!("authenticate, anew: {:?} each", begun.elapsed() / 200);
        });
    }
}
