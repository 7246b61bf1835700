//! Who is at the door: from the session's cookie, a bearer's token, or nobody.

use super::{Problem, csrf};
use crate::app::App;
use access::{Authenticated, Caller};
use axum::{
    extract::{ConnectInfo, FromRequestParts},
    http::{HeaderMap, header, request::Parts},
};
use base::{AccountId, Home, Kind, Result, SessionId, Time};
use std::{
    net::{IpAddr, SocketAddr},
    time::Duration,
};

pub struct Who {
    pub caller: Caller,
    /// The token it was shown by.
    pub token: Option<String>,
    /// `None` for a machine and for nobody.
    pub session: Option<SessionId>,
    /// False until a second factor is set up.
    pub full: bool,
    /// Whose key an idempotency key belongs to.
    pub device: String,
    /// When it was done, where the header `Done-Ago` says that this was a while ago.
    pub done_at: Option<Time>,
}

/// Seconds since it was done, by the device's own clock, which need not be right for that: a telephone without a network
/// sends later. Nearer than this it is told by when it came in.
const AGO: &str = "done-ago";
const SOON: u64 = 120;
const MOST: u64 = 366 * 86_400;

fn done_at(headers: &HeaderMap, now: Time) -> Result<Option<Time>> {
    let Some(said) = headers.get(AGO) else { return Ok(None) };
    let seconds = said
        .to_str()
        .ok()
        .and_then(|s| s.parse::<u64>().ok())
        .filter(|s| *s <= MOST)
        .ok_or_else(|| super::malformed("Done-Ago", base::Text::new("应是秒数，最多一年", "is a number of seconds, a year at most")))?;
    Ok((seconds >= SOON).then(|| now - Duration::from_secs(seconds)))
}

impl Who {
    /// The account, or *unauthenticated*.
    pub fn account(&self) -> Result<AccountId> {
        self.caller.me()
    }

    pub fn home(&self) -> Home {
        self.caller.home
    }
}

/// The names of the session's cookie: browsers take the first over HTTPS alone, and the plain one serves a machine's
/// own loopback.
pub const COOKIES: [&str; 2] = ["__Host-session", "session"];

pub fn cookie(headers: &HeaderMap) -> Option<&str> {
    let all = || headers.get_all(header::COOKIE).iter().filter_map(|v| v.to_str().ok()).flat_map(|v| v.split(';'));
    COOKIES.iter().find_map(|name| all().find_map(|c| c.trim().strip_prefix(name)?.strip_prefix('=')))
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

impl FromRequestParts<App> for Who {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> std::result::Result<Self, Problem> {
        let who = if let Some(token) = bearer(&parts.headers) {
            known(app, token).await?
        } else if let Some(token) = cookie(&parts.headers) {
            csrf::check(&parts.method, &parts.headers)?;
            known(app, token).await?
        } else {
            nobody(app, &parts.headers).await?
        };
        Ok(Who { done_at: done_at(&parts.headers, app.store.now())?, ..who })
    }
}

async fn nobody(app: &App, headers: &HeaderMap) -> Result<Who> {
    let home = home_of(app, headers).await?;
    let caller = Caller::nobody(home, app.rules(home)?.catalogue.clone());
    Ok(Who { caller, token: None, session: None, full: false, device: "nobody".into(), done_at: None })
}

/// The county that a caller without an account speaks to: the header `County`, else the server's own.
pub async fn home_of(app: &App, headers: &HeaderMap) -> Result<Home> {
    let Some(said) = headers.get("county") else { return app.home().await };
    let code = said.to_str().ok().and_then(|s| s.parse::<i32>().ok()).and_then(|n| Home::new(n).ok());
    let wrong = || super::malformed("County", base::Text::new("没有这个县", "there is no such county"));
    let home = code.ok_or_else(wrong)?;
    if app.store.homes().await?.contains(&home) { Ok(home) } else { Err(wrong()) }
}

/// Whoever shows this token; *unauthenticated* if it is good for nothing (any more).
pub async fn known(app: &App, token: &str) -> Result<Who> {
    let own = app.home().await?;
    let found = match authenticate(app, own, token).await {
        // Where one server keeps several counties, the account may live in another.
        Err(e) if e.kind() == Kind::Unauthenticated => {
            let asked = token.to_owned();
            match app.store.read(own, move |r| access::home_of(r, &asked)).await? {
                Some(home) if home != own => authenticate(app, home, token).await?,
                _ => return Err(e),
            }
        }
        found => found?,
    };
    let home = found.caller.home;
    if let Some(session) = found.touch {
        let store = app.store.clone();
        // Nobody waits for it: it only puts off the session's idle end.
        tokio::spawn(async move {
            if let Err(e) = store.command(home, store::By::system("session"), move |unit| access::touch(unit, session)).await {
                tracing::warn!(error = ?e, "a session's use was not written");
            }
        });
    }
    let device = found.caller.account.map_or_else(|| "nobody".into(), |id| pseudonym(app, id));
    Ok(Who { caller: found.caller, token: Some(token.to_owned()), session: found.session, full: found.full, device, done_at: None })
}

async fn authenticate(app: &App, home: Home, token: &str) -> Result<Authenticated> {
    let catalogue = app.rules(home)?.catalogue.clone();
    let (callers, asked) = (app.callers.clone(), token.to_owned());
    app.store.read(home, move |r| access::authenticate(r, &callers, &catalogue, &asked)).await
}

/// Idempotency keys stand beside answers for weeks: with the account itself they would say who sent an anonymous report.
fn pseudonym(app: &App, account: AccountId) -> String {
    app.keys.index("idempotency", &account.to_string()).iter().map(|b| format!("{b:02x}")).collect()
}

/// Where the request comes from, for the limits of sign-in; never written down.
pub struct Address(pub Option<IpAddr>);

impl FromRequestParts<App> for Address {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> std::result::Result<Self, Problem> {
        let direct = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|c| c.0.ip());
        if !app.config.behind_proxy {
            return Ok(Address(direct));
        }
        let forwarded = parts.headers.get("x-forwarded-for").and_then(|v| v.to_str().ok()?.rsplit(',').next()?.trim().parse().ok());
        Ok(Address(forwarded.or(direct)))
    }
}
