//! Checks that each slot of a heap holds what its type allows: a linear walk over a heap whose objects are well-formed.

use std::ops::Range;

use super::SnapshotError;
use super::mail::Numbers;
use super::objects::Starts;
use super::shapes::{Object, Shapes, Slot};
use super::tables;
use crate::layout::{CANONICAL_NAN, CONSTANT_BIT, header, high, low};

/// A heap whose objects are all well-formed, against which slots can be checked.
pub(super) struct CheckedHeap<'a> {
    shapes: &'a Shapes,
    words: &'a [u64],
    starts: &'a Starts,
    outside: Outside<'a>,
}

/// What slots may name that is not in their heap.
#[derive(Debug, Clone, Copy)]
pub(super) struct Outside<'a> {
    inboxes: &'a Numbers,
    /// As in [`Shapes`].
    constants: &'a [(u32, u32)],
}

impl<'a> Outside<'a> {
    /// They name nothing of the kind.
    pub(super) const NOTHING: Self = Self { inboxes: &Numbers::NONE, constants: &[] };

    /// They name constants of the program.
    pub(super) fn constants(shapes: &'a Shapes) -> Self {
        Self { constants: &shapes.constants, ..Self::NOTHING }
    }

    /// They name constants of the program and inboxes of the agent.
    pub(super) fn of_agent(shapes: &'a Shapes, inboxes: &'a Numbers) -> Self {
        Self { inboxes, ..Self::constants(shapes) }
    }
}

/// Checks the words of a heap, as if they had come in a snapshot.
#[cfg(test)]
pub(crate) fn check_heap(program: &crate::Program, words: &[u64]) -> Result<(), SnapshotError> {
    let mut starts = Starts::default();
    starts.advance(&program.shapes, words, words.len())?;
    CheckedHeap::new(&program.shapes, words, &starts, Outside::constants(&program.shapes)).map(drop)
}

impl<'a> CheckedHeap<'a> {
    /// Checks every slot of every object. The words are all those that the starts were found in.
    pub(super) fn new(
        shapes: &'a Shapes,
        words: &'a [u64],
        starts: &'a Starts,
        outside: Outside<'a>,
    ) -> Result<Self, SnapshotError> {
        let heap = Self { shapes, words, starts, outside };
        heap.check_slots()?;
        Ok(heap)
    }

    fn check_slots(&self) -> Result<(), SnapshotError> {
        let what = "holds what is no value of its field's type";
        let mut at = 1;
        while at < self.words.len() {
            let end = self.check_object(at).ok_or(SnapshotError::Object { at, what })?;
            at = end;
        }
        Ok(())
    }

    /// Checks the slots of an object whose extent is known to be good, and gives where it ends.
    #[inline]
    fn check_object(&self, at: usize) -> Option<usize> {
        let head = self.words[at];
        let extra = high(head) as usize;
        match &self.shapes.objects[low(head) as usize] {
            Object::Fields(fields) => self.check_fields(at, fields),
            Object::Variants(variants) => self.check_fields(at, &variants[extra]),
            Object::Closure => self.check_fields(at, &self.shapes.closures[extra].1),
            Object::Str => Some(at + 2 + extra.div_ceil(8)),
            Object::Bytes => Some(at + 1 + extra.div_ceil(8)),
            Object::List(_) if extra == 0 => Some(at + 2),
            Object::List(element) => {
                let elements = &self.words[at + 3..][..extra];
                let is_good =
                    *element == Slot::Int || elements.iter().all(|word| self.holds(*element, *word));
                is_good.then_some(at + 3 + extra)
            }
            Object::Table(key, value) => self.check_entries(at, *key, *value),
            Object::None => None,
        }
    }

    /// Checks the keys and values of a table whose structure is known to be good, and gives where it ends.
    fn check_entries(&self, at: usize, key: Slot, value: Option<Slot>) -> Option<usize> {
        let stride = 2 + usize::from(value.is_some());
        let used = high(self.words[at + 1]) as usize;
        let first = at + if used == 0 { 3 } else { 4 };
        let entries = self.words[first..][..used * stride].chunks_exact(stride);
        let holds = |slot: Option<Slot>, word: Option<&u64>| {
            slot.zip(word).is_none_or(|(slot, word)| self.holds(slot, *word))
        };
        let mut live = entries.filter(|entry| low(entry[0]) != 0);
        let is_good = live.all(|entry| holds(Some(key), entry.get(1)) && holds(value, entry.get(2)));
        if is_good { tables::end(self.words, at, stride) } else { None }
    }

    #[inline]
    fn check_fields(&self, at: usize, fields: &Range<usize>) -> Option<usize> {
        let shapes = &self.shapes.slots[fields.clone()];
        let words = &self.words[at + 1..][..shapes.len()];
        let is_good = words.iter().zip(shapes).all(|(word, slot)| self.holds(*slot, *word));
        is_good.then_some(at + 1 + shapes.len())
    }

    /// Whether a slot holds a value of its type.
    #[inline]
    pub(super) fn holds(&self, slot: Slot, word: u64) -> bool {
        match slot {
            Slot::Int => true,
            Slot::Float => !f64::from_bits(word).is_nan() || word == CANONICAL_NAN,
            Slot::Bool => word <= 1,
            Slot::Unit => word == 0,
            Slot::Inbox(message) => self.outside.inboxes.contain(word, message),
            Slot::Reference(ty) => high(word) == 0 && self.is_object(low(word), ty),
            Slot::Enum(ty) => self.is_variant(ty, high(word), low(word)),
        }
    }

    #[inline]
    fn is_object(&self, reference: u32, ty: u32) -> bool {
        if reference & CONSTANT_BIT != 0 {
            return self.outside.constants.binary_search(&(reference, ty)).is_ok();
        }
        self.starts.contains(reference as usize) && low(self.words[reference as usize]) == ty
    }

    #[inline]
    fn is_variant(&self, ty: u32, tag: u32, reference: u32) -> bool {
        let Object::Variants(variants) = &self.shapes.objects[ty as usize] else { return false };
        match variants.get(tag as usize) {
            Some(fields) if fields.is_empty() => reference == 0,
            Some(_) => {
                self.starts.contains(reference as usize) && self.words[reference as usize] == header(ty, tag)
            }
            None => false,
        }
    }
}
