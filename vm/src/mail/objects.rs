//! The objects of a message, which lie as in a compacted heap: each buffer behind its owner, just as long as it is used.

use crate::heap::Heap;
use crate::layout::{CONSTANT_BIT, header, high, low};
use crate::program::{FieldsLayout, ObjectLayout, Program, SlotKind};

/// Slots one after the other that are of one kind.
#[derive(Debug, Clone, Copy)]
pub(super) struct Slots {
    pub(super) first: usize,
    pub(super) count: usize,
    pub(super) stride: usize,
    pub(super) kind: SlotKind,
}

/// Visits the slots of the object at `at` that aren't plain, and gives where the next object stands. Its buffers are
/// where their owner says.
pub(super) fn slots(program: &Program, words: &[u64], at: usize, mut visit: impl FnMut(Slots)) -> usize {
    let head = words[at];
    let extra = high(head) as usize;
    let mut fields = |fields: &FieldsLayout| {
        for (list, kind) in [(&fields.refs, SlotKind::Reference), (&fields.floats, SlotKind::Float)] {
            for field in list {
                visit(Slots { first: at + 1 + *field as usize, count: 1, stride: 1, kind });
            }
        }
        at + 1 + fields.count as usize
    };
    match &program.layouts[low(head) as usize].object {
        ObjectLayout::Fields(layout) => fields(layout),
        ObjectLayout::Variants(variants) => fields(&variants[extra]),
        ObjectLayout::Closure => fields(&program.functions[extra].closure),
        ObjectLayout::Str => at + Heap::text_words(extra),
        ObjectLayout::Bytes => at + Heap::bytes_words(extra),
        ObjectLayout::List { .. } if extra == 0 => at + 2,
        ObjectLayout::List { element } => {
            visit(Slots { first: at + 3, count: extra, stride: 1, kind: *element });
            at + 3 + extra
        }
        ObjectLayout::Table(table) => {
            let used = high(words[at + 1]) as usize;
            let (stride, first) = (table.stride(), at + if used == 0 { 3 } else { 4 });
            visit(Slots { first: first + 1, count: used, stride, kind: table.key });
            if let Some(kind) = table.value {
                visit(Slots { first: first + 2, count: used, stride, kind });
            }
            let index = first + used * stride;
            if low(words[at + 2]) == 0 { index } else { index + 1 + high(words[index]) as usize }
        }
        ObjectLayout::None => at + 1,
    }
}

/// Where the object after the one at `at` stands.
pub(crate) fn end_of(program: &Program, words: &[u64], at: usize) -> usize {
    slots(program, words, at, |_| {})
}

/// Lets the references in objects that were copied as a whole, from place `from` to place `to` of these words, refer to
/// where they are; `end` is where the last one ends.
pub(super) fn rebase(program: &Program, words: &mut [u64], from: usize, to: usize, end: usize) {
    let moved = |slot: u64| moved(slot, from, to);
    let mut at = to;
    let mut found = Vec::new();
    while at < end {
        let head = words[at];
        let owns_buffers = matches!(
            program.layouts[low(head) as usize].object,
            ObjectLayout::List { .. } | ObjectLayout::Table(_)
        );
        if owns_buffers {
            words[at + 1] = moved(words[at + 1]);
        }
        if matches!(program.layouts[low(head) as usize].object, ObjectLayout::Table(_)) {
            words[at + 2] = moved(words[at + 2]);
        }
        found.clear();
        at = slots(program, words, at, |slots| found.push(slots));
        for slots in found.iter().filter(|slots| slots.kind == SlotKind::Reference) {
            for index in 0..slots.count {
                let slot = &mut words[slots.first + index * slots.stride];
                *slot = moved(*slot);
            }
        }
    }
}

/// A slot that refers to where the object stands that was moved.
pub(super) fn moved(slot: u64, from: usize, to: usize) -> u64 {
    let reference = low(slot);
    if reference == 0 || reference & CONSTANT_BIT != 0 {
        return slot;
    }
    header(reference.wrapping_sub(from as u32).wrapping_add(to as u32), high(slot))
}
