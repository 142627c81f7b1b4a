//! Checks the structure of maps and sets: entries and index. Keys and values are checked like all slots.
//!
//! That a mark is its key's hash is not checked: with a wrong one a key is not found, and nothing worse.

use super::Form;
use crate::layout::{
    BUFFER, FREED_SLOT, GROUP_WORDS, SERIAL_MAX, SLOTS_MIN, UNINDEXED_MAX, header, high, home_group,
    index_slot, low, room_of,
};

/// Where a table ends that begins in these words; `None` if the words that say so are not all there. The parts need
/// not be where they should: [`check`] finds out.
pub(super) fn end(words: &[u64], at: usize, stride: usize) -> Option<usize> {
    let used = high(*words.get(at + 1)?) as usize;
    let entries = if used == 0 { 3 } else { used.saturating_mul(stride).saturating_add(4) };
    let entries_end = at.saturating_add(entries);
    match low(*words.get(at + 2)?) {
        0 => Some(entries_end),
        _ => Some(entries_end.saturating_add(1 + high(*words.get(entries_end)?) as usize)),
    }
}

/// Checks a table whose words are all there.
pub(super) fn check(words: &[u64], at: usize, stride: usize, form: Form) -> Result<(), &'static str> {
    let (live, used, next) = (high(words[at]), high(words[at + 1]), high(words[at + 2]));
    let mut place = at + 3;
    let entries = buffer(words, &mut place, low(words[at + 1]), used as usize * stride)
        .ok_or("is a table without its entries right behind it")?;
    check_entries(entries, stride, (live, next), form)?;
    let index_words = match low(words[at + 2]) {
        0 => 0,
        _ => high(words[place]) as usize,
    };
    let index = buffer(words, &mut place, low(words[at + 2]), index_words)
        .ok_or("is a table without its index right behind it")?;
    let used = entries.len() / stride;
    check_index_size(used, index)?;
    match form {
        Form::Own => check_index(entries, stride, live, index),
        Form::Portable if index.iter().all(|word| *word == 0) => Ok(()),
        Form::Portable => Err("is a table with an index that is not blank"),
    }
}

/// The words of a buffer that has to stand at a place, which is moved behind it; `None` if it doesn't stand there. One
/// without words is not there at all.
fn buffer<'a>(words: &'a [u64], place: &mut usize, reference: u32, len: usize) -> Option<&'a [u64]> {
    if len == 0 {
        return (reference == 0).then_some(&[]);
    }
    let start = *place;
    let buffer = words.get(start..)?.get(..1 + len)?;
    *place += 1 + len;
    let is_there = reference as usize == start && buffer[0] == header(BUFFER, len as u32);
    is_there.then_some(&buffer[1..])
}

/// Marks, serial numbers, and that nothing is left of removed entries.
fn check_entries(
    entries: &[u64],
    stride: usize,
    (live, next): (u32, u32),
    form: Form,
) -> Result<(), &'static str> {
    let mut count = 0;
    let mut least = 0;
    for entry in entries.chunks_exact(stride) {
        let (mark, serial) = (low(entry[0]), high(entry[0]));
        if serial < least {
            return Err("is a table whose entries are out of order");
        }
        least = serial.saturating_add(1);
        match mark {
            0 if entry[1..].iter().any(|word| *word != 0) => {
                return Err("is a table that holds on to a removed entry");
            }
            0 => {}
            mark if mark & 1 == 0 || (form == Form::Portable && mark != 1) => {
                return Err("is a table with a mark that no key has");
            }
            _ => count += 1,
        }
    }
    // A table that lost its last entry uses none.
    let is_cleared = live > 0 || entries.is_empty();
    if next < least || next > SERIAL_MAX || count != live || !is_cleared {
        return Err("is a table with a wrong count");
    }
    Ok(())
}

/// There is an index if there has to be, and it has room for all entries, removed ones included.
fn check_index_size(used: usize, index: &[u64]) -> Result<(), &'static str> {
    if index.is_empty() {
        return if used <= UNINDEXED_MAX { Ok(()) } else { Err("is a table that needs an index") };
    }
    let slots = 2 * index.len();
    if !slots.is_power_of_two() || slots < SLOTS_MIN || room_of(slots) < used {
        return Err("is a table with an index of a wrong size");
    }
    Ok(())
}

/// Each entry that was not removed is in the index just once, where it will be found, and no other; and there is room for
/// all that may be used.
fn check_index(entries: &[u64], stride: usize, live: u32, index: &[u64]) -> Result<(), &'static str> {
    if index.is_empty() {
        return Ok(());
    }
    let (used, slots) = (entries.len() / stride, 2 * index.len());
    let groups = index.as_chunks::<GROUP_WORDS>().0;
    let last = groups.len() - 1;
    let is_full = |group: &[u64; GROUP_WORDS]| group.iter().all(|word| low(*word) != 0 && high(*word) != 0);
    // From a group with an empty slot on, all around: entries stand no farther from where they are sought than there are
    // full groups before theirs.
    let start = groups.iter().position(|group| !is_full(group)).ok_or("is a table with a full index")?;
    let mut is_indexed = vec![false; used];
    let (mut count, mut freed, mut full) = (0, 0, 0);
    for at in (1..=groups.len()).map(|step| (start + step) & last) {
        for slot in groups[at].iter().flat_map(|word| [low(*word), high(*word)]) {
            match slot {
                0 => continue,
                FREED_SLOT => {
                    freed += 1;
                    continue;
                }
                _ => count += 1,
            }
            let entry = (slot as usize & (slots - 1)).wrapping_sub(1);
            let mark = entries.get(entry.saturating_mul(stride)).map_or(0, |word| low(*word));
            if mark == 0 || slot != index_slot(mark, entry, slots) || is_indexed[entry] {
                return Err("is a table whose index is not of its entries");
            }
            is_indexed[entry] = true;
            if at.wrapping_sub(home_group(mark, groups.len())) & last > full {
                return Err("is a table whose index doesn't lead to an entry");
            }
        }
        full = if is_full(&groups[at]) { full + 1 } else { 0 };
    }
    if count != live {
        return Err("is a table whose index lacks an entry");
    }
    // Otherwise there might come to be no empty slot.
    if count as usize + freed > used { Err("is a table with a full index") } else { Ok(()) }
}
