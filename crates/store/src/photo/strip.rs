//! The file of a photo, part by part: what shows the picture stays, all else goes.

use image::ImageFormat;

/// `turned`: EXIF's number (2 to 8) of how the picture is to be turned, put back as the only EXIF there is.
/// `None` where the parts do not fit together.
pub fn strip(format: ImageFormat, bytes: &[u8], turned: Option<u8>) -> Option<Vec<u8>> {
    match format {
        ImageFormat::Jpeg => jpeg(bytes, turned),
        ImageFormat::Png => png(bytes, turned),
        ImageFormat::WebP => webp(bytes, turned),
        _ => None,
    }
}

/// A TIFF of one field, the orientation.
fn orientation(turned: u8) -> Vec<u8> {
    let mut tiff = b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0".to_vec();
    tiff.extend_from_slice(&[turned, 0, 0, 0, 0, 0, 0, 0]);
    tiff
}

fn jpeg(bytes: &[u8], turned: Option<u8>) -> Option<Vec<u8>> {
    let mut out = vec![0xff, 0xd8];
    if let Some(turned) = turned {
        let tiff = orientation(turned);
        out.extend_from_slice(&[0xff, 0xe1]);
        out.extend_from_slice(&(tiff.len() as u16 + 8).to_be_bytes());
        out.extend_from_slice(b"Exif\0\0");
        out.extend_from_slice(&tiff);
    }
    let mut at = 2;
    loop {
        // A marker may be preceded by any number of fill bytes.
        if *bytes.get(at)? != 0xff {
            return None;
        }
        while *bytes.get(at + 1)? == 0xff {
            at += 1;
        }
        let marker = bytes[at + 1];
        if marker == 0xd9 {
            out.extend_from_slice(&[0xff, 0xd9]);
            return Some(out);
        }
        let length = usize::from(u16::from_be_bytes([*bytes.get(at + 2)?, *bytes.get(at + 3)?]));
        let segment = bytes.get(at..at + 2 + length)?;
        let body = segment.get(4..)?;
        let keep = match marker {
            // JFIF without its own small picture, colour profile, Adobe's colour transform.
            0xe0 => body.starts_with(b"JFIF\0") && length == 16,
            0xe2 => body.starts_with(b"ICC_PROFILE\0"),
            0xee => body.starts_with(b"Adobe"),
            0xe1 | 0xe3..=0xef | 0xfe => false,
            _ => true,
        };
        if keep {
            out.extend_from_slice(segment);
        }
        at += 2 + length;
        if marker == 0xda {
            let scan = scan(bytes.get(at..)?);
            out.extend_from_slice(&bytes[at..at + scan]);
            at += scan;
            if at == bytes.len() {
                // Some cameras leave the end out.
                out.extend_from_slice(&[0xff, 0xd9]);
                return Some(out);
            }
        }
    }
}

/// Length of the coded picture up to the next marker that is none of its own.
fn scan(bytes: &[u8]) -> usize {
    let mut i = 0;
    while i + 1 < bytes.len() {
        if bytes[i] == 0xff && !matches!(bytes[i + 1], 0x00 | 0xd0..=0xd7 | 0xff) {
            return i;
        }
        i += 1;
    }
    bytes.len()
}

fn png(bytes: &[u8], turned: Option<u8>) -> Option<Vec<u8>> {
    let mut out = bytes.get(..8)?.to_vec();
    let mut at = 8;
    loop {
        let length = u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?) as usize;
        let name = bytes.get(at + 4..at + 8)?;
        let chunk = bytes.get(at..at.checked_add(length)?.checked_add(12)?)?;
        if matches!(name, b"IHDR" | b"PLTE" | b"IDAT" | b"IEND" | b"tRNS" | b"gAMA" | b"cHRM" | b"sRGB" | b"iCCP" | b"sBIT") {
            out.extend_from_slice(chunk);
        }
        if let (b"IHDR", Some(turned)) = (name, turned) {
            let mut exif = b"eXIf".to_vec();
            exif.extend_from_slice(&orientation(turned));
            out.extend_from_slice(&(exif.len() as u32 - 4).to_be_bytes());
            out.extend_from_slice(&exif);
            out.extend_from_slice(&crc32(&exif).to_be_bytes());
        }
        if name == b"IEND" {
            return Some(out);
        }
        at += chunk.len();
    }
}

fn crc32(bytes: &[u8]) -> u32 {
    !bytes
        .iter()
        .fold(!0_u32, |crc, b| (0..8).fold(crc ^ u32::from(*b), |crc, _| if crc & 1 == 1 { (crc >> 1) ^ 0xedb8_8320 } else { crc >> 1 }))
}

fn webp(bytes: &[u8], turned: Option<u8>) -> Option<Vec<u8>> {
    const EXIF: u8 = 0x08;
    const XMP: u8 = 0x04;
    let end = 8_usize.checked_add(u32::from_le_bytes(bytes.get(4..8)?.try_into().ok()?) as usize)?;
    let bytes = bytes.get(..end)?;
    let mut body = b"WEBP".to_vec();
    let mut at = 12;
    while at < bytes.len() {
        let length = u32::from_le_bytes(bytes.get(at + 4..at + 8)?.try_into().ok()?) as usize;
        // Chunks begin at even places.
        let padded = length.checked_add(8)?.checked_next_multiple_of(2)?;
        let mut chunk = bytes.get(at..at.checked_add(padded)?)?.to_vec();
        if let (b"VP8X", Some(flags)) = (&bytes[at..at + 4], chunk.get_mut(8)) {
            *flags &= !(EXIF | XMP);
            *flags |= if turned.is_some() { EXIF } else { 0 };
        }
        if matches!(&bytes[at..at + 4], b"VP8 " | b"VP8L" | b"VP8X" | b"ALPH" | b"ICCP" | b"ANIM" | b"ANMF") {
            body.append(&mut chunk);
        }
        at += padded;
    }
    if let Some(turned) = turned {
        let tiff = orientation(turned);
        body.extend_from_slice(b"EXIF");
        body.extend_from_slice(&(tiff.len() as u32).to_le_bytes());
        body.extend_from_slice(&tiff);
    }
    let mut out = b"RIFF".to_vec();
    out.extend_from_slice(&(body.len() as u32).to_le_bytes());
    out.append(&mut body);
    Some(out)
}
