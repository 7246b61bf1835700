//! Times the counting itself: so many matters from scratch, then as many changes of them as the journal brings.
//!
//! `SHUXIANG_TEST_POSTGRES=… cargo run --release -p insight --example counting -- 20000`

#[path = "../tests/it/common/mod.rs"]
mod common;

use base::Time;
use common::{Dice, PACK, PARTS, Row, begin, code, counting, save, t};
use insight::catch_up;
use std::time::Instant;
use store::testing;

fn main() {
    let n: usize = std::env::args().nth(1).and_then(|n| n.parse().ok()).unwrap_or(5_000);
    testing::on_both(PARTS, async |store, _, database| {
        let counting = counting(PACK, 0);
        let mut dice = Dice(1);
        let place = |dice: &mut Dice| code(&format!("43090300{}20{}", 1 + dice.below(9), 1 + dice.below(9)));
        let mut all: Vec<Row> = Vec::new();
        for _ in 0..n {
            let place = place(&mut dice);
            all.push(Row::new(place, Time(t("2026-01-01T08:00:00+08:00").0 + dice.below(300 * 24) as i64 * 3_600_000)));
        }
        save(&store, &counting, &all).await;
        begin(&store, &counting).await;
        let mut figures = Vec::new();
        for _ in 0..2 {
            let begun = Instant::now();
            catch_up(&store, testing::home(), &counting).await.expect("counts");
            figures.push((n as f64 / begun.elapsed().as_secs_f64()).round());
            for m in &mut all {
                (m.resolved_at, m.answered_at) = (Some(m.due_at), Some(m.due_at));
            }
            save(&store, &counting, &all).await;
        }
        let database = if matches!(database, store::Database::Sqlite(_)) { "sqlite" } else { "postgres" };
        let line = serde_json::json!({
            "bench": "counting", "database": database, "matters": n, "indicators": 9, "from_scratch_per_s": figures[0], "changes_per_s": figures[1],
        });
        println!("{line}");
    });
}
