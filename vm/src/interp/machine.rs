//! What the instructions work with: the registers of the interpreter itself, and how the steps are taken.
//!
//! An instruction sees code pointer, innermost frame, arena and fuel as locals of the function that executes it, so that
//! they lie in machine registers; they are written back to the agent whenever another part of the engine must see
//! them: before anything that may collect, grow the stack, or end the run.
//!
//! **What makes the unchecked accesses sound.** The verifier proved of every function: `pc` only ever reaches
//! instructions, and past the `args` words that belong to them; every register operand is below the function's
//! register count, defined before it is read, and of the type that its role names; every index into the tables of
//! types, functions, constants and imports is in range; calls and constructors have as many arguments as the callee or
//! type wants. Loading a snapshot checks the same of the registers and objects that it brings. So a register of a
//! reference type that is live holds the offset of an object of that type, whose header tells its extent.

#![allow(unsafe_op_in_unsafe_fn, reason = "all functions demand the same, which the module's comment states")]

use super::Exit;
#[cfg(tail_calls)]
use super::dispatch::handlers;
use super::operands::{Operands, Register};
use crate::agent::Agent;
use crate::bytecode::{Instr, Op};
use crate::heap::SLACK_WORDS;
use crate::layout::{header, high, low};
use crate::program::{Entry, Given, Program, Prologue};
use crate::stack::FrameHeader;
use crate::trap::TrapKind;

/// Why the instructions were left.
#[derive(Debug)]
pub(super) enum Stop {
    /// The run ends.
    Exit(Exit),
    /// The arena lacks room for so many words; then the same instruction again.
    Room(usize),
    /// The stack lacks room for a frame of so many words; then the same instruction again.
    Frame(u32),
    /// A method does the instruction.
    Slow(fn(&mut Agent, Instr) -> Result<(), TrapKind>),
}

/// The reason stands in the [`Context`].
#[derive(Debug)]
pub(super) struct Left;

/// What stays where it is while instructions run.
#[derive(Debug)]
pub(super) struct Context {
    pub(super) agent: *mut Agent,
    pub(super) program: *const Program,
    code: *const Instr,
    entries: *const Entry,
    constants: *const u64,
    /// The word behind the innermost frame's last register. Only calls and returns ask for it.
    top: *mut u64,
    /// The end of the stack's memory.
    stack_end: *mut u64,
    /// Why the instructions were left, and the fuel that remained.
    pub(super) stop: Stop,
    pub(super) fuel: i64,
}

/// The interpreter's own registers.
#[derive(Debug)]
pub(super) struct Machine {
    pub(super) context: *mut Context,
    /// The instruction that is executed, with its `args` words the last of them; one before that which comes next.
    pub(super) pc: *const Instr,
    /// The innermost frame's first register.
    pub(super) regs: *mut u64,
    /// The arena.
    pub(super) heap: *mut u64,
    pub(super) fuel: i64,
    /// Whether an instruction jumped that is executed together with others, which ends that.
    pub(super) has_jumped: bool,
    /// What was last written to a register, for an instruction that is executed together with the one before.
    pub(super) written: u64,
    /// What was last found in a map or set, for an instruction that is executed together with the one that found it.
    pub(super) found: Option<Found>,
    /// How the instruction looks a key up.
    pub(super) looks_up: LookUp,
}

/// How an instruction looks a key of one word up that is not the one which was looked up last.
#[derive(Debug, Clone, Copy)]
pub(super) enum LookUp {
    /// As a part of the instruction.
    Here,
    /// It leaves that to another function of the same instruction, which needs more of the machine's registers: if they had to be
    /// saved, it would be for nothing where that key was the last.
    #[cfg(tail_calls)]
    By(handlers::Handler),
    /// It is not the first that is executed together with others, and leaves that to its own function.
    #[cfg(tail_calls)]
    ByItself,
}

/// An entry of a map or set. It is there as long as nothing has to do with the agent.
#[derive(Debug, Clone, Copy)]
pub(super) struct Found {
    pub(super) table: u32,
    /// Its key, if looking that up is not charged for.
    pub(super) key: Option<u64>,
    pub(super) place: u64,
    /// Its first word. That of a set's entry is not asked for, so it may be wrong.
    pub(super) entry: *mut u64,
}

/// # Safety
/// Of all methods: the module's comment says what the verifier proved, which covers each access of code, registers, tables
/// and objects. `regs`, `top` and `heap` are those of the agent's stack and arena: they are read anew after each
/// operation that may move these.
impl Machine {
    /// Where the agent's innermost frame stands.
    pub(super) unsafe fn new(context: &mut Context, fuel: i64) -> Self {
        let agent = &mut *context.agent;
        let frame = agent.stack.top;
        let (stack, end) = (agent.stack.base_mut(), agent.stack.end());
        context.top = stack.add((frame.base + frame.registers) as usize);
        context.stack_end = stack.add(end);
        Self::of_parts(
            context,
            context.code.add(frame.pc as usize).wrapping_sub(1),
            stack.add(frame.base as usize),
            agent.heap.base_mut(),
            fuel,
            LookUp::Here,
        )
    }

    /// With these parts, at the beginning of an instruction.
    #[inline(always)]
    pub(super) fn of_parts(
        context: *mut Context,
        pc: *const Instr,
        regs: *mut u64,
        heap: *mut u64,
        fuel: i64,
        looks_up: LookUp,
    ) -> Self {
        Self { context, pc, regs, heap, fuel, has_jumped: false, written: 0, found: None, looks_up }
    }

    /// The instruction that comes next.
    #[inline(always)]
    pub(super) unsafe fn following(&self) -> *const Instr {
        self.pc.wrapping_add(1)
    }

    /// Goes on to the next instruction.
    #[inline(always)]
    pub(super) unsafe fn fetch(&mut self) -> Operands {
        self.pc = self.following();
        Operands::at(self.pc)
    }

    /// Goes on to the next instruction of a sequence, one of whose operands may be the register that was last written.
    #[inline(always)]
    pub(super) unsafe fn fetch_given(&mut self, given: Given) -> Operands {
        #[cfg(tail_calls)]
        {
            self.looks_up = LookUp::ByItself;
        }
        self.fetch().given(given, self.written)
    }

    #[inline(always)]
    pub(super) unsafe fn agent(&mut self) -> &mut Agent {
        self.found = None;
        &mut *(*self.context).agent
    }

    #[inline(always)]
    pub(super) unsafe fn program(&self) -> &'static Program {
        &*(*self.context).program
    }

    /// A register.
    #[inline(always)]
    pub(super) unsafe fn get(&self, register: Register) -> u64 {
        let at = self.regs.add(register.number as usize);
        match register.value {
            Some(value) => {
                debug_assert_eq!(value, *at, "what is given is what was written");
                value
            }
            None => *at,
        }
    }

    #[inline(always)]
    pub(super) unsafe fn set(&mut self, register: Register, slot: u64) {
        *self.regs.add(register.number as usize) = slot;
        self.written = slot;
    }

    #[inline(always)]
    pub(super) unsafe fn int(&self, register: Register) -> i64 {
        self.get(register) as i64
    }

    #[inline(always)]
    pub(super) unsafe fn float(&self, register: Register) -> f64 {
        f64::from_bits(self.get(register))
    }

    #[inline(always)]
    pub(super) unsafe fn set_float(&mut self, register: Register, value: f64) {
        self.set(register, value.to_bits());
    }

    /// The object that a register refers to.
    #[inline(always)]
    pub(super) unsafe fn object(&self, register: Register) -> *mut u64 {
        self.at(low(self.get(register)))
    }

    /// The object at an offset.
    #[inline(always)]
    pub(super) unsafe fn at(&self, reference: u32) -> *mut u64 {
        self.heap.add(reference as usize)
    }

    /// The value of an entry of a map, at the place where it was just found.
    #[inline(always)]
    pub(super) unsafe fn map_slot(&self, map: Register, place: u64) -> *mut u64 {
        self.at(low(*self.object(map).add(1))).add(1 + 3 * low(place) as usize + 2)
    }

    /// The place of an entry of a map or set is written next, where it was just found. If not by being remembered, that has been
    /// noted.
    #[inline(always)]
    pub(super) unsafe fn note_entry(&mut self, table: Register, place: u64) {
        if self.found.is_none() {
            let table = low(self.get(table));
            let entries = self.at(low(*self.at(table).add(1))).wrapping_add(1);
            let entry = entries.wrapping_add(3 * low(place) as usize);
            self.found = Some(Found { table, key: None, place, entry });
        }
    }

    /// The entry of a map, in two registers, at the place where it was when that was taken; `None` if it isn't there now. No
    /// serial number is above [`SERIAL_MAX`](crate::layout::SERIAL_MAX), so a negative place is none.
    #[inline(always)]
    pub(super) unsafe fn map_entry(&self, map: Register, place: Register) -> Option<*mut u64> {
        let place = self.get(place);
        if let Some(found) = self.found
            && found.table == low(self.get(map))
            && found.place == place
        {
            return Some(found.entry);
        }
        self.entry_at(self.object(map), place, 3)
    }

    /// The entry of a table, in which each takes so many words, at the place where it was when that was taken; `None` if it
    /// isn't there now.
    #[inline(always)]
    pub(super) unsafe fn entry_at(&self, table: *mut u64, place: u64, stride: usize) -> Option<*mut u64> {
        let entries = *table.add(1);
        if low(place) >= high(entries) {
            return None;
        }
        let entry = self.at(low(entries)).add(1 + stride * low(place) as usize);
        (high(*entry) == high(place) && low(*entry) != 0).then_some(entry)
    }

    /// A constant as a slot.
    #[inline(always)]
    pub(super) unsafe fn constant(&self, index: u32) -> u64 {
        *(*self.context).constants.add(index as usize)
    }

    /// A place in the code.
    #[inline(always)]
    pub(super) unsafe fn code(&self, pc: u32) -> *const Instr {
        (*self.context).code.add(pc as usize)
    }

    /// Where the instruction is that is executed, in the code.
    #[inline(always)]
    pub(super) unsafe fn place(&self) -> u32 {
        self.pc.offset_from_unsigned((*self.context).code) as u32
    }

    /// What there is to look up of a function.
    #[inline(always)]
    pub(super) unsafe fn entry(&self, function: u32) -> &'static Entry {
        &*(*self.context).entries.add(function as usize)
    }

    /// Leaves the instructions, of which the next is at `pc`.
    #[inline(always)]
    pub(super) unsafe fn leave<T>(&self, pc: *const Instr, why: impl FnOnce() -> Stop) -> Result<T, Left> {
        leave(self.context, pc, self.regs, self.heap, self.fuel, why);
        Err(Left)
    }

    /// Leaves this instruction.
    #[inline(always)]
    pub(super) unsafe fn leave_here<T>(&self, why: impl FnOnce() -> Stop) -> Result<T, Left> {
        self.leave(self.pc, why)
    }

    /// Traps at this instruction.
    #[inline(always)]
    pub(super) unsafe fn fault<T>(&self, kind: impl FnOnce() -> TrapKind) -> Result<T, Left> {
        self.leave_here(move || Stop::Exit(Exit::Trap(Box::new(kind()))))
    }

    /// Jumps, counted from the next instruction. Backwards, it charges for the words that it spans.
    #[inline(always)]
    pub(super) unsafe fn jump(&mut self, offset: i64) -> Result<(), Left> {
        self.pc = self.pc.wrapping_offset(offset as isize);
        self.has_jumped = true;
        if offset < 0 {
            self.fuel += offset;
            if self.fuel < 0 {
                return self.leave(self.following(), || Stop::Exit(Exit::OutOfFuel));
            }
        }
        Ok(())
    }

    #[inline(always)]
    pub(super) unsafe fn jump_if(&mut self, condition: bool, offset: i64) -> Result<(), Left> {
        if condition { self.jump(offset) } else { Ok(()) }
    }

    /// Takes words from the arena, and gives their offset.
    #[inline(always)]
    pub(super) unsafe fn take(&mut self, words: usize) -> Result<u32, Left> {
        match self.agent().heap.take(words) {
            Some(at) => Ok(at),
            None => self.leave_here(move || Stop::Room(words)),
        }
    }

    /// Lets a method do what may collect, charge or trap, and goes on behind the instruction and so many `args` words.
    #[inline(always)]
    pub(super) unsafe fn attempt<F>(&mut self, args_words: u32, run: F) -> Result<(), Left>
    where
        F: FnOnce(&mut Agent) -> Result<(), TrapKind>,
    {
        match attempt(self.context, self.pc, self.regs, self.fuel, run) {
            Some(charged) => {
                self.fuel -= charged;
                self.heap = self.agent().heap.base_mut();
                self.pc = self.pc.add(args_words as usize);
                Ok(())
            }
            None => Err(Left),
        }
    }

    /// Takes off the fuel what an operation charged that neither allocates nor needs to know the frame.
    #[inline(always)]
    pub(super) unsafe fn pay(&mut self) {
        if self.agent().has_charges() {
            self.fuel -= charged(self.agent());
        }
    }

    /// Copies arguments, the first of them named by `c`, to where they are wanted, and moves `pc` past the `args` words.
    /// That these are as many as are wanted is the verifier's; what they say of themselves ends a loop that is too short
    /// for a compiler to unroll it.
    ///
    /// Up to [`SLACK_WORDS`] - 1 words behind the last argument at `target` are overwritten. Operands that name no argument
    /// are 0; a frame without registers has at least the slack behind it.
    #[inline(always)]
    unsafe fn copy_args(&mut self, i: Operands, target: *mut u64) {
        *target = self.get(i.c());
        self.copy_args_words(target.add(1));
    }

    /// Copies the arguments in `args` words.
    #[inline(always)]
    unsafe fn copy_args_words(&mut self, mut target: *mut u64) {
        const { assert!(SLACK_WORDS >= 3) };
        let mut args = Operands::at(self.following());
        while args.op_byte() == Op::Args as u8 {
            *target = self.get(args.a());
            *target.add(1) = self.get(args.b());
            *target.add(2) = self.get(args.c());
            target = target.add(3);
            self.pc = self.following();
            args = Operands::at(self.following());
        }
    }

    /// Enters the function whose code begins at `start`. The first argument is in `c`; captures are those of a closure, if
    /// it is one.
    #[inline(always)]
    pub(super) unsafe fn enter(
        &mut self,
        i: Operands,
        start: *const Instr,
        closure: Option<(*const u64, &Entry)>,
    ) -> Result<(), Left> {
        let Prologue { fuel, frame } = Prologue::of_word(*start.sub(1));
        let context = &mut *self.context;
        let top = context.top;
        let end = top.wrapping_add(frame as usize);
        if end > context.stack_end {
            return self.leave_here(move || Stop::Frame(frame));
        }
        context.top = end;
        let (header, callee) = (FrameHeader::at(top), top.add(1));
        (*header).set_caller(i.a().number, top.offset_from_unsigned(self.regs) as u32);
        self.copy_args(i, callee);
        if let Some((object, entry)) = closure {
            let target = callee.add(entry.params as usize);
            for capture in 0..entry.captures as usize {
                *target.add(capture) = *object.add(1 + capture);
            }
        }
        (*header).set_call_bytes(self.pc.byte_offset_from_unsigned(context.code) as u32);
        self.regs = callee;
        self.pc = start.wrapping_sub(1);
        self.fuel -= i64::from(fuel);
        if self.fuel < 0 {
            return self.leave(self.following(), || Stop::Exit(Exit::OutOfFuel));
        }
        Ok(())
    }

    /// Leaves a function with its result, and says whether there was a caller to go on with.
    #[inline(always)]
    pub(super) unsafe fn resume(&mut self, result: u64) -> bool {
        let context = &mut *self.context;
        let top = self.regs.sub(1);
        let header = *FrameHeader::at(top);
        if header.is_bottom() {
            return false;
        }
        context.top = top;
        self.regs = top.sub(header.caller_registers() as usize);
        self.pc = context.code.byte_add(header.call_bytes() as usize);
        *self.regs.add(header.dest().into()) = result;
        true
    }

    /// Makes an object with this header and so many fields, the first of them in `c`.
    #[inline(always)]
    pub(super) unsafe fn make(
        &mut self,
        i: Operands,
        type_id: u32,
        extra: u32,
        count: usize,
    ) -> Result<u32, Left> {
        let at = self.take(1 + count)?;
        let object = self.at(at);
        *object = header(type_id, extra);
        self.copy_args(i, object.add(1));
        Ok(at)
    }

    /// Makes the payload of a variant that carries what `args` words name, if there are any.
    #[inline(always)]
    pub(super) unsafe fn make_payload(&mut self, type_id: u32, tag: u32) -> Result<u32, Left> {
        let mut count = 0;
        let mut args = self.following();
        while Operands::at(args).op_byte() == Op::Args as u8 {
            count += usize::from(Operands::at(args).ux());
            args = args.wrapping_add(1);
        }
        if count == 0 {
            return Ok(0);
        }
        let at = self.take(1 + count)?;
        let object = self.at(at);
        *object = header(type_id, tag);
        self.copy_args_words(object.add(1));
        Ok(at)
    }
}

impl Context {
    /// For an agent that has a frame, and keeps its program while instructions run.
    pub(super) fn new(agent: &mut Agent) -> Self {
        let program: &Program = &agent.program;
        let (code, entries) = (program.code.as_ptr(), program.entries.as_ptr());
        let constants = program.constants.as_ptr();
        Self {
            program,
            agent,
            code,
            entries,
            constants,
            top: std::ptr::null_mut(),
            stack_end: std::ptr::null_mut(),
            stop: Stop::Exit(Exit::OutOfFuel),
            fuel: 0,
        }
    }
}

/// Writes back where the innermost frame stands, and why the instructions are left. The parameters are in the order in
/// which all instructions have them, so that nothing is moved.
#[cold]
#[inline(never)]
unsafe fn leave(
    context: *mut Context,
    pc: *const Instr,
    regs: *mut u64,
    _heap: *mut u64,
    fuel: i64,
    why: impl FnOnce() -> Stop,
) {
    let context = &mut *context;
    (*context.agent).save(pc, regs, context.top);
    context.fuel = fuel;
    context.stop = why();
}

/// What operations charged.
#[cold]
#[inline(never)]
fn charged(agent: &mut Agent) -> i64 {
    agent.take_charges()
}

/// Lets a method work on the agent, with the frame written back: what it charged, or `None` if it trapped. What has no
/// place in a register stays within this function, so that its callers need no stack.
#[inline(never)]
unsafe fn attempt(
    context: *mut Context,
    pc: *const Instr,
    regs: *mut u64,
    fuel: i64,
    run: impl FnOnce(&mut Agent) -> Result<(), TrapKind>,
) -> Option<i64> {
    let context = &mut *context;
    let agent = &mut *context.agent;
    agent.save(pc, regs, context.top);
    let done = run(agent);
    let charged = agent.take_charges();
    match done {
        Ok(()) => Some(charged),
        Err(kind) => {
            context.fuel = fuel - charged;
            context.stop = Stop::Exit(Exit::Trap(Box::new(kind)));
            None
        }
    }
}
