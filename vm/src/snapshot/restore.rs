//! From bytes to an agent, every one of them checked.

use std::sync::Arc;

use super::envelope::{Envelope, malformed};
use super::heap::CheckedHeap;
use super::{SnapshotError, SnapshotStatus, frames, shapes};
use crate::agent::{Agent, Fuel, Kept, KeptId, KeptValues, State};
use crate::bytecode::{FuncId, Op, TypeId};
use crate::data::HashSeed;
use crate::heap::{Heap, SLACK_WORDS};
use crate::layout::{high, low};
use crate::limits::Limits;
use crate::program::Program;
use crate::stack::Stack;

/// More fuel than any agent can have used. Sums with it stay within 64 bits.
const FUEL_MAX: u64 = 1 << 62;

impl Agent {
    /// The agent that a snapshot was taken of. It goes on just as the original would.
    ///
    /// # Errors
    /// [`SnapshotError`]: the bytes are damaged or forged, are of another program, or need more than the limits give.
    /// Memory is taken only within the limits.
    pub fn restore(bytes: &[u8], program: Arc<Program>, limits: Limits) -> Result<Self, SnapshotError> {
        if bytes.len() > limits.snapshot_bytes {
            return Err(SnapshotError::TooLong { bytes: bytes.len(), limit_bytes: limits.snapshot_bytes });
        }
        let envelope = Envelope::open(bytes)?;
        check_description(&envelope, &program, &limits)?;
        let mut words = Vec::with_capacity(envelope.heap.len() + SLACK_WORDS);
        words.extend(envelope.heap.iter().map(|word| u64::from_le_bytes(*word)));
        let heap = CheckedHeap::new(&program.shapes, &words, envelope.heap)?;
        let mut restore = Restore {
            program: &program,
            limits: &limits,
            heap,
            registers: envelope.registers,
            next_register: 0,
        };
        let (mut stack, state) = restore.stack_and_state(&envelope)?;
        stack.kept = restore.kept(envelope.kept)?;
        if restore.next_register != envelope.registers.len() {
            return Err(malformed("it has more registers than its frames need"));
        }
        let description = envelope.description;
        let fuel = Fuel { used: description.fuel_used, ..Fuel::default() };
        let limit =
            SnapshotError::HeapLimit { bytes: words.len() as u64 * 8, limit_bytes: limits.heap_bytes };
        let mut heap = Heap::from_words(words, limits.heap_bytes).ok_or(limit)?;
        heap.seed = HashSeed(description.hash_seed);
        Ok(Self { program, limits, heap, stack, state, fuel })
    }
}

fn check_description(envelope: &Envelope, program: &Program, limits: &Limits) -> Result<(), SnapshotError> {
    let description = &envelope.description;
    if description.modules.len() != program.modules().len() {
        let (named, of_program) = (description.modules.len(), program.modules().len());
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
    let bytes = description.heap * 8;
    if bytes > limits.heap_bytes as u64 {
        return Err(SnapshotError::HeapLimit { bytes, limit_bytes: limits.heap_bytes });
    }
    let (frames, registers) = (envelope.frames.len(), envelope.registers.len());
    let is_consistent = match &description.status {
        SnapshotStatus::New | SnapshotStatus::Trapped(_) => {
            frames == 0 && registers == 0 && (description.heap == 1 || description.kept > 0)
        }
        SnapshotStatus::Done => frames == 1 && registers == 1,
        SnapshotStatus::Ready | SnapshotStatus::Waiting => frames > 0,
    };
    if is_consistent { Ok(()) } else { Err(malformed("its status does not fit its frames and registers")) }
}

/// A restore in progress: the heap is checked, registers are being read.
struct Restore<'a> {
    program: &'a Program,
    limits: &'a Limits,
    heap: CheckedHeap<'a>,
    registers: &'a [[u8; 8]],
    next_register: usize,
}

/// A frame that was read: its function, and the instruction that comes next, counted from the program's first.
#[derive(Clone, Copy)]
struct Place {
    function: FuncId,
    pc: u32,
}

impl Restore<'_> {
    fn stack_and_state(&mut self, envelope: &Envelope) -> Result<(Stack, State), SnapshotError> {
        let mut stack = Stack::new(self.limits.stack_bytes);
        let state = match &envelope.description.status {
            SnapshotStatus::New => State::New,
            SnapshotStatus::Trapped(trap) => State::Trapped(Box::new(trap.clone())),
            SnapshotStatus::Done => {
                let place = self.place(envelope.frames, 0)?;
                let result = self.program.result_type(place.pc);
                stack.top.pc = place.pc;
                State::Done(self.register(0, 0, result)?)
            }
            SnapshotStatus::Ready | SnapshotStatus::Waiting => {
                let is_waiting = envelope.description.status == SnapshotStatus::Waiting;
                self.frames(envelope.frames, is_waiting, &mut stack)?;
                if is_waiting { State::Waiting } else { State::Ready }
            }
        };
        Ok((stack, state))
    }

    fn place(&self, frames: &[[u8; 8]], index: usize) -> Result<Place, SnapshotError> {
        let (function, pc) = frames::unpack(u64::from_le_bytes(frames[index]));
        let code = self.program.module().functions.get(function.0 as usize);
        let code = code.ok_or(bad_frame(index, "is of a function that the program lacks"))?;
        if pc as usize >= code.code.len() {
            return Err(bad_frame(index, "stands beyond its function's end"));
        }
        Ok(Place { function, pc: self.program.entries[function.0 as usize].start + pc })
    }

    fn frames(
        &mut self,
        words: &[[u8; 8]],
        is_waiting: bool,
        stack: &mut Stack,
    ) -> Result<(), SnapshotError> {
        let over = SnapshotError::StackLimit { limit_bytes: self.limits.stack_bytes };
        let mut place = self.place(words, 0)?;
        if self.program.module().functions[place.function.0 as usize].captures > 0 {
            return Err(bad_frame(0, "is of a closure, with which no agent begins"));
        }
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
            true => self.program.code[place.pc as usize].op() == Some(Op::CallHost),
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
        let call = frames::call_before(self.program, caller.pc)
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

    fn kept(&self, words: &[[u8; 8]]) -> Result<KeptValues, SnapshotError> {
        let (pairs, _) = words.as_chunks::<2>();
        let types = &self.program.module().types;
        let mut list: Vec<Kept> = Vec::with_capacity(pairs.len());
        for [head, slot] in pairs {
            let (head, slot) = (u64::from_le_bytes(*head), u64::from_le_bytes(*slot));
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
            self.registers.get(self.next_register).ok_or_else(|| malformed("it has too few registers"))?;
        self.next_register += 1;
        let word = u64::from_le_bytes(*word);
        let slot = shapes::slot(&self.program.module().types, ty);
        if self.heap.holds(slot, word) { Ok(word) } else { Err(SnapshotError::Register { frame, register }) }
    }
}

fn bad_frame(frame: usize, what: &'static str) -> SnapshotError {
    SnapshotError::Frame { frame, what }
}
