//! The county's base map: a PMTiles file of its own, or a map service.

use crate::routes::map::{BaseMap, Coordinates};
use base::{Error, Kind, Result};
use serde::Deserialize;
use std::{
    fmt,
    path::{Path, PathBuf},
};

#[derive(Clone, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Maps {
    /// In the data folder, if it is no whole path.
    pub file: Option<PathBuf>,
    /// `tianditu`, or the address of a tile with `{z}`, `{x}`, `{y}` (or as WMTS names them: `{TileMatrix}`, `{TileCol}`,
    /// `{TileRow}`) and, where the service wants one, `{key}`.
    pub tiles: Option<String>,
    /// The same for names that are drawn over it.
    pub labels: Option<String>,
    pub key: Option<String>,
    pub attribution: Option<String>,
    /// What the service's tiles are drawn in.
    pub coordinates: Coordinates,
}

impl fmt::Debug for Maps {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Maps").field("file", &self.file).field("tiles", &self.tiles).finish_non_exhaustive()
    }
}

/// 天地图's vector map and its names, in CGCS2000 and web Mercator (matrix set `w`), on its eight hosts.
fn tianditu(layer: &str, key: &str) -> Vec<String> {
    let one = |n| {
        format!(
            "https://t{n}.tianditu.gov.cn/{layer}_w/wmts?SERVICE=WMTS&REQUEST=GetTile&VERSION=1.0.0&LAYER={layer}&STYLE=default\
             &TILEMATRIXSET=w&FORMAT=tiles&TILEMATRIX={{z}}&TILEROW={{y}}&TILECOL={{x}}&tk={key}"
        )
    };
    (0..8).map(one).collect()
}

/// A tile's address as pages fill it in: what WMTS calls matrix, column and row are its zoom, x and y.
fn plain(address: &str) -> String {
    [("{TileMatrix}", "{z}"), ("{TileCol}", "{x}"), ("{TileRow}", "{y}")]
        .iter()
        .fold(address.to_owned(), |a, (from, to)| a.replace(from, to))
}

impl Maps {
    /// What pages are told; `None` where nothing is set.
    pub fn shown(&self) -> Option<BaseMap> {
        let said = |otherwise: &str| self.attribution.clone().unwrap_or_else(|| otherwise.to_owned());
        if self.file.is_some() {
            return Some(BaseMap::Pmtiles { url: "/api/map/base.pmtiles".into(), attribution: said(""), fault: None });
        }
        let key = self.key.as_deref().unwrap_or_default();
        let filled = |address: &String| plain(address).replace("{key}", key);
        let (urls, labels, attribution) = match self.tiles.as_ref()? {
            own if own == "tianditu" => (tianditu("vec", key), tianditu("cva", key), said("天地图")),
            own => (vec![filled(own)], self.labels.iter().map(filled).collect(), said("")),
        };
        Some(BaseMap::Tiles { urls, labels, attribution, coordinates: self.coordinates })
    }

    pub fn file(&self, data: &Path) -> Option<PathBuf> {
        self.file.as_ref().map(|file| data.join(file))
    }

    /// Hosts that a browser must be let to: `https://t0.tianditu.gov.cn`.
    pub fn hosts(&self) -> Vec<String> {
        let Some(BaseMap::Tiles { urls, labels, .. }) = self.shown() else { return Vec::new() };
        let mut all: Vec<String> = urls.iter().chain(&labels).filter_map(|url| host(url)).collect();
        all.sort();
        all.dedup();
        all
    }

    pub fn check(&self) -> Result<()> {
        for address in self.tiles.iter().chain(&self.labels).filter(|a| *a != "tianditu") {
            let whole = ["{z}", "{x}", "{y}"].iter().all(|part| plain(address).contains(part));
            if !whole || host(address).is_none() {
                return Err(wrong(
                    format!("map 的地址 {address} 应以 https:// 开头，并含 {{z}}、{{x}}、{{y}}；天地图写 tianditu"),
                    format!("the map's address {address} begins with https:// and holds {{z}}, {{x}} and {{y}}; for 天地图 write tianditu"),
                ));
            }
        }
        if self.coordinates == Coordinates::Gcj02 && self.tiles.as_ref().is_none_or(|t| t == "tianditu") {
            return Err(wrong(
                "map.coordinates = \"gcj02\" 只用于 map.tiles 自己的地址；天地图和 PMTiles 文件都是 CGCS2000（WGS 84），请去掉这一项",
                "map.coordinates = \"gcj02\" is for an address of map.tiles alone; 天地图 and PMTiles files are in CGCS2000 (WGS 84): take it away",
            ));
        }
        let wants = |a: &Option<String>| a.as_ref().is_some_and(|a| a == "tianditu" || a.contains("{key}"));
        if (wants(&self.tiles) || wants(&self.labels)) && self.key.as_deref().unwrap_or_default().is_empty() {
            return Err(wrong("底图服务要密钥，请设 map.key", "the map service wants a key; set map.key"));
        }
        // The key stands in addresses and in a header.
        if self.key.as_ref().is_some_and(|k| !k.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b))) {
            return Err(wrong("map.key 只能是字母、数字和 - _ .", "map.key has letters, digits, - _ and . alone"));
        }
        Ok(())
    }
}

/// Scheme and host of an address, if it is one that a header may name.
fn host(url: &str) -> Option<String> {
    let (scheme, rest) = url.split_once("://")?;
    let host = rest.split(['/', '?']).next()?;
    let plain = !host.is_empty() && host.bytes().all(|b| b.is_ascii_alphanumeric() || b"-.:".contains(&b));
    (plain && matches!(scheme, "https" | "http")).then(|| format!("{scheme}://{host}"))
}

fn wrong(zh: impl Into<String>, en: impl Into<String>) -> Error {
    Error::new(Kind::Invalid, "configuration", zh, en)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tianditu_by_its_name() {
        let maps = Maps { tiles: Some("tianditu".into()), ..Maps::default() };
        assert!(maps.check().is_err(), "it wants a key");
        let maps = Maps { key: Some("abc123".into()), ..maps };
        maps.check().expect("whole");
        let Some(BaseMap::Tiles { urls, labels, attribution, coordinates: Coordinates::Wgs84 }) = maps.shown() else { panic!("tiles") };
        assert_eq!((urls.len(), labels.len(), attribution.as_str()), (8, 8, "天地图"));
        assert!(
            urls[3].starts_with("https://t3.tianditu.gov.cn/vec_w/wmts?")
                && urls[3].ends_with("&TILEMATRIX={z}&TILEROW={y}&TILECOL={x}&tk=abc123")
        );
        assert_eq!(maps.hosts()[0], "https://t0.tianditu.gov.cn");
        assert!(!format!("{maps:?}").contains("abc123"), "a key is not printed");
    }

    #[test]
    fn addresses_that_are_none_are_refused() {
        for tiles in [
            "https://x.example/{z}/{x}",
            "x/{z}/{x}/{y}",
            "https://x.example;script-src/{z}/{x}/{y}",
            "https://x.example/{z}/{x}/{y}?k={key}",
        ] {
            assert!(Maps { tiles: Some(tiles.into()), ..Maps::default() }.check().is_err(), "{tiles}");
        }
        let own = Maps { tiles: Some("https://x.example/{z}/{x}/{y}.png".into()), ..Maps::default() };
        own.check().expect("whole");
        assert_eq!(own.hosts(), ["https://x.example"]);
    }

    #[test]
    fn the_address_of_a_wmts_as_its_capabilities_write_it() {
        let tiles = "https://x.example/wmts/county/w/{TileMatrix}/{TileRow}/{TileCol}?tk={key}";
        let maps = Maps { tiles: Some(tiles.into()), key: Some("k1".into()), ..Maps::default() };
        maps.check().expect("whole");
        let Some(BaseMap::Tiles { urls, .. }) = maps.shown() else { panic!("tiles") };
        assert_eq!(urls, ["https://x.example/wmts/county/w/{z}/{y}/{x}?tk=k1"]);
    }

    #[test]
    fn displaced_coordinates_are_those_of_an_address_alone() {
        let own = Maps { tiles: Some("https://x.example/{z}/{x}/{y}".into()), coordinates: Coordinates::Gcj02, ..Maps::default() };
        own.check().expect("whole");
        assert!(Maps { tiles: Some("tianditu".into()), key: Some("k".into()), ..own.clone() }.check().is_err());
        assert!(Maps { tiles: None, file: Some("county.pmtiles".into()), ..own }.check().is_err());
    }
}
