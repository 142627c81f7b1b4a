//! Checks a heap from outside: two linear walks, the first to find where objects begin, the second to see that each slot
//! holds what its type allows.

use std::ops::Range;

use super::SnapshotError;
use super::shapes::{Object, Shapes, Slot};
use super::tables;
use crate::layout::{BUFFER, CANONICAL_NAN, CONSTANT_BIT, header, high, low};

/// A heap whose objects are all well-formed, against which slots can be checked.
pub(super) struct CheckedHeap<'a> {
    shapes: &'a Shapes,
    words: &'a [u64],
    /// A bit a word, set where an object begins.
    starts: Vec<u64>,
}

/// Checks the words of a heap, as if they had come in a snapshot.
#[cfg(test)]
pub(crate) fn check_heap(program: &crate::Program, words: &[u64]) -> Result<(), SnapshotError> {
    let bytes: Vec<[u8; 8]> = words.iter().map(|word| word.to_le_bytes()).collect();
    CheckedHeap::new(&program.shapes, words, &bytes).map(drop)
}

impl<'a> CheckedHeap<'a> {
    /// Checks every object. `bytes` are the words' bytes, the lowest first.
    pub(super) fn new(
        shapes: &'a Shapes,
        words: &'a [u64],
        bytes: &[[u8; 8]],
    ) -> Result<Self, SnapshotError> {
        if words.first() != Some(&0) {
            return Err(SnapshotError::Object {
                at: 0,
                what: "stands where none may: reference 0 is no object",
            });
        }
        let mut starts = vec![0; words.len().div_ceil(64)];
        let walk = Walk { shapes, words, bytes };
        let mut at = 1;
        while at < words.len() {
            starts[at / 64] |= 1 << (at % 64);
            at = walk.end_of(at).map_err(|what| SnapshotError::Object { at, what })?;
        }
        let heap = Self { shapes, words, starts };
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
        is_good.then(|| tables::end(self.words, at, stride))
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
            Slot::Reference(ty) => high(word) == 0 && self.is_object(low(word), ty),
            Slot::Enum(ty) => self.is_variant(ty, high(word), low(word)),
        }
    }

    #[inline]
    fn is_object(&self, reference: u32, ty: u32) -> bool {
        if reference & CONSTANT_BIT != 0 {
            return self.shapes.constants.binary_search(&(reference, ty)).is_ok();
        }
        self.begins_at(reference) && low(self.words[reference as usize]) == ty
    }

    #[inline]
    fn is_variant(&self, ty: u32, tag: u32, reference: u32) -> bool {
        let Object::Variants(variants) = &self.shapes.objects[ty as usize] else { return false };
        match variants.get(tag as usize) {
            Some(fields) if fields.is_empty() => reference == 0,
            Some(_) => self.begins_at(reference) && self.words[reference as usize] == header(ty, tag),
            None => false,
        }
    }

    #[inline]
    fn begins_at(&self, reference: u32) -> bool {
        let at = reference as usize;
        self.starts.get(at / 64).is_some_and(|bits| bits >> (at % 64) & 1 != 0)
    }
}

/// The first walk: only headers and text are looked at.
struct Walk<'a> {
    shapes: &'a Shapes,
    words: &'a [u64],
    bytes: &'a [[u8; 8]],
}

impl Walk<'_> {
    /// Where an object ends, which is within the heap.
    #[inline]
    fn end_of(&self, at: usize) -> Result<usize, &'static str> {
        let head = self.words[at];
        let extra = high(head) as usize;
        let object =
            self.shapes.objects.get(low(head) as usize).ok_or("is of a type that the program lacks")?;
        match object {
            Object::Fields(_) if extra != 0 => Err("has a header that its type doesn't allow"),
            Object::Fields(fields) => self.within(at, 1 + fields.len()),
            Object::Variants(variants) => match variants.get(extra) {
                Some(fields) if !fields.is_empty() => self.within(at, 1 + fields.len()),
                _ => Err("is of a variant that has no objects"),
            },
            Object::Closure => match self.shapes.closures.get(extra) {
                Some((signature, captures)) if *signature == low(head) => self.within(at, 1 + captures.len()),
                _ => Err("is of a function that is not of its type"),
            },
            Object::Str => self.text(at, extra),
            Object::Bytes => {
                let end = self.within(at, 1 + extra.div_ceil(8))?;
                self.data(at + 1, end, extra)?;
                Ok(end)
            }
            Object::List(_) => self.list(at, extra),
            Object::Table(_, value) => tables::end_of(self.words, at, 2 + usize::from(value.is_some())),
            Object::None => Err("is of a type that has no objects"),
        }
    }

    fn within(&self, at: usize, words: usize) -> Result<usize, &'static str> {
        let end = at.checked_add(words).filter(|end| *end <= self.words.len());
        end.ok_or("reaches beyond the heap")
    }

    fn text(&self, at: usize, len: usize) -> Result<usize, &'static str> {
        let end = self.within(at, 2 + len.div_ceil(8))?;
        let bytes = self.data(at + 2, end, len)?;
        let text = std::str::from_utf8(bytes).map_err(|_| "is text that is not UTF-8")?;
        if text.chars().count() as u64 == self.words[at + 1] {
            Ok(end)
        } else {
            Err("is text with a wrong count of characters")
        }
    }

    /// The bytes in some words, of which those beyond `len` are 0.
    fn data(&self, start: usize, end: usize, len: usize) -> Result<&[u8], &'static str> {
        let (data, padding) = self.bytes[start..end].as_flattened().split_at(len);
        if padding.iter().all(|byte| *byte == 0) { Ok(data) } else { Err("has padding that is not 0") }
    }

    /// A list has its buffer right behind it, just as long as itself.
    fn list(&self, at: usize, len: usize) -> Result<usize, &'static str> {
        let end = self.within(at, if len == 0 { 2 } else { 3 + len })?;
        let is_good = match len {
            0 => self.words[at + 1] == 0,
            _ => self.words[at + 1] == at as u64 + 2 && self.words[at + 2] == header(BUFFER, len as u32),
        };
        if is_good { Ok(end) } else { Err("is a list without its buffer right behind it") }
    }
}
