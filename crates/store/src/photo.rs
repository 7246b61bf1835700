//! Photos: what comes in is looked at, cleaned of what it says about its maker, and made small.
//!
//! The picture itself is not compressed again. Of its file only what is needed to show it is kept: place, time, camera,
//! names, embedded previews and whatever hangs behind the end go. How it must be turned stays.

mod exif;
mod strip;

use base::{Error, Kind, Result, Time};
use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits, codecs::jpeg::JpegEncoder, metadata::Orientation};
use std::io::Cursor;

/// Bytes of a photo at most.
pub const BYTES: usize = 20 << 20;

/// Pixels of a photo at most: a small file may unfold to a very large picture.
pub const PIXELS: u64 = 50_000_000;

/// Longer side of a thumbnail.
pub const THUMBNAIL: u32 = 400;

/// What the camera wrote into the photo. A claim and no proof: anyone can write it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Facts {
    /// As shown, turned the right way.
    pub width: u32,
    pub height: u32,
    pub taken: Option<Time>,
    /// Latitude and longitude in degrees, WGS 84 as the standard says; some phones write GCJ-02.
    pub place: Option<(f64, f64)>,
}

/// A cleaned photo.
#[derive(Clone, Debug)]
pub struct Photo {
    pub bytes: Vec<u8>,
    /// Media type.
    pub kind: &'static str,
    /// JPEG.
    pub thumbnail: Vec<u8>,
    pub facts: Facts,
}

/// Checks and cleans a photo. Takes processor time in proportion to its pixels: never inside a unit.
pub fn clean(bytes: &[u8]) -> Result<Photo> {
    if bytes.len() > BYTES {
        return Err(too_large(format!("照片不能超过 {} MB", BYTES >> 20), format!("a photo has at most {} MB", BYTES >> 20)));
    }
    let (format, kind) = sniff(bytes)?;
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    let mut limits = Limits::default();
    limits.max_alloc = Some(PIXELS * 8);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(broken)?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > PIXELS {
        return Err(too_large(
            format!("照片有 {width}×{height} 像素，最多 {} 万像素，请缩小后再传", PIXELS / 10_000),
            format!("the photo has {width}×{height} pixels, at most {PIXELS} are allowed; make it smaller"),
        ));
    }
    let exif = decoder.exif_metadata().ok().flatten().unwrap_or_default();
    let orientation = Orientation::from_exif_chunk(&exif).unwrap_or(Orientation::NoTransforms);
    let picture = DynamicImage::from_decoder(decoder).map_err(broken)?;
    let turned = if orientation == Orientation::NoTransforms { None } else { Some(orientation.to_exif()) };
    let bytes = strip::strip(format, bytes, turned).ok_or_else(|| broken("its parts do not fit together"))?;
    let mut small = if width.max(height) > THUMBNAIL { picture.thumbnail(THUMBNAIL, THUMBNAIL) } else { picture };
    small.apply_orientation(orientation);
    let mut thumbnail = Vec::new();
    small.to_rgb8().write_with_encoder(JpegEncoder::new_with_quality(&mut thumbnail, 80)).map_err(Error::internal)?;
    // A quarter turn changes the sides.
    let (width, height) = if turned.is_some_and(|o| o >= 5) { (height, width) } else { (width, height) };
    let (taken, place) = exif::read(&exif);
    Ok(Photo { bytes, kind, thumbnail, facts: Facts { width, height, taken, place } })
}

/// What the bytes are, whatever their name says.
fn sniff(bytes: &[u8]) -> Result<(ImageFormat, &'static str)> {
    match bytes {
        [0xff, 0xd8, 0xff, ..] => Ok((ImageFormat::Jpeg, "image/jpeg")),
        [0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a, ..] => Ok((ImageFormat::Png, "image/png")),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Ok((ImageFormat::WebP, "image/webp")),
        [_, _, _, _, b'f', b't', b'y', b'p', b'h' | b'm', ..] => Err(no_photo(
            "这是 HEIC 照片，请在手机相机设置里选“兼容性最佳”，或转成 JPEG 再传",
            "this is a HEIC photo; choose the most compatible format in the phone's camera settings, or turn it into JPEG",
        )),
        _ => Err(no_photo("这不是 JPEG、PNG 或 WebP 照片", "this is no JPEG, PNG or WebP photo")),
    }
}

fn no_photo(zh: &str, en: &str) -> Error {
    Error::new(Kind::UnsupportedMedia, "not_a_photo", zh, en)
}

fn broken(cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Error {
    Error::new(
        Kind::UnsupportedMedia,
        "photo_broken",
        "照片打不开，可能没有传完整，请重新上传",
        "the photo cannot be opened; perhaps it did not arrive whole. Upload it again",
    )
    .caused_by(cause)
}

fn too_large(zh: String, en: String) -> Error {
    Error::new(Kind::TooLarge, "photo_too_large", zh, en)
}

#[cfg(test)]
mod tests;
