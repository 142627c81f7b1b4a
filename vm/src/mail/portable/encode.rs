//! From a message to bytes.

use std::collections::BTreeMap;

use super::MessageError;
use super::description::TypeDescription;
use super::head::{Head, ProgramIds};
use crate::heap::{Heap, bytes_of};
use crate::layout::{CONSTANT_BIT, header, high, low};
use crate::mail::message::Message;
use crate::mail::objects::{end_of, slots};
use crate::program::{MessageType, ObjectLayout, Program, SlotKind, TableLayout, TypeHash};

/// The mark that stands for any key's.
const BLANK_MARK: u32 = 1;

impl Message {
    /// The message in bytes that mean the same to every program with its type: the same for the same message on every
    /// machine.
    ///
    /// # Errors
    /// [`MessageError::TypeTooComplex`].
    pub fn encode(&self) -> Result<Vec<u8>, MessageError> {
        let program = &*self.program;
        let ty = program.message_type(self.ty);
        let ty = ty.ok_or_else(|| MessageError::TypeTooComplex { name: program.type_name(self.ty) })?;
        let words = self.parcel.words();
        let has_functions = ty.mentions_functions && holds_functions(program, words);
        let ids = has_functions.then(|| ProgramIds { modules: program.modules_hash(), ty: self.ty });
        let room = Head::BYTES_MAX + 8 * words.len();
        let mut encoder = Encoder {
            program,
            numbers: (!has_functions).then_some(ty),
            words,
            bytes: Vec::with_capacity(room),
            base: 0,
            constants: Constants { end: words.len() as u32, ..Constants::default() },
        };
        let is_reference = program.layouts[self.ty.0 as usize].slot == SlotKind::Reference;
        let slot =
            if is_reference { encoder.constants.moved(program, self.parcel.slot) } else { self.parcel.slot };
        Head { hash: ty.hash, ids, slot }.write(&mut encoder.bytes);
        encoder.objects()?;
        encoder.constants()?;
        Ok(encoder.bytes)
    }

    /// What its type is called between programs, unless it is too complex for that.
    pub fn type_hash(&self) -> Option<TypeHash> {
        self.program.type_hash(self.ty)
    }

    /// What its type looks like.
    pub fn type_description(&self) -> TypeDescription {
        self.program.type_description(self.ty)
    }
}

/// Whether there are functions among these objects.
fn holds_functions(program: &Program, words: &[u64]) -> bool {
    let mut at = 1;
    while at < words.len() {
        if matches!(program.layouts[low(words[at]) as usize].object, ObjectLayout::Closure) {
            return true;
        }
        at = end_of(program, words, at);
    }
    false
}

struct Encoder<'a> {
    program: &'a Program,
    /// What gives types their numbers; none if headers keep the program's ids.
    numbers: Option<&'a MessageType>,
    words: &'a [u64],
    bytes: Vec<u8>,
    /// Where the first object stands.
    base: usize,
    constants: Constants,
}

impl Encoder<'_> {
    /// Writes the objects, which keep their places.
    fn objects(&mut self) -> Result<(), MessageError> {
        self.base = self.bytes.len();
        let (program, words) = (self.program, self.words);
        self.bytes.extend_from_slice(&bytes_of(&words[1..]));
        let mut at = 1;
        while at < words.len() {
            let id = low(words[at]);
            let number = self.number(at, id)?;
            self.set_low(at, number);
            if let ObjectLayout::Table(layout) = &program.layouts[id as usize].object {
                self.blank(at, layout);
            }
            at = slots(program, words, at, |slots| {
                if slots.kind == SlotKind::Reference {
                    for index in 0..slots.count {
                        let place = slots.first + index * slots.stride;
                        if low(words[place]) & CONSTANT_BIT != 0 {
                            let moved = self.constants.moved(program, words[place]);
                            self.set_low(place, low(moved));
                        }
                    }
                }
            });
        }
        Ok(())
    }

    /// Writes the constants that were referred to behind the objects.
    fn constants(&mut self) -> Result<(), MessageError> {
        for reference in std::mem::take(&mut self.constants.order) {
            let object = constant(self.program, reference);
            let head = header(self.number(0, low(object[0]))?, high(object[0]));
            self.bytes.extend_from_slice(&head.to_le_bytes());
            self.bytes.extend_from_slice(&bytes_of(&object[1..]));
        }
        Ok(())
    }

    fn number(&self, at: usize, id: u32) -> Result<u32, MessageError> {
        let what = "is of a type that messages of its type don't hold";
        self.numbers.map_or(Some(id), |ty| ty.number(id)).ok_or(MessageError::Malformed { at, what })
    }

    /// Takes marks and index out of a table: they tell of the sender's seed, and are of no use to somebody with another.
    fn blank(&mut self, at: usize, layout: &TableLayout) {
        let used = high(self.words[at + 1]) as usize;
        let first = low(self.words[at + 1]) as usize + 1;
        for place in (first..).step_by(layout.stride()).take(used) {
            if low(self.words[place]) != 0 {
                self.set_low(place, BLANK_MARK);
            }
        }
        let index = low(self.words[at + 2]) as usize;
        if index != 0 {
            let start = self.offset(index + 1);
            self.bytes[start..][..8 * high(self.words[index]) as usize].fill(0);
        }
    }

    fn set_low(&mut self, word: usize, low: u32) {
        let start = self.offset(word);
        self.bytes[start..start + 4].copy_from_slice(&low.to_le_bytes());
    }

    fn offset(&self, word: usize) -> usize {
        self.base + 8 * (word - 1)
    }
}

/// The constants that a message refers to, which become objects of it.
#[derive(Default)]
struct Constants {
    /// References to them, in the order in which they were met.
    order: Vec<u32>,
    /// Where each of them comes to stand.
    places: BTreeMap<u32, u32>,
    /// Where the next one does.
    end: u32,
}

impl Constants {
    /// A slot that refers to the object that a constant becomes; the same slot if it refers to none.
    fn moved(&mut self, program: &Program, slot: u64) -> u64 {
        let reference = low(slot);
        if reference & CONSTANT_BIT == 0 {
            return slot;
        }
        let place = *self.places.entry(reference).or_insert_with(|| {
            self.order.push(reference);
            let place = self.end;
            self.end += constant(program, reference).len() as u32;
            place
        });
        header(place, high(slot))
    }
}

/// The words of a constant's object.
fn constant(program: &Program, reference: u32) -> &[u64] {
    let object = &program.constant_area[(reference & !CONSTANT_BIT) as usize..];
    let bytes = high(object[0]) as usize;
    let is_text = low(object[0]) == program.well_known.str;
    &object[..if is_text { Heap::text_words(bytes) } else { Heap::bytes_words(bytes) }]
}
