use super::{json::AskTile, leaders_layer, matters_layer, things_layer};
use crate::{
    app::App,
    edge::{Answer, Problem, Query, Who, malformed},
    routes::things::register,
};
use axum::{
    extract::{FromRequestParts, RawPathParams, State},
    http::{HeaderMap, HeaderValue, StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
};
use base::{Error, Result, Text, Time};
use flate2::{Compression, write::GzEncoder};
use geo::{TileId, mvt};
use sha2::{Digest, Sha256};
use std::io::Write;

/// `{layer}/{z}/{x}/{y}`
pub struct Asked {
    layer: Layer,
    tile: TileId,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Layer {
    Matters,
    Things,
    Leaders,
}

impl<S: Sync + Send> FromRequestParts<S> for Asked {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> std::result::Result<Self, Problem> {
        let params = RawPathParams::from_request_parts(parts, state)
            .await
            .map_err(|_| malformed("path", Text::new("地址里的百分号编码不对", "The address is not percent-encoded UTF-8")))?;
        let said = |name: &str| params.iter().find(|(n, _)| *n == name).map_or("", |(_, v)| v);
        let layer = match said("layer") {
            "matters" => Layer::Matters,
            "things" => Layer::Things,
            "leaders" => Layer::Leaders,
            _ => {
                return Err(
                    malformed("layer", Text::new("图层有 matters、things、leaders", "the layers are matters, things and leaders")).into()
                );
            }
        };
        let tile = match (said("z").parse(), said("x").parse(), said("y").parse()) {
            (Ok(z), Ok(x), Ok(y)) => TileId::new(z, x, y),
            _ => None,
        };
        let none = || {
            Error::invalid(
                "z",
                "没有这个瓦片：z 从 0 到 20，x、y 小于 2 的 z 次方",
                "there is no such tile: z is from 0 to 20, x and y are less than 2 to the z",
            )
        };
        Ok(Asked { layer, tile: tile.ok_or_else(none)? })
    }
}

/// A tile of the map
///
/// What I may list, as a vector tile (MVT 2.1) with one layer of the same name. Seen from afar, points are put together:
/// a feature then has `cluster` true, `n`, and the worst `state` of them (`alarm`, `late`, `soon`, `open`, `ended`) with
/// the number of each. `exact` false: known by its region alone and drawn at that region's centre, which is generated
/// where `demonstration` is true. A matter by itself has `id`, `flow`, `region`; a thing `id`, `title`, `region`; leaders'
/// seats `n`, `vacant`, `region`, `role`.
#[utoipa::path(
    get, path = "/api/map/tiles/{layer}/{z}/{x}/{y}", tag = "map",
    params(
        ("layer" = String, Path, description = "`matters`, `things` or `leaders`", pattern = "^(matters|things|leaders)$"),
        ("z" = u8, Path, maximum = 20), ("x" = u32, Path, maximum = 1_048_575), ("y" = u32, Path, maximum = 1_048_575), AskTile
    ),
    responses(
        (status = 200, content_type = "application/vnd.mapbox-vector-tile", body = Vec<u8>),
        (status = 304, description = "As it was / Unchanged"),
    )
)]
pub async fn get_tile(State(app): State<App>, who: Who, asked: Asked, headers: HeaderMap, Query(ask): Query<AskTile>) -> Answer<Response> {
    who.account()?;
    let Asked { layer, tile } = asked;
    let filter = matters_layer::filter(&ask)?;
    let things = if layer == Layer::Things { Some((register(&app, who.home())?, things_layer::filter(&ask)?)) } else { None };
    let identity = serde_json::to_vec(&(who.caller.account, who.home().get(), &ask)).map_err(Error::internal)?;
    let known = headers.get(header::IF_NONE_MATCH).and_then(|v| v.to_str().ok()).unwrap_or_default().to_owned();
    let looking = app.clone();
    let drawn = app
        .look(&who, move |r, rules, caller| {
            let tag = tag(&identity, asked, caller.version, store::journal::head(r)?, r.now());
            if known.split(',').any(|t| t.trim() == tag) {
                return Ok((tag, None));
            }
            let centres = looking.geography.centres(r, caller)?;
            let drawn = match (layer, &things) {
                (Layer::Things, Some((register, filter))) => things_layer::layer(r, register, caller, tile, filter)?,
                (Layer::Leaders, _) => leaders_layer::layer(r, rules, &centres, tile, &ask)?,
                _ => matters_layer::layer(r, caller, &centres, tile, &filter)?,
            };
            Ok((tag, Some(mvt::tile(vec![drawn]))))
        })
        .await?;
    Ok(answer(&headers, drawn)?)
}

/// The same for one person, until something happens in the county or a minute is over: lateness follows the clock.
fn tag(identity: &[u8], asked: Asked, version: i64, head: i64, now: Time) -> String {
    let Asked { layer, tile } = asked;
    let mut h = Sha256::new();
    h.update(identity);
    h.update(format!("{layer:?} {tile:?} {version} {head} {}", now.0.div_euclid(60_000)));
    let hash = h.finalize();
    format!("W/\"{}\"", hash[..12].iter().map(|b| format!("{b:02x}")).collect::<String>())
}

fn answer(asked: &HeaderMap, (tag, tile): (String, Option<Vec<u8>>)) -> Result<Response> {
    let gzip = asked.get(header::ACCEPT_ENCODING).and_then(|v| v.to_str().ok()).unwrap_or_default();
    let gzip = gzip.split(',').any(|e| e.trim().split(';').next() == Some("gzip"));
    let mut answer = match tile {
        None => StatusCode::NOT_MODIFIED.into_response(),
        Some(tile) if gzip && tile.len() > 200 => {
            let mut packer = GzEncoder::new(Vec::new(), Compression::fast());
            packer.write_all(&tile).map_err(Error::internal)?;
            let mut answer = packer.finish().map_err(Error::internal)?.into_response();
            answer.headers_mut().insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
            answer
        }
        Some(tile) => tile.into_response(),
    };
    let h = answer.headers_mut();
    h.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/vnd.mapbox-vector-tile"));
    // In this person's own browser alone, and asked for again each time.
    h.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    h.insert(header::VARY, HeaderValue::from_static("authorization, cookie, accept-encoding"));
    h.insert(header::ETAG, HeaderValue::from_str(&tag).map_err(Error::internal)?);
    Ok(answer)
}
