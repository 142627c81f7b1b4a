//! The loop that executes instructions.
//!
//! It keeps the code pointer, the innermost frame and the fuel in locals, and writes them back to the agent whenever
//! another part of the engine must see them: before anything that may collect, grow the stack, or leave the loop.
//!
//! **What makes the unchecked accesses sound.** The verifier proved of every function: `pc` only ever reaches
//! instructions, and past the `args` words that belong to them; every register operand is below the function's
//! register count, defined before it is read, and of the type that its role names; every index into the tables of
//! types, functions, constants and imports is in range; calls and constructors have as many arguments as the callee or
//! type wants. Loading a snapshot checks the same of the registers and objects that it brings. So a register of a
//! reference type that is live holds the offset of an object of that type, whose header tells its extent.

use std::sync::Arc;

use super::Exit;
use super::arith::{division_fault, truncate, truncate_fault};
use crate::agent::Agent;
use crate::bytecode::{Instr, Op};
use crate::heap::SLACK_WORDS;
use crate::layout::{header, high, low};
use crate::program::Program;
use crate::stack::{BOTTOM, Frame, StackFull, frame_header};
use crate::trap::TrapKind;

/// Copies arguments to where they are wanted, and gives the instruction after the `args` words.
///
/// # Safety
/// `pc` points behind an instruction with `count` arguments, of which the first `done` are copied already and the
/// others stand in `args` words; those name registers of the frame at `regs`. Up to [`SLACK_WORDS`] - 1 words behind the
/// last argument at `target` are overwritten. `args` words name register 0 where they name nothing; a frame without
/// registers has at least the slack behind it.
#[inline(always)]
unsafe fn copy_args(
    target: *mut u64,
    regs: *const u64,
    mut pc: *const Instr,
    mut done: usize,
    count: usize,
) -> *const Instr {
    const { assert!(SLACK_WORDS >= 3) };
    while done < count {
        // SAFETY: as the function demands.
        unsafe {
            let word = *pc;
            pc = pc.add(1);
            *target.add(done) = *regs.add(word.a() as usize);
            *target.add(done + 1) = *regs.add(word.b() as usize);
            *target.add(done + 2) = *regs.add(word.c() as usize);
        }
        done += 3;
    }
    pc
}

impl Agent {
    /// Runs from the innermost frame's `pc` on, and gives the reason why it ended, and the fuel that is left: below 0
    /// if the slice was overdrawn.
    #[allow(clippy::too_many_lines, reason = "one match over the opcodes")]
    #[allow(
        clippy::neg_cmp_op_on_partial_ord,
        reason = "a comparison with NaN is false, and its negation true"
    )]
    pub(crate) fn execute(&mut self, mut fuel: i64) -> (Exit, i64) {
        let shared: Arc<Program> = Arc::clone(&self.program);
        let program: &Program = &shared;
        let code = program.code.as_ptr();
        // SAFETY: the module's comment says what the verifier proved, which covers each access of code, registers,
        // tables and objects below. `regs`, `end` and `heap` are read anew after each operation that may move the stack
        // or the arena.
        unsafe {
            let mut heap = self.heap.base_mut();
            let mut pc = code.add(self.stack.top.pc as usize);
            let (mut regs, mut top, mut stack_end) = self.frame();

            /// A register.
            macro_rules! r {
                ($register:expr) => {
                    *regs.add($register as usize)
                };
            }
            macro_rules! int {
                ($register:expr) => {
                    r!($register) as i64
                };
            }
            macro_rules! float {
                ($register:expr) => {
                    f64::from_bits(r!($register))
                };
            }
            /// Writes back where the frame stands.
            macro_rules! save {
                ($pc:expr) => {
                    self.save($pc, regs, top)
                };
            }
            /// Ends the run at this instruction.
            macro_rules! fault {
                ($kind:expr) => {{
                    save!(pc.sub(1));
                    return (trap($kind), fuel);
                }};
            }
            /// Lets a method do the instruction: it sees the frame, and may collect and charge.
            macro_rules! slow {
                ($call:expr) => {{
                    save!(pc.sub(1));
                    match $call {
                        Ok(value) => {
                            heap = self.heap.base_mut();
                            fuel -= self.take_charges();
                            value
                        }
                        Err(kind) => return (trap(kind), fuel - self.take_charges()),
                    }
                }};
            }
            /// Takes off the fuel what an operation charged that neither allocates nor needs to know the frame.
            macro_rules! charge {
                () => {{
                    if self.has_charges() {
                        fuel -= self.take_charges();
                    }
                }};
            }
            /// What was found of an entry of a map or set.
            macro_rules! entry {
                ($found:expr) => {
                    match $found {
                        Some(found) => found,
                        None => fault!(TrapKind::EntryRemoved),
                    }
                };
            }
            /// Takes words from the arena.
            macro_rules! alloc {
                ($words:expr) => {{
                    let words = $words;
                    match self.heap.take(words) {
                        Some(at) => at,
                        None => {
                            slow!(self.make_room(words));
                            self.heap.take_reserved(words)
                        }
                    }
                }};
            }
            macro_rules! out_of_fuel {
                () => {{
                    save!(pc);
                    return (Exit::OutOfFuel, fuel);
                }};
            }
            macro_rules! jump {
                ($offset:expr) => {{
                    let offset = $offset as isize;
                    pc = pc.offset(offset);
                    if offset < 0 {
                        fuel += offset as i64;
                        if fuel < 0 {
                            out_of_fuel!();
                        }
                    }
                }};
            }
            macro_rules! jump_if {
                ($condition:expr, $offset:expr) => {
                    if $condition {
                        jump!($offset);
                    }
                };
            }
            /// `R[a] := R[b] op R[c]` that traps on overflow.
            macro_rules! checked {
                ($i:ident, $method:ident, $right:expr) => {{
                    let (value, overflow) = (int!($i.b())).$method($right);
                    if overflow {
                        fault!(TrapKind::Overflow);
                    }
                    r!($i.a()) = value as u64;
                }};
            }
            macro_rules! divide {
                ($i:ident, $method:ident, $right:expr) => {{
                    let right: i64 = $right;
                    match (int!($i.b())).$method(right) {
                        Some(value) => r!($i.a()) = value as u64,
                        None => fault!(division_fault(right)),
                    }
                }};
            }
            macro_rules! bits {
                ($i:ident, $left:ident, $right:ident, $value:expr) => {{
                    let ($left, $right) = (int!($i.b()), int!($i.c()));
                    r!($i.a()) = $value as u64;
                }};
            }
            macro_rules! floats {
                ($i:ident, $left:ident, $right:ident, $value:expr) => {{
                    let ($left, $right) = (float!($i.b()), float!($i.c()));
                    r!($i.a()) = f64::to_bits($value);
                }};
            }
            macro_rules! compare_floats {
                ($i:ident, $left:ident, $right:ident, $value:expr) => {{
                    let ($left, $right) = (float!($i.b()), float!($i.c()));
                    r!($i.a()) = ($value) as u64;
                }};
            }
            /// A shift, which traps unless its amount is in 0..64.
            macro_rules! shift {
                ($i:ident, $method:ident) => {{
                    let amount = int!($i.c());
                    if !(0..64).contains(&amount) {
                        fault!(TrapKind::BadShift { amount });
                    }
                    r!($i.a()) = (int!($i.b())).$method(amount as u32) as u64;
                }};
            }
            /// Enters a function; `captures` copies what a closure holds to a place in the new frame.
            macro_rules! enter {
                ($i:ident, $function:expr, $captures:expr) => {{
                    let entry = program.entries.get_unchecked($function as usize);
                    if top.offset_from(stack_end) + 1 + entry.registers as isize > 0 {
                        save!(pc.sub(1));
                        if let Err(kind) = self.grow_stack(entry.registers) {
                            return (trap(kind), fuel);
                        }
                        (regs, top, stack_end) = self.frame();
                    }
                    let callee = top.add(1);
                    let params = entry.params as usize;
                    if params > 0 {
                        *callee = r!($i.c());
                        pc = copy_args(callee, regs, pc, 1, params);
                    }
                    $captures(callee.add(params), entry.captures as usize);
                    let registers = top.offset_from_unsigned(regs) as u16;
                    *top = frame_header(pc.offset_from_unsigned(code) as u32, $i.a(), registers);
                    regs = callee;
                    top = callee.add(entry.registers as usize);
                    pc = code.add(entry.start as usize);
                    fuel -= i64::from(entry.fuel);
                    if fuel < 0 {
                        out_of_fuel!();
                    }
                }};
            }

            loop {
                let i = *pc;
                pc = pc.add(1);
                // The verifier let only bytes through that are opcodes.
                match std::mem::transmute::<u8, Op>(i.op_byte()) {
                    Op::Move => r!(i.a()) = r!(i.b()),
                    Op::ConstInt => r!(i.a()) = i64::from(i.sbc()) as u64,
                    Op::ConstBool => r!(i.a()) = u64::from(i.bc()),
                    Op::ConstUnit => r!(i.a()) = 0,
                    Op::Const => r!(i.a()) = *program.constants.get_unchecked(i.bc() as usize),

                    Op::AddInt => checked!(i, overflowing_add, int!(i.c())),
                    Op::SubInt => checked!(i, overflowing_sub, int!(i.c())),
                    Op::MulInt => checked!(i, overflowing_mul, int!(i.c())),
                    Op::DivInt => divide!(i, checked_div, int!(i.c())),
                    Op::RemInt => divide!(i, checked_rem, int!(i.c())),
                    Op::NegInt => match (int!(i.b())).checked_neg() {
                        Some(value) => r!(i.a()) = value as u64,
                        None => fault!(TrapKind::Overflow),
                    },
                    Op::AddIntSmall => checked!(i, overflowing_add, i64::from(i.sc())),
                    Op::MulIntSmall => checked!(i, overflowing_mul, i64::from(i.sc())),
                    Op::DivIntSmall => divide!(i, checked_div, i64::from(i.sc())),
                    Op::RemIntSmall => divide!(i, checked_rem, i64::from(i.sc())),
                    Op::AddIntWrap => bits!(i, a, b, a.wrapping_add(b)),
                    Op::SubIntWrap => bits!(i, a, b, a.wrapping_sub(b)),
                    Op::MulIntWrap => bits!(i, a, b, a.wrapping_mul(b)),
                    Op::AndInt => bits!(i, a, b, a & b),
                    Op::OrInt => bits!(i, a, b, a | b),
                    Op::XorInt => bits!(i, a, b, a ^ b),
                    Op::ShlInt => shift!(i, wrapping_shl),
                    Op::ShrInt => shift!(i, wrapping_shr),
                    Op::NotInt => r!(i.a()) = !r!(i.b()),

                    Op::AddFloat => floats!(i, a, b, a + b),
                    Op::SubFloat => floats!(i, a, b, a - b),
                    Op::MulFloat => floats!(i, a, b, a * b),
                    Op::DivFloat => floats!(i, a, b, a / b),
                    Op::RemFloat => floats!(i, a, b, a % b),
                    Op::NegFloat => r!(i.a()) = (-float!(i.b())).to_bits(),
                    Op::SqrtFloat => r!(i.a()) = (float!(i.b())).sqrt().to_bits(),
                    Op::IntToFloat => r!(i.a()) = (int!(i.b()) as f64).to_bits(),
                    Op::FloatToInt => match truncate(float!(i.b())) {
                        Some(value) => r!(i.a()) = value as u64,
                        None => fault!(truncate_fault(float!(i.b()))),
                    },

                    Op::NotBool => r!(i.a()) = r!(i.b()) ^ 1,
                    Op::EqWord => bits!(i, a, b, (a == b)),
                    Op::NeWord => bits!(i, a, b, (a != b)),
                    Op::LtInt => bits!(i, a, b, (a < b)),
                    Op::LeInt => bits!(i, a, b, (a <= b)),
                    Op::EqFloat => compare_floats!(i, a, b, a == b),
                    Op::NeFloat => compare_floats!(i, a, b, a != b),
                    Op::LtFloat => compare_floats!(i, a, b, a < b),
                    Op::LeFloat => compare_floats!(i, a, b, a <= b),
                    Op::Same => bits!(i, a, b, (a == b)),
                    Op::Equal => slow!(self.equal(i)),
                    Op::Compare => slow!(self.compare(i)),

                    Op::Jump => jump!(i.sbc()),
                    Op::JumpTrue => jump_if!(r!(i.a()) != 0, i.sbc()),
                    Op::JumpFalse => jump_if!(r!(i.a()) == 0, i.sbc()),
                    Op::JumpEqWord => jump_if!(r!(i.a()) == r!(i.b()), i.sc()),
                    Op::JumpNeWord => jump_if!(r!(i.a()) != r!(i.b()), i.sc()),
                    Op::JumpLtInt => jump_if!((int!(i.a())) < int!(i.b()), i.sc()),
                    Op::JumpLeInt => jump_if!((int!(i.a())) <= int!(i.b()), i.sc()),
                    Op::JumpEqSmall => jump_if!((int!(i.a())) == i64::from(i.sb()), i.sc()),
                    Op::JumpNeSmall => jump_if!((int!(i.a())) != i64::from(i.sb()), i.sc()),
                    Op::JumpLtSmall => jump_if!((int!(i.a())) < i64::from(i.sb()), i.sc()),
                    Op::JumpLeSmall => jump_if!((int!(i.a())) <= i64::from(i.sb()), i.sc()),
                    Op::JumpGtSmall => jump_if!((int!(i.a())) > i64::from(i.sb()), i.sc()),
                    Op::JumpGeSmall => jump_if!((int!(i.a())) >= i64::from(i.sb()), i.sc()),
                    Op::JumpEqFloat => jump_if!(float!(i.a()) == float!(i.b()), i.sc()),
                    Op::JumpNeFloat => jump_if!(float!(i.a()) != float!(i.b()), i.sc()),
                    Op::JumpLtFloat => jump_if!(float!(i.a()) < float!(i.b()), i.sc()),
                    Op::JumpLeFloat => jump_if!(float!(i.a()) <= float!(i.b()), i.sc()),
                    Op::JumpNotLtFloat => jump_if!(!(float!(i.a()) < float!(i.b())), i.sc()),
                    Op::JumpNotLeFloat => jump_if!(!(float!(i.a()) <= float!(i.b())), i.sc()),
                    Op::JumpTag => jump_if!(high(r!(i.a())) == u32::from(i.b()), i.sc()),
                    Op::JumpNotTag => jump_if!(high(r!(i.a())) != u32::from(i.b()), i.sc()),
                    Op::Switch => pc = pc.add(high(r!(i.a())) as usize),
                    Op::LoopLt => {
                        let value = (int!(i.a())).wrapping_add(1);
                        r!(i.a()) = value as u64;
                        jump_if!(value < int!(i.b()), i.sc());
                    }
                    Op::LoopLe => {
                        let value = int!(i.a());
                        if value < int!(i.b()) {
                            r!(i.a()) = (value + 1) as u64;
                            jump!(i.sc());
                        }
                    }

                    Op::Call => enter!(i, i.xb(), |_: *mut u64, _: usize| ()),
                    Op::CallClosure => {
                        let object = heap.add(low(r!(i.b())) as usize);
                        enter!(i, high(*object), |target: *mut u64, count: usize| {
                            for capture in 0..count {
                                *target.add(capture) = *object.add(1 + capture);
                            }
                        });
                    }
                    Op::CallHost => {
                        save!(pc.sub(1));
                        return (Exit::HostCall, fuel);
                    }
                    Op::CallNative => {
                        let args_words = slow!(self.call_native(i));
                        pc = pc.add(args_words);
                    }
                    Op::Return => {
                        let value = r!(i.a());
                        let caller = *regs.sub(1);
                        if caller == BOTTOM {
                            save!(pc.sub(1));
                            return (Exit::Done(value), fuel);
                        }
                        top = regs.sub(1);
                        regs = top.sub((caller >> 48) as usize);
                        pc = code.add(caller as u32 as usize);
                        r!((caller >> 32) as u16) = value;
                    }
                    Op::Panic => {
                        save!(pc.sub(1));
                        return (trap(self.panic(i)), fuel);
                    }
                    Op::Unreachable | Op::Args => fault!(TrapKind::Unreachable),

                    Op::New => {
                        let count = *program.field_counts.get_unchecked(i.xb() as usize) as usize;
                        let at = alloc!(1 + count);
                        let object = heap.add(at as usize);
                        *object = header(i.xb(), 0);
                        if count > 0 {
                            *object.add(1) = r!(i.c());
                            pc = copy_args(object.add(1), regs, pc, 1, count);
                        }
                        r!(i.a()) = u64::from(at);
                    }
                    Op::GetField => r!(i.a()) = *heap.add(low(r!(i.b())) as usize + 1 + i.c() as usize),
                    Op::SetField => *heap.add(low(r!(i.a())) as usize + 1 + i.b() as usize) = r!(i.c()),
                    Op::NewVariant => {
                        let tag = u32::from(i.c());
                        let count = program.variant_fields(i.xb(), tag);
                        let mut at = 0;
                        if count > 0 {
                            at = alloc!(1 + count);
                            let object = heap.add(at as usize);
                            *object = header(i.xb(), tag);
                            pc = copy_args(object.add(1), regs, pc, 0, count);
                        }
                        r!(i.a()) = header(at, tag);
                    }
                    Op::GetPayload => {
                        let value = r!(i.b());
                        if high(value) != u32::from(i.c()) {
                            fault!(TrapKind::WrongVariant);
                        }
                        r!(i.a()) = *heap.add(low(value) as usize + 1 + i.x() as usize);
                    }
                    Op::GetTag => r!(i.a()) = u64::from(high(r!(i.b()))),
                    Op::NewCell => {
                        let at = alloc!(2);
                        let object = heap.add(at as usize);
                        *object = header(i.xb(), 0);
                        *object.add(1) = r!(i.c());
                        r!(i.a()) = u64::from(at);
                    }
                    Op::GetCell => r!(i.a()) = *heap.add(low(r!(i.b())) as usize + 1),
                    Op::SetCell => *heap.add(low(r!(i.a())) as usize + 1) = r!(i.b()),
                    Op::NewClosure => {
                        let captures = program.entries.get_unchecked(i.xb() as usize).captures as usize;
                        let at = alloc!(1 + captures);
                        let object = heap.add(at as usize);
                        *object = header(program.functions.get_unchecked(i.xb() as usize).signature, i.xb());
                        if captures > 0 {
                            *object.add(1) = r!(i.c());
                            pc = copy_args(object.add(1), regs, pc, 1, captures);
                        }
                        r!(i.a()) = u64::from(at);
                    }

                    Op::NewList => {
                        slow!(self.new_list(i));
                        pc = pc.add(Program::args_words(i.c() as usize, false) as usize);
                    }
                    Op::FillList => {
                        slow!(self.fill_list(i));
                        pc = pc.add(1);
                    }
                    Op::ListLen => r!(i.a()) = u64::from(high(*heap.add(low(r!(i.b())) as usize))),
                    Op::ListGet => {
                        let list = heap.add(low(r!(i.b())) as usize);
                        let index = r!(i.c());
                        if index >= u64::from(high(*list)) {
                            fault!(out_of_range(index, *list));
                        }
                        r!(i.a()) = *heap.add(low(*list.add(1)) as usize + 1 + index as usize);
                    }
                    Op::BytesLen => r!(i.a()) = self.heap.view(program).extra(low(r!(i.b()))).into(),
                    Op::BytesGet => match self.heap.view(program).byte(low(r!(i.b())), r!(i.c())) {
                        Ok(byte) => r!(i.a()) = byte.into(),
                        Err(len) => fault!(TrapKind::IndexOutOfRange { index: int!(i.c()), len }),
                    },
                    Op::ListSet => {
                        let list = heap.add(low(r!(i.a())) as usize);
                        let index = r!(i.b());
                        if index >= u64::from(high(*list)) {
                            fault!(out_of_range(index, *list));
                        }
                        *heap.add(low(*list.add(1)) as usize + 1 + index as usize) = r!(i.c());
                    }
                    Op::ListPush => {
                        let list = heap.add(low(r!(i.a())) as usize);
                        let len = high(*list);
                        let buffer = heap.add(low(*list.add(1)) as usize);
                        // Word 0 of the arena is 0: as the buffer of a list that has none, it has no capacity.
                        if len < high(*buffer) {
                            *buffer.add(1 + len as usize) = r!(i.b());
                            *list = header(low(*list), len + 1);
                        } else {
                            slow!(self.push(i));
                        }
                    }
                    Op::ListPop => {
                        let list = heap.add(low(r!(i.b())) as usize);
                        let len = high(*list);
                        if len == 0 {
                            fault!(TrapKind::EmptyList);
                        }
                        *list = header(low(*list), len - 1);
                        r!(i.a()) = *heap.add(low(*list.add(1)) as usize + len as usize);
                    }
                    Op::ListInsert => slow!(self.insert(i)),
                    Op::ListRemove => slow!(self.remove(i)),
                    Op::ListTruncate => slow!(self.truncate_list(i)),
                    Op::ListExtend => slow!(self.extend(i)),
                    Op::ListSlice => {
                        slow!(self.slice_list(i));
                        pc = pc.add(1);
                    }

                    Op::NewTable => slow!(self.new_table(i)),
                    Op::TableLen => r!(i.a()) = u64::from(high(*heap.add(low(r!(i.b())) as usize))),
                    Op::TableFind => {
                        r!(i.a()) = self.place_of(r!(i.b()), r!(i.c()));
                        charge!();
                    }
                    Op::TablePlace => {
                        let place = self.place_of(r!(i.b()), r!(i.c()));
                        if (place as i64) < 0 {
                            slow!(self.no_such_key(i));
                        }
                        r!(i.a()) = place;
                        charge!();
                    }
                    Op::TableKey => r!(i.a()) = entry!(self.key_at(r!(i.b()), r!(i.c()))),
                    Op::TableRemove => entry!(self.remove_at(r!(i.a()), r!(i.b()))),
                    Op::TableClear => self.table_clear(r!(i.a())),
                    Op::TableNext => {
                        let next = self.place_behind(r!(i.b()), r!(i.a()));
                        r!(i.a()) = next;
                        charge!();
                        jump_if!((next as i64) >= 0, i.sc());
                    }
                    Op::MapGet => match self.value_of(r!(i.b()), r!(i.c())) {
                        Some(value) => {
                            r!(i.a()) = value;
                            charge!();
                        }
                        None => slow!(self.no_such_key(i)),
                    },
                    Op::MapSet => match self.replace_value(r!(i.a()), r!(i.b()), r!(i.c())) {
                        None => charge!(),
                        Some(mark) => slow!(self.add_to_map(i, mark)),
                    },
                    Op::MapValue => r!(i.a()) = entry!(self.value_at(r!(i.b()), r!(i.c()))),
                    Op::MapPut => entry!(self.put_at(r!(i.a()), r!(i.b()), r!(i.c()))),
                    Op::SetAdd => match self.look_up(r!(i.b()), r!(i.c())) {
                        (_, Some(_)) => {
                            r!(i.a()) = 0;
                            charge!();
                        }
                        (mark, None) => slow!(self.add_to_set(i, mark)),
                    },

                    Op::Concat => {
                        slow!(self.concat(i));
                        pc = pc.add(Program::args_words(i.bc() as usize, false) as usize);
                    }
                    Op::Show => slow!(self.show(i)),
                }
            }
        }
    }

    /// Writes back where the innermost frame stands.
    #[inline(never)]
    fn save(&mut self, pc: *const Instr, regs: *const u64, top: *const u64) {
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

    /// The innermost frame's first register, the word behind its last one, and the end of the stack's memory.
    fn frame(&mut self) -> (*mut u64, *mut u64, *mut u64) {
        let Frame { base, registers, .. } = self.stack.top;
        let (stack, end) = (self.stack.base_mut(), self.stack.end());
        // SAFETY: a frame lies within the stack's memory.
        unsafe { (stack.add(base as usize), stack.add((base + registers) as usize), stack.add(end)) }
    }

    /// Makes room for a frame of so many registers above the innermost one.
    #[cold]
    #[inline(never)]
    fn grow_stack(&mut self, registers: u32) -> Result<(), TrapKind> {
        let Frame { base, registers: own, .. } = self.stack.top;
        let limit_bytes = self.limits.stack_bytes as u64;
        self.stack
            .reserve((base + own + 1 + registers) as usize)
            .map_err(|StackFull| TrapKind::StackLimit { limit_bytes })
    }

    /// Whether operations charged for their size.
    fn has_charges(&self) -> bool {
        self.fuel.by_size != 0
    }

    /// What operations charged since this was last asked.
    #[inline(never)]
    fn take_charges(&mut self) -> i64 {
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

#[cold]
#[inline(never)]
fn out_of_range(index: u64, list: u64) -> TrapKind {
    TrapKind::IndexOutOfRange { index: index as i64, len: u64::from(high(list)) }
}
