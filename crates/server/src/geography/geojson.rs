//! A GeoJSON file of outlines: each feature names its region by `adcode` or `code`, else by `name`.

use super::{Checked, check};
use base::{Code, Error, Result, Text};
use serde_json::Value as Json;
use store::{Reader, sql};

/// One outline of a file.
pub struct Feature {
    /// From 1.
    pub row: usize,
    pub code: Option<String>,
    pub name: Option<String>,
    pub geometry: Json,
}

/// What became of it.
pub struct Found {
    pub row: usize,
    pub said: String,
    pub found: std::result::Result<(Code, Checked), Text>,
}

pub fn read(text: &str) -> Result<Vec<Feature>> {
    let wrong = || Error::invalid("file", "文件应是 GeoJSON 的 FeatureCollection", "the file is a GeoJSON FeatureCollection");
    let mut json: Json = serde_json::from_str(text).map_err(|e| wrong().caused_by(e))?;
    let features = match json["type"].as_str() {
        Some("FeatureCollection") => json["features"].as_array_mut().map(std::mem::take).ok_or_else(wrong)?,
        Some("Feature") => vec![json],
        _ => return Err(wrong()),
    };
    let word = |v: &Json| v.as_str().map(str::to_owned).or_else(|| v.as_i64().map(|n| n.to_string())).filter(|s| !s.is_empty());
    let one = |(i, mut f): (usize, Json)| {
        let of = |key: &str| word(&f["properties"][key]);
        let (code, name) = (of("adcode").or_else(|| of("code")), of("name"));
        Feature { row: i + 1, code, name, geometry: f["geometry"].take() }
    };
    Ok(features.into_iter().enumerate().map(one).collect())
}

/// The region that each names, and its outline, checked.
pub fn find(r: &mut Reader, features: Vec<Feature>) -> Result<Vec<Found>> {
    let mut all = Vec::new();
    for f in features {
        let said = f.code.as_ref().or(f.name.as_ref()).cloned().unwrap_or_default();
        let found = match region(r, &f)? {
            Ok(code) => check(&f.geometry).map(|c| (code, c)).map_err(|e| e.fields().first().map_or(e.text().clone(), |w| w.text.clone())),
            Err(why) => Err(why),
        };
        all.push(Found { row: f.row, said, found });
    }
    Ok(all)
}

fn region(r: &mut Reader, f: &Feature) -> Result<std::result::Result<Code, Text>> {
    if let Some(code) = &f.code {
        let there = match code.parse::<Code>() {
            Ok(code) => access::region(r, code)?,
            Err(_) => None,
        };
        return Ok(there.map(|x| x.code).ok_or_else(|| Text::new(format!("没有区划 {code}"), format!("there is no region {code}"))));
    }
    let Some(name) = &f.name else {
        return Ok(Err(Text::new("没有写是哪个区划（adcode、code 或 name）", "names no region (adcode, code or name)")));
    };
    let named: Vec<(Code,)> = r.many(
        sql("select code from region where county = $1 and name = $2 and ended is null order by code limit 2").bind(r.home()).bind(name),
    )?;
    Ok(match named[..] {
        [(one,)] => Ok(one),
        [] => Err(Text::new(format!("没有叫“{name}”的区划"), format!("no region is called {name}"))),
        _ => Err(Text::new(format!("叫“{name}”的区划不止一个，请写代码"), format!("more than one region is called {name}; give its code"))),
    })
}
