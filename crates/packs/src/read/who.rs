//! Reads who, where and how long.

use super::{Reader, UNIT};
use crate::fault::Noun;
use crate::grammar::common::AT_WORDS;
use crate::node::{Data, Node};
use crate::read::scalar;
use crate::{At, Due, Scope, Term, UnitRef, Val, Who};
use base::{Level, Text};

const PLACE: Noun = Noun { zh: "地方", en: "place", many: "Places" };

pub(super) fn level(word: &str) -> Option<Level> {
    Some(match word {
        "province" => Level::Province,
        "city" => Level::City,
        "county" => Level::County,
        "township" => Level::Town,
        "village" => Level::Village,
        "group" => Level::Group,
        "neighbour" => Level::Neighbour,
        _ => return None,
    })
}

pub(super) fn level_word(level: Level) -> &'static str {
    match level {
        Level::Province => "province",
        Level::City => "city",
        Level::County => "county",
        Level::Town => "township",
        Level::Village => "village",
        Level::Group => "group",
        Level::Neighbour => "neighbour",
    }
}

impl Reader {
    /// `None` if it is not there or was refused.
    pub(super) fn who(&mut self, node: Option<&Node>, scope: &Scope) -> Option<Who> {
        let node = node?;
        if let Some(word) = node.text() {
            return Some(match word {
                "resident" => Who::Resident,
                "holder" => Who::Holder,
                "opener" => Who::Opener,
                "anyone" => Who::Anyone,
                "chosen" => Who::Chosen,
                _ => return None,
            });
        }
        if let Some(up) = node.get("up") {
            return up.text()?.parse().ok().map(Who::Up);
        }
        if let Some(near) = node.get("nearest") {
            self.at(near)?;
            let role = self.role(node.get("role")?)?;
            let most = node.str("most").and_then(|m| m.parse().ok()).unwrap_or(1);
            return Some(Who::Nearest { role, most });
        }
        let at = match node.get("at") {
            Some(at) => Some(self.at(at)?),
            None => None,
        };
        if let Some(unit) = node.get("unit") {
            let unit = self.unit_ref(unit, scope)?;
            let at = at.unwrap_or(At::Level(Level::County));
            self.unit_sits(node, &unit, at)?;
            return Some(Who::Unit { unit, at });
        }
        let role_node = node.get("role")?;
        let role = self.role(role_node)?;
        let at = at.unwrap_or(At::Place);
        self.role_sits(node, &role, at)?;
        Some(Who::Seat { role, at })
    }

    pub(super) fn whos(&mut self, node: Option<&Node>, scope: &Scope) -> Vec<Who> {
        let items = node.map(Node::one_or_more).unwrap_or_default();
        items.iter().filter_map(|n| self.who(Some(n), scope)).collect()
    }

    pub(super) fn at(&mut self, node: &Node) -> Option<At> {
        let word = node.text()?;
        match level(word) {
            _ if word == "place" => Some(At::Place),
            Some(l) => Some(At::Level(l)),
            None => {
                self.faults.unknown(&node.at, PLACE, word, "", AT_WORDS.iter().map(|w| w.name));
                None
            }
        }
    }

    fn unit_ref(&mut self, node: &Node, scope: &Scope) -> Option<UnitRef> {
        let text = node.text()?;
        if !scalar::is_id(text) {
            let wanted = self.unit_type();
            return self.expr(node, scope, &wanted).map(UnitRef::Expr);
        }
        let known = self.visible_units();
        if known.iter().any(|u| u == text) {
            return Some(UnitRef::Fixed(text.to_owned()));
        }
        self.faults.unknown(&node.at, UNIT, text, "", known.iter().map(String::as_str));
        None
    }

    /// A role stands at one level; a seat of it anywhere else is one that nobody can hold.
    fn role_sits(&mut self, node: &Node, role: &str, at: At) -> Option<()> {
        let own = self.roles.get(role)?.level;
        match at {
            At::Level(l) if l != own => {
                let (own, asked) = (level_word(own), level_word(l));
                let mend = Text::new(format!("写 at: {own} 或 at: place"), format!("write at: {own}, or at: place"));
                self.faults.mend(
                    &node.at,
                    format!("角色“{role}”的岗位在 {own}，在 {asked} 没有人坐"),
                    format!("role \"{role}\" has its seats at {own}: nobody can hold it at {asked}"),
                    mend,
                );
                None
            }
            _ => Some(()),
        }
    }

    fn unit_sits(&mut self, node: &Node, unit: &UnitRef, at: At) -> Option<()> {
        let (UnitRef::Fixed(id), At::Level(l)) = (unit, at) else {
            return Some(());
        };
        if self.units.get(id)?.role_at(l).is_some() {
            return Some(());
        }
        let asked = level_word(l);
        self.faults.add(
            &node.at,
            format!("部门“{id}”在 {asked} 没有岗位"),
            format!("department \"{id}\" has no seat at {asked}: nobody can hold it"),
        );
        None
    }

    pub(super) fn term(&self, node: Option<&Node>) -> Option<Term> {
        node?.text()?.parse().ok()
    }

    pub(super) fn due(&mut self, node: Option<&Node>) -> Option<Due> {
        let node = node?;
        if let Data::Scalar { text, .. } = &node.data {
            return text.parse().ok().map(Due::Fixed);
        }
        let (table_node, row, column) = (node.get("table")?, node.get("row")?, node.get("column")?);
        let name = self.resolve("tables", table_node)?;
        let table = self.out.tables.get(&name)?.clone();
        let Some(rows) = table.rows.get(row.text()?) else {
            let noun = Noun { zh: "行", en: "row", many: "Rows" };
            self.faults.unknown(&row.at, noun, row.text()?, ("table", &name.id), table.rows.keys().map(String::as_str));
            return None;
        };
        let word = column.text()?;
        if table.columns.get(word).is_none_or(|c| c.ty != crate::Type::Term) {
            let noun = Noun { zh: "时长列", en: "column of terms", many: "Columns" };
            let terms = table.columns.iter().filter(|(_, c)| c.ty == crate::Type::Term).map(|(k, _)| k.as_str());
            self.faults.unknown(&column.at, noun, word, ("table", &name.id), terms);
            return None;
        }
        // A row without its term was refused where it stands.
        if !rows.iter().all(|r| matches!(r.values.get(word), Some(Val::Term(_)))) {
            return None;
        }
        Some(Due::Table { table: table.clone(), row: row.text()?.to_owned(), column: word.to_owned() })
    }
}
