//! Parameters of a request, from the query, a form or a multipart form: names with values, in order, names repeated
//! where there are several.

use crate::edge;
use axum::{
    body::Bytes,
    extract::{FromRequest, Multipart, Request},
    http::header,
};
use base::{Error, Kind, Result, Time};

/// Largest form without files.
const LARGEST_FORM: usize = 1 << 20;

/// Largest form with files, and largest file.
const LARGEST_UPLOAD: usize = 30 << 20;

#[derive(Default)]
pub struct Params {
    pairs: Vec<(String, String)>,
    pub files: Vec<Upload>,
}

pub struct Upload {
    pub name: String,
    pub bytes: Bytes,
}

impl Params {
    pub fn of_query(query: Option<&str>) -> Params {
        let pairs = form_urlencoded::parse(query.unwrap_or_default().as_bytes()).map(|(k, v)| (k.into_owned(), lines(&v))).collect();
        Params { pairs, files: Vec::new() }
    }

    /// A POST's: the body's after the query's, so that `jurisdiction_id` and `api_key` may stand in either.
    pub async fn of_request(request: Request) -> Result<Params> {
        let mut params = Params::of_query(request.uri().query());
        let kind = request.headers().get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
        if kind.starts_with("multipart/form-data") {
            params.multipart(request).await?;
        } else if kind.is_empty() || kind.starts_with("application/x-www-form-urlencoded") {
            let body = edge::whole(request, LARGEST_FORM).await?;
            params.pairs.extend(form_urlencoded::parse(&body).map(|(k, v)| (k.into_owned(), lines(&v))));
        } else {
            return Err(Error::new(
                Kind::UnsupportedMedia,
                "not_a_form",
                "正文应是表单（application/x-www-form-urlencoded 或 multipart/form-data）",
                "The body should be a form (application/x-www-form-urlencoded or multipart/form-data)",
            ));
        }
        if params.pairs.iter().any(|(k, v)| k.contains('\0') || v.contains('\0')) {
            return Err(Error::invalid("body", "文字里不能有空字符（U+0000）", "a text may not hold the character U+0000"));
        }
        Ok(params)
    }

    async fn multipart(&mut self, request: Request) -> Result<()> {
        let said = request.headers().get(header::CONTENT_LENGTH).and_then(|v| v.to_str().ok()?.parse::<usize>().ok());
        if said.is_some_and(|n| n > LARGEST_UPLOAD) {
            return Err(edge::too_large(LARGEST_UPLOAD));
        }
        let broken = || Error::new(Kind::Malformed, "malformed", "表单格式不对", "The multipart form cannot be read");
        let mut form = Multipart::from_request(request, &()).await.map_err(|_| broken())?;
        let mut total = 0;
        while let Some(mut field) = form.next_field().await.map_err(|e| broken().caused_by(e))? {
            let name = field.name().unwrap_or_default().to_owned();
            let file = field.file_name().map(str::to_owned);
            let mut bytes = Vec::new();
            while let Some(chunk) = field.chunk().await.map_err(|e| broken().caused_by(e))? {
                total += chunk.len();
                if total > LARGEST_UPLOAD {
                    return Err(edge::too_large(LARGEST_UPLOAD));
                }
                bytes.extend_from_slice(&chunk);
            }
            match file {
                // A browser's untouched file field is a file without name and content.
                Some(_) if bytes.is_empty() => {}
                Some(file) => self.files.push(Upload { name: file, bytes: bytes.into() }),
                None => self.pairs.push((name, lines(std::str::from_utf8(&bytes).map_err(|_| broken())?))),
            }
        }
        Ok(())
    }

    /// The last value under `name`; an empty one is none: "Null == absent".
    pub fn get(&self, name: &str) -> Option<&str> {
        self.pairs.iter().rev().find(|(k, _)| k == name).map(|(_, v)| v.trim()).filter(|v| !v.is_empty())
    }

    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.pairs.iter().filter(move |(k, _)| k == name).map(|(_, v)| v.trim()).filter(|v| !v.is_empty())
    }

    /// `a,b,c`.
    pub fn list(&self, name: &str) -> Vec<&str> {
        self.get(name).map(|v| v.split(',').map(str::trim).filter(|s| !s.is_empty()).collect()).unwrap_or_default()
    }

    /// `attribute[code]=v` and `attribute[code][]=v`.
    pub fn attributes(&self) -> Vec<(&str, &str)> {
        let code = |k: &'_ str| -> Option<(usize, usize)> {
            let inside = k.strip_prefix("attribute[")?;
            let end = inside.find(']')?;
            matches!(&inside[end..], "]" | "][]").then_some((10, 10 + end))
        };
        let found = self.pairs.iter().filter_map(|(k, v)| code(k).map(|(a, b)| (&k[a..b], v.trim())));
        found.filter(|(_, v)| !v.is_empty()).collect()
    }

    pub fn number(&self, name: &str) -> Result<Option<i64>> {
        let wrong = || Error::invalid(name, "应是不小于 1 的整数", "should be a whole number from 1");
        self.get(name).map(|v| v.parse::<i64>().ok().filter(|n| *n >= 1).ok_or_else(wrong)).transpose()
    }

    pub fn degrees(&self, name: &str, most: f64) -> Result<Option<f64>> {
        let wrong = || Error::invalid(name, "应是 WGS 84 的度数，例如 28.5565", "should be degrees of WGS 84, such as 28.5565");
        self.get(name).map(|v| v.parse::<f64>().ok().filter(|x| x.is_finite() && x.abs() <= most).ok_or_else(wrong)).transpose()
    }

    pub fn time(&self, name: &str) -> Result<Option<Time>> {
        let wrong = |_| Error::invalid(name, "时间格式应如 2026-09-30T16:20:00+08:00", "a time looks like 2026-09-30T16:20:00+08:00");
        self.get(name).map(|v| v.parse::<Time>().map_err(wrong)).transpose()
    }

    pub fn is_true(&self, name: &str) -> bool {
        self.get(name).is_some_and(|v| v.eq_ignore_ascii_case("true") || v == "1")
    }
}

/// Forms end their lines with CR LF (HTML, "constructing the entry list"); texts here end them with LF.
fn lines(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_may_be_repeated_and_empty_is_absent() {
        let p =
            Params::of_query(Some("a=1&a=2&b=&attribute[WHISHETN]=123&attribute[C][]=x&attribute[C][]=y&attribute[]=z&lat=28.5&lon=181"));
        assert_eq!(p.get("a"), Some("2"));
        assert_eq!(p.all("a").collect::<Vec<_>>(), ["1", "2"]);
        assert_eq!(p.get("b"), None);
        assert_eq!(p.attributes(), [("WHISHETN", "123"), ("C", "x"), ("C", "y"), ("", "z")]);
        assert_eq!(p.degrees("lat", 90.0).expect("reads"), Some(28.5));
        assert!(p.degrees("lon", 180.0).is_err());
    }
}
