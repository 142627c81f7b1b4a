//! The index of a table, group by group.

use super::Table;
use super::group::{self, Group};
use crate::heap::Heap;
use crate::layout::{FREED_SLOT, GROUP_SLOTS, GROUP_WORDS, header, high, home_group, index_slot, low};

/// The index of a table: a power of two of groups.
#[derive(Debug, Clone, Copy)]
pub(super) struct Index<'a> {
    groups: &'a [Group],
}

impl<'a> Index<'a> {
    /// The one whose header stands at a place; none at 0.
    #[inline(always)]
    pub(super) fn at(words: &'a [u64], at: usize) -> Option<Self> {
        if at == 0 {
            return None;
        }
        let words = &words[at + 1..][..high(words[at]) as usize];
        Some(Self { groups: words.as_chunks::<GROUP_WORDS>().0 })
    }

    /// How many slots there are.
    #[inline(always)]
    pub(super) fn slots(self) -> usize {
        GROUP_SLOTS * self.groups.len()
    }

    /// The group from which an entry with this mark is sought.
    #[inline(always)]
    pub(super) fn home(self, mark: u32) -> usize {
        home_group(mark, self.groups.len())
    }

    /// The group that follows.
    #[inline(always)]
    pub(super) fn behind(self, at: usize) -> usize {
        (at + 1) & (self.groups.len() - 1)
    }

    #[inline(always)]
    pub(super) fn group(self, at: usize) -> &'a Group {
        &self.groups[at]
    }

    /// The slots of a group that may be of an entry with this mark, as bits.
    #[inline(always)]
    pub(super) fn candidates(self, group: &Group, mark: u32) -> u32 {
        group::matching(group, mark, !(self.slots() as u32 - 1))
    }

    /// The place among the entries that a slot of a group tells; of one that is not taken, a place beyond all entries.
    #[inline(always)]
    pub(super) fn place(self, group: &Group, at: usize) -> usize {
        (group::slot(group, at) as usize & (self.slots() - 1)).wrapping_sub(1)
    }
}

impl<'a> Table<'a> {
    /// Its index, if it has one.
    #[inline(always)]
    pub(super) fn index(self) -> Option<Index<'a>> {
        Index::at(self.words, low(self.words[self.at + 2]) as usize)
    }
}

impl Heap {
    /// The groups of a table's index, of which there are none if it has no index.
    fn groups(&mut self, at: usize) -> &mut [Group] {
        match low(self.words[at + 2]) as usize {
            0 => &mut [],
            index => {
                let words = high(self.words[index]) as usize;
                self.words[index + 1..][..words].as_chunks_mut::<GROUP_WORDS>().0
            }
        }
    }

    pub(super) fn set_index(&mut self, at: usize, index: u32) {
        self.words[at + 2] = header(index, high(self.words[at + 2]));
    }

    /// Enters an entry into the index, if there is one. Some slots are empty, so this comes to an end.
    #[inline]
    pub(super) fn take_slot(&mut self, at: usize, mark: u32, place: usize) {
        let groups = self.groups(at);
        if !groups.is_empty() {
            take(groups, mark, place);
        }
    }

    /// Gives up the slot of an entry, if there is an index. It is empty again if another slot of its group is: as long as one
    /// is, no entry was ever sent on to the next group. Otherwise it only says that it is free.
    pub(super) fn free_slot(&mut self, at: usize, mark: u32, place: usize) {
        let groups = self.groups(at);
        if groups.is_empty() {
            return;
        }
        let slot = index_slot(mark, place, GROUP_SLOTS * groups.len());
        let last = groups.len() - 1;
        let mut at = home_group(mark, groups.len());
        loop {
            let group = &mut groups[at];
            let (found, empty) = (group::matching(group, slot, !0), group::empty(group));
            if found != 0 {
                let freed = if empty != 0 { 0 } else { FREED_SLOT };
                return group::set_slot(group, found.trailing_zeros() as usize, freed);
            }
            debug_assert_eq!(empty, 0, "an entry is in its table's index");
            if empty != 0 {
                return;
            }
            at = (at + 1) & last;
        }
    }

    /// Enters all entries into the index, if there is one, in place of all that was there.
    pub(super) fn fill_index(&mut self, at: usize, stride: usize) {
        let index = low(self.words[at + 2]) as usize;
        if index == 0 {
            return;
        }
        let first = low(self.words[at + 1]) as usize + 1;
        let used = high(self.words[at + 1]) as usize;
        // Both are looked at together, and which of them stands first is not said.
        let (entries, groups) = if first < index {
            let (before, index) = self.words.split_at_mut(index);
            (&before[first..][..used * stride], index)
        } else {
            let (before, entries) = self.words.split_at_mut(first);
            (&entries[..used * stride], &mut before[index..])
        };
        let words = high(groups[0]) as usize;
        let groups = groups[1..][..words].as_chunks_mut::<GROUP_WORDS>().0;
        groups.fill([0; GROUP_WORDS]);
        let (slots, last) = (GROUP_SLOTS * groups.len(), groups.len() - 1);
        // From the first slot of a group on so many are taken: to count them is faster than to look for an empty one.
        let mut taken = vec![0_u8; groups.len()];
        for (place, entry) in entries.chunks_exact(stride).enumerate() {
            let mark = low(entry[0]);
            if mark == 0 {
                continue;
            }
            let mut at = home_group(mark, groups.len());
            while usize::from(taken[at]) == GROUP_SLOTS {
                at = (at + 1) & last;
            }
            let slot = usize::from(taken[at]);
            groups[at][slot / 2] |= u64::from(index_slot(mark, place, slots)) << (32 * (slot % 2));
            taken[at] += 1;
        }
    }
}

/// Enters an entry into the first slot on its way that it can take.
#[inline(always)]
fn take(groups: &mut [Group], mark: u32, place: usize) {
    let last = groups.len() - 1;
    let slot = index_slot(mark, place, GROUP_SLOTS * groups.len());
    let mut at = home_group(mark, groups.len());
    loop {
        let vacant = group::vacant(&groups[at]);
        if vacant != 0 {
            return group::set_slot(&mut groups[at], vacant.trailing_zeros() as usize, slot);
        }
        at = (at + 1) & last;
    }
}
