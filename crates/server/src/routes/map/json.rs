use crate::edge::shape::Region;
use base::{Code, Level, Time};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

use crate::routes::{platform::declared::RegionLevel, session::json::Words};

/// What a tile shows. Each layer reads the parameters that bear on it.
#[derive(Clone, Default, Serialize, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AskTile {
    /// A region and all below it.
    #[param(value_type = Option<Region>, inline)]
    pub region: Option<String>,
    /// Matters: `<pack>.<flow>`.
    pub flow: Option<String>,
    /// Matters: code of the flow's list.
    pub category: Option<String>,
    /// Matters: only those past their deadline.
    pub late: Option<bool>,
    /// Matters: the ended ones too; left out, the open ones alone.
    pub ended: Option<bool>,
    /// Matters: received from then on.
    #[param(value_type = Option<String>, format = DateTime)]
    pub from: Option<Time>,
    /// Matters: received before then.
    #[param(value_type = Option<String>, format = DateTime)]
    pub to: Option<Time>,
    /// Things: `<pack>.<kind>`.
    pub kind: Option<String>,
    /// Leaders: only seats of this role.
    pub role: Option<String>,
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AskRegions {
    /// Whose children are asked for; the county if left out.
    #[param(value_type = Option<Region>, inline)]
    pub parent: Option<String>,
    /// All of this level below it, down to villages; those directly under it if left out.
    #[param(value_type = Option<RegionLevel>, inline)]
    pub level: Option<Level>,
    /// Counts only matters of this flow, `<pack>.<flow>`.
    pub flow: Option<String>,
    /// Counts only matters received from then on.
    #[param(value_type = Option<String>, format = DateTime)]
    pub from: Option<Time>,
    /// … and before then.
    #[param(value_type = Option<String>, format = DateTime)]
    pub to: Option<Time>,
}

/// A GeoJSON feature collection (RFC 7946): the regions directly under one, each with its outline where the county
/// brought one, else a point.
#[derive(Serialize, ToSchema)]
pub struct RegionCollection {
    pub r#type: CollectionType,
    pub features: Vec<RegionFeature>,
    /// The region itself.
    pub parent: RegionFeature,
}

#[derive(Clone, Copy, Serialize, ToSchema)]
pub enum CollectionType {
    FeatureCollection,
}

#[derive(Clone, Copy, Serialize, ToSchema)]
pub enum FeatureType {
    Feature,
}

#[derive(Serialize, ToSchema)]
pub struct RegionFeature {
    pub r#type: FeatureType,
    /// `Polygon`, `MultiPolygon` or `Point`, WGS 84; `null` where nobody knows.
    #[schema(value_type = Option<Geometry>)]
    pub geometry: Option<Value>,
    pub properties: RegionOnMap,
}

/// A GeoJSON geometry.
#[derive(ToSchema)]
#[serde(tag = "type")]
#[allow(dead_code, reason = "the shape of a geometry in the document")]
pub enum Geometry {
    Point { coordinates: Vec<f64> },
    LineString { coordinates: Vec<Vec<f64>> },
    MultiLineString { coordinates: Vec<Vec<Vec<f64>>> },
    Polygon { coordinates: Vec<Vec<Vec<f64>>> },
    MultiPolygon { coordinates: Vec<Vec<Vec<Vec<f64>>>> },
}

#[derive(Serialize, ToSchema)]
pub struct RegionOnMap {
    #[schema(value_type = Region)]
    pub code: Code,
    pub name: String,
    /// `county`, `town`, `village`, `group` or `neighbour`.
    #[schema(value_type = String)]
    pub level: base::Level,
    /// Longitude and latitude for its name, where known; also of a region that has an outline.
    #[schema(value_type = Option<Vec<f64>>)]
    pub centre: Option<[f64; 2]>,
    /// 示意: outline and centre are generated, near nothing.
    pub demonstration: bool,
    /// Regions directly under it.
    pub children: i64,
    /// Matters that I may list, in it and all below it: open ones,
    pub open: i64,
    /// of those past their deadline, as `late=true` lists them,
    pub late: i64,
    /// with a deadline within two hours,
    pub soon: i64,
    /// urgent.
    pub alarm: i64,
    /// The worst of them: `alarm`, `late`, `soon`, `open`, or `ended` where none is open.
    pub state: &'static str,
}

/// What the map page needs to begin.
#[derive(Serialize, ToSchema)]
pub struct MapShown {
    /// The county's own base map; `null` where it set none.
    pub base: Option<BaseMap>,
    /// West, south, east, north of the county; `null` where nobody knows where it is.
    #[schema(value_type = Option<Vec<f64>>)]
    pub bounds: Option<[f64; 4]>,
    /// 示意: these bounds are generated.
    pub demonstration: bool,
    /// What tiles there are: `/api/map/tiles/{layer}/{z}/{x}/{y}`.
    pub layers: Vec<LayerShown>,
    /// At this zoom and deeper nothing is put together.
    pub apart_from: u8,
    /// No tile is deeper.
    pub deepest: u8,
}

#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum BaseMap {
    /// A file of vector or raster tiles, served here with range requests.
    Pmtiles {
        url: String,
        attribution: String,
        /// What is wrong with the file and how to mend it; `null` where nothing is.
        fault: Option<Words>,
    },
    /// Raster tiles of a map service (WMTS or XYZ), web-Mercator matrix.
    Tiles {
        /// With `{z}`, `{x}`, `{y}`.
        urls: Vec<String>,
        /// Names to be drawn over it.
        labels: Vec<String>,
        attribution: String,
        coordinates: Coordinates,
    },
}

/// What a map service draws its tiles in. All else on a map is WGS 84: displaced tiles are moved back where they are drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Coordinates {
    /// WGS 84 or CGCS2000.
    #[default]
    Wgs84,
    /// As commercial maps of China are displaced.
    Gcj02,
}

#[derive(Serialize, ToSchema)]
pub struct LayerShown {
    /// `matters`, `things` or `leaders`.
    pub layer: String,
    /// Of things: the value of `kind`.
    pub kind: Option<String>,
    pub name: Words,
    /// `point`, `line` or `polygon`.
    pub shape: &'static str,
}
