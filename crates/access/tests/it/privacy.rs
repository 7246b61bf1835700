//! Masked, opened on record, told, exported, erased: on both databases.

use crate::common::*;
use access::*;
use base::Kind;
use packs::{Name, Subject};
use store::{journal, sql, testing::home};
use uuid::Uuid;

const NAME: &str = "欧阳演示人";
const PHONE: &str = "13812345678";
const REASON: &str = "电话里约上门时间，她姓欧阳";

fn report() -> Subject {
    Subject::Flow(Name::new("direct_line", "report"))
}

#[test]
fn what_is_personal_is_masked_until_it_is_opened_on_record() {
    on_both(async |w| {
        let person = w.account(AccountKind::Resident, NAME, PHONE).await;
        let (_, duty) = w.official("township_duty", "430903101", None, 1).await;
        let (_, village) = w.official("village_duty", "430903101200", None, 2).await;
        let keys = w.keys.clone();
        let shown = w.store.read(home(), move |r| account(r, &keys, person)).await.expect("reads").expect("is there");
        let json = serde_json::to_string(&shown).expect("writes");
        assert!(json.contains("欧阳某某") && json.contains("138****5678") && !json.contains(PHONE) && !json.contains(NAME), "{json}");
        let matter = Uuid::now_v7();
        let place = Object::at(code("430903101200"));
        let ask = |reason: &str, purpose: &str| Unmask {
            account: person,
            fields: vec![Personal::Phone],
            purpose: purpose.into(),
            reason: reason.into(),
            seen_in: ("matter", matter),
        };
        let open = async |who: Caller, ask: Unmask| {
            let keys = w.keys.clone();
            w.run(move |unit| unmask(unit, &who, &keys, &report(), &place, &ask)).await
        };
        assert_eq!(open(w.caller(village).await, ask(REASON, "contact")).await.expect_err("no right").kind(), Kind::Forbidden);
        assert_eq!(open(w.caller(duty).await, ask("看", "contact")).await.expect_err("no reason").fields()[0].field, "reason");
        assert_eq!(open(w.caller(duty).await, ask(REASON, "curiosity")).await.expect_err("no purpose").fields()[0].field, "purpose");
        let none = w.caller(person).await;
        let look = async |me: Caller| w.store.read(home(), move |r| who_looked_at_me(r, &me.catalogue, me.me()?)).await.expect("reads");
        assert!(look(none.clone()).await.is_empty(), "what was refused is no reading");
        let opened = open(w.caller(duty).await, ask(REASON, "contact")).await.expect("opens");
        assert_eq!(opened, Unmasked { name: None, phone: Some(format!("+86{PHONE}")) });
        let looked = look(none.clone()).await;
        assert_eq!(looked.len(), 1);
        assert_eq!((looked[0].who.as_str(), looked[0].purpose.zh.as_str()), ("衡龙桥镇乡镇值班", "联系本人办理"));
        assert_eq!((looked[0].seen_in, &looked[0].fields[..]), (matter, &["phone".to_owned()][..]));
        // One's own are one's own.
        assert!(open(none.clone(), ask("", "")).await.is_ok());
        assert_eq!(look(none).await.len(), 1);
    });
}

#[test]
fn a_sealed_sender_is_opened_by_a_keeper_alone_and_told_of_it() {
    on_both(async |w| {
        let sender = w.account(AccountKind::Resident, NAME, PHONE).await;
        let (_, keeper) = w.official("keeper", "430903", None, 1).await;
        let (_, duty) = w.official("township_duty", "430903101", None, 2).await;
        let report_id = Uuid::now_v7();
        let open = async |who: Caller, id: Uuid| {
            let keys = w.keys.clone();
            w.run(move |unit| {
                let ask = Unseal { subject: ("matter", id), sender, reason: "需当面核实线索" };
                unseal_sender(unit, &who, &keys, &report(), &Object::at(code("430903101200")), &ask)
            })
            .await
        };
        assert_eq!(open(w.caller(duty).await, report_id).await.expect_err("no keeper").kind(), Kind::Forbidden);
        assert!(w.texts().await.is_empty());
        open(w.caller(keeper).await, report_id).await.expect("opens");
        let texts = w.texts().await;
        assert_eq!(texts.len(), 1);
        assert_eq!(texts[0].0, format!("+86{PHONE}"));
        let me = w.caller(sender).await;
        let looked = w.store.read(home(), move |r| who_looked_at_me(r, &me.catalogue, sender)).await.expect("reads");
        assert_eq!(looked[0].fields, ["sender"]);
        let entries = w.store.read(home(), move |r| journal::of(r, report_id)).await.expect("reads");
        assert_eq!(entries.len(), 1);
        assert!(!entries[0].payload.to_string().contains(&sender.to_string()), "the journal does not join sender and report");
    });
}

#[test]
fn consent_export_and_erasure_leave_the_journal_whole_and_without_her() {
    on_both(async |w| {
        let person = w.account(AccountKind::Resident, NAME, PHONE).await;
        let (seat, duty) = w.official("township_duty", "430903101", None, 1).await;
        let ask = Unmask {
            account: person,
            fields: vec![Personal::Phone, Personal::Name],
            purpose: "contact".into(),
            reason: format!("{REASON} {NAME}"),
            seen_in: ("matter", Uuid::now_v7()),
        };
        let (keys, who) = (w.keys.clone(), w.caller(duty).await);
        w.run(move |unit| unmask(unit, &who, &keys, &report(), &Object::at(code("430903101200")), &ask)).await.expect("opens");
        let me = w.caller(person).await;
        let own = me.clone();
        w.run(move |unit| {
            give_consent(unit, &own, Agreement::Sms, "2026-11")?;
            give_consent(unit, &own, Agreement::Sms, "2026-11")?;
            withdraw_consent(unit, &own, Agreement::Sms)
        })
        .await
        .expect("consents");
        let token = w.run(move |unit| open_session(unit, person, &Device("手机".into()), true)).await.expect("opens").token;
        let (own, keys) = (me.clone(), w.keys.clone());
        let copy = w.store.read(home(), move |r| export_account(r, &own, &keys)).await.expect("exports").to_string();
        for part in [NAME, PHONE, "\"sms\"", "手机", "衡龙桥镇", REASON] {
            assert!(copy.contains(part), "{part} in {copy}");
        }
        let keeps = w.caller(duty).await;
        let e = w.run(move |unit| erase_account(unit, &keeps, duty)).await.expect_err("holds a seat");
        assert_eq!(e.code(), "holds_seats");
        let _ = seat;
        let own = me.clone();
        let erased = w.run(move |unit| erase_account(unit, &own, person)).await.expect("erases");
        assert_eq!(erased.words, 1);
        assert_eq!(erased.kept.len(), 2, "the journal and who looked, each with its reason");
        assert!(w.authenticate(&token).await.is_err());
        let keys = w.keys.clone();
        let gone = w.store.read(home(), move |r| Ok((account(r, &keys, person)?, by_phone(r, &keys, &format!("+86{PHONE}"))?))).await;
        let (shown, found) = gone.expect("reads");
        assert!(found.is_none() && shown.expect("the row stays").name.is_none());
        // Nothing that names her is left, in no column of text; the chain holds.
        for (table, column) in
            [("journal", "payload"), ("word", "value"), ("outbox", "payload"), ("reading", "fields"), ("session", "device")]
        {
            let mut q = sql("");
            q.push(&format!("select count(*) from {table} where {column} like ")).arg(format!("%{PHONE}%"));
            q.push(&format!(" or {column} like ")).arg("%欧阳%");
            assert_eq!(w.store.read(home(), move |r| r.count(q)).await.expect("counts"), 0, "{table}.{column}");
        }
        let verified = w.store.verify(home(), &[]).await.expect("verifies");
        assert!(verified.whole(), "{verified:?}");
        // The number is free again.
        let next = w.account(AccountKind::Resident, "另一人", PHONE).await;
        assert_ne!(next, person);
    });
}

#[test]
fn what_was_erased_after_a_backup_is_erased_again_when_that_is_restored() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
    for database in store::testing::databases() {
        runtime.block_on(async {
            let w = World::open(&database).await;
            let folder = std::env::temp_dir().join(format!("erased-{}", Uuid::now_v7()));
            let (outside, copy) = (folder.join("outside"), folder.join("copy"));
            std::fs::create_dir_all(&folder).expect("a folder");
            let signer = store::Signer::make(&folder.join("key"), "shuxiang.example").expect("a key");
            let witness = store::Witness::new(signer, Some(outside.clone()), None, false).expect("a witness");
            let person = w.account(AccountKind::Resident, NAME, PHONE).await;
            let stays = w.account(AccountKind::Resident, "另一人", "13912345678").await;
            w.store.checkpoint(home(), store::Chain::Journal, &witness).await.expect("signs");
            store::backup::backup(&database, None, &*w.clock, &copy).await.expect("backs up");
            // After the backup and the last checkpoint: one without any text, so that no entry of texts tells of it.
            let me = w.caller(person).await;
            w.run(move |unit| erase_account(unit, &me, person)).await.expect("erases");
            w.store.keep_erasures(home(), &witness).await.expect("keeps");
            w.store.keep_erasures(home(), &witness).await.expect("keeps");
            let erasures = store::checkpoint::erasures(&outside, home()).expect("reads");
            assert_eq!(
                erasures.iter().map(|e| (e.subject, e.kind.as_str())).collect::<Vec<_>>(),
                [(person.uuid(), "account.erased")],
                "once"
            );

            let target = store::testing::databases().into_iter().find(|d| std::mem::discriminant(d) == std::mem::discriminant(&database));
            let target = target.expect("one of each");
            store::backup::restore(&copy, &target, None, &[SCHEMA]).await.expect("restores");
            let restored = store::Store::open(&target, w.clock.clone(), &[SCHEMA]).expect("opens");
            let there = async |id| {
                let keys = w.keys.clone();
                let row = restored.read(home(), move |r| account(r, &keys, id)).await.expect("reads");
                row.expect("the row").name.is_some()
            };
            assert!(there(person).await, "the backup has her");
            assert_eq!(erase_again(&restored, home(), &erasures).await.expect("erases again"), 1);
            assert!(!there(person).await && there(stays).await);
            let keys = w.keys.clone();
            let found = restored.read(home(), move |r| by_phone(r, &keys, &format!("+86{PHONE}"))).await.expect("reads");
            assert!(found.is_none(), "and nobody signs in with her number");
            assert!(restored.verify(home(), &[]).await.expect("verifies").whole());
            std::fs::remove_dir_all(&folder).expect("removes");
        });
    }
}
