//! `shuxiang release`: for a person who knows that the data this was copied from no longer act.

use super::Where;
use crate::app::App;
use base::Result;
use std::process::ExitCode;

#[derive(clap::Args)]
pub struct Args {
    #[command(flatten)]
    place: Where,
}

pub fn run(args: Args) -> Result<ExitCode> {
    let config = args.place.config()?;
    super::runtime()?.block_on(async {
        let app = App::open(config, None).await?;
        match app.store.held().await? {
            Some(why) => {
                app.store.release().await?;
                println!("已放行（原因：{why}）/ released (it was held: {why})");
            }
            None => println!("没有静止，不用放行 / it was not held"),
        }
        Ok(ExitCode::SUCCESS)
    })
}
