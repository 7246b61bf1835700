//! Writes with a cookie must come from our own pages.
//!
//! The cookie is SameSite=Lax; this is the second lock. A browser says where a request comes from, by
//! `Sec-Fetch-Site` or, an older one, by `Origin`; what says neither is no browser and has no one's cookie by
//! accident.

use axum::http::{HeaderMap, Method, header};
use base::{Error, Kind, Result};

pub fn check(method: &Method, headers: &HeaderMap) -> Result<()> {
    if matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS) {
        return Ok(());
    }
    let text = |name: &str| headers.get(name).and_then(|v| v.to_str().ok());
    let own = match (text("sec-fetch-site"), text("origin")) {
        (Some(site), _) => matches!(site, "same-origin" | "none"),
        (None, Some(origin)) => origin.split_once("://").map(|(_, host)| host) == text(header::HOST.as_str()),
        (None, None) => true,
    };
    if own {
        Ok(())
    } else {
        Err(Error::new(Kind::Forbidden, "cross_site", "这个请求不是从本站页面发出的", "The request does not come from our own pages"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_sites_page_cannot_write() {
        for (headers, good) in [
            (vec![], true),
            (vec![("sec-fetch-site", "same-origin")], true),
            (vec![("sec-fetch-site", "cross-site"), ("origin", "https://a.example")], false),
            (vec![("sec-fetch-site", "same-site")], false),
            (vec![("origin", "https://a.example")], true),
            (vec![("origin", "https://b.example")], false),
            (vec![("origin", "null")], false),
        ] {
            let mut h = HeaderMap::new();
            h.insert("host", "a.example".parse().expect("a header"));
            for (k, v) in &headers {
                h.insert(*k, v.parse().expect("a header"));
            }
            assert_eq!(check(&Method::POST, &h).is_ok(), good, "{headers:?}");
            assert!(check(&Method::GET, &h).is_ok());
        }
    }
}
