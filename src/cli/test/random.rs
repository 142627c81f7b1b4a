//! Random numbers that are the same in each run, so that a test that fails fails again.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use mvm::Engine;

/// The source of random numbers of an engine's programs: SplitMix64 (Steele, Lea and Flood: Fast Splittable Pseudorandom
/// Number Generators, OOPSLA 2014).
#[derive(Debug, Clone, Default)]
pub(super) struct Random(Arc<AtomicU64>);

/// What the state goes up by with each number.
const STEP: u64 = 0x9e37_79b9_7f4a_7c15;

impl Random {
    /// Gives an engine's programs these numbers.
    pub(super) fn install(engine: &mut Engine) -> Self {
        let random = Self::default();
        let source = random.clone();
        engine.register("random.bits", move || source.next() as i64);
        random
    }

    /// Begins the numbers that belong to a seed.
    pub(super) fn restart(&self, seed: u64) {
        self.0.store(seed, Ordering::Relaxed);
    }

    fn next(&self) -> u64 {
        let mut z = self.0.fetch_add(STEP, Ordering::Relaxed).wrapping_add(STEP);
        z = (z ^ z >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ z >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ z >> 31
    }
}
