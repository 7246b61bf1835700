//! Keys that seal personal values, and blind indexes that find them again.
//!
//! The key file lies outside the data folder: whoever has the database alone reads no name and no phone number. A sealed
//! value says which key sealed it and is bound to its place, so that it cannot be copied into another row.

use base::{Error, Home, Result};
use chacha20poly1305::{
    KeyInit, XChaCha20Poly1305, XNonce,
    aead::{Aead, Payload},
};
use hmac::{Hmac, Mac};
use sha2::{Digest, Sha256};
use std::{collections::BTreeMap, fmt, io::Write, path::Path, sync::Arc};
use store::{By, Store, sql};
use uuid::Uuid;

/// Keys by number. The one with the highest number seals; all open. A clone is a pointer.
#[derive(Clone)]
pub struct Keyring(Arc<Keys>);

struct Keys {
    sealing: BTreeMap<u32, XChaCha20Poly1305>,
    /// Made from the key with the lowest number, so that adding a key leaves every index as it is.
    index: [u8; 32],
}

const FORM: u8 = 1;
const HEAD: usize = 1 + 4 + 24;

impl Keyring {
    /// From 32-byte keys with their numbers.
    pub fn new(keys: impl IntoIterator<Item = (u32, [u8; 32])>) -> Result<Keyring> {
        let keys: BTreeMap<u32, [u8; 32]> = keys.into_iter().collect();
        let Some(first) = keys.values().next() else {
            return Err(wrong("密钥文件里没有密钥", "the key file holds no key"));
        };
        let index = derive(first, b"index");
        let sealing = keys.iter().map(|(n, k)| (*n, XChaCha20Poly1305::new(&derive(k, b"seal").into()))).collect();
        Ok(Keyring(Arc::new(Keys { sealing, index })))
    }

    /// Reads a key file: one key a line, `<number> <64 hex digits>`.
    pub fn open(path: &Path) -> Result<Keyring> {
        let text = std::fs::read_to_string(path).map_err(|e| {
            let at = path.display();
            wrong(
                &format!("读不到密钥文件 {at}。没有它，姓名、电话都解不开：请放回备份时另行保存的那一份，并检查路径和权限"),
                &format!("the key file {at} cannot be read. Without it no name and no number can be opened: put back the one kept apart from the backup, and check its path and rights"),
            )
            .caused_by(e)
        })?;
        let mut keys = Vec::new();
        for (i, line) in text.lines().enumerate().filter(|(_, l)| !l.trim().is_empty()) {
            let key = line.split_once(' ').and_then(|(n, hex)| Some((n.parse().ok()?, unhex(hex.trim())?)));
            keys.push(key.ok_or_else(|| {
                let n = i + 1;
                wrong(
                    &format!("密钥文件第 {n} 行应是“编号 64 位十六进制”"),
                    &format!("line {n} of the key file must be `<number> <64 hex digits>`"),
                )
            })?);
        }
        Keyring::new(keys)
    }

    /// The keys of this database. A fresh one gets the key file, made where there is none. Later the file must be the same:
    /// with another, or with a new one in place of a lost one, nobody could sign in and no name could be read.
    pub async fn of(store: &Store, path: &Path) -> Result<Keyring> {
        // The row belongs to the whole database; any county's door leads to it.
        let home = Home::new(110_000)?;
        let marked = store.read(home, |r| r.one::<(Vec<u8>,)>(sql("select mark from keyring where id = 1"))).await?;
        let Some((mark,)) = marked else {
            let keys = Keyring::open_or_make(path)?;
            let mark = keys.mark().to_vec();
            store
                .command(home, By::system("keyring"), move |unit| {
                    unit.write(sql("insert into keyring (id, mark) values (1, $1)").bind(mark.clone()))
                })
                .await?;
            return Ok(keys);
        };
        let keys = Keyring::open(path)?;
        if mark != keys.mark() {
            let at = path.display();
            return Err(wrong(
                &format!("{at} 不是这个数据库的密钥文件：姓名、电话都解不开，谁也登录不了。请放回原来的密钥文件（备份时另行保存的那一份）"),
                &format!(
                    "{at} is not the key file of this database: no name could be read and nobody could sign in. Put back the first one, which was kept apart from the backup"
                ),
            ));
        }
        Ok(keys)
    }

    fn mark(&self) -> [u8; 32] {
        self.index("keyring", "shuxiang")
    }

    /// Opens the key file, or makes one with a fresh key that only its owner can read.
    fn open_or_make(path: &Path) -> Result<Keyring> {
        let mut options = std::fs::OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        match options.open(path) {
            Ok(mut file) => {
                let key: [u8; 32] = random()?;
                writeln!(file, "1 {}", hex(&key)).and_then(|()| file.sync_all()).map_err(Error::internal)?;
                Keyring::new([(1, key)])
            }
            Err(e) if e.kind() == std::io::ErrorKind::AlreadyExists => Keyring::open(path),
            Err(e) => {
                Err(wrong("不能建立密钥文件，请检查路径和权限", "the key file cannot be made; check its path and rights").caused_by(e))
            }
        }
    }

    /// Seals a value for one place: a column of a row, such as `account.phone` of this id.
    pub fn seal(&self, place: &str, row: Uuid, value: &str) -> Result<Vec<u8>> {
        let (number, key) = self.0.sealing.last_key_value().ok_or_else(|| Error::internal("an empty keyring"))?;
        let nonce: [u8; 24] = random()?;
        let payload = Payload { msg: value.as_bytes(), aad: &bound(place, row) };
        let sealed = key.encrypt(&XNonce::from(nonce), payload).map_err(|_| Error::internal("sealing failed"))?;
        let mut out = Vec::with_capacity(HEAD + sealed.len());
        out.push(FORM);
        out.extend(number.to_be_bytes());
        out.extend(nonce);
        out.extend(sealed);
        Ok(out)
    }

    /// The value sealed for this place.
    pub fn unseal(&self, place: &str, row: Uuid, sealed: &[u8]) -> Result<String> {
        let broken = || Error::internal(format!("{place} of {row} cannot be opened: it was altered or its key is not in the key file"));
        if sealed.len() < HEAD || sealed[0] != FORM {
            return Err(broken());
        }
        let number = u32::from_be_bytes(sealed[1..5].try_into().map_err(|_| broken())?);
        let nonce: [u8; 24] = sealed[5..HEAD].try_into().map_err(|_| broken())?;
        let key = self.0.sealing.get(&number).ok_or_else(broken)?;
        let payload = Payload { msg: &sealed[HEAD..], aad: &bound(place, row) };
        let value = key.decrypt(&XNonce::from(nonce), payload).map_err(|_| broken())?;
        String::from_utf8(value).map_err(|_| broken())
    }

    /// Finds equal values without reading them: HMAC-SHA-256 of what they are and the value.
    pub fn index(&self, what: &str, value: &str) -> [u8; 32] {
        mac(&self.0.index, &[what.as_bytes(), value.as_bytes()])
    }
}

impl fmt::Debug for Keyring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Keyring of {}", self.0.sealing.len())
    }
}

fn bound(place: &str, row: Uuid) -> Vec<u8> {
    [place.as_bytes(), b":", row.as_bytes()].concat()
}

fn derive(key: &[u8; 32], use_: &[u8]) -> [u8; 32] {
    mac(key, &[b"shuxiang", use_])
}

fn mac(key: &[u8; 32], parts: &[&[u8]]) -> [u8; 32] {
    let mut m = <Hmac<Sha256> as KeyInit>::new_from_slice(key).expect("HMAC takes keys of any length");
    for p in parts {
        m.update(&(p.len() as u64).to_be_bytes());
        m.update(p);
    }
    m.finalize().into_bytes().into()
}

fn wrong(zh: &str, en: &str) -> Error {
    Error::new(base::Kind::Unavailable, "keyring", zh, en)
}

/// From the operating system.
pub(crate) fn random<const N: usize>() -> Result<[u8; N]> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|e| Error::internal(e.to_string()))?;
    Ok(bytes)
}

pub(crate) fn sha256(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

fn unhex(s: &str) -> Option<[u8; 32]> {
    let mut out = [0; 32];
    if s.len() != 64 || !s.is_ascii() {
        return None;
    }
    for (i, b) in out.iter_mut().enumerate() {
        *b = u8::from_str_radix(&s[2 * i..2 * i + 2], 16).ok()?;
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sealed_value_opens_in_its_own_place_alone() {
        let (a, b) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let old = Keyring::new([(1, [7; 32])]).expect("a keyring");
        let sealed = old.seal("account.phone", a, "+8613800138000").expect("seals");
        assert!(!sealed.windows(11).any(|w| w == b"13800138000"));
        assert_ne!(sealed, old.seal("account.phone", a, "+8613800138000").expect("seals"), "never the same twice");
        let both = Keyring::new([(1, [7; 32]), (2, [9; 32])]).expect("a keyring");
        assert_eq!(both.unseal("account.phone", a, &sealed).expect("opens"), "+8613800138000");
        assert!(both.unseal("account.phone", b, &sealed).is_err());
        assert!(both.unseal("account.name", a, &sealed).is_err());
        let newer = both.seal("account.phone", a, "x").expect("seals");
        assert!(old.unseal("account.phone", a, &newer).is_err(), "sealed with the newest key");
        let mut altered = sealed.clone();
        *altered.last_mut().expect("bytes") ^= 1;
        assert!(both.unseal("account.phone", a, &altered).is_err());
        assert_eq!(old.index("phone", "1"), both.index("phone", "1"), "a new key leaves the index");
        assert_ne!(old.index("phone", "1"), old.index("login", "1"));
    }

    #[test]
    fn a_key_file_is_made_once_and_its_faults_are_named() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("key");
        let first = Keyring::open_or_make(&path).expect("makes").index("a", "b");
        assert_eq!(Keyring::open_or_make(&path).expect("opens").index("a", "b"), first);
        std::fs::write(&path, "1 abc\n").expect("writes");
        assert!(Keyring::open(&path).expect_err("refused").text().en.contains("line 1"));
    }
}
