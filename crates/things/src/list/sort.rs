//! A page in the order of a field: a walk along the index of `field`, then what has no value, in the order of the ids.

use super::{After, At, LISTED, Scan, narrow};
use crate::{label, register::full};
use access::Slice;
use base::Result;
use packs::Field;
use store::{Reader, sql};
use uuid::Uuid;

/// Versions of the next `most` things.
pub(super) fn page(r: &mut Reader, scan: &Scan, field: &Field, descending: bool, after: Option<After>, most: usize) -> Result<Vec<Uuid>> {
    let among_valued = after.as_ref().is_none_or(|a| a.at.is_some());
    let mut ids = if among_valued { valued(r, scan, field, descending, after.as_ref(), most)? } else { Vec::new() };
    if ids.len() < most {
        let after = after.filter(|_| !among_valued).map(|a| a.id);
        ids.extend(scan.by_id(r, after, most - ids.len(), Some(&field.id))?);
    }
    Ok(ids)
}

/// One walk for all regions: what is merged here from several could be in another order than the database's.
fn valued(r: &mut Reader, scan: &Scan, field: &Field, descending: bool, after: Option<&After>, most: usize) -> Result<Vec<Uuid>> {
    let column = if label::is_number(field) { "s.num" } else { "s.txt" };
    let (beyond, order) = if descending { ("<", "desc") } else { (">", "asc") };
    let name = full(scan.kind).to_string();
    let mut q = sql("select t.version from field s join thing t on t.county = s.county and t.id = s.thing and t.n = s.n where s.county = ");
    q.arg(r.home()).push(" and s.kind = ").arg(&name).push(" and s.field = ").arg(&field.id);
    q.push(&format!(" and {column} is not null and s.i = 0 and t.kind = ")).arg(&name).push(" and (1 = 0");
    for region in scan.regions {
        q.push(" or (1 = 1");
        scan.caller.filter(&mut q, &Slice::Region(*region), &LISTED);
        q.push(")");
    }
    q.push(")");
    narrow(&mut q, r, scan.kind, scan.filter, scan.hidden)?;
    if let Some((id, at)) = after.and_then(|a| Some((a.id, a.at.as_ref()?))) {
        q.push(&format!(" and ({column}, s.thing) {beyond} ("));
        match at {
            At::Num(bits) => q.arg(f64::from_bits(*bits)),
            At::Txt(text) => q.arg(text),
        };
        q.push(", ").arg(id).push(")");
    }
    q.push(&format!(" order by {column} {order}, s.thing {order} limit ")).arg(most as i64);
    Ok(r.many::<(Uuid,)>(q)?.into_iter().map(|(version,)| version).collect())
}
