//! From an agent to bytes.

use super::envelope::{Description, HEADER_BYTES};
use super::{SnapshotError, SnapshotStatus, frames};
use crate::agent::{Agent, State};
use crate::layout;
use crate::program::SlotKind;
use crate::stack::Frame;

/// How many bytes of heap are written at a time.
const CHUNK_BYTES: usize = 256 << 10;
/// The heap of an agent that holds nothing: reference 0, which is no object.
const EMPTY_HEAP: &[u64] = &[0];

impl Agent {
    /// The agent as bytes, after compacting its heap. The program can't notice.
    ///
    /// # Errors
    /// [`SnapshotError::TooLong`] if they would be more than [`Limits::snapshot_bytes`](crate::Limits::snapshot_bytes).
    pub fn snapshot(&mut self) -> Result<Vec<u8>, SnapshotError> {
        let Plan { head, heap } = self.plan()?;
        let mut bytes = vec![0; head.len() + heap.len() * 8];
        let (to_head, to_heap) = bytes.split_at_mut(head.len());
        to_head.copy_from_slice(&head);
        let mut hasher = blake3::Hasher::new();
        hasher.update(&head[HEADER_BYTES..]);
        // Hashed chunk by chunk, while it is in the cache.
        for (bytes, words) in to_heap.chunks_mut(CHUNK_BYTES).zip(heap.chunks(CHUNK_BYTES / 8)) {
            words_to_bytes(words, bytes);
            hasher.update(bytes);
        }
        let hash = hasher.finalize();
        bytes[HEADER_BYTES - 32..HEADER_BYTES].copy_from_slice(hash.as_bytes());
        Ok(bytes)
    }

    /// The same bytes as [`Agent::snapshot`] in pieces, so that a large agent can be sent in little extra memory.
    ///
    /// # Errors
    /// As for [`Agent::snapshot`].
    pub fn snapshot_chunks(&mut self) -> Result<SnapshotChunks<'_>, SnapshotError> {
        let Plan { mut head, heap } = self.plan()?;
        let mut hasher = blake3::Hasher::new();
        hasher.update(&head[HEADER_BYTES..]);
        let mut buffer = vec![0; CHUNK_BYTES.min(heap.len() * 8)];
        for words in heap.chunks(CHUNK_BYTES / 8) {
            let bytes = &mut buffer[..words.len() * 8];
            words_to_bytes(words, bytes);
            hasher.update(bytes);
        }
        let hash = *hasher.finalize().as_bytes();
        head[HEADER_BYTES - 32..HEADER_BYTES].copy_from_slice(&hash);
        let len = head.len() + heap.len() * 8;
        Ok(SnapshotChunks { head: Some(head), heap, hash, len })
    }

    /// Compacts the agent, and says of what its snapshot consists.
    fn plan(&mut self) -> Result<Plan<'_>, SnapshotError> {
        let status = match &self.state {
            State::New => SnapshotStatus::New,
            State::Ready => SnapshotStatus::Ready,
            State::Waiting => SnapshotStatus::Waiting,
            State::Done(_) => SnapshotStatus::Done,
            State::Trapped(trap) => SnapshotStatus::Trapped((**trap).clone()),
        };
        let is_at_rest = matches!(status, SnapshotStatus::New | SnapshotStatus::Trapped(_));
        let holds_nothing = is_at_rest && self.stack.kept.iter().len() == 0;
        if !holds_nothing {
            self.compact();
        }
        let (frames, registers) = self.live_words();
        let kept = self.kept_words();
        let heap = if holds_nothing { EMPTY_HEAP } else { self.heap.words() };
        let description = Description {
            modules: self.program.modules().collect(),
            status,
            fuel_used: self.fuel.used,
            hash_seed: self.heap.seed.0,
            frames: frames.len() as u64,
            registers: registers.len() as u64,
            heap: heap.len() as u64,
            kept: kept.len() as u64 / 2,
        };
        let mut head = description.head();
        head.extend(frames.iter().chain(&registers).chain(&kept).flat_map(|word| word.to_le_bytes()));
        let (bytes, limit_bytes) = (head.len() + heap.len() * 8, self.limits.snapshot_bytes);
        if bytes > limit_bytes {
            Err(SnapshotError::TooLong { bytes, limit_bytes })
        } else {
            Ok(Plan { head, heap })
        }
    }

    /// A word for each frame, the outermost first, and their live registers.
    fn live_words(&self) -> (Vec<u64>, Vec<u64>) {
        let mut frames: Vec<Frame> = match self.state {
            State::New | State::Trapped(_) => Vec::new(),
            State::Done(slot) => {
                let function = self.program.function_at(self.stack.top.pc);
                let slot = self.visible(slot, self.result_type());
                return (vec![frames::pack(function, 0)], vec![slot]);
            }
            State::Ready | State::Waiting => self.stack.frames().collect(),
        };
        frames.reverse();
        let mut registers = Vec::new();
        let mut words = Vec::with_capacity(frames.len());
        for frame in &frames {
            let function = self.program.function_at(frame.pc);
            words.push(frames::pack(function, frame.pc - self.program.entries[function.0 as usize].start));
            let types = &self.program.module().functions[function.0 as usize].registers;
            let slots = self.stack.registers(frame);
            let live = frames::live(&self.program, frame.pc, frame.dest);
            registers.extend(live.map(|register| {
                let register = usize::from(register);
                self.visible(slots[register], types[register])
            }));
        }
        (words, registers)
    }

    /// Two words for each kept value: its id and its type, and its slot.
    fn kept_words(&self) -> Vec<u64> {
        let kept = self.stack.kept.iter();
        kept.flat_map(|kept| [frames::pack_kept(kept), self.visible(kept.slot, kept.ty)]).collect()
    }

    /// A slot as it may be seen: NaN canonical.
    fn visible(&self, slot: u64, ty: crate::bytecode::TypeId) -> u64 {
        match self.program.layouts[ty.0 as usize].slot {
            SlotKind::Float => layout::float_bits(f64::from_bits(slot)),
            SlotKind::Reference | SlotKind::Plain => slot,
        }
    }
}

/// The parts of a snapshot: header, description, frames and registers as bytes, and the heap's words.
struct Plan<'a> {
    head: Vec<u8>,
    heap: &'a [u64],
}

/// A snapshot in pieces of at most 256 KiB of heap each; see [`Agent::snapshot_chunks`].
#[derive(Debug)]
pub struct SnapshotChunks<'a> {
    head: Option<Vec<u8>>,
    heap: &'a [u64],
    hash: [u8; 32],
    len: usize,
}

impl SnapshotChunks<'_> {
    /// How many bytes the whole snapshot has.
    pub fn total_bytes(&self) -> usize {
        self.len
    }

    /// The BLAKE3 hash that stands in the header, of all that follows it.
    pub fn hash(&self) -> [u8; 32] {
        self.hash
    }
}

impl Iterator for SnapshotChunks<'_> {
    type Item = Vec<u8>;

    fn next(&mut self) -> Option<Vec<u8>> {
        if let Some(head) = self.head.take() {
            return Some(head);
        }
        let (words, rest) = self.heap.split_at(self.heap.len().min(CHUNK_BYTES / 8));
        self.heap = rest;
        if words.is_empty() {
            return None;
        }
        let mut bytes = vec![0; words.len() * 8];
        words_to_bytes(words, &mut bytes);
        Some(bytes)
    }
}

/// Each word as 8 bytes, the lowest first.
fn words_to_bytes(words: &[u64], bytes: &mut [u8]) {
    for (bytes, word) in bytes.as_chunks_mut::<8>().0.iter_mut().zip(words) {
        *bytes = word.to_le_bytes();
    }
}
