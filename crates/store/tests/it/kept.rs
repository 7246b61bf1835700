//! What the store keeps can be checked, is kept as long as it is needed, and no longer.

use base::{Kind, Time};
use bytes::Bytes;
use serde_json::json;
use std::{path::PathBuf, sync::Arc, time::Duration};
use store::{
    By, Chain, Checkpoint, Database, Entry, Files, Once, Reading, Signer, Store, Verified, Witness, backup, checkpoint, cursor, files,
    journal, reading, sql, testing,
    testing::{home, on_both, tamper},
    verify::Wrong,
    words::{self, Standing},
};
use tokio::sync::watch;
use uuid::Uuid;

const DAY: Duration = Duration::from_secs(86_400);

fn folder() -> PathBuf {
    let Database::Sqlite(file) = testing::sqlite() else { panic!("a file") };
    file.parent().expect("a folder").to_owned()
}

fn witness() -> (Witness, PathBuf) {
    let folder = folder();
    let signer = Signer::make(&folder.join("key"), "shuxiang.example").expect("a key");
    let out = folder.join("out");
    (Witness::new(signer, Some(out.clone()), None, true).expect("a witness"), out)
}

/// An entry with a text of its own subject.
async fn say(store: &Store, subject: Uuid, words: &str) -> i64 {
    let words = words.to_owned();
    let f = move |unit: &mut store::Unit| {
        let (_, named) = unit.word(subject, "title", &words)?;
        unit.record(Entry::new("test.said", ("test", subject), None, json!({ "n": 1, "words": { "title": named } })));
        Ok(())
    };
    store.command(home(), By::system("test"), f).await.expect("says").seq
}

async fn look(store: &Store, person: Uuid, kept_until: Time) {
    store
        .command(home(), By::system("test"), move |unit| {
            unit.record_reading(Reading::new(("test", Uuid::nil()), Some(person), vec!["phone".into()], "call_back", kept_until));
            Ok(())
        })
        .await
        .expect("looks");
}

async fn verify(store: &Store) -> Verified {
    store.verify(home(), &[]).await.expect("verifies")
}

#[test]
fn verify_has_four_answers_for_texts() {
    on_both(&[], async |store, _, database| {
        let subjects: Vec<Uuid> = (0..5).map(|_| Uuid::now_v7()).collect();
        for s in &subjects {
            say(&store, *s, "路灯坏了\0三天").await;
        }
        let found = verify(&store).await;
        assert!(found.whole() && found.texts.right == 5 && found.entries == 5, "{found:?}");
        let one = subjects[0];
        let erased = store.command(home(), By::system("test"), move |unit| unit.erase(one)).await.expect("erases");
        assert_eq!((erased.value, erased.seq), (1, 6));
        let again = store.command(home(), By::system("test"), move |unit| unit.erase_words(one)).await.expect("erases nothing");
        assert_eq!((again.value, again.seq), (0, 0));
        let found = verify(&store).await;
        assert!(found.whole() && found.texts.right == 4 && found.texts.erased == 1, "{found:?}");
        let standing = store
            .read(home(), move |r| {
                let entry = journal::of(r, one)?.remove(0);
                words::standings(r, &words::named(&entry.payload))
            })
            .await
            .expect("reads");
        assert_eq!(standing, [Standing::Erased { by: 6 }]);
        let hex = |u: &Uuid| match database {
            Database::Sqlite(_) => format!("x'{}'", u.simple()),
            Database::Postgres(_) => format!("'{u}'"),
        };
        tamper(&database, &format!("update word set value = '路灯好了' where subject = {}", hex(&subjects[1])));
        tamper(&database, &format!("delete from word where subject = {}", hex(&subjects[2])));
        // Erased by nobody: no entry says so.
        tamper(&database, &format!("update word set value = null, salt = null, erased = 3 where subject = {}", hex(&subjects[3])));
        let found = verify(&store).await;
        assert!(!found.whole());
        assert_eq!((found.texts.right, found.texts.erased, found.texts.missing, found.texts.altered), (1, 1, 1, 2));
        let mut at: Vec<i64> = found.bad_texts.iter().map(|(seq, _)| *seq).collect();
        at.sort_unstable();
        assert_eq!(at, [2, 3, 4]);
    });
}

#[test]
fn verify_names_the_first_bad_row() {
    on_both(&[], async |store, _, database| {
        for i in 0..30 {
            say(&store, Uuid::now_v7(), &format!("第 {i} 件")).await;
            look(&store, Uuid::now_v7(), store.now() + DAY * 30).await;
        }
        assert!(verify(&store).await.whole());
        // Each is done to a chain that is whole, and undone after.
        let copy = "create table was as select * from";
        for (chain, done, seq, what) in [
            ("journal", "update journal set payload = '{}' where seq = 7", 7, Wrong::Changed),
            ("journal", "update journal set actor = 'account:x' where seq = 1", 1, Wrong::Changed),
            ("journal", "update journal set at = at + 1 where seq = 30", 30, Wrong::Changed),
            ("journal", "update journal set cause = 3 where seq = 9", 9, Wrong::Changed),
            ("journal", "delete from journal where seq = 12", 12, Wrong::Gap { next: 13 }),
            ("journal", "delete from journal where seq = 1", 1, Wrong::Gap { next: 2 }),
            ("journal", "delete from journal where seq > 25", 26, Wrong::Cut { size: 30 }),
            ("reading", "update reading set purpose = 'curiosity' where seq = 4", 4, Wrong::Changed),
            ("reading", "update reading set kept_until = 1 where seq = 4", 4, Wrong::Changed),
            ("reading", "update reading set at = null, actor = null, salt = null where seq = 4", 4, Wrong::DroppedEarly),
            ("reading", "delete from reading where seq = 30", 30, Wrong::Cut { size: 30 }),
            ("head", "update head set seq = 25 where chain = 'journal'", 25, Wrong::Head),
            ("head", "update head set seq = 31 where chain = 'journal'", 31, Wrong::Cut { size: 31 }),
        ] {
            tamper(&database, &format!("{copy} {chain}; {done}"));
            let found = verify(&store).await;
            tamper(&database, &format!("delete from {chain}; insert into {chain} select * from was; drop table was"));
            assert_eq!(found.faults.len(), 1, "{done}: {found:?}");
            assert_eq!((found.faults[0].seq, &found.faults[0].what), (seq, &what), "{done}");
        }
        assert!(verify(&store).await.whole());
    });
}

#[test]
fn checkpoints_are_witnesses() {
    on_both(&[], async |store, _, database| {
        let (witness, out) = witness();
        for i in 0..10 {
            say(&store, Uuid::now_v7(), &format!("第 {i} 件")).await;
        }
        let first = store.checkpoint(home(), Chain::Journal, &witness).await.expect("signs").expect("something");
        assert_eq!(first.size, 10);
        assert!(first.note.starts_with("shuxiang.example/430903/journal\n10\n"), "{}", first.note);
        assert_eq!(Checkpoint::read(&[witness.verifier()], &first.note).expect("reads"), first);
        assert!(Checkpoint::read(&[witness.verifier()], &first.note.replace("\n10\n", "\n11\n")).is_err());
        assert_eq!(store.checkpoint(home(), Chain::Journal, &witness).await.expect("signs"), None, "nothing was added");
        for i in 0..5 {
            say(&store, Uuid::now_v7(), &format!("又 {i} 件")).await;
        }
        let second = store.checkpoint(home(), Chain::Journal, &witness).await.expect("signs").expect("something");
        let known = checkpoint::kept(&out).expect("reads");
        assert_eq!(known, [first.clone(), second.clone()]);
        assert_eq!(store.read(home(), checkpoint::checkpoints).await.expect("reads"), std::slice::from_ref(&second));
        let sent = store.read(home(), |r| r.count(sql("select count(*) from outbox where kind = 'checkpoint'"))).await.expect("counts");
        assert_eq!(sent, 2);
        let found = store.verify_since(&first, &known).await.expect("verifies");
        assert!(found.whole() && found.entries == 5 && found.witnessed >= 2, "{found:?}");

        // Cut off the tail, with the head and our own table put right: only the outside knows.
        let hash = "select hash from journal where seq = 12";
        tamper(
            &database,
            &format!(
                "update head set seq = 12, hash = ({hash}) where chain = 'journal'; delete from journal where seq > 12; delete from checkpoint where size > 12"
            ),
        );
        assert!(store.verify(home(), &[]).await.expect("verifies").faults.is_empty(), "from inside it looks whole");
        let found = store.verify(home(), &known).await.expect("verifies");
        assert_eq!(found.faults[0].what, Wrong::Cut { size: 15 }, "{found:?}");
        let found = store.verify_since(&second, &[]).await.expect("verifies");
        assert_eq!(found.faults[0].what, Wrong::Cut { size: 15 }, "{found:?}");
        let e = store.checkpoint(home(), Chain::Journal, &witness).await.expect_err("refuses");
        assert_eq!((e.kind(), e.code()), (Kind::Conflict, "checkpoint_inconsistent"));
        // Written anew over the cut, as long as before: still not what was signed.
        for i in 0..6 {
            say(&store, Uuid::now_v7(), &format!("假 {i} 件")).await;
        }
        assert!(verify(&store).await.whole());
        let found = store.verify(home(), &known).await.expect("verifies");
        assert_eq!((found.faults[0].seq, &found.faults[0].what), (15, &Wrong::NotAsSigned));
        assert_eq!(store.checkpoint(home(), Chain::Journal, &witness).await.expect_err("refuses").code(), "checkpoint_inconsistent");
    });
}

#[test]
fn a_month_ends_a_segment() {
    on_both(&[], async |store, clock, _| {
        let (witness, _) = witness();
        for month in ["2026-09-30T23:59:00+08:00", "2026-10-01T00:00:00+08:00", "2026-10-20T08:00:00+08:00", "2026-12-01T08:00:00+08:00"] {
            clock.move_to(month.parse().expect("a time"));
            say(&store, Uuid::now_v7(), "一件").await;
            say(&store, Uuid::now_v7(), "又一件").await;
        }
        store.checkpoint(home(), Chain::Journal, &witness).await.expect("signs");
        let segments = store.read(home(), |r| checkpoint::segments(r, Chain::Journal)).await.expect("reads");
        assert_eq!(segments.iter().map(|s| (s.closes, s.size)).collect::<Vec<_>>(), [(1, 2), (2, 6)]);
        clock.move_to("2027-01-01T08:00:00+08:00".parse().expect("a time"));
        say(&store, Uuid::now_v7(), "新年").await;
        store.checkpoint(home(), Chain::Journal, &witness).await.expect("signs");
        let segments = store.read(home(), |r| checkpoint::segments(r, Chain::Journal)).await.expect("reads");
        assert_eq!(segments.iter().map(|s| (s.closes, s.size)).collect::<Vec<_>>(), [(1, 2), (2, 6), (3, 8)]);
        assert!(store.verify(home(), &witness.kept().expect("reads")).await.expect("verifies").whole());
    });
}

#[test]
fn the_folder_of_checkpoints_lies_outside() {
    let folder = folder();
    let signer = Signer::make(&folder.join("key"), "shuxiang.example").expect("a key");
    assert!(Signer::make(&folder.join("key"), "shuxiang.example").is_err(), "a key is never overwritten");
    assert_eq!(Signer::open(&folder.join("key")).expect("opens").verifier(), signer.verifier());
    let e = Witness::new(signer, Some(folder.join("data/out")), Some(&folder.join("data")), false).err().expect("refused");
    assert_eq!(e.kind(), Kind::Invalid);
}

#[test]
fn a_cursor_moves_in_the_unit_of_what_was_done() {
    on_both(&[], async |store, _, _| {
        for i in 0..20 {
            say(&store, Uuid::now_v7(), &format!("第 {i} 件")).await;
        }
        let entries = store.read(home(), |r| cursor::read_from(r, "notices", 8)).await.expect("reads");
        assert_eq!(entries.iter().map(|e| e.seq).collect::<Vec<_>>(), (1..=8).collect::<Vec<_>>());
        // Two servers deal with the same entry: one of them leaves nothing.
        let deal = |seq| {
            store.command(home(), By::system("test"), move |unit| {
                unit.record(Entry::new("test.dealt", ("test", Uuid::nil()), None, json!({ "with": seq })));
                unit.advance("notices", seq)
            })
        };
        let (a, b) = tokio::join!(deal(1), deal(1));
        assert_eq!(u8::from(a.is_ok()) + u8::from(b.is_ok()), 1);
        assert_eq!(a.err().or(b.err()).expect("one failed").code(), "cursor_moved");
        assert_eq!(store.read(home(), |r| r.cursor("notices")).await.expect("reads"), 1);
        assert_eq!(store.read(home(), journal::head).await.expect("reads"), 21);

        let (_stop, stopped) = watch::channel(false);
        let mut seen = Vec::new();
        let follow = store.follow(home(), 18, stopped, async |entries: Vec<journal::Recorded>| {
            seen.extend(entries.iter().map(|e| e.seq));
            seen.len() < 13
        });
        let write = async {
            for _ in 0..10 {
                say(&store, Uuid::now_v7(), "新的").await;
            }
        };
        let (followed, ()) = tokio::time::timeout(Duration::from_secs(20), async { tokio::join!(follow, write) }).await.expect("in time");
        followed.expect("follows");
        assert_eq!(seen, (19..=31).collect::<Vec<_>>());
    });
}

#[test]
fn what_is_past_its_days_goes() {
    on_both(&[], async |store, clock, _| {
        let person = Uuid::now_v7();
        for i in 0..600 {
            let once = Once::new("account:1", "test", format!("key-{i}"), b"");
            let f = move |unit: &mut store::Unit| unit.once(Some(&once), |_| Ok(1));
            store.command(home(), By::system("test"), f).await.expect("runs");
        }
        for days in [10, 10, 100] {
            look(&store, person, store.now() + DAY * days).await;
        }
        assert_eq!(store.sweep(home()).await.expect("sweeps"), Default::default());
        clock.move_to(store.now() + DAY * 44);
        let looked = store.read(home(), move |r| reading::of(r, person, 10)).await.expect("reads");
        assert_eq!(looked.len(), 3);
        let swept = store.sweep(home()).await.expect("sweeps");
        assert_eq!((swept.answers, swept.readings), (0, 2));
        let looked = store.read(home(), move |r| reading::of(r, person, 10)).await.expect("reads");
        assert_eq!(looked.iter().map(|l| l.seq).collect::<Vec<_>>(), [3]);
        clock.move_to(store.now() + DAY * 2);
        assert_eq!(store.sweep(home()).await.expect("sweeps").answers, 600);
        let found = verify(&store).await;
        assert!(found.whole() && found.readings == 3, "{found:?}");
    });
}

#[test]
fn files_are_kept_as_long_as_someone_needs_them() {
    on_both(&[], async |store, clock, _| {
        let files = Files::folder(&folder()).expect("a folder");
        let by = By::system("test");
        let bring = |bytes: &'static [u8]| files.bring(&store, home(), by.clone(), "text/plain", Bytes::from_static(bytes));
        let (a, b) = (bring(b"one").await.expect("stores"), bring(b"two").await.expect("stores"));
        assert_eq!(bring(b"one").await.expect("stores"), a);
        assert_eq!(files::name(&a.sha256.iter().map(|b| format!("{b:02x}")).collect::<String>()).expect("a name"), a.sha256);
        assert_eq!(files.bytes(home(), &a.sha256).await.expect("reads"), b"one"[..]);
        assert_eq!(bring(b"  <SVG onload='x'>").await.expect_err("refused").kind(), Kind::UnsupportedMedia);
        let subject = Uuid::now_v7();
        let use_file = |sha: [u8; 32]| store.command(home(), By::system("test"), move |unit| unit.use_file(&sha, subject, "photo"));
        use_file(a.sha256).await.expect("uses");
        assert_eq!(use_file([7; 32]).await.expect_err("not there").kind(), Kind::Invalid);
        let of = store.read(home(), move |r| files::of(r, subject)).await.expect("reads");
        assert_eq!((of.len(), of[0].sha256, of[0].size), (1, a.sha256, 3));
        clock.move_to(store.now() + DAY * 6);
        assert_eq!(store.sweep_files(home(), &files).await.expect("sweeps"), 0);
        clock.move_to(store.now() + DAY * 2);
        assert_eq!(store.sweep_files(home(), &files).await.expect("sweeps"), 1, "b was needed by nobody");
        assert_eq!(files.bytes(home(), &b.sha256).await.expect_err("gone").kind(), Kind::NotFound);
        assert_eq!(use_file(b.sha256).await.expect_err("gone").kind(), Kind::Invalid);
        store.command(home(), By::system("test"), move |unit| unit.erase(subject)).await.expect("erases");
        assert_eq!(store.sweep_files(home(), &files).await.expect("sweeps"), 1, "erased: at once");
        bring(b"one").await.expect("comes again");
        use_file(a.sha256).await.expect("uses it");
        assert_eq!(files.bytes(home(), &a.sha256).await.expect("reads"), b"one"[..]);
    });
}

#[test]
fn bringing_and_sweeping_at_once_loses_nothing() {
    on_both(&[], async |store, clock, _| {
        let files = Files::folder(&folder()).expect("a folder");
        for round in 0..12_u64 {
            let bytes = Bytes::from(format!("file {}", round % 2));
            clock.move_to(store.now() + DAY * 8);
            let bring = async {
                tokio::time::sleep(Duration::from_micros(700 * (round % 4))).await;
                let stored = files.bring(&store, home(), By::system("test"), "text/plain", bytes.clone()).await.expect("stores");
                store
                    .command(home(), By::system("test"), move |unit| unit.use_file(&stored.sha256, Uuid::now_v7(), "f"))
                    .await
                    .expect("uses");
                assert_eq!(files.bytes(home(), &stored.sha256).await.expect("is there"), bytes);
                stored
            };
            let (stored, swept) = tokio::join!(bring, store.sweep_files(home(), &files));
            swept.expect("sweeps");
            assert!(files.bytes(home(), &stored.sha256).await.is_ok());
            store.command(home(), By::system("test"), |unit| unit.write(sql("delete from file_use"))).await.expect("drops");
        }
    });
}

#[test]
fn a_copy_stands_still_until_it_is_released() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let clock = Arc::new(base::StoryClock::at("2026-09-30T16:20:00+08:00".parse().expect("a time")));
        let first = testing::sqlite();
        drop(testing::open(&first, clock.clone(), &[]).await);
        let (Database::Sqlite(from), Database::Sqlite(to)) = (&first, testing::sqlite()) else { panic!("files") };
        std::fs::copy(from, &to).expect("copies");
        assert_eq!(testing::open(&first, clock.clone(), &[]).await.held().await.expect("reads"), None);
        let copy = testing::open(&Database::Sqlite(to), clock, &[]).await;
        assert!(copy.held().await.expect("reads").is_some());
        copy.command(home(), By::system("test"), |unit| unit.send("sms", &json!({})).map(drop)).await.expect("writes");
        let (stop, stopped) = watch::channel(false);
        let send: store::outbox::Send = Arc::new(|_| Box::pin(async { Ok(()) }));
        let waiting = || copy.read(home(), |r| r.count(sql("select count(*) from outbox where state = 0")));
        let run = copy.run_outbox(send, stopped);
        let watch = async {
            tokio::time::sleep(Duration::from_millis(1500)).await;
            assert_eq!(waiting().await.expect("counts"), 1, "held");
            copy.release().await.expect("releases");
            tokio::time::sleep(Duration::from_millis(1500)).await;
            assert_eq!(waiting().await.expect("counts"), 0, "released");
            stop.send_replace(true);
        };
        tokio::join!(run, watch).0.expect("runs");
    });
}

#[test]
fn a_backup_is_proved_held_and_forgets_what_was_erased_since() {
    on_both(&[], async |store, clock, database| {
        let (witness, out) = witness();
        let (live, back) = (folder(), folder().join("backup"));
        let files = Files::folder(&live.join("files")).expect("a folder");
        let subjects: Vec<Uuid> = (0..50).map(|_| Uuid::now_v7()).collect();
        for s in &subjects {
            say(&store, *s, "路灯坏了").await;
            look(&store, *s, store.now() + DAY * 30).await;
        }
        let photo = files.bring(&store, home(), By::system("test"), "text/plain", Bytes::from_static(b"a photo")).await.expect("stores");
        let (sha, one) = (photo.sha256, subjects[1]);
        let f = move |unit: &mut store::Unit| {
            unit.use_file(&sha, one, "photo")?;
            unit.index("test", one, "路灯 灯坏")
        };
        store.command(home(), By::system("test"), f).await.expect("uses");
        store.checkpoint(home(), Chain::Journal, &witness).await.expect("signs");
        // Beside a server that goes on writing.
        let write = async {
            for _ in 0..20 {
                say(&store, Uuid::now_v7(), "后来的").await;
            }
        };
        let (made, ()) = tokio::join!(backup::backup(&database, Some(&files), &*clock, &back), write);
        let manifest = made.expect("backs up");
        assert_eq!(manifest.files, 1);
        assert!(backup::backup(&database, None, &*clock, &back).await.is_err(), "not over another");
        let gone = subjects[0];
        store.command(home(), By::system("test"), move |unit| unit.erase(gone)).await.expect("erases");
        store.checkpoint(home(), Chain::Journal, &witness).await.expect("signs");

        let empty = || {
            testing::databases().into_iter().find(|d| std::mem::discriminant(d) == std::mem::discriminant(&database)).expect("one of each")
        };
        let target = empty();
        let elsewhere = Files::folder(&folder().join("files")).expect("a folder");
        backup::restore(&back, &target, Some(&elsewhere), &[]).await.expect("restores");
        assert!(backup::restore(&back, &target, None, &[]).await.is_err(), "not over another");
        let proof = backup::prove(&manifest, &target, clock.clone(), &[], &witness.kept().expect("reads")).await.expect("proves");
        assert!(proof.holds() && proof.chains[0].entries >= 50 && proof.chains[0].witnessed == 1, "{proof:?}");
        let second = Store::open(&target, clock.clone(), &[]).expect("opens");
        assert!(second.held().await.expect("reads").is_some());
        assert_eq!(elsewhere.bytes(home(), &sha).await.expect("reads"), b"a photo"[..]);
        let found = second
            .read(home(), |r| {
                let mut q = sql("select count(*) from search s0 where ");
                r.matching(&mut q, "s0.subject", "test", "灯坏");
                r.count(q)
            })
            .await
            .expect("searches");
        assert_eq!(found, 1);
        let erasures = checkpoint::erasures(&out, home()).expect("reads");
        assert_eq!(erasures.len(), 1);
        assert_eq!((erasures[0].subject, erasures[0].kind.as_str()), (gone, words::ERASED));
        second.command(home(), By::system("restore"), move |unit| unit.erase_words(gone)).await.expect("erases");
        let kept = second.read(home(), move |r| words::of(r, gone)).await.expect("reads");
        assert_eq!(kept[0].value, None);
        assert!(second.verify(home(), &[]).await.expect("verifies").whole());
        drop(second);

        // Into another kind of database: refused by name, before anything is written.
        let other = testing::databases().into_iter().find(|d| std::mem::discriminant(d) != std::mem::discriminant(&database));
        if let Some(other) = other {
            let e = backup::restore(&back, &other, None, &[]).await.expect_err("another kind");
            assert!(e.code() == "backup" && e.text().en.contains("the same kind of database"), "{e:?}");
            let sqlite = matches!(&other, Database::Sqlite(path) if path.exists());
            assert!(!sqlite, "nothing is begun");
        }

        // Not whole: nothing is restored.
        let refused = async |why: &str| {
            let target = empty();
            let e = backup::restore(&back, &target, Some(&elsewhere), &[]).await.expect_err(why);
            assert_eq!(e.code(), "backup", "{why}: {e:?}");
        };
        let data = back.join(if matches!(database, Database::Sqlite(_)) { "data.sqlite" } else { "journal.copy" });
        let whole = std::fs::read(&data).expect("reads");
        std::fs::write(&data, &whole[..whole.len() / 2]).expect("writes");
        refused("half a table").await;
        std::fs::write(&data, &whole).expect("writes");
        let name: String = sha.iter().map(|b| format!("{b:02x}")).collect();
        std::fs::remove_file(back.join("files/430903").join(&name[..2]).join(&name)).expect("removes");
        refused("a file is missing").await;
        std::fs::remove_file(back.join("manifest.json")).expect("removes");
        refused("no manifest").await;
    });
}
