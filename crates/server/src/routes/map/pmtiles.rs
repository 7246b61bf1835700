//! The header of a PMTiles file (version 3 of its specification), looked at so that a file that cannot be drawn is told of in
//! words and not by an empty map.

use base::Text;
use std::{
    fs::File,
    io::{ErrorKind, Read},
    path::Path,
};

const HEADER: usize = 127;
const VERSION: usize = 7;
/// Of the directories and of the tiles: 1 none, 2 gzip; the others no browser unpacks.
const COMPRESSION: [usize; 2] = [97, 98];
/// Offset and length, the farther end of the file.
const TILES: [usize; 2] = [56, 64];
/// 1 vector, 2 to 5 PNG, JPEG, WebP, AVIF.
const KIND: usize = 99;

/// What is wrong with the county's file and how to mend it; `None` where nothing is. It names the file and never its folder.
pub fn fault(path: &Path) -> Option<Text> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let read = File::open(path).and_then(|mut file| {
        let (mut header, size) = ([0; HEADER], file.metadata()?.len());
        file.read_exact(&mut header).map(|()| (header, size))
    });
    let (zh, en) = match read {
        Ok((header, size)) => wrong(&header, size)?,
        Err(e) if e.kind() == ErrorKind::NotFound => {
            ("没有这个文件，请把它放进数据目录，或者改 map.file", "there is no such file: put it into the data folder or change map.file")
        }
        Err(e) if e.kind() == ErrorKind::UnexpectedEof => NONE,
        Err(_) => ("读不了，请看它的读取权限", "it cannot be read; look at its permissions"),
    };
    Some(Text::new(format!("底图文件 {name}：{zh}"), format!("the base map's file {name}: {en}")))
}

const NONE: (&str, &str) = (
    "不是 PMTiles 文件（第 3 版），请用 pmtiles convert 转换后换上",
    "it is no PMTiles file (version 3); convert it by pmtiles convert and replace it",
);

fn wrong(header: &[u8; HEADER], size: u64) -> Option<(&'static str, &'static str)> {
    if !header.starts_with(b"PMTiles") || header[VERSION] != 3 {
        return Some(NONE);
    }
    if COMPRESSION.iter().any(|at| !matches!(header[*at], 1 | 2)) || !matches!(header[KIND], 1..=5) {
        return Some((
            "浏览器读不了它的压缩方式或瓦片种类，请转成 gzip 压缩的矢量、PNG、JPEG 或 WebP 瓦片",
            "no browser reads its compression or kind of tiles; make it gzip with vector, PNG, JPEG or WebP tiles",
        ));
    }
    let number = |at: usize| header[at..at + 8].iter().rev().fold(0_u64, |n, byte| n << 8 | u64::from(*byte));
    if TILES.map(number).iter().try_fold(0_u64, |sum, n| sum.checked_add(*n)).is_none_or(|end| end > size) {
        return Some(("没有拷贝完整，请重新拷贝", "it was not copied to its end; copy it again"));
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(change: impl Fn(&mut [u8; HEADER])) -> [u8; HEADER] {
        let mut header = [0; HEADER];
        header[..8].copy_from_slice(b"PMTiles\x03");
        (header[56], header[64], header[97], header[98], header[99]) = (200, 50, 2, 2, 1);
        change(&mut header);
        header
    }

    #[test]
    fn what_cannot_be_drawn_is_told() {
        let said = |change: fn(&mut [u8; HEADER]), size| wrong(&header(change), size).map(|(zh, _)| zh.chars().take(4).collect::<String>());
        assert_eq!(said(|_| (), 250), None);
        assert_eq!(said(|_| (), 249).as_deref(), Some("没有拷贝"));
        assert_eq!(said(|h| h[56..64].fill(0xff), 250).as_deref(), Some("没有拷贝"));
        assert_eq!(said(|h| h[7] = 2, 250).as_deref(), Some("不是 P"));
        assert_eq!(said(|h| h[97] = 4, 250).as_deref(), Some("浏览器读"));
        assert_eq!(said(|h| h[99] = 0, 250).as_deref(), Some("浏览器读"));
    }

    #[test]
    fn the_file_is_named_and_its_folder_is_not() {
        let folder = std::env::temp_dir().join(format!("shuxiang-pmtiles-{}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("creates");
        let path = folder.join("county.pmtiles");
        let none = fault(&path).expect("is not there");
        assert!(none.zh.starts_with("底图文件 county.pmtiles：没有这个文件") && !none.en.contains("shuxiang-pmtiles"), "{none:?}");
        std::fs::write(&path, "<html>not found</html>").expect("writes");
        assert!(fault(&path).expect("is short").zh.contains("不是 PMTiles"));
        std::fs::write(&path, [&header(|_| ())[..], &[0; 200]].concat()).expect("writes");
        assert_eq!(fault(&path), None);
        std::fs::remove_dir_all(&folder).expect("removes");
    }
}
