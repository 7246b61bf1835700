//! A county's packs, resolved together.

use crate::fault::{Pos, Sink};
use crate::read::{Reader, folder};
use crate::*;
use base::{Code, Home};
use indexmap::IndexMap;
use std::{fmt, fs, path::Path, path::PathBuf, sync::Arc};

/// One file of a pack. `path` is relative to the folder of packs: `direct_line/pack.yaml`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    pub path: String,
    pub text: String,
}

/// A pack as loaded.
#[derive(Clone, Debug)]
pub struct Pack {
    pub id: String,
    pub name: base::Text,
    /// What it is for.
    pub about: Option<base::Text>,
    pub uses: Vec<String>,
    /// SHA-256, hex, of the files that give it its meaning: its own and its overlays' (not its stories), and those of
    /// the packs it uses. An open matter is pinned to (pack, hash).
    pub hash: String,
    /// Those files. `Catalogue::read` of them alone gives the same pack with the same hash, years later.
    pub bundle: Vec<Source>,
}

/// All packs of a county resolved together, overlays applied. A clone is a pointer.
#[derive(Clone)]
pub struct Catalogue(pub(crate) Arc<Inner>);

#[derive(Debug, Default)]
pub(crate) struct Inner {
    pub packs: IndexMap<String, Pack>,
    pub flows: IndexMap<Name, Arc<Flow>>,
    pub forms: IndexMap<Name, Arc<Form>>,
    pub lists: IndexMap<Name, Arc<List>>,
    pub tables: IndexMap<Name, Arc<Table>>,
    pub kinds: IndexMap<Name, Arc<Kind>>,
    pub letters: IndexMap<Name, Arc<Letter>>,
    pub plans: IndexMap<Name, Arc<Plan>>,
    pub indicators: IndexMap<Name, Arc<Indicator>>,
    pub reactions: IndexMap<Name, Arc<Reaction>>,
    pub ladders: IndexMap<Name, Arc<Ladder>>,
    pub roles: IndexMap<String, Arc<Role>>,
    pub groups: IndexMap<String, Arc<RoleGroup>>,
    pub units: IndexMap<String, Arc<Unit>>,
    pub pages: Vec<Arc<Pages>>,
    pub stories: Vec<Arc<Story>>,
    /// The same packs with a township's overlays on top.
    pub townships: IndexMap<Code, Catalogue>,
    pub migrations: Vec<Migration>,
    pub changes: Vec<Change>,
}

fn resolve(sources: &[Source], county: Option<Home>, town: Option<Code>) -> Result<Inner, Faults> {
    let mut faults = Sink::default();
    let (folders, changes) = folder::read(sources, county, town, &mut faults);
    let (mut inner, faults) = Reader::read(&folders, faults);
    inner.changes = changes;
    inner.migrations = folders.into_iter().flat_map(|f| f.migrations).collect();
    if faults.0.is_empty() { Ok(inner) } else { Err(faults.into_faults()) }
}

/// The files of these folders, in order of their paths.
fn files(folders: &[PathBuf]) -> Result<Vec<Source>, Faults> {
    let mut sources = Vec::new();
    let mut faults = Sink::default();
    for folder in folders {
        let id = folder.file_name().and_then(|n| n.to_str()).unwrap_or("pack").to_owned();
        let subs = ["", "stories", "overlays", "migrations"];
        for sub in subs {
            if let Err((path, e)) = collect(&folder.join(sub), &id, sub, &mut sources) {
                let at = Pos { file: path.display().to_string().into(), line: 1, column: 1 };
                faults.add(&at, format!("读不了文件：{e}"), format!("cannot read it: {e}"));
            }
        }
    }
    sources.sort_by(|a: &Source, b| a.path.cmp(&b.path));
    if faults.0.is_empty() { Ok(sources) } else { Err(faults.into_faults()) }
}

fn collect(dir: &Path, id: &str, sub: &str, out: &mut Vec<Source>) -> Result<(), (PathBuf, std::io::Error)> {
    if !sub.is_empty() && !dir.is_dir() {
        return Ok(());
    }
    let names = fs::read_dir(dir).map_err(|e| (dir.to_owned(), e))?;
    for entry in names {
        let path = entry.map_err(|e| (dir.to_owned(), e))?.path();
        let Some(name) = path.file_name().and_then(|n| n.to_str()).filter(|n| n.ends_with(".yaml")) else { continue };
        let text = fs::read_to_string(&path).map_err(|e| (path.clone(), e))?;
        let inside = if sub.is_empty() { name.to_owned() } else { format!("{sub}/{name}") };
        out.push(Source { path: format!("{id}/{inside}"), text });
    }
    Ok(())
}

/// Its packs and their versions: the rest would fill a page of any log.
impl fmt::Debug for Catalogue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.packs().map(|p| (&p.id, &p.hash))).finish()
    }
}

impl Catalogue {
    /// Reads the packs in these folders (each is a pack: it holds a `pack.yaml`) for a county; `None`: no overlay is
    /// applied.
    pub fn load(folders: &[PathBuf], county: Option<Home>) -> Result<Catalogue, Faults> {
        Catalogue::read(&files(folders)?, county)
    }

    /// Reads packs from texts. All faults are given, not only the first.
    pub fn read(sources: &[Source], county: Option<Home>) -> Result<Catalogue, Faults> {
        let mut townships = IndexMap::new();
        for town in county.map(|home| folder::townships(sources, home)).unwrap_or_default() {
            townships.insert(town, Catalogue(Arc::new(resolve(sources, county, Some(town))?)));
        }
        let mut inner = resolve(sources, county, None)?;
        inner.townships = townships;
        Ok(Catalogue(Arc::new(inner)))
    }

    /// As it holds at a place: with its township's overlays.
    pub fn at(&self, place: Code) -> &Catalogue {
        place.with_ancestors().find_map(|c| self.0.townships.get(&c)).unwrap_or(self)
    }

    pub fn pack(&self, id: &str) -> Option<&Pack> {
        self.0.packs.get(id)
    }

    pub fn packs(&self) -> impl Iterator<Item = &Pack> {
        self.0.packs.values()
    }

    pub fn flow(&self, pack: &str, id: &str) -> Option<&Arc<Flow>> {
        self.0.flows.get(&Name::new(pack, id))
    }

    pub fn flows(&self) -> impl Iterator<Item = &Arc<Flow>> {
        self.0.flows.values()
    }

    pub fn form(&self, pack: &str, id: &str) -> Option<&Arc<Form>> {
        self.0.forms.get(&Name::new(pack, id))
    }

    pub fn list(&self, pack: &str, id: &str) -> Option<&Arc<List>> {
        self.0.lists.get(&Name::new(pack, id))
    }

    pub fn table(&self, pack: &str, id: &str) -> Option<&Arc<Table>> {
        self.0.tables.get(&Name::new(pack, id))
    }

    pub fn kind(&self, pack: &str, id: &str) -> Option<&Arc<Kind>> {
        self.0.kinds.get(&Name::new(pack, id))
    }

    pub fn kinds(&self) -> impl Iterator<Item = &Arc<Kind>> {
        self.0.kinds.values()
    }

    pub fn letter(&self, pack: &str, id: &str) -> Option<&Arc<Letter>> {
        self.0.letters.get(&Name::new(pack, id))
    }

    pub fn plans(&self) -> impl Iterator<Item = &Arc<Plan>> {
        self.0.plans.values()
    }

    pub fn indicator(&self, pack: &str, id: &str) -> Option<&Arc<Indicator>> {
        self.0.indicators.get(&Name::new(pack, id))
    }

    pub fn indicators(&self) -> impl Iterator<Item = &Arc<Indicator>> {
        self.0.indicators.values()
    }

    pub fn reactions(&self) -> impl Iterator<Item = &Arc<Reaction>> {
        self.0.reactions.values()
    }

    pub fn ladders(&self) -> impl Iterator<Item = &Arc<Ladder>> {
        self.0.ladders.values()
    }

    pub fn ladder(&self, pack: &str, id: &str) -> Option<&Arc<Ladder>> {
        self.0.ladders.get(&Name::new(pack, id))
    }

    /// By its full name, as [`Flow::ladder`] has it.
    pub fn ladder_of(&self, flow: &Flow) -> Option<&Arc<Ladder>> {
        self.0.ladders.get(flow.ladder.as_ref()?)
    }

    pub fn role(&self, id: &str) -> Option<&Arc<Role>> {
        self.0.roles.get(id)
    }

    pub fn roles(&self) -> impl Iterator<Item = &Arc<Role>> {
        self.0.roles.values()
    }

    pub fn group(&self, id: &str) -> Option<&Arc<RoleGroup>> {
        self.0.groups.get(id)
    }

    pub fn unit(&self, id: &str) -> Option<&Arc<Unit>> {
        self.0.units.get(id)
    }

    pub fn units(&self) -> impl Iterator<Item = &Arc<Unit>> {
        self.0.units.values()
    }

    pub fn pages(&self) -> &[Arc<Pages>] {
        &self.0.pages
    }

    pub fn stories(&self) -> &[Arc<Story>] {
        &self.0.stories
    }

    /// What the county's overlays change; a township's are in [`Catalogue::at`].
    pub fn changes(&self) -> &[Change] {
        &self.0.changes
    }

    pub fn migrations(&self) -> &[Migration] {
        &self.0.migrations
    }

    /// Does a right on `all` count for this? Not for the platform, and not for flows that are kept apart.
    pub fn in_all(&self, on: &Subject) -> bool {
        match on {
            Subject::Flow(name) => self.flow(&name.pack, &name.id).is_none_or(|f| !f.apart),
            Subject::Kind(_) => true,
            Subject::All | Subject::Platform => false,
        }
    }

    /// Whether a seat of this role may do this to that, anywhere at or below the seat's region.
    pub fn may(&self, role: &str, action: Action, on: &Subject) -> bool {
        self.role(role)
            .is_some_and(|r| r.may.iter().any(|g| g.actions.contains(&action) && (g.on == *on || g.on == Subject::All && self.in_all(on))))
    }
}
