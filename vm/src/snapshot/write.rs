//! From an agent to bytes.

use std::borrow::Cow;

use super::envelope::{Description, HEADER_BYTES, More};
use super::{SnapshotError, SnapshotStatus, frames, mail};
use crate::agent::{Agent, State};
use crate::heap::bytes_of;
use crate::layout;
use crate::program::SlotKind;
use crate::stack::Frame;

/// How many bytes of heap are hashed and handed out at a time: few enough to stay in a core's cache in between.
const PIECE_BYTES: usize = 256 << 10;

impl Agent {
    /// The agent as bytes, after compacting its heap. The program can't notice.
    ///
    /// # Errors
    /// [`SnapshotError::TooLong`] if they would be more than [`Limits::snapshot_bytes`](crate::Limits::snapshot_bytes).
    pub fn snapshot(&mut self) -> Result<Vec<u8>, SnapshotError> {
        let Plan { head, heap_words } = self.plan()?;
        let mut bytes = Vec::with_capacity(head.len() + heap_words * 8);
        bytes.extend_from_slice(&head);
        let mut hasher = body_hasher(&head);
        for piece in pieces(self.heap_of(heap_words)) {
            bytes.extend_from_slice(&piece);
            hasher.update(&piece);
        }
        bytes[HEADER_BYTES - 32..HEADER_BYTES].copy_from_slice(hasher.finalize().as_bytes());
        Ok(bytes)
    }

    /// The same bytes as [`Agent::snapshot`], made where they are asked for, so that a large agent can be written
    /// somewhere without being in memory twice.
    ///
    /// # Errors
    /// As for [`Agent::snapshot`].
    pub fn snapshot_bytes(&mut self) -> Result<SnapshotBytes<'_>, SnapshotError> {
        let (Plan { head, heap_words }, hash) = self.hashed_plan()?;
        Ok(SnapshotBytes { head: head.into(), heap: self.heap_of(heap_words), hash })
    }

    /// Stops the agent, so that its snapshot can be read for as long as it takes.
    ///
    /// # Errors
    /// As for [`Agent::snapshot`]; the agent comes back with the error.
    pub fn freeze(mut self) -> Result<Frozen, Box<(Self, SnapshotError)>> {
        match self.hashed_plan() {
            Ok((plan, hash)) => Ok(Frozen { agent: self, plan, hash }),
            Err(error) => Err(Box::new((self, error))),
        }
    }

    /// The plan with the hash in its head, and the hash.
    fn hashed_plan(&mut self) -> Result<(Plan, [u8; 32]), SnapshotError> {
        let mut plan = self.plan()?;
        let mut hasher = body_hasher(&plan.head);
        for piece in pieces(self.heap_of(plan.heap_words)) {
            hasher.update(&piece);
        }
        let hash = *hasher.finalize().as_bytes();
        plan.head[HEADER_BYTES - 32..HEADER_BYTES].copy_from_slice(&hash);
        Ok((plan, hash))
    }

    /// The heap as a snapshot has it.
    fn heap_of(&self, words: usize) -> &[u64] {
        &self.heap.words()[..words]
    }

    /// Compacts the agent, and says of what its snapshot consists.
    fn plan(&mut self) -> Result<Plan, SnapshotError> {
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
        let (mail, messages) = mail::describe(&self.mailbox.lock().inboxes).unzip();
        let messages = messages.unwrap_or_default();
        // Word 0, which is no object, is there in any case.
        let heap_words = if holds_nothing { 1 } else { self.heap.words().len() };
        let description = Description {
            modules: self.program.modules().collect(),
            status,
            fuel_used: self.fuel.used,
            hash_seed: self.heap.seed.0,
            frames: frames.len() as u64,
            registers: registers.len() as u64,
            heap: heap_words as u64,
            more: More { kept: kept.len() as u64 / 2, mail },
        };
        let mut head = description.head();
        let words = frames.iter().chain(&registers).chain(&kept).chain(&messages);
        head.extend(words.flat_map(|word| word.to_le_bytes()));
        let (bytes, limit_bytes) = (head.len() + heap_words * 8, self.limits.snapshot_bytes);
        if bytes > limit_bytes {
            Err(SnapshotError::TooLong { bytes, limit_bytes })
        } else {
            Ok(Plan { head, heap_words })
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

/// The parts of a snapshot: header, description, frames, registers, kept values and messages as bytes, and how much of the heap
/// follows them.
#[derive(Debug)]
struct Plan {
    head: Vec<u8>,
    heap_words: usize,
}

/// An agent that stands still while its snapshot is read.
#[derive(Debug)]
pub struct Frozen {
    agent: Agent,
    plan: Plan,
    hash: [u8; 32],
}

impl Frozen {
    /// Its snapshot.
    pub fn bytes(&self) -> SnapshotBytes<'_> {
        let heap = self.agent.heap_of(self.plan.heap_words);
        SnapshotBytes { head: Cow::Borrowed(&self.plan.head), heap, hash: self.hash }
    }

    /// The agent, which goes on as if it had never been stopped.
    pub fn thaw(self) -> Agent {
        self.agent
    }
}

/// The bytes of a snapshot, most of which are made when they are asked for.
#[derive(Debug, Clone)]
pub struct SnapshotBytes<'a> {
    head: Cow<'a, [u8]>,
    heap: &'a [u64],
    hash: [u8; 32],
}

impl SnapshotBytes<'_> {
    /// How many there are.
    pub fn total(&self) -> usize {
        self.head.len() + self.heap.len() * 8
    }

    /// The BLAKE3 hash that stands in the header, of all that follows it.
    pub fn hash(&self) -> [u8; 32] {
        self.hash
    }

    /// All of them in order, in pieces of at most 256 KiB but for the first, which has all that stands before the heap.
    pub fn pieces(&self) -> impl Iterator<Item = Cow<'_, [u8]>> {
        std::iter::once(Cow::Borrowed(&*self.head)).chain(pieces(self.heap))
    }

    /// Fills a buffer with the bytes from a place on, as far as there are any. Gives how many there were.
    pub fn read(&self, at: usize, into: &mut [u8]) -> usize {
        let from_head = self.head.get(at..).unwrap_or(&[]);
        let (of_head, mut rest) = into.split_at_mut(from_head.len().min(into.len()));
        of_head.copy_from_slice(&from_head[..of_head.len()]);
        let mut filled = of_head.len();
        let mut place = (at + filled).saturating_sub(self.head.len());
        while !rest.is_empty() && place / 8 < self.heap.len() {
            let words = &self.heap[place / 8..];
            let wanted = (place % 8 + rest.len()).div_ceil(8).min(PIECE_BYTES / 8);
            let bytes = bytes_of(&words[..wanted.min(words.len())]);
            let bytes = &bytes[place % 8..];
            let (now, later) = rest.split_at_mut(bytes.len().min(rest.len()));
            now.copy_from_slice(&bytes[..now.len()]);
            (filled, place, rest) = (filled + now.len(), place + now.len(), later);
        }
        filled
    }
}

/// Words as bytes, the lowest of each first, some at a time.
fn pieces(words: &[u64]) -> impl Iterator<Item = Cow<'_, [u8]>> {
    words.chunks(PIECE_BYTES / 8).map(bytes_of)
}

/// What hashes a snapshot's body, and has been given what stands before the heap.
fn body_hasher(head: &[u8]) -> blake3::Hasher {
    let mut hasher = blake3::Hasher::new();
    hasher.update(&head[HEADER_BYTES..]);
    hasher
}
