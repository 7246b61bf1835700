//! The county's WeChat mini-program: off where it has no app id.

use base::{Error, Kind, Result};
use serde::Deserialize;
use std::{collections::BTreeMap, fmt};

/// The fields of one message template, such as `thing2`, and which of [`WORDS`] stands in each.
pub type Template = BTreeMap<String, String>;

/// What a message can tell.
pub const WORDS: [&str; 3] = ["number", "text", "at"];

/// `wx.requestSubscribeMessage` takes so many templates at once.
pub const MOST: usize = 3;

#[derive(Clone, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct WeChat {
    pub appid: Option<String>,
    pub secret: Option<String>,
    /// Where WeChat's servers are, without a slash at the end.
    pub url: String,
    /// By their ids.
    pub templates: BTreeMap<String, Template>,
}

impl Default for WeChat {
    fn default() -> Self {
        WeChat { appid: None, secret: None, url: "https://api.weixin.qq.com".into(), templates: BTreeMap::new() }
    }
}

/// Without the secret.
impl fmt::Debug for WeChat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WeChat")
            .field("appid", &self.appid)
            .field("url", &self.url)
            .field("templates", &self.templates)
            .finish_non_exhaustive()
    }
}

impl WeChat {
    pub fn check(&self) -> Result<()> {
        let wrong = |zh: String, en: String| Err(Error::new(Kind::Invalid, "configuration", zh, en));
        if self.appid.is_some() != self.secret.is_some() {
            return wrong(
                "wechat.appid 和 wechat.secret 要么都写，要么都不写".into(),
                "wechat.appid and wechat.secret come together or not at all".into(),
            );
        }
        if !(self.url.starts_with("https://") || self.url.starts_with("http://")) || self.url.ends_with('/') {
            return wrong(
                "wechat.url 应以 http:// 或 https:// 开头，末尾不加斜杠".into(),
                "wechat.url begins with http:// or https:// and has no slash at the end".into(),
            );
        }
        if self.templates.len() > MOST {
            return wrong(format!("订阅消息模板最多 {MOST} 个"), format!("{MOST} templates of messages at most"));
        }
        for (id, fields) in &self.templates {
            if let Some((field, word)) = fields.iter().find(|(_, word)| !WORDS.contains(&word.as_str())) {
                let known = WORDS.join(", ");
                return wrong(
                    format!("模板 {id} 的 {field} 写了“{word}”，可用：{known}"),
                    format!("{field} of template {id} says {word:?}; known: {known}"),
                );
            }
            if fields.is_empty() {
                return wrong(format!("模板 {id} 没有写字段"), format!("template {id} has no fields"));
            }
        }
        Ok(())
    }
}
