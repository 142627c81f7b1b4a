//! The outermost layer: header, description, and three runs of words. Nothing here knows what they mean.

use std::io::Cursor;

use serde::{Deserialize, Serialize};

use super::{SnapshotError, SnapshotStatus};
use crate::bytecode::ModuleHash;

/// The first bytes of a snapshot.
pub const MAGIC: [u8; 4] = *b"MOBS";
/// The version of the snapshot format that this build writes. It reads this one and no other.
pub const SNAPSHOT_VERSION: u16 = 1;

/// Magic, version, hash.
pub(super) const HEADER_BYTES: usize = MAGIC.len() + 2 + 32;
/// How deep the description may nest. Nothing in it is recursive.
const DEPTH_MAX: usize = 16;

/// What the words of a snapshot are, in MessagePack.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Description {
    /// The modules of the program, in the order of linking.
    pub(super) modules: Vec<ModuleHash>,
    pub(super) status: SnapshotStatus,
    pub(super) fuel_used: u64,
    /// What keys of maps and sets are hashed with.
    pub(super) hash_seed: [u64; 2],
    /// How many words of frames follow, of registers, of heap.
    pub(super) frames: u64,
    pub(super) registers: u64,
    pub(super) heap: u64,
    /// How many values are kept, of two words each between registers and heap. Not written if there are none.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub(super) kept: u64,
}

fn is_zero(count: &u64) -> bool {
    *count == 0
}

impl Description {
    /// Header without its hash, length of the description, and the description.
    pub(super) fn head(&self) -> Vec<u8> {
        let mut body = Vec::new();
        // Writing to a Vec can't fail, and every length is known before it is written.
        let written = self.serialize(&mut rmp_serde::Serializer::new(&mut body));
        debug_assert!(written.is_ok());
        let mut head = Vec::with_capacity(HEADER_BYTES + 4 + body.len());
        head.extend_from_slice(&MAGIC);
        head.extend_from_slice(&SNAPSHOT_VERSION.to_le_bytes());
        head.extend_from_slice(&[0; 32]);
        head.extend_from_slice(&(body.len() as u32).to_le_bytes());
        head.extend_from_slice(&body);
        head
    }
}

/// A snapshot taken apart. Every word is 8 bytes, the lowest first.
#[derive(Debug)]
pub(super) struct Envelope<'a> {
    pub(super) hash: [u8; 32],
    pub(super) description: Description,
    pub(super) frames: &'a [[u8; 8]],
    pub(super) registers: &'a [[u8; 8]],
    /// Of each kept value its id and its type, then its slot.
    pub(super) kept: &'a [[u8; 8]],
    pub(super) heap: &'a [[u8; 8]],
}

impl<'a> Envelope<'a> {
    /// Checks the header and the hash, and takes the rest apart. Nothing is allocated but the description, which is
    /// within a small multiple of its bytes.
    pub(super) fn open(bytes: &'a [u8]) -> Result<Self, SnapshotError> {
        let (hash, rest) = checked_body(bytes)?;
        let cut_off = SnapshotError::CutOff { bytes: bytes.len() };
        let (len, rest) = rest.split_first_chunk::<4>().ok_or(cut_off.clone())?;
        let len = u32::from_le_bytes(*len) as usize;
        let (description, words) = rest.split_at_checked(len).ok_or(cut_off)?;
        let description = read_description(description)?;
        let (frames, words) = take_words(words, description.frames)?;
        let (registers, words) = take_words(words, description.registers)?;
        let (kept, words) = take_words(words, description.kept.saturating_mul(2))?;
        let (heap, words) = take_words(words, description.heap)?;
        if !words.is_empty() {
            return Err(malformed(format!("{} bytes follow its last word", words.len())));
        }
        Ok(Self { hash, description, frames, registers, kept, heap })
    }
}

pub(super) fn malformed(reason: impl Into<String>) -> SnapshotError {
    SnapshotError::Malformed { reason: reason.into() }
}

fn checked_body(bytes: &[u8]) -> Result<([u8; 32], &[u8]), SnapshotError> {
    let cut_off = SnapshotError::CutOff { bytes: bytes.len() };
    if !bytes.starts_with(&MAGIC) {
        let is_prefix = !bytes.is_empty() && MAGIC.starts_with(bytes);
        return Err(if is_prefix { cut_off } else { SnapshotError::NotASnapshot });
    }
    let (version, rest) = bytes[MAGIC.len()..].split_first_chunk::<2>().ok_or(cut_off.clone())?;
    match u16::from_le_bytes(*version) {
        SNAPSHOT_VERSION => {}
        version if version > SNAPSHOT_VERSION => return Err(SnapshotError::NewerVersion { version }),
        version => return Err(SnapshotError::UnknownVersion { version }),
    }
    let (hash, body) = rest.split_first_chunk::<32>().ok_or(cut_off)?;
    if blake3::hash(body) == *hash { Ok((*hash, body)) } else { Err(SnapshotError::WrongHash) }
}

fn read_description(bytes: &[u8]) -> Result<Description, SnapshotError> {
    let mut reader = rmp_serde::Deserializer::new(Cursor::new(bytes));
    reader.set_max_depth(DEPTH_MAX);
    let description = Description::deserialize(&mut reader)
        .map_err(|error| malformed(format!("byte {} of its description: {error}", reader.position())))?;
    if description.head()[HEADER_BYTES + 4..] == *bytes {
        Ok(description)
    } else {
        Err(malformed("its description is not in the canonical encoding"))
    }
}

fn take_words(bytes: &[u8], count: u64) -> Result<(&[[u8; 8]], &[u8]), SnapshotError> {
    let (words, _) = bytes.as_chunks::<8>();
    let words = usize::try_from(count).ok().and_then(|count| words.get(..count));
    let words =
        words.ok_or_else(|| malformed(format!("it states {count} words, and has {} bytes", bytes.len())))?;
    Ok((words, &bytes[words.len() * 8..]))
}
