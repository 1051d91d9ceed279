//! Waiting after failed sign-ins, by login and by peer.
//!
//! An attempt is counted before its password is looked at, in one transaction, so that attempts at
//! the same moment cannot all slip through and one that hangs up counts as well. Attempts during a
//! wait are refused without making it longer: nobody can lock somebody else out for good.

use super::entity::{all, sign_in_failures as failures};
use super::store::{AccountStore, db};
use super::token::hex;
use portico_contract::Result;
use sea_orm::sea_query::{Expr, ExprTrait as _, OnConflict};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};
use sha2::{Digest, Sha256};
use std::net::IpAddr;

/// One counted attempt of a login or a peer.
#[derive(Debug, Clone)]
pub struct Counted {
    key: String,
    blocked_until: i64,
}

/// An attempt that may go on.
#[derive(Debug, Clone)]
pub struct Admitted {
    login: Counted,
    peer: Option<Counted>,
}

#[derive(Debug)]
pub enum Admission {
    Admitted(Admitted),
    /// Come back in so many seconds.
    Wait(u64),
}

impl AccountStore {
    /// Counts an attempt, unless its login or its peer has to wait.
    pub(super) async fn admit(&self, login: &str, peer: Option<IpAddr>) -> Result<Admission> {
        let tx = self.begin().await?;
        // Always the login first: two transactions cannot wait for each other.
        let login = match self.count(&tx, key("login", login)).await? {
            Ok(counted) => counted,
            Err(wait) => return Ok(Admission::Wait(wait)),
        };
        let peer = match peer {
            None => None,
            Some(peer) => match self.count(&tx, key("peer", &network(peer))).await? {
                Ok(counted) => Some(counted),
                // Dropping the transaction takes the login's count back.
                Err(wait) => return Ok(Admission::Wait(wait)),
            },
        };
        tx.commit().await.map_err(db)?;
        Ok(Admission::Admitted(Admitted { login, peer }))
    }

    /// One more failure in a row, or the seconds to wait.
    async fn count(&self, tx: &impl ConnectionTrait, key: String) -> Result<Result<Counted, u64>> {
        let now = self.now();
        let row = self.locked(tx, &key).await?;
        if row.blocked_until > now {
            return Ok(Err(seconds(row.blocked_until - now)));
        }
        let forget = i64::try_from(self.settings.back_off_forget_seconds).unwrap_or(i64::MAX).saturating_mul(1_000);
        let before = if now.saturating_sub(row.last_at) > forget { 0 } else { row.failures };
        let failures = before.saturating_add(1);
        let wait = self.settings.wait_after(u32::try_from(failures).unwrap_or(u32::MAX));
        let wait = i64::try_from(wait.as_millis()).unwrap_or(i64::MAX);
        let blocked_until = if wait == 0 { 0 } else { now.saturating_add(wait) };
        failures::Entity::update_many()
            .col_expr(failures::Column::Failures, Expr::value(failures))
            .col_expr(failures::Column::LastAt, Expr::value(now))
            .col_expr(failures::Column::BlockedUntil, Expr::value(blocked_until))
            .filter(failures::Column::Key.eq(&key))
            .exec(tx)
            .await
            .map_err(db)?;
        Ok(Ok(Counted { key, blocked_until }))
    }

    /// The row of a key, made if need be, and held until the transaction ends.
    async fn locked(&self, tx: &impl ConnectionTrait, key: &str) -> Result<failures::Model> {
        let fresh = failures::Model { key: key.to_owned(), failures: 0, last_at: self.now(), blocked_until: 0 };
        let row = failures::ActiveModel {
            key: Set(fresh.key.clone()),
            failures: Set(fresh.failures),
            last_at: Set(fresh.last_at),
            blocked_until: Set(fresh.blocked_until),
        };
        // The update changes nothing: it is there to lock a row that exists.
        let lock = OnConflict::column(failures::Column::Key).update_column(failures::Column::Key).to_owned();
        failures::Entity::insert(row).on_conflict(lock).exec_without_returning(tx).await.map_err(db)?;
        let found = all::<failures::Entity>().filter(failures::Column::Key.eq(key)).one(tx).await.map_err(db)?;
        Ok(found.unwrap_or(fresh))
    }

    /// The attempt was right: the login starts anew, and the peer has not failed this time.
    pub(super) async fn forgive(&self, tx: &impl ConnectionTrait, admitted: &Admitted) -> Result<()> {
        failures::Entity::delete_many()
            .filter(failures::Column::Key.eq(&admitted.login.key))
            .exec(tx)
            .await
            .map_err(db)?;
        let Some(peer) = &admitted.peer else { return Ok(()) };
        let unblocked = Expr::case(failures::Column::BlockedUntil.eq(peer.blocked_until), Expr::value(0_i64))
            .finally(Expr::col(failures::Column::BlockedUntil));
        failures::Entity::update_many()
            .col_expr(failures::Column::Failures, Expr::col(failures::Column::Failures).sub(1_i64))
            .col_expr(failures::Column::BlockedUntil, unblocked.into())
            .filter(failures::Column::Key.eq(&peer.key))
            .filter(failures::Column::Failures.gt(0_i64))
            .exec(tx)
            .await
            .map_err(db)?;
        Ok(())
    }
}

/// Neither logins nor addresses are kept in clear.
fn key(what: &str, value: &str) -> String {
    hex(&Sha256::digest(format!("{what}:{value}").as_bytes()))
}

/// An IPv6 subscriber has a /64 and may speak from any address of it.
fn network(peer: IpAddr) -> String {
    match peer.to_canonical() {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
    }
}

fn seconds(millis: i64) -> u64 {
    u64::try_from(millis).unwrap_or(0).div_ceil(1_000).clamp(1, u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_one_ipv6_network_are_one_peer() {
        let of = |text: &str| network(text.parse().unwrap());
        assert_eq!(of("2001:db8:1:2::1"), of("2001:db8:1:2:ffff::9"));
        assert_ne!(of("2001:db8:1:2::1"), of("2001:db8:1:3::1"));
        assert_eq!(of("::ffff:192.0.2.7"), of("192.0.2.7"));
        assert_ne!(of("192.0.2.7"), of("192.0.2.8"));
    }

    #[test]
    fn a_wait_is_said_in_whole_seconds_and_is_never_none() {
        assert_eq!([0, 1, 1_000, 1_001].map(seconds), [1, 1, 1, 2]);
    }
}
