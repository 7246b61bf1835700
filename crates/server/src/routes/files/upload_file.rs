use super::{
    id,
    json::{Photo, Uploaded},
};
use crate::{
    app::App,
    edge::{self, Answer, Who},
};
use access::CallerKind;
use axum::{
    Json,
    extract::{Request, State},
    http::{StatusCode, header},
};
use base::{Error, Kind};
use store::By;

/// Largest file, held in memory while its hash is computed. A photo has 20 MB at most.
const LARGEST: usize = 64 << 20;

/// Upload a file
///
/// The bytes are the body; their kind is the `Content-Type`. A photo loses its place and its maker's marks. What no
/// matter needs within seven days goes.
#[utoipa::path(
    post, path = "/api/files", tag = "files",
    request_body(content(("image/jpeg"), ("image/png"), ("image/webp"), ("application/pdf"), ("video/mp4"), ("audio/mpeg"))),
    responses((status = 201, body = Uploaded))
)]
pub async fn upload_file(State(app): State<App>, who: Who, request: Request) -> Answer<(StatusCode, Json<Uploaded>)> {
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let photo = matches!(kind.as_str(), "image/jpeg" | "image/png" | "image/webp");
    let known =
        photo || matches!(kind.as_str(), "application/pdf" | "video/mp4" | "audio/mpeg" | "audio/mp4" | "audio/webm" | "video/webm");
    if !known {
        return Err(unsupported().into());
    }
    if who.caller.kind == CallerKind::Nobody && !photo {
        who.account()?;
    }
    let most = if photo { store::photo::BYTES } else { LARGEST };
    let bytes = edge::whole(request, most).await?;
    if bytes.is_empty() {
        return Err(Error::invalid("body", "文件是空的", "the file is empty").into());
    }
    let by = who.caller.account.map_or_else(By::nobody, By::account);
    if !photo {
        let stored = app.files.bring(&app.store, who.home(), by, &kind, bytes).await?;
        return Ok((StatusCode::CREATED, Json(Uploaded { id: id::of(&stored.sha256), kind: stored.kind, size: stored.size, photo: None })));
    }
    let stored = app.files.bring_photo(&app.store, who.home(), by, bytes).await?;
    let facts = stored.facts;
    let photo = Photo {
        width: facts.width,
        height: facts.height,
        taken: facts.taken,
        lat: facts.place.map(|p| p.0),
        long: facts.place.map(|p| p.1),
    };
    let file = stored.photo;
    Ok((StatusCode::CREATED, Json(Uploaded { id: id::of(&file.sha256), kind: file.kind, size: file.size, photo: Some(photo) })))
}

fn unsupported() -> Error {
    Error::new(
        Kind::UnsupportedMedia,
        "file_kind",
        "可以上传 JPEG、PNG、WebP 照片，PDF，MP4、WebM 录像，MP3、M4A 录音",
        "Photos (JPEG, PNG, WebP), PDF, films (MP4, WebM) and recordings (MP3, M4A) may be uploaded",
    )
}
