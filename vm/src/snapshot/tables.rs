//! Checks the structure of maps and sets: entries and index. Keys and values are checked like all slots.
//!
//! That a mark is its key's hash is not checked: with a wrong one a key is not found, and nothing worse.

use crate::layout::{BUFFER, SERIAL_MAX, UNINDEXED_MAX, header, high, index_slot, low};

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
pub(super) fn check(words: &[u64], at: usize, stride: usize) -> Result<(), &'static str> {
    let (live, used, next) = (high(words[at]), high(words[at + 1]), high(words[at + 2]));
    let mut place = at + 3;
    let entries = buffer(words, &mut place, low(words[at + 1]), used as usize * stride)
        .ok_or("is a table without its entries right behind it")?;
    check_entries(entries, stride, live, next)?;
    let index_words = match low(words[at + 2]) {
        0 => 0,
        _ => high(words[place]) as usize,
    };
    let index = buffer(words, &mut place, low(words[at + 2]), index_words)
        .ok_or("is a table without its index right behind it")?;
    check_index(entries, stride, live, index)
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
fn check_entries(entries: &[u64], stride: usize, live: u32, next: u32) -> Result<(), &'static str> {
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
            mark if mark & 1 == 0 => return Err("is a table with a mark that no key has"),
            _ => count += 1,
        }
    }
    let ends_in_live = entries.len().checked_sub(stride).is_none_or(|last| low(entries[last]) != 0);
    if next < least || next > SERIAL_MAX || count != live || !ends_in_live {
        return Err("is a table with a wrong count");
    }
    Ok(())
}

/// Each entry is in the index just once, where it will be found, and half of the slots at least are empty.
fn check_index(entries: &[u64], stride: usize, live: u32, index: &[u64]) -> Result<(), &'static str> {
    let used = entries.len() / stride;
    if index.is_empty() {
        return if used <= UNINDEXED_MAX { Ok(()) } else { Err("is a table that needs an index") };
    }
    let room = index.len();
    if !room.is_power_of_two() || room <= UNINDEXED_MAX || room < used {
        return Err("is a table with an index of a wrong size");
    }
    let slot = |slot: usize| (index[slot / 2] >> (32 * (slot & 1))) as u32;
    let slots = 2 * room;
    let last = slots - 1;
    // From an empty slot on, all around: entries stand no nearer to where they are sought than the run's beginning.
    let empty = (0..=last).find(|at| slot(*at) == 0).ok_or("is a table with a full index")?;
    let mut is_indexed = vec![false; used];
    let (mut count, mut run) = (0, 0);
    for step in 1..=last {
        let at = (empty + step) & last;
        if slot(at) == 0 {
            run = 0;
            continue;
        }
        let entry = (slot(at) as usize & last).wrapping_sub(1);
        let mark = if entry < used { low(entries[entry * stride]) } else { 0 };
        let is_entry = mark != 0 && slot(at) == index_slot(mark, entry, slots);
        if !is_entry || std::mem::replace(&mut is_indexed[entry], true) {
            return Err("is a table whose index is not of its entries");
        }
        let away = at.wrapping_sub((mark >> 1) as usize) & last;
        if away > run {
            return Err("is a table whose index doesn't lead to an entry");
        }
        run += 1;
        count += 1;
    }
    if count == live { Ok(()) } else { Err("is a table whose index lacks an entry") }
}
