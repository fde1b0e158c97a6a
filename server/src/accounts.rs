//! API accounts: who may call, by the `X-Service-Auth` header.
//!
//! Passwords are kept as argon2 hashes. A pair that was found right is remembered by a MAC under a
//! key of this process, so that only the first call pays for argon2; every wrong one pays again.
//! The MAC covers the stored hash too: a changed or removed password is forgotten at once, in every
//! process.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use tokio::sync::Semaphore;
use zeroize::Zeroizing;

use crate::deadline::blocking;
use crate::randomness::Randomness;
use crate::storage::{self, Storage};

/// The development account's username.
pub const DEMO_NAME: &str = "demo";
/// The development account's password. It is no secret.
pub const DEMO_PASSWORD: &str = "demo-password";

/// How many pairs are remembered; beyond it all are forgotten and checked anew.
const REMEMBERED: usize = 10_000;
/// How many checks by argon2 may be running or waiting: each holds 19 MiB while it runs.
const WAITING: usize = 64;

/// How costly a password hash is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum HashCost {
    /// argon2's default: 19 MiB and two passes.
    #[default]
    Full,
    /// As cheap as argon2 allows. For tests only.
    Least,
}

/// Hashes a password for storage.
pub fn hash_password(password: &str, cost: HashCost) -> String {
    let params = match cost {
        HashCost::Full => Params::default(),
        HashCost::Least => Params::new(8, 1, 1, None).expect("8 KiB and one pass are allowed"),
    };
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    let hash: PasswordHash = argon2
        .hash_password(password.as_bytes())
        .expect("any password can be hashed");
    hash.to_string()
}

/// Whether a password belongs to a hash.
pub fn password_matches(password: &str, hash: &str) -> bool {
    PasswordHash::new(hash).is_ok_and(|hash| {
        Argon2::default()
            .verify_password(password.as_bytes(), &hash)
            .is_ok()
    })
}

/// Tells whether a password belongs to a hash.
type PasswordCheck = dyn Fn(&str, &str) -> bool + Send + Sync;

/// Why a header does not prove an account.
#[derive(Debug)]
pub enum Refusal {
    /// The header is missing, malformed or wrong.
    Unauthenticated,
    /// Too many passwords are being checked at once.
    Busy,
    /// The database failed.
    Storage(storage::Error),
}

/// Checks `X-Service-Auth` headers.
pub struct Accounts {
    storage: Arc<dyn Storage>,
    key: Zeroizing<[u8; 32]>,
    remembered: Mutex<HashSet<[u8; 32]>>,
    waiting: Arc<Semaphore>,
    running: Arc<Semaphore>,
    /// [`password_matches`]; tests count the checks and hold them up.
    matches: Box<PasswordCheck>,
    cost: HashCost,
    development: bool,
    stranger: OnceLock<String>,
}

impl Accounts {
    /// Checks headers against the accounts in `storage`; the development account is one of them
    /// only for `development`.
    pub fn new(
        storage: Arc<dyn Storage>,
        randomness: &dyn Randomness,
        cost: HashCost,
        development: bool,
    ) -> Self {
        let mut key = Zeroizing::new([0; 32]);
        randomness.fill(key.as_mut());
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Self {
            storage,
            key,
            remembered: Mutex::default(),
            waiting: Arc::new(Semaphore::new(WAITING)),
            running: Arc::new(Semaphore::new(cores)),
            matches: Box::new(password_matches),
            cost,
            development,
            stranger: OnceLock::new(),
        }
    }

    /// The name of the account that a header proves.
    pub async fn authenticate(self: &Arc<Self>, header: Option<&[u8]>) -> Result<String, Refusal> {
        let (name, password) = credentials(header).ok_or(Refusal::Unauthenticated)?;
        if !self.development && (name.as_str(), password.as_str()) == (DEMO_NAME, DEMO_PASSWORD) {
            tracing::warn!("the development account was refused: it needs a server with --dev");
            return Err(Refusal::Unauthenticated);
        }
        let (storage, asked) = (self.storage.clone(), name.clone());
        let stored = blocking(move || storage.password_hash(&asked)).await;
        let stored = stored.map_err(Refusal::Storage)?;
        if let Some(hash) = &stored
            && self.is_remembered(&self.mac(&name, &password, hash))
        {
            return Ok(name);
        }
        self.check(name, password, stored).await
    }

    /// Checks a pair by argon2. An unknown username takes as long as a wrong password.
    async fn check(
        self: &Arc<Self>,
        name: String,
        password: Zeroizing<String>,
        stored: Option<String>,
    ) -> Result<String, Refusal> {
        let place = self
            .waiting
            .clone()
            .try_acquire_owned()
            .map_err(|_| Refusal::Busy)?;
        let turn = self
            .running
            .clone()
            .acquire_owned()
            .await
            .map_err(|_| Refusal::Busy)?;
        let accounts = self.clone();
        blocking(move || {
            // Held until the work is done, even if the client does not wait for it.
            let _held = (place, turn);
            let known = stored.is_some();
            let hash = stored.unwrap_or_else(|| accounts.stranger_hash());
            if !((accounts.matches)(&password, &hash) && known) {
                return Err(Refusal::Unauthenticated);
            }
            accounts.remember(accounts.mac(&name, &password, &hash));
            Ok(name)
        })
        .await
    }

    /// A hash that no password belongs to.
    fn stranger_hash(&self) -> String {
        self.stranger
            .get_or_init(|| hash_password("", self.cost))
            .clone()
    }

    fn mac(&self, name: &str, password: &str, hash: &str) -> [u8; 32] {
        let mut mac = Hmac::<Sha256>::new_from_slice(self.key.as_slice())
            .expect("HMAC takes keys of any length");
        for part in [name, password, hash] {
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part.as_bytes());
        }
        mac.finalize().into_bytes().into()
    }

    fn is_remembered(&self, mac: &[u8; 32]) -> bool {
        self.remembered
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .contains(mac)
    }

    fn remember(&self, mac: [u8; 32]) {
        let mut remembered = self
            .remembered
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if remembered.len() >= REMEMBERED {
            remembered.clear();
        }
        remembered.insert(mac);
    }
}

/// Splits a header at its first colon.
fn credentials(header: Option<&[u8]>) -> Option<(String, Zeroizing<String>)> {
    let (name, password) = std::str::from_utf8(header?).ok()?.split_once(':')?;
    Some((name.to_owned(), Zeroizing::new(password.to_owned())))
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;
    use std::time::Duration;

    use axum::response::IntoResponse;
    use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
    use tokio::task::JoinSet;

    use super::*;
    use crate::deadline;
    use crate::error::ApiError;
    use crate::randomness::SystemRandomness;
    use crate::storage::SqliteStorage;

    #[test]
    fn the_username_ends_at_the_first_colon() {
        let (name, password) = credentials(Some(b"a:b:c")).unwrap();
        assert_eq!((name.as_str(), password.as_str()), ("a", "b:c"));
        assert!(credentials(Some(b"no-colon")).is_none());
        assert!(credentials(Some(b"\xff:x")).is_none());
        assert!(credentials(None).is_none());
    }

    #[test]
    fn a_password_matches_its_own_hash_only() {
        let hash = hash_password("secret", HashCost::Least);
        assert!(hash.starts_with("$argon2id$"));
        assert!(password_matches("secret", &hash));
        assert!(!password_matches("Secret", &hash));
        assert!(!password_matches("secret", "not a hash"));
    }

    /// The accounts of a server that knows `known` only, whose passwords are checked so.
    fn accounts(matches: Box<PasswordCheck>) -> Arc<Accounts> {
        let storage = Arc::new(SqliteStorage::in_memory().unwrap());
        let hash = hash_password("right", HashCost::Full);
        storage.add_account("known", &hash, 0).unwrap();
        let accounts = Accounts::new(storage, &SystemRandomness, HashCost::Full, false);
        Arc::new(Accounts {
            matches,
            ..accounts
        })
    }

    /// A hash without what differs from one to the next: its salt and its output.
    fn cost(hash: &str) -> String {
        hash.rsplitn(3, '$').last().unwrap().to_owned()
    }

    #[tokio::test]
    async fn an_unknown_username_is_checked_at_the_cost_of_a_known_one() {
        let (checked, checks) = mpsc::channel();
        let accounts = accounts(Box::new(move |_, hash| {
            checked.send(cost(hash)).unwrap();
            true
        }));
        accounts.authenticate(Some(b"known:any")).await.unwrap();
        let unknown = accounts.authenticate(Some(b"unknown:any")).await;
        assert!(matches!(unknown, Err(Refusal::Unauthenticated)));
        let costs: Vec<_> = checks.try_iter().collect();
        assert_eq!(costs, vec![costs[0].clone(); 2]);
    }

    /// Accounts whose checks tell that they began, and then take until the sender is dropped.
    fn held_up() -> (Arc<Accounts>, UnboundedReceiver<()>, mpsc::Sender<()>) {
        let (begin, begun) = unbounded_channel();
        let (release, released) = mpsc::channel();
        let released = Mutex::new(released);
        let accounts = accounts(Box::new(move |_, _| {
            begin.send(()).unwrap();
            let _ = released.lock().unwrap().recv();
            false
        }));
        (accounts, begun, release)
    }

    #[tokio::test]
    async fn sixty_four_checks_run_or_wait_and_one_more_is_told_to_come_back() {
        let (accounts, _begun, release) = held_up();
        let mut checks = JoinSet::new();
        for _ in 0..65 {
            let accounts = accounts.clone();
            checks.spawn(async move { accounts.authenticate(Some(b"known:wrong")).await });
        }
        // Only one that is refused ends before the others are released.
        let first = deadline::within(Duration::from_secs(30), checks.join_next()).await;
        let first = first.expect("one is refused").unwrap().unwrap();
        let reply = ApiError::from(first.unwrap_err()).into_response();
        assert_eq!(reply.status(), 503);
        assert!(reply.headers().contains_key("retry-after"));
        drop(release);
        for check in checks.join_all().await {
            assert!(matches!(check, Err(Refusal::Unauthenticated)), "{check:?}");
        }
    }

    #[tokio::test]
    async fn a_check_that_nobody_waits_for_any_more_keeps_its_place() {
        let (accounts, mut begun, release) = held_up();
        let free = |accounts: &Accounts| {
            let (waiting, running) = (&accounts.waiting, &accounts.running);
            (waiting.available_permits(), running.available_permits())
        };
        let (waiting, running) = free(&accounts);
        let asking = accounts.clone();
        let check = tokio::spawn(async move { asking.authenticate(Some(b"known:wrong")).await });
        begun.recv().await.unwrap();
        check.abort();
        assert!(check.await.unwrap_err().is_cancelled());
        assert_eq!(free(&accounts), (waiting - 1, running - 1));
        drop(release);
    }
}
