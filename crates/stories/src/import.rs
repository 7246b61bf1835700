//! `does: import`: a file of messages goes in through the door for sheets, checked first and then committed.

use crate::{door::Answer, people::Person, play::Scene};
use packs::StoryStep;
use serde_json::{Value, json};
use std::path::Path;

/// The file under the folder of data. Where there is none, `otherwise: demo` brings the demo's own reports instead.
pub fn run(scene: &mut Scene, step: &StoryStep, who: &Person) -> Result<Answer, String> {
    let text = |key: &str| step.values.get(key).and_then(Value::as_str).unwrap_or_default();
    let file = scene.stage.data.map(|folder| folder.join(text("file"))).filter(|f| f.is_file());
    let stem = Path::new(text("file")).file_stem().and_then(|s| s.to_str()).unwrap_or("messages");
    let (bytes, ending) = match (&file, text("otherwise")) {
        (Some(file), _) => (std::fs::read(file).map_err(|e| format!("{}: {e}", file.display()))?, "xlsx"),
        (None, "demo") => {
            println!("  没有 {}，改用演示留言 / is not there; the demo's own messages are brought instead", text("file"));
            (messages(scene)?.into_bytes(), "csv")
        }
        (None, _) => return Err(format!("没有文件 / there is no file {}", text("file"))),
    };
    // Two files may give one number to two messages: each is a source of its own.
    let source: String = stem.chars().filter(char::is_ascii_alphanumeric).collect();
    let path = format!("/api/imports/messages?flow={}.{}&name={stem}.{ending}&source={source}", scene.pack, text("flow"));
    let checked = scene.ask(who, |door, from| door.bring(from, &path, "application/octet-stream", &bytes))?;
    if !checked.is_good() {
        return Ok(checked);
    }
    let id = checked.body["id"].as_str().ok_or("检查没有编号 / the check has no id")?.to_owned();
    let committed = scene
        .ask(who, |door, from| door.send(from, "POST", &format!("/api/imports/messages/{id}/commit"), &json!({ "skip_wrong": true })))?;
    let (report, opened) = (&checked.body["report"], &committed.body["opened"]);
    println!("  {}：{} 条 / messages, 有误 / wrong {}, 导入 / imported {opened}", text("file"), report["total"], report["wrong"]);
    if committed.is_good() && *opened != report["staged"] {
        return Err(format!("检查过 / checked {}, 导入 / imported {opened}", report["staged"]));
    }
    Ok(committed)
}

/// The demo's reports as a sheet of messages.
fn messages(scene: &Scene) -> Result<String, String> {
    let date = scene.now()?.date();
    let mut sheet = String::from("留言编号,留言时间,留言详情\n");
    for (n, report) in demo::REPORTS.iter().copied().flatten().enumerate() {
        let words = report.words.replace("{v}", "本村").replace("{g}", "本组");
        sheet.push_str(&format!("YS{n:04},{date} 08:00:00,{words}（演示）\n"));
    }
    Ok(sheet)
}
