//! An agent's heap: one arena of words, filled from the bottom, compacted by copying.
//!
//! How objects lie in it is described at [`crate::layout`]. Allocation is split in two: `reserve` makes room and may
//! collect, which moves every object; `push` and its kin then fill the room and never move anything. So an operation
//! reserves first and reads its references afterwards.

mod arena;
mod collect;
mod pages;
mod plain;
mod room;
mod table;
#[cfg(test)]
mod tests;
mod text;
mod view;

use arena::Spare;
pub(crate) use collect::Roots;
pub(crate) use pages::prefer_large_pages;
pub(crate) use table::{BadKeys, Group, LastLookUp, NOWHERE, Place, Probe, SameKey, Table, group};
pub(crate) use view::{Packed, View, bytes_of};

use crate::data::HashSeed;
use crate::layout;
use crate::program::Program;

/// Words beyond the top that may be written without being reserved: arguments are copied three at a time.
pub(crate) const SLACK_WORDS: usize = 3;

/// No reference has [`layout::CONSTANT_BIT`], and no `Str` more bytes than a header can say.
const WORDS_MAX: usize = 1 << 29;

/// The first arena's size: an idle agent should cost little.
const WORDS_INITIAL: usize = 16;

/// The heap's limit stands in the way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct HeapFull;

/// An agent's objects.
#[derive(Debug)]
pub(crate) struct Heap {
    /// The arena, slack included. Word 0 is never used, since reference 0 is no object.
    words: Vec<u64>,
    /// The space that the next collection copies to, if it is large enough.
    spare: Spare,
    /// Where the next object goes.
    top: usize,
    /// How far `top` may go in this arena: to its end, unless as much as the limit could be live before that.
    end: usize,
    /// How far `top` may go without [`Heap::reserve`]: to the end, or under stress not beyond what it made room for.
    open: usize,
    /// How many words may be live.
    limit: usize,
    /// Words of buffers that have been replaced since the last collection, and so are not live.
    replaced: usize,
    /// Where `top` stood after the last collection.
    floor: usize,
    /// Collection work that allocation did not pay for, in words, since it was last asked for.
    excess_work: u64,
    /// Whether the last collection left so little room that the next one had better trim buffers.
    is_tight: bool,
    /// What keys of maps and sets are hashed with.
    pub(crate) seed: HashSeed,
    /// The last look-up in a table.
    pub(crate) last: LastLookUp,
    /// Collect at every reservation: finds what holds a reference over one.
    stress: bool,
}

impl Heap {
    /// An empty heap that may hold so many bytes of live data.
    pub(crate) fn new(limit_bytes: usize) -> Self {
        let limit = (limit_bytes / 8).clamp(1, WORDS_MAX);
        let mut heap = Self {
            words: Vec::new(),
            spare: Spare::default(),
            top: 1,
            end: 0,
            open: 0,
            limit,
            replaced: 0,
            floor: 1,
            excess_work: 0,
            is_tight: false,
            seed: HashSeed::default(),
            last: LastLookUp::NONE,
            stress: false,
        };
        heap.set_arena(vec![0; WORDS_INITIAL.min(limit) + SLACK_WORDS], 1);
        heap
    }

    /// A heap with these words, the unused word 0 included, as a snapshot gives them. `None` if the limit is lower.
    pub(crate) fn from_words(mut words: Vec<u64>, limit_bytes: usize) -> Option<Self> {
        let mut heap = Self::new(limit_bytes);
        let top = words.len().max(1);
        if top > heap.limit {
            return None;
        }
        words.resize(top + SLACK_WORDS, 0);
        heap.set_arena(words, top);
        Some(heap)
    }

    fn set_arena(&mut self, words: Vec<u64>, top: usize) {
        self.words = words;
        self.top = top;
        self.set_arena_end();
    }

    /// Says how far the arena goes that there is, all of whose objects have just been copied to it.
    fn set_arena_end(&mut self) {
        self.floor = self.top;
        self.replaced = 0;
        self.update_end();
    }

    /// How far `top` may go if so many more words than are known not to be live are not.
    fn end_with(&self, replaced: usize) -> usize {
        (self.words.len() - SLACK_WORDS).min(self.limit + self.replaced + replaced)
    }

    fn update_end(&mut self) {
        self.end = self.end_with(0);
        self.open = if self.stress { self.top } else { self.end };
    }

    /// The words in use, the unused word 0 included.
    pub(crate) fn words(&self) -> &[u64] {
        &self.words[..self.top]
    }

    /// The words in use, to be changed.
    pub(crate) fn words_mut(&mut self) -> &mut [u64] {
        &mut self.words[..self.top]
    }

    /// Whether no object was made in it.
    pub(crate) fn is_empty(&self) -> bool {
        self.top == 1
    }

    /// Bytes of the arena in use, garbage included.
    pub(crate) fn bytes_used(&self) -> usize {
        self.top * 8
    }

    /// The words of memory that it takes, free ones included.
    #[cfg(test)]
    pub(crate) fn memory_words(&self) -> usize {
        self.words.capacity() + self.spare.memory_words()
    }

    /// Collect at every reservation from now on, or no longer.
    pub(crate) fn set_stress(&mut self, stress: bool) {
        self.stress = stress;
        self.open = if stress { self.top } else { self.end };
    }

    /// Collection work that allocation did not pay for, in words, since this was last asked.
    pub(crate) fn take_excess_work(&mut self) -> u64 {
        std::mem::take(&mut self.excess_work)
    }

    /// What readers need to follow references.
    pub(crate) fn view<'a>(&'a self, program: &'a Program) -> View<'a> {
        View::new(&self.words, &program.constant_area)
    }

    /// The arena's first word, for the interpreter. Good until the next reservation that collects.
    #[inline]
    pub(crate) fn base_mut(&mut self) -> *mut u64 {
        self.words.as_mut_ptr()
    }

    /// Takes so many words, if the arena has them: the offset of the first.
    #[inline]
    pub(crate) fn take(&mut self, words: usize) -> Option<u32> {
        let (at, top) = (self.top, self.top + words);
        if top > self.open {
            return None;
        }
        self.top = top;
        Some(at as u32)
    }

    /// Takes words that [`Heap::reserve`] made room for.
    pub(crate) fn take_reserved(&mut self, words: usize) -> u32 {
        let at = self.top;
        self.top = at + words;
        debug_assert!(self.top <= self.end, "taken without being reserved");
        at as u32
    }

    /// Whether an object of so many words can ever fit: asked before scratch space of that size is used.
    pub(crate) fn admits(&self, words: usize) -> bool {
        words < self.limit
    }

    /// Appends an object of a header and fields. The room was reserved.
    pub(crate) fn push(&mut self, header: u64, fields: &[u64]) -> u32 {
        let at = self.take_reserved(1 + fields.len()) as usize;
        self.words[at] = header;
        self.words[at + 1..][..fields.len()].copy_from_slice(fields);
        at as u32
    }

    /// How many words a `Str` of so many bytes takes.
    pub(crate) fn text_words(bytes: usize) -> usize {
        2 + bytes.div_ceil(8)
    }

    /// Appends a `Str`. The room was reserved.
    pub(crate) fn push_text(&mut self, program: &Program, text: &str) -> u32 {
        self.push_counted_text(program, text, text.chars().count() as u64)
    }

    /// Appends a `Str` that is known to have so many characters. The room was reserved.
    pub(crate) fn push_counted_text(&mut self, program: &Program, text: &str, chars: u64) -> u32 {
        let head = [layout::header(program.well_known.str, text.len() as u32), chars];
        self.push_bytes_object(head, text.as_bytes())
    }

    /// How many words a `Bytes` of so many bytes takes.
    pub(crate) fn bytes_words(bytes: usize) -> usize {
        1 + bytes.div_ceil(8)
    }

    /// Appends a `Bytes`. The room was reserved.
    pub(crate) fn push_bytes(&mut self, program: &Program, bytes: &[u8]) -> u32 {
        self.push_bytes_object([layout::header(program.well_known.bytes, bytes.len() as u32)], bytes)
    }

    fn push_bytes_object<const HEAD: usize>(&mut self, head: [u64; HEAD], bytes: &[u8]) -> u32 {
        let at = self.take_reserved(HEAD + bytes.len().div_ceil(8)) as usize;
        let (heads, words) = self.words[at..].split_at_mut(HEAD);
        heads.copy_from_slice(&head);
        let (whole, rest) = bytes.as_chunks::<8>();
        for (word, chunk) in words.iter_mut().zip(whole) {
            *word = u64::from_le_bytes(*chunk);
        }
        if !rest.is_empty() {
            words[whole.len()] = layout::pack_bytes(rest);
        }
        at as u32
    }

    /// How many words a list of so many elements takes, its buffer included.
    pub(crate) fn list_words(len: usize) -> usize {
        if len == 0 { 2 } else { 3 + len }
    }

    /// Appends a list whose elements are all 0, its buffer right behind it. The room was reserved.
    pub(crate) fn push_list(&mut self, type_id: u32, len: usize) -> u32 {
        let at = self.take_reserved(Self::list_words(len)) as usize;
        self.words[at] = layout::header(type_id, len as u32);
        self.words[at + 1] = 0;
        if len > 0 {
            self.words[at + 1] = at as u64 + 2;
            self.words[at + 2] = layout::header(layout::BUFFER, len as u32);
            self.words[at + 3..][..len].fill(0);
        }
        at as u32
    }

    /// A list's elements.
    pub(crate) fn elements_mut(&mut self, list: u32) -> &mut [u64] {
        let len = self.len(list);
        let buffer = layout::low(self.words[list as usize + 1]) as usize;
        if len == 0 { &mut [] } else { &mut self.words[buffer + 1..][..len] }
    }

    /// Where the elements of a list that has a buffer begin.
    pub(crate) fn elements_at(&self, list: u32) -> usize {
        layout::low(self.words[list as usize + 1]) as usize + 1
    }

    /// Copies words from one place to another.
    pub(crate) fn copy_words(&mut self, from: usize, to: usize, count: usize) {
        self.words.copy_within(from..from + count, to);
    }

    /// A list's length, and how many entries a map or set has.
    pub(crate) fn len(&self, list: u32) -> usize {
        layout::high(self.words[list as usize]) as usize
    }

    /// How many words the buffer of a list or table holds before it must grow.
    fn capacity(&self, list: u32) -> usize {
        match layout::low(self.words[list as usize + 1]) as usize {
            0 => 0,
            buffer => layout::high(self.words[buffer]) as usize,
        }
    }

    /// Says how long a list is. Its buffer has the capacity, and new elements are written next.
    pub(crate) fn set_len(&mut self, list: u32, len: usize) {
        let header = &mut self.words[list as usize];
        *header = layout::header(layout::low(*header), len as u32);
    }
}
