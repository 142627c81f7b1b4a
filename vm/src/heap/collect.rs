//! The collector: copies what is live into another space, in Cheney's way, without recursion.
//!
//! Roots are visited in the order in which they are given, and objects in the order in which they are reached, NaNs
//! are made canonical on the way, and, when a heap is compacted, buffers are trimmed to their lists' lengths. So the
//! same state gives the same words: a compacted heap is what a snapshot writes.

use super::Heap;
use super::arena::Spare;
use super::plain::PlainRows;
use super::view::prefetch;
use crate::layout::{self, BUFFER, CONSTANT_BIT, header, high, low};
use crate::program::{FieldsLayout, ObjectLayout, Program, SlotKind, TableLayout};

/// The type id in the header of an object that has been copied; the extra says where to.
const FORWARDED: u32 = BUFFER - 1;

/// How far the scan looks ahead: what it takes for that many words is about as long as memory takes to answer.
const AHEAD_WORDS: usize = 64;

/// Whatever holds references into the heap from outside.
pub(crate) trait Roots {
    /// Visits each slot that holds a reference, always in the same order.
    fn for_each(&mut self, program: &Program, visit: impl FnMut(&mut u64));
}

/// How large the buffers of lists and tables come out of a collection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Buffers {
    /// As they are, but for those that are more than half empty: lists that grow need not move at once.
    Kept,
    /// As large as the lists are long.
    Trimmed,
}

/// The buffer of one list or table that is to come out larger than it is.
#[derive(Debug, Clone, Copy)]
pub(super) struct Growth {
    /// Its owner, as it is before the collection.
    pub(super) owner: u32,
    /// How many of its words are in use.
    pub(super) len: usize,
}

impl Heap {
    /// Compacts the heap and leaves no more memory to it than it needs: the form that a snapshot writes.
    pub(crate) fn compact(&mut self, program: &Program, roots: &mut impl Roots) {
        self.copy_live(0, Buffers::Trimmed, None, program, roots);
        self.spare = Spare::default();
        self.resize_arena(self.top);
    }

    /// Copies what is live to the spare space, or to a new one if that is too small. The space that it was copied from
    /// becomes the spare one; [`Heap::settle`] decides which of them stays.
    ///
    /// There is room for so many words more than are used at present. The elements of a buffer that grows come to stand
    /// behind that; whoever asked for it takes them from there, to where they have the room that is left over.
    pub(super) fn copy_live(
        &mut self,
        room: usize,
        buffers: Buffers,
        growth: Option<Growth>,
        program: &Program,
        roots: &mut impl Roots,
    ) -> Copied {
        let apart = self.top + room;
        let end = apart + growth.map_or(0, |growth| growth.len);
        let Spare { words: to, written } = self.space_for(end);
        let mut copier = Copier {
            program,
            from: &mut self.words,
            to,
            top: 1,
            buffers,
            growth,
            owner: 0,
            apart,
            plain: PlainRows::default(),
        };
        let mut root_count = 0;
        roots.for_each(program, |slot| {
            root_count += 1;
            copier.evacuate(slot);
        });
        copier.scan();
        let (to, top, owner) = (copier.to, copier.top, copier.owner);
        self.spare.words = std::mem::replace(&mut self.words, to);
        self.top = top;
        self.forget_look_up();
        let moved = growth.map_or(0, |growth| growth.len);
        let written = written.max(if moved > 0 { end } else { top });
        Copied { work: top + moved + root_count, owner, apart, written }
    }
}

/// What became of a collection.
pub(super) struct Copied {
    /// Words that were copied, and roots that were visited.
    pub(super) work: usize,
    /// The owner of the buffer that grows, where it is now.
    pub(super) owner: u32,
    /// Where the elements of that buffer stand.
    pub(super) apart: usize,
    /// How much of the space that was copied to has been written, in this collection or an earlier one.
    pub(super) written: usize,
}

struct Copier<'a> {
    program: &'a Program,
    from: &'a mut [u64],
    to: Vec<u64>,
    top: usize,
    buffers: Buffers,
    growth: Option<Growth>,
    /// Where the owner of the buffer that grows was copied to.
    owner: u32,
    /// Where the elements of the buffer that grows go.
    apart: usize,
    plain: PlainRows,
}

impl Copier<'_> {
    /// Sees to it that the object that a slot refers to is copied, and lets the slot refer to the copy.
    #[inline]
    fn evacuate(&mut self, slot: &mut u64) {
        *slot = self.moved(*slot);
    }

    /// Lets the machine fetch what a slot some way beyond this one refers to, before the scan comes there: objects that
    /// stand in a row in the new arena may be anywhere in the old one. If that is no slot, or a stale one, nothing is lost.
    #[inline]
    fn look_ahead(&self, slot: usize) {
        if let Some(slot) = self.to.get(slot + AHEAD_WORDS) {
            prefetch(self.from, low(*slot) as usize);
        }
    }

    #[inline]
    fn moved(&mut self, slot: u64) -> u64 {
        let reference = low(slot);
        if reference == 0 || reference & CONSTANT_BIT != 0 {
            return slot;
        }
        let head = self.from[reference as usize];
        let to = if low(head) == FORWARDED { high(head) } else { self.copy(reference as usize, head) };
        header(to, high(slot))
    }

    /// Copies an object, and a list's or table's buffers right behind it.
    fn copy(&mut self, at: usize, head: u64) -> u32 {
        let extra = high(head) as usize;
        if low(head) == self.program.well_known.str {
            return self.copy_plain(at, Heap::text_words(extra));
        }
        let words = match &self.program.layouts[low(head) as usize].object {
            ObjectLayout::Fields(fields) => 1 + fields.count as usize,
            ObjectLayout::Variants(variants) => 1 + variants[extra].count as usize,
            ObjectLayout::Closure => 1 + self.program.functions[extra].closure.count as usize,
            ObjectLayout::Str => return self.copy_plain(at, Heap::text_words(extra)),
            ObjectLayout::Bytes => return self.copy_plain(at, Heap::bytes_words(extra)),
            ObjectLayout::List { .. } => return self.copy_list(at, head),
            ObjectLayout::Table(table) => return self.copy_table(at, table.stride()),
            ObjectLayout::None => 1,
        };
        let to = self.copy_words(at, words);
        self.from[at] = header(FORWARDED, to as u32);
        to as u32
    }

    /// Copies an object that refers to nothing.
    #[inline]
    fn copy_plain(&mut self, at: usize, words: usize) -> u32 {
        let to = self.copy_words(at, words);
        self.plain.add(to, self.top);
        self.from[at] = header(FORWARDED, to as u32);
        to as u32
    }

    fn copy_list(&mut self, at: usize, head: u64) -> u32 {
        let len = high(head) as usize;
        let to = self.copy_words(at, 2);
        self.copy_buffer(at, to, len);
        self.from[at] = header(FORWARDED, to as u32);
        to as u32
    }

    /// Copies the buffer, of which `len` words are in use, of a list or table that is copied, to the top.
    fn copy_buffer(&mut self, at: usize, to: usize, len: usize) {
        let buffer = low(self.from[at + 1]) as usize;
        if self.growth.is_some_and(|growth| growth.owner as usize == at) {
            self.owner = to as u32;
            // As if there were a header before the elements, for the scan.
            self.to[to + 1] = header(self.apart as u32 - 1, high(self.to[to + 1]));
            if len > 0 {
                self.to[self.apart..][..len].copy_from_slice(&self.from[buffer + 1..][..len]);
            }
            return;
        }
        let capacity = match self.buffers {
            Buffers::Trimmed => len,
            Buffers::Kept if buffer == 0 => 0,
            Buffers::Kept => (high(self.from[buffer]) as usize).min(2 * len),
        };
        let mut moved = 0;
        if capacity > 0 {
            moved = self.top as u32;
            self.to[self.top] = header(BUFFER, capacity as u32);
            self.top += 1;
            if len > 0 {
                self.copy_words(buffer + 1, len);
            }
            self.top += capacity - len;
        }
        self.to[to + 1] = header(moved, high(self.to[to + 1]));
    }

    /// Copies a map or set: itself, its entries, its index.
    fn copy_table(&mut self, at: usize, stride: usize) -> u32 {
        let used = high(self.from[at + 1]) as usize;
        let to = self.copy_words(at, 3);
        self.copy_buffer(at, to, used * stride);
        let index = low(self.from[at + 2]) as usize;
        if index != 0 {
            let words = 1 + high(self.from[index]) as usize;
            let moved = self.copy_words(index, words) as u32;
            self.to[to + 2] = header(moved, high(self.to[to + 2]));
        }
        self.from[at] = header(FORWARDED, to as u32);
        to as u32
    }

    #[inline]
    fn copy_words(&mut self, at: usize, words: usize) -> usize {
        let to = self.top;
        let (source, target) = (&self.from[at..at + words], &mut self.to[to..to + words]);
        if words <= 8 {
            for (target, source) in target.iter_mut().zip(source) {
                *target = *source;
            }
        } else {
            target.copy_from_slice(source);
        }
        self.top = to + words;
        to
    }

    /// Goes through the copies and copies what they refer to, until there is nothing left.
    fn scan(&mut self) {
        let mut at = 1;
        while at < self.top {
            at = match self.plain.pass(at) {
                Some(end) => end,
                None => self.scan_object(at),
            };
        }
    }

    /// Gives where the next object stands.
    fn scan_object(&mut self, at: usize) -> usize {
        let program = self.program;
        let head = self.to[at];
        let extra = high(head) as usize;
        match &program.layouts[low(head) as usize].object {
            ObjectLayout::Fields(fields) => self.scan_fields(at + 1, fields),
            ObjectLayout::Variants(variants) => self.scan_fields(at + 1, &variants[extra]),
            ObjectLayout::Closure => self.scan_fields(at + 1, &program.functions[extra].closure),
            ObjectLayout::Str => at + Heap::text_words(extra),
            ObjectLayout::Bytes => at + Heap::bytes_words(extra),
            ObjectLayout::List { element } => self.scan_list(at, extra, *element),
            ObjectLayout::Table(table) => self.scan_table(at, table),
            ObjectLayout::None => at + 1,
        }
    }

    /// The key and value of a removed entry are 0, which is no reference and no NaN.
    fn scan_table(&mut self, at: usize, table: &TableLayout) -> usize {
        let buffer = low(self.to[at + 1]) as usize;
        let used = high(self.to[at + 1]) as usize;
        for (word, slot) in [(1, Some(table.key)), (2, table.value)] {
            for index in 0..used {
                let at = buffer + 1 + index * table.stride() + word;
                match slot {
                    Some(SlotKind::Reference) => self.to[at] = self.moved(self.to[at]),
                    Some(SlotKind::Float) => self.to[at] = layout::float_bits(f64::from_bits(self.to[at])),
                    Some(SlotKind::Plain) | None => break,
                }
            }
        }
        let index = low(self.to[at + 2]) as usize;
        self.behind(index, self.behind(buffer, at + 3))
    }

    /// Where a buffer ends, if it stands at this place; otherwise the place.
    fn behind(&self, buffer: usize, place: usize) -> usize {
        if buffer == place { place + 1 + high(self.to[place]) as usize } else { place }
    }

    fn scan_fields(&mut self, at: usize, fields: &FieldsLayout) -> usize {
        for &field in &fields.refs {
            let field = at + field as usize;
            self.look_ahead(field);
            self.to[field] = self.moved(self.to[field]);
        }
        for &field in &fields.floats {
            let field = at + field as usize;
            self.to[field] = layout::float_bits(f64::from_bits(self.to[field]));
        }
        at + fields.count as usize
    }

    fn scan_list(&mut self, at: usize, len: usize, element: SlotKind) -> usize {
        let buffer = low(self.to[at + 1]) as usize;
        let elements = buffer + 1..buffer + 1 + len;
        match element {
            SlotKind::Reference => {
                for index in elements {
                    self.look_ahead(index);
                    self.to[index] = self.moved(self.to[index]);
                }
            }
            SlotKind::Float => {
                for word in &mut self.to[elements] {
                    *word = layout::float_bits(f64::from_bits(*word));
                }
            }
            SlotKind::Plain => {}
        }
        self.behind(buffer, at + 2)
    }
}
