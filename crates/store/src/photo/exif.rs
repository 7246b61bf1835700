//! Time and place out of EXIF (CIPA DC-008): a TIFF of three directories.

use base::Time;

struct Tiff<'a> {
    bytes: &'a [u8],
    little: bool,
}

/// One field of a directory.
#[derive(Clone, Copy)]
struct Field {
    kind: u16,
    count: u32,
    /// Where its four bytes of value, or the offset of its value, stand.
    at: usize,
}

const EXIF: u16 = 0x8769;
const GPS: u16 = 0x8825;
const TAKEN: u16 = 0x9003;
const TAKEN_OFFSET: u16 = 0x9011;

/// When and where, as far as they are there and make sense.
pub fn read(exif: &[u8]) -> (Option<Time>, Option<(f64, f64)>) {
    let bytes = exif.strip_prefix(b"Exif\0\0").unwrap_or(exif);
    let little = match bytes.get(..4) {
        Some(b"II*\0") => true,
        Some(b"MM\0*") => false,
        _ => return (None, None),
    };
    let tiff = Tiff { bytes, little };
    let Some(root) = tiff.u32(4) else { return (None, None) };
    let below = |tag| tiff.u32(tiff.field(root, tag)?.at);
    (below(EXIF).and_then(|dir| tiff.taken(dir)), below(GPS).and_then(|dir| tiff.place(dir)))
}

impl Tiff<'_> {
    fn u16(&self, at: usize) -> Option<u16> {
        let b = self.bytes.get(at..at.checked_add(2)?)?.try_into().ok()?;
        Some(if self.little { u16::from_le_bytes(b) } else { u16::from_be_bytes(b) })
    }

    fn u32(&self, at: usize) -> Option<u32> {
        let b = self.bytes.get(at..at.checked_add(4)?)?.try_into().ok()?;
        Some(if self.little { u32::from_le_bytes(b) } else { u32::from_be_bytes(b) })
    }

    fn field(&self, dir: u32, tag: u16) -> Option<Field> {
        let dir = dir as usize;
        let n = usize::from(self.u16(dir)?);
        (0..n)
            .map(|i| dir + 2 + 12 * i)
            .find(|at| self.u16(*at) == Some(tag))
            .and_then(|at| Some(Field { kind: self.u16(at + 2)?, count: self.u32(at + 4)?, at: at + 8 }))
    }

    fn text(&self, dir: u32, tag: u16) -> Option<&str> {
        let f = self.field(dir, tag).filter(|f| f.kind == 2 && f.count <= 64)?;
        let n = f.count as usize;
        let at = if n <= 4 { f.at } else { self.u32(f.at)? as usize };
        let s = std::str::from_utf8(self.bytes.get(at..at.checked_add(n)?)?).ok()?;
        Some(s.trim_end_matches('\0').trim())
    }

    /// `2026:09:30 16:20:00`, in the zone of the camera where it says so, else of China.
    fn taken(&self, dir: u32) -> Option<Time> {
        let (date, clock) = self.text(dir, TAKEN)?.split_once(' ')?;
        let zone = self.text(dir, TAKEN_OFFSET).filter(|z| z.len() == 6).unwrap_or("+08:00");
        format!("{}T{clock}{zone}", date.replace(':', "-")).parse().ok()
    }

    /// Degrees, minutes and seconds, each a fraction.
    fn degrees(&self, dir: u32, tag: u16) -> Option<f64> {
        let f = self.field(dir, tag).filter(|f| f.kind == 5 && f.count == 3)?;
        let at = self.u32(f.at)? as usize;
        let part = |i: usize| {
            let (over, under) = (self.u32(at.checked_add(8 * i)?)?, self.u32(at.checked_add(8 * i + 4)?)?);
            (under != 0).then(|| f64::from(over) / f64::from(under))
        };
        Some(part(0)? + part(1)? / 60.0 + part(2)? / 3600.0)
    }

    fn place(&self, dir: u32) -> Option<(f64, f64)> {
        let (latitude, longitude) = (self.degrees(dir, 2)?, self.degrees(dir, 4)?);
        let latitude = if self.text(dir, 1)? == "S" { -latitude } else { latitude };
        let longitude = if self.text(dir, 3)? == "W" { -longitude } else { longitude };
        // 0, 0 lies in the sea: a camera that had no fix.
        let sense = latitude.abs() <= 90.0 && longitude.abs() <= 180.0 && (latitude, longitude) != (0.0, 0.0);
        sense.then_some((latitude, longitude))
    }
}
