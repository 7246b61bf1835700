use super::json::{AskFile, Size};
use crate::{
    app::App,
    edge::{Answer, Path, Query, Who},
};
use access::Caller;
use axum::{
    body::Body,
    extract::State,
    http::{HeaderName, header},
    response::IntoResponse,
};
use base::{Error, MatterId, Result, ThingId};
use store::{Reader, Stored, sql};
use things::Register;
use uuid::Uuid;

/// A file up to this size is checked before its first byte goes out; a larger one while it goes.
const WHOLE: i64 = store::photo::BYTES as i64;

/// The bytes of a file
///
/// `size=small` asks for a photo's thumbnail.
#[utoipa::path(
    get, path = "/api/files/{file}", tag = "files", params(("file" = Uuid, Path), AskFile),
    responses((status = 200, content_type = "application/octet-stream"))
)]
pub async fn get_file(State(app): State<App>, who: Who, Path(id): Path<Uuid>, Query(ask): Query<AskFile>) -> Answer<impl IntoResponse> {
    let small = ask.size == Some(Size::Small);
    let register = crate::routes::things::register(&app, who.home())?;
    let look = move |r: &mut Reader, caller: &Caller| {
        let name = super::id::find(r, id)?.ok_or_else(Error::not_found)?;
        let file = may_see(r, &register, caller, name)?;
        if !small {
            return Ok(file);
        }
        if !file.kind.starts_with("image/") {
            return Err(Error::invalid("size", "只有照片有缩略图", "only a photo has a thumbnail"));
        }
        // A photo that was brought before thumbnails were tied to it is shown itself.
        Ok(store::files::thumbnail(r, &name)?.unwrap_or(file))
    };
    let Stored { sha256, size, kind } = app.look(&who, move |r, _, caller| look(r, caller)).await?;
    let body = if size <= WHOLE {
        Body::from(app.files.bytes(who.home(), &sha256).await?)
    } else {
        Body::from_stream(app.files.stream(who.home(), &sha256).await?)
    };
    let shown = if kind.starts_with("image/") { "inline" } else { "attachment" };
    let headers: [(HeaderName, String); 4] = [
        (header::CONTENT_TYPE, kind),
        (header::CONTENT_DISPOSITION, shown.to_owned()),
        (header::CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox".to_owned()),
        // Its name is its content: what was seen once is right for ever, in this person's own browser.
        (header::CACHE_CONTROL, "private, max-age=86400, immutable".to_owned()),
    ];
    Ok((headers, body))
}

/// The file, if something that the caller may see needs it, or he brought it himself.
fn may_see(r: &mut Reader, register: &Register, caller: &Caller, sha256: [u8; 32]) -> Result<Stored> {
    let file: Option<(i64, String, String)> =
        r.one(sql("select size, kind, actor from file where county = $1 and sha256 = $2 and state = 0").bind(r.home()).bind(sha256))?;
    let (size, kind, actor) = file.ok_or_else(Error::not_found)?;
    let file = Stored { sha256, size, kind };
    if caller.account.is_some_and(|me| actor == format!("account:{me}")) {
        return Ok(file);
    }
    let uses: Vec<(Uuid,)> =
        r.many(sql("select distinct subject from file_use where county = $1 and sha256 = $2").bind(r.home()).bind(sha256))?;
    for (subject,) in uses {
        let thing = ThingId::from_uuid(subject);
        if matters::look(r, caller, MatterId::from_uuid(subject)).is_ok() || things::shows_file(r, register, caller, thing, &sha256)? {
            return Ok(file);
        }
    }
    Err(Error::not_found())
}
