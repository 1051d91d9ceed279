//! Whose password this is: compared with the bcrypt hashes of ITFlow's portal users, where
//! `read_password_hashes` allows it.
//!
//! A login that nobody has costs as much as one that exists: the same statements, and the same number of rounds of
//! bcrypt, however many portal users share the address and at whatever cost their hashes were made.

use crate::backend::Itflow;
use crate::wire::password::{self, CostRow, LoginRow, SharedRow};
use portico_contract::{CallCx, Error, Kind, NativeId, Result};
use secrecy::{ExposeSecret, SecretString};
use std::collections::BTreeMap;

/// PHP's default until 8.3; newer ones take 12. A hash above the greatest is never computed.
const USUAL_COST: u32 = 10;
const GREATEST_COST: u32 = 14;
const LEAST_COST: u32 = 4;

/// Portal users of one address that are tried, at most.
const MOST_SHARED: usize = 4;

impl Itflow {
    pub(crate) async fn known_by(&self, cx: &CallCx, login: &str, password: &SecretString) -> Result<Vec<NativeId>> {
        if !self.config.read_password_hashes {
            return Err(Error::unsupported("checking passwords"));
        }
        let rows: Vec<LoginRow> = self.client.rows(cx, password::TABLES, &password::logins(login)).await?;
        let cost: Vec<CostRow> = self.client.rows(cx, "users", &password::cost()).await?;
        let shared: Vec<SharedRow> = self.client.rows(cx, "users", &password::shared()).await?;
        let cost = cost.into_iter().find_map(|row| row.value?.parse().ok()).unwrap_or(USUAL_COST);
        let shared = shared.first().and_then(|row| usize::try_from(row.count).ok()).unwrap_or(1);
        let (users, contacts) = candidates(rows, login);
        let work = Work { cost: cost.clamp(LEAST_COST, GREATEST_COST), slots: shared.clamp(1, MOST_SHARED) };
        let password = password.clone();
        let right = tokio::task::spawn_blocking(move || work.right(&password, &users));
        let right = right.await.map_err(|error| Error::internal("comparing a password").with_source(error))?;
        let known = right.into_iter().filter_map(|user| contacts.get(&user)).flatten();
        Ok(known.map(|contact| NativeId::new(Kind::Contact, contact)).collect())
    }
}

/// The hash of each portal user, and the contacts bound to each. Databases compare letters more freely than we do:
/// the address must be the very one.
fn candidates(rows: Vec<LoginRow>, login: &str) -> (Hashes, Contacts) {
    let (mut users, mut contacts) = (Vec::new(), BTreeMap::<i64, Vec<i64>>::new());
    for row in rows.into_iter().filter(|row| row.user_email.trim().to_lowercase() == login) {
        let bound = contacts.entry(row.user_id).or_default();
        if bound.is_empty() {
            users.push((row.user_id, row.user_password));
        }
        bound.push(row.contact_id);
    }
    (users, contacts)
}

/// How much is computed for every attempt.
#[derive(Debug, Clone, Copy)]
struct Work {
    cost: u32,
    slots: usize,
}

/// Users with their hashes.
type Hashes = Vec<(i64, String)>;
/// Users with the contacts they stand for.
type Contacts = BTreeMap<i64, Vec<i64>>;

/// What is computed in one slot: a hash with its cost, or none, and what makes up the rest. Not to be printed: it holds
/// a hash.
struct Slot<'a> {
    real: Option<(i64, &'a str, u32)>,
    rest: Vec<u32>,
}

impl Work {
    /// Every slot takes 2^cost rounds, with a hash in it or without: 2^c and 2^c, 2^(c+1), … up to half the whole
    /// make the whole.
    fn plan(self, users: &[(i64, String)]) -> Vec<Slot<'_>> {
        let slot = |place: usize| {
            let user = users.get(place);
            let cost = user.and_then(|(_, hash)| cost_of(hash)).filter(|cost| (LEAST_COST..=self.cost).contains(cost));
            match (user, cost) {
                (Some((user, hash)), Some(cost)) => {
                    Slot { real: Some((*user, hash.as_str(), cost)), rest: (cost..self.cost).collect() }
                }
                _ => Slot { real: None, rest: vec![self.cost] },
            }
        };
        (0..self.slots).map(slot).collect()
    }

    /// The users whose hash fits.
    fn right(self, password: &SecretString, users: &[(i64, String)]) -> Vec<i64> {
        let secret = password.expose_secret();
        // PHP makes no hash of a text with a zero byte, and bcrypt would end at it.
        let users = if secret.contains('\0') { &[] } else { users };
        let mut right = Vec::new();
        for slot in self.plan(users) {
            if let Some((user, hash, _)) = slot.real
                && bcrypt::verify(secret, hash).unwrap_or(false)
            {
                right.push(user);
            }
            slot.rest.into_iter().for_each(|cost| spend(secret, cost));
        }
        right
    }
}

/// The cost of a hash of a kind that PHP makes or takes.
fn cost_of(hash: &str) -> Option<u32> {
    let rest = ["$2y$", "$2a$", "$2b$"].iter().find_map(|start| hash.strip_prefix(start))?;
    rest.split_once('$')?.0.parse().ok()
}

/// As much work as a hash of this cost, for nothing.
fn spend(secret: &str, cost: u32) {
    let end = secret.len().min(72);
    let bytes = secret.as_bytes().get(..end).unwrap_or_default();
    std::hint::black_box(bcrypt::bcrypt(cost, [0x5a; 16], if bytes.is_empty() { b"\0" } else { bytes }));
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `a portal password`, as PHP hashed it at cost 4 and 5.
    const FOUR: &str = "$2y$04$5HhcWXK/e7670jYdKiFYXOo3O9OoZOv2xKAPNpxhzkxNxQQmvJGyK";
    const FIVE: &str = "$2y$05$U4q8Luk5L8S2c1EVRzT8..CgKVjDGFjZ1I3YlntPau6HCILJNmePi";

    fn right(work: Work, password: &str, hashes: &[&str]) -> Vec<i64> {
        let users: Vec<(i64, String)> = (1..).zip(hashes.iter().map(|hash| (*hash).to_owned())).collect();
        work.right(&SecretString::from(password), &users)
    }

    #[test]
    fn hashes_of_php_are_understood_under_each_of_their_names() {
        let work = Work { cost: 5, slots: 4 };
        let (a, b) = (FOUR.replace("$2y$", "$2a$"), FOUR.replace("$2y$", "$2b$"));
        assert_eq!(right(work, "a portal password", &[FOUR, FIVE, &a, &b]), [1, 2, 3, 4]);
        assert_eq!(right(work, "a portal passwore", &[FOUR, FIVE, &a, &b]), [] as [i64; 0]);
    }

    #[test]
    fn what_is_no_hash_or_too_costly_never_fits() {
        let work = Work { cost: 4, slots: 4 };
        let plain = ["a portal password", "", "!", "$2y$", "$2y$99$x", "$1$abc$def", "$argon2id$v=19$m=8,t=1,p=1$x$y"];
        for hash in plain {
            assert_eq!(right(work, "a portal password", &[hash]), [] as [i64; 0], "{hash}");
        }
        // Above what is computed at all.
        assert_eq!(right(work, "a portal password", &[FIVE]), [] as [i64; 0]);
        assert_eq!(right(work, "a portal password\0more", &[FOUR]), [] as [i64; 0]);
        // More users share the address than are tried.
        assert_eq!(right(Work { cost: 4, slots: 1 }, "a portal password", &["!", FOUR]), [] as [i64; 0]);
    }

    #[test]
    fn the_rounds_are_the_same_whoever_is_asked_for() {
        let work = Work { cost: 7, slots: 2 };
        let rounds = |hashes: &[&str]| -> u64 {
            let users: Vec<(i64, String)> = (1..).zip(hashes.iter().map(|hash| (*hash).to_owned())).collect();
            let costs = work
                .plan(&users)
                .into_iter()
                .flat_map(|slot| slot.rest.into_iter().chain(slot.real.map(|(_, _, cost)| cost)).collect::<Vec<_>>());
            costs.map(|cost| 1 << cost).sum()
        };
        let six = FIVE.replace("$05$", "$06$");
        let seven = FIVE.replace("$05$", "$07$");
        for hashes in
            [vec![], vec![FOUR], vec![FIVE, FOUR], vec![six.as_str(), seven.as_str()], vec!["!", FOUR], vec![FOUR; 9]]
        {
            assert_eq!(rounds(&hashes), 256, "{hashes:?}");
        }
    }

    #[test]
    fn an_address_must_be_the_very_one_and_a_user_may_stand_for_several_contacts() {
        let row = |contact_id, user_id, email: &str| LoginRow {
            contact_id,
            user_id,
            user_email: email.to_owned(),
            user_password: FOUR.to_owned(),
        };
        let rows = vec![row(1, 9, "Jose@Example.com "), row(2, 9, "jose@example.com"), row(3, 8, "josé@example.com")];
        let (users, contacts) = candidates(rows, "jose@example.com");
        assert_eq!(users.iter().map(|(user, _)| *user).collect::<Vec<_>>(), [9]);
        assert_eq!(contacts.get(&9), Some(&vec![1, 2]));
    }
}
