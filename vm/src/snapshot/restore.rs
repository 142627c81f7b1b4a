//! From words to an agent, every one of them checked.

use std::sync::Arc;

use super::envelope::{Head, malformed};
use super::heap::{CheckedHeap, Outside};
use super::mail::{self, Numbers};
use super::objects::Starts;
use super::{SnapshotError, SnapshotStatus, frames, shapes};
use crate::agent::{Agent, Fuel, Kept, KeptId, KeptValues, State};
use crate::bytecode::{FuncId, Op, TypeId};
use crate::data::HashSeed;
use crate::heap::Heap;
use crate::layout::{high, low};
use crate::limits::Limits;
use crate::mail::{AgentName, Inboxes};
use crate::program::Program;
use crate::stack::Stack;

/// More fuel than any agent can have used. Sums with it stay within 64 bits.
const FUEL_MAX: u64 = 1 << 62;

/// All of a snapshot, but for its hash: as many words as its description states, the program's modules, a heap within
/// the limit, and objects that are well-formed in themselves.
#[derive(Debug)]
pub(super) struct Arrived {
    pub(super) head: Head,
    /// Frames, registers, kept values and messages.
    pub(super) words: Vec<u64>,
    pub(super) heap: Vec<u64>,
    pub(super) starts: Starts,
}

impl Arrived {
    /// The agent, once its slots, frames and registers are checked too.
    pub(super) fn agent(self, program: Arc<Program>, limits: Limits) -> Result<Agent, SnapshotError> {
        let description = &self.head.description;
        let (frames, rest) = self.words.split_at(description.frames as usize);
        let (registers, rest) = rest.split_at(description.registers as usize);
        let (kept, messages) = rest.split_at(description.more.kept as usize * 2);
        let seed = HashSeed(description.hash_seed);
        let inboxes = match &description.more.mail {
            Some(mail) => mail::restore(mail, seed, messages, &program, &limits)?,
            None => Inboxes::new(AgentName::NOBODY, seed),
        };
        let numbers = Numbers::of(&inboxes);
        let outside = Outside::of_agent(&program.shapes, &numbers);
        let mut restore = Restore {
            program: &program,
            limits: &limits,
            heap: CheckedHeap::new(&program.shapes, &self.heap, &self.starts, outside)?,
            registers,
            next_register: 0,
        };
        let (mut stack, state) = restore.stack_and_state(&description.status, frames)?;
        stack.kept = restore.kept(kept)?;
        if restore.next_register != registers.len() {
            return Err(malformed("it has more registers than its frames need"));
        }
        let fuel = Fuel { used: description.fuel_used, ..Fuel::default() };
        let over = heap_limit(description.heap, &limits);
        let heap = Heap::from_words(self.heap, limits.heap_bytes).ok_or(over)?;
        Ok(Agent { fuel, ..Agent::standing(program, limits, state, heap, stack, inboxes) })
    }
}

/// Checks what can be checked before any word has arrived.
pub(super) fn check_head(head: &Head, program: &Program, limits: &Limits) -> Result<(), SnapshotError> {
    let description = &head.description;
    let (named, of_program) = (description.modules.len(), program.modules().len());
    // What is linked behind the modules of an agent changes nothing for it.
    if named == 0 || named > of_program {
        return Err(SnapshotError::OtherModules { named, of_program });
    }
    if let Some((wanted, _)) =
        description.modules.iter().zip(program.modules()).find(|(wanted, have)| **wanted != *have)
    {
        return Err(SnapshotError::WrongProgram { wanted: *wanted });
    }
    if description.fuel_used > FUEL_MAX {
        return Err(malformed("its fuel is more than any agent can have used"));
    }
    if description.heap > limits.heap_bytes as u64 / 8 {
        return Err(heap_limit(description.heap, limits));
    }
    let (frames, registers) = (description.frames, description.registers);
    let is_consistent = match &description.status {
        SnapshotStatus::New | SnapshotStatus::Trapped(_) => {
            frames == 0 && registers == 0 && (description.heap == 1 || description.more.kept > 0)
        }
        SnapshotStatus::Done => frames == 1 && registers == 1,
        SnapshotStatus::Ready | SnapshotStatus::Waiting => frames > 0,
    };
    if is_consistent && description.heap > 0 {
        Ok(())
    } else {
        Err(malformed("its status does not fit its frames, registers and heap"))
    }
}

fn heap_limit(words: u64, limits: &Limits) -> SnapshotError {
    SnapshotError::HeapLimit { bytes: words.saturating_mul(8), limit_bytes: limits.heap_bytes }
}

/// A restore in progress: the heap is checked, registers are being read.
struct Restore<'a> {
    program: &'a Program,
    limits: &'a Limits,
    heap: CheckedHeap<'a>,
    registers: &'a [u64],
    next_register: usize,
}

/// A frame that was read: its function, and the instruction that comes next, counted from the program's first.
#[derive(Clone, Copy)]
struct Place {
    function: FuncId,
    pc: u32,
}

impl Restore<'_> {
    fn stack_and_state(
        &mut self,
        status: &SnapshotStatus,
        frames: &[u64],
    ) -> Result<(Stack, State), SnapshotError> {
        let mut stack = Stack::new(self.limits.stack_bytes);
        let state = match status {
            SnapshotStatus::New => State::New,
            SnapshotStatus::Trapped(trap) => State::Trapped(Box::new(trap.clone())),
            SnapshotStatus::Done => {
                let place = self.place(frames, 0)?;
                let result = self.program.result_type(place.pc);
                stack.top.pc = place.pc;
                State::Done(self.register(0, 0, result)?)
            }
            SnapshotStatus::Ready | SnapshotStatus::Waiting => {
                let is_waiting = *status == SnapshotStatus::Waiting;
                self.frames(frames, is_waiting, &mut stack)?;
                if is_waiting { State::Waiting } else { State::Ready }
            }
        };
        Ok((stack, state))
    }

    fn place(&self, frames: &[u64], index: usize) -> Result<Place, SnapshotError> {
        let (function, pc) = frames::unpack(frames[index]);
        let code = self.program.module().functions.get(function.0 as usize);
        let code = code.ok_or(bad_frame(index, "is of a function that the program lacks"))?;
        if pc as usize >= code.code.len() {
            return Err(bad_frame(index, "stands beyond its function's end"));
        }
        Ok(Place { function, pc: self.program.entries[function.0 as usize].start + pc })
    }

    fn frames(&mut self, words: &[u64], is_waiting: bool, stack: &mut Stack) -> Result<(), SnapshotError> {
        let over = SnapshotError::StackLimit { limit_bytes: self.limits.stack_bytes };
        let mut place = self.place(words, 0)?;
        let mut entry = &self.program.entries[place.function.0 as usize];
        stack.begin(entry).map_err(|_| over.clone())?;
        for (index, next) in (1..words.len()).map(|next| (next - 1, next)) {
            let callee = self.place(words, next)?;
            let dest = self.check_call(index, place, callee.function)?;
            stack.top.pc = place.pc;
            self.live_registers(index, place, Some(dest), stack)?;
            entry = &self.program.entries[callee.function.0 as usize];
            stack.enter(entry, dest).map_err(|_| over.clone())?;
            place = callee;
        }
        let innermost = words.len() - 1;
        let rests = match is_waiting {
            true => self.program.code[place.pc as usize].op().is_some_and(Op::yields),
            false => self.program.liveness.is_rest(place.pc),
        };
        if !rests {
            return Err(bad_frame(innermost, "stands where no agent rests"));
        }
        stack.top.pc = place.pc;
        self.live_registers(innermost, place, None, stack)
    }

    /// Checks that a frame waits for a call of the next one's function, and gives the call's destination.
    fn check_call(&self, index: usize, caller: Place, callee: FuncId) -> Result<u16, SnapshotError> {
        let call = frames::call_before(self.program, caller.function, caller.pc)
            .filter(|_| self.program.liveness.is_return(caller.pc));
        match call {
            None => Err(bad_frame(index, "stands where no call returns to")),
            Some(call) if frames::is_call_of(self.program, caller.function, call, callee) => Ok(call.a()),
            Some(_) => Err(bad_frame(index, "did not call the function of the next frame")),
        }
    }

    fn live_registers(
        &mut self,
        frame: usize,
        place: Place,
        dest: Option<u16>,
        stack: &mut Stack,
    ) -> Result<(), SnapshotError> {
        let types = &self.program.module().functions[place.function.0 as usize].registers;
        for register in frames::live(self.program, place.pc, dest) {
            let slot = self.register(frame, register, types[usize::from(register)])?;
            stack.set_reg(register, slot);
        }
        Ok(())
    }

    fn kept(&self, words: &[u64]) -> Result<KeptValues, SnapshotError> {
        let (pairs, _) = words.as_chunks::<2>();
        let types = &self.program.module().types;
        let mut list: Vec<Kept> = Vec::with_capacity(pairs.len());
        for &[head, slot] in pairs {
            let (id, ty) = (KeptId(low(head)), TypeId(high(head)));
            let follows = list.last().is_none_or(|last| last.id < id);
            let is_typed = (ty.0 as usize) < types.len();
            if !follows || !is_typed || !self.heap.holds(shapes::slot(types, ty), slot) {
                return Err(SnapshotError::Kept { id: id.0 });
            }
            list.push(Kept { id, ty, slot });
        }
        Ok(KeptValues::from_sorted(list))
    }

    fn register(&mut self, frame: usize, register: u16, ty: TypeId) -> Result<u64, SnapshotError> {
        let word =
            *self.registers.get(self.next_register).ok_or_else(|| malformed("it has too few registers"))?;
        self.next_register += 1;
        let slot = shapes::slot(&self.program.module().types, ty);
        if self.heap.holds(slot, word) { Ok(word) } else { Err(SnapshotError::Register { frame, register }) }
    }
}

fn bad_frame(frame: usize, what: &'static str) -> SnapshotError {
    SnapshotError::Frame { frame, what }
}
