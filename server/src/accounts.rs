//! API accounts: who may call, by the `X-Service-Auth` header.
//!
//! Passwords are kept as argon2 hashes. A pair that was found right is remembered by a MAC under a
//! key of this process, so that only the first call pays for argon2; a wrong one pays again, until there
//! were so many that the next has to wait ([`guesses`](crate::guesses)).
//! The MAC covers the stored hash too: a changed or removed password is forgotten at once, in every
//! process.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use tokio::sync::Semaphore;
use zeroize::Zeroizing;

use crate::client_address::ClientAddress;
use crate::clock::Clock;
use crate::deadline::blocking;
use crate::guesses::{Counted, Guesses, Wait};
use crate::metrics::Gauge;
use crate::password::{HashCost, Unusable, check_password, hash_password};
use crate::randomness::Randomness;
use crate::refusals::{Count, Kind, Refusals};
use crate::storage::{self, Storage};
use crate::turns::{Busy, LONGEST_WAIT, Lines, turn};

/// The development account's username.
pub const DEMO_NAME: &str = "demo";
/// The development account's password. It is no secret.
pub const DEMO_PASSWORD: &str = "demo-password";

/// How many pairs are remembered; beyond it all are forgotten and checked anew.
const REMEMBERED: usize = 10_000;
/// How many checks by argon2 are under way at once: each has 19 MiB and a core to itself.
const CHECKS_AT_ONCE: usize = 2;

/// Tells whether a password belongs to a hash.
type PasswordCheck = dyn Fn(&str, &str) -> Result<bool, Unusable> + Send + Sync;

/// Why a header does not prove an account.
#[derive(Debug)]
pub enum Refusal {
    /// The header is missing, malformed or wrong.
    Unauthenticated,
    /// So many passwords were wrong that the next has to wait.
    TooManyGuesses(Wait),
    /// Too many passwords are being checked at once.
    Busy,
    /// The database failed.
    Storage(storage::Error),
}

impl Refusal {
    /// The reason, as it is counted.
    pub fn reason(&self) -> &'static str {
        match self {
            Self::Unauthenticated => "wrong",
            Self::TooManyGuesses(wait) => match wait.counted {
                Counted::AccountFromAddress => "guesses-for-account-from-address",
                Counted::Address => "guesses-from-address",
                Counted::Account => "guesses-for-account",
            },
            Self::Busy => "busy",
            Self::Storage(_) => "database",
        }
    }
}

/// A pair that claims to be an account.
struct Claim {
    name: String,
    password: Zeroizing<String>,
    address: ClientAddress,
    /// The hash that is stored for the name.
    stored: Option<String>,
}

/// Checks `X-Service-Auth` headers.
pub struct Accounts {
    storage: Storage,
    clock: Arc<dyn Clock>,
    key: Zeroizing<[u8; 32]>,
    remembered: Mutex<HashSet<[u8; 32]>>,
    guesses: Guesses,
    refusals: Refusals,
    /// Who stands in line to have a password checked.
    pub waiting: Gauge,
    /// Clients stand in them, by their address, to be checked one after the other.
    lines: Lines,
    longest_wait: Duration,
    running: Arc<Semaphore>,
    /// [`check_password`]; tests count the checks and hold them up.
    matches: Box<PasswordCheck>,
    cost: HashCost,
    development: bool,
    stranger: OnceLock<String>,
}

impl Accounts {
    /// Checks headers against the accounts in `storage`; the development account is one of them
    /// only for `development`.
    pub fn new(
        storage: Storage,
        clock: Arc<dyn Clock>,
        randomness: &dyn Randomness,
        cost: HashCost,
        development: bool,
    ) -> Self {
        let mut key = Zeroizing::new([0; 32]);
        randomness.fill(key.as_mut());
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Self {
            storage,
            clock,
            key,
            remembered: Mutex::default(),
            guesses: Guesses::default(),
            lines: Lines::default(),
            longest_wait: LONGEST_WAIT,
            running: Arc::new(Semaphore::new(cores.min(CHECKS_AT_ONCE))),
            matches: Box::new(check_password),
            cost,
            development,
            refusals: Refusals::default(),
            waiting: Gauge::default(),
            stranger: OnceLock::new(),
        }
    }

    /// The name of the account that a header from an address proves.
    pub async fn authenticate(
        self: &Arc<Self>,
        header: Option<&[u8]>,
        address: ClientAddress,
    ) -> Result<String, Refusal> {
        let mut known = None;
        let outcome = self.judge(header, address, &mut known).await;
        if let Err(Refusal::Unauthenticated | Refusal::TooManyGuesses(_)) = outcome {
            let now = self.clock.now();
            self.refusals.record(known.as_deref(), address, now);
        }
        outcome
    }

    /// The logins that were refused since this was asked last, to be written down.
    pub fn take_refusals(&self) -> Vec<(Kind, Count)> {
        self.refusals.take()
    }

    /// Judges a header, and tells which account it names if there is such an account.
    async fn judge(
        self: &Arc<Self>,
        header: Option<&[u8]>,
        address: ClientAddress,
        known: &mut Option<String>,
    ) -> Result<String, Refusal> {
        let (name, password) = credentials(header).ok_or(Refusal::Unauthenticated)?;
        if !self.development && (name.as_str(), password.as_str()) == (DEMO_NAME, DEMO_PASSWORD) {
            tracing::warn!("the development account was refused: it needs a server with --dev");
            return Err(Refusal::Unauthenticated);
        }
        let stored = self.storage.password_hash(&name).await;
        let claim = Claim {
            name,
            password,
            address,
            stored: stored.map_err(Refusal::Storage)?,
        };
        *known = claim.stored.is_some().then(|| claim.name.clone());
        if self.passes(&claim) {
            return Ok(claim.name);
        }
        self.check(claim).await
    }

    /// Checks a claim by argon2, unless there were too many wrong ones. Those from one address are checked
    /// one after the other: each then knows what came of the one before.
    async fn check(self: &Arc<Self>, claim: Claim) -> Result<String, Refusal> {
        let waiting = self.waiting.hold();
        let line = self.lines.of(claim.address).clone();
        let deadline = tokio::time::Instant::now() + self.longest_wait;
        let first_in_line = turn(line, deadline).await?;
        if self.passes(&claim) {
            return Ok(claim.name);
        }
        let wait = self
            .guesses
            .wait(&claim.name, claim.address, self.clock.now());
        if let Some(wait) = wait {
            return Err(Refusal::TooManyGuesses(wait));
        }
        let running = turn(self.running.clone(), deadline).await?;
        drop(waiting);
        let accounts = self.clone();
        blocking(move || {
            // Held until the work is done and counted, even if the client does not wait for it.
            let _held = (first_in_line, running);
            accounts.decide(claim)
        })
        .await
    }

    /// Runs argon2 and takes note of what comes of it. An unknown username takes as long as a wrong
    /// password.
    fn decide(&self, claim: Claim) -> Result<String, Refusal> {
        let right = self.is_right(&claim);
        let (name, address, now) = (&claim.name, claim.address, self.clock.now());
        if !right {
            // Where everybody knows the password, programs may try out what becomes of wrong ones.
            if !self.development {
                self.guesses.failed(name, address, now);
            }
            return Err(Refusal::Unauthenticated);
        }
        self.guesses.succeeded(name, address, now);
        self.remember(&claim);
        Ok(claim.name)
    }

    fn is_right(&self, claim: &Claim) -> bool {
        if let Some(hash) = &claim.stored {
            match (self.matches)(&claim.password, hash) {
                Ok(right) => return right,
                Err(problem) => tracing::error!(
                    account = claim.name,
                    %problem,
                    "the stored password hash of an account cannot be used: set its password again"
                ),
            }
        }
        let _ = (self.matches)(&claim.password, self.stranger_hash());
        false
    }

    /// A hash that no password belongs to.
    fn stranger_hash(&self) -> &str {
        self.stranger.get_or_init(|| hash_password("", self.cost))
    }

    /// `None` if there is no such account.
    fn mac(&self, claim: &Claim) -> Option<[u8; 32]> {
        let mut mac = Hmac::<Sha256>::new_from_slice(self.key.as_slice())
            .expect("HMAC takes keys of any length");
        for part in [&claim.name, &*claim.password, claim.stored.as_ref()?] {
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part.as_bytes());
        }
        Some(mac.finalize().into_bytes().into())
    }

    /// Whether a claim was found right before, and may be told so at once.
    fn passes(&self, claim: &Claim) -> bool {
        self.is_remembered(claim)
            && self
                .guesses
                .pass(&claim.name, claim.address, self.clock.now())
    }

    fn is_remembered(&self, claim: &Claim) -> bool {
        let remembered = self
            .remembered
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        self.mac(claim).is_some_and(|mac| remembered.contains(&mac))
    }

    fn remember(&self, claim: &Claim) {
        let Some(mac) = self.mac(claim) else { return };
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

impl From<Busy> for Refusal {
    fn from(Busy: Busy) -> Self {
        Self::Busy
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

    use axum::response::IntoResponse;
    use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
    use tokio::task::JoinSet;

    use super::*;
    use crate::clock::ManualClock;
    use crate::error::ApiError;
    use crate::randomness::SystemRandomness;
    use crate::storage::Storage;

    #[test]
    fn the_username_ends_at_the_first_colon() {
        let (name, password) = credentials(Some(b"a:b:c")).unwrap();
        assert_eq!((name.as_str(), password.as_str()), ("a", "b:c"));
        assert!(credentials(Some(b"no-colon")).is_none());
        assert!(credentials(Some(b"\xff:x")).is_none());
        assert!(credentials(None).is_none());
    }

    /// The accounts of a server that knows `known` only, whose passwords are checked so.
    async fn accounts(matches: Box<PasswordCheck>) -> Accounts {
        let storage = Storage::in_memory().unwrap();
        let hash = hash_password("right", HashCost::Full);
        storage.add_account("known", &hash, 0).await.unwrap();
        let clock = Arc::new(ManualClock::default());
        let (randomness, cost) = (&SystemRandomness, HashCost::Full);
        Accounts {
            matches,
            ..Accounts::new(storage, clock, randomness, cost, false)
        }
    }

    fn address(number: u8) -> ClientAddress {
        ClientAddress::of_peer(([10, 0, 0, number], 1).into())
    }

    async fn authenticate(accounts: &Arc<Accounts>, pair: &str) -> Result<String, Refusal> {
        accounts
            .authenticate(Some(pair.as_bytes()), address(0))
            .await
    }

    /// A hash without what differs from one to the next: its salt and its output.
    fn cost(hash: &str) -> String {
        hash.rsplitn(3, '$').last().unwrap().to_owned()
    }

    #[tokio::test]
    async fn an_unknown_username_is_checked_at_the_cost_of_a_known_one() {
        let (checked, checks) = mpsc::channel();
        let accounts = Arc::new(
            accounts(Box::new(move |_, hash| {
                checked.send(cost(hash)).unwrap();
                Ok(true)
            }))
            .await,
        );
        authenticate(&accounts, "known:any").await.unwrap();
        let unknown = authenticate(&accounts, "unknown:any").await;
        assert!(matches!(unknown, Err(Refusal::Unauthenticated)));
        let costs: Vec<_> = checks.try_iter().collect();
        assert_eq!(costs, vec![costs[0].clone(); 2]);
    }

    #[tokio::test]
    async fn an_account_whose_hash_cannot_be_used_is_like_an_unknown_one() {
        let (checked, checks) = mpsc::channel();
        let accounts = Arc::new(
            accounts(Box::new(move |_, _| {
                checked.send(()).unwrap();
                Err(Unusable::NotArgon2)
            }))
            .await,
        );
        let refusal = authenticate(&accounts, "known:right").await;
        assert!(matches!(refusal, Err(Refusal::Unauthenticated)));
        assert_eq!(checks.try_iter().count(), 2);
    }

    /// Accounts whose checks tell that they began, and then take until the sender is dropped.
    async fn held_up(
        longest_wait: Duration,
    ) -> (Arc<Accounts>, UnboundedReceiver<()>, mpsc::Sender<()>) {
        let (begin, begun) = unbounded_channel();
        let (release, released) = mpsc::channel();
        let released = Mutex::new(released);
        let accounts = Accounts {
            longest_wait,
            ..accounts(Box::new(move |password, _| {
                begin.send(()).unwrap();
                let _ = released.lock().unwrap().recv();
                Ok(password == "right")
            }))
            .await
        };
        (Arc::new(accounts), begun, release)
    }

    const LONG: Duration = Duration::from_secs(600);

    #[tokio::test]
    async fn a_crowd_with_the_right_password_is_checked_once() {
        let (accounts, mut begun, release) = held_up(LONG).await;
        let mut checks = JoinSet::new();
        for _ in 0..500 {
            let accounts = accounts.clone();
            checks.spawn(async move { authenticate(&accounts, "known:right").await });
        }
        begun.recv().await.unwrap();
        drop(release);
        for check in checks.join_all().await {
            assert_eq!(check.unwrap(), "known");
        }
        assert!(begun.try_recv().is_err());
    }

    #[tokio::test]
    async fn a_crowd_of_guesses_is_checked_six_times_and_then_told_to_wait() {
        let (accounts, mut begun, release) = held_up(LONG).await;
        drop(release);
        let mut checks = JoinSet::new();
        for number in 0..500 {
            let accounts = accounts.clone();
            checks.spawn(async move { authenticate(&accounts, &format!("known:{number}")).await });
        }
        let refusals = checks.join_all().await;
        let unchecked = refusals.iter().filter(|refusal| {
            matches!(refusal, Err(Refusal::TooManyGuesses(wait))
                if wait.counted == Counted::AccountFromAddress)
        });
        assert_eq!(unchecked.count(), 494);
        for _ in 0..6 {
            begun.try_recv().unwrap();
        }
        assert!(begun.try_recv().is_err());
        let right = authenticate(&accounts, "known:right").await;
        assert!(
            matches!(right, Err(Refusal::TooManyGuesses(_))),
            "it must not stand out"
        );
        let elsewhere = accounts.authenticate(Some(b"known:right"), address(1));
        assert_eq!(elsewhere.await.unwrap(), "known");
        let right = authenticate(&accounts, "known:right").await;
        assert!(
            matches!(right, Err(Refusal::TooManyGuesses(_))),
            "nor what is remembered"
        );
    }

    #[tokio::test]
    async fn where_everybody_knows_the_password_wrong_ones_are_not_counted() {
        let accounts = Arc::new(Accounts {
            development: true,
            ..accounts(Box::new(|password, _| Ok(password == "right"))).await
        });
        for _ in 0..50 {
            let refusal = authenticate(&accounts, "known:wrong").await;
            assert!(matches!(refusal, Err(Refusal::Unauthenticated)));
        }
        authenticate(&accounts, "known:right").await.unwrap();
    }

    #[tokio::test]
    async fn whoever_waits_too_long_is_told_to_come_back() {
        let (accounts, mut begun, release) = held_up(Duration::from_millis(1)).await;
        let checking = accounts.clone();
        let check = tokio::spawn(async move { authenticate(&checking, "known:right").await });
        begun.recv().await.unwrap();
        let refusal = authenticate(&accounts, "known:wrong").await.unwrap_err();
        let reply = ApiError::from(refusal).into_response();
        assert_eq!(reply.status(), 503);
        assert!(reply.headers().contains_key("retry-after"));
        drop(release);
        assert_eq!(check.await.unwrap().unwrap(), "known");
    }

    #[tokio::test]
    async fn no_more_checks_run_than_there_is_memory_for() {
        let (accounts, mut begun, release) = held_up(LONG).await;
        let places = accounts.running.available_permits();
        let mut checks = JoinSet::new();
        for number in 0..100 {
            let accounts = accounts.clone();
            checks.spawn(async move {
                let pair = Some(&b"known:wrong"[..]);
                accounts.authenticate(pair, address(number)).await
            });
        }
        for _ in 0..places {
            begun.recv().await.unwrap();
        }
        assert!(places <= CHECKS_AT_ONCE);
        assert_eq!(accounts.running.available_permits(), 0);
        assert!(begun.try_recv().is_err());
        drop(release);
        checks.join_all().await;
    }

    #[tokio::test]
    async fn a_check_that_nobody_waits_for_any_more_keeps_its_place_and_counts() {
        let (accounts, mut begun, release) = held_up(LONG).await;
        let line = accounts.lines.of(address(0)).clone();
        let running = accounts.running.available_permits();
        let asking = accounts.clone();
        let check = tokio::spawn(async move { authenticate(&asking, "known:wrong").await });
        begun.recv().await.unwrap();
        check.abort();
        assert!(check.await.unwrap_err().is_cancelled());
        assert_eq!(line.available_permits(), 0);
        assert_eq!(accounts.running.available_permits(), running - 1);
        drop(release);
        for number in 0..6 {
            let refusal = authenticate(&accounts, &format!("known:{number}")).await;
            let waits = matches!(refusal, Err(Refusal::TooManyGuesses(_)));
            assert_eq!(waits, number == 5, "{refusal:?}");
        }
    }
}
