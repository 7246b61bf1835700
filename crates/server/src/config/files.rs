//! Where files are kept: the data folder, or a bucket of an S3.

use base::{Error, Kind, Result};
use serde::Deserialize;
use std::{fmt, path::PathBuf};
use store::files::Bucket;

#[derive(Clone, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct FilesKept {
    /// Largest file, in MB of 2^20 bytes.
    pub most: u64,
    /// `None`: in the data folder.
    pub bucket: Option<String>,
    /// `None`: Amazon's.
    pub endpoint: Option<String>,
    pub region: String,
    pub access_key: Option<String>,
    pub secret: Option<String>,
    /// A file that holds nothing but the secret.
    pub secret_file: Option<PathBuf>,
    pub allow_http: bool,
    pub host_style: bool,
}

impl Default for FilesKept {
    fn default() -> Self {
        FilesKept {
            most: 512,
            bucket: None,
            endpoint: None,
            region: "us-east-1".into(),
            access_key: None,
            secret: None,
            secret_file: None,
            allow_http: false,
            host_style: false,
        }
    }
}

/// Without the secret.
impl fmt::Debug for FilesKept {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut f = f.debug_struct("FilesKept");
        f.field("most", &self.most).field("bucket", &self.bucket).field("endpoint", &self.endpoint).finish_non_exhaustive()
    }
}

impl FilesKept {
    /// The bucket with its secret, where one is configured.
    pub fn bucket(&self) -> Result<Option<Bucket>> {
        let Some(name) = self.bucket.clone() else { return Ok(None) };
        let Some(access_key) = self.access_key.clone() else {
            return Err(wrong("files.bucket 要配 files.access_key", "files.bucket wants files.access_key"));
        };
        let (endpoint, region) = (self.endpoint.clone(), self.region.clone());
        let (allow_http, host_style) = (self.allow_http, self.host_style);
        Ok(Some(Bucket { name, endpoint, region, access_key, secret: self.secret()?, allow_http, host_style }))
    }

    fn secret(&self) -> Result<String> {
        match (&self.secret, &self.secret_file) {
            (Some(secret), None) => Ok(secret.clone()),
            (None, Some(file)) => std::fs::read_to_string(file).map(|s| s.trim().to_owned()).map_err(|e| {
                let at = file.display();
                wrong(
                    format!("读不到 files.secret_file：{at}，请核对路径和权限"),
                    format!("files.secret_file {at} cannot be read; check its path and permissions"),
                )
                .caused_by(e)
            }),
            _ => Err(wrong(
                "files.bucket 要配密钥：files.secret 和 files.secret_file 写一个",
                "files.bucket wants its secret: one of files.secret and files.secret_file",
            )),
        }
    }

    pub fn check(&self) -> Result<()> {
        if self.bucket.is_none() && (self.endpoint.is_some() || self.access_key.is_some() || self.secret.is_some()) {
            return Err(wrong(
                "写了 S3 的地址或密钥，却没有写存储桶 files.bucket",
                "an address or key of an S3 is set, and no bucket: set files.bucket",
            ));
        }
        match self.endpoint.as_deref() {
            Some(at) if at.starts_with("http://") && !self.allow_http => Err(wrong(
                format!("files.endpoint {at} 不加密；请改用 https://，或者设 files.allow_http = true"),
                format!("files.endpoint {at} is without TLS; use https://, or set files.allow_http = true"),
            )),
            Some(at) if !at.starts_with("http://") && !at.starts_with("https://") => {
                Err(wrong(format!("files.endpoint {at} 应以 https:// 开头"), format!("files.endpoint {at} begins with https://")))
            }
            _ => Ok(()),
        }
    }
}

fn wrong(zh: impl Into<String>, en: impl Into<String>) -> Error {
    Error::new(Kind::Invalid, "configuration", zh, en)
}
