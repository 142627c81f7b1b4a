//! From bytes to a message, every word of them checked.

use std::sync::Arc;

use super::head::Head;
use super::{MessageError, WrongType};
use crate::bytecode::TypeId;
use crate::data::HashSeed;
use crate::layout::{header, high, low};
use crate::mail::message::{Message, Parcel};
use crate::program::{MessageType, ObjectLayout, Program, TypeHash};
use crate::snapshot::{Form, check_message};

impl Message {
    /// The message that these bytes are, for an inbox of a program whose messages are of the type `wanted`. The keys of its
    /// maps and sets are hashed with the receiver's seed. It may have so many words of objects, of 8 bytes each.
    ///
    /// Takes memory only in proportion to the bytes.
    ///
    /// # Errors
    /// [`MessageError`]: it is of another type, too large, damaged or forged, or has functions of another program.
    pub fn decode(
        bytes: &[u8],
        program: &Arc<Program>,
        wanted: TypeId,
        hash_seed: [u64; 2],
        words_max: usize,
    ) -> Result<Self, MessageError> {
        let (head, objects) = Head::read(bytes)?;
        let ty = program.message_type(wanted);
        let ty = ty.ok_or_else(|| MessageError::TypeTooComplex { name: program.type_name(wanted) })?;
        if head.hash != ty.hash {
            let wanted = program.type_description(wanted);
            return Err(MessageError::WrongType(Box::new(WrongType { sent: None, wanted })));
        }
        if objects.len() > words_max {
            let (bytes, limit_bytes) = (8 * objects.len(), words_max.saturating_mul(8));
            return Err(MessageError::TooLarge { bytes, limit_bytes });
        }
        let has_own_ids = match head.ids {
            None => false,
            Some(ids) if program.begins_with_modules(&ids.modules) && ids.ty == wanted => true,
            Some(_) => return Err(MessageError::OtherProgram),
        };
        let numbers = (!has_own_ids).then_some(ty);
        let mut reader = Reader { program, numbers, has_tables: false, has_functions: false };
        let mut words = words_of(objects);
        check_message(program, &mut words, (head.slot, wanted), Form::Portable, |head| reader.header(head))?;
        if has_own_ids && !(ty.mentions_functions && reader.has_functions) {
            return Err(MessageError::Malformed {
                at: 0,
                what: "is of a kind that only messages with functions are",
            });
        }
        let mut parcel = Parcel { slot: head.slot, words, has_tables: reader.has_tables };
        let seed = HashSeed(hash_seed);
        if parcel.has_tables {
            parcel.hash(program, seed)?;
        }
        Ok(Self { program: Arc::clone(program), ty: wanted, seed, parcel })
    }

    /// The hash of the type that a message of these bytes says that it is of.
    pub fn type_hash_of(bytes: &[u8]) -> Option<TypeHash> {
        Head::read(bytes).ok().map(|(head, _)| head.hash)
    }

    /// The same message for an inbox of another program, or of the same one, whose messages are of the type `wanted`. The
    /// keys of its maps and sets are hashed with the receiver's seed.
    ///
    /// # Errors
    /// [`MessageError`]: it is of another type, or has functions that the other program lacks.
    pub fn for_program(
        mut self,
        program: &Arc<Program>,
        wanted: TypeId,
        hash_seed: [u64; 2],
    ) -> Result<Self, MessageError> {
        let seed = HashSeed(hash_seed);
        if self.ty == wanted && program.begins_with(&self.program) {
            if self.parcel.has_tables && self.seed != seed {
                self.parcel.rehash(program, seed);
            }
            return Ok(Self { program: Arc::clone(program), seed, ..self });
        }
        let decoded = Self::decode(&self.encode()?, program, wanted, hash_seed, usize::MAX);
        decoded.map_err(|error| match error {
            MessageError::WrongType(_) => self.unfit_for(program, wanted),
            error => error,
        })
    }

    /// What is to be said of a message that is not of the type which an inbox is for.
    pub(crate) fn unfit_for(&self, program: &Program, wanted: TypeId) -> MessageError {
        let (sent, wanted) = (Some(self.type_description()), program.type_description(wanted));
        MessageError::WrongType(Box::new(WrongType { sent, wanted }))
    }
}

/// Words from bytes, behind the one that is not used; none at all if there are none.
fn words_of(objects: &[[u8; 8]]) -> Vec<u64> {
    let mut words = Vec::new();
    if !objects.is_empty() {
        words.reserve_exact(1 + objects.len());
        words.push(0);
        words.extend(objects.iter().map(|word| u64::from_le_bytes(*word)));
    }
    words
}

/// Reads headers.
struct Reader<'a> {
    program: &'a Program,
    /// What the headers' numbers mean; none if they have the program's ids.
    numbers: Option<&'a MessageType>,
    has_tables: bool,
    has_functions: bool,
}

impl Reader<'_> {
    /// A header as the program has it.
    fn header(&mut self, head: u64) -> Result<u64, MessageError> {
        let id = match self.numbers {
            None => Some(low(head)),
            Some(ty) => ty.id(low(head)),
        };
        let what = "is of a type that messages of its type don't hold";
        let id = id.ok_or(MessageError::Malformed { at: 0, what })?;
        match self.program.layouts.get(id as usize).map(|layout| &layout.object) {
            Some(ObjectLayout::Table(_)) => self.has_tables = true,
            // Which function it is, only a program's own ids say.
            Some(ObjectLayout::Closure) if self.numbers.is_some() => return Err(MessageError::OtherProgram),
            Some(ObjectLayout::Closure) => self.has_functions = true,
            _ => {}
        }
        Ok(header(id, high(head)))
    }
}
