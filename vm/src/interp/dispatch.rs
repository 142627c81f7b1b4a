//! What each instruction does, and the loop around them, which does what they leave to it.

#![allow(clippy::neg_cmp_op_on_partial_ord, reason = "a comparison with NaN is false, and its negation true")]

use super::Exit;
use super::arith::{division_fault, truncate, truncate_fault};
#[cfg(tail_calls)]
use super::look_up::Sought;
#[cfg(tail_calls)]
use super::machine::LookUp;
use super::machine::{Context, Left, Machine, Stop};
use super::operands::Operands;
#[cfg(tail_calls)]
use super::threads::handlers;
use super::threads::{dispatch, instructions};
use crate::agent::{Agent, Sent};
use crate::bytecode::{Instr, Op};
use crate::heap::NOWHERE;
use crate::layout::{header, high, low};
use crate::mail::Received;
use crate::natives::NATIVES;
use crate::program::{Given, Program, Sequence, with_sequences};
use crate::stack::{Frame, StackFull};
use crate::trap::TrapKind;

/// `R[a] := R[b] op …`, which traps on overflow.
macro_rules! checked {
    ($m:ident, $i:ident, $method:ident, $right:expr) => {{
        let (value, overflow) = $m.int($i.b()).$method($right);
        if overflow {
            return $m.fault(|| TrapKind::Overflow);
        }
        $m.set($i.a(), value as u64)
    }};
}

/// `R[a] := R[b] / …`, and the like.
macro_rules! divide {
    ($m:ident, $i:ident, $method:ident, $right:expr) => {{
        let right: i64 = $right;
        match $m.int($i.b()).$method(right) {
            Some(value) => $m.set($i.a(), value as u64),
            None => return $m.fault(move || division_fault(right)),
        }
    }};
}

/// `R[a] :=` what two Ints give.
macro_rules! ints {
    ($m:ident, $i:ident, $left:ident, $right:ident, $value:expr) => {{
        let ($left, $right) = ($m.int($i.b()), $m.int($i.c()));
        $m.set($i.a(), $value as u64)
    }};
}

/// `R[a] :=` the Float that two Floats give.
macro_rules! floats {
    ($m:ident, $i:ident, $left:ident, $right:ident, $value:expr) => {{
        let ($left, $right) = ($m.float($i.b()), $m.float($i.c()));
        $m.set_float($i.a(), $value)
    }};
}

/// `R[a] :=` the Bool that two Floats give.
macro_rules! compare_floats {
    ($m:ident, $i:ident, $left:ident, $right:ident, $value:expr) => {{
        let ($left, $right) = ($m.float($i.b()), $m.float($i.c()));
        $m.set($i.a(), u64::from($value))
    }};
}

/// A shift, which traps unless its amount is in 0..64.
macro_rules! shift {
    ($m:ident, $i:ident, $method:ident) => {{
        let amount = $m.int($i.c());
        if !(0..64).contains(&amount) {
            return $m.fault(move || TrapKind::BadShift { amount });
        }
        $m.set($i.a(), $m.int($i.b()).$method(amount as u32) as u64)
    }};
}

/// Lets a method do the instruction, which has so many `args` words.
macro_rules! slow {
    ($m:ident, $i:ident, $method:ident, $args_words:expr) => {{
        let word = $i.word();
        $m.attempt($args_words, move |agent| agent.$method(word))?
    }};
}

/// Sends a message, if that can be done here.
macro_rules! send {
    ($m:ident, $i:ident, $urgent:expr) => {{
        let (pc, register) = ($m.place(), $i.c());
        let (to, slot) = ($m.get($i.b()), $m.get(register));
        if !$m.agent().sends_at_once(pc, to, register.number, slot, $urgent) {
            return $m.leave_here(|| Stop::Exit(Exit::Wait));
        }
        $m.set($i.a(), Sent::Taken as u64);
        $m.pay();
        // As after a message that whoever drives the agent took.
        if $m.fuel < 0 {
            return $m.leave($m.following(), || Stop::Exit(Exit::OutOfFuel));
        }
    }};
}

/// What was found of an entry of a map or set.
macro_rules! entry {
    ($m:ident, $found:expr) => {
        match $found {
            Some(found) => found,
            None => return $m.fault(|| TrapKind::EntryRemoved),
        }
    };
}

// An instruction's parts: `m` is the interpreter's own registers, `i` the operands.
instructions! { m, i;
    Move => m.set(i.a(), m.get(i.b())),
    ConstInt => m.set(i.a(), i.sbc() as u64),
    ConstBool => m.set(i.a(), u64::from(i.bc())),
    ConstUnit => m.set(i.a(), 0),
    Const => m.set(i.a(), m.constant(i.bc())),

    AddInt => checked!(m, i, overflowing_add, m.int(i.c())),
    SubInt => checked!(m, i, overflowing_sub, m.int(i.c())),
    MulInt => checked!(m, i, overflowing_mul, m.int(i.c())),
    DivInt => divide!(m, i, checked_div, m.int(i.c())),
    RemInt => divide!(m, i, checked_rem, m.int(i.c())),
    NegInt => match m.int(i.b()).checked_neg() {
        Some(value) => m.set(i.a(), value as u64),
        None => return m.fault(|| TrapKind::Overflow),
    },
    AddIntSmall => checked!(m, i, overflowing_add, i.sc()),
    MulIntSmall => checked!(m, i, overflowing_mul, i.sc()),
    DivIntSmall => divide!(m, i, checked_div, i.sc()),
    RemIntSmall => divide!(m, i, checked_rem, i.sc()),
    AddIntWrap => ints!(m, i, a, b, a.wrapping_add(b)),
    SubIntWrap => ints!(m, i, a, b, a.wrapping_sub(b)),
    MulIntWrap => ints!(m, i, a, b, a.wrapping_mul(b)),
    AndInt => ints!(m, i, a, b, a & b),
    OrInt => ints!(m, i, a, b, a | b),
    XorInt => ints!(m, i, a, b, a ^ b),
    ShlInt => shift!(m, i, wrapping_shl),
    ShrInt => shift!(m, i, wrapping_shr),
    NotInt => m.set(i.a(), !m.get(i.b())),

    AddFloat => floats!(m, i, a, b, a + b),
    SubFloat => floats!(m, i, a, b, a - b),
    MulFloat => floats!(m, i, a, b, a * b),
    DivFloat => floats!(m, i, a, b, a / b),
    RemFloat => floats!(m, i, a, b, a % b),
    NegFloat => m.set_float(i.a(), -m.float(i.b())),
    SqrtFloat => m.set_float(i.a(), m.float(i.b()).sqrt()),
    IntToFloat => m.set_float(i.a(), m.int(i.b()) as f64),
    FloatToInt => match truncate(m.float(i.b())) {
        Some(value) => m.set(i.a(), value as u64),
        None => {
            let value = m.float(i.b());
            return m.fault(move || truncate_fault(value));
        }
    },

    NotBool => m.set(i.a(), m.get(i.b()) ^ 1),
    EqWord => ints!(m, i, a, b, (a == b)),
    NeWord => ints!(m, i, a, b, (a != b)),
    LtInt => ints!(m, i, a, b, (a < b)),
    LeInt => ints!(m, i, a, b, (a <= b)),
    EqFloat => compare_floats!(m, i, a, b, a == b),
    NeFloat => compare_floats!(m, i, a, b, a != b),
    LtFloat => compare_floats!(m, i, a, b, a < b),
    LeFloat => compare_floats!(m, i, a, b, a <= b),
    Same => ints!(m, i, a, b, (a == b)),
    Equal => slow!(m, i, equal, 0),
    Compare => slow!(m, i, compare, 0),

    Jump => m.jump(i.sbc())?,
    JumpTrue => m.jump_if(m.get(i.a()) != 0, i.sbc())?,
    JumpFalse => m.jump_if(m.get(i.a()) == 0, i.sbc())?,
    JumpEqWord => m.jump_if(m.get(i.a()) == m.get(i.b()), i.sc())?,
    JumpNeWord => m.jump_if(m.get(i.a()) != m.get(i.b()), i.sc())?,
    JumpLtInt => m.jump_if(m.int(i.a()) < m.int(i.b()), i.sc())?,
    JumpLeInt => m.jump_if(m.int(i.a()) <= m.int(i.b()), i.sc())?,
    JumpEqSmall => m.jump_if(m.int(i.a()) == i.sb(), i.sc())?,
    JumpNeSmall => m.jump_if(m.int(i.a()) != i.sb(), i.sc())?,
    JumpLtSmall => m.jump_if(m.int(i.a()) < i.sb(), i.sc())?,
    JumpLeSmall => m.jump_if(m.int(i.a()) <= i.sb(), i.sc())?,
    JumpGtSmall => m.jump_if(m.int(i.a()) > i.sb(), i.sc())?,
    JumpGeSmall => m.jump_if(m.int(i.a()) >= i.sb(), i.sc())?,
    JumpEqFloat => m.jump_if(m.float(i.a()) == m.float(i.b()), i.sc())?,
    JumpNeFloat => m.jump_if(m.float(i.a()) != m.float(i.b()), i.sc())?,
    JumpLtFloat => m.jump_if(m.float(i.a()) < m.float(i.b()), i.sc())?,
    JumpLeFloat => m.jump_if(m.float(i.a()) <= m.float(i.b()), i.sc())?,
    JumpNotLtFloat => m.jump_if(!(m.float(i.a()) < m.float(i.b())), i.sc())?,
    JumpNotLeFloat => m.jump_if(!(m.float(i.a()) <= m.float(i.b())), i.sc())?,
    JumpTag => m.jump_if(high(m.get(i.a())) == u32::from(i.ub()), i.sc())?,
    JumpNotTag => m.jump_if(high(m.get(i.a())) != u32::from(i.ub()), i.sc())?,
    Switch => m.pc = m.pc.add(high(m.get(i.a())) as usize),
    LoopLt => {
        let value = m.int(i.a()).wrapping_add(1);
        m.set(i.a(), value as u64);
        m.jump_if(value < m.int(i.b()), i.sc())?;
    },
    LoopLe => {
        let value = m.int(i.a());
        if value < m.int(i.b()) {
            m.set(i.a(), (value + 1) as u64);
            m.jump(i.sc())?;
        }
    },

    Call => {
        let start = m.pc.offset(i.sxb());
        m.enter(i, start, None)?;
    },
    CallClosure => {
        let object = m.object(i.b());
        let entry = m.entry(high(*object));
        m.enter(i, m.code(entry.start), Some((object, entry)))?;
    },
    CallHost => m.leave_here(|| Stop::Exit(Exit::Wait))?,
    CallNative => {
        let params = NATIVES[i.xb() as usize].params.len();
        slow!(m, i, call_native, Program::args_words(params, true));
    },
    Return => {
        let result = m.get(i.a());
        if !m.resume(result) {
            return m.leave_here(move || Stop::Exit(Exit::Done(result)));
        }
    },
    Panic => slow!(m, i, panic, 0),
    Unreachable => m.fault(|| TrapKind::Unreachable)?,
    Args => m.fault(|| TrapKind::Unreachable)?,

    New => {
        let count = m.program().field_counts.get_unchecked(i.xb() as usize);
        let at = m.make(i, i.xb(), 0, *count as usize)?;
        m.set(i.a(), u64::from(at));
    },
    GetField => m.set(i.a(), *m.object(i.b()).add(1 + i.uc() as usize)),
    SetField => *m.object(i.a()).add(1 + i.ub() as usize) = m.get(i.c()),
    NewVariant => {
        let tag = u32::from(i.uc());
        let at = m.make_payload(i.xb(), tag)?;
        m.set(i.a(), header(at, tag));
    },
    GetPayload => {
        let value = m.get(i.b());
        if high(value) != u32::from(i.uc()) {
            return m.fault(|| TrapKind::WrongVariant);
        }
        m.set(i.a(), *m.at(low(value)).add(1 + i.ux() as usize));
    },
    GetTag => m.set(i.a(), u64::from(high(m.get(i.b())))),
    NewCell => {
        let at = m.make(i, i.xb(), 0, 1)?;
        m.set(i.a(), u64::from(at));
    },
    GetCell => m.set(i.a(), *m.object(i.b()).add(1)),
    SetCell => *m.object(i.a()).add(1) = m.get(i.b()),
    NewClosure => {
        let captures = m.entry(i.xb()).captures as usize;
        let signature = m.program().functions.get_unchecked(i.xb() as usize).signature;
        let at = m.make(i, signature, i.xb(), captures)?;
        m.set(i.a(), u64::from(at));
    },

    NewList => slow!(m, i, new_list, Program::args_words(i.uc() as usize, false)),
    FillList => slow!(m, i, fill_list, 1),
    ListLen => m.set(i.a(), u64::from(high(*m.object(i.b())))),
    ListGet => {
        let (list, index) = (m.object(i.b()), m.get(i.c()));
        if index >= u64::from(high(*list)) {
            return m.leave_here(|| Stop::Slow(Agent::no_element_to_get));
        }
        m.set(i.a(), *m.at(low(*list.add(1))).add(1 + index as usize));
    },
    BytesLen => {
        let bytes = low(m.get(i.b()));
        let len = m.agent().byte_count(bytes);
        m.set(i.a(), len);
    },
    BytesGet => {
        let (bytes, index) = (low(m.get(i.b())), m.get(i.c()));
        match m.agent().byte_at(bytes, index) {
            Some(byte) => m.set(i.a(), byte.into()),
            None => return m.leave_here(|| Stop::Slow(Agent::no_such_byte)),
        }
    },
    ListSet => {
        let (list, index) = (m.object(i.a()), m.get(i.b()));
        if index >= u64::from(high(*list)) {
            return m.leave_here(|| Stop::Slow(Agent::no_element_to_set));
        }
        *m.at(low(*list.add(1))).add(1 + index as usize) = m.get(i.c());
    },
    ListPush => {
        let list = m.object(i.a());
        let len = high(*list);
        let buffer = m.at(low(*list.add(1)));
        // Word 0 of the arena is 0: as the buffer of a list that has none, it has no capacity.
        if len >= high(*buffer) {
            return m.leave_here(|| Stop::Slow(Agent::push));
        }
        *buffer.add(1 + len as usize) = m.get(i.b());
        *list = header(low(*list), len + 1);
    },
    ListPop => {
        let list = m.object(i.b());
        let len = high(*list);
        if len == 0 {
            return m.fault(|| TrapKind::EmptyList);
        }
        *list = header(low(*list), len - 1);
        m.set(i.a(), *m.at(low(*list.add(1))).add(len as usize));
    },
    ListInsert => slow!(m, i, insert, 0),
    ListRemove => slow!(m, i, remove, 0),
    ListTruncate => slow!(m, i, truncate_list, 0),
    ListExtend => slow!(m, i, extend, 0),
    ListSlice => slow!(m, i, slice_list, 1),

    NewTable => slow!(m, i, new_table, 0),
    TableLen => m.set(i.a(), u64::from(high(*m.object(i.b())))),
    TableFind => {
        let place = m.look_up(i.ux(), i.b(), i.c())?;
        m.set(i.a(), place);
    },
    TablePlace => {
        let place = m.look_up(i.ux(), i.b(), i.c())?;
        if place == NOWHERE {
            return m.leave_here(|| Stop::Slow(Agent::no_such_key));
        }
        m.note_entry(i.b(), place);
        m.set(i.a(), place);
    },
    TableKey => {
        let (table, place) = (m.get(i.b()), m.get(i.c()));
        let key = entry!(m, m.agent().key_at(table, place));
        m.set(i.a(), key);
    },
    TableRemove => {
        if !m.remove(i.a(), i.b()) {
            let (table, place) = (m.get(i.a()), m.get(i.b()));
            entry!(m, m.agent().remove_at(table, place));
        }
    },
    TableClear => {
        let table = m.get(i.a());
        m.agent().table_clear(table);
    },
    TableNext => {
        let (table, place) = (m.get(i.b()), m.get(i.a()));
        let next = m.agent().place_behind(table, place);
        m.set(i.a(), next);
        m.pay();
        m.jump_if((next as i64) >= 0, i.sc())?;
    },
    MapGet => match m.look_up(i.ux(), i.b(), i.c())? {
        NOWHERE => return m.leave_here(|| Stop::Slow(Agent::no_such_key)),
        place => m.set(i.a(), *m.map_slot(i.b(), place)),
    },
    MapSet => match m.look_up(i.ux(), i.a(), i.b())? {
        NOWHERE if m.append(i.a(), i.b(), Some(i.c())) => {}
        NOWHERE => slow!(m, i, add_to_map, 0),
        place => *m.map_slot(i.a(), place) = m.get(i.c()),
    },
    MapValue => {
        match m.map_entry(i.b(), i.c()) {
            Some(entry) => m.set(i.a(), *entry.add(2)),
            None => return m.leave_here(|| Stop::Slow(Agent::moved_value)),
        }
    },
    MapPut => {
        match m.map_entry(i.a(), i.b()) {
            Some(entry) => *entry.add(2) = m.get(i.c()),
            None => return m.leave_here(|| Stop::Slow(Agent::put_moved)),
        }
    },
    SetAdd => match m.look_up(i.ux(), i.b(), i.c())? {
        NOWHERE if m.append(i.b(), i.c(), None) => m.set(i.a(), 1),
        NOWHERE => slow!(m, i, add_to_set, 0),
        _ => m.set(i.a(), 0),
    },

    Concat => slow!(m, i, concat, Program::args_words(i.bc() as usize, false)),
    Show => slow!(m, i, show, 0),
    Join => slow!(m, i, join, 0),

    NewInbox => slow!(m, i, new_inbox, 0),
    InboxAddr => slow!(m, i, inbox_addr, 0),
    CastAddr => slow!(m, i, cast_addr, 0),
    InboxNumber => m.set(i.a(), m.get(i.b())),
    InboxLen => slow!(m, i, inbox_len, 0),
    CloseInbox => slow!(m, i, close_inbox, 0),
    Receive => {
        let inbox = m.get(i.b());
        match m.agent().receive_at_once(inbox) {
            Received::Nothing => return m.leave_here(|| Stop::Exit(Exit::Wait)),
            Received::Word(slot) => m.set(i.a(), slot),
            Received::More => slow!(m, i, receive, 0),
        }
    },
    InboxReady => {
        let (inbox, ms) = (m.get(i.b()), m.int(i.c()));
        let ready = m.agent().inbox_ready(inbox, ms);
        if ready < 0 {
            return m.leave_here(|| Stop::Exit(Exit::Wait));
        }
        m.set(i.a(), ready as u64);
    },
    InboxesReady => {
        let (numbers, ms) = (m.get(i.b()), m.int(i.c()));
        let index = m.agent().inboxes_ready(numbers, ms);
        if index < -1 {
            return m.leave_here(|| Stop::Exit(Exit::Wait));
        }
        m.set(i.a(), index as u64);
    },
    Send => send!(m, i, false),
    SendUrgent => send!(m, i, true),
    TrySend => send!(m, i, false),
    Spawn => m.leave_here(|| Stop::Exit(Exit::Wait))?,
}

impl Agent {
    /// Runs from the innermost frame's `pc` on, and gives the reason why it ended, and the fuel that is left: below 0
    /// if the slice was overdrawn.
    pub(crate) fn execute(&mut self, mut fuel: i64) -> (Exit, i64) {
        let mut context = Context::new(self);
        loop {
            // SAFETY: the verifier proved what `machine` says of the program; the agent's frame and heap are as the
            // instructions, or the check of a snapshot, left them, and nothing else uses the agent meanwhile.
            unsafe { run(Machine::new(&mut context, fuel)) };
            fuel = context.fuel;
            let pc = self.stack.top.pc;
            let done = match std::mem::replace(&mut context.stop, Stop::Room(0)) {
                Stop::Exit(exit) => return (exit, fuel),
                Stop::Room(words) => self.reserve(words),
                Stop::Frame(words) => self.grow_stack(words),
                Stop::Slow(method) => {
                    let instr = self.program.code[pc as usize];
                    let done = method(self, instr);
                    self.stack.top.pc = if done.is_ok() { pc + 1 } else { pc };
                    done
                }
            };
            fuel -= self.take_charges();
            if let Err(kind) = done {
                return (trap(kind), fuel);
            }
        }
    }

    /// Writes back where the innermost frame stands.
    #[inline]
    pub(super) fn save(&mut self, pc: *const Instr, regs: *const u64, top: *const u64) {
        let stack = self.stack.base_mut().cast_const();
        // SAFETY: both pointers of each pair are within the same code or stack, the greater first.
        self.stack.top = unsafe {
            Frame {
                pc: pc.offset_from_unsigned(self.program.code.as_ptr()) as u32,
                base: regs.offset_from_unsigned(stack) as u32,
                registers: top.offset_from_unsigned(regs) as u32,
                dest: None,
            }
        };
    }

    /// Makes room for a frame of so many words above the innermost one.
    #[cold]
    #[inline(never)]
    fn grow_stack(&mut self, frame: u32) -> Result<(), TrapKind> {
        let Frame { base, registers: own, .. } = self.stack.top;
        let limit_bytes = self.limits.stack_bytes as u64;
        self.stack
            .reserve((base + own + frame) as usize)
            .map_err(|StackFull| TrapKind::StackLimit { limit_bytes })
    }

    /// Whether operations charged for their size.
    #[inline]
    pub(super) fn has_charges(&self) -> bool {
        self.fuel.by_size != 0
    }

    /// What operations charged since this was last asked.
    #[inline]
    pub(super) fn take_charges(&mut self) -> i64 {
        let collecting = self.heap.take_excess_work() / COLLECTED_WORDS_PER_FUEL;
        self.fuel.uncounted += collecting;
        (std::mem::take(&mut self.fuel.by_size) + collecting).min(i64::MAX as u64 / 2) as i64
    }
}

/// How many words a collection handles in about the time that an instruction takes.
const COLLECTED_WORDS_PER_FUEL: u64 = 2;

#[cold]
#[inline(never)]
fn trap(kind: TrapKind) -> Exit {
    Exit::Trap(Box::new(kind))
}
