//! A group of slots of a table's index, looked at as one: so that which of them a key has decides no jump.

use crate::layout::{FREED_SLOT, GROUP_WORDS, header, high, low};

/// The slots of a group, two a word, the lower half first.
pub(crate) type Group = [u64; GROUP_WORDS];

/// A slot of a group.
#[inline(always)]
pub(super) fn slot(group: &Group, at: usize) -> u32 {
    (group[at / 2] >> (32 * (at & 1))) as u32
}

/// Changes a slot of a group.
#[inline(always)]
pub(super) fn set_slot(group: &mut Group, at: usize, slot: u32) {
    let word = &mut group[at / 2];
    *word = if at & 1 == 0 { header(slot, high(*word)) } else { header(low(*word), slot) };
}

/// The slots that are empty, as bits.
#[inline(always)]
pub(crate) fn empty(group: &Group) -> u32 {
    matching(group, 0, !0)
}

/// The slots that an entry can take, as bits.
#[inline(always)]
pub(crate) fn vacant(group: &Group) -> u32 {
    empty(group) | matching(group, FREED_SLOT, !0)
}

/// The slots that are like this one where the mask has ones, as bits.
#[cfg(target_arch = "x86_64")]
#[inline(always)]
pub(crate) fn matching(group: &Group, slot: u32, mask: u32) -> u32 {
    use safe_arch::{
        cmp_eq_mask_i32_m128i, move_mask_i8_m128i, pack_i16_to_i8_m128i, pack_i32_to_i16_m128i,
        set_i64_m128i, set_splat_i32_m128i,
    };
    let (slot, mask) = (set_splat_i32_m128i((slot & mask) as i32), set_splat_i32_m128i(mask as i32));
    let like =
        |low: u64, high: u64| cmp_eq_mask_i32_m128i(set_i64_m128i(high as i64, low as i64) & mask, slot);
    let [a, b, c, d, e, f, g, h] = *group;
    let former = pack_i32_to_i16_m128i(like(a, b), like(c, d));
    let latter = pack_i32_to_i16_m128i(like(e, f), like(g, h));
    move_mask_i8_m128i(pack_i16_to_i8_m128i(former, latter)) as u32
}

/// The slots that are like this one where the mask has ones, as bits.
#[cfg(not(target_arch = "x86_64"))]
#[inline(always)]
pub(crate) fn matching(group: &Group, slot: u32, mask: u32) -> u32 {
    matching_by_words(group, slot, mask)
}

#[cfg(any(test, not(target_arch = "x86_64")))]
#[inline(always)]
fn matching_by_words(group: &Group, slot: u32, mask: u32) -> u32 {
    let (slot, mask) = (header(slot, slot), header(mask, mask));
    let mut bits = 0;
    for (at, word) in group.iter().enumerate() {
        let unlike = (word ^ slot) & mask;
        bits |= (u32::from(low(unlike) == 0) | u32::from(high(unlike) == 0) << 1) << (2 * at);
    }
    bits
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::layout::GROUP_SLOTS;

    #[test]
    fn slots_are_bits_from_the_lowest_up() {
        let mut group = Group::default();
        set_slot(&mut group, 0, 7);
        set_slot(&mut group, 5, 0x1_0007);
        set_slot(&mut group, 6, FREED_SLOT);
        assert_eq!((slot(&group, 0), slot(&group, 5), slot(&group, 4)), (7, 0x1_0007, 0));
        assert_eq!(matching(&group, 7, !0), 1);
        assert_eq!(matching(&group, 7, 0xffff), 0b10_0001);
        assert_eq!(empty(&group), 0xff9e);
        assert_eq!(vacant(&group), 0xffde);
    }

    proptest! {
        #[test]
        fn slots_match_alike_on_all_machines(words: Group, slot: u32, bits in 0..32_u32, at in 0..GROUP_SLOTS) {
            let mut group = words;
            set_slot(&mut group, at, slot ^ 1 << (31 - bits));
            for mask in [!0, !0 << bits] {
                prop_assert_eq!(matching(&group, slot, mask), matching_by_words(&group, slot, mask));
            }
        }
    }
}
