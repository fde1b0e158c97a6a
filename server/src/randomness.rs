//! The source of PINs, secrets and ids: injected, so that tests can fix them.

use std::sync::atomic::{AtomicU64, Ordering};

use sha2::{Digest, Sha256};

/// A source of random bytes.
pub trait Randomness: Send + Sync {
    /// Fills `bytes` with random ones.
    fn fill(&self, bytes: &mut [u8]);
}

impl dyn Randomness + '_ {
    /// A UUID of version 4.
    pub fn uuid(&self) -> String {
        let mut bytes = [0; 16];
        self.fill(&mut bytes);
        uuid::Builder::from_random_bytes(bytes)
            .into_uuid()
            .to_string()
    }

    /// A number from `0` to `bound - 1`, each equally likely.
    pub fn below(&self, bound: u32) -> u32 {
        // What lies above the largest multiple of `bound` is drawn again: it would favour low numbers.
        let limit = u32::MAX - u32::MAX % bound;
        loop {
            let mut bytes = [0; 4];
            self.fill(&mut bytes);
            let number = u32::from_le_bytes(bytes);
            if number < limit {
                return number % bound;
            }
        }
    }
}

/// The operating system's generator.
#[derive(Debug, Default, Clone, Copy)]
pub struct SystemRandomness;

impl Randomness for SystemRandomness {
    fn fill(&self, bytes: &mut [u8]) {
        // Without randomness there is no safe answer: fail this request rather than guess.
        getrandom::fill(bytes).expect("the operating system gives random bytes");
    }
}

/// A generator for tests: the same seed gives the same bytes.
#[derive(Debug)]
pub struct SeededRandomness {
    seed: u64,
    drawn: AtomicU64,
}

impl SeededRandomness {
    /// A generator that starts from `seed`.
    pub fn new(seed: u64) -> Self {
        Self {
            seed,
            drawn: AtomicU64::new(0),
        }
    }
}

impl Randomness for SeededRandomness {
    fn fill(&self, bytes: &mut [u8]) {
        for chunk in bytes.chunks_mut(32) {
            let drawn = self.drawn.fetch_add(1, Ordering::SeqCst);
            let mut block = Sha256::new();
            block.update(self.seed.to_le_bytes());
            block.update(drawn.to_le_bytes());
            chunk.copy_from_slice(&block.finalize()[..chunk.len()]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_uuids_of_version_4() {
        let randomness: &dyn Randomness = &SystemRandomness;
        let id = uuid::Uuid::try_parse(&randomness.uuid()).unwrap();
        assert_eq!(id.get_version_num(), 4);
        assert_ne!(randomness.uuid(), randomness.uuid());
    }

    #[test]
    fn numbers_stay_below_their_bound_and_reach_all_of_it() {
        let randomness: &dyn Randomness = &SeededRandomness::new(1);
        let mut seen = [false; 10];
        for _ in 0..1000 {
            seen[randomness.below(10) as usize] = true;
        }
        assert_eq!(seen, [true; 10]);
    }
}
