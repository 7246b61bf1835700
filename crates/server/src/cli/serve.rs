//! `shuxiang serve`.

use super::Where;
use crate::{app::App, log, routes};
use base::{Error, Kind, Result, StoryClock};
use std::{process::ExitCode, sync::Arc};

#[derive(clap::Args)]
pub struct Args {
    #[command(flatten)]
    place: Where,
    /// 监听的地址和端口 / Address and port
    #[arg(long)]
    listen: Option<std::net::SocketAddr>,
    /// 由场景拨动的时钟，只用于演示数据 / A clock that stories move: on a demo folder only. Starts now, or at this time
    #[arg(long, value_name = "TIME", num_args = 0..=1)]
    story_clock: Option<Option<String>>,
}

pub fn run(args: Args) -> Result<ExitCode> {
    let mut config = args.place.config()?;
    config.listen = args.listen.unwrap_or(config.listen);
    log::start(&config.log)?;
    let story = args.story_clock.map(|start| story_clock(start, &config)).transpose()?;
    super::runtime()?.block_on(async {
        let app = App::open(config, story).await?;
        let listener = tokio::net::TcpListener::bind(app.config.listen).await.map_err(|e| {
            let at = app.config.listen;
            Error::new(
                Kind::Unavailable,
                "listen",
                format!("不能监听 {at}，端口可能已被占用"),
                format!("cannot listen on {at}; it may be taken"),
            )
            .caused_by(e)
        })?;
        if let Some(fault) = app.config.map.file(&app.config.data).and_then(|file| routes::map::fault(&file)) {
            tracing::warn!(file = ?app.config.map.file(&app.config.data), "{} / {}", fault.zh, fault.en);
        }
        tracing::info!(at = %listener.local_addr().map_err(Error::internal)?, "serving");
        routes::serve(app, listener, asked_to_stop()).await?;
        Ok(ExitCode::SUCCESS)
    })
}

/// The door through which a story moves time is there on a demo folder alone: on real data it would move law.
fn story_clock(start: Option<String>, config: &crate::config::Config) -> Result<Arc<StoryClock>> {
    if !config.is_demo() {
        return Err(Error::new(
            Kind::Conflict,
            "not_a_demo",
            "--story-clock 只能用于演示数据（数据目录里没有 demo 标记）",
            "--story-clock is for demo data alone (the data folder has no file `demo`)",
        ));
    }
    let at = match start {
        Some(text) => text.parse()?,
        None => base::Clock::now(&base::SystemClock),
    };
    Ok(Arc::new(StoryClock::at(at)))
}

async fn asked_to_stop() {
    let interrupted = tokio::signal::ctrl_c();
    match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
        Ok(mut terminated) => {
            tokio::select! {
                _ = interrupted => {}
                _ = terminated.recv() => {}
            }
        }
        Err(_) => drop(interrupted.await),
    }
    tracing::info!("stopping");
}
