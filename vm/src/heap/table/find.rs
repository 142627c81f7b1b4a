//! Looking a key up.

use super::index::Index;
use super::{Place, Table, group};
use crate::layout::{high, low};

/// After so many groups of an index, looking further is charged for. At most seven of eight slots are taken, so without
/// foul play hardly any key is as far from home.
const GROUPS_FREE: usize = 16;

/// After so many keys that have the wanted one's mark and are not equal to it, comparing further is charged for. Before that it
/// takes at most as long, for each, as hashing the wanted one, which was charged; of keys of which less is hashed than
/// compared, whoever compares them charges from the first on.
const MISTAKEN_FREE: usize = 4;

/// What became of looking a key up.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Probe {
    /// The entry's place.
    pub(crate) found: Option<Place>,
    /// Work to be charged beyond the key's own.
    pub(crate) work: u64,
}

/// A key that is looked for.
trait Sought {
    /// Whether an entry, of which mark and key are given, is its own. No key has the mark 0 of a removed entry.
    fn is_of(&mut self, mark: u32, key: u64) -> bool;
}

/// A key of which equal ones are the same slot.
struct Word {
    mark: u32,
    key: u64,
}

impl Sought for Word {
    #[inline(always)]
    fn is_of(&mut self, mark: u32, key: u64) -> bool {
        key == self.key && mark == self.mark
    }
}

/// Compares a key with the one that is sought: whether they are equal, and the work that it took.
pub(crate) trait SameKey {
    /// Compares another key with it.
    fn is(&mut self, other: u64) -> (bool, u64);
}

impl<F: FnMut(u64) -> (bool, u64)> SameKey for F {
    #[inline(always)]
    fn is(&mut self, other: u64) -> (bool, u64) {
        self(other)
    }
}

/// A key of which equal ones may be different slots.
struct Compared<S> {
    mark: u32,
    key: S,
    /// How many keys of the same mark were different.
    mistaken: usize,
    /// The work on those to be charged.
    wasted: u64,
}

impl<S: SameKey> Sought for Compared<S> {
    #[inline(always)]
    fn is_of(&mut self, mark: u32, key: u64) -> bool {
        if mark != self.mark {
            return false;
        }
        let (is_equal, work) = self.key.is(key);
        self.mistaken += usize::from(!is_equal);
        if self.mistaken > MISTAKEN_FREE {
            self.wasted += 1 + work;
        }
        is_equal
    }
}

impl<'a> Table<'a> {
    /// Looks for the entry of a key that is one word, and has this mark.
    #[inline(always)]
    pub(crate) fn find_word(self, mark: u32, key: u64) -> Probe {
        self.find_entry(mark, &mut Word { mark, key })
    }

    /// Looks for the entry of a key that is compared with others, and has this mark.
    #[inline(always)]
    pub(crate) fn find(self, mark: u32, key: impl SameKey) -> Probe {
        let mut sought = Compared { mark, key, mistaken: 0, wasted: 0 };
        let mut probe = self.find_entry(mark, &mut sought);
        probe.work += sought.wasted;
        probe
    }

    /// Looks for the entry of a key with this mark.
    #[inline(always)]
    fn find_entry(self, mark: u32, sought: &mut impl Sought) -> Probe {
        let head = &self.words[self.at..][..3];
        let (first, used) = (low(head[1]) as usize + 1, high(head[1]) as usize);
        let Some(index) = Index::at(self.words, low(head[2]) as usize) else {
            return Probe { found: self.find_unindexed(sought), work: 0 };
        };
        let mut passed = 0_usize;
        let mut at = index.home(mark);
        // Some slots are empty, so this comes to an end.
        let found = 'found: loop {
            let group = index.group(at);
            let mut candidates = index.candidates(group, mark);
            while candidates != 0 {
                let place = index.place(group, candidates.trailing_zeros() as usize);
                if place < used
                    && let Some([word, key]) = self.words[first + place * self.stride..].first_chunk()
                    && sought.is_of(low(*word), *key)
                {
                    break 'found Some(Place { index: place, serial: high(*word) });
                }
                candidates &= candidates - 1;
            }
            if group::empty(group) != 0 {
                break None;
            }
            passed += 1;
            at = index.behind(at);
        };
        Probe { found, work: passed.saturating_sub(GROUPS_FREE) as u64 }
    }

    #[inline(always)]
    fn find_unindexed(self, sought: &mut impl Sought) -> Option<Place> {
        let mut entries = self.entry_words().chunks_exact(self.stride).enumerate();
        let (index, entry) = entries.find(|(_, entry)| sought.is_of(low(entry[0]), entry[1]))?;
        Some(Place { index, serial: high(entry[0]) })
    }
}
