//! A file's id on the wire: the first half of its SHA-256 as a UUID, which is what forms hold.

use base::Result;
use store::{Reader, sql};
use uuid::Uuid;

pub fn of(sha256: &[u8; 32]) -> Uuid {
    let mut half = [0; 16];
    half.copy_from_slice(&sha256[..16]);
    Uuid::from_bytes(half)
}

/// The file that has this id.
pub fn find(r: &mut Reader, id: Uuid) -> Result<Option<[u8; 32]>> {
    let (mut first, mut last) = ([0; 32], [255; 32]);
    first[..16].copy_from_slice(id.as_bytes());
    last[..16].copy_from_slice(id.as_bytes());
    let found: Option<([u8; 32],)> = r.one(
        sql("select sha256 from file where county = $1 and sha256 >= $2 and sha256 <= $3 and state = 0")
            .bind(r.home())
            .bind(first)
            .bind(last),
    )?;
    Ok(found.map(|(name,)| name))
}
