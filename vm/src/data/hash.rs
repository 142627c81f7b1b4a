//! The hash of keys of maps and sets under the agent's own seed: of one word by a multiplication, of all else SipHash-1-3
//! of the key's bytes as they are on every machine.

use std::hash::Hasher;

use siphasher::sip::SipHasher13;

use crate::bytecode::{ModuleHash, Type, TypeId};
use crate::heap::View;
use crate::layout::{high, low};
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

    /// The hash of one word: its product with the seed, of which the halves are folded. Among those who don't know
    /// the seed, two keys collide as rarely as under multiply-shift hashing (Dietzfelbinger and others, 1997), at a fraction
    /// of what SipHash takes for so little.
    fn mix(self, word: u64) -> u64 {
        let product = u128::from(word ^ self.0[0]) * u128::from(self.0[1] | 1);
        product as u64 ^ (product >> 64) as u64
    }

    fn hasher(self) -> SipHasher13 {
        SipHasher13::new_with_keys(self.0[0], self.0[1])
    }
}

/// How many parts of a tuple or enum are hashed, and how many words of text in it. What differs only beyond that has the
/// same hash; a key with parts that it holds many times over is hashed in bounded time all the same.
const PARTS_MAX: usize = 512;

/// A key's mark, and the work that it took to find out.
#[inline]
pub(crate) fn key_mark(
    program: &Program,
    view: View<'_>,
    seed: HashSeed,
    key: u64,
    keys: Keys,
) -> (u32, u64) {
    let (hash, work) = match keys {
        Keys::Words => (seed.mix(key), 0),
        Keys::Texts => {
            let text = view.text_bytes(low(key));
            (seed.hasher().hash(&text), text.len() as u64 / 8)
        }
        Keys::Bytes => {
            let bytes = view.bytes(low(key));
            (seed.hasher().hash(&bytes), bytes.len() as u64 / 8)
        }
        Keys::Data(ty) => hash_data(program, view, seed, key, ty),
    };
    (hash as u32 | 1, work)
}

fn hash_data(program: &Program, view: View<'_>, seed: HashSeed, key: u64, ty: TypeId) -> (u64, u64) {
    let mut hasher = seed.hasher();
    let mut todo = vec![(key, ty)];
    let mut left = PARTS_MAX;
    while let Some((slot, ty)) = todo.pop() {
        if left == 0 {
            break;
        }
        left -= 1;
        let at = low(slot);
        match program.ty(ty) {
            Type::Str => left -= hash_bytes(&mut hasher, &view.text_bytes(at), left),
            Type::Bytes => left -= hash_bytes(&mut hasher, &view.bytes(at), left),
            Type::Tuple(types) => {
                let fields = view.fields(at, types.len()).iter().copied();
                todo.extend(fields.zip(types.iter().copied()).rev());
            }
            Type::Enum(def) => {
                hasher.write(&high(slot).to_le_bytes());
                let fields = &def.variants[high(slot) as usize].fields;
                if !fields.is_empty() {
                    let slots = view.fields(at, fields.len()).iter().copied();
                    todo.extend(slots.zip(fields.iter().map(|field| field.ty)).rev());
                }
            }
            _ => hasher.write(&slot.to_le_bytes()),
        }
    }
    (hasher.finish(), (PARTS_MAX - left) as u64)
}

/// Hashes a length and as many bytes as there are words left for. Gives how many words were taken.
fn hash_bytes(hasher: &mut SipHasher13, bytes: &[u8], left: usize) -> usize {
    hasher.write(&(bytes.len() as u64).to_le_bytes());
    let hashed = &bytes[..bytes.len().min(8 * left)];
    hasher.write(hashed);
    hashed.len() / 8
}
