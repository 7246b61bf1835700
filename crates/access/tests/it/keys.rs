//! A database and the key file it was sealed with: on both databases.

use access::*;
use store::testing;

#[test]
fn a_database_is_opened_with_its_own_keys_alone() {
    testing::on_both(&[SCHEMA], async |store, _, _| {
        let folder = tempfile::tempdir().expect("a folder");
        let (own, away) = (folder.path().join("own.key"), folder.path().join("away.key"));
        let first = Keyring::of(&store, &own).await.expect("makes the file").index("a", "b");
        assert_eq!(Keyring::of(&store, &own).await.expect("opens it again").index("a", "b"), first);

        std::fs::rename(&own, &away).expect("lost");
        let lost = Keyring::of(&store, &own).await.expect_err("no new key for old data");
        assert!(lost.text().zh.contains("own.key") && lost.text().en.contains("put back"), "{lost:?}");
        assert!(!own.exists());

        std::fs::write(&own, format!("1 {}\n", "ab".repeat(32))).expect("another county's key");
        let other = Keyring::of(&store, &own).await.expect_err("other keys");
        assert!(other.text().en.contains("is not the key file of this database"), "{other:?}");

        std::fs::rename(&away, &own).expect("found");
        let mut keys = std::fs::read_to_string(&own).expect("reads");
        keys.push_str(&format!("2 {}\n", "cd".repeat(32)));
        std::fs::write(&own, keys).expect("a second key");
        assert_eq!(Keyring::of(&store, &own).await.expect("a key added is no other keyring").index("a", "b"), first);
    });
}
