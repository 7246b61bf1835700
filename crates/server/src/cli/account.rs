//! `shuxiang account`: accounts from the command line, for the first one above all.

use super::Where;
use crate::app::App;
use access::{AccountKind, Caller, Fill, MakeSeat, NewAccount};
use base::{Code, Error, Home, Result};
use std::process::ExitCode;
use store::By;

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
}

pub fn run(command: Command) -> Result<ExitCode> {
    let Command::Add { place, login, name, role, region, unit } = command;
    let region: Code = region.parse()?;
    let mut password = String::new();
    eprintln!("口令 / password:");
    std::io::stdin().read_line(&mut password).map_err(Error::internal)?;
    let password = access::hash_password(password.trim_end_matches(['\r', '\n']))?;
    let config = place.config()?;
    super::runtime()?.block_on(async {
        let app = App::open(config, None)?;
        let home: Home = region.home();
        if app.rules(home)?.catalogue.role(&role).is_none() {
            return Err(Error::invalid("role", format!("没有“{role}”这个角色"), format!("there is no role {role}")));
        }
        let platform = Caller::system(home, app.rules(home)?.catalogue.clone());
        let keys = app.keys.clone();
        let add = move |u: &mut store::Unit| {
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
    })
}
