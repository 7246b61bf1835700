//! `does: import`: a sheet of messages goes in through the door for sheets.

use crate::{door::Answer, people::Person, play::Scene};
use packs::StoryStep;

/// The file under the folder of data; where there is none, `otherwise` says what is brought instead.
pub fn run(scene: &mut Scene, step: &StoryStep, who: &Person) -> Result<Answer, String> {
    let text = |key: &str| step.values.get(key).and_then(|v| v.as_str()).unwrap_or_default().to_owned();
    let (flow, name) = (text("flow"), text("file"));
    let file = scene.stage.data.map(|folder| folder.join(&name)).filter(|f| f.is_file());
    let Some(file) = file else {
        println!("  跳过导入，没有这个文件 / import passed over, there is no file: {name}");
        return scene.ask(who, |door, from| door.get(from, "/api/me"));
    };
    let bytes = std::fs::read(&file).map_err(|e| format!("{}: {e}", file.display()))?;
    let path = format!("/api/imports?flow={flow}");
    scene.ask(who, |door, from| door.bring(from, &path, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", &bytes))
}
