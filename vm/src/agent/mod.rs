//! A running program: heap, stack, and where it stands.

mod host;
mod kept;
mod mail;
mod run;
mod step;
#[cfg(test)]
mod tests;
mod trace;

use std::sync::Arc;

use crate::bytecode::TypeId;
use crate::data::HashSeed;
use crate::heap::{Heap, HeapFull, Roots};
use crate::layout;
use crate::limits::Limits;
use crate::mail::{AgentName, Batch, Connection, Inboxes, Mailbox, Parcel};
use crate::program::{Program, SlotKind};
use crate::stack::Stack;
use crate::trap::{Trap, TrapKind};

pub use kept::{CallError, KeptId};
pub(crate) use kept::{Kept, KeptValues};
pub use step::{
    Departure, GO, HostCall, Sending, Sent, SpawnError, StartError, Step, Undelivered, ValueError,
};

/// A running program with its own heap and stack. It owns no thread and does nothing by itself.
///
/// Given the same program, limits and answers, an agent does the same and uses the same fuel, however its run is cut
/// into slices.
#[derive(Debug)]
pub struct Agent {
    pub(crate) program: Arc<Program>,
    pub(crate) limits: Limits,
    pub(crate) heap: Heap,
    pub(crate) stack: Stack,
    pub(crate) state: State,
    pub(crate) fuel: Fuel,
    pub(crate) mailbox: Mailbox,
    /// What of the mailbox the agent has for itself, within a slice.
    pub(crate) batch: Batch,
    /// What the pending instruction sends, as long as nobody has taken it.
    pub(crate) outgoing: Option<(TypeId, Parcel)>,
    /// Whom it sends to by itself.
    pub(crate) connection: Option<Box<Connection>>,
}

/// Where an agent stands.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum State {
    /// No call was made, or the last one's end is of no more concern: it has no active call, and no result.
    New,
    /// It can run: the innermost frame's `pc` comes next.
    Ready,
    /// It waits for something from outside, at the instruction at the innermost frame's `pc`.
    Waiting,
    /// The first function returned this slot.
    Done(u64),
    /// It trapped.
    Trapped(Box<Trap>),
}

/// What has been charged.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Fuel {
    /// What the program used since its start. A snapshot keeps it.
    pub(crate) used: u64,
    /// By how much the last slices were overdrawn.
    pub(crate) debt: u64,
    /// What operations charged for their size since the interpreter last looked.
    pub(crate) by_size: u64,
    /// What collections near the heap's limit took from this slice. It depends on when collections happen, so it
    /// shortens the slice but is not counted as used.
    pub(crate) uncounted: u64,
}

impl Agent {
    /// An agent that has not been started. Its maps and sets hash keys with a seed that follows from the program; an agent
    /// that strangers send keys to should be given another with [`Agent::set_hash_seed`].
    pub fn new(program: Arc<Program>, limits: Limits) -> Self {
        let seed = HashSeed::of(program.hash());
        Self::with_inboxes(program, limits, Inboxes::new(AgentName::NOBODY, seed))
    }

    /// An agent that has not been started, and has these inboxes.
    fn with_inboxes(program: Arc<Program>, limits: Limits, inboxes: Inboxes) -> Self {
        let (heap, stack) = (Heap::new(limits.heap_bytes), Stack::new(limits.stack_bytes));
        Self::standing(program, limits, State::New, heap, stack, inboxes)
    }

    /// An agent that stands there, with what it holds. It has used no fuel.
    pub(crate) fn standing(
        program: Arc<Program>,
        limits: Limits,
        state: State,
        mut heap: Heap,
        stack: Stack,
        inboxes: Inboxes,
    ) -> Self {
        heap.seed = inboxes.seed();
        Self {
            mailbox: Mailbox::new(inboxes, program.clone(), &limits),
            heap,
            stack,
            program,
            limits,
            state,
            fuel: Fuel::default(),
            batch: Batch::default(),
            outgoing: None,
            connection: None,
        }
    }

    /// Lets maps and sets hash keys with this seed from now on, so that nobody who doesn't know it can choose keys that
    /// slow them down, nor guess where others send messages. It stays with the agent wherever it goes.
    ///
    /// Only an agent that has not been started takes one; `false` if it has been.
    pub fn set_hash_seed(&mut self, seed: [u64; 2]) -> bool {
        let holds_nothing = self.state == State::New && self.heap.is_empty();
        if holds_nothing {
            self.heap.seed = HashSeed(seed);
            self.mailbox.lock().inboxes.set_seed(self.heap.seed);
        }
        holds_nothing
    }

    /// Fuel used since the start, on all nodes.
    pub fn fuel_used(&self) -> u64 {
        self.fuel.used
    }

    /// By how much its slices were overdrawn so far: the next one is shorter by that. Snapshots don't have it.
    pub fn fuel_owed(&self) -> u64 {
        self.fuel.debt
    }

    /// Lets the next slice be shorter by this: for one that was restored, where it matters to others when its slices end.
    pub fn owe_fuel(&mut self, fuel: u64) {
        self.fuel.debt = fuel;
    }

    /// Bytes of heap in use, garbage included.
    pub fn heap_bytes(&self) -> usize {
        self.heap.bytes_used()
    }

    /// The program that it runs.
    pub fn program(&self) -> &Arc<Program> {
        &self.program
    }

    /// What it may use.
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Gives back memory that is not needed now: for an agent that will be parked. The heap is collected into the form
    /// that a snapshot writes. The program can't notice.
    pub fn compact(&mut self) {
        let result = match &mut self.state {
            State::Done(slot) => Some(slot),
            _ => None,
        };
        self.heap.compact(&self.program, &mut AllRoots { stack: &mut self.stack, result });
        self.stack.shrink();
        self.batch = Batch::default();
    }

    /// Collects at every allocation from now on, or no longer. For tests: a reference that the collector doesn't know
    /// of goes wrong at once.
    pub fn collect_always(&mut self, always: bool) {
        self.heap.set_stress(always);
    }

    /// What the started function returns, once it has.
    pub(crate) fn result_type(&self) -> TypeId {
        self.program.result_type(self.stack.top.pc)
    }

    /// Makes room for so many words. Every object may move.
    pub(crate) fn reserve(&mut self, words: usize) -> Result<(), TrapKind> {
        let reserved = self.heap.reserve(words, &self.program, &mut self.stack);
        reserved.map_err(|HeapFull| self.heap_limit())
    }

    /// The trap of an agent that wants more heap than it may have.
    pub(crate) fn heap_limit(&self) -> TrapKind {
        TrapKind::HeapLimit { limit_bytes: self.limits.heap_bytes as u64 }
    }

    /// Charges for an operation's size.
    pub(crate) fn charge(&mut self, amount: u64) {
        self.fuel.by_size += amount;
    }
}

/// All that holds references into an agent's heap, whether it runs or has ended.
struct AllRoots<'a> {
    stack: &'a mut Stack,
    result: Option<&'a mut u64>,
}

impl Roots for AllRoots<'_> {
    fn for_each(&mut self, program: &Program, mut visit: impl FnMut(&mut u64)) {
        match &mut self.result {
            None => self.stack.for_each(program, visit),
            Some(slot) => {
                let result = program.result_type(self.stack.top.pc);
                match program.layouts[result.0 as usize].slot {
                    SlotKind::Reference => visit(slot),
                    SlotKind::Float => **slot = layout::float_bits(f64::from_bits(**slot)),
                    SlotKind::Plain => {}
                }
                self.stack.kept.for_each(program, visit);
            }
        }
    }
}
