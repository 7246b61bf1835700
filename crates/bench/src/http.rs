//! `bench http`: CPU a request with many matters at rest, the server's and the database's together, and memory.

use crate::{
    Args,
    client::Client,
    county::County,
    cpu,
    running::{Running, name},
};
use base::Result;
use serde_json::{Value as Json, json};
use std::time::Instant;

/// Requests of one measured kind.
const TIMES: usize = 1000;

pub fn run(args: &Args, county: &County) -> Result<()> {
    let server = Running::start(args)?;
    server.settle(args)?;
    let postmaster = args.database.as_deref().and_then(cpu::postmaster);
    let client = |who: &str| Client::connect(server.at, &county.tokens[who]);
    let measure = |what: &str, who: &str, run: &mut dyn FnMut(&mut Client, usize) -> Result<()>| -> Result<()> {
        let mut c = client(who)?;
        run(&mut c, 0)?;
        let (before, begun) = (server.spent(args)?, Instant::now());
        for i in 1..=TIMES {
            run(&mut c, i)?;
        }
        let (spent, wall, each) = (server.spent(args)?.since(before), begun.elapsed(), |seconds: f64| round(seconds * 1e3 / TIMES as f64));
        say(
            args,
            json!({ "what": what, "who": who, "cpu_ms": each(spent.whole()), "of_the_database": each(spent.database),
                "wall_ms": each(wall.as_secs_f64()) }),
        );
        Ok(())
    };
    measure("get", "county", &mut |c, i| c.get(&format!("/api/matters/{}", county.open[i % county.open.len()]))?.ok("get").map(drop))?;
    for who in ["county", "town", "village", "group", "twelve"] {
        for (what, query) in [("list open", "open=true"), ("list all", "")] {
            measure(what, who, &mut |c, _| c.get(&format!("/api/matters?most=50&{query}"))?.ok("list").map(drop))?;
        }
    }
    let mut made: Vec<String> = Vec::new();
    measure("create", "village", &mut |c, _| {
        let opened = c.post("/api/matters", &report(county), &uuid::Uuid::new_v4().to_string())?.ok("create")?;
        made.push(opened["id"].as_str().unwrap_or_default().to_owned());
        Ok(())
    })?;
    let mv = |c: &mut Client, id: &str, body: Json| {
        c.post(&format!("/api/matters/{id}/moves"), &body, &uuid::Uuid::new_v4().to_string())?.ok("move").map(drop)
    };
    measure("assign", "village", &mut |c, i| mv(c, &made[i], json!({ "move": "area", "form": {} })))?;
    measure("resolve", "village", &mut |c, i| mv(c, &made[i], json!({ "move": "done", "form": { "answer": "演示：已处理" } })))?;
    say(
        args,
        json!({ "what": "memory", "server_mb": round(cpu::resident(server.pid())),
        "database_mb": postmaster.map(|p| round(cpu::tree(p).into_iter().map(cpu::resident).sum())) }),
    );
    Ok(())
}

pub fn report(county: &County) -> Json {
    json!({ "flow": "direct_line.report", "category": "dispute", "door": "page",
        "form": { "words": "演示：邻居新房屋檐多出一尺，雨水滴到我家墙上", "place": { "region": county.group }, "sender": "named" } })
}

fn say(args: &Args, mut line: Json) {
    line["bench"] = json!("http");
    line["database"] = json!(name(args));
    line["matters"] = json!(args.matters);
    println!("{line}");
}

pub fn round(x: f64) -> f64 {
    (x * 1000.0).round() / 1000.0
}
