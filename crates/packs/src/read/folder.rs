//! The folders of packs: which files there are, in what order packs are read, and the hash that names a version.

use super::PACK;
use super::overlay::{Change, Overlay};
use crate::catalogue::Source;
use crate::fault::{Pos, Sink};
use crate::grammar::{self, Shape, rules, story};
use crate::migration::{self, Migration};
use crate::node::{self, Node};
use base::{Code, Home, Level};
use sha2::{Digest, Sha256};
use std::{collections::BTreeMap, sync::Arc};

/// One pack, its overlays applied.
pub(crate) struct Folder {
    pub id: String,
    pub root: Node,
    pub uses: Vec<String>,
    /// All that it uses, and all that those use.
    pub sees: Vec<String>,
    pub hash: String,
    pub bundle: Vec<Source>,
    /// Name, file, content.
    pub stories: Vec<(String, String, Node)>,
    pub migrations: Vec<Migration>,
}

static PACK_SHAPE: Shape = Shape::Keys(&rules::PACK);
static STORY_SHAPE: Shape = Shape::Keys(&story::STORY);

/// What stands in the files of one pack, before overlays.
struct Files<'s> {
    main: Option<&'s Source>,
    overlays: BTreeMap<Code, &'s Source>,
    stories: Vec<&'s Source>,
    migrations: Vec<&'s Source>,
}

/// Townships for which some pack has an overlay.
pub(crate) fn townships(sources: &[Source], home: Home) -> Vec<Code> {
    let mut codes: Vec<Code> = sources.iter().filter_map(|s| overlay_code(&s.path)).collect();
    codes.retain(|c| c.level() == Level::Town && c.home() == home);
    codes.sort();
    codes.dedup();
    codes
}

fn overlay_code(path: &str) -> Option<Code> {
    let (_, rest) = path.split_once('/')?;
    rest.strip_prefix("overlays/")?.strip_suffix(".yaml")?.parse().ok()
}

/// Parses and orders the packs, for a county and maybe one of its townships.
pub(crate) fn read(sources: &[Source], home: Option<Home>, town: Option<Code>, faults: &mut Sink) -> (Vec<Folder>, Vec<Change>) {
    let mut files: BTreeMap<&str, Files> = BTreeMap::new();
    for source in sources {
        sort_out(source, &mut files, faults);
    }
    let mut changes = Vec::new();
    let mut folders = Vec::new();
    for (id, files) in files {
        let Some(main) = files.main else {
            let at = Pos { file: format!("{id}/pack.yaml").into(), line: 1, column: 1 };
            faults.add(&at, "没有 pack.yaml", "there is no pack.yaml");
            continue;
        };
        if let Some(folder) = one(id, main, &files, home, town, faults, &mut changes) {
            folders.push(folder);
        }
    }
    (in_order(folders, faults), changes)
}

fn sort_out<'s>(source: &'s Source, files: &mut BTreeMap<&'s str, Files<'s>>, faults: &mut Sink) {
    let Some((id, rest)) = source.path.split_once('/') else { return };
    let entry =
        files.entry(id).or_insert_with(|| Files { main: None, overlays: BTreeMap::new(), stories: Vec::new(), migrations: Vec::new() });
    let at = Pos { file: source.path.as_str().into(), line: 1, column: 1 };
    match rest.split_once('/') {
        None if rest == "pack.yaml" => entry.main = Some(source),
        Some(("stories", _)) => entry.stories.push(source),
        Some(("migrations", _)) => entry.migrations.push(source),
        Some(("overlays", name)) => match overlay_code(&source.path) {
            Some(code) => {
                entry.overlays.insert(code, source);
            }
            None => faults.add(
                &at,
                format!("“{name}”不是区划代码，覆盖文件名应如 430903.yaml"),
                format!("\"{name}\" is no region's code; an overlay is named like 430903.yaml"),
            ),
        },
        _ if rest.ends_with(".yaml") => {
            faults.add(
                &at,
                "不认识的文件；只有 pack.yaml、stories/、overlays/、migrations/",
                "not a file of a pack: pack.yaml, stories/, overlays/, migrations/",
            );
        }
        _ => {}
    }
}

fn parse(source: &Source, faults: &mut Sink) -> Option<Node> {
    node::parse(&Arc::from(source.path.as_str()), &source.text, faults)
}

fn one(
    id: &str,
    main: &Source,
    files: &Files,
    home: Option<Home>,
    town: Option<Code>,
    faults: &mut Sink,
    changes: &mut Vec<Change>,
) -> Option<Folder> {
    let mut root = parse(main, faults)?;
    grammar::check(&root, &PACK_SHAPE, faults);
    if let Some(name) = root.get("pack")
        && name.text().is_some_and(|n| n != id)
    {
        faults.add(&name.at, format!("应用包与文件夹“{id}”不同名"), format!("the pack is not named like its folder \"{id}\""));
    }
    let mut bundle = vec![main.clone()];
    for code in home.map(Home::code).into_iter().chain(town) {
        let Some(source) = files.overlays.get(&code) else { continue };
        bundle.push((*source).clone());
        let Some(over) = parse(source, faults) else { continue };
        Overlay { pack: id, faults, changes }.apply(&mut root, &over, &PACK_SHAPE, "");
    }
    // What an overlay put in must have the shape that its place asks for.
    if bundle.len() > 1 {
        grammar::check(&root, &PACK_SHAPE, faults);
    }
    let mut stories = Vec::new();
    for source in &files.stories {
        let Some(story) = parse(source, faults) else { continue };
        grammar::check(&story, &STORY_SHAPE, faults);
        let name = source.path.rsplit('/').next().unwrap_or_default().trim_end_matches(".yaml");
        stories.push((name.to_owned(), source.path.clone(), story));
    }
    let migrations = files.migrations.iter().filter_map(|s| migration::read(id, s, &parse(s, faults)?, &root, faults)).collect();
    let uses = root.get("uses").map(Node::one_or_more).unwrap_or_default();
    let uses = uses.iter().filter_map(Node::text).map(str::to_owned).collect();
    Some(Folder { id: id.to_owned(), root, uses, sees: Vec::new(), hash: String::new(), bundle, stories, migrations })
}

/// What is used comes first; then hashes and bundles can stand on those of the packs that are used.
fn in_order(mut left: Vec<Folder>, faults: &mut Sink) -> Vec<Folder> {
    let known: Vec<String> = left.iter().map(|f| f.id.clone()).collect();
    for folder in &mut left {
        let nodes = folder.root.get("uses").map(Node::one_or_more).unwrap_or_default();
        for node in nodes.iter().filter(|n| n.text().is_some_and(|t| !known.iter().any(|k| k == t))) {
            faults.unknown(&node.at, PACK, node.text().unwrap_or_default(), "the folder of packs", known.iter().map(String::as_str));
        }
        folder.uses.retain(|u| known.contains(u));
    }
    let mut done: Vec<Folder> = Vec::new();
    loop {
        let ready = left.iter().position(|f| f.uses.iter().all(|u| done.iter().any(|d| d.id == *u)));
        match ready {
            Some(i) => {
                let mut folder = left.remove(i);
                stand_on(&mut folder, &done);
                done.push(folder);
            }
            None => {
                for folder in &left {
                    let at = folder.root.get("uses").map_or(&folder.root.at, |n| &n.at);
                    faults.add(at, "应用包互相引用成了圈", "packs use each other in a circle");
                }
                return done;
            }
        }
    }
}

fn stand_on(folder: &mut Folder, done: &[Folder]) {
    let mut digest = Sha256::new();
    for source in &folder.bundle {
        for part in [&source.path, &source.text] {
            digest.update((part.len() as u64).to_le_bytes());
            digest.update(part.as_bytes());
        }
    }
    let mut uses: Vec<&Folder> = folder.uses.iter().filter_map(|u| done.iter().find(|d| d.id == *u)).collect();
    for used in &uses {
        for id in std::iter::once(&used.id).chain(&used.sees) {
            if !folder.sees.contains(id) {
                folder.sees.push(id.clone());
            }
        }
    }
    uses.sort_by(|a, b| a.id.cmp(&b.id));
    for used in uses {
        digest.update(used.hash.as_bytes());
        for source in &used.bundle {
            if !folder.bundle.contains(source) {
                folder.bundle.push(source.clone());
            }
        }
    }
    folder.hash = digest.finalize().iter().map(|b| format!("{b:02x}")).collect();
}
