//! What the numbers of an agent's inboxes are in addresses.
//!
//! An agent counts its inboxes from zero on. Who has the address of one would know those of all others, if these numbers stood
//! in addresses: he could answer in another one's place. So what stands there is the number, permuted among those below 2^48 by a
//! Feistel network of four rounds with SipHash-1-3 as their function, whose key follows from the agent's seed and name. (Luby and
//! Rackoff, "How to construct pseudorandom permutations from pseudorandom functions", 1988, show that four rounds are enough.)

use std::hash::Hasher;

use siphasher::sip::SipHasher13;

use super::address::AgentName;
use crate::data::HashSeed;

/// Bits of one half of a number.
const HALF: u32 = 24;
const MASK: u64 = (1 << HALF) - 1;
const ROUNDS: [u8; 4] = [1, 2, 3, 4];

/// The permutation of one agent.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Seal {
    keys: [u64; 2],
}

impl Seal {
    pub(crate) fn new(seed: HashSeed, name: AgentName) -> Self {
        let key = |half: u8| {
            let mut hasher = SipHasher13::new_with_keys(seed.0[0], seed.0[1]);
            hasher.write_u8(half);
            hasher.write(&name.0);
            hasher.finish()
        };
        Self { keys: [key(0), key(1)] }
    }

    /// What stands in an address for an inbox of this number.
    pub(crate) fn close(self, number: u64) -> u64 {
        let (left, right) = ROUNDS
            .into_iter()
            .fold(halves(number), |(left, right), round| (right, left ^ self.round(round, right)));
        left << HALF | right
    }

    /// The number of the inbox for which this stands in an address.
    pub(crate) fn open(self, sealed: u64) -> u64 {
        let (left, right) = ROUNDS
            .into_iter()
            .rev()
            .fold(halves(sealed), |(left, right), round| (right ^ self.round(round, left), left));
        left << HALF | right
    }

    fn round(self, round: u8, half: u64) -> u64 {
        let mut hasher = SipHasher13::new_with_keys(self.keys[0], self.keys[1]);
        hasher.write(&(half << 8 | u64::from(round)).to_le_bytes());
        hasher.finish() & MASK
    }
}

fn halves(number: u64) -> (u64, u64) {
    (number >> HALF & MASK, number & MASK)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::mail::Address;

    fn seal(seed: u64, name: u8) -> Seal {
        Seal::new(HashSeed([seed, 7]), AgentName([name; AgentName::LEN]))
    }

    #[test]
    fn other_seeds_and_names_make_other_numbers() {
        let numbers = [seal(1, 1).close(0), seal(2, 1).close(0), seal(1, 2).close(0), seal(1, 1).close(1)];
        for (at, number) in numbers.iter().enumerate() {
            assert!(!numbers[..at].contains(number), "{numbers:?}");
        }
    }

    proptest! {
        #[test]
        fn a_number_comes_back(seed: u64, name: u8, number in 0..Address::INBOX_END) {
            let seal = seal(seed, name);
            let sealed = seal.close(number);
            prop_assert!(sealed < Address::INBOX_END);
            prop_assert_eq!(seal.open(sealed), number);
            prop_assert_eq!(seal.close(seal.open(number)), number);
        }
    }
}
