//! Where: from `address_id` (a region's code), names in `address_string`, or degrees.

use super::params::Params;
use crate::geography;
use base::{Code, Error, Level, Result};
use serde_json::{Value, json};
use store::Reader;

pub struct Asked {
    address_id: Option<Code>,
    address: Option<String>,
    point: Option<(f64, f64)>,
}

impl Asked {
    /// One of the three must be there, and each that is there must be right.
    pub fn read(params: &Params) -> Result<Asked> {
        let wrong = |_| Error::invalid("address_id", "应是区划代码，如 430903001201", "should be a region code, such as 430903001201");
        let address_id = params.get("address_id").map(|v| v.parse::<Code>().map_err(wrong)).transpose()?;
        let (lat, long) = (params.degrees("lat", 90.0)?, params.degrees("long", 180.0)?);
        if lat.is_some() != long.is_some() {
            let missing = if lat.is_some() { "long" } else { "lat" };
            return Err(Error::invalid(missing, "lat 和 long 要一起给", "lat and long go together"));
        }
        let asked = Asked { address_id, address: params.get("address_string").map(str::to_owned), point: lat.zip(long) };
        if asked.address_id.is_none() && asked.address.is_none() && asked.point.is_none() {
            return Err(Error::invalid(
                "lat",
                "请给出 lat 和 long、address_string 或 address_id",
                "give lat and long, address_string or address_id",
            ));
        }
        Ok(asked)
    }

    pub fn region(&self, r: &mut Reader) -> Result<Code> {
        if let Some(code) = self.address_id {
            return Ok(code);
        }
        if let Some(code) = self.address.as_deref().map_or(Ok(None), |a| by_names(r, a))? {
            return Ok(code);
        }
        if let Some(code) = self.point.map_or(Ok(None), |(lat, long)| geography::nearest(r, [long, lat]))? {
            return Ok(code);
        }
        Err(Error::invalid(
            if self.point.is_some() { "lat" } else { "address_string" },
            "看不出在本县哪个村，请写明村名，或用 address_id 给出村的区划代码",
            "this is in no village that we know; name the village, or give its region code as address_id",
        ))
    }

    /// As a form's place field holds it.
    pub fn value(&self, region: Code) -> Value {
        let mut place = json!({ "region": region });
        if let Some((lat, long)) = self.point {
            place["point"] = json!([long, lat]);
        }
        if let Some(address) = &self.address {
            place["words"] = json!(address.chars().take(200).collect::<String>());
        }
        place
    }
}

/// The one village whose name stands in the address; where several share a name, the township's name decides.
fn by_names(r: &mut Reader, address: &str) -> Result<Option<Code>> {
    let names: Vec<(Code, String)> = r.many(
        store::sql("select code, name from region where county = $1 and level <= $2 and ended is null")
            .bind(r.home())
            .bind(Level::Village as i64),
    )?;
    let said = |name: &str| {
        // On signs 金山居民委员会 is 金山, where a path names it whole.
        let name = access::short_name(name).trim_end_matches("居民委员会").trim_end_matches("居委会");
        name.chars().count() >= 2 && address.contains(name)
    };
    let named: Vec<Code> = names.iter().filter(|(_, n)| said(n)).map(|(c, _)| *c).collect();
    let villages: Vec<Code> = named.iter().copied().filter(|c| c.level() == Level::Village).collect();
    let inside = |v: &Code| named.iter().any(|c| c.level() == Level::Town && c.contains(*v));
    Ok(match villages[..] {
        [one] => Some(one),
        _ => {
            let mut sure = villages.into_iter().filter(inside);
            sure.next().filter(|_| sure.next().is_none())
        }
    })
}
