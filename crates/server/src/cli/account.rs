//! `shuxiang account`: accounts from the command line, for the first one above all.

use super::Where;
use crate::app::App;
use access::{AccountKind, AccountState, Caller, Fill, MakeSeat, NewAccount};
use base::{AccountId, Code, Error, Home, Result};
use std::process::ExitCode;
use store::{By, Unit, sql};

#[derive(clap::Subcommand)]
pub enum Command {
    /// 新建工作人员账号并任职；口令从标准输入读 / Make an official's account with a seat; the password is read from standard input
    Add {
        #[command(flatten)]
        place: Where,
        /// 登录名 / Log-in name
        login: String,
        /// 姓名 / Name
        #[arg(long)]
        name: String,
        /// 角色，如 county_it / Role
        #[arg(long)]
        role: String,
        /// 区划代码 / Region code
        #[arg(long)]
        region: String,
        /// 部门 / Department
        #[arg(long)]
        unit: Option<String>,
    },
    /// 列出工作人员账号，姓名和电话已遮盖 / List officials' accounts, names and numbers masked
    List {
        #[command(flatten)]
        one: County,
    },
    /// 停用账号，其会话马上结束 / Lock an account; its sessions end at once
    Lock {
        #[command(flatten)]
        one: County,
        /// 账号编号 / The account's id
        account: AccountId,
    },
    /// 恢复账号 / Unlock an account
    Unlock {
        #[command(flatten)]
        one: County,
        account: AccountId,
    },
    /// 发一个设置口令的邀请；只显示一次 / Invite to set a password; shown once
    Invite {
        #[command(flatten)]
        one: County,
        account: AccountId,
    },
}

#[derive(clap::Args)]
pub struct County {
    #[command(flatten)]
    place: Where,
    /// 哪个县；不写为库里的第一个 / Which county; the first there is if left out
    #[arg(long)]
    county: Option<i32>,
}

pub fn run(command: Command) -> Result<ExitCode> {
    super::runtime()?.block_on(async {
        match command {
            Command::Add { place, login, name, role, region, unit } => add(place, login, name, role, &region, unit).await,
            Command::List { one } => list(one).await,
            Command::Lock { one, account } => {
                act(one, move |unit, caller, _| access::lock_account(unit, caller, account)).await?;
                println!("已停用 / locked {account}");
                Ok(ExitCode::SUCCESS)
            }
            Command::Unlock { one, account } => {
                act(one, move |unit, caller, _| access::unlock_account(unit, caller, account)).await?;
                println!("已恢复 / unlocked {account}");
                Ok(ExitCode::SUCCESS)
            }
            Command::Invite { one, account } => {
                let token = act(one, move |unit, caller, keys| access::invite(unit, caller, keys, account)).await?;
                println!("{token}");
                Ok(ExitCode::SUCCESS)
            }
        }
    })
}

async fn open(one: County) -> Result<(App, Home)> {
    let app = App::open(one.place.config()?, None).await?;
    let home = match one.county {
        Some(code) => Home::new(code)?,
        None => app.home().await?,
    };
    Ok((app, home))
}

/// As the platform, which may do it without a seat; the journal says that the command line did.
async fn act<T: Send + 'static>(one: County, f: impl Fn(&mut Unit, &Caller, &access::Keyring) -> Result<T> + Send + 'static) -> Result<T> {
    let (app, home) = open(one).await?;
    let platform = Caller::system(home, app.rules(home)?.catalogue.clone());
    let keys = app.keys.clone();
    Ok(app.store.command(home, By::system("account"), move |unit| f(unit, &platform, &keys)).await?.value)
}

async fn add(place: Where, login: String, name: String, role: String, region: &str, unit: Option<String>) -> Result<ExitCode> {
    let region: Code = region.parse()?;
    let mut password = String::new();
    eprintln!("口令 / password:");
    std::io::stdin().read_line(&mut password).map_err(Error::internal)?;
    let password = access::hash_password(password.trim_end_matches(['\r', '\n']))?;
    let app = App::open(place.config()?, None).await?;
    let home: Home = region.home();
    if app.rules(home)?.catalogue.role(&role).is_none() {
        return Err(Error::invalid("role", format!("没有“{role}”这个角色"), format!("there is no role {role}")));
    }
    let platform = Caller::system(home, app.rules(home)?.catalogue.clone());
    let keys = app.keys.clone();
    let add = move |u: &mut Unit| {
        let new = NewAccount {
            kind: AccountKind::Staff,
            name: Some(name.clone()),
            phone: None,
            region: Some(region),
            login: Some(login.clone()),
        };
        let account = access::make_account(u, &platform, &keys, new)?;
        access::set_first_password(u, &platform, account, &password)?;
        let seat = access::make_seat(u, &platform, MakeSeat { role: role.clone(), region, unit: unit.clone(), area: None })?;
        access::fill_seat(u, &platform, Fill { seat, account, deputy: false, since: None, until: None })?;
        Ok(account)
    };
    let account = app.store.command(home, By::system("account"), add).await?.value;
    println!("{account}");
    Ok(ExitCode::SUCCESS)
}

async fn list(one: County) -> Result<ExitCode> {
    let (app, home) = open(one).await?;
    let keys = app.keys.clone();
    let accounts = app
        .store
        .read(home, move |r| {
            let ids: Vec<(AccountId,)> =
                r.many(sql("select id from account where county = $1 and kind = 1 order by made, id").bind(r.home()))?;
            ids.into_iter().filter_map(|(id,)| access::account(r, &keys, id).transpose()).collect::<Result<Vec<_>>>()
        })
        .await?;
    for a in &accounts {
        let state = match a.state {
            AccountState::Active => "在用 active",
            AccountState::Locked => "停用 locked",
            AccountState::Erased => "已删除 erased",
        };
        let region = a.region.map_or_else(String::new, |c| c.to_string());
        let name = a.name.as_ref().map_or_else(String::new, |n| n.to_string());
        println!("{} {state} {region} {name} {}", a.id, a.made);
    }
    println!("{} 个账号 / accounts", accounts.len());
    Ok(ExitCode::SUCCESS)
}
