//! What an address of PostgreSQL may say.

use base::{Kind, SystemClock};
use std::sync::Arc;
use store::{Database, Store, testing};

fn opens(url: &str) -> base::Result<()> {
    Store::open(&Database::Postgres(url.to_owned()), Arc::new(SystemClock), &[]).map(drop)
}

#[test]
fn an_address_may_name_several_hosts_and_ask_for_one_that_takes_writes() {
    for database in testing::databases() {
        let Database::Postgres(url) = &database else { continue };
        let (user, host) = url.split_once('@').expect("user@host");
        // Nobody listens at the first.
        let two = format!("{user}@127.0.0.1:1,{host}");
        opens(&two).expect("the second answers");
        opens(&format!("{two}?target_session_attrs=read-write")).expect("it takes writes");
        let nobody = opens(&format!("{user}@127.0.0.1:1/t")).expect_err("nobody listens");
        assert_eq!(nobody.kind(), Kind::Unavailable);
        let name = url.rsplit('/').next().expect("a name");
        testing::tamper(&database, &format!("alter database {name} set default_transaction_read_only = on"));
        let standby = opens(&format!("{url}?target_session_attrs=read-write")).expect_err("it takes none");
        assert!(format!("{standby:?}").contains("takes no writes"), "{standby:?}");
        let missing = opens(&url.replace(name, "t_nothing_of_that_name")).expect_err("no such database");
        assert!(format!("{missing:?}").contains("t_nothing_of_that_name"), "{missing:?}");
    }
}
