//! Looking keys up in maps and sets.

use super::{HashSeed, equal, key_mark};
use crate::heap::{Packed, Probe, SameKey, View};
use crate::layout::low;
use crate::program::{Keys, Program, TableLayout};

/// A key's mark, and what came of looking it up in a table, with all the work that it took.
#[inline(always)]
pub(crate) fn look_up(
    program: &Program,
    view: View<'_>,
    seed: HashSeed,
    table: u32,
    layout: &TableLayout,
    key: u64,
) -> (u32, Probe) {
    let (mark, mut work) = key_mark(program, view, seed, key, layout.keys);
    let table = view.table(table, layout.stride());
    let mut probe = match layout.keys {
        Keys::Words => table.find_word(mark, key),
        Keys::Texts => table.find(mark, SameText { view, text: view.packed_text(low(key)) }),
        Keys::Bytes => {
            let bytes = view.packed_bytes(low(key));
            table.find(mark, |other| (view.packed_bytes(low(other)).is(bytes), bytes.len as u64 / 8))
        }
        Keys::Data(ty) => table.find(mark, |other| {
            let (is_equal, compared) = equal(program, view, other, key, ty);
            // Only so much is hashed of a key, so keys can be made that have one mark and take long to tell apart.
            work += compared;
            (is_equal, 0)
        }),
    };
    probe.work += work;
    (mark, probe)
}

/// A text that is sought. Most keys of programs are such or words, so this is not left to a call.
struct SameText<'a> {
    view: View<'a>,
    text: Packed<'a>,
}

impl SameKey for SameText<'_> {
    #[inline(always)]
    fn is(&mut self, other: u64) -> (bool, u64) {
        (self.view.packed_text(low(other)).is(self.text), self.text.len as u64 / 8)
    }
}
