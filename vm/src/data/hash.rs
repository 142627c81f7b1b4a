//! The hash of keys of maps and sets under the agent's own seed, word by word by multiplications.

use crate::bytecode::{ModuleHash, Type, TypeId};
use crate::heap::{Packed, View};
use crate::layout::{high, low};
use crate::mail::Address;
use crate::program::{Keys, Program};

/// What keys of an agent's maps and sets are hashed with, so that nobody who doesn't know it can choose keys that collide.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct HashSeed(pub(crate) [u64; 2]);

impl HashSeed {
    /// The seed that follows from a program.
    pub(crate) fn of(program: ModuleHash) -> Self {
        let word =
            |at: usize| program.0[at..at + 8].iter().fold(0, |word, byte| word << 8 | u64::from(*byte));
        Self([word(0), word(8)])
    }

    /// The mark of a key that is one word.
    #[inline(always)]
    pub(crate) fn word_mark(self, word: u64) -> u32 {
        let mut hasher = Hasher::new(self);
        hasher.write(word);
        hasher.mark()
    }

    /// The mark of a text or of bytes.
    #[inline(always)]
    pub(crate) fn packed_mark(self, bytes: Packed<'_>) -> u32 {
        let mut hasher = Hasher::new(self);
        hasher.write_packed(bytes);
        hasher.mark()
    }
}

/// A hash in the making. With each word, its product with one half of the seed is folded: the halves are added without
/// carry. Among those who don't know the seed, two keys of one word collide as rarely as under multiply-shift hashing
/// (Dietzfelbinger and others, 1997), and each further word is mixed in the same way with a state that they can't know.
#[derive(Debug, Clone, Copy)]
struct Hasher {
    state: u64,
    factor: u64,
}

impl Hasher {
    #[inline(always)]
    fn new(seed: HashSeed) -> Self {
        Self { state: seed.0[0], factor: seed.0[1] | 1 }
    }

    #[inline(always)]
    fn write(&mut self, word: u64) {
        let product = u128::from(self.state ^ word) * u128::from(self.factor);
        self.state = product as u64 ^ (product >> 64) as u64;
    }

    /// The length goes first, so that what follows one another in a tuple can't be cut in another way.
    #[inline(always)]
    fn write_packed(&mut self, bytes: Packed<'_>) {
        self.write(bytes.len as u64);
        bytes.words.iter().for_each(|word| self.write(*word));
    }

    #[inline(always)]
    fn mark(self) -> u32 {
        low(self.state) ^ high(self.state) | 1
    }
}

/// How many parts of a tuple or enum are hashed, and how many words of text in it. What differs only beyond that has the
/// same hash; a key with parts that it holds many times over is hashed in bounded time all the same.
const PARTS_MAX: usize = 512;

/// A key's mark, and the work that it took to find out.
#[inline(always)]
pub(crate) fn key_mark(
    program: &Program,
    view: View<'_>,
    seed: HashSeed,
    key: u64,
    keys: Keys,
) -> (u32, u64) {
    let packed = |bytes: Packed<'_>| (seed.packed_mark(bytes), bytes.len as u64 / 8);
    match keys {
        Keys::Words => (seed.word_mark(key), 0),
        Keys::Texts => packed(view.packed_text(low(key))),
        Keys::Bytes => packed(view.packed_bytes(low(key))),
        Keys::Data(ty) => data_mark(program, view, seed, key, ty),
    }
}

fn data_mark(program: &Program, view: View<'_>, seed: HashSeed, key: u64, ty: TypeId) -> (u32, u64) {
    let mut hasher = Hasher::new(seed);
    let mut todo = vec![(key, ty)];
    let mut left = PARTS_MAX;
    while let Some((slot, ty)) = todo.pop() {
        if left == 0 {
            break;
        }
        left -= 1;
        let at = low(slot);
        match program.ty(ty) {
            Type::Str => left -= write_some(&mut hasher, view.packed_text(at), left),
            Type::Bytes => left -= write_some(&mut hasher, view.packed_bytes(at), left),
            Type::Tuple(types) => {
                let fields = view.fields(at, types.len()).iter().copied();
                todo.extend(fields.zip(types.iter().copied()).rev());
            }
            Type::Enum(def) => {
                hasher.write(high(slot).into());
                let fields = &def.variants[high(slot) as usize].fields;
                if !fields.is_empty() {
                    let slots = view.fields(at, fields.len()).iter().copied();
                    todo.extend(slots.zip(fields.iter().map(|field| field.ty)).rev());
                }
            }
            Type::Addr(_) => view.fields(at, Address::WORDS).iter().for_each(|word| hasher.write(*word)),
            _ => hasher.write(slot),
        }
    }
    (hasher.mark(), (PARTS_MAX - left) as u64)
}

/// Hashes a length and as many words as are left. Gives how many were taken.
fn write_some(hasher: &mut Hasher, bytes: Packed<'_>, left: usize) -> usize {
    let words = &bytes.words[..bytes.words.len().min(left)];
    hasher.write_packed(Packed { words, ..bytes });
    words.len()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::collections::BTreeSet;

    use super::HashSeed;
    use crate::heap::Packed;
    use crate::layout::pack_bytes;

    fn mark(seed: HashSeed, bytes: &[u8]) -> u32 {
        let words: Vec<u64> = bytes.chunks(8).map(pack_bytes).collect();
        seed.packed_mark(Packed { len: bytes.len(), words: &words })
    }

    /// Keys that differ little are spread like any others: with 2^32 marks, of 40,000 keys less than one in a hundred
    /// may share one by chance, and the low bits of the marks fill as many places as a random choice does.
    fn check_spread(keys: impl Iterator<Item = Vec<u8>>) {
        let seed = HashSeed([0x5fc2_ba94_07d1_e63b, 0x9d37_6e2c_b05a_4f18]);
        let keys: BTreeSet<Vec<u8>> = keys.take(40_000).collect();
        let marks: BTreeSet<u32> = keys.iter().map(|key| mark(seed, key)).collect();
        assert!(marks.len() * 100 > keys.len() * 99, "{} marks of {} keys", marks.len(), keys.len());
        let homes: BTreeSet<u32> = keys.iter().map(|key| mark(seed, key) >> 1 & 0xffff).collect();
        let expected = 65_536.0 * (1.0 - (-(keys.len() as f64) / 65_536.0).exp());
        assert!(homes.len() as f64 > 0.98 * expected, "{} of {expected} places", homes.len());
    }

    #[test]
    fn keys_that_differ_little_are_spread() {
        check_spread((0_u64..).map(|n| n.to_le_bytes().to_vec()));
        check_spread((0_u64..).map(|n| n.to_be_bytes().to_vec()));
        check_spread((0_u64..).map(|n| format!("key number {n}").into_bytes()));
        check_spread((0..400).flat_map(|n| (0..100).map(move |c| vec![c; n])));
    }

    #[test]
    fn length_and_order_of_words_count() {
        let seed = HashSeed([5, 6]);
        let same = [
            (&b"a"[..], &b"a\0"[..]),
            (b"", b"\0"),
            (b"12345678abcdefgh", b"abcdefgh12345678"),
            (b"12345678", b"12345678\0\0\0\0\0\0\0\0"),
        ];
        for (one, other) in same {
            assert_ne!(mark(seed, one), mark(seed, other));
        }
    }
}
