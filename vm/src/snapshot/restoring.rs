//! A restore from bytes that come in pieces.

use std::sync::Arc;

use super::SnapshotError;
use super::envelope::{HEADER_BYTES, Head, has_hash_of, malformed};
use super::objects::Starts;
use super::restore::{Arrived, check_head};
use crate::agent::Agent;
use crate::heap::{SLACK_WORDS, prefer_large_pages};
use crate::limits::Limits;
use crate::program::Program;

/// How many bytes are hashed, turned into words and looked at in one go: few enough to stay in a core's cache.
const PIECE_BYTES: usize = 128 << 10;
/// Memory is taken for this many times what has arrived, so that a length alone costs little; and at once for all if that
/// is not this many times more, so that what is moved to a larger place is at most this part of the whole.
const GROWTH: usize = 8;

impl Agent {
    /// The agent that a snapshot was taken of. It goes on just as the original would.
    ///
    /// # Errors
    /// [`SnapshotError`]: the bytes are damaged or forged, are of another program, or need more than the limits give.
    /// Memory is taken only within the limits.
    pub fn restore(bytes: &[u8], program: Arc<Program>, limits: Limits) -> Result<Self, SnapshotError> {
        let mut restoring = Restoring::new(program, limits);
        let restored = match restoring.feed(bytes) {
            Ok(()) => restoring.finish(),
            Err(error) => Err(error),
        };
        restored.map_err(|error| told_apart(error, bytes))
    }
}

/// What is wrong with damaged bytes may be anything; that they are damaged says more.
fn told_apart(error: SnapshotError, bytes: &[u8]) -> SnapshotError {
    use SnapshotError::{CutOff, NewerVersion, NotASnapshot, TooLong, UnknownVersion};
    let is_of_header = matches!(
        error,
        CutOff { .. } | NewerVersion { .. } | NotASnapshot | TooLong { .. } | UnknownVersion { .. }
    );
    let is_damaged = || bytes.get(HEADER_BYTES..).is_some_and(|body| !has_hash_of(bytes, body));
    if !is_of_header && is_damaged() { SnapshotError::WrongHash } else { error }
}

/// A restore from bytes that come in pieces, of any lengths. Each piece is checked as far as can be when it comes, and
/// not kept, so that an agent that arrives is in memory once.
///
/// What it takes of memory is within the limits, and within a small multiple of what has come.
#[derive(Debug)]
pub struct Restoring {
    program: Arc<Program>,
    limits: Limits,
    /// How many bytes have come.
    received: usize,
    stage: Stage,
}

#[derive(Debug)]
enum Stage {
    /// What stands before the words is not all there yet.
    Head(Vec<u8>),
    Words(Box<Words>),
}

/// The words of a snapshot, as they come.
#[derive(Debug)]
struct Words {
    hasher: blake3::Hasher,
    arrived: Arrived,
    /// How many words stand before the heap.
    before_heap: usize,
    /// How many words of heap there are to be.
    heap: usize,
    /// The first bytes of a word of which the others have not come.
    split: Vec<u8>,
}

impl Restoring {
    /// Begins a restore of an agent that runs this program.
    pub fn new(program: Arc<Program>, limits: Limits) -> Self {
        Self { program, limits, received: 0, stage: Stage::Head(Vec::new()) }
    }

    /// The hash that the header states, once it has come. That it is the right one, only [`Restoring::finish`] says.
    pub fn hash(&self) -> Option<[u8; 32]> {
        match &self.stage {
            Stage::Head(_) => None,
            Stage::Words(words) => Some(words.arrived.head.hash),
        }
    }

    /// Takes the next bytes.
    ///
    /// # Errors
    /// As for [`Agent::restore`], as far as the fault shows already. No agent comes of it then.
    pub fn feed(&mut self, piece: &[u8]) -> Result<(), SnapshotError> {
        self.received = self.received.saturating_add(piece.len());
        let (bytes, limit_bytes) = (self.received, self.limits.snapshot_bytes);
        if bytes > limit_bytes {
            return Err(SnapshotError::TooLong { bytes, limit_bytes });
        }
        let mut piece = piece;
        if let Stage::Head(head) = &mut self.stage {
            // First as far as its length stands, then all of it.
            take_up_to(head, Head::bytes(head)?, &mut piece);
            let len = Head::bytes(head)?;
            if take_up_to(head, len, &mut piece) && len > HEADER_BYTES + 4 {
                let words = Words::new(head, &self.program, &self.limits)?;
                self.stage = Stage::Words(Box::new(words));
            }
        }
        match &mut self.stage {
            Stage::Words(words) => words.feed(piece, &self.program),
            Stage::Head(_) => Ok(()),
        }
    }

    /// The agent, if all has come.
    ///
    /// # Errors
    /// As for [`Agent::restore`].
    pub fn finish(self) -> Result<Agent, SnapshotError> {
        let cut_off = SnapshotError::CutOff { bytes: self.received };
        match self.stage {
            Stage::Head(head) if head.is_empty() => Err(SnapshotError::NotASnapshot),
            Stage::Head(_) => Err(cut_off),
            Stage::Words(words) if !words.are_complete() => Err(cut_off),
            Stage::Words(words) => {
                if *words.hasher.finalize().as_bytes() != words.arrived.head.hash {
                    return Err(SnapshotError::WrongHash);
                }
                words.arrived.agent(self.program, self.limits)
            }
        }
    }
}

/// Moves bytes from the beginning of a piece to a buffer that is to have `len`. Whether it has them then.
fn take_up_to(buffer: &mut Vec<u8>, len: usize, piece: &mut &[u8]) -> bool {
    let (taken, rest) = piece.split_at(piece.len().min(len - buffer.len()));
    buffer.extend_from_slice(taken);
    *piece = rest;
    buffer.len() == len
}

impl Words {
    fn new(head: &[u8], program: &Program, limits: &Limits) -> Result<Self, SnapshotError> {
        let mut hasher = blake3::Hasher::new();
        hasher.update(&head[HEADER_BYTES..]);
        let head_bytes = head.len() as u64;
        let head = Head::read(head)?;
        check_head(&head, program, limits)?;
        let (before_heap, heap) = (head.words_before_heap(), head.description.heap);
        let bytes = before_heap.saturating_add(heap).saturating_mul(8).saturating_add(head_bytes);
        if bytes > limits.snapshot_bytes as u64 {
            let bytes = usize::try_from(bytes).unwrap_or(usize::MAX);
            return Err(SnapshotError::TooLong { bytes, limit_bytes: limits.snapshot_bytes });
        }
        let arrived = Arrived { head, words: Vec::new(), heap: Vec::new(), starts: Starts::default() };
        // Both fit: their bytes are within a limit that does.
        let (before_heap, heap) = (before_heap as usize, heap as usize);
        Ok(Self { hasher, arrived, before_heap, heap, split: Vec::new() })
    }

    fn are_complete(&self) -> bool {
        self.arrived.heap.len() == self.heap && self.split.is_empty()
    }

    /// Whether there are bytes behind the last word.
    fn are_more(&self) -> bool {
        self.arrived.heap.len() == self.heap && !self.split.is_empty()
    }

    fn feed(&mut self, piece: &[u8], program: &Program) -> Result<(), SnapshotError> {
        let coming = self.arrived.heap.len() + piece.len() / 8;
        for bytes in piece.chunks(PIECE_BYTES) {
            self.hasher.update(bytes);
            self.take(bytes, coming)?;
            self.arrived.starts.advance(&program.shapes, &self.arrived.heap, self.heap)?;
        }
        Ok(())
    }

    /// Takes the words that are whole. At least `coming` words of heap are known to come.
    fn take(&mut self, mut bytes: &[u8], coming: usize) -> Result<(), SnapshotError> {
        if !self.split.is_empty() {
            if !take_up_to(&mut self.split, 8, &mut bytes) {
                return Ok(());
            }
            let split = std::mem::take(&mut self.split);
            self.push(split.as_chunks().0, coming)?;
        }
        let (words, rest) = bytes.as_chunks();
        self.push(words, coming)?;
        self.split.extend_from_slice(rest);
        if self.are_more() { Err(malformed("bytes follow its last word")) } else { Ok(()) }
    }

    fn push(&mut self, words: &[[u8; 8]], coming: usize) -> Result<(), SnapshotError> {
        let missing = self.before_heap - self.arrived.words.len();
        let (before, words) = words.split_at(words.len().min(missing));
        self.arrived.words.extend(before.iter().map(|word| u64::from_le_bytes(*word)));
        let heap = &mut self.arrived.heap;
        let len = heap.len() + words.len();
        if len > self.heap {
            return Err(malformed("bytes follow its last word"));
        }
        if len + SLACK_WORDS > heap.capacity() {
            let wanted = coming.max(len).saturating_mul(GROWTH);
            let room = if wanted > self.heap / GROWTH { self.heap } else { wanted };
            heap.reserve_exact(room + SLACK_WORDS - heap.len());
            prefer_large_pages(heap.spare_capacity_mut());
        }
        heap.extend(words.iter().map(|word| u64::from_le_bytes(*word)));
        Ok(())
    }
}
