//! Modules as bytes: a header, then the [`Module`] as MessagePack. `docs/module.md` has it byte by byte.
//!
//! One module has one encoding: [`Module::decode`] refuses what [`Module::encode`] would not have written, so a hash
//! names a module and not one of its spellings.

use std::io::Cursor;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::module::{FORMAT_VERSION, MAGIC, Module, ModuleHash};

/// How long an encoded module may be, header included, in bytes.
pub const MODULE_BYTES_MAX: usize = 16 << 20;
/// How long the header is: magic, version, hash.
pub const HEADER_BYTES: usize = MAGIC.len() + 2 + 32;
/// How deep MessagePack may nest. A module nests eight deep; nothing in it is recursive.
const DEPTH_MAX: usize = 16;

/// Why bytes are no module.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum DecodeError {
    /// The first bytes are not a module's.
    #[error("this is not a module: it does not begin with MOBC")]
    NotAModule,
    /// The bytes end inside of the header.
    #[error("the module is cut off: {bytes} bytes are less than its header's {HEADER_BYTES}")]
    CutOff {
        /// How many bytes there are.
        bytes: usize,
    },
    /// A later build wrote it.
    #[error(
        "the module has format version {version}, and this build reads version {FORMAT_VERSION}: \
         use a newer mvm, or build the module again with this one"
    )]
    NewerVersion {
        /// Its version.
        version: u16,
    },
    /// No build ever wrote this version.
    #[error("the module's header is damaged: there is no format version {version}")]
    UnknownVersion {
        /// Its version.
        version: u16,
    },
    /// It is longer than any module may be.
    #[error("the module has {bytes} bytes, and the limit is {MODULE_BYTES_MAX}")]
    TooLong {
        /// Its length.
        bytes: usize,
    },
    /// The body isn't the one that was hashed.
    #[error("the module is damaged: its body does not have the hash that its header states")]
    WrongHash,
    /// The body isn't a module's MessagePack.
    #[error("the module is malformed at byte {offset}: {reason}")]
    Malformed {
        /// How many bytes of the file were read.
        offset: usize,
        /// What the MessagePack reader says.
        reason: String,
    },
    /// The body says a module in another way than the one that is canonical.
    #[error("the module is malformed at byte {offset}: this is not the canonical encoding")]
    NotCanonical {
        /// The first byte of the file that differs.
        offset: usize,
    },
}

impl Module {
    /// The module as bytes. Equal modules give equal bytes, on every machine.
    ///
    /// One that is longer than [`MODULE_BYTES_MAX`] can be written but not read back.
    pub fn encode(&self) -> Vec<u8> {
        let body = self.body();
        let mut bytes = Vec::with_capacity(HEADER_BYTES + body.len());
        bytes.extend_from_slice(&MAGIC);
        bytes.extend_from_slice(&FORMAT_VERSION.to_le_bytes());
        bytes.extend_from_slice(blake3::hash(&body).as_bytes());
        bytes.extend_from_slice(&body);
        bytes
    }

    /// Reads what [`Module::encode`] wrote. The module is whole and canonical, but not verified.
    ///
    /// # Errors
    /// [`DecodeError`] says what is wrong, and where. Memory used is within a small multiple of the bytes given.
    pub fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let body = checked_body(bytes)?;
        let mut reader = rmp_serde::Deserializer::new(Cursor::new(body));
        reader.set_max_depth(DEPTH_MAX);
        let module = Self::deserialize(&mut reader).map_err(|error| DecodeError::Malformed {
            offset: HEADER_BYTES + reader.position() as usize,
            reason: error.to_string(),
        })?;
        let canonical = module.body();
        if canonical == body {
            return Ok(module);
        }
        let same = canonical.iter().zip(body).take_while(|(ours, theirs)| ours == theirs).count();
        Err(DecodeError::NotCanonical { offset: HEADER_BYTES + same })
    }

    /// The hash that names the module. It costs an encoding; [`module_hash`] reads it off of encoded bytes.
    pub fn hash(&self) -> ModuleHash {
        ModuleHash(*blake3::hash(&self.body()).as_bytes())
    }

    fn body(&self) -> Vec<u8> {
        let mut body = Vec::new();
        // Writing to a Vec can't fail, and every length in a module is known before it is written.
        let written = self.serialize(&mut rmp_serde::Serializer::new(&mut body));
        debug_assert!(written.is_ok());
        body
    }
}

/// The hash in an encoded module's header, which is its name, after checking that it is the body's.
///
/// # Errors
/// [`DecodeError`] if the header or the hash is wrong. The body is not read.
pub fn module_hash(bytes: &[u8]) -> Result<ModuleHash, DecodeError> {
    checked_body(bytes).map(|body| ModuleHash(*blake3::hash(body).as_bytes()))
}

/// Checks the header, and gives the body that it speaks of.
fn checked_body(bytes: &[u8]) -> Result<&[u8], DecodeError> {
    if !bytes.starts_with(&MAGIC) {
        let is_prefix = !bytes.is_empty() && MAGIC.starts_with(bytes);
        return Err(if is_prefix {
            DecodeError::CutOff { bytes: bytes.len() }
        } else {
            DecodeError::NotAModule
        });
    }
    let Some((header, body)) = bytes.split_at_checked(HEADER_BYTES) else {
        return Err(DecodeError::CutOff { bytes: bytes.len() });
    };
    match u16::from_le_bytes([header[4], header[5]]) {
        FORMAT_VERSION => {}
        version if version > FORMAT_VERSION => return Err(DecodeError::NewerVersion { version }),
        version => return Err(DecodeError::UnknownVersion { version }),
    }
    if bytes.len() > MODULE_BYTES_MAX {
        return Err(DecodeError::TooLong { bytes: bytes.len() });
    }
    if header[6..] != *blake3::hash(body).as_bytes() {
        return Err(DecodeError::WrongHash);
    }
    Ok(body)
}

/// Code as one byte string of little-endian words: 8 bytes an instruction, and one length to check.
pub(super) mod code_bytes {
    use serde::de::{Error, Visitor};
    use serde::{Deserializer, Serializer};

    use crate::bytecode::Instr;

    pub(crate) fn serialize<S: Serializer>(code: &[Instr], serializer: S) -> Result<S::Ok, S::Error> {
        let bytes: Vec<u8> = code.iter().flat_map(|word| word.0.to_le_bytes()).collect();
        serializer.serialize_bytes(&bytes)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Instr>, D::Error> {
        deserializer.deserialize_bytes(CodeVisitor)
    }

    struct CodeVisitor;

    impl Visitor<'_> for CodeVisitor {
        type Value = Vec<Instr>;

        fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("instruction words of 8 bytes")
        }

        fn visit_bytes<E: Error>(self, bytes: &[u8]) -> Result<Vec<Instr>, E> {
            let (words, []) = bytes.as_chunks::<8>() else {
                return Err(E::invalid_length(bytes.len(), &self));
            };
            Ok(words.iter().map(|word| Instr(u64::from_le_bytes(*word))).collect())
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::bytecode::{FuncId, Function, Instr, Op, Type, TypeId};

    fn module() -> Module {
        Module {
            name: "hello".into(),
            types: vec![Type::Unit, Type::Int, Type::Fn(vec![], TypeId(1))],
            constants: vec![],
            imports: vec![],
            capabilities: vec![],
            functions: vec![Function {
                name: "main".into(),
                signature: TypeId(2),
                captures: 0,
                registers: vec![TypeId(1)],
                code: vec![Instr::with_bc(Op::ConstInt, 0, 7), Instr::new(Op::Return, 0, 0, 0, 0)],
                lines: vec![],
                inlined: vec![],
            }],
            main: Some(FuncId(0)),
            tests: vec![],
            files: vec![],
            links: vec![],
        }
    }

    /// Bytes with a header that fits `body`, whatever it holds.
    fn with_header(body: &[u8]) -> Vec<u8> {
        [&MAGIC[..], &FORMAT_VERSION.to_le_bytes(), blake3::hash(body).as_bytes(), body].concat()
    }

    #[test]
    fn decoding_gives_what_was_encoded() {
        let bytes = module().encode();
        assert_eq!(Module::decode(&bytes).unwrap(), module());
        assert_eq!(module_hash(&bytes).unwrap(), module().hash());
    }

    #[test]
    fn every_truncation_and_every_bit_flip_is_an_error() {
        let bytes = module().encode();
        for length in 0..bytes.len() {
            assert!(Module::decode(&bytes[..length]).is_err());
        }
        for bit in 0..bytes.len() * 8 {
            let mut flipped = bytes.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            assert!(Module::decode(&flipped).is_err(), "bit {bit}");
        }
    }

    #[test]
    fn a_newer_version_says_what_to_do() {
        let mut bytes = module().encode();
        bytes[4] = 9;
        let error = Module::decode(&bytes).unwrap_err();
        assert_eq!(error, DecodeError::NewerVersion { version: 9 });
        assert!(error.to_string().contains("use a newer mvm"), "{error}");
    }

    #[test]
    fn forged_lengths_are_refused_with_their_place() {
        let array32 = |header: &[u8]| with_header(&[&[0x99][..], header].concat());
        // A name, a type table and a byte string that claim 2^32 - 1 elements, and a map that claims as many fields.
        for forged in [
            &b"\xdb\xff\xff\xff\xff"[..],
            b"\xa0\xdd\xff\xff\xff\xff",
            b"\xa0\x90\x91\x81\xa5Bytes\xc6\xff\xff\xff\xff",
        ] {
            let error = Module::decode(&array32(forged)).unwrap_err();
            assert!(matches!(error, DecodeError::Malformed { .. }), "{error}");
        }
        assert!(Module::decode(&with_header(b"\xdf\xff\xff\xff\xff")).is_err());
    }

    #[test]
    fn deep_nesting_is_refused_without_recursion() {
        let error = Module::decode(&with_header(&vec![0x91; 1 << 20])).unwrap_err();
        assert!(matches!(error, DecodeError::Malformed { .. }), "{error}");
        // The same where a field is unknown and would be skipped.
        let skipped = [&b"\x81\xa1?"[..], &vec![0x91; 1 << 20]].concat();
        assert!(Module::decode(&with_header(&skipped)).is_err());
    }

    #[test]
    fn another_spelling_of_a_module_is_refused() {
        let mut body = module().encode().split_off(HEADER_BYTES);
        body.push(0);
        let end = HEADER_BYTES + body.len() - 1;
        assert_eq!(Module::decode(&with_header(&body)), Err(DecodeError::NotCanonical { offset: end }));
        // "hello" with a two-byte length.
        let long = [&b"\x99\xd9\x05"[..], &body[2..body.len() - 1]].concat();
        let error = Module::decode(&with_header(&long)).unwrap_err();
        assert_eq!(error, DecodeError::NotCanonical { offset: HEADER_BYTES + 1 });
    }

    #[test]
    fn a_module_over_the_limit_is_refused_before_it_is_read() {
        let bytes = with_header(&vec![0; MODULE_BYTES_MAX]);
        assert_eq!(Module::decode(&bytes), Err(DecodeError::TooLong { bytes: bytes.len() }));
    }
}
