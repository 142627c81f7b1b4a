//! The outermost layer: header, description, and three runs of words. Nothing here knows what they mean.

use std::io::Cursor;

use serde::{Deserialize, Serialize};

use super::mail::MailDescription;
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
    /// Not written if there is nothing of it.
    #[serde(default, skip_serializing_if = "More::is_empty")]
    pub(super) more: More,
}

/// What few agents have.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct More {
    /// How many values are kept, of two words each behind the registers.
    pub(super) kept: u64,
    /// The inboxes, whose messages' words stand behind those.
    pub(super) mail: Option<MailDescription>,
}

impl More {
    fn is_empty(&self) -> bool {
        *self == Self::default()
    }
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

/// What stands before the words of a snapshot.
#[derive(Debug)]
pub(super) struct Head {
    pub(super) hash: [u8; 32],
    pub(super) description: Description,
}

impl Head {
    /// How many bytes the head has that begins so; or of its beginning, if these are too few to say that.
    pub(super) fn bytes(start: &[u8]) -> Result<usize, SnapshotError> {
        if !start.starts_with(&MAGIC) && !MAGIC.starts_with(start) {
            return Err(SnapshotError::NotASnapshot);
        }
        if let Some(version) = start.get(MAGIC.len()..).and_then(|rest| rest.first_chunk::<2>()) {
            match u16::from_le_bytes(*version) {
                SNAPSHOT_VERSION => {}
                version if version > SNAPSHOT_VERSION => return Err(SnapshotError::NewerVersion { version }),
                version => return Err(SnapshotError::UnknownVersion { version }),
            }
        }
        let fixed = HEADER_BYTES + 4;
        let len = start.get(HEADER_BYTES..).and_then(|rest| rest.first_chunk::<4>());
        Ok(len.map_or(fixed, |len| fixed.saturating_add(u32::from_le_bytes(*len) as usize)))
    }

    /// Reads a whole head.
    pub(super) fn read(head: &[u8]) -> Result<Self, SnapshotError> {
        let cut_off = SnapshotError::CutOff { bytes: head.len() };
        let hash = head.get(MAGIC.len() + 2..).and_then(|rest| rest.first_chunk::<32>());
        let description = head.get(HEADER_BYTES + 4..);
        let (hash, description) = hash.zip(description).ok_or(cut_off)?;
        Ok(Self { hash: *hash, description: read_description(description)? })
    }

    /// How many words stand before those of the heap.
    pub(super) fn words_before_heap(&self) -> u64 {
        let Description { frames, registers, more: More { kept, mail }, .. } = &self.description;
        let messages = mail.as_ref().map_or(0, |mail| mail.words);
        frames.saturating_add(*registers).saturating_add(kept.saturating_mul(2)).saturating_add(messages)
    }
}

/// A snapshot taken apart. Every word is 8 bytes, the lowest first.
#[derive(Debug)]
pub(super) struct Envelope<'a> {
    pub(super) head: Head,
    pub(super) frames: &'a [[u8; 8]],
}

impl<'a> Envelope<'a> {
    /// Checks the header, the hash and the length. Nothing is allocated but the description, which is within a small
    /// multiple of its bytes.
    pub(super) fn open(bytes: &'a [u8]) -> Result<Self, SnapshotError> {
        if bytes.is_empty() {
            return Err(SnapshotError::NotASnapshot);
        }
        let cut_off = SnapshotError::CutOff { bytes: bytes.len() };
        // The second time, the description's length is there.
        let head_bytes = Head::bytes(bytes.get(..Head::bytes(bytes)?).ok_or(cut_off.clone())?)?;
        let body = bytes.get(HEADER_BYTES..).ok_or(cut_off.clone())?;
        if !has_hash_of(bytes, body) {
            return Err(SnapshotError::WrongHash);
        }
        let (head, words) = bytes.split_at_checked(head_bytes).ok_or(cut_off)?;
        let head = Head::read(head)?;
        let count = head.words_before_heap().saturating_add(head.description.heap);
        if count.saturating_mul(8) != words.len() as u64 {
            return Err(wrong_length(count, words.len()));
        }
        let (words, _) = words.as_chunks::<8>();
        let frames = &words[..head.description.frames as usize];
        Ok(Self { head, frames })
    }
}

/// Whether the header states the hash of the body.
pub(super) fn has_hash_of(header: &[u8], body: &[u8]) -> bool {
    header.get(MAGIC.len() + 2..HEADER_BYTES) == Some(blake3::hash(body).as_bytes())
}

pub(super) fn malformed(reason: impl Into<String>) -> SnapshotError {
    SnapshotError::Malformed { reason: reason.into() }
}

/// There are other words than the description states.
pub(super) fn wrong_length(stated: u64, bytes: usize) -> SnapshotError {
    malformed(format!("it states {stated} words, and has {bytes} bytes of them"))
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
