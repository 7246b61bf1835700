//! The tree of regions: 县 乡镇 村 组 邻, and the dated sets of 组 that are 片, 网格 and 巷.

use base::{Code, RegionId, Result};
use store::{Reader, Sql};

store::row! {
    #[derive(Clone, Debug)]
    pub struct Region {
        pub id: RegionId,
        pub code: Code,
        pub name: String,
    }
}

/// The region that has this code now.
pub fn region(r: &mut Reader, code: Code) -> Result<Option<Region>> {
    let mut q = Sql::select::<Region>("from region where county = ");
    q.arg(r.home()).push(" and code = ").arg(code).push(" and ended is null");
    r.one(q)
}
