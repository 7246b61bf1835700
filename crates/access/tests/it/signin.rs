//! Passwords, second factors, codes, sessions, keys: on both databases.

use crate::common::*;
use access::*;
use base::{AccountId, Kind};
use packs::{Action, Subject};
use std::net::IpAddr;
use store::testing::home;

const STRICT: Policy = Policy { second_factor: true };
const PASSWORD: &str = "石桥村的 long 密码 7";

fn device() -> Device {
    Device("Firefox 测试".into())
}

async fn official(w: &World) -> AccountId {
    let (system, keys) = (w.system(), w.keys.clone());
    let new = NewAccount {
        kind: AccountKind::Staff,
        name: Some("演示人员".into()),
        phone: Some("17900000001".into()),
        region: None,
        login: Some("Zhang.San".into()),
    };
    let hashed = hash_password(PASSWORD).expect("a good password");
    w.run(move |unit| {
        let id = make_account(unit, &system, &keys, new.clone())?;
        let (link, hashed) = (invite(unit, &system, &keys, id)?, hashed.clone());
        let opened = accept_invitation(unit, &link, &hashed, STRICT, &device())?;
        assert!(!opened.full, "no second factor yet");
        assert_eq!(accept_invitation(unit, &link, &hashed, STRICT, &device()).expect_err("once").kind(), Kind::Gone);
        Ok(id)
    })
    .await
    .expect("an official")
}

async fn try_password(w: &World, login: &str, password: &str, second: Option<&str>) -> Attempt {
    let (keys, login) = (w.keys.clone(), login.to_owned());
    let look = keys.clone();
    let challenge = match w.store.read(home(), move |r| look_up(r, &look, &login)).await {
        Ok(c) => c,
        Err(e) => return Err(e),
    };
    let verified = challenge.verify(&keys, password, second).expect("verifies");
    w.run(move |unit| sign_in(unit, &verified, STRICT, &device())).await.expect("answers")
}

fn digits(secret: &str, w: &World) -> String {
    let totp = totp_rs::Builder::new().with_secret(totp_rs::Secret::try_from_base32(secret).expect("base32")).build_noncompliant();
    totp.generate((w.store.now().0 / 1000) as u64).to_string()
}

#[test]
fn two_factors_and_recovery() {
    on_both(async |w| {
        let id = official(&w).await;
        let opened = try_password(&w, " zhang.san ", PASSWORD, None).await.expect("the password is right");
        assert!(!opened.full);
        let seat = w.seat("township_duty", "430903101", None).await;
        w.fill(seat, id).await;
        let half = w.authenticate(&opened.token).await.expect("a session");
        assert!(half.caller.grants.is_empty(), "no rights before the second factor is set up");
        let (keys, me) = (w.keys.clone(), half.caller.clone());
        let offer = w.run(move |unit| offer_totp(unit, &me, &keys)).await.expect("offers");
        let (keys, me, code) = (w.keys.clone(), half.caller.clone(), digits(&offer.secret, &w));
        let confirmed = w.run(move |unit| confirm_totp(unit, &me, &keys, &code, &device())).await.expect("confirms");
        assert_eq!(confirmed.recovery.len(), 10);
        assert_eq!(w.authenticate(&opened.token).await.expect_err("rotated").kind(), Kind::Unauthenticated);
        let full = w.authenticate(&confirmed.session.token).await.expect("a full session");
        assert_eq!(full.caller.grants.len(), 1);
        assert_eq!(try_password(&w, "zhang.san", PASSWORD, None).await.expect_err("asks").code(), "second_factor");
        let used = digits(&offer.secret, &w);
        assert_eq!(try_password(&w, "zhang.san", PASSWORD, Some(&used)).await.expect_err("used before").code(), "sign_in_wrong");
        w.wait(MINUTE);
        let code = digits(&offer.secret, &w);
        assert!(try_password(&w, "zhang.san", PASSWORD, Some(&code)).await.expect("signs in").full);
        let spare = confirmed.recovery[3].to_lowercase();
        assert!(try_password(&w, "zhang.san", PASSWORD, Some(&spare)).await.is_ok());
        assert!(try_password(&w, "zhang.san", PASSWORD, Some(&spare)).await.is_err(), "a recovery code is good once");
    });
}

#[test]
fn wrong_passwords_make_wait_longer_and_longer_also_for_names_nobody_has() {
    on_both(async |w| {
        official(&w).await;
        for login in ["zhang.san", "nobody.here"] {
            for _ in 0..5 {
                let e = try_password(&w, login, "wrong", None).await.expect_err("wrong");
                assert_eq!((e.kind(), e.code()), (Kind::Unauthenticated, "sign_in_wrong"), "{login}");
            }
            let e = try_password(&w, login, PASSWORD, None).await.expect_err("shut");
            assert_eq!((e.kind(), e.code()), (Kind::RateLimited, "sign_in_shut"), "{login}");
            w.wait(MINUTE);
            assert_eq!(try_password(&w, login, "wrong", None).await.expect_err("wrong").code(), "sign_in_wrong");
            w.wait(MINUTE);
            assert_eq!(try_password(&w, login, "wrong", None).await.expect_err("two minutes now").code(), "sign_in_shut");
            w.wait(MINUTE);
        }
        assert!(try_password(&w, "zhang.san", PASSWORD, None).await.is_ok(), "and then she is in");
        assert!(try_password(&w, "179 0000 0001", PASSWORD, None).await.is_ok(), "also by her number");
        // Many names from one address are one address's tries.
        let count = async |ip: &str| {
            let (keys, ip): (_, IpAddr) = (w.keys.clone(), ip.parse().expect("an address"));
            w.run(move |unit| count_try(unit, &keys, ip)).await
        };
        for n in 0..30 {
            count(&format!("2001:db8:1:2::{n}")).await.expect("thirty");
        }
        assert_eq!(count("2001:db8:1:2:ffff::1").await.expect_err("of one network").kind(), Kind::RateLimited);
        count("2001:db8:1:3::1").await.expect("another network");
        let swept = {
            w.wait(DAY * 2);
            w.run(sweep).await.expect("sweeps")
        };
        assert!(swept >= 1);
    });
}

async fn ask(w: &World, phone: &str, ip: Option<&str>) -> base::Result<base::Time> {
    let (keys, phone) = (w.keys.clone(), phone.to_owned());
    let ip: Option<IpAddr> = ip.map(|s| s.parse().expect("an address"));
    w.run(move |unit| ask_code(unit, &keys, &phone, ip, CodeLimits::default())).await
}

async fn enter(w: &World, phone: &str, code: &str) -> Attempt {
    let (keys, phone, code) = (w.keys.clone(), phone.to_owned(), code.to_owned());
    w.run(move |unit| sign_in_by_code(unit, &keys, &phone, &code, &device())).await.expect("answers")
}

async fn code_sent(w: &World) -> String {
    let texts = w.texts().await;
    let text = &texts.last().expect("a text").1;
    text.chars().skip_while(|c| !c.is_ascii_digit()).take(6).collect()
}

#[test]
fn codes_by_phone() {
    on_both(async |w| {
        ask(&w, "138 0013 8000", Some("10.0.0.1")).await.expect("sends");
        let code = code_sent(&w).await;
        assert_eq!(ask(&w, "+8613800138000", Some("10.0.0.2")).await.expect_err("once a minute").code(), "rate_limited");
        ask(&w, "13800138001", Some("10.0.0.1")).await.expect("a neighbour behind the same address");
        let wrong = if code == "000000" { "111111" } else { "000000" };
        assert_eq!(enter(&w, "13800138000", wrong).await.expect_err("wrong").code(), "code_wrong");
        assert_eq!(enter(&w, "13900139000", &code).await.expect_err("another number").code(), "code_wrong");
        let first = enter(&w, "13800138000", &code).await.expect("signs in");
        assert!(first.new && first.full);
        assert_eq!(enter(&w, "13800138000", &code).await.expect_err("one use").code(), "code_wrong");
        // Five tries end it, the sixth is not even looked at.
        w.wait(MINUTE);
        ask(&w, "13800138000", None).await.expect("sends");
        let code = code_sent(&w).await;
        let wrong = if code == "000000" { "111111" } else { "000000" };
        for _ in 0..5 {
            assert!(enter(&w, "13800138000", wrong).await.is_err());
        }
        assert!(enter(&w, "13800138000", &code).await.is_err());
        // Five minutes.
        w.wait(MINUTE);
        ask(&w, "13800138000", None).await.expect("sends");
        let code = code_sent(&w).await;
        w.wait(MINUTE * 5);
        assert!(enter(&w, "13800138000", &code).await.is_err());
        ask(&w, "13800138000", None).await.expect("sends");
        let again = enter(&w, "13800138000", &code_sent(&w).await).await.expect("signs in");
        assert_eq!((again.account, again.new), (first.account, false));
        // Ten a day: four were sent.
        for _ in 0..6 {
            w.wait(MINUTE);
            ask(&w, "13800138000", None).await.expect("sends");
        }
        w.wait(MINUTE);
        assert_eq!(ask(&w, "13800138000", None).await.expect_err("ten a day").code(), "rate_limited");
        w.wait(DAY);
        ask(&w, "13800138000", None).await.expect("the next day");
        // What waits in the outbox shows neither number nor code.
        let plain = w
            .store
            .read(home(), |r| {
                let rows: Vec<(String,)> = r.many(store::sql("select payload from outbox"))?;
                Ok(rows.into_iter().any(|(p,)| p.contains("138001") || p.contains("验证码")))
            })
            .await
            .expect("reads");
        assert!(!plain);
        // Officials have two factors, also when they know a code.
        official(&w).await;
        ask(&w, "17900000001", None).await.expect("the same answer");
        assert_eq!(enter(&w, "17900000001", &code_sent(&w).await).await.expect_err("staff").code(), "staff_password");
    });
}

#[test]
fn sessions_end_and_are_one_s_own_to_end() {
    on_both(async |w| {
        let staff = official(&w).await;
        let resident = w.account(AccountKind::Resident, "李演示", "13800138000").await;
        let open = async |id: AccountId| w.run(move |unit| open_session(unit, id, &device(), true)).await.expect("opens").token;
        let (s, r) = (open(staff).await, open(resident).await);
        assert!(w.authenticate(&s).await.expect("fresh").touch.is_none());
        w.wait(MINUTE * 29);
        let seen = w.authenticate(&s).await.expect("not idle yet").touch.expect("its use is to be written");
        w.run(move |unit| touch(unit, seen)).await.expect("touches");
        w.wait(MINUTE * 29);
        assert!(w.authenticate(&s).await.is_ok());
        w.wait(MINUTE * 2);
        assert_eq!(w.authenticate(&s).await.expect_err("idle for 31 minutes").code(), "session_expired");
        // Twelve hours are the end, however busy.
        let s = open(staff).await;
        for _ in 0..28 {
            if let Some(hash) = w.authenticate(&s).await.ok().and_then(|a| a.touch) {
                w.run(move |unit| touch(unit, hash)).await.expect("touches");
            }
            w.wait(MINUTE * 25);
        }
        w.wait(MINUTE * 20);
        assert_eq!(w.authenticate(&s).await.expect_err("twelve hours").code(), "session_expired");
        w.wait(DAY * 80);
        let caller = w.authenticate(&r).await.expect("a resident has ninety days").caller;
        let early = open(resident).await;
        w.wait(MINUTE * 59);
        assert!(w.authenticate(&early).await.expect("fresh").touch.is_none(), "once an hour");
        w.run(move |unit| sign_out(unit, &early)).await.expect("out");
        // She sees her devices and ends one.
        let other = open(resident).await;
        let mine = w.store.read(home(), move |x| sessions(x, resident)).await.expect("reads");
        assert_eq!(mine.len(), 2);
        let (me, id) = (caller.clone(), mine[0].id);
        w.run(move |unit| revoke_session(unit, &me, id)).await.expect("ends");
        assert!(w.authenticate(&other).await.is_err());
        let stranger = w.caller(staff).await;
        let id = mine[1].id;
        assert_eq!(w.run(move |unit| revoke_session(unit, &stranger, id)).await.expect_err("not hers").kind(), Kind::NotFound);
        w.wait(DAY * 11);
        assert!(w.authenticate(&r).await.is_err());
        // A locked account is out at once.
        let r = open(resident).await;
        assert!(w.authenticate(&r).await.is_ok());
        let system = w.system();
        w.run(move |unit| lock_account(unit, &system, resident)).await.expect("locks");
        assert!(w.authenticate(&r).await.is_err());
        assert!(w.authenticate("s_nonsense").await.is_err());
        // A token is of its own county.
        let system = w.system();
        w.run(move |unit| unlock_account(unit, &system, resident)).await.expect("unlocks");
        let token = open(resident).await;
        let (catalogue, asked) = (w.catalogue.clone(), token.clone());
        let next = base::Home::new(430_902).expect("a county");
        let found =
            w.store.read(next, move |r| Ok((home_of(r, &asked)?, authenticate(r, &Callers::default(), &catalogue, &asked).is_ok()))).await;
        assert_eq!(found.expect("reads"), (Some(home()), false));
    });
}

#[test]
fn a_machine_s_key_opens_what_it_names_and_nothing_else() {
    on_both(async |w| {
        let scope = Scope::read(&WrittenScope {
            on: "flow:direct_line.report".into(),
            actions: vec!["open".into(), "read".into()],
            region: "430903101".into(),
            door: None,
        })
        .expect("a scope");
        let flow = scope.on.clone();
        let (system, until) = (w.system(), w.store.now() + DAY);
        let new = NewKey { name: "市12345对接".into(), scopes: vec![scope], until };
        let made = w.run(move |unit| make_key(unit, &system, new.clone())).await.expect("a key");
        let caller = w.authenticate(&made.token).await.expect("a machine").caller;
        let at = |s: &str| Object::at(code(s));
        assert!(caller.check(Action::Open, &flow, &at("430903101200")).is_ok());
        assert!(caller.check(Action::Open, &flow, &at("430903001001")).is_err());
        assert!(caller.check(Action::Assign, &flow, &at("430903101200")).is_err());
        assert!(caller.check(Action::Accounts, &Subject::Platform, &at("430903101")).is_err());
        assert_eq!(caller.slices(Action::Read, &flow), vec![Slice::Region(code("430903101"))]);
        // Nobody gives what he has not.
        let (_, it) = w.official("county_it", "430903", None, 9).await;
        let it = w.caller(it).await;
        let more = NewKey { name: "更多".into(), scopes: caller.scopes.clone(), until };
        assert_eq!(w.run(move |unit| make_key(unit, &it, more.clone())).await.expect_err("may not read reports").kind(), Kind::Forbidden);
        w.wait(DAY);
        assert!(w.authenticate(&made.token).await.is_err(), "it ends by itself");
        let e = Scope::read(&WrittenScope { on: "all".into(), actions: vec!["fly".into()], region: "430903".into(), door: None })
            .expect_err("unknown");
        assert_eq!(e.fields()[0].field, "actions");
    });
}

/// Hundreds of a carrier's customers share one address; who sends to many numbers is stopped all the same.
#[test]
fn an_address_has_its_own_limit() {
    on_both(async |w| {
        let mut sent = 0;
        for hour in 0..8 {
            for i in 0..30 {
                let phone = format!("138{:08}", hour * 100 + i);
                match ask(&w, &phone, Some("100.64.0.1")).await {
                    Ok(_) => sent += 1,
                    Err(e) => assert_eq!((e.code(), sent), ("rate_limited", 200), "200 a day"),
                }
            }
            let one_more = ask(&w, "13900139000", Some("100.64.0.1")).await;
            assert_eq!(one_more.expect_err("30 an hour").code(), "rate_limited");
            ask(&w, &format!("1370000000{hour}"), Some("100.64.0.2")).await.expect("the next address is another");
            w.wait(MINUTE * 60);
        }
        assert_eq!(sent, 200);
    });
}

#[test]
fn sign_ins_by_wechat_are_counted_by_address() {
    on_both(async |w| {
        let come = async |from: &str| {
            let (keys, ip) = (w.keys.clone(), from.parse().ok());
            w.run(move |unit| count_wechat(unit, &keys, ip, CodeLimits::default())).await
        };
        for _ in 0..30 {
            come("100.64.0.1").await.expect("thirty an hour");
        }
        assert_eq!(come("100.64.0.1").await.expect_err("and no more").code(), "rate_limited");
        come("100.64.0.2").await.expect("the next address is another");
        w.wait(MINUTE * 60);
        come("100.64.0.1").await.expect("in the next hour again");
    });
}

#[test]
fn guesses_at_once_are_counted_one_by_one() {
    on_both(async |w| {
        let w = std::sync::Arc::new(w);
        let asks: Vec<_> = (0..8)
            .map(|_| {
                let w = w.clone();
                tokio::spawn(async move { ask(&w, "13800138000", None).await.is_ok() })
            })
            .collect();
        let mut sent = 0;
        for a in asks {
            sent += usize::from(a.await.expect("runs"));
        }
        assert_eq!(sent, 1, "one code a minute, however many ask");
        let code = code_sent(&w).await;
        let guesses: Vec<_> = (0..40_u32)
            .map(|n| {
                let (w, right) = (w.clone(), code.clone());
                tokio::spawn(async move {
                    let guess = format!("{:06}", (right.parse::<u32>().expect("digits") + 1 + n) % 1_000_000);
                    enter(&w, "13800138000", &guess).await.is_ok()
                })
            })
            .collect();
        for g in guesses {
            assert!(!g.await.expect("runs"));
        }
        assert!(enter(&w, "13800138000", &code).await.is_err(), "after so many even the right one is no use");
        w.wait(MINUTE);
        ask(&w, "13800138000", None).await.expect("sends");
        let code = code_sent(&w).await;
        let uses: Vec<_> = (0..8)
            .map(|_| {
                let (w, code) = (w.clone(), code.clone());
                tokio::spawn(async move { enter(&w, "13800138000", &code).await.is_ok() })
            })
            .collect();
        let mut opened = 0;
        for u in uses {
            opened += usize::from(u.await.expect("runs"));
        }
        assert_eq!(opened, 1, "a code is good once");
    });
}
