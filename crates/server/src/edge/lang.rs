//! Which language to put first: Chinese, unless `Accept-Language` puts English before it.

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, header, request::Parts},
};
use std::convert::Infallible;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lang {
    Zh,
    En,
}

impl Lang {
    pub fn of(headers: &HeaderMap) -> Lang {
        let wish = headers.get(header::ACCEPT_LANGUAGE).and_then(|v| v.to_str().ok()).unwrap_or_default();
        // The weight of a language is its own `q`, else 1; the first of equals wins.
        let mut best = (0.0, Lang::Zh);
        for part in wish.split(',') {
            let (tag, rest) = part.split_once(';').unwrap_or((part, ""));
            let weight: f32 = rest.trim().strip_prefix("q=").and_then(|q| q.parse().ok()).unwrap_or(1.0);
            let lang = match tag.trim().get(..2).map(str::to_ascii_lowercase).as_deref() {
                Some("zh") => Lang::Zh,
                Some("en") => Lang::En,
                _ => continue,
            };
            if weight > best.0 {
                best = (weight, lang);
            }
        }
        best.1
    }

    pub fn pick(self, text: &base::Text) -> &str {
        match self {
            Lang::Zh => &text.zh,
            Lang::En => &text.en,
        }
    }
}

impl<S: Sync> FromRequestParts<S> for Lang {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Lang::of(&parts.headers))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chinese_unless_english_is_wished_before_it() {
        for (wish, lang) in [
            ("", Lang::Zh),
            ("en", Lang::En),
            ("en-GB,zh;q=0.5", Lang::En),
            ("zh-CN,en;q=0.9", Lang::Zh),
            ("en;q=0.3, zh;q=0.8", Lang::Zh),
            ("fr, en;q=0.1", Lang::En),
            ("en;q=0, zh;q=0", Lang::Zh),
            ("语言;q=x", Lang::Zh),
        ] {
            let mut h = HeaderMap::new();
            h.insert(header::ACCEPT_LANGUAGE, header::HeaderValue::from_bytes(wish.as_bytes()).expect("a header"));
            assert_eq!(Lang::of(&h), lang, "{wish}");
        }
    }
}
