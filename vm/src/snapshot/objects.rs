//! Finds out where the objects of a heap begin, as its words arrive, and that each is well-formed in itself.

use super::shapes::{Object, Shapes};
use super::{Form, SnapshotError, tables};
use crate::heap::bytes_of;
use crate::layout::{BUFFER, header, high, low};

/// Where objects begin, as far as the words have arrived.
#[derive(Debug, Default)]
pub(super) struct Starts {
    /// A bit a word, set where an object begins.
    bits: Vec<u64>,
    /// Where the next object begins.
    next: usize,
}

/// What is wrong with an object that is longer than there is room for.
const BEYOND: &str = "reaches beyond the heap";

/// Why an object was not taken.
enum Fault {
    /// It is not all there yet.
    Wait,
    /// It can't be one.
    Wrong(&'static str),
}

impl Starts {
    /// Goes on as far as objects are whole in these words, which are the first ones of a heap of `total`. Each word is
    /// looked at once, and a few words of an object that is not whole again when there are more.
    pub(super) fn advance(
        &mut self,
        shapes: &Shapes,
        words: &[u64],
        total: usize,
    ) -> Result<(), SnapshotError> {
        if self.next == 0 {
            match words.first() {
                None => return Ok(()),
                Some(0) => self.next = 1,
                Some(_) => {
                    let what = "stands where none may: reference 0 is no object";
                    return Err(SnapshotError::Object { at: 0, what });
                }
            }
        }
        self.bits.resize(words.len().div_ceil(64), 0);
        let walk = Walk { shapes, words, total, form: Form::Own };
        while self.next < words.len() {
            match walk.end_of(self.next) {
                Ok(end) => self.add(end),
                Err(Fault::Wait) => break,
                Err(Fault::Wrong(what)) => return Err(SnapshotError::Object { at: self.next, what }),
            }
        }
        Ok(())
    }

    /// Before the first object in so many words that are all there.
    pub(super) fn of(words: usize) -> Self {
        Self { bits: vec![0; words.div_ceil(64)], next: 1 }
    }

    /// Where the next object begins.
    pub(super) fn next(&self) -> usize {
        self.next
    }

    /// Goes on by one object in words that are all there.
    pub(super) fn take(&mut self, shapes: &Shapes, words: &[u64], form: Form) -> Result<(), SnapshotError> {
        let walk = Walk { shapes, words, total: words.len(), form };
        match walk.end_of(self.next) {
            Ok(end) => {
                self.add(end);
                Ok(())
            }
            Err(Fault::Wrong(what)) => Err(SnapshotError::Object { at: self.next, what }),
            // Nothing is to come, so nothing is waited for.
            Err(Fault::Wait) => Err(SnapshotError::Object { at: self.next, what: BEYOND }),
        }
    }

    /// An object begins at the next place, and ends where the one after it may.
    #[inline]
    fn add(&mut self, end: usize) {
        self.bits[self.next / 64] |= 1 << (self.next % 64);
        self.next = end;
    }

    /// Whether an object begins at a place.
    #[inline]
    pub(super) fn contains(&self, at: usize) -> bool {
        self.bits.get(at / 64).is_some_and(|bits| bits >> (at % 64) & 1 != 0)
    }
}

/// A look at one object at a time: its header, its text, its structure, but no slot.
struct Walk<'a> {
    shapes: &'a Shapes,
    /// The words that have arrived.
    words: &'a [u64],
    /// How many there will be.
    total: usize,
    form: Form,
}

impl Walk<'_> {
    /// Where an object ends, which is within the words that have arrived.
    #[inline]
    fn end_of(&self, at: usize) -> Result<usize, Fault> {
        let head = self.words[at];
        let extra = high(head) as usize;
        let object = self.shapes.objects.get(low(head) as usize);
        match object.ok_or(Fault::Wrong("is of a type that the program lacks"))? {
            Object::Fields(_) if extra != 0 => Err(Fault::Wrong("has a header that its type doesn't allow")),
            Object::Fields(fields) => self.within(at, 1 + fields.len()),
            Object::Variants(variants) => match variants.get(extra) {
                Some(fields) if !fields.is_empty() => self.within(at, 1 + fields.len()),
                _ => Err(Fault::Wrong("is of a variant that has no objects")),
            },
            Object::Closure => match self.shapes.closures.get(extra) {
                Some((signature, captures)) if *signature == low(head) => self.within(at, 1 + captures.len()),
                _ => Err(Fault::Wrong("is of a function that is not of its type")),
            },
            Object::Str => self.text(at, extra),
            Object::Bytes => {
                let end = self.within(at, 1 + extra.div_ceil(8))?;
                self.check_padding(end, extra)?;
                Ok(end)
            }
            Object::List(_) => self.list(at, extra),
            Object::Table(_, value) => self.table(at, 2 + usize::from(value.is_some())),
            Object::None => Err(Fault::Wrong("is of a type that has no objects")),
        }
    }

    /// The end of an object of so many words.
    #[inline]
    fn within(&self, at: usize, words: usize) -> Result<usize, Fault> {
        match at.saturating_add(words) {
            end if end <= self.words.len() => Ok(end),
            end if end <= self.total => Err(Fault::Wait),
            _ => Err(Fault::Wrong(BEYOND)),
        }
    }

    fn text(&self, at: usize, len: usize) -> Result<usize, Fault> {
        let end = self.within(at, 2 + len.div_ceil(8))?;
        self.check_padding(end, len)?;
        let bytes = bytes_of(&self.words[at + 2..end]);
        let (bytes, count) = (&bytes[..len], self.words[at + 1]);
        // As many characters as bytes is ASCII, as most texts are.
        if count == len as u64 && bytes.is_ascii() {
            return Ok(end);
        }
        match std::str::from_utf8(bytes) {
            Err(_) => Err(Fault::Wrong("is text that is not UTF-8")),
            Ok(text) if text.chars().count() as u64 == count => Ok(end),
            Ok(_) => Err(Fault::Wrong("is text with a wrong count of characters")),
        }
    }

    /// The bytes behind the last of `len`, in the last word before `end`, are 0.
    #[inline]
    fn check_padding(&self, end: usize, len: usize) -> Result<(), Fault> {
        match len % 8 {
            0 => Ok(()),
            used if self.words[end - 1] >> (8 * used) == 0 => Ok(()),
            _ => Err(Fault::Wrong("has padding that is not 0")),
        }
    }

    /// A list has its buffer right behind it, just as long as itself.
    fn list(&self, at: usize, len: usize) -> Result<usize, Fault> {
        let end = self.within(at, if len == 0 { 2 } else { len.saturating_add(3) })?;
        let is_good = match len {
            0 => self.words[at + 1] == 0,
            _ => self.words[at + 1] == at as u64 + 2 && self.words[at + 2] == header(BUFFER, len as u32),
        };
        if is_good { Ok(end) } else { Err(Fault::Wrong("is a list without its buffer right behind it")) }
    }

    fn table(&self, at: usize, stride: usize) -> Result<usize, Fault> {
        // What says how long it is may itself lie beyond what has arrived, or beyond the end.
        let end = match tables::end(self.words, at, stride) {
            Some(end) => self.within(at, end - at)?,
            None if self.words.len() < self.total => return Err(Fault::Wait),
            None => return Err(Fault::Wrong(BEYOND)),
        };
        tables::check(&self.words[..end], at, stride, self.form).map_err(Fault::Wrong)?;
        Ok(end)
    }
}
