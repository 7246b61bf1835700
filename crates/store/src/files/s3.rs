//! Files in a bucket of an S3: Amazon's, a cloud's in the province, or one in the county's own rooms (MinIO, Ceph, Garage).

use super::{Files, incoming};
use base::{Error, Kind, Result};
use object_store::{BackoffConfig, ClientOptions, RetryConfig, aws::AmazonS3Builder};
use std::{fmt, sync::Arc, time::Duration};

/// A request that is not answered is tried again, so often and so long: a person waits for it.
const TRIES: usize = 3;
const TRYING: Duration = Duration::from_secs(20);

#[derive(Clone)]
pub struct Bucket {
    pub name: String,
    /// With its scheme. `None`: Amazon's of the region.
    pub endpoint: Option<String>,
    pub region: String,
    pub access_key: String,
    pub secret: String,
    /// Without TLS; whoever is between reads the files and the signature.
    pub allow_http: bool,
    /// The bucket is in the host's name, not in the path: some clouds take nothing else.
    pub host_style: bool,
}

/// Without the secret.
impl fmt::Debug for Bucket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Bucket").field("name", &self.name).field("endpoint", &self.endpoint).finish_non_exhaustive()
    }
}

impl Files {
    /// Opens a bucket that is there and can be written, read and emptied, or says what is missing.
    pub async fn s3(bucket: &Bucket) -> Result<Files> {
        // Whoever came first has chosen the ciphers for the whole process.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let retry = RetryConfig { backoff: BackoffConfig::default(), max_retries: TRIES, retry_timeout: TRYING };
        // A large file may take its time; a connection that says nothing may not.
        let client = ClientOptions::new()
            .with_timeout_disabled()
            .with_connect_timeout(Duration::from_secs(5))
            .with_read_timeout(Duration::from_secs(30))
            .with_allow_http(bucket.allow_http);
        let mut s3 = AmazonS3Builder::new()
            .with_bucket_name(&bucket.name)
            .with_region(&bucket.region)
            .with_access_key_id(&bucket.access_key)
            .with_secret_access_key(&bucket.secret)
            .with_virtual_hosted_style_request(bucket.host_style)
            .with_retry(retry)
            .with_client_options(client);
        if let Some(endpoint) = &bucket.endpoint {
            s3 = s3.with_endpoint(endpoint.trim_end_matches('/'));
        }
        let s3 = s3.build().map_err(|e| bucket.unusable(e))?;
        incoming::probe(&s3).await.map_err(|e| bucket.unusable(e))?;
        incoming::clear_bucket(&s3).await.map_err(|e| bucket.unusable(e))?;
        Ok(Files::on(Arc::new(s3)))
    }
}

impl Bucket {
    /// What is wrong, where, and which key of the configuration mends it.
    fn unusable(&self, e: object_store::Error) -> Error {
        let (name, key) = (&self.name, &self.access_key);
        let at = self.endpoint.clone().unwrap_or_else(|| format!("Amazon S3, {}", self.region));
        let (zh, en) = match &e {
            object_store::Error::PermissionDenied { .. } | object_store::Error::Unauthenticated { .. } => (
                format!("{at} 不让访问密钥 {key} 读写存储桶“{name}”。请核对 files.access_key 和 files.secret，并给它读、写、删、列的权限"),
                format!(
                    "{at} does not let the access key {key} use the bucket \"{name}\"; check files.access_key and files.secret, and let it read, write, delete and list"
                ),
            ),
            object_store::Error::NotFound { .. } => (
                format!("{at} 上没有存储桶“{name}”。请先建好，或者改 files.bucket、files.region"),
                format!("there is no bucket \"{name}\" at {at}; make it first, or mend files.bucket or files.region"),
            ),
            _ => (
                format!("存储桶“{name}”用不了：{at} 没有正常应答。请核对 files.endpoint 和网络，确认 S3 已启动"),
                format!(
                    "the bucket \"{name}\" cannot be used: no proper answer from {at}; check files.endpoint and the network, and that the S3 runs"
                ),
            ),
        };
        Error::new(Kind::Unavailable, "files", zh, en).caused_by(e)
    }
}
