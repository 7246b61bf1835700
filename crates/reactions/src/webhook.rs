//! Webhooks out: HTTP posts to addresses of the configuration, signed, with an id by which the receiver can tell a
//! repetition. Headers and signature are those of the Standard Webhooks specification 1.0 (standardwebhooks.com):
//! `webhook-id`, `webhook-timestamp` and `webhook-signature: v1,<base64 of HMAC-SHA256 over id.timestamp.body>`.

use base::{Error, Kind, Result};
use base64::{Engine, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use serde::Deserialize;
use serde_json::{Value as Json, json};
use sha2::Sha256;
use std::{
    collections::BTreeMap,
    fmt,
    net::{IpAddr, Ipv6Addr},
    sync::Arc,
    time::Duration,
};
use store::outbox::{Letter, Send};
use ureq::{
    Agent,
    config::Config,
    http::Uri,
    unversioned::{
        resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver},
        transport::{DefaultConnector, NextTimeout},
    },
};

/// The outbox's channel.
pub const CHANNEL: &str = "webhook";

/// All of one delivery: connecting, sending, the answer.
const TIMEOUT: Duration = Duration::from_secs(10);

/// Where webhooks may go.
#[derive(Clone, Debug, Default)]
pub struct Webhooks {
    /// By the name that packs use.
    pub to: BTreeMap<String, Endpoint>,
    /// Whether addresses of private networks may be reached: only where the county's own systems listen there.
    pub private_addresses: bool,
}

#[derive(Clone)]
pub struct Endpoint {
    pub url: String,
    key: Vec<u8>,
}

impl fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Endpoint").field("url", &self.url).finish_non_exhaustive()
    }
}

impl Endpoint {
    /// `secret` is `whsec_` and the base64 of 24 to 64 bytes.
    pub fn new(url: impl Into<String>, secret: &str) -> Result<Endpoint> {
        let url = url.into();
        let key = STANDARD.decode(secret.strip_prefix("whsec_").unwrap_or(secret)).ok().filter(|k| (24..=64).contains(&k.len()));
        let Some(key) = key else {
            return Err(Error::invalid(
                "secret",
                "密钥应为 whsec_ 加 24 到 64 字节的 base64",
                "the secret is whsec_ and the base64 of 24 to 64 bytes",
            ));
        };
        match url.parse::<Uri>() {
            Ok(uri) if matches!(uri.scheme_str(), Some("http" | "https")) && uri.host().is_some() => Ok(Endpoint { url, key }),
            _ => Err(Error::invalid("url", "地址应以 http:// 或 https:// 开头", "the address begins with http:// or https://")),
        }
    }

    /// The value of `webhook-signature`.
    pub fn sign(&self, id: &str, timestamp: i64, body: &str) -> String {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.key).expect("HMAC takes a key of any length");
        mac.update(format!("{id}.{timestamp}.{body}").as_bytes());
        format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()))
    }
}

#[derive(Deserialize)]
struct Payload {
    to: String,
    county: String,
    #[serde(default)]
    reaction: Option<String>,
    event: Json,
}

/// What the outbox runs for its letters of the channel [`CHANNEL`]. Any answer of 2xx is receipt; 410, an address that
/// is not configured and one that may not be reached give up at once; all else is tried again.
pub fn sender(hooks: Webhooks, clock: Arc<dyn base::Clock>) -> Send {
    let config = Agent::config_builder()
        .timeout_global(Some(TIMEOUT))
        .max_redirects(0)
        .http_status_as_error(false)
        .proxy(None)
        .user_agent(concat!("shuxiang/", env!("CARGO_PKG_VERSION")))
        .build();
    let resolver = Public { inner: DefaultResolver::default(), private: hooks.private_addresses };
    let agent = Agent::with_parts(config, DefaultConnector::default(), resolver);
    let hooks = Arc::new(hooks);
    Arc::new(move |letter: Letter| {
        let (agent, hooks, now) = (agent.clone(), hooks.clone(), clock.now());
        Box::pin(async move {
            let posted = tokio::task::spawn_blocking(move || post(&agent, &hooks, &letter, now.0 / 1000)).await;
            posted.map_err(Error::internal)?
        })
    })
}

fn post(agent: &Agent, hooks: &Webhooks, letter: &Letter, timestamp: i64) -> Result<()> {
    let payload: Payload = serde_json::from_str(&letter.payload).map_err(|e| given_up("bad_letter", e.to_string()))?;
    let endpoint = hooks.to.get(&payload.to).ok_or_else(|| given_up("no_address", format!("no address {:?} is configured", payload.to)))?;
    let id = letter.id.to_string();
    let body = json!({ "id": id, "county": payload.county, "reaction": payload.reaction, "event": payload.event }).to_string();
    let answer = agent
        .post(&endpoint.url)
        .content_type("application/json")
        .header("webhook-id", &id)
        .header("webhook-timestamp", timestamp.to_string())
        .header("webhook-signature", endpoint.sign(&id, timestamp, &body))
        .send(body);
    match answer {
        Ok(answer) if answer.status().is_success() => Ok(()),
        Ok(answer) if answer.status() == 410 => Err(given_up("gone", format!("{} answered 410", payload.to))),
        Ok(answer) => Err(Error::unavailable(format!("{} answered {}", payload.to, answer.status().as_u16()))),
        Err(ureq::Error::Other(e)) if e.is::<Refused>() => Err(given_up("private_address", e.to_string())),
        Err(e) => Err(Error::unavailable(e)),
    }
}

/// The outbox tries no more what is of kind *invalid*.
fn given_up(code: &'static str, why: String) -> Error {
    Error::new(Kind::Invalid, code, "回调没有送出，也不再重试", format!("the webhook was not delivered and is not tried again: {why}"))
}

/// Looks names up and refuses the addresses that are not the internet's, at the moment of connecting: a name that is
/// harmless when checked and private when used gets nowhere.
#[derive(Debug)]
struct Public {
    inner: DefaultResolver,
    private: bool,
}

#[derive(Debug)]
struct Refused(IpAddr);

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} is a private address; allow private addresses in the configuration to reach it", self.0)
    }
}

impl std::error::Error for Refused {}

impl Resolver for Public {
    fn resolve(&self, uri: &Uri, config: &Config, timeout: NextTimeout) -> std::result::Result<ResolvedSocketAddrs, ureq::Error> {
        let found = self.inner.resolve(uri, config, timeout)?;
        match found.iter().map(|a| a.ip()).find(|ip| !self.private && !is_public(*ip)) {
            Some(ip) => Err(ureq::Error::Other(Box::new(Refused(ip)))),
            None => Ok(found),
        }
    }
}

/// Not this machine, not a private, link-local, shared, benchmarking, documentation, multicast or reserved range (IANA's
/// registries of special-purpose addresses).
fn is_public(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(v4) => {
            let [a, b, c, _] = v4.octets();
            !(v4.is_private()
                || v4.is_loopback()
                || v4.is_link_local()
                || v4.is_documentation()
                || v4.is_multicast()
                || a == 0
                || a >= 240
                || (a == 100 && (64..128).contains(&b))
                || (a == 192 && b == 0 && c == 0)
                || (a == 198 && (18..20).contains(&b)))
        }
        IpAddr::V6(v6) => match v6.to_ipv4_mapped().or_else(|| nat64(v6)) {
            Some(v4) => is_public(IpAddr::V4(v4)),
            // Global unicast is 2000::/3, without documentation, Teredo and 6to4, which may lead anywhere.
            None => {
                let s = v6.segments();
                s[0] & 0xe000 == 0x2000 && !(s[0] == 0x2001 && (s[1] == 0x0db8 || s[1] == 0)) && s[0] != 0x2002 && s[0] != 0x3fff
            }
        },
    }
}

fn nat64(v6: Ipv6Addr) -> Option<std::net::Ipv4Addr> {
    let s = v6.segments();
    let [a, b, c, d] = [(s[6] >> 8) as u8, s[6] as u8, (s[7] >> 8) as u8, s[7] as u8];
    (s[..6] == [0x64, 0xff9b, 0, 0, 0, 0]).then(|| std::net::Ipv4Addr::new(a, b, c, d))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_as_the_specification_does() {
        // The example of the specification's reference libraries.
        let endpoint = Endpoint::new("https://example.com/hook", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").expect("a secret");
        let signed = endpoint.sign("msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, r#"{"test": 2432232314}"#);
        assert_eq!(signed, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    #[test]
    fn only_the_internets_addresses_are_public() {
        for ip in ["8.8.8.8", "223.5.5.5", "2400:3200::1"] {
            assert!(is_public(ip.parse().expect(ip)), "{ip}");
        }
        for ip in [
            "127.0.0.1",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",
            "224.0.0.1",
            "255.255.255.255",
            "::1",
            "::",
            "fe80::1",
            "fd00::1",
            "::ffff:127.0.0.1",
            "64:ff9b::7f00:1",
            "2002:7f00:1::",
            "2001:db8::1",
            "ff02::1",
        ] {
            assert!(!is_public(ip.parse().expect(ip)), "{ip}");
        }
    }
}
