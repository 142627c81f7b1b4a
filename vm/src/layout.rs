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
//! | function | function's id | one a capture |
//! | cell | 0 | one |
//!
//! A list's buffer is an object of its own with [`BUFFER`] as type id, the capacity as extra, and one word an element. A
//! buffer belongs to exactly one list, and in a compacted heap stands right behind it, with capacity equal to length.

/// Marks a reference into the program's constant area.
pub const CONSTANT_BIT: u32 = 1 << 31;

/// The type id in a list buffer's header. No table is as long.
pub const BUFFER: u32 = u32::MAX;

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
    let mut word = [0; 8];
    word[..bytes.len()].copy_from_slice(bytes);
    u64::from_le_bytes(word)
}
