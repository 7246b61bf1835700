//! Signatures over short texts in the shape of C2SP signed-note, with Ed25519 keys in the text form of its tools: a
//! checkpoint can be checked by programs that know nothing of us.

use base::{Error, Kind, Result};
use base64::{Engine, engine::general_purpose::STANDARD as BASE64};
use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use sha2::{Digest, Sha256};
use std::{fs, io::Write, path::Path};

/// The note's number for Ed25519.
const ED25519: u8 = 1;

/// Signs notes under a name.
pub struct Signer {
    name: String,
    key: SigningKey,
}

/// Checks notes: `name+hash+base64`, which may be shown to everyone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verifier {
    name: String,
    key: VerifyingKey,
}

fn key_id(name: &str, key: &VerifyingKey) -> [u8; 4] {
    let mut h = Sha256::new();
    h.update(name.as_bytes());
    h.update([b'\n', ED25519]);
    h.update(key.as_bytes());
    let d = h.finalize();
    [d[0], d[1], d[2], d[3]]
}

fn wrong_key(what: &str) -> Error {
    Error::new(Kind::Invalid, "signing_key", format!("签名密钥不能用：{what}"), format!("the signing key cannot be used: {what}"))
}

impl Signer {
    /// Makes a key file that only its owner may read. Never overwrites one. The name has no space and no plus sign, as
    /// in `shuxiang.example.gov.cn`.
    pub fn make(path: &Path, name: &str) -> Result<Signer> {
        if name.is_empty() || name.contains(|c: char| c.is_whitespace() || c == '+') {
            return Err(wrong_key("名称不能为空，也不能有空格和加号 / the name is empty or has a space or a plus sign"));
        }
        let mut seed = [0; 32];
        getrandom::fill(&mut seed).map_err(|e| Error::internal(e.to_string()))?;
        let key = SigningKey::from_bytes(&seed);
        let id = crate::words::hex(&key_id(name, &key.verifying_key()));
        let mut bytes = vec![ED25519];
        bytes.extend_from_slice(&seed);
        let mut options = fs::OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(path).map_err(|e| wrong_key(&format!("{}: {e}", path.display())))?;
        writeln!(file, "PRIVATE+KEY+{name}+{id}+{}", BASE64.encode(bytes)).and_then(|()| file.sync_all()).map_err(Error::internal)?;
        Ok(Signer { name: name.to_owned(), key })
    }

    pub fn open(path: &Path) -> Result<Signer> {
        let text = fs::read_to_string(path).map_err(|e| wrong_key(&format!("{}: {e}", path.display())))?;
        let broken = || wrong_key(&format!("{} 不是密钥文件 / is no key file", path.display()));
        let mut parts = text.trim().strip_prefix("PRIVATE+KEY+").ok_or_else(broken)?.splitn(3, '+');
        let (Some(name), Some(id), Some(secret)) = (parts.next(), parts.next(), parts.next()) else { return Err(broken()) };
        let bytes = BASE64.decode(secret).map_err(|_| broken())?;
        let seed: [u8; 32] = match bytes.split_first() {
            Some((&ED25519, seed)) => seed.try_into().map_err(|_| broken())?,
            _ => return Err(broken()),
        };
        let key = SigningKey::from_bytes(&seed);
        if crate::words::hex(&key_id(name, &key.verifying_key())) != id {
            return Err(broken());
        }
        Ok(Signer { name: name.to_owned(), key })
    }

    pub fn name(&self) -> &str {
        &self.name
    }

    pub fn verifier(&self) -> Verifier {
        Verifier { name: self.name.clone(), key: self.key.verifying_key() }
    }

    /// The text, which ends with a line feed, an empty line, and one line with the signature.
    pub fn sign(&self, text: &str) -> String {
        let mut bytes = key_id(&self.name, &self.key.verifying_key()).to_vec();
        bytes.extend_from_slice(&self.key.sign(text.as_bytes()).to_bytes());
        format!("{text}\n\u{2014} {} {}\n", self.name, BASE64.encode(bytes))
    }
}

impl Verifier {
    /// From `name+hash+base64`.
    pub fn parse(s: &str) -> Result<Verifier> {
        let broken = || wrong_key("公钥应形如 名称+编号+base64 / a public key looks like name+hash+base64");
        let mut parts = s.trim().splitn(3, '+');
        let (Some(name), Some(id), Some(key)) = (parts.next(), parts.next(), parts.next()) else { return Err(broken()) };
        let bytes = BASE64.decode(key).map_err(|_| broken())?;
        let key: [u8; 32] = match bytes.split_first() {
            Some((&ED25519, key)) => key.try_into().map_err(|_| broken())?,
            _ => return Err(broken()),
        };
        let key = VerifyingKey::from_bytes(&key).map_err(|_| broken())?;
        if crate::words::hex(&key_id(name, &key)) != id {
            return Err(broken());
        }
        Ok(Verifier { name: name.to_owned(), key })
    }

    /// The signed text, if one of `keys` signed it.
    pub fn check<'n>(keys: &[Verifier], note: &'n str) -> Option<&'n str> {
        let at = note.rfind("\n\n")?;
        let (text, signatures) = (&note[..=at], &note[at + 2..]);
        let good = |line: &str| {
            let (name, signature) = line.strip_prefix("\u{2014} ")?.rsplit_once(' ')?;
            let bytes = BASE64.decode(signature).ok()?;
            let (id, signature) = bytes.split_at_checked(4)?;
            let signature = Signature::from_slice(signature).ok()?;
            keys.iter().find(|k| k.name == name && key_id(name, &k.key) == id && k.key.verify_strict(text.as_bytes(), &signature).is_ok())
        };
        signatures.lines().any(|line| good(line).is_some()).then_some(text)
    }
}

impl std::fmt::Display for Verifier {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut bytes = vec![ED25519];
        bytes.extend_from_slice(self.key.as_bytes());
        write!(f, "{}+{}+{}", self.name, crate::words::hex(&key_id(&self.name, &self.key)), BASE64.encode(bytes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The note of the reference implementation's documentation (golang.org/x/mod/sumdb/note).
    #[test]
    fn reads_the_reference_note() {
        let key = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
        let note = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n\n\
            \u{2014} PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";
        let keys = [Verifier::parse(key).expect("a key")];
        assert_eq!(keys[0].to_string(), key);
        assert!(Verifier::check(&keys, note).is_some_and(|t| t.ends_with("is.\n")));
        assert_eq!(Verifier::check(&keys, &note.replace("answer", "anvwer")), None);
        assert_eq!(Verifier::check(&[], note), None);
    }
}
