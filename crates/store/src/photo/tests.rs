use super::*;
use image::{Rgb, RgbImage};

/// A picture whose left half is red and whose right half is blue.
fn picture(width: u32, height: u32, format: ImageFormat) -> Vec<u8> {
    let picture = RgbImage::from_fn(width, height, |x, _| if x < width / 2 { Rgb([220, 10, 10]) } else { Rgb([10, 10, 220]) });
    let mut bytes = Vec::new();
    picture.write_to(&mut Cursor::new(&mut bytes), format).expect("writes");
    bytes
}

/// EXIF as a phone writes it: orientation, time, place (28°33′36″ N, 112°21′0″ E), and the owner's name.
fn exif(orientation: u16) -> Vec<u8> {
    let mut t = b"II*\0\x08\0\0\0".to_vec();
    let field = |t: &mut Vec<u8>, tag: u16, kind: u16, count: u32, value: u32| {
        t.extend_from_slice(&tag.to_le_bytes());
        t.extend_from_slice(&kind.to_le_bytes());
        t.extend_from_slice(&count.to_le_bytes());
        t.extend_from_slice(&value.to_le_bytes());
    };
    // Root at 8 with four fields: ends at 8 + 2 + 48 + 4 = 62. Exif at 62 with one: ends at 80. GPS at 80 with four: 134.
    t.extend_from_slice(&4_u16.to_le_bytes());
    field(&mut t, 0x0112, 3, 1, orientation.into());
    field(&mut t, 0x013b, 2, 8, 134 + 20 + 48);
    field(&mut t, EXIF_DIR, 4, 1, 62);
    field(&mut t, GPS_DIR, 4, 1, 80);
    t.extend_from_slice(&[0; 4]);
    t.extend_from_slice(&1_u16.to_le_bytes());
    field(&mut t, 0x9003, 2, 20, 134);
    t.extend_from_slice(&[0; 4]);
    t.extend_from_slice(&4_u16.to_le_bytes());
    field(&mut t, 1, 2, 2, u32::from(b'N'));
    field(&mut t, 2, 5, 3, 154);
    field(&mut t, 3, 2, 2, u32::from(b'E'));
    field(&mut t, 4, 5, 3, 178);
    t.extend_from_slice(&[0; 4]);
    assert_eq!(t.len(), 134);
    t.extend_from_slice(b"2026:09:30 16:20:00\0");
    for n in [28_u32, 1, 33, 1, 3600, 100, 112, 1, 21, 1, 0, 1] {
        t.extend_from_slice(&n.to_le_bytes());
    }
    t.extend_from_slice(b"secret!\0");
    t
}

const EXIF_DIR: u16 = 0x8769;
const GPS_DIR: u16 = 0x8825;

fn jpeg_with_exif(jpeg: &[u8], orientation: u16) -> Vec<u8> {
    let exif = exif(orientation);
    let mut out = vec![0xff, 0xd8, 0xff, 0xe1];
    out.extend_from_slice(&(exif.len() as u16 + 8).to_be_bytes());
    out.extend_from_slice(b"Exif\0\0");
    out.extend_from_slice(&exif);
    out.extend_from_slice(&[0xff, 0xfe, 0, 9]);
    out.extend_from_slice(b"secret!");
    out.extend_from_slice(&jpeg[2..]);
    out.extend_from_slice(b"behind the end: secret!");
    out
}

fn png_with_exif(png: &[u8], orientation: u16) -> Vec<u8> {
    // After IHDR, which is 25 bytes behind the signature. Decoders of PNG check no CRC of eXIf that is wrong.
    let mut out = png[..33].to_vec();
    let mut body = b"eXIf".to_vec();
    body.extend_from_slice(&exif(orientation));
    out.extend_from_slice(&(body.len() as u32 - 4).to_be_bytes());
    out.extend_from_slice(&body);
    let crc =
        !body.iter().fold(!0_u32, |c, b| (0..8).fold(c ^ u32::from(*b), |c, _| if c & 1 == 1 { (c >> 1) ^ 0xedb8_8320 } else { c >> 1 }));
    out.extend_from_slice(&crc.to_be_bytes());
    out.extend_from_slice(&png[33..]);
    out
}

fn webp_with_exif(webp: &[u8], width: u32, height: u32, orientation: u16) -> Vec<u8> {
    let exif = exif(orientation);
    let mut body = b"WEBPVP8X\x0a\0\0\0\x08\0\0\0".to_vec();
    body.extend_from_slice(&(width - 1).to_le_bytes()[..3]);
    body.extend_from_slice(&(height - 1).to_le_bytes()[..3]);
    body.extend_from_slice(&webp[12..]);
    body.extend_from_slice(b"EXIF");
    body.extend_from_slice(&(exif.len() as u32).to_le_bytes());
    body.extend_from_slice(&exif);
    let mut out = b"RIFF".to_vec();
    out.extend_from_slice(&(body.len() as u32).to_le_bytes());
    out.extend_from_slice(&body);
    out
}

fn holds(bytes: &[u8], what: &[u8]) -> bool {
    bytes.windows(what.len()).any(|w| w == what)
}

#[test]
fn a_photo_loses_its_place_and_names_but_not_its_way_up() {
    for format in [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::WebP] {
        let plain = picture(800, 600, format);
        let photo = match format {
            ImageFormat::Jpeg => jpeg_with_exif(&plain, 6),
            ImageFormat::Png => png_with_exif(&plain, 6),
            _ => webp_with_exif(&plain, 800, 600, 6),
        };
        assert!(holds(&photo, b"secret!") && holds(&photo, b"2026:09:30"));
        let clean = clean(&photo).unwrap_or_else(|e| panic!("{format:?}: {e:?}"));
        assert_eq!(clean.facts.taken, Some("2026-09-30T16:20:00+08:00".parse().expect("a time")), "{format:?}");
        let (latitude, longitude) = clean.facts.place.expect("a place");
        assert!((latitude - 28.56).abs() < 1e-9 && (longitude - 112.35).abs() < 1e-9, "{latitude} {longitude}");
        assert!(!holds(&clean.bytes, b"secret!") && !holds(&clean.bytes, b"2026:09:30"), "{format:?}");
        assert_eq!((clean.facts.width, clean.facts.height), (600, 800), "{format:?}");
        let again = super::clean(&clean.bytes).expect("still a photo");
        assert_eq!(again.facts, Facts { taken: None, place: None, ..clean.facts.clone() }, "{format:?}");
        // The pixels are the same, to the bit.
        let pixels = |b: &[u8]| image::load_from_memory_with_format(b, format).expect("opens").to_rgb8();
        assert_eq!(pixels(&clean.bytes), pixels(&plain), "{format:?}");
        // Turned by 90° clockwise the left half is above.
        let small = image::load_from_memory(&clean.thumbnail).expect("a thumbnail").to_rgb8();
        assert_eq!(small.dimensions(), (300, 400), "{format:?}");
        assert!(small.get_pixel(150, 50)[0] > 180 && small.get_pixel(150, 350)[2] > 180, "{format:?}");
    }
}

#[test]
fn what_is_no_photo_is_refused_clearly() {
    let png = picture(60, 60, ImageFormat::Png);
    let mut bomb = png.clone();
    bomb[16..24].copy_from_slice(&[0, 0, 0xc3, 0x50, 0, 0, 0xc3, 0x50]);
    let crc = !bomb[12..29]
        .iter()
        .fold(!0_u32, |c, b| (0..8).fold(c ^ u32::from(*b), |c, _| if c & 1 == 1 { (c >> 1) ^ 0xedb8_8320 } else { c >> 1 }));
    bomb[29..33].copy_from_slice(&crc.to_be_bytes());
    let jpeg = picture(60, 60, ImageFormat::Jpeg);
    let cases: [(&[u8], &str); 8] = [
        (b"", "not_a_photo"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "not_a_photo"),
        (b"GIF89a....", "not_a_photo"),
        (b"\0\0\0\x18ftypheic\0\0\0\0", "not_a_photo"),
        (b"%PDF-1.7", "not_a_photo"),
        (&bomb, "photo_too_large"),
        (&png[..png.len() / 2], "photo_broken"),
        (&jpeg[..20], "photo_broken"),
    ];
    for (bytes, code) in cases {
        assert_eq!(clean(bytes).expect_err("refused").code(), code, "{:?}", &bytes[..bytes.len().min(12)]);
    }
    assert_eq!(clean(&vec![0xff; BYTES + 1]).expect_err("refused").kind(), Kind::TooLarge);
}

#[test]
fn broken_photos_never_panic() {
    let mut seed = 7_u64;
    for format in [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::WebP] {
        let plain = picture(64, 48, format);
        let photo = if format == ImageFormat::WebP { webp_with_exif(&plain, 64, 48, 3) } else { jpeg_with_exif(&plain, 3) };
        for _ in 0..300 {
            let mut bytes = photo.clone();
            for _ in 0..4 {
                seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                let at = (seed >> 33) as usize % bytes.len();
                bytes[at] = seed as u8;
            }
            let _ = clean(&bytes);
        }
    }
}
