//! Lines for the audit log: who did what, never a secret, never a login in clear.

use super::realm::{Realm, SessionKind};
use super::token::hex;
use sha2::{Digest, Sha256};
use std::net::IpAddr;
use uuid::Uuid;

/// Log target of every audit line.
pub const TARGET: &str = "audit";

pub fn signed_in(user_id: Uuid, realm: Realm, kind: SessionKind, peer: Option<IpAddr>) {
    tracing::info!(target: TARGET, event = "sign_in", outcome = "ok", %user_id, %realm, %kind, ?peer);
}

/// Failed attempts carry a short hash of the login: enough to count, not enough to read.
pub fn refused(login: &str, why: &'static str, peer: Option<IpAddr>) {
    let login = hex(&Sha256::digest(login.as_bytes())).split_off(52);
    tracing::warn!(target: TARGET, event = "sign_in", outcome = "refused", why, %login, ?peer);
}

/// Something changed for a user: password, roles, contacts, access, tokens.
pub fn changed(event: &'static str, user_id: Uuid) {
    tracing::info!(target: TARGET, event, %user_id);
}
