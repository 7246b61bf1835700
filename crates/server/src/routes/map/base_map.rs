use crate::{
    app::App,
    edge::{Answer, Who, malformed},
};
use axum::{
    body::Body,
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use base::{Error, Text};
use std::io::SeekFrom;
use tokio::{
    fs::File,
    io::{AsyncReadExt, AsyncSeekExt},
};

/// Maps ask for the header, then for a few kilobytes at a time: nobody needs more at once.
const MOST: u64 = 16 << 20;

/// The county's base map
///
/// A PMTiles file, piece by piece: the request says which in `Range: bytes=first-last`.
#[utoipa::path(
    get, path = "/api/map/base.pmtiles", tag = "map",
    params(("Range" = Option<String>, Header, description = "`bytes=first-last`, at most 16 MB")),
    responses((status = 206, content_type = "application/octet-stream", body = Vec<u8>))
)]
pub async fn get_base_map(State(app): State<App>, who: Who, headers: HeaderMap) -> Answer<Response> {
    who.account()?;
    let path = app.config.map.file(&app.config.data).ok_or_else(Error::not_found)?;
    let mut file = File::open(&path).await.map_err(|e| Error::not_found().caused_by(e))?;
    let meta = file.metadata().await.map_err(Error::internal)?;
    let (first, last) = range(&headers, meta.len()).ok_or_else(|| {
        malformed(
            "Range",
            Text::new(
                "请用 Range: bytes=起-止 分段读取，每段不超过 16 MB",
                "read it in pieces with Range: bytes=first-last, 16 MB at most",
            ),
        )
    })?;
    file.seek(SeekFrom::Start(first)).await.map_err(Error::internal)?;
    let mut piece = Vec::with_capacity((last - first + 1) as usize);
    file.take(last - first + 1).read_to_end(&mut piece).await.map_err(Error::internal)?;
    let changed = meta.modified().ok().and_then(|t| t.duration_since(std::time::UNIX_EPOCH).ok()).map_or(0, |d| d.as_millis());
    let mut answer = (StatusCode::PARTIAL_CONTENT, Body::from(piece)).into_response();
    let h = answer.headers_mut();
    let mut set = |name, value: String| -> Result<(), Error> {
        h.insert(name, HeaderValue::from_str(&value).map_err(Error::internal)?);
        Ok(())
    };
    set(header::CONTENT_TYPE, "application/octet-stream".into())?;
    set(header::CONTENT_RANGE, format!("bytes {first}-{last}/{}", meta.len()))?;
    set(header::ACCEPT_RANGES, "bytes".into())?;
    set(header::ETAG, format!("\"{:x}-{changed:x}\"", meta.len()))?;
    set(header::CACHE_CONTROL, "private, max-age=3600".into())?;
    Ok(answer)
}

/// First and last byte, both included, cut to the file's end.
fn range(headers: &HeaderMap, size: u64) -> Option<(u64, u64)> {
    let (first, last) = headers.get(header::RANGE)?.to_str().ok()?.strip_prefix("bytes=")?.split_once('-')?;
    let first: u64 = first.parse().ok().filter(|f| *f < size)?;
    let last = if last.is_empty() { size - 1 } else { last.parse::<u64>().ok()?.min(size - 1) };
    (first <= last && last - first < MOST).then_some((first, last))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces() {
        let asked = |text: &'static str| {
            let mut h = HeaderMap::new();
            h.insert(header::RANGE, HeaderValue::from_static(text));
            range(&h, 1000)
        };
        assert_eq!(asked("bytes=0-126"), Some((0, 126)));
        assert_eq!(asked("bytes=990-2000"), Some((990, 999)));
        assert_eq!(asked("bytes=10-"), Some((10, 999)));
        for none in ["bytes=1000-1001", "bytes=5-4", "bytes=-5", "lines=1-2", "bytes=a-b", "bytes=0-1,4-5"] {
            assert_eq!(asked(none), None, "{none}");
        }
        assert_eq!(range(&HeaderMap::new(), 1000), None);
    }
}
