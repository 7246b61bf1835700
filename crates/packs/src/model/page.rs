//! Pages: what each role finds on its first page. The faces draw them; here they are checked.

use super::Name;
use indexmap::IndexMap;
use serde::Serialize;

#[derive(Clone, Debug, Default, Serialize)]
pub struct Pages {
    pub pack: String,
    /// By role (or `resident`): the pages on the telephone.
    pub phone: IndexMap<String, Vec<PhonePage>>,
    pub console: Console,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PhonePage {
    /// The opening form of a flow.
    Open(Name),
    /// What I sent.
    Mine,
    /// What is mine to do today.
    Today,
    /// The households I answer for.
    Households,
    /// My own month, for me alone.
    Month,
}

#[derive(Clone, Debug, Default, Serialize)]
pub struct Console {
    /// The desk's entry form for people who phone or come in.
    pub desk: bool,
    pub map: Option<MapPage>,
    /// Indicators on the screen.
    pub screen: Vec<Name>,
    /// Kinds with a page of their own.
    pub registers: Vec<Name>,
}

#[derive(Clone, Debug, Serialize)]
pub struct MapPage {
    pub layer: Name,
    pub colour: Colour,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Colour {
    Clock,
    Category,
    Step,
}
