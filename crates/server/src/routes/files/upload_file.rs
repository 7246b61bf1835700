use super::{
    id,
    json::{Photo, Uploaded},
};
use crate::{
    app::App,
    edge::{self, Answer, Who, malformed},
};
use access::CallerKind;
use axum::{
    Json,
    extract::{Request, State},
    http::{StatusCode, header},
};
use base::{Error, Kind, Result, Text};
use futures_util::StreamExt;
use store::{By, files::Incoming};

/// Upload a file
///
/// The bytes are the body; their kind is the `Content-Type`. A photo loses its place and its maker's marks. What no
/// matter needs within seven days goes.
#[utoipa::path(
    post, path = "/api/files", tag = "files",
    request_body(content(("image/jpeg"), ("image/png"), ("image/webp"), ("application/pdf"), ("video/mp4"), ("audio/mpeg"), ("audio/mp4"), ("audio/webm"), ("audio/aac"), ("audio/amr"))),
    responses((status = 201, body = Uploaded))
)]
pub async fn upload_file(State(app): State<App>, who: Who, request: Request) -> Answer<(StatusCode, Json<Uploaded>)> {
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let photo = matches!(kind.as_str(), "image/jpeg" | "image/png" | "image/webp");
    // Browsers record webm or mp4, the mini-program aac or mp3, old telephones amr.
    let voice = matches!(kind.as_str(), "audio/mpeg" | "audio/mp4" | "audio/webm" | "audio/aac" | "audio/amr");
    let known = photo || voice || matches!(kind.as_str(), "application/pdf" | "video/mp4" | "video/webm");
    if !known {
        return Err(unsupported().into());
    }
    let nameless = who.caller.kind == CallerKind::Nobody;
    if nameless && !photo && !kind.starts_with("audio/") {
        who.account()?;
    }
    let by = who.caller.account.map_or_else(By::nobody, By::account);
    if !photo {
        let most = if nameless { VOICE } else { app.config.files.most << 20 };
        let file = received(&app, request, most).await?;
        let stored = file.finish(&app.store, who.home(), by, &kind).await?;
        return Ok((StatusCode::CREATED, Json(Uploaded { id: id::of(&stored.sha256), kind: stored.kind, size: stored.size, photo: None })));
    }
    // A photo has to be decoded whole.
    let bytes = edge::whole(request, store::photo::BYTES).await?;
    if bytes.is_empty() {
        return Err(empty().into());
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

/// Who cannot write, or will not give a name, may still speak: some ten minutes of a voice note, in bytes.
const VOICE: u64 = 8 << 20;

/// The body on its way to the disk as it comes in. It is gone again where the client hangs up or sends too much.
async fn received(app: &App, request: Request, most: u64) -> Result<Incoming> {
    let said = request.headers().get(header::CONTENT_LENGTH).and_then(|v| v.to_str().ok()?.parse::<u64>().ok());
    if said.is_some_and(|n| n > most) {
        return Err(too_large(most));
    }
    let (mut file, mut body) = (app.files.receive().await?, request.into_body().into_data_stream());
    while let Some(bytes) = body.next().await {
        file.write(&bytes.map_err(|_| malformed("body", Text::new("正文没有收完，请重新上传", "The body ended early; upload it again")))?)
            .await?;
        if file.size() > most {
            return Err(too_large(most));
        }
    }
    if file.size() == 0 { Err(empty()) } else { Ok(file) }
}

fn empty() -> Error {
    Error::invalid("body", "文件是空的", "the file is empty")
}

fn too_large(most: u64) -> Error {
    let mb = most >> 20;
    Error::new(Kind::TooLarge, "too_large", format!("文件太大，最多 {mb} MB"), format!("The file is too large; at most {mb} MB")).field(
        "body",
        "请压缩或剪短后再传；确有需要，请管理员调大配置项 files.most",
        "compress or cut it; where larger ones are needed, the administrator raises files.most in the configuration",
    )
}

fn unsupported() -> Error {
    Error::new(
        Kind::UnsupportedMedia,
        "file_kind",
        "可以上传 JPEG、PNG、WebP 照片，PDF，MP4、WebM 录像，MP3、M4A 录音",
        "Photos (JPEG, PNG, WebP), PDF, films (MP4, WebM) and recordings (MP3, M4A) may be uploaded",
    )
}
