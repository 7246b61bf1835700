use crate::edge::shape::Region;
use crate::routes::map::Geometry;
use base::{Code, SeatId, Time};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// What was made.
#[derive(Serialize, Deserialize, ToSchema)]
pub struct Made {
    pub id: Uuid,
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct FindRegions {
    /// The beginning of a code, or a part of a name, old ones too.
    #[param(max_length = 100)]
    pub q: Option<String>,
    /// Those with these codes, parted by commas, 200 at most; old ones too.
    #[param(pattern = "^[0-9]{6,19}(,[0-9]{6,19}){0,199}$")]
    pub codes: Option<String>,
    /// Those directly under this one; the county itself if nothing is given.
    #[param(value_type = Option<Region>, inline)]
    pub under: Option<String>,
}

#[derive(Serialize, ToSchema)]
pub struct RegionShown {
    #[schema(value_type = Region)]
    pub code: Code,
    pub name: String,
    /// `county`, `town`, `village`, `group` or `neighbour`.
    #[schema(value_type = String)]
    pub level: base::Level,
    /// Names of what it lies in, below the county: 衡龙桥镇 of a village, 衡龙桥镇石桥村 of a group. Empty for the county's
    /// own children.
    pub path: String,
    /// It has this code or name no more since then.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub ended: Option<Time>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AddRegion {
    #[schema(value_type = Region)]
    pub code: Code,
    pub name: String,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeRegion {
    pub name: Option<String>,
    #[schema(minimum = 0)]
    pub households: Option<i64>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GiveBoundary {
    /// GeoJSON: a Polygon or MultiPolygon.
    #[schema(value_type = Geometry)]
    pub geometry: Value,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Recode {
    #[schema(value_type = Region)]
    pub old: Code,
    #[schema(value_type = Region)]
    pub new: Code,
}

#[derive(Serialize, ToSchema)]
pub struct Recoded {
    /// Rows that were moved.
    pub rows: i64,
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListAreas {
    #[param(value_type = Region, inline)]
    pub village: String,
}

#[derive(Serialize, ToSchema)]
pub struct AreaShown {
    pub id: Uuid,
    /// 片, 网格, 巷 …
    pub kind: String,
    pub name: String,
    #[schema(value_type = Vec<Region>)]
    pub groups: Vec<Code>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DefineArea {
    #[schema(max_length = 20)]
    pub kind: String,
    #[schema(value_type = Region)]
    pub village: Code,
    pub name: String,
    #[schema(value_type = Vec<Region>)]
    pub groups: Vec<Code>,
}

/// Which groups each area is to have. First as a preview (`apply` false); then with `apply`, and only if nothing else
/// would change hands than was shown.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Redraw {
    pub plan: Vec<Redrawn>,
    #[serde(default)]
    pub apply: bool,
    /// The groups that the preview showed.
    #[serde(default)]
    #[schema(value_type = Vec<Region>)]
    pub seen: Vec<Code>,
}

#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Redrawn {
    pub area: Uuid,
    #[schema(value_type = Vec<Region>)]
    pub groups: Vec<Code>,
}

/// One group that changes hands.
#[derive(Serialize, Deserialize, ToSchema)]
pub struct HandsChanged {
    #[schema(value_type = Region)]
    pub group: Code,
    pub households: i64,
    pub from: Option<Uuid>,
    #[schema(value_type = Vec<Uuid>)]
    pub from_seats: Vec<SeatId>,
    pub to: Option<Uuid>,
    #[schema(value_type = Vec<Uuid>)]
    pub to_seats: Vec<SeatId>,
}
