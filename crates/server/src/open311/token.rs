//! `GET tokens/{token}`: for clients that were given a token. Numbers are given at once here, so a token is only ever
//! the report's own id or number.

use super::{Given, shown, tree::Tree};
use crate::{app::App, edge::Who, routes::matters::show::by_number};
use base::{Error, MatterId};

pub async fn find(app: &App, who: &Who, token: &str) -> Given {
    let text = token.to_owned();
    let number = app
        .look(who, move |r, _, _| {
            let m = match text.parse::<MatterId>() {
                Ok(id) => matters::load(r, id)?,
                Err(_) => by_number(r, &text)?,
            };
            let m = m.ok_or_else(Error::not_found)?;
            if shown::is_shown(r, &m)? { Ok(m.number) } else { Err(Error::not_found()) }
        })
        .await?;
    let request = Tree::Map(vec![("service_request_id", Tree::maybe(number)), ("token", Tree::text(token))]);
    Ok(("service_requests", Tree::List("request", vec![request])))
}
