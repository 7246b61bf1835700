//! GeoJSON, a feature at a time: a file of features is never in memory as a whole tree.

use crate::sheet::refused;
use base::Result;
use serde::{
    Deserializer,
    de::{DeserializeSeed, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor},
};
use serde_json::Value as Json;
use std::fmt;

type Each<'f> = dyn FnMut(usize, Json) -> Result<bool> + 'f;

/// Gives `f` the number (from 1) and body of each feature; `false` ends it.
pub(super) fn each(bytes: &[u8], f: &mut Each) -> Result<()> {
    let body = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let mut stopped = None;
    let mut de = serde_json::Deserializer::from_slice(body);
    let outcome = de.deserialize_map(Collection { f, stopped: &mut stopped });
    match (stopped, outcome) {
        (Some(Ok(())), _) | (None, Ok(())) => Ok(()),
        (Some(Err(e)), _) => Err(e),
        (None, Err(e)) => Err(refused(
            format!("GeoJSON 读不出来：第 {} 行第 {} 列（{e}）", e.line(), e.column()),
            format!("the GeoJSON cannot be read: line {}, column {} ({e})", e.line(), e.column()),
        )),
    }
}

struct Collection<'a, 'f> {
    f: &'a mut Each<'f>,
    /// How the reader of features ended it, where it did.
    stopped: &'a mut Option<Result<()>>,
}

impl<'de> Visitor<'de> for Collection<'_, '_> {
    type Value = ();

    fn expecting(&self, out: &mut fmt::Formatter) -> fmt::Result {
        out.write_str("a FeatureCollection")
    }

    fn visit_map<M: MapAccess<'de>>(mut self, mut map: M) -> Result<(), M::Error> {
        let mut found = false;
        while let Some(key) = map.next_key::<String>()? {
            if key == "features" {
                map.next_value_seed(Features(&mut self))?;
                found = true;
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        if found { Ok(()) } else { Err(M::Error::custom("no \"features\"")) }
    }
}

struct Features<'c, 'a, 'f>(&'c mut Collection<'a, 'f>);

impl<'de> DeserializeSeed<'de> for Features<'_, '_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, d: D) -> Result<(), D::Error> {
        d.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Features<'_, '_, '_> {
    type Value = ();

    fn expecting(&self, out: &mut fmt::Formatter) -> fmt::Result {
        out.write_str("a list of features")
    }

    fn visit_seq<S: SeqAccess<'de>>(self, mut seq: S) -> Result<(), S::Error> {
        let mut n = 0;
        while let Some(feature) = seq.next_element::<Json>()? {
            n += 1;
            match (self.0.f)(n, feature) {
                Ok(true) => {}
                ended => {
                    *self.0.stopped = Some(ended.map(|_| ()));
                    return Err(S::Error::custom("ended"));
                }
            }
        }
        Ok(())
    }
}
