//! What stands before the objects of a message in bytes.

use super::MessageError;
use crate::bytecode::TypeId;
use crate::program::TypeHash;

/// The version of the message format that this build writes. It reads this one and no other.
pub(super) const VERSION: u8 = 1;

/// The second byte of a message for any program that declares its type.
const FOR_ANY: u8 = 0;
/// The second byte of a message with functions, for programs that begin with the same modules.
const FOR_MODULES: u8 = 1;

/// What stands before the objects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Head {
    /// The hash of the message's type.
    pub(super) hash: TypeHash,
    /// Which ids the objects' headers have, if it is not the numbers that follow from the type.
    pub(super) ids: Option<ProgramIds>,
    pub(super) slot: u64,
}

/// The ids of a program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ProgramIds {
    /// The hash of all its modules.
    pub(super) modules: [u8; 32],
    /// The message's type.
    pub(super) ty: TypeId,
}

impl Head {
    /// The most bytes that a head has.
    pub(super) const BYTES_MAX: usize = 2 + 32 + 36 + 8;

    pub(super) fn write(&self, out: &mut Vec<u8>) {
        out.push(VERSION);
        out.push(if self.ids.is_some() { FOR_MODULES } else { FOR_ANY });
        out.extend_from_slice(&self.hash.0);
        if let Some(ids) = &self.ids {
            out.extend_from_slice(&ids.modules);
            out.extend_from_slice(&ids.ty.0.to_le_bytes());
        }
        out.extend_from_slice(&self.slot.to_le_bytes());
    }

    /// A head, and the words behind it.
    pub(super) fn read(bytes: &[u8]) -> Result<(Self, &[[u8; 8]]), MessageError> {
        let cut_off = MessageError::CutOff { bytes: bytes.len() };
        let ([version, kind], rest) = bytes.split_first_chunk().ok_or(cut_off.clone())?;
        if *version != VERSION {
            return Err(MessageError::UnknownVersion { version: *version });
        }
        let (hash, rest) = rest.split_first_chunk().ok_or(cut_off.clone())?;
        let (ids, rest) = match *kind {
            FOR_ANY => (None, rest),
            FOR_MODULES => {
                let (modules, rest) = rest.split_first_chunk().ok_or(cut_off.clone())?;
                let (ty, rest) = rest.split_first_chunk().ok_or(cut_off.clone())?;
                (Some(ProgramIds { modules: *modules, ty: TypeId(u32::from_le_bytes(*ty)) }), rest)
            }
            _ => return Err(MessageError::Malformed { at: 0, what: "is of an unknown kind" }),
        };
        let (slot, objects) = rest.split_first_chunk().ok_or(cut_off.clone())?;
        match objects.as_chunks() {
            (words, []) => Ok((Self { hash: TypeHash(*hash), ids, slot: u64::from_le_bytes(*slot) }, words)),
            _ => Err(cut_off),
        }
    }
}
