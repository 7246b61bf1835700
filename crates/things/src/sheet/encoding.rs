//! Which encoding a text is in. Spreadsheets of this country save CSV as GBK or GB18030, others as UTF-8; a file glued
//! together from both is refused with the row where the other begins, since whichever was taken would turn the rest
//! into nonsense without a sign.

use super::refused;
use base::Result;
use encoding_rs::{GB18030, UTF_16BE, UTF_16LE};

pub(super) fn decode(bytes: &[u8]) -> Result<String> {
    for (mark, encoding) in [(&[0xff, 0xfe][..], UTF_16LE), (&[0xfe, 0xff][..], UTF_16BE)] {
        if let Some(rest) = bytes.strip_prefix(mark) {
            let (text, wrong) = encoding.decode_without_bom_handling(rest);
            return if wrong { Err(refused("UTF-16 文字不完整", "the UTF-16 text is broken")) } else { Ok(text.into_owned()) };
        }
    }
    let marked = bytes.strip_prefix(b"\xef\xbb\xbf");
    let body = marked.unwrap_or(bytes);
    if let Ok(text) = std::str::from_utf8(body) {
        return Ok(text.to_owned());
    }
    let (mut utf8, mut other) = (None, None);
    for (i, line) in body.split(|b| *b == b'\n').enumerate() {
        match std::str::from_utf8(line) {
            // GBK seldom reads as UTF-8 by chance, and then as two-byte letters, never as Chinese.
            Ok(text) if text.chars().any(|c| c >= '\u{3000}') => utf8 = utf8.or(Some(i + 1)),
            Ok(_) => {}
            Err(_) => other = other.or(Some(i + 1)),
        }
    }
    if let (Some(u), Some(o)) = (utf8, other) {
        let line = u.max(o);
        return Err(refused(
            format!("文件混用了两种编码（第 {line} 行开始和前面不同），请用表格软件打开，核对文字后另存为“CSV UTF-8”"),
            format!(
                "the file mixes two encodings (line {line} differs from what is before); open it, check the text and save it as CSV UTF-8"
            ),
        ));
    }
    if marked.is_none()
        && let Some(text) = GB18030.decode_without_bom_handling_and_without_replacement(body)
    {
        return Ok(text.into_owned());
    }
    let line = other.unwrap_or(1);
    Err(refused(
        format!("第 {line} 行的文字读不出来（不是 UTF-8，也不是 GBK/GB18030），请另存为“CSV UTF-8”"),
        format!("line {line} is neither UTF-8 nor GBK/GB18030; save the file as CSV UTF-8"),
    ))
}
