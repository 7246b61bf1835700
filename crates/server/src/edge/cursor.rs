//! Cursors of lists: opaque to the caller, and good for one query only.
//!
//! A cursor holds where the page ended and a hash of filter and scope. Another filter, another person or another seat
//! makes another hash: such a cursor is refused and never answers a page of something else.

use base::{Error, Kind, Result};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Serialize, de::DeserializeOwned};
use sha2::{Digest, Sha256};

/// Identifies a query: its route, filter and scope, as JSON.
pub fn query_hash(query: &impl Serialize) -> Result<[u8; 8]> {
    let text = serde_json::to_vec(query).map_err(Error::internal)?;
    let hash: [u8; 32] = Sha256::digest(text).into();
    let mut short = [0; 8];
    short.copy_from_slice(&hash[..8]);
    Ok(short)
}

pub fn seal(query: [u8; 8], position: &impl Serialize) -> Result<String> {
    let mut bytes = query.to_vec();
    serde_json::to_writer(&mut bytes, position).map_err(Error::internal)?;
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}

/// The position in `cursor`; refused as `cursor_mismatch` where it is of another query or none at all.
pub fn open<T: DeserializeOwned>(query: [u8; 8], cursor: &str) -> Result<T> {
    let bytes = URL_SAFE_NO_PAD.decode(cursor).ok().filter(|b| b.len() > 8 && b[..8] == query);
    bytes.and_then(|b| serde_json::from_slice(&b[8..]).ok()).ok_or_else(|| {
        Error::new(
            Kind::Invalid,
            "cursor_mismatch",
            "翻页标记不是这个查询的，请从第一页开始",
            "The cursor is of another query; begin with the first page",
        )
        .field("cursor", "不是这个查询的翻页标记", "not a cursor of this query")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_is_good_for_its_own_query() {
        let (mine, other) = (query_hash(&("list", 1)).expect("hashes"), query_hash(&("list", 2)).expect("hashes"));
        let c = seal(mine, &(5_i64, "x")).expect("seals");
        assert_eq!(open::<(i64, String)>(mine, &c).expect("opens"), (5, "x".to_owned()));
        for (query, cursor) in [(other, c.as_str()), (mine, ""), (mine, "!"), (mine, "AAAA")] {
            assert_eq!(open::<(i64, String)>(query, cursor).expect_err(cursor).code(), "cursor_mismatch");
        }
    }
}
