//! Whether a webhook is Halo's own: it carries the secret, or a signature of its body that only the secret can make.
//!
//! The name of the signature's header is nowhere published, so it is a setting. Which hash it is and how it is written
//! down follow from its length.

use crate::config::HaloConfig;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, Mac};
use portico_contract::Delivery;
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256, Sha512};

/// Where a header is named that holds the signature, nothing else counts.
pub(crate) fn is_signed(delivery: &Delivery, config: &HaloConfig, secret: &SecretString) -> bool {
    let secret = secret.expose_secret();
    let header = config.webhook_signature_header.as_deref();
    let name = header.unwrap_or("authorization").trim();
    let values = delivery.headers.iter().filter(|(known, _)| known.eq_ignore_ascii_case(name));
    let mut signed = false;
    for (_, value) in values {
        signed |= match header {
            Some(_) => is_of(value.trim().strip_prefix(config.webhook_signature_prefix.trim()), &delivery.body, secret),
            None => same(&given(value), secret),
        };
    }
    signed
}

/// By basic authentication's password, a bearer token, or the secret alone.
fn given(value: &str) -> String {
    match value.split_once(' ') {
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case("basic") => password(rest).unwrap_or_default(),
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case("bearer") => rest.trim().to_owned(),
        _ => value.trim().to_owned(),
    }
}

fn password(basic: &str) -> Option<String> {
    let text = String::from_utf8(STANDARD.decode(basic.trim()).ok()?).ok()?;
    text.split_once(':').map(|(_, password)| password.to_owned())
}

/// Compares digests in full, so that the time tells nothing about how much of the secret was right.
fn same(given: &str, secret: &str) -> bool {
    let (given, secret) = (Sha256::digest(given.as_bytes()), Sha256::digest(secret.as_bytes()));
    given.iter().zip(secret.iter()).fold(0_u8, |different, (a, b)| different | (a ^ b)) == 0
}

fn is_of(signature: Option<&str>, body: &[u8], secret: &str) -> bool {
    let Some(bytes) = signature.map(str::trim).and_then(decoded) else { return false };
    match bytes.len() {
        32 => Hmac::<Sha256>::new_from_slice(secret.as_bytes())
            .is_ok_and(|mac| mac.chain_update(body).verify_slice(&bytes).is_ok()),
        64 => Hmac::<Sha512>::new_from_slice(secret.as_bytes())
            .is_ok_and(|mac| mac.chain_update(body).verify_slice(&bytes).is_ok()),
        _ => false,
    }
}

/// Hexadecimal digits, or base64.
fn decoded(text: &str) -> Option<Vec<u8>> {
    if [64, 128].contains(&text.len()) && text.bytes().all(|letter| letter.is_ascii_hexdigit()) {
        let pairs = text.as_bytes().chunks(2).map(|pair| std::str::from_utf8(pair).ok());
        return pairs.map(|pair| u8::from_str_radix(pair?, 16).ok()).collect();
    }
    STANDARD.decode(text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 4231, test case 2.
    #[test]
    fn signatures_are_read_in_both_hashes_and_both_spellings() {
        let body = b"what do ya want for nothing?";
        let short = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
        let long = "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea250554\
                    9758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737";
        let base64 = STANDARD.encode(decoded(short).unwrap());
        for right in [short, long, &short.to_uppercase(), &base64] {
            assert!(is_of(Some(right), body, "Jefe"), "{right}");
            assert!(!is_of(Some(right), body, "jefe") && !is_of(Some(right), b"what", "Jefe"), "{right}");
        }
        for wrong in ["", "x", &short[..62], &base64[..20]] {
            assert!(!is_of(Some(wrong), body, "Jefe"), "{wrong}");
        }
        assert!(!is_of(None, body, "Jefe"));
    }
}
