use crate::{
    app::App,
    edge::{Answer, Path, Who},
};
use access::Caller;
use axum::{
    extract::State,
    http::{HeaderName, header},
    response::IntoResponse,
};
use base::{Error, MatterId, Result};
use store::{Reader, sql};
use uuid::Uuid;

/// The bytes of a file
#[utoipa::path(
    get, path = "/api/files/{file}", tag = "files", params(("file" = Uuid, Path)),
    responses((status = 200, content_type = "application/octet-stream"))
)]
pub async fn get_file(State(app): State<App>, who: Who, Path(id): Path<Uuid>) -> Answer<impl IntoResponse> {
    let look = move |r: &mut Reader, caller: &Caller| {
        let name = super::id::find(r, id)?.ok_or_else(Error::not_found)?;
        Ok((name, may_see(r, caller, name)?))
    };
    let (name, kind) = app.look(&who, move |r, _, caller| look(r, caller)).await?;
    let bytes = app.files.bytes(who.home(), &name).await?;
    let shown = if kind.starts_with("image/") { "inline" } else { "attachment" };
    let headers: [(HeaderName, String); 4] = [
        (header::CONTENT_TYPE, kind),
        (header::CONTENT_DISPOSITION, shown.to_owned()),
        (header::CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox".to_owned()),
        // Its name is its content: what was seen once is right for ever, in this person's own browser.
        (header::CACHE_CONTROL, "private, max-age=86400, immutable".to_owned()),
    ];
    Ok((headers, bytes))
}

/// The file's kind, if something that the caller may see needs it, or he brought it himself.
fn may_see(r: &mut Reader, caller: &Caller, name: [u8; 32]) -> Result<String> {
    let file: Option<(String, String)> =
        r.one(sql("select kind, actor from file where county = $1 and sha256 = $2 and state = 0").bind(r.home()).bind(name))?;
    let (kind, actor) = file.ok_or_else(Error::not_found)?;
    if caller.account.is_some_and(|me| actor == format!("account:{me}")) {
        return Ok(kind);
    }
    let uses: Vec<(Uuid,)> =
        r.many(sql("select distinct subject from file_use where county = $1 and sha256 = $2").bind(r.home()).bind(name))?;
    for (subject,) in uses {
        if matters::look(r, caller, MatterId::from_uuid(subject)).is_ok() {
            return Ok(kind);
        }
    }
    Err(Error::not_found())
}
