//! Session tokens: 32 random bytes that are shown once, and the hash that is kept.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use portico_contract::{Error, Result};
use rand::TryRngCore;
use rand::rngs::OsRng;
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};

/// Lets people and secret scanners tell what they found.
const PREFIX: &str = "pcs_";
const BYTES: usize = 32;

/// SHA-256 of a token. The token has 256 random bits, so no salt and no slow hash is needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct TokenHash([u8; 32]);

impl TokenHash {
    /// `None` for text that cannot be a token, which is not worth a look into the database.
    #[must_use]
    pub fn of(token: &SecretString) -> Option<Self> {
        let text = token.expose_secret();
        let body = text.strip_prefix(PREFIX)?;
        let bytes = URL_SAFE_NO_PAD.decode(body).ok()?;
        (bytes.len() == BYTES).then(|| Self(Sha256::digest(text.as_bytes()).into()))
    }

    #[must_use]
    pub fn hex(&self) -> String {
        hex(&self.0)
    }
}

/// A new token with its hash.
pub fn issue() -> Result<(SecretString, TokenHash)> {
    let mut bytes = [0_u8; BYTES];
    random(&mut bytes)?;
    let token = SecretString::from(format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(bytes)));
    let hash = TokenHash::of(&token).ok_or_else(|| Error::internal("a new token does not read back"))?;
    Ok((token, hash))
}

/// Random bytes from the system.
pub fn random(bytes: &mut [u8]) -> Result<()> {
    OsRng.try_fill_bytes(bytes).map_err(|error| Error::internal("no random bytes").with_source(error))
}

/// Hexadecimal, in lower case.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_differ_and_read_back() {
        let (one, hash) = issue().unwrap();
        let (two, _) = issue().unwrap();
        assert_ne!(one.expose_secret(), two.expose_secret());
        assert_eq!(one.expose_secret().len(), PREFIX.len() + 43);
        assert_eq!(TokenHash::of(&one), Some(hash));
        assert_eq!(hash.hex().len(), 64);
    }

    #[test]
    fn what_is_no_token_has_no_hash() {
        let (good, _) = issue().unwrap();
        let body = good.expose_secret().trim_start_matches(PREFIX).to_owned();
        for bad in ["", "pcs_", "pcs_!", &body, &format!("{PREFIX}{body}A"), &format!(" {PREFIX}{body}")] {
            assert_eq!(TokenHash::of(&SecretString::from(bad)), None, "{bad:?}");
        }
    }
}
