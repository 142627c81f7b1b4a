//! A value on its way from one agent's heap to another's.

use std::sync::Arc;

use super::objects::{Slots, moved, rebase, slots};
use crate::bytecode::TypeId;
use crate::data::HashSeed;
use crate::heap::{BadKeys, Heap};
use crate::layout::{BUFFER, CONSTANT_BIT, float_bits, header, high, low};
use crate::program::{ObjectLayout, Program, SlotKind, TypeLayout};

/// A value that belongs to no agent: sent by one, and not yet delivered to another.
#[derive(Debug, Clone)]
pub struct Message {
    /// The program in whose tables its types and functions are.
    pub(crate) program: Arc<Program>,
    /// What it is of.
    pub(crate) ty: TypeId,
    /// What the keys of its maps and sets are hashed with.
    pub(crate) seed: HashSeed,
    pub(crate) parcel: Parcel,
}

/// A slot and the objects that can be reached from it, which lie in words of their own as in a compacted heap.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Parcel {
    pub(crate) slot: u64,
    /// Empty if the slot refers to nothing; otherwise word 0 is not used.
    pub(crate) words: Vec<u64>,
    /// Whether there are maps or sets among the objects.
    pub(crate) has_tables: bool,
}

/// Why a value was not packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unpackable {
    /// It has more words than allowed.
    TooLarge,
    /// A function in it has captured an inbox.
    Inbox,
}

impl Message {
    /// About how many bytes it takes in memory.
    pub fn bytes(&self) -> usize {
        self.parcel.bytes()
    }
}

impl Parcel {
    /// A slot that refers to nothing.
    fn word(slot: u64) -> Self {
        Self { slot, words: Vec::new(), has_tables: false }
    }

    /// Hashes the keys of maps and sets with another seed.
    pub(crate) fn rehash(&mut self, program: &Program, seed: HashSeed) {
        let words = std::mem::take(&mut self.words);
        self.words = Heap::rehashed(words, program, seed);
    }

    /// Hashes the keys of maps and sets whose marks are blank.
    pub(crate) fn hash(&mut self, program: &Program, seed: HashSeed) -> Result<(), BadKeys> {
        let words = std::mem::take(&mut self.words);
        self.words = Heap::hashed(words, program, seed)?;
        Ok(())
    }

    /// About how many bytes it takes in memory.
    pub(crate) fn bytes(&self) -> usize {
        size_of::<Self>() + 8 * self.words.len()
    }

    /// A value of these objects, as a snapshot has it.
    pub(crate) fn of_objects(program: &Program, slot: u64, objects: &[u64]) -> Self {
        let mut words = Vec::new();
        if !objects.is_empty() {
            words.reserve_exact(1 + objects.len());
            words.push(0);
            words.extend_from_slice(objects);
        }
        // That is all that the types of a program allow; a message without tables is none the worse for it.
        let is_table = |layout: &TypeLayout| matches!(layout.object, ObjectLayout::Table(_));
        Self { slot, words, has_tables: program.layouts.iter().any(is_table) }
    }

    /// Its objects' words, of which the first is not used; that one, too, if there are no objects.
    pub(crate) fn words(&self) -> &[u64] {
        if self.words.is_empty() { &[0] } else { &self.words }
    }

    /// Its objects' words alone.
    pub(crate) fn objects(&self) -> &[u64] {
        self.words.get(1..).unwrap_or_default()
    }

    /// How many words its objects take in a heap.
    pub(crate) fn heap_words(&self) -> usize {
        self.words.len().saturating_sub(1)
    }
}

/// What there is room for at once in a message: most have fewer words.
const WORDS_COMMON: usize = 16;

impl Heap {
    /// Copies a value out of the heap, as [`pack`] does.
    pub(crate) fn pack(
        &mut self,
        program: &Program,
        slot: u64,
        ty: TypeId,
        words_max: usize,
    ) -> Result<Parcel, Unpackable> {
        pack(program, self.words_mut(), slot, ty, words_max)
    }

    /// Copies a value into the heap, which has room for it, and gives its slot.
    pub(crate) fn unpack(&mut self, program: &Program, parcel: &Parcel) -> u64 {
        let Some(objects) = parcel.words.get(1..).filter(|objects| !objects.is_empty()) else {
            return parcel.slot;
        };
        let to = self.take_reserved(objects.len()) as usize;
        let end = to + objects.len();
        let words = self.words_mut();
        words[to..end].copy_from_slice(objects);
        rebase(program, words, 1, to, end);
        moved(parcel.slot, 1, to)
    }
}

/// Copies a value out of a heap, whose objects are as before when this returns.
fn pack(
    program: &Program,
    heap: &mut [u64],
    slot: u64,
    ty: TypeId,
    words_max: usize,
) -> Result<Parcel, Unpackable> {
    match program.layouts[ty.0 as usize].slot {
        SlotKind::Plain => return Ok(Parcel::word(slot)),
        SlotKind::Float => return Ok(Parcel::word(float_bits(f64::from_bits(slot)))),
        SlotKind::Reference => {}
    }
    if low(slot) == 0 || low(slot) & CONSTANT_BIT != 0 {
        return Ok(Parcel::word(slot));
    }
    let mut words = Vec::with_capacity(WORDS_COMMON);
    words.push(0);
    let mut packer = Packer { program, heap, words, moved: Vec::new(), has_tables: false, words_max };
    let parcel = packer.pack(slot);
    for (at, head) in packer.moved {
        packer.heap[at as usize] = head;
    }
    let (words, has_tables) = (packer.words, packer.has_tables);
    parcel.map(|slot| Parcel { slot, words, has_tables })
}

/// The type id in the header of an object that has been copied, while others are; the extra says where to.
const MOVED: u32 = BUFFER - 1;

struct Packer<'a> {
    program: &'a Program,
    heap: &'a mut [u64],
    words: Vec<u64>,
    /// Where headers were that now say where their object was copied to, and what they were.
    moved: Vec<(u32, u64)>,
    has_tables: bool,
    words_max: usize,
}

impl Packer<'_> {
    /// Copies what a slot refers to, and what that does, in the order in which a breadth-first walk finds it.
    fn pack(&mut self, slot: u64) -> Result<u64, Unpackable> {
        let root = self.copied(slot)?;
        let mut at = 1;
        let mut found: Vec<Slots> = Vec::new();
        while at < self.words.len() {
            found.clear();
            at = slots(self.program, &self.words, at, |slots| found.push(slots));
            for slots in &found {
                for index in 0..slots.count {
                    let at = slots.first + index * slots.stride;
                    let word = self.words[at];
                    self.words[at] = match slots.kind {
                        SlotKind::Reference => self.copied(word)?,
                        SlotKind::Float => float_bits(f64::from_bits(word)),
                        SlotKind::Plain => break,
                    };
                }
            }
        }
        Ok(root)
    }

    /// The slot with a reference to the object's copy.
    fn copied(&mut self, slot: u64) -> Result<u64, Unpackable> {
        let reference = low(slot);
        if reference == 0 || reference & CONSTANT_BIT != 0 {
            return Ok(slot);
        }
        let at = reference as usize;
        let head = self.heap[at];
        if low(head) == MOVED {
            return Ok(header(high(head), high(slot)));
        }
        let to = self.words.len() as u32;
        self.copy(at, head)?;
        if self.words.len() > self.words_max {
            return Err(Unpackable::TooLarge);
        }
        self.moved.push((reference, head));
        self.heap[at] = header(MOVED, to);
        Ok(header(to, high(slot)))
    }

    fn copy(&mut self, at: usize, head: u64) -> Result<(), Unpackable> {
        let extra = high(head) as usize;
        let words = match &self.program.layouts[low(head) as usize].object {
            ObjectLayout::Fields(fields) => 1 + fields.count as usize,
            ObjectLayout::Variants(variants) => 1 + variants[extra].count as usize,
            ObjectLayout::Closure => {
                let function = &self.program.functions[extra];
                if function.captures_inbox {
                    return Err(Unpackable::Inbox);
                }
                1 + function.closure.count as usize
            }
            ObjectLayout::Str => Heap::text_words(extra),
            ObjectLayout::Bytes => Heap::bytes_words(extra),
            ObjectLayout::List { .. } => {
                let to = self.words.len();
                self.copy_words(at, 2)?;
                return self.copy_buffer(at, to, extra);
            }
            ObjectLayout::Table(table) => {
                self.has_tables = true;
                let to = self.words.len();
                let used = high(self.heap[at + 1]) as usize;
                self.copy_words(at, 3)?;
                self.copy_buffer(at, to, used * table.stride())?;
                let index = low(self.heap[at + 2]) as usize;
                if index != 0 {
                    let moved = self.words.len() as u32;
                    self.copy_words(index, 1 + high(self.heap[index]) as usize)?;
                    self.words[to + 2] = header(moved, high(self.words[to + 2]));
                }
                return Ok(());
            }
            ObjectLayout::None => 1,
        };
        self.copy_words(at, words)
    }

    /// Copies the buffer, of which so many words are in use, of a list or table whose own words were copied to `to`.
    fn copy_buffer(&mut self, at: usize, to: usize, used: usize) -> Result<(), Unpackable> {
        let moved = if used == 0 { 0 } else { self.words.len() as u32 };
        self.words[to + 1] = header(moved, high(self.words[to + 1]));
        if used > 0 {
            let buffer = low(self.heap[at + 1]) as usize;
            self.words.push(header(BUFFER, used as u32));
            self.copy_words(buffer + 1, used)?;
        }
        Ok(())
    }

    fn copy_words(&mut self, at: usize, count: usize) -> Result<(), Unpackable> {
        if count > self.words_max {
            return Err(Unpackable::TooLarge);
        }
        self.words.extend_from_slice(&self.heap[at..at + count]);
        Ok(())
    }
}
