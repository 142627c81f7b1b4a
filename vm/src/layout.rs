//! How values and objects lie in words. The one place that says it; heap, collector, snapshot and interpreter follow.
//!
//! **A slot** is 64 bits. `Int`, `Float` (bits), `Bool` (0 or 1) and `()` (0) are unboxed. All else holds a 32-bit
//! word offset, the *reference*, in its low half:
//! - an enum has its tag in the high half, and in the low half the payload's reference, or 0 if the variant carries nothing;
//! - every other type has 0 in the high half, and never reference 0.
//!
//! So the low half is the reference for collector and snapshot alike, whatever the type. Reference 0 is no object.
//! A reference with [`CONSTANT_BIT`] set is an offset into the program's constant area, which holds the `Str` and
//! `Bytes` constants, is shared by all agents of the program and neither moves nor travels.
//!
//! **An object** is a header word and what follows it. The header's low half is the type's id, its high half the *extra*:
//!
//! | type | extra | words after the header |
//! | --- | --- | --- |
//! | struct, tuple | 0 | one a field |
//! | enum | the tag | one a field of the variant (a variant that carries nothing has no object) |
//! | `Str` | bytes | one word with the count of characters, then the bytes, eight a word, the last padded with zeros |
//! | `Bytes` | bytes | the bytes, eight a word, padded with zeros |
//! | list | length | one: its buffer's reference, or 0 |
//! | map, set | live entries | two: see below |
//! | function | function's id | one a capture |
//! | cell | 0 | one |
//!
//! A list's buffer is an object of its own with [`BUFFER`] as type id, the capacity as extra, and one word an element. A
//! buffer belongs to exactly one list, and in a compacted heap stands right behind it, with capacity equal to length.
//!
//! **A table**, which is a map or a set, has two buffers of the same form, each with its size in words as extra. Its
//! first word has the entries' buffer in its low half, or 0, and in its high half how many entries are *used*, those that
//! were removed included. Its second word has the index in its low half, or 0, and in its high half the next entry's
//! serial number, which is at most [`SERIAL_MAX`].
//! - An entry is a word with its *mark* in the low half and its serial number in the high half, the key, and in a map the
//!   value. Serial numbers ascend. The mark is the key's hash with the lowest bit set; a removed entry has mark 0, and
//!   0 for key and value. A table without entries uses none.
//! - The index is a hash table: groups of [`GROUP_SLOTS`] 32-bit slots, two a word, the lower half first, each 0 if it is
//!   empty, [`FREED_SLOT`], or an [`index_slot`]. There are a power of two of slots, at least [`SLOTS_MIN`], and at most as
//!   many of them are not empty as entries are used, for which it has room ([`room_of`]). An entry's slot is sought in its
//!   [`home_group`] and then in those that follow, around the end, up to one with an empty slot. A removed entry has none.
//!   A table that uses up to [`UNINDEXED_MAX`] entries may have no index.
//!
//! In a compacted heap the entries stand right behind the table, as many as are used, and the index behind them.

/// Marks a reference into the program's constant area.
pub const CONSTANT_BIT: u32 = 1 << 31;

/// The type id in a list buffer's header. No table is as long.
pub const BUFFER: u32 = u32::MAX;

/// How many entries a table without an index may use.
pub const UNINDEXED_MAX: usize = 8;

/// How many slots of an index are looked at together.
pub const GROUP_SLOTS: usize = 16;

/// How many words those take.
pub const GROUP_WORDS: usize = GROUP_SLOTS / 2;

/// A slot of an index that was an entry's which has been removed: an entry can take it, but what is sought may be in the next
/// group.
pub const FREED_SLOT: u32 = u32::MAX;

/// The least slots that an index has.
pub const SLOTS_MIN: usize = 16;

/// How many entries, removed ones included, an index of so many slots has room for: the fuller, the less memory is gone
/// through at random, and slots that hold bits of the marks are passed quickly.
#[inline]
pub const fn room_of(slots: usize) -> usize {
    slots / 8 * 7
}

/// The highest serial number of a table's entry.
pub const SERIAL_MAX: u32 = i32::MAX as u32;

/// The group from which an entry with this mark is sought in an index of so many groups, a power of two.
#[inline]
pub const fn home_group(mark: u32, groups: usize) -> usize {
    (mark as usize / GROUP_SLOTS) & (groups - 1)
}

/// The slot for an entry in an index with so many slots, a power of two: 1 + the entry's place among the entries, which is
/// less than seven eighths of that; and in the bits above, those of its mark, so that few other entries are looked at on the
/// way to one.
#[inline]
pub const fn index_slot(mark: u32, place: usize, slots: usize) -> u32 {
    let places = slots as u32 - 1;
    mark & !places | (place as u32 + 1)
}

/// Packs an object's header.
#[inline]
pub const fn header(type_id: u32, extra: u32) -> u64 {
    type_id as u64 | (extra as u64) << 32
}

/// The low half of a word: a header's type id, a slot's reference.
#[inline]
pub const fn low(word: u64) -> u32 {
    word as u32
}

/// The high half of a word: a header's extra, an enum's tag.
#[inline]
pub const fn high(word: u64) -> u32 {
    (word >> 32) as u32
}

/// The NaN that every visible NaN becomes, since machines make different ones.
pub const CANONICAL_NAN: u64 = 0x7ff8_0000_0000_0000;

/// The bits of a Float as they may be seen: NaN canonical.
#[inline]
pub const fn float_bits(value: f64) -> u64 {
    if value.is_nan() { CANONICAL_NAN } else { value.to_bits() }
}

/// Up to eight bytes as one word, padded with zeros.
#[inline]
pub fn pack_bytes(bytes: &[u8]) -> u64 {
    // By two halves that may overlap, since copying so few bytes takes longer.
    if let (Some(first), Some(last)) = (bytes.first_chunk::<4>(), bytes.last_chunk::<4>()) {
        let (first, last) = (u32::from_le_bytes(*first), u32::from_le_bytes(*last));
        return u64::from(first) | u64::from(last) << (8 * (bytes.len() - 4));
    }
    bytes.iter().rev().fold(0, |word, byte| word << 8 | u64::from(*byte))
}

#[cfg(test)]
mod tests {
    use super::pack_bytes;

    #[test]
    fn bytes_are_packed_the_first_lowest_and_padded() {
        let bytes = [0x81, 0x92, 0xa3, 0xb4, 0xc5, 0xd6, 0xe7, 0xf8];
        let packed = 0xf8e7_d6c5_b4a3_9281_u64;
        for count in 0..=8 {
            let expected = if count == 0 { 0 } else { packed & u64::MAX >> (64 - 8 * count) };
            assert_eq!(pack_bytes(&bytes[..count]), expected, "{count}");
        }
    }
}
