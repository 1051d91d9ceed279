//! Password hashes: argon2id, off the async threads, a bounded number at a time.

use super::token;
use crate::config::AuthSettings;
use argon2::password_hash::SaltString;
use argon2::{Algorithm, Argon2, Params, PasswordHash, PasswordHasher, PasswordVerifier, Version};
use portico_contract::{Error, ErrorKind, Result};
use secrecy::{ExposeSecret, SecretString};
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// People who may wait for a turn; past that the answer is "try again" instead of a longer queue.
const WAITING_ROOM: usize = 64;

/// Leave to compute hashes. It ends when the work has ended, also if nobody waits for the answer any more.
#[derive(Debug)]
pub struct Turn {
    _seat: OwnedSemaphorePermit,
    _turn: OwnedSemaphorePermit,
}

pub struct Hasher {
    argon2: Argon2<'static>,
    /// Hash of a random password: what a login that does not exist is compared with.
    dummy: String,
    seats: Arc<Semaphore>,
    turns: Arc<Semaphore>,
    computed: Arc<AtomicU64>,
}

impl fmt::Debug for Hasher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hasher").field("turns", &self.turns).finish_non_exhaustive()
    }
}

impl Hasher {
    pub async fn new(settings: &AuthSettings) -> Result<Self> {
        let params = Params::new(settings.argon2_memory_kib, settings.argon2_iterations, 1, None)
            .map_err(|error| Error::internal(format!("argon2 settings: {error}")))?;
        let mut hasher = Self {
            argon2: Argon2::new(Algorithm::Argon2id, Version::V0x13, params),
            dummy: String::new(),
            seats: Arc::new(Semaphore::new(WAITING_ROOM + settings.argon2_parallel)),
            turns: Arc::new(Semaphore::new(settings.argon2_parallel)),
            computed: Arc::default(),
        };
        let mut nobody = [0_u8; 32];
        token::random(&mut nobody)?;
        hasher.dummy = hasher.hash(hasher.turn().await?, &SecretString::from(token::hex(&nobody))).await?;
        Ok(hasher)
    }

    /// Waits for a turn, unless too many wait already.
    pub async fn turn(&self) -> Result<Turn> {
        let busy = || {
            let mut error =
                Error::new(ErrorKind::RateLimited, "Too many people sign in just now. Try again in a moment.");
            error.retry_after = Some(Duration::from_secs(1));
            error
        };
        let seat = self.seats.clone().try_acquire_owned().map_err(|_| busy())?;
        let turn = self.turns.clone().acquire_owned().await.map_err(|_| busy())?;
        Ok(Turn { _seat: seat, _turn: turn })
    }

    pub async fn hash(&self, turn: Turn, password: &SecretString) -> Result<String> {
        let mut salt = [0_u8; 16];
        token::random(&mut salt)?;
        let (argon2, password) = (self.argon2.clone(), password.clone());
        self.work(turn, 1, move || {
            let salt = SaltString::encode_b64(&salt)?;
            Ok(argon2.hash_password(password.expose_secret().as_bytes(), &salt)?.to_string())
        })
        .await
    }

    /// Compares a password with each hash. `None` costs the same as a hash and never fits.
    pub async fn verify(&self, turn: Turn, password: &SecretString, hashes: Vec<Option<String>>) -> Result<Vec<bool>> {
        let (argon2, password, dummy) = (self.argon2.clone(), password.clone(), self.dummy.clone());
        self.work(turn, hashes.len(), move || {
            let fits = |hash: Option<String>| {
                let real = hash.is_some();
                let hash = hash.unwrap_or_else(|| dummy.clone());
                let fits = PasswordHash::new(&hash)
                    .and_then(|hash| argon2.verify_password(password.expose_secret().as_bytes(), &hash));
                match fits {
                    Ok(()) => Ok(real),
                    Err(argon2::password_hash::Error::Password) => Ok(false),
                    Err(error) => Err(error),
                }
            };
            hashes.into_iter().map(fits).collect()
        })
        .await
    }

    /// Whether a hash was made at another cost than is set now.
    #[must_use]
    pub fn is_outdated(&self, hash: &str) -> bool {
        let params = PasswordHash::new(hash).and_then(|hash| Params::try_from(&hash));
        let cost = |params: &Params| (params.m_cost(), params.t_cost(), params.p_cost());
        params.map_or(true, |params| cost(&params) != cost(self.argon2.params()))
    }

    /// Hashes computed so far: tests compare the work of different answers.
    #[cfg(test)]
    pub fn computed(&self) -> u64 {
        self.computed.load(Ordering::Relaxed)
    }

    async fn work<T: Send + 'static>(
        &self,
        turn: Turn,
        hashes: usize,
        work: impl FnOnce() -> Result<T, argon2::password_hash::Error> + Send + 'static,
    ) -> Result<T> {
        self.computed.fetch_add(hashes as u64, Ordering::Relaxed);
        let done = tokio::task::spawn_blocking(move || {
            let _turn = turn;
            work()
        });
        done.await
            .map_err(|error| Error::internal("hashing a password").with_source(error))?
            .map_err(|error| Error::internal(format!("hashing a password: {error}")))
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::cheap;
    use super::*;

    #[tokio::test]
    async fn a_password_fits_its_hash_only_and_never_the_dummy() {
        let hasher = Hasher::new(&cheap()).await.unwrap();
        let password = SecretString::from("a long secret");
        let hash = hasher.hash(hasher.turn().await.unwrap(), &password).await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$"));
        let hashes = vec![Some(hash.clone()), None];
        let fits = hasher.verify(hasher.turn().await.unwrap(), &password, hashes.clone()).await.unwrap();
        assert_eq!(fits, [true, false]);
        let other = SecretString::from("another secret");
        assert_eq!(hasher.verify(hasher.turn().await.unwrap(), &other, hashes).await.unwrap(), [false, false]);
        assert_eq!(hasher.computed(), 6);
    }

    #[tokio::test]
    async fn a_hash_of_another_cost_is_outdated() {
        let old = Hasher::new(&cheap()).await.unwrap();
        let hash = old.hash(old.turn().await.unwrap(), &SecretString::from("x")).await.unwrap();
        assert!(!old.is_outdated(&hash));
        let new = Hasher::new(&AuthSettings { argon2_iterations: 2, ..cheap() }).await.unwrap();
        assert!(new.is_outdated(&hash));
    }

    #[tokio::test]
    async fn a_full_waiting_room_says_try_again() {
        let hasher = Hasher::new(&AuthSettings { argon2_parallel: 1, ..cheap() }).await.unwrap();
        let _turn = hasher.turn().await.unwrap();
        let mut queue: Vec<_> = (0..WAITING_ROOM).map(|_| Box::pin(hasher.turn())).collect();
        for waiting in &mut queue {
            assert!(futures_util::poll!(waiting).is_pending());
        }
        assert_eq!(hasher.turn().await.unwrap_err().kind, ErrorKind::RateLimited);
    }
}
