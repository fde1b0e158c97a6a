//! Passwords: their hashes, and the memory that these are made and checked in.

use std::sync::{Mutex, MutexGuard, PoisonError};

use argon2::password_hash::phc::{Output, ParamsString, PasswordHash, Salt};
use argon2::{Algorithm, Argon2, Block, Params, Version};
use subtle::ConstantTimeEq;

/// The memory of this process for argon2.
static MEMORY: Memory = Memory(Mutex::new(Vec::new()));

/// The most memory that a stored hash may ask for, in KiB: what hashes are made with here.
const MOST_MEMORY_KIB: u32 = Params::DEFAULT_M_COST;
/// The most passes over that memory.
const MOST_PASSES: u32 = 10;
/// The most lanes in it.
const MOST_LANES: u32 = 4;

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
    hash_in(&MEMORY, password, &params).expect("any password can be hashed")
}

/// Whether a password belongs to a hash. It does not to one that cannot be checked.
pub fn password_matches(password: &str, hash: &str) -> bool {
    check_password(password, hash).unwrap_or(false)
}

/// Whether a password belongs to a hash, or why that cannot be told.
pub fn check_password(password: &str, hash: &str) -> Result<bool, Unusable> {
    check_in(&MEMORY, password, hash)
}

/// Why no password can be checked against a stored hash.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unusable {
    /// It is none, or one of another kind.
    #[error("it is not a hash by argon2")]
    NotArgon2,
    /// Checking it would cost more than this server spends.
    #[error(
        "it asks for {memory_kib} KiB, {passes} passes and {lanes} lanes, and this server spends at most \
         {MOST_MEMORY_KIB}, {MOST_PASSES} and {MOST_LANES}"
    )]
    TooCostly {
        /// Memory, in KiB.
        memory_kib: u32,
        /// Passes over it.
        passes: u32,
        /// Lanes in it.
        lanes: u32,
    },
}

/// Memory for argon2: 19 MiB for each of those who ever used it at the same time. It is used again and not
/// given back: what the allocator gets back it may keep, and take more elsewhere.
struct Memory(Mutex<Vec<Vec<Block>>>);

impl Memory {
    /// Lends some blocks, in which anything may be.
    fn lend<T>(&self, count: usize, work: impl FnOnce(&mut [Block]) -> T) -> T {
        let mut blocks = self.free().pop().unwrap_or_default();
        if blocks.len() < count {
            blocks.resize(count, Block::new());
        }
        let result = work(&mut blocks[..count]);
        self.free().push(blocks);
        result
    }

    fn free(&self) -> MutexGuard<'_, Vec<Vec<Block>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn hash_in(
    memory: &Memory,
    password: &str,
    params: &Params,
) -> argon2::password_hash::Result<String> {
    let (algorithm, version) = (Algorithm::Argon2id, Version::V0x13);
    let argon2 = Argon2::new(algorithm, version, params.clone());
    let (salt, mut output) = (Salt::generate(), [0; Params::DEFAULT_OUTPUT_LEN]);
    memory.lend(params.block_count(), |blocks| {
        argon2.hash_password_into_with_memory(password.as_bytes(), &salt, &mut output, blocks)
    })?;
    let hash = PasswordHash {
        algorithm: algorithm.ident(),
        version: Some(version.into()),
        params: ParamsString::try_from(params)?,
        salt: Some(salt),
        hash: Some(Output::new(&output)?),
    };
    Ok(hash.to_string())
}

fn check_in(memory: &Memory, password: &str, hash: &str) -> Result<bool, Unusable> {
    let hash = PasswordHash::new(hash).map_err(|_| Unusable::NotArgon2)?;
    let (Some(salt), Some(expected)) = (&hash.salt, &hash.hash) else {
        return Err(Unusable::NotArgon2);
    };
    let argon2 = argon2_of(&hash)?;
    let mut actual = vec![0; expected.len()];
    memory
        .lend(argon2.params().block_count(), |blocks| {
            argon2.hash_password_into_with_memory(password.as_bytes(), salt, &mut actual, blocks)
        })
        .map_err(|_| Unusable::NotArgon2)?;
    Ok(actual.ct_eq(expected.as_bytes()).into())
}

/// argon2 as a stored hash was made, unless that costs too much.
fn argon2_of(hash: &PasswordHash) -> Result<Argon2<'static>, Unusable> {
    let algorithm = Algorithm::try_from(hash.algorithm.as_str());
    let version = Version::try_from(hash.version.unwrap_or(Version::V0x13.into()));
    let (Ok(algorithm), Ok(version), Ok(params)) = (algorithm, version, Params::try_from(hash))
    else {
        return Err(Unusable::NotArgon2);
    };
    let (memory_kib, passes, lanes) = (params.m_cost(), params.t_cost(), params.p_cost());
    if memory_kib > MOST_MEMORY_KIB || passes > MOST_PASSES || lanes > MOST_LANES {
        return Err(Unusable::TooCostly {
            memory_kib,
            passes,
            lanes,
        });
    }
    Ok(Argon2::new(algorithm, version, params))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_matches_its_own_hash_only() {
        let hash = hash_password("secret", HashCost::Least);
        assert!(hash.starts_with("$argon2id$"));
        assert!(password_matches("secret", &hash));
        assert!(!password_matches("Secret", &hash));
        assert!(!password_matches("secret", "not a hash"));
    }

    #[test]
    fn memory_that_was_used_before_gives_the_same_answers() {
        let memory = Memory(Mutex::default());
        let least = Params::new(8, 1, 1, None).unwrap();
        let hashes = [Params::default(), least, Params::default()].map(|params| {
            let hash = hash_in(&memory, "secret", &params).unwrap();
            assert_eq!(check_in(&memory, "wrong", &hash), Ok(false));
            hash
        });
        for hash in hashes {
            assert_eq!(check_in(&memory, "secret", &hash), Ok(true));
        }
        assert_eq!(memory.free().len(), 1);
        assert_eq!(memory.free()[0].len(), MOST_MEMORY_KIB as usize);
    }

    #[test]
    fn a_hash_is_one_that_argon2_itself_takes() {
        use argon2::password_hash::{PasswordHasher, PasswordVerifier};
        let argon2 = Argon2::default();
        let hash = PasswordHash::new(&hash_password("secret", HashCost::Full)).unwrap();
        assert!(argon2.verify_password(b"secret", &hash).is_ok());
        let hash: PasswordHash = argon2.hash_password(b"secret").unwrap();
        assert_eq!(check_password("secret", &hash.to_string()), Ok(true));
    }

    #[test]
    fn a_hash_that_costs_too_much_is_refused_by_name_and_unchecked() {
        let hash = hash_password("secret", HashCost::Full);
        let memory = Memory(Mutex::default());
        for (costs, named) in [
            ("m=4194304,t=2,p=1", "4194304 KiB"),
            ("m=19456,t=4000000,p=1", "4000000 passes"),
            ("m=19456,t=2,p=200", "200 lanes"),
        ] {
            let costly = hash.replace("m=19456,t=2,p=1", costs);
            let refusal = check_in(&memory, "secret", &costly).unwrap_err();
            assert!(refusal.to_string().contains(named), "{refusal}");
        }
        for broken in ["", "$2b$12$abc", "$argon2id$v=19$m=8,t=1,p=1"] {
            let refusal = check_in(&memory, "secret", broken);
            assert_eq!(refusal, Err(Unusable::NotArgon2), "{broken}");
        }
        assert!(memory.free().is_empty());
    }
}
